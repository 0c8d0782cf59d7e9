// The plot of a sweep. Both axes are logarithmic: what grows as a power of the size is a straight line, and its slope
// the power. A legend names each line by a shape as well as by a colour.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "analyzer/report/sweep.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

constexpr double kWidth = 760, kHeight = 460, kLeft = 80, kRight = 150, kTop = 50, kBottom = 60;

struct Point {
  double x, y;
};
struct Line {
  const char* name;
  const char* color;
  const char* dashes;
  std::vector<Point> points;
};

// Powers of ten around the values of an axis.
struct Axis {
  double low = 0, high = 1;  // exponents
  double begin, end;         // on the page
  double at(double value) const { return begin + (std::log10(value) - low) / (high - low) * (end - begin); }
};

Axis axis_of(const std::vector<double>& values, double begin, double end, bool whole_powers) {
  Axis axis{0, 1, begin, end};
  if (values.empty()) return axis;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  axis.low = std::log10(*least);
  axis.high = std::log10(*most);
  if (whole_powers) axis.low = std::floor(axis.low), axis.high = std::ceil(axis.high);
  if (axis.high - axis.low < 1e-9) axis.high = axis.low + 1;
  return axis;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text, int size = 12) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\">{}</text>\n", x, y, anchor,
                     size, escaped(text));
}

std::string grid(const Axis& x, const Axis& y, const std::vector<double>& sizes) {
  std::string svg = "<g stroke=\"#d0d0d0\" stroke-width=\"1\">\n";
  for (double power = std::ceil(y.low); power <= y.high + 1e-9; ++power) {
    const double at = y.at(std::pow(10, power));
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", kLeft, at, kWidth - kRight);
  }
  svg += "</g>\n";
  for (double power = std::ceil(y.low); power <= y.high + 1e-9; ++power) {
    svg += text_at(kLeft - 8, y.at(std::pow(10, power)) + 4, "end", with_prefix(std::pow(10, power)));
  }
  // As many sizes as have room, the first and the last among them.
  double last = -1e9;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double at = x.at(sizes[i]);
    const bool has_room = at - last > 40 && (i + 1 == sizes.size() || x.at(sizes.back()) - at > 40);
    if (i > 0 && i + 1 < sizes.size() && !has_room) continue;
    if (i > 0 && at - last < 12) continue;
    last = at;
    svg += text_at(at, kHeight - kBottom + 18, "middle", with_separators(static_cast<std::int64_t>(sizes[i])));
  }
  return svg;
}

std::string drawn(const Line& line, const Axis& x, const Axis& y) {
  if (line.points.empty()) return "";
  std::string path;
  for (const Point& point : line.points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.at(point.x), y.at(point.y));
  }
  std::string svg = fmt::format(
      "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" "
      "stroke-dasharray=\"{}\"><title>{}</title></path>\n",
      path, line.color, line.dashes, line.name);
  if (line.points.size() > 64) return svg;
  for (const Point& point : line.points) {
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"><title>{}: {}</title></circle>\n",
                       x.at(point.x), y.at(point.y), line.color, line.name, with_prefix(point.y));
  }
  return svg;
}

std::string legend(const std::vector<Line>& lines) {
  std::string svg;
  double y = kTop + 10;
  for (const Line& line : lines) {
    if (line.points.empty()) continue;
    const double x = kWidth - kRight + 16;
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}h28\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n", x,
                       y - 4, line.color, line.dashes);
    svg += text_at(x + 34, y, "start", line.name);
    y += 20;
  }
  return svg;
}

Line line_of(const Sweep& sweep, const char* name, const char* color, const char* dashes,
             const std::function<std::optional<Range>(const SweepRow&)>& figure) {
  Line line{name, color, dashes, {}};
  for (const SweepRow& row : sweep.rows) {
    const auto range = row.error.empty() ? figure(row) : std::nullopt;
    const auto value = range ? magnitude(*range) : std::nullopt;
    if (value && *value > 0) line.points.push_back({static_cast<double>(row.size), *value});
  }
  return line;
}

}  // namespace

std::string to_svg(const Sweep& sweep) {
  const std::vector<Line> lines = {
      line_of(sweep, "FLOPs", "#1f5fb4", "none", [](const SweepRow& row) { return std::optional(row.flops); }),
      line_of(sweep, "MACs", "#c2571a", "8 4", [](const SweepRow& row) { return std::optional(row.macs); }),
      line_of(sweep, "bytes", "#2d7d46", "2 3",
              [](const SweepRow& row) { return std::optional(row.bytes_read + row.bytes_written); }),
      line_of(sweep, "peak bytes", "#8a3fa0", "10 3 2 3", [](const SweepRow& row) { return row.peak_bytes; })};
  std::vector<double> sizes, values;
  for (const SweepRow& row : sweep.rows) sizes.push_back(static_cast<double>(row.size));
  for (const Line& line : lines) {
    for (const Point& point : line.points) values.push_back(point.y);
  }
  const Axis x = axis_of(sizes, kLeft, kWidth - kRight, false);
  const Axis y = axis_of(values, kHeight - kBottom, kTop, true);
  std::string svg = fmt::format(
      "<svg xmlns=\"http:/"
      "/www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "font-family=\"sans-serif\" role=\"img\">\n<title>Cost over {}</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      kWidth, kHeight, kWidth, kHeight, escaped(sweep.symbol));
  svg += text_at(kLeft, 24, "start", fmt::format("{} over {}", sweep.file, sweep.symbol), 15);
  svg += grid(x, y, sizes);
  for (const Line& line : lines) svg += drawn(line, x, y);
  svg += legend(lines);
  svg += text_at((kLeft + kWidth - kRight) / 2, kHeight - 16, "middle", sweep.symbol, 13);
  return svg + "</svg>\n";
}

}  // namespace flopaudit
