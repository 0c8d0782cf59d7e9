// Which operands of an op are dtypes: in the IR they are plain ints (`6` is f32), only the schema tells them apart.
#pragma once

#include <cstddef>
#include <string_view>

namespace flopaudit {

// `op` is a full name with overload, `position` counts from 0 in schema order.
bool is_dtype_argument(std::string_view op, std::size_t position);

}  // namespace flopaudit
