#include "analyzer/ir/dot_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/support/utf8.h"

namespace flopaudit {
namespace {

struct Colour {
  double red, green, blue;
};

// Corners of the scale, equally spaced; light to dark, so that it survives a grey printer.
constexpr std::array<Colour, 5> kScale = {
    {{255, 255, 229}, {254, 217, 118}, {253, 141, 60}, {227, 26, 28}, {128, 0, 38}}};
constexpr double kWhiteTextFrom = 0.6;
constexpr std::size_t kMaxTooltip = 400;  // characters of any one string

double clamped(double heat) { return std::isnan(heat) ? 0.0 : std::clamp(heat, 0.0, 1.0); }

// Calls `take` with every character of `text`: an invalid byte as "?", a control character as a space.
template <typename Take>
void for_each_character(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      take("?");
    } else if ((byte < 0x20 && byte != '\n') || byte == 0x7f) {
      take(" ");
    } else {
      take(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

}  // namespace

std::string shortened(std::string_view text, std::size_t limit) {
  constexpr std::string_view kEllipsis = "...";
  std::string whole;
  std::size_t cut = 0;  // bytes of `whole` that stay when it is too long
  std::size_t characters = 0;
  for_each_character(text, [&](std::string_view character) {
    if (characters + kEllipsis.size() == limit) cut = whole.size();
    ++characters;
    if (characters <= limit) whole += character == "\n" ? " " : character;
  });
  if (characters <= limit) return whole;
  return whole.substr(0, cut) + std::string(kEllipsis);
}

std::string dot_string(std::string_view text) {
  std::string out = "\"";
  std::size_t characters = 0;
  for_each_character(text, [&](std::string_view character) {
    if (++characters > kMaxTooltip) return;
    if (character == "\"") {
      out += "\\\"";
    } else if (character == "\\") {
      out += "\\\\";
    } else if (character == "\n") {
      out += "\\n";
    } else if (character == "&") {
      out += "&amp;";  // Graphviz reads entities in every string
    } else {
      out += character;
    }
  });
  return out + "\"";
}

std::string html_text(std::string_view text) {
  std::string out;
  for_each_character(text, [&](std::string_view character) {
    if (character == "&") {
      out += "&amp;";
    } else if (character == "<") {
      out += "&lt;";
    } else if (character == ">") {
      out += "&gt;";
    } else if (character == "\"") {
      out += "&quot;";
    } else {
      out += character == "\n" ? " " : character;
    }
  });
  return out;
}

std::string heat_colour(double heat) {
  const double place = clamped(heat) * static_cast<double>(kScale.size() - 1);
  const std::size_t low = std::min(static_cast<std::size_t>(place), kScale.size() - 2);
  const double share = place - static_cast<double>(low);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "#";
  const auto append = [&](double from, double to) {
    const auto byte = static_cast<std::size_t>(std::lround(from + (to - from) * share));
    out += kDigits[byte / 16];
    out += kDigits[byte % 16];
  };
  append(kScale[low].red, kScale[low + 1].red);
  append(kScale[low].green, kScale[low + 1].green);
  append(kScale[low].blue, kScale[low + 1].blue);
  return out;
}

std::string text_colour(double heat) { return clamped(heat) >= kWhiteTextFrom ? "white" : "black"; }

std::string legend_statement(std::string_view meaning, std::string_view cold_label, std::string_view hot_label) {
  std::string cells;
  for (const double heat : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    cells += "<TD BGCOLOR=\"" + heat_colour(heat) + "\" WIDTH=\"28\"> </TD>";
  }
  return "\"legend\" [shape=plaintext, style=\"\", tooltip=\"legend\", label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" "
         "CELLSPACING=\"0\" CELLPADDING=\"3\"><TR><TD COLSPAN=\"7\"><B>" +
         html_text(shortened(meaning.empty() ? "colour" : meaning)) + "</B></TD></TR><TR><TD>" +
         html_text(shortened(cold_label)) + "</TD>" + cells + "<TD>" + html_text(shortened(hot_label)) +
         "</TD></TR><TR><TD COLSPAN=\"7\" BGCOLOR=\"" + std::string(kUnknownColour) +
         "\">grey: not known</TD></TR><TR><TD COLSPAN=\"7\">dashed: not executed</TD></TR></TABLE>>];";
}

}  // namespace flopaudit
