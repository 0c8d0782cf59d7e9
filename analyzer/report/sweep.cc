#include "analyzer/report/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analyzer/report/json_text.h"
#include "analyzer/report/memory_views.h"
#include "analyzer/report/table.h"
#include "analyzer/report/units.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExpected = "expected NAME=1..64, NAME=8..64:8, NAME=1..1024:x2 or NAME=1,2,4";

std::optional<std::int64_t> size_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

// "8..64:8", "1..1024:x2". Nothing: not of that form. The caller says so.
std::optional<std::vector<std::int64_t>> steps(std::string_view text) {
  const std::size_t dots = text.find("..");
  const std::size_t colon = std::min(text.find(':', dots + 2), text.size());
  const auto first = size_of(text.substr(0, dots));
  const auto last = size_of(text.substr(dots + 2, colon - dots - 2));
  std::string_view step = colon == text.size() ? "1" : text.substr(colon + 1);
  const bool multiplies = step.starts_with('x');
  if (multiplies) step.remove_prefix(1);
  const auto by = size_of(step);
  if (!first || !last || !by || *last < *first || (multiplies && *by < 2)) return std::nullopt;
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = *first; size <= *last && sizes.size() <= kMostSweepSizes;) {
    sizes.push_back(size);
    if (multiplies ? size > *last / *by : size > *last - *by) break;
    size = multiplies ? size * *by : size + *by;
  }
  return sizes;
}

std::optional<std::vector<std::int64_t>> listed(std::string_view text) {
  std::vector<std::int64_t> sizes;
  for (std::size_t start = 0; start <= text.size() && sizes.size() <= kMostSweepSizes;) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    const auto size = size_of(text.substr(start, comma - start));
    if (!size) return std::nullopt;
    sizes.push_back(*size);
    start = comma + 1;
  }
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

std::vector<Range> figures(const SweepRow& row) {
  return {row.macs, row.flops, row.transcendentals, row.comparisons, row.bytes_read, row.bytes_written};
}
constexpr std::array kFigureNames = {"macs", "flops", "transcendentals", "comparisons", "bytes_read", "bytes_written"};

std::string bar(const SweepRow& row, double most) {
  constexpr double kWidth = 32;
  const auto mine = magnitude(row.flops);
  if (!mine || most <= 0 || !row.error.empty()) return "";
  return std::string(static_cast<std::size_t>(std::lround(kWidth * *mine / most)), '#');
}

Table for_people(const Sweep& sweep, bool with_bars) {
  Table table{{{sweep.symbol, true},
               {"MACs", true},
               {"FLOPs", true},
               {"transcendentals", true},
               {"bytes", true},
               {"FLOP/byte", true},
               {"peak bytes", true},
               {with_bars ? "FLOPs, drawn" : "not counted", !with_bars}},
              {}};
  double most = 0;
  for (const SweepRow& row : sweep.rows) most = std::max(most, magnitude(row.flops).value_or(0));
  for (const SweepRow& row : sweep.rows) {
    if (!row.error.empty()) {
      table.rows.push_back({with_separators(row.size), "", "", "", "", "", "", row.error});
      continue;
    }
    const std::string least = row.gaps > 0 ? ">= " : "";
    const std::string last = with_bars ? bar(row, most) : row.gaps > 0 ? fmt::format("{} nodes", row.gaps) : "";
    table.rows.push_back({with_separators(row.size), least + with_prefix(row.macs), least + with_prefix(row.flops),
                          least + with_prefix(row.transcendentals),
                          least + with_prefix(row.bytes_read + row.bytes_written), ratio_text(row.arithmetic_intensity),
                          row.peak_bytes ? with_prefix(*row.peak_bytes) : "?", last});
  }
  return table;
}

std::string title(const Sweep& sweep) {
  return fmt::format("{}, {}({}), {} from {} to {}", sweep.file, sweep.method, fmt::join(sweep.inputs, ", "),
                     sweep.symbol, with_separators(sweep.rows.front().size), with_separators(sweep.rows.back().size));
}

