// Reading files whole, writing them whole or not at all.
#pragma once

#include <string>

#include "analyzer/support/result.h"

namespace flopaudit {

// `-` or "" is stdout. A regular file is written beside itself and renamed; a pipe or a device is written in place.
// Errors: environment ("cannot write FILE: no space left on device").
Result<void> write_output(const std::string& file, const std::string& text);

// The whole of a file. Errors: input (missing, a directory, no permission).
Result<std::string> read_file(const std::string& file);

}  // namespace flopaudit
