// The version that --version, every report and every record print.
#pragma once

#include <string_view>

namespace flopaudit {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace flopaudit
