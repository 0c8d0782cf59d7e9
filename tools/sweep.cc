#include "tools/sweep.h"

#include <fmt/format.h>

namespace flopaudit {
namespace {

// Each size is analysed by itself: branches and loops that the size decides are decided, and what does not fit is said.
Result<SweepRow> row_at(AnalysisOptions options, const std::string& symbol, std::int64_t size) {
  options.at += fmt::format("{}{}={}", options.at.empty() ? "" : ",", symbol, size);
  const Result<Analysis> analysis = run_analysis(options);
  if (analysis) return sweep_row(size, report_of(*analysis));
  if (analysis.error().kind != ErrorKind::input) return analysis.error();
  SweepRow row;
  row.size = size;
  row.error = analysis.error().message;
  return row;
}

}  // namespace

Result<Sweep> run_sweep(const AnalysisOptions& options, const std::string& spec) {
  FA_ASSIGN(const SweepSizes sizes, parse_sweep(spec));
  Sweep sweep{options.model, options.method, options.inputs, sizes.symbol, {}};
  for (const std::int64_t size : sizes.sizes) {
    FA_ASSIGN(SweepRow row, row_at(options, sizes.symbol, size));
    sweep.rows.push_back(std::move(row));
  }
  // Not one size works: that is no table, but the error that analyze would have.
  bool any = false;
  for (const SweepRow& row : sweep.rows) any = any || row.error.empty();
  if (!any) return input_error(sweep.rows.front().error);
  return sweep;
}

}  // namespace flopaudit
