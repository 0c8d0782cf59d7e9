// The cost of a model over one symbolic size (`analyze --sweep N=1..64`): a table, and a plot of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/report/analysis_report.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The sizes of a sweep. NAME=1..64, NAME=8..64:8 (steps of 8), NAME=1..1024:x2 (each twice the one before),
// NAME=1,2,4,8.
struct SweepSizes {
  std::string symbol;
  std::vector<std::int64_t> sizes;  // growing
};
inline constexpr std::size_t kMostSweepSizes = 1000;
// Errors: usage: what is wrong with it and what would be right.
Result<SweepSizes> parse_sweep(const std::string& text);

// The figures at one size; each is exact, a range, or a formula in further symbols.
struct SweepRow {
  std::int64_t size = 0;
  Range macs, flops, transcendentals, comparisons, bytes_read, bytes_written;
  std::optional<Range> peak_bytes;  // nothing: not known
  std::optional<double> arithmetic_intensity;
  std::int64_t gaps = 0;  // nodes that are not counted: all above are lower bounds
  std::string error;      // why there are no figures: the model does not take this size
};
SweepRow sweep_row(std::int64_t size, const AnalysisReport& report);

struct Sweep {
  std::string file, method;
  std::vector<std::string> inputs;  // as given: "x=f32[N,3,224,224]"
  std::string symbol;
  std::vector<SweepRow> rows;
};

std::string to_text(const Sweep& sweep);      // a table with a bar for the FLOPs of each row
std::string to_markdown(const Sweep& sweep);  // the same table
std::string to_csv(const Sweep& sweep);
std::string to_json(const Sweep& sweep);  // `schema` flopaudit.sweep/1
// FLOPs, MACs, bytes and peak memory over the size, on logarithmic axes: an SVG file. Rows that are not numbers have no
// point.
std::string to_svg(const Sweep& sweep);

}  // namespace flopaudit
