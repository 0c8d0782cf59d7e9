// Where LibTorch cannot say whether a rule is right: the whole list, each with its reason.
#pragma once

#include <optional>
#include <string>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// A refusal that says nothing of shapes and dtypes: this CPU build has no kernel for the dtype.
bool lacks_kernel(const std::string& message);

// A refusal of the elements of a tensor, which no rule sees: an index beyond its table.
bool refuses_values(const std::string& message);

// Why an op is not asked at all; nothing: it is.
std::optional<std::string> why_not_asked(const std::string& op);

// Why an op is asked only what its rule accepts: LibTorch takes what the rule refuses without a look, and may crash.
std::optional<std::string> why_not_asked_refused(const std::string& op);

// Why an op is asked only with the elements of its integer tensors stated; nothing: it is asked without too. What is
// drawn for those that are not would be refused, or send LibTorch out of bounds.
std::optional<std::string> why_elements_are_stated(const std::string& op);

// What an op that looks at little would read or write out of bounds: a view whose sizes and strides reach past the end
// of the storage, indices of bags of which none begins, a quantized pool of more dims.
bool goes_out_of_bounds(const std::string& op, const Facts& inputs);

// The elements of its results are drawn or left as they are: only dtype and dims compare.
bool has_arbitrary_elements(const std::string& op);

}  // namespace flopaudit
