#include "analyzer/compare/compared_report.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "analyzer/ir/node_text.h"

namespace flopaudit {
namespace {

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ", ")); }

std::string title_of(const std::string& file, const std::string& method,
                     const std::vector<std::pair<std::string, std::string>>& inputs) {
  std::vector<std::string> texts;
  for (const auto& [name, type] : inputs) texts.push_back(name + ": " + type);
  return fmt::format("{}, {}({})", file, method, joined(texts));
}

// The module itself and all that it is in: "a.b" -> "a.b", "a", "".
std::vector<std::string> with_parents(std::string path) {
  std::vector<std::string> all = {path};
  while (!path.empty()) {
    const std::size_t dot = path.rfind('.');
    path.resize(dot == std::string::npos ? 0 : dot);
    all.push_back(path);
  }
  return all;
}

Figure number(std::int64_t value) { return {Range(Expr(value))}; }

// Adds up nodes under a key, in order of first appearance. A node without a figure makes the sum incomplete.
class Groups {
 public:
  void add(const std::string& key, const ComparedNode& node) {
    const auto [entry, inserted] = index_.try_emplace(key, groups_.size());
    if (inserted) groups_.push_back({key, 0, Figures(node.figures.size())});
    ComparedGroup& group = groups_[entry->second];
    ++group.nodes;
    for (std::size_t i = 0; i < node.figures.size(); ++i) add(group.figures[i], node.figures[i]);
  }
  std::vector<ComparedGroup> take() { return std::move(groups_); }

 private:
  static void add(Figure& sum, const Figure& figure) {
    sum.complete = sum.complete && figure.complete;
    if (!figure.value) return;
    sum.value = sum.value ? *sum.value + *figure.value : *figure.value;
  }

  std::vector<ComparedGroup> groups_;
  std::map<std::string, std::size_t> index_;
};

std::vector<ComparedGroup> by_source(const std::vector<ComparedNode>& nodes) {
  Groups groups;
  for (const ComparedNode& node : nodes) groups.add(node.source, node);
  return groups.take();
}

// --- analysis ---
const std::vector<std::string> kAnalysisFigures = {"flops",       "macs",       "transcendentals",
                                                   "comparisons", "bytes_read", "bytes_written"};

Figures work_figures(const WorkTotal& work, bool complete) {
  const bool nothing = !complete && work == WorkTotal();
  Figures figures;
  for (const Range& range :
       {flops(work), macs(work), transcendentals(work), comparisons(work), work.bytes_read, work.bytes_written}) {
    figures.push_back({nothing ? std::nullopt : std::optional(range), complete});
  }
  return figures;
}

bool is_counted(WorkState state) { return state != WorkState::no_rule && state != WorkState::no_shape; }

ComparedNode compared(const AnalysisNode& node, const std::vector<ConventionValue>& conventions) {
  ComparedNode row{node.id,
                   node.op.full(),
                   node.module,
                   node.source,
                   joined(node.inputs) + " -> " + joined(node.outputs),
                   std::string(name(node.state)),
                   work_figures(node.work, is_counted(node.state))};
  for (const ConventionValue& convention : conventions) {
    const auto value = convention.by_node.find(node.id);
    const bool known = value != convention.by_node.end();
    row.figures.push_back({known ? std::optional(value->second) : std::nullopt, known});
  }
  return row;
}

// Sums of conventions over the nodes of a group; those of the work are the report's own, which knows of branches.
void add_conventions(ComparedGroup& group, const std::map<std::string, ComparedGroup>& sums, std::size_t conventions) {
  const auto sum = sums.find(group.key);
  for (std::size_t i = 0; i < conventions; ++i) {
    group.figures.push_back(sum == sums.end() ? number(0) : sum->second.figures[kAnalysisFigures.size() + i]);
  }
}

template <typename Keys>
std::map<std::string, ComparedGroup> sums_by(const std::vector<ComparedNode>& nodes, const Keys& keys) {
  Groups groups;
  for (const ComparedNode& node : nodes) {
    for (const std::string& key : keys(node)) groups.add(key, node);
  }
  std::map<std::string, ComparedGroup> sums;
  for (ComparedGroup& group : groups.take()) {
    std::string key = group.key;
    sums.emplace(std::move(key), std::move(group));
  }
  return sums;
}

