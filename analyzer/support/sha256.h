// SHA-256 (FIPS 180-4), for naming files and texts. Not for secrets.
#pragma once

#include <string>
#include <string_view>

namespace flopaudit {

// 64 hexadecimal digits, lower case.
std::string sha256_hex(std::string_view bytes);

}  // namespace flopaudit
