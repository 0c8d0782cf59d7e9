// Facts as LibTorch values: constants of the program, known arguments, and random tensors for the rest.
#pragma once

#include <ATen/core/ivalue.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// How a tensor is filled whose elements are not known.
enum class Fill {
  input,      // floating: normal; integers 0 or 1 (an index that every table has); booleans either
  parameter,  // floating: uniform, scaled by the fan-in so that deep models neither overflow nor vanish; 1-D ones in
              // [0.5, 1.5), so that a variance is positive; integers and booleans as inputs
};

// The value of a fact that is complete but for tensor elements. `seed` and `name` alone decide the random elements, not
// the order of calls. Errors: input: `name` has no known value, or its shape is symbolic or unknown.
Result<c10::IValue> ivalue_of(const Fact& fact, const Type& type, const std::string& name, std::uint64_t seed,
                              Fill fill);

// The same with tensors that the caller makes, whatever elements the fact states.
using TensorMaker = std::function<at::Tensor(const std::vector<std::int64_t>& sizes, at::ScalarType type)>;
Result<c10::IValue> ivalue_of(const Fact& fact, const Type& type, const std::string& name, const TensorMaker& maker);

}  // namespace flopaudit
