// Calibration kernels: fixed machine code whose counts are known, because each says what it executes.
//
// They are assembly, so that no compiler decides what runs. A counter source is trusted only after it has read every
// one of them exactly (runtime/calibration.h).
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/audit/counts.h"

namespace flopaudit {

// What the CPU that the program sees must offer for a kernel to run. Under Valgrind that is not the host's CPU.
enum class CpuFeature : unsigned char { sse2, sse41, avx, f16c, fma, avx512 };
bool cpu_has(CpuFeature feature);

// What hardware counters treat apart.
enum class KernelForm : unsigned char {
  plain,
  x87,          // has events of its own
  dot_product,  // mul and add in one instruction
};

struct CalibrationKernel {
  std::string_view name;
  CpuFeature needs;
  Counts expected;  // lanes of one call of run
  void (*run)();
  KernelForm form = KernelForm::plain;
};

// Every kernel, in the order of the file; the caller leaves out those whose feature the CPU lacks.
const std::vector<CalibrationKernel>& calibration_kernels();
// Those that the CPU can run, as the program sees it.
std::vector<const CalibrationKernel*> kernels_of_this_cpu();

// The class that a kernel executes and nothing beside it; kEventCount where there are several or none.
std::size_t only_class_of(const CalibrationKernel& kernel);

// Results that are overwritten before anything reads them: no compiler leaves such code, so it is no part of the
// calibration. fpcount counts it only with --vex-iropt-register-updates=allregs-at-each-insn
// (runtime/fpcount/README.md).
const CalibrationKernel& unread_result_kernel();

}  // namespace flopaudit
