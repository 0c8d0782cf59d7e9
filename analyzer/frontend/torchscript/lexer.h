// The tokens of serialized TorchScript code: a strict subset of Python's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

struct Token {
  enum class Kind : std::uint8_t {
    name,     // also keywords
    integer,  // digits without a sign
    floating,
    imaginary,  // digits and a j
    string,     // `text` is between its marks, escapes as written
    symbol,     // one of ( ) [ ] { } , : . = + - and ->
    newline,    // ends a statement; none inside brackets
    indent,
    dedent,
    end,
  };
  Kind kind = Kind::end;
  std::string_view text;     // of the source
  std::uint32_t offset = 0;  // bytes from the start of the source

  bool is(std::string_view symbol_or_word) const {
    return (kind == Kind::symbol || kind == Kind::name) && text == symbol_or_word;
  }
};

// The tokens point into `source`. Errors: input: a character or an indentation that LibTorch never prints; messages
// give the line.
Result<std::vector<Token>> tokens_of(std::string_view source);

// A string token's meaning: \\ \" \' \n \t \r \a \b \f \v \ooo \xhh.
Result<std::string> unescaped(std::string_view text);

// Counted from 1.
int line_at(std::string_view source, std::uint32_t offset);

}  // namespace flopaudit
