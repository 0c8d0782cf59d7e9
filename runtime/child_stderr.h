// What a child writes to stderr, sorted: progress for the terminal, noise for nobody, the rest for the error message.
#pragma once

#include <string>
#include <string_view>

namespace flopaudit {

class ChildStderr {
 public:
  // `show_progress`: pass progress lines on to our own stderr at once.
  explicit ChildStderr(bool show_progress) : show_progress_(show_progress) {}

  // Any piece of the stream; lines may be cut anywhere.
  void take(std::string_view piece);
  // The lines that are neither progress nor noise, each with its newline; a last line without one counts too.
  std::string text() const;

 private:
  void end_line();  // decides what becomes of line_, and begins the next

  bool show_progress_;
  std::string line_;  // begun, not ended
  std::string kept_;
};

// The last line that is neither empty nor Valgrind's own ("==77== ..."), without its newline; "" if there is none.
std::string last_words(const std::string& text);

}  // namespace flopaudit
