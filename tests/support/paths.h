// Where a test finds the tree and what was built. These folders are compiled into one file and not into every command
// line, so that a compiler cache serves every checkout.
#pragma once

#include <filesystem>
#include <string>

namespace flopaudit {

// A path of the source tree: "testdata/dot/branch.dot".
std::filesystem::path source_path(const std::string& path);

// A path of the build folder: "bin/flopaudit", "models".
std::filesystem::path build_path(const std::string& path);

}  // namespace flopaudit
