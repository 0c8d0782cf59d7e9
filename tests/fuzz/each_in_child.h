// Reads each model file named on standard input in a process of its own, with limits, and prints one line a file: its
// name, a tab, and what `read` says of it, "HANG" or "CRASH: ...". tools/mutants judges the lines.
#pragma once

#include <cstdint>
#include <string>

namespace flopaudit {

struct ChildLimits {
  unsigned seconds = 10;    // of the processor's time: a busy machine is no hang
  std::uint64_t bytes = 0;  // of memory; 0: not limited, as the sanitizers' own memory has no bound
};

// The program's exit status.
int read_each_in_child(std::string (*read)(const std::string& file), const ChildLimits& limits);

}  // namespace flopaudit
