#include "tests/support/paths.h"

namespace flopaudit {

std::filesystem::path source_path(const std::string& path) { return std::filesystem::path(FA_SOURCE_DIR) / path; }

std::filesystem::path build_path(const std::string& path) { return std::filesystem::path(FA_BUILD_DIR) / path; }

}  // namespace flopaudit
