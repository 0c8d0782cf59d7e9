// Texts in quotation marks: JSON's escapes, and the sentence of every text parser that met something else than it
// expected.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/support/result.h"

namespace flopaudit {

// `say "hi"` -> `"say \"hi\""`, with JSON's escapes. Bytes from 0x80 on stay as they are, so any bytes round-trip.
// A file that includes <iomanip> writes flopaudit::quoted, because std::quoted is found for a std::string.
std::string quoted(std::string_view text);

// The same for a name of a file's own in a message: shortened after it is escaped, which makes six bytes of one.
std::string quoted_name(std::string_view name);

// Reads what quoted() writes (any JSON string) at `position`, which moves behind the closing mark. On an error
// `position` is where reading stopped and the message does not name the place. Error: usage.
Result<std::string> parse_quoted_prefix(std::string_view text, std::size_t& position);

// `cannot read "f32[1,3": expected ']' at column 8`: columns count from 1; a long text is shown around the place.
Error cannot_read(std::string_view text, std::string_view problem, std::size_t position);

}  // namespace flopaudit
