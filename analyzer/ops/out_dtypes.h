// Which dtypes an out= form takes for its out tensor. Most take the dtype of the functional result and no other.
#pragma once

#include <string_view>

namespace flopaudit {

// The out= forms of this row take any dtype that the result can be cast to.
bool casts_into_out(std::string_view row);

// Without a dtype argument they compute in the dtype of the out tensor: sums, products and means.
bool computes_as_out(std::string_view row);

}  // namespace flopaudit
