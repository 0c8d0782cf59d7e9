// What every target of this folder does with a model file: all that the front end without LibTorch does with one, up to
// the text of its program. Stops the program where an answer is not what a user may be given.
#pragma once

#include <string>
#include <string_view>

namespace flopaudit {

// "read: 12 functions" or "refused: <the sentence>".
std::string read_model(const std::string& file);

// The same for bytes, through a file in memory.
std::string read_model_bytes(std::string_view bytes);

// A model of one class whose code is `source`, with a pickle of one object of it: "__torch__.M".
std::string archive_around(std::string_view source);

// Says what is not as a user may be given it, and stops the program.
[[noreturn]] void wrong(const char* what, const std::string& text);

// Aborts unless an error is one clear sentence: printable text of one line, no longer than a terminal page.
void check_sentence(const std::string& message);

}  // namespace flopaudit
