#include "runtime/child_stderr.h"

#include <cstdio>
#include <sstream>

namespace flopaudit {
namespace {

// Harmless: Valgrind's break area is small, and glibc takes memory elsewhere when it is full.
bool is_valgrind_noise(std::string_view line) {
  return line.starts_with("==") && (line.find("brk segment overflow") != std::string_view::npos ||
                                    line.find("see section Limitations in user manual") != std::string_view::npos ||
                                    line.find("NOTE: further instances of this message") != std::string_view::npos);
}

// A progress line is redrawn in place: it begins with a carriage return.
bool is_progress(std::string_view line) { return !line.empty() && line.front() == '\r'; }

}  // namespace

void ChildStderr::end_line() {
  if (!is_progress(line_) && !is_valgrind_noise(line_)) kept_ += line_;
  line_.clear();
}

void ChildStderr::take(std::string_view piece) {
  for (const char c : piece) {
    // A carriage return ends what was drawn before it.
    if (c == '\r' && !line_.empty() && line_ != "\r") end_line();
    line_ += c;
    if (show_progress_ && is_progress(line_)) std::fputc(c, stderr);
    if (c == '\n') end_line();
  }
  if (show_progress_) std::fflush(stderr);
}

std::string ChildStderr::text() const {
  const bool keep_rest = !line_.empty() && !is_progress(line_) && !is_valgrind_noise(line_);
  return keep_rest ? kept_ + line_ : kept_;
}

std::string last_words(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with("==")) last = line;
  }
  return last;
}

}  // namespace flopaudit
