#include "analyzer/report/citation.h"

#include <fmt/format.h>

#include "analyzer/report/units.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

std::string amount(const Range& range, const std::string& unit) {
  const std::string number = with_prefix(range);
  // A prefix joins its unit: "1.814 GMAC"; a plain number or a formula stands apart.
  const bool has_prefix = !number.empty() && std::string("kMGTPE").find(number.back()) != std::string::npos &&
                          number.find(' ') != std::string::npos;
  return has_prefix ? number + unit : number + " " + unit;
}

}  // namespace

Result<std::string> citation(const AnalysisReport& report) {
  std::string inputs;
  for (const auto& [name, type] : report.inputs) inputs += (inputs.empty() ? "" : ", ") + type;
  const std::int64_t left_out = report.no_rule + report.no_shape;
  std::string text =
      fmt::format("{}{} ({}), flopaudit {}, convention flops, input {}", left_out > 0 ? "at least " : "",
                  amount(macs(report.total), "MAC"), amount(flops(report.total), "FLOP"), kVersion, inputs);
  for (const ConventionValue& convention : report.conventions) {
    text += fmt::format("; {} by the convention {}", amount(convention.value, convention.unit), convention.name);
  }
  if (left_out > 0) text += fmt::format("; {} of {} operations are not counted", left_out, report.nodes);
  return text + "\n";
}

}  // namespace flopaudit
