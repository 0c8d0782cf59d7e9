// The manual page and the completions of shells, made from the command line itself, so that they cannot lag behind it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "analyzer/support/result.h"

namespace flopaudit {

std::string manual_page(const CLI::App& app);  // roff

// Errors: usage: another shell than bash, zsh or fish.
Result<std::string> completions(const CLI::App& app, const std::string& shell);

}  // namespace flopaudit
