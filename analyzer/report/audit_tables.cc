#include "analyzer/report/audit_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/ir/node_text.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

struct Sum {
  std::string key;
  std::int64_t nodes = 0, annotated = 0, unexplained = 0;
  std::optional<Interval> expected = Interval{};  // nullopt: a node of it has no model
  std::optional<std::int64_t> measured;           // of those that were
};

void add(Sum& sum, const NodeJudgement& node) {
  ++sum.nodes;
  sum.annotated += node.annotated;
  sum.unexplained += node.unexplained;
  if (!node.expected)
    sum.expected = std::nullopt;
  else if (sum.expected)
    *sum.expected += *node.expected;
  if (node.measured) sum.measured = sum.measured.value_or(0) + *node.measured;
}

// The keys of a node: of a module also all that it is in, down to a depth.
std::vector<std::string> keys_of(const NodeJudgement& node, const ReportView& view) {
  if (view.by == "op") return {node.op};
  if (view.by == "source") return {node.source.empty() ? "(not known)" : node.source};
  if (view.by == "dtype") return {node.dtype.empty() ? "(none)" : node.dtype};
  if (view.by == "node") {
    return {fmt::format("{} {}{}", node_name(node.id), node.op, node.module.empty() ? "" : " in " + node.module)};
  }
  std::vector<std::string> keys = {"(model)"};
  std::size_t depth = 0;
  for (std::size_t dot = 0; dot != std::string::npos && !node.module.empty() && depth < view.depth; ++depth) {
    dot = node.module.find('.', dot + 1);
    keys.push_back(node.module.substr(0, dot));
  }
  return keys;
}

std::vector<Sum> sums_of(const AuditReport& report, const ReportView& view) {
  std::vector<Sum> sums;
  std::map<std::string, std::size_t> index;
  for (const NodeJudgement& node : report.judgement.nodes) {
    for (const std::string& key : keys_of(node, view)) {
      const auto [entry, inserted] = index.try_emplace(key, sums.size());
      if (inserted) sums.emplace_back().key = key;
      add(sums[entry->second], node);
    }
  }
  if (view.by == "module") return sums;
  std::stable_sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) {
    return a.measured.value_or(a.annotated) > b.measured.value_or(b.annotated);
  });
  return sums;
}

std::string number(std::int64_t value, bool plain) { return plain ? std::to_string(value) : with_separators(value); }

std::string interval_text(const Interval& interval, bool plain) {
  const std::string low = number(interval.low, plain);
  return interval.width() == 0 ? low : low + ".." + number(interval.high, plain);
}

std::string ratio_text(const Sum& sum) {
  if (!sum.measured || sum.annotated == 0) return "";
  return fmt::format("{:.4f}", static_cast<double>(*sum.measured) / static_cast<double>(sum.annotated));
}

// The head of the report without its tables and findings is its first paragraph.
std::string with_table(const std::string& whole, const std::string& table) {
  return whole.substr(0, whole.find('\n') + 1) + "\n" + table;
}

}  // namespace

Table audit_table(const AuditReport& report, const ReportView& view, bool plain) {
  Table table{{{view.by},
               {"nodes", true},
               {"annotated", true},
               {"expected", true},
               {"measured", true},
               {"ratio", true},
               {"unexplained", true}},
              {}};
  for (const Sum& sum : sums_of(report, view)) {
    if (view.top != 0 && table.rows.size() == view.top) break;
    table.rows.push_back({sum.key, number(sum.nodes, plain), number(sum.annotated, plain),
                          sum.expected ? interval_text(*sum.expected, plain) : "",
                          sum.measured ? number(*sum.measured, plain) : "", ratio_text(sum),
                          number(sum.unexplained, plain)});
  }
  return table;
}

std::string to_text(const AuditReport& report, const ReportView& view) {
  const std::string whole = to_text(report);
  return view.by.empty() ? whole : with_table(whole, to_text(audit_table(report, view, false), view.style));
}
std::string to_markdown(const AuditReport& report, const ReportView& view) {
  const std::string whole = to_markdown(report);
  return view.by.empty() ? whole : with_table(whole, to_markdown(audit_table(report, view, false)));
}
std::string to_csv(const AuditReport& report, const ReportView& view) {
  return view.by.empty() ? to_csv(report) : to_csv(audit_table(report, view, true));
}

}  // namespace flopaudit
