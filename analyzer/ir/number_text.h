// Floating-point numbers as text that reads back as the same number, and as a floating-point one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace flopaudit {

// The shortest decimal text that round-trips: `2.0`, `0.1`, `1e+300`, `-0.0`, `inf`, `-inf`, `nan`.
std::string float_text(double value);

// A number at `position`, which moves behind it: what float_text() writes, hexadecimal floats (`0x1.8p+1`) and
// integers. `is_integer` tells whether it was written as one. Nothing (and no move): there is no number.
std::optional<double> parse_float_prefix(std::string_view text, std::size_t& position, bool& is_integer);

}  // namespace flopaudit
