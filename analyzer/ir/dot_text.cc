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

// Corners of a scale, equally spaced.
using Scale = std::array<Colour, 5>;
constexpr Scale kFromZero = {{{255, 255, 229}, {254, 217, 118}, {253, 141, 60}, {227, 26, 28}, {128, 0, 38}}};
constexpr Scale kAroundZero = {{{5, 80, 174}, {116, 173, 224}, {246, 248, 250}, {240, 164, 76}, {149, 61, 0}}};
constexpr std::size_t kMaxTooltip = 400;  // characters of any one string

const Scale& corners(HeatScale scale) { return scale == HeatScale::around_zero ? kAroundZero : kFromZero; }

// Along the corners, from 0 to 1.
double place_on(HeatScale scale, double heat) {
  if (std::isnan(heat)) heat = 0;
  if (scale == HeatScale::around_zero) heat = (heat + 1) / 2;
  return std::clamp(heat, 0.0, 1.0);
}

Colour colour_of(HeatScale scale, double heat) {
  const Scale& all = corners(scale);
  const double place = place_on(scale, heat) * static_cast<double>(all.size() - 1);
  const std::size_t low = std::min(static_cast<std::size_t>(place), all.size() - 2);
  const double share = place - static_cast<double>(low);
  const auto between = [share](double from, double to) { return from + (to - from) * share; };
  return {between(all[low].red, all[low + 1].red), between(all[low].green, all[low + 1].green),
          between(all[low].blue, all[low + 1].blue)};
}

// Perceived brightness, 0 to 255.
double brightness(const Colour& colour) { return 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue; }
constexpr double kWhiteTextBelow = 130;

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

std::string heat_colour(HeatScale scale, double heat) {
  const Colour colour = colour_of(scale, heat);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "#";
  for (const double part : {colour.red, colour.green, colour.blue}) {
    const auto byte = static_cast<std::size_t>(std::lround(part));
    out += kDigits[byte / 16];
    out += kDigits[byte % 16];
  }
  return out;
}

std::string text_colour(HeatScale scale, double heat) {
  return brightness(colour_of(scale, heat)) < kWhiteTextBelow ? "white" : "black";
}

std::string legend_statement(const DotLegend& legend) {
  std::string rows;
  const auto row = [&rows](const std::string& cells) { rows += "<TR>" + cells + "</TR>"; };
  const auto note = [&](const std::string& text) { row("<TD COLSPAN=\"7\" ALIGN=\"LEFT\">" + text + "</TD>"); };
  if (legend.scale != HeatScale::none) {
    row("<TD COLSPAN=\"7\"><B>" + html_text(shortened(legend.meaning.empty() ? "colour" : legend.meaning)) +
        "</B></TD>");
    std::string cells;
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const double heat = legend.scale == HeatScale::around_zero ? 2 * share - 1 : share;
      cells += "<TD BGCOLOR=\"" + heat_colour(legend.scale, heat) + "\" WIDTH=\"28\"> </TD>";
    }
    row("<TD>" + html_text(shortened(legend.cold_label)) + "</TD>" + cells + "<TD>" +
        html_text(shortened(legend.hot_label)) + "</TD>");
  }
  if (legend.unknown) {
    row("<TD COLSPAN=\"7\" ALIGN=\"LEFT\" BGCOLOR=\"" + std::string(kUnknownColour) + "\">grey: not known</TD>");
  }
  if (!legend.alarm.empty()) note("red border: " + html_text(shortened(legend.alarm)));
  if (legend.undecided) note("dashed: the condition is not known");
  if (legend.not_taken) note("dotted: not executed");
  if (legend.outside) note("arrow in dashes: a neighbour of what is shown");
  if (legend.left_out > 0) {
    note("not drawn: " + std::to_string(legend.left_out) +
         (legend.left_out == 1 ? " node that never runs" : " nodes that never run"));
  }
  if (rows.empty()) note("no colours");
  return "\"legend\" [shape=plaintext, style=\"\", tooltip=\"legend\", label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" "
         "CELLSPACING=\"0\" CELLPADDING=\"3\">" +
         rows + "</TABLE>>];";
}

}  // namespace flopaudit
