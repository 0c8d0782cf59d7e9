// A place in the text of a Program: the tokens of printer.h, read one by one. Every error is "line N: expected ...".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/expr.h"
#include "analyzer/support/result.h"

namespace flopaudit {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  bool at_end();
  // The word ahead ([A-Za-z0-9_]+, empty if none); not taken.
  std::string_view peek_word();
  // Takes `token` where it is next. A word must not continue behind it.
  bool accept(std::string_view token);
  bool ahead(std::string_view token);
  Result<void> expect(std::string_view token);

  Result<std::int64_t> integer();
  Result<std::string> string();
  // The longest run of [A-Za-z0-9_] and `more`; `what` is for the error.
  Result<std::string_view> run(std::string_view more, std::string_view what);
  Result<Type> type();
  Result<Fact> fact();
  Result<Range> range();
  // `{fact}`, unknown where there is no brace.
  Result<Fact> braced_fact();

  Error expected(std::string_view what);           // of what comes next: "line N: expected ..., found ..."
  Error error(const std::string& sentence) const;  // of what was taken last: "line N: sentence"

  // `(a, b, ...)`: `read_one` returns Result<void>.
  template <typename ReadOne>
  Result<void> list(std::string_view open, std::string_view close, const ReadOne& read_one) {
    FA_TRY(expect(open));
    if (accept(close)) return {};
    do {
      FA_TRY(read_one());
    } while (accept(","));
    return expect(close);
  }

 private:
  void skip();
  void take_to(std::size_t end) { taken_ = position_ = end; }
  Error error_at(std::size_t place, const std::string& sentence) const;
  Result<Expr> count();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t taken_ = 0;  // end of the last token taken
};

}  // namespace flopaudit
