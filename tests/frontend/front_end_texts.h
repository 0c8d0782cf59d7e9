// The IR text that each front end makes of a model file, for the differential test. LibTorch works in a process of its
// own: some damaged files crash it or keep it busy for ever.
#pragma once

#include <functional>
#include <string>

#include "analyzer/support/result.h"

namespace flopaudit {

enum class CompareWhat { all, objects };  // `objects`: all but the functions

// The text, or the sentence that refuses the file. `method` empty: forward, or else the file's first.
Result<std::string> libtorch_text(const std::string& file, const std::string& method, CompareWhat what);
Result<std::string> direct_text(const std::string& file, const std::string& method, CompareWhat what);

// The method that a text is about.
std::string method_of(const std::string& text);

// What `make` returns, made in a child process within `seconds`; an error where it crashes or does not end.
Result<std::string> in_child(const std::function<Result<std::string>()>& make, int seconds);

}  // namespace flopaudit