std::vector<std::string> notes(const Sweep& sweep) {
  std::int64_t gaps = 0;
  for (const SweepRow& row : sweep.rows) gaps = std::max(gaps, row.gaps);
  if (gaps == 0) return {};
  return {fmt::format("AT LEAST: up to {} nodes are not counted; `analyze` at one of the sizes lists them", gaps)};
}

std::string laid_out(const Sweep& sweep, const Layout& layout, bool with_bars) {
  std::string text = layout.heading + title(sweep) + "\n\n" + layout.table(for_people(sweep, with_bars));
  for (const std::string& note : notes(sweep)) text += "\n" + (layout.bullet + note) + "\n";
  return text;
}

}  // namespace

Result<SweepSizes> parse_sweep(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return usage_error("--sweep " + text + ": " + kExpected);
  const std::string_view range = std::string_view(text).substr(equals + 1);
  const bool has_steps = range.find("..") != std::string_view::npos;
  auto sizes = has_steps ? steps(range) : listed(range);
  if (!sizes) return usage_error("--sweep " + text + ": " + kExpected);
  if (sizes->size() > kMostSweepSizes) {
    return usage_error(fmt::format("--sweep {}: more than {} sizes: give a step, as in {}:x2", text, kMostSweepSizes,
                                   text.substr(0, text.find(':'))));
  }
  return SweepSizes{text.substr(0, equals), std::move(*sizes)};
}

SweepRow sweep_row(std::int64_t size, const AnalysisReport& report) {
  SweepRow row;
  row.size = size;
  row.macs = macs(report.total);
  row.flops = flops(report.total);
  row.transcendentals = transcendentals(report.total);
  row.comparisons = comparisons(report.total);
  row.bytes_read = report.total.bytes_read;
  row.bytes_written = report.total.bytes_written;
  if (report.memory.is_complete()) row.peak_bytes = Range(report.memory.peak_bytes);
  row.arithmetic_intensity = arithmetic_intensity(report);
  row.gaps = report.no_rule + report.no_shape;
  return row;
}

std::string to_text(const Sweep& sweep) { return laid_out(sweep, kTextLayout, true); }
std::string to_markdown(const Sweep& sweep) { return laid_out(sweep, kMarkdownLayout, false); }

std::string to_csv(const Sweep& sweep) {
  Table table{{{sweep.symbol}}, {}};
  for (const char* figure : kFigureNames) table.columns.push_back({figure});
  for (const char* column : {"arithmetic_intensity", "peak_bytes", "gaps", "error"}) table.columns.push_back({column});
  for (const SweepRow& row : sweep.rows) {
    std::vector<std::string> cells = {std::to_string(row.size)};
    const bool there = row.error.empty();
    for (const Range& figure : figures(row)) cells.push_back(there ? plain(figure) : "");
    cells.push_back(row.arithmetic_intensity ? fmt::format("{}", *row.arithmetic_intensity) : "");
    cells.push_back(row.peak_bytes ? plain(*row.peak_bytes) : "");
    cells.push_back(there ? std::to_string(row.gaps) : "");
    cells.push_back(row.error);
    table.rows.push_back(std::move(cells));
  }
  return to_csv(table);
}

std::string to_json(const Sweep& sweep) {
  Json json = {{"schema", "flopaudit.sweep/1"}, {"flopaudit", kVersion}};
  json["model"] = {{"file", sweep.file}, {"method", sweep.method}};
  json["inputs"] = sweep.inputs;
  json["symbol"] = sweep.symbol;
  json["rows"] = Json::array();
  for (const SweepRow& row : sweep.rows) {
    Json out = {{"size", row.size}};
    if (!row.error.empty()) {
      out["error"] = row.error;
      json["rows"].push_back(std::move(out));
      continue;
    }
    const std::vector<Range> numbers = figures(row);
    for (std::size_t i = 0; i < numbers.size(); ++i) out[kFigureNames[i]] = range_json(numbers[i]);
    out["arithmetic_intensity"] = row.arithmetic_intensity ? Json(*row.arithmetic_intensity) : Json(nullptr);
    out["peak_bytes"] = row.peak_bytes ? range_json(*row.peak_bytes) : Json(nullptr);
    out["gaps"] = row.gaps;
    json["rows"].push_back(std::move(out));
  }
  return dump_json(json);
}

}  // namespace flopaudit
