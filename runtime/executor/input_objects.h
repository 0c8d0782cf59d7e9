// Inputs that are instances of the model's classes, or its named tuples.
#pragma once

#include <ATen/core/ivalue.h>

#include <cstdint>
#include <memory>
#include <string>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// As ivalue_of(..., Fill::input) for an argument of the program's method; where its fact is an object, an instance of
// its class in `classes`, with the attributes that the program states; a tuple for a named one is that. Errors: input,
// what ivalue_of says, and an object where there is no such class.
Result<c10::IValue> input_value(const Program& program, const Fact& fact, const Type& type, const std::string& name,
                                std::uint64_t seed, const std::shared_ptr<torch::jit::CompilationUnit>& classes);

// A copy that shares nothing with the input: LibTorch's own copy of a named tuple is a plain one.
c10::IValue copy_of_input(const c10::IValue& input);

}  // namespace flopaudit
