// Between LibTorch's values and types and ours. What LibTorch has and we do not (streams, storages)
// comes out as an unknown Fact or as Type::other.
#pragma once

#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include <optional>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"

namespace flopaudit {

std::optional<DType> dtype_of(at::ScalarType type);
at::ScalarType scalar_type_of(DType dtype);

// dtype and dims; the elements too when there are at most `max_contents` of them.
Fact fact_of(const at::Tensor& tensor, std::size_t max_contents);
// Objects become an unknown fact: their path is known to the object tree only (model_objects.h). Objects of C++ classes
// are what their state says (packed_parameters.h).
Fact fact_of(const c10::IValue& value, std::size_t max_contents);

Type type_of(const c10::Type& type);

}  // namespace flopaudit
