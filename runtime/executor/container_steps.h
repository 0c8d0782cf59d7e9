// The steps that build, take apart and look at values, without any arithmetic.
#pragma once

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/api/compilation_unit.h>

#include <memory>
#include <vector>

#include "analyzer/support/result.h"
#include "runtime/executor/plan.h"

namespace flopaudit {

// May throw what LibTorch throws. `unit` owns the classes of created objects.
Result<std::vector<c10::IValue>> run_container_step(const Step& step, std::vector<c10::IValue> operands,
                                                    const std::shared_ptr<torch::jit::CompilationUnit>& unit);

}  // namespace flopaudit
