// LibTorch's real operator, asked in our own terms: facts in, facts out. No LibTorch header is needed by those who
// include this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/type.h"
#include "analyzer/ops/op_spec.h"

namespace flopaudit {

struct OpArgument {
  std::string name;
  Type type;  // of a schema variable: any
};

// The arguments of its schema; nothing: this LibTorch does not know the operator.
std::optional<std::vector<OpArgument>> arguments_of(const std::string& op);

struct LibTorchAnswer {
  enum class Kind {
    returned,
    refused,    // it threw: `why` is its message
    no_answer,  // nothing to compare with: `why` says what hinders (exceptions.h)
  };
  Kind kind = Kind::no_answer;
  std::string why;
  bool lacks_kernel = false;  // of no_answer: LibTorch refuses, but only because this build has no such kernel
  Facts outputs;       // with the contents of small tensors
  Facts inputs_after;  // the operands behind the call: what an op that mutates made of them
};

// `inputs` are complete (Fact::is_complete); elements that they do not state are random, integers 0 or 1, and where
// the op refuses those, zeros.
LibTorchAnswer ask_libtorch(const std::string& op, const Facts& inputs);

}  // namespace flopaudit
