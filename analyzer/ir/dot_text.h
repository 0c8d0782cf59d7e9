// Pieces of DOT text: quoting, shortening, the colour scale and the legend.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flopaudit {

inline constexpr std::size_t kMaxLabel = 40;  // characters a line of a label

// Valid UTF-8 without control characters, at most `limit` characters; the end becomes `...` where it is cut.
std::string shortened(std::string_view text, std::size_t limit = kMaxLabel);

// A quoted DOT string. `\n` in `text` becomes a line break; nothing in it can end the string or be read as markup.
std::string dot_string(std::string_view text);
// For HTML-like labels.
std::string html_text(std::string_view text);

// From pale yellow (0) to dark red (1); values outside are clamped.
std::string heat_colour(double heat);
// Readable on it: black or white.
std::string text_colour(double heat);
inline constexpr std::string_view kUnknownColour = "#d9d9d9";

// The statement of the legend node: title, meaning and ends of the colour scale, grey, dashed.
std::string legend_statement(std::string_view meaning, std::string_view cold_label, std::string_view hot_label);

}  // namespace flopaudit
