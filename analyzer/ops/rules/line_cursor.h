// A place in one line of a rule file or of a .cases file: tokens, read one by one; a `#` outside quotation marks ends
// the line. Errors do not name the place: `position()` is where reading stopped, and the caller knows file and line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/ir/fact.h"
#include "analyzer/support/result.h"

namespace flopaudit {

class LineCursor {
 public:
  explicit LineCursor(std::string_view line) : line_(line) {}

  std::size_t position() const { return position_; }
  void move_to(std::size_t position) { position_ = position; }
  std::string_view text(std::size_t begin) const { return line_.substr(begin, position_ - begin); }  // up to here

  void skip_spaces();
  bool at_end();                        // nothing but spaces and a comment follow
  char next() const;                    // the very next character, 0 at the end of the line
  bool ahead(std::string_view token);   // behind spaces; a word must end behind it
  bool accept(std::string_view token);  // takes it where it is ahead
  bool accept_adjacent(char wanted);    // without spaces between
  Result<void> expect(std::string_view token);

  std::string_view peek_word();      // [A-Za-z_][A-Za-z0-9_]* ahead, empty if none
  std::string_view word();           // the same, taken
  std::string_view operator_name();  // `aten::add.Tensor`, empty if none
  Result<std::int64_t> integer();    // digits, a sign in front
  Result<Fact> fact();
  Result<Expr> expression();
  Result<std::string> quoted_text();

  Error expected(std::string_view what);  // "expected ')', found `]`"

 private:
  std::string_view line_;
  std::size_t position_ = 0;
};

}  // namespace flopaudit
