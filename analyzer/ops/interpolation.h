// Interpolation in the words of files before 1.5, as an op of today's.
#pragma once

#include <string_view>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// What is asked for, and of which op: (input, size) or (input, size, align_corners, a scale a dim), as far as shape and
// work need it: the scales are None.
struct InterpolationRequest {
  const OpSpec* op = nullptr;
  Facts arguments;
};

// Of an op of interpolation.cc: "aten::__interpolate", "aten::__upsample_nearest.size_list".
RuleResult<InterpolationRequest> interpolation_request(std::string_view op, const Facts& inputs);

}  // namespace flopaudit
