// Examples of every command: shown by --help and in the man page, and run by a test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flopaudit {

struct Example {
  const char* command;    // the subcommand it belongs to
  const char* arguments;  // behind `flopaudit`
  const char* what;       // it shows
};

const std::vector<Example>& all_examples();

// "Examples:" and a line each; "" for a command without.
std::string examples_text(std::string_view command);

}  // namespace flopaudit
