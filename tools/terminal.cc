#include "tools/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace flopaudit {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool has_colors() {
  const char* terminal = std::getenv("TERM");
  return !is_set("NO_COLOR") && terminal != nullptr && std::string(terminal) != "dumb";
}

}  // namespace

TextStyle terminal_style() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return {known ? static_cast<std::size_t>(size.ws_col) : 0, has_colors()};
}

}  // namespace flopaudit
