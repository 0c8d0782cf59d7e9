// Shapes of an op without a row, from LibTorch itself: the op is called once on meta tensors, which have a shape and a
// dtype and no elements.
//
// Why a meta call and not LibTorch's shape functions (torch::jit::shapeComputeGraphForSchema): for a structured op the
// meta call runs the very code that shapes the result of the CPU kernel, it checks the inputs as that does, and it
// gives dtypes and all results. A shape function is a second copy of it in TorchScript, without dtypes and with fewer
// checks, and those that there are belong to common ops, most of which have rows here. Python's meta kernels (registered
// by torch's Python package) are not there in C++: such an op gets no answer.
//
// What is called: an aten op of LibTorch's own dispatcher, with at least one tensor among its arguments (else it would
// make a real one), all of whose inputs are known numbers, and whose results are tensors or lists of tensors (a number
// could be that of the meta device). Never an op of TorchScript's interpreter alone (aten::save, aten::format), never
// one with generators, storages or custom classes. What depends on data throws on meta tensors: no answer. An op that
// changes the shape of an argument gets none either. Each call is made in a process of its own with bounded time and
// memory, so that no random state, file or thread of ours is touched, and one question is asked once.
//
// What it cannot see: a result that a composite op shapes by its device, which here is `meta`.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "analyzer/ops/shape_oracle.h"

namespace flopaudit {

class MetaShapeOracle : public ShapeOracle {
 public:
  RuleResult<Facts> results_of(const std::string& op, const Facts& inputs) override;

 private:
  std::map<std::string, RuleResult<Facts>> known_;  // by op, default dtype and inputs
  std::chrono::steady_clock::duration spent_{};     // in calls, all together
};

}  // namespace flopaudit
