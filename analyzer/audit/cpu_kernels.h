// Ops whose kernels are all for other devices: a program that has them runs on no CPU, and nothing can be counted.
#pragma once

#include <string_view>

namespace flopaudit {

// False: LibTorch 2.13's dispatcher has neither a CPU kernel of the op nor one that is put together from other ops.
bool has_cpu_kernel(std::string_view op);

}  // namespace flopaudit
