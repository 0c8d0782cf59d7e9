// LibTorch's own classes, which are C++: no archive declares their methods.
#pragma once

#include <string_view>

#include "analyzer/ir/type.h"

namespace flopaudit {

// What a method gives; Any where it is not known.
Type custom_method_result(std::string_view class_name, std::string_view method);

}  // namespace flopaudit
