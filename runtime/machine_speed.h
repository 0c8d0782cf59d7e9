// Measures how fast this machine is, for the times of a native run: arithmetic on registers, and memory beyond the
// caches.
#pragma once

#include "analyzer/audit/machine_speed.h"

namespace flopaudit {

// One thread, natively, in about a second: every kernel that this CPU has, in f32 and f64, the fastest of some rounds;
// then a stream triad (a = b + s*c), 24 bytes an element, over arrays of 64 MB each. Under Valgrind the numbers would
// be of Valgrind: not to be called there.
MachineSpeed measure_machine_speed();

}  // namespace flopaudit
