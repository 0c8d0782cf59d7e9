// How fast the machine is, measured in the process that took the times (runtime/machine_speed.h): what achieved speeds
// are held against.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/dtype.h"

namespace flopaudit {

struct PeakSpeed {
  std::string kernel;  // "AVX mul+add": the instructions that it is made of
  std::string dtype;   // "f32" or "f64"
  double flops_per_second = 0;
};

struct MachineSpeed {
  std::vector<PeakSpeed> peaks;  // of one thread, arithmetic on registers alone
  double bytes_per_second = 0;   // read and written by one thread, of arrays larger than the caches

  // The fastest of its kernels; nothing: none was measured in this dtype.
  std::optional<double> peak(const std::string& dtype) const;
};

}  // namespace flopaudit