std::vector<NamedFigure> totals_of(const AnalysisReport& report) {
  const bool complete = report.no_rule + report.no_shape == 0;
  std::vector<NamedFigure> totals;
  const Figures figures = work_figures(report.total, complete);
  for (std::size_t i = 0; i < figures.size(); ++i) totals.push_back({kAnalysisFigures[i], figures[i]});
  totals.push_back({"valid_macs", {valid_macs(report.total), complete}});
  totals.push_back({"integers", {report.total.total(WorkClass::integer), complete}});
  totals.push_back({"span_flops", {Range(report.span_flops), complete}});
  const LiveMemory& memory = report.memory;
  const bool has_peak = memory.why_not.empty();
  totals.push_back({"activation_bytes", {memory.activation_bytes, memory.is_complete()}});
  totals.push_back(
      {"peak_bytes", {has_peak ? std::optional(Range(memory.peak_bytes)) : std::nullopt, memory.is_complete()}});
  totals.push_back({"parameters", number(report.parameters)});
  totals.push_back({"parameter_bytes", number(report.parameter_bytes)});
  totals.push_back({"nodes", number(report.nodes)});
  totals.push_back({"gaps", number(report.no_rule + report.no_shape)});
  totals.push_back({"no_rule", number(report.no_rule)});
  totals.push_back({"no_shape", number(report.no_shape)});
  totals.push_back({"not_taken", number(report.not_taken)});
  for (const ConventionValue& convention : report.conventions) {
    // The work's own two stand there already.
    if (convention.name == "flops" || convention.name == "macs") continue;
    totals.push_back({convention.name, {convention.value, convention.left_out.empty()}});
  }
  return totals;
}

// --- audit ---
const std::vector<std::string> kAuditFigures = {"measured", "annotated", "expected", "unexplained", "bound_width"};

Figure of(const std::optional<Interval>& interval) {
  if (!interval) return {std::nullopt, false};
  return {Range(Expr(interval->low), Expr(interval->high))};
}
Figure of(const std::optional<std::int64_t>& value) { return value ? number(*value) : Figure{std::nullopt, false}; }

ComparedNode compared(const NodeJudgement& node) {
  return {node.id,
          node.op,
          node.module,
          node.source,
          "",
          std::string(name(node.verdict)),
          {of(node.measured), number(node.annotated), of(node.expected), number(node.unexplained),
           number(node.bound_width)}};
}

std::int64_t nodes_with(const Judgement& judgement, Verdict verdict) {
  const auto entry = judgement.verdicts.find(verdict);
  return entry == judgement.verdicts.end() ? 0 : entry->second;
}

}  // namespace

ComparedReport compared(const AnalysisReport& report) {
  ComparedReport result;
  result.kind = "analysis";
  result.title = title_of(report.file, report.method, report.inputs);
  result.figure_names = kAnalysisFigures;
  for (const ConventionValue& convention : report.conventions) result.figure_names.push_back(convention.name);
  result.totals = totals_of(report);
  std::set<std::string> incomplete;
  for (const AnalysisNode& node : report.node_list) {
    result.nodes.push_back(compared(node, report.conventions));
    if (is_counted(node.state)) continue;
    for (const std::string& module : with_parents(node.module)) incomplete.insert(module);
  }
  const auto op_sums = sums_by(result.nodes, [](const ComparedNode& node) { return std::vector{node.op}; });
  for (const OpTotal& op : report.ops) {
    result.ops.push_back({op.op, op.nodes, work_figures(op.work, is_counted(op.worst_state))});
    add_conventions(result.ops.back(), op_sums, report.conventions.size());
  }
  const auto module_sums = sums_by(result.nodes, [](const ComparedNode& node) { return with_parents(node.module); });
  for (const ModuleSummary& module : report.modules) {
    const auto sum = module_sums.find(module.path);
    const std::int64_t nodes = sum == module_sums.end() ? 0 : sum->second.nodes;
    result.modules.push_back(
        {module.path, nodes, work_figures(module.work, !incomplete.contains(module.path)), module.parameters});
    add_conventions(result.modules.back(), module_sums, report.conventions.size());
  }
  result.sources = by_source(result.nodes);
  return result;
}

ComparedReport compared(const AuditReport& report) {
  const Judgement& judgement = report.judgement;
  ComparedReport result;
  result.kind = "audit";
  result.title = title_of(report.record.model_file, report.method, report.inputs);
  result.figure_names = kAuditFigures;
  result.totals = {{"measured", of(measured_flops(judgement))},
                   {"annotated", number(judgement.annotated)},
                   {"expected", of(std::optional(judgement.expected))},
                   {"unexplained", number(judgement.unexplained)},
                   {"bound_width", number(judgement.bound_width)},
                   {"nodes", number(static_cast<std::int64_t>(judgement.nodes.size()))},
                   {"shape_mismatches", number(judgement.shape_mismatches)}};
  for (int i = 0; i <= static_cast<int>(Verdict::error); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    result.totals.push_back({std::string(name(verdict)), number(nodes_with(judgement, verdict))});
  }
  for (const NodeJudgement& node : judgement.nodes) result.nodes.push_back(compared(node));
  Groups ops, modules;
  for (const ComparedNode& node : result.nodes) {
    ops.add(node.op, node);
    for (const std::string& module : with_parents(node.module)) modules.add(module, node);
  }
  result.ops = ops.take();
  result.modules = modules.take();
  result.sources = by_source(result.nodes);
  return result;
}

}  // namespace flopaudit
