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

// Both scales keep their order for the colour-blind; what lies outside is clamped.
enum class HeatScale {
  none,
  from_zero,    // 0 pale yellow to 1 dark red: dark is much, also on a grey printer
  around_zero,  // -1 blue, 0 nearly white, 1 brown
};
std::string heat_colour(HeatScale scale, double heat);
// Readable on it: black or white.
std::string text_colour(HeatScale scale, double heat);
inline constexpr std::string_view kUnknownColour = "#d9d9d9";

// The legend explains what occurs in the picture, nothing else.
struct DotLegend {
  HeatScale scale = HeatScale::from_zero;
  std::string meaning, cold_label, hot_label;  // of the colour scale
  bool unknown = false, not_taken = false, undecided = false, outside = false;
  std::size_t left_out = 0;  // nodes that are never executed
  std::string alarm = {};    // what a red border means; empty: there is none
};
std::string legend_statement(const DotLegend& legend);

}  // namespace flopaudit
