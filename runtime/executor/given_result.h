// What a node gave when it ran, without LibTorch's types.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ir/fact.h"

namespace flopaudit {

struct GivenResult {
  Fact fact;                                         // with the contents of small tensors
  std::optional<std::vector<std::int64_t>> strides;  // of a tensor that has some, in elements
};

}  // namespace flopaudit
