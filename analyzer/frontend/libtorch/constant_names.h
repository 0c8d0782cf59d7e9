// The names of a model's tensor and object constants: `CONSTANTS.c3`, as the archive's own code spells them.
#pragma once

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/ir.h>

#include <map>
#include <string>

namespace flopaudit {

// Whether the IR prints the value itself. All else is named and kept beside the program.
bool is_literal(const c10::IValue& value);

class ConstantNames {
 public:
  // The name of the value that a prim::Constant holds. LibTorch forgets the constant's number when it loads a file, but
  // the node's range in the archive's code still reads `CONSTANTS.c3`. Where it does not, `CONSTANTS.x<n>` by
  // order. A member of an enum has its own name: `__torch__.Color.RED`.
  std::string name(const torch::jit::Node& constant, const c10::IValue& value);

  std::map<std::string, c10::IValue> take_values() { return std::move(values_); }

 private:
  std::map<std::string, c10::IValue> values_;
  int unnamed_ = 0;
};

}  // namespace flopaudit
