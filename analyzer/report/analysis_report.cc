#include "analyzer/report/analysis_report.h"

#include <algorithm>
#include <map>

#include "analyzer/ir/dataflow.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/region_total.h"
#include "analyzer/ir/tensor_sum.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"
#include "analyzer/training/inner_gradient.h"

namespace flopaudit {
namespace {

void count_state(AnalysisReport& report, WorkState state) {
  ++report.nodes;
  if (state == WorkState::zero) ++report.zero;
  if (state == WorkState::no_rule) ++report.no_rule;
  if (state == WorkState::no_shape) ++report.no_shape;
  if (state == WorkState::not_taken) ++report.not_taken;
}

AnalysisNode analysis_node(const Node& node, bool is_described) {
  AnalysisNode row;
  row.id = node.id;
  row.op = node.op;
  row.module = node.module;
  row.source = source_text(node.source);
  if (is_described) {
    row.inputs = input_texts(node);
    row.outputs = output_texts(node);
  }
  row.executions = node.executions;
  row.state = node.state;
  row.why = node.why;
  row.formula = node.formula;
  row.work = node.work;
  return row;
}

// Elements that the node reads and writes, of all executions; nullopt as soon as one is not known.
std::optional<std::int64_t> touched_elements(const Node& node) {
  if (node.cases.empty()) return std::nullopt;
  Expr sum;
  for (const Execution& execution : node.cases) {
    for (const auto* facts : {&execution.inputs, &execution.outputs}) {
      for (const Fact& fact : *facts) {
        const auto elements = sum_over_tensors(fact, [](const TensorFact& tensor) { return element_count(tensor); });
        if (!elements) return std::nullopt;
        sum += *elements * execution.count.max;
      }
    }
  }
  return sum.constant();
}

std::string short_formula(const Range& range) {
  constexpr std::size_t kLongest = 200;
  const std::string text = plain(range);
  return text.size() > kLongest ? "(a long formula: give numbers with --at)" : text;
}

// What is not counted whole can be estimated, where the program asks for a gradient.
std::string estimate_text(const Program& program, const Node& node) {
  if (node.op.name != "aten::grad" || node.operands.size() < 2) return "";
  RuleResult<InnerGradient> gradient = inner_gradient(program, node);
  if (!gradient) return "";
  return "; the rest of it, in no total: " + short_formula(macs(gradient->work)) + " MACs and " +
         short_formula(flops(gradient->work)) + " FLOPs";
}

void add_gap(std::map<std::pair<std::string, std::string>, Gap>& gaps, const Program& program, const Node& node) {
  if (node.state != WorkState::no_rule && node.state != WorkState::no_shape) return;
  const std::string op = node.op.full();
  const std::string kind = node.state == WorkState::no_rule ? "no rule" : "no shape";
  const std::string why = (node.why.empty() ? kind : kind + ": " + node.why) + estimate_text(program, node);
  const auto elements = touched_elements(node);
  auto [entry, inserted] = gaps.try_emplace({op, why}, Gap{op, 0, 0, why});
  ++entry->second.nodes;
  if (!elements || !entry->second.elements) {
    entry->second.elements = std::nullopt;
  } else {
    *entry->second.elements += *elements;
  }
}

bool is_exact(const WorkTotal& work) {
  return flops(work).exact() && work.bytes_read.exact() && transcendentals(work).exact() && comparisons(work).exact();
}

std::vector<OpTotal> totals_by_op(const Program& program, const std::vector<AnalysisNode>& nodes) {
  std::map<std::string, OpTotal> totals;
  for (const AnalysisNode& node : nodes) {
    OpTotal& total = totals[node.op.full()];
    total.op = node.op.full();
    ++total.nodes;
    total.work += node.work;
    if (node.state == WorkState::no_rule || node.state == WorkState::no_shape) total.worst_state = node.state;
  }
  std::vector<OpTotal> sorted;
  for (auto& [op, total] : totals) {
    // A sum of ranges is too wide where branches exclude each other.
    if (!is_exact(total.work)) {
      const std::string& name = total.op;
      total.work = region_total(program.entry().body,
                                [&](const Node& node) { return node.op.full() == name ? node.work : WorkTotal(); });
    }
    sorted.push_back(std::move(total));
  }
  const auto weight = [](const OpTotal& total) { return magnitude(flops(total.work)).value_or(1e300); };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const OpTotal& a, const OpTotal& b) { return weight(a) > weight(b); });
  return sorted;
}

std::optional<double> ratio(const Range& a, const Range& b) {
  if (!a.exact() || !b.exact() || !a.min.constant() || b.min.constant().value_or(0) == 0) return std::nullopt;
  return static_cast<double>(*a.min.constant()) / static_cast<double>(*b.min.constant());
}

}  // namespace

std::optional<double> arithmetic_intensity(const WorkTotal& work) {
  return ratio(flops(work), work.bytes_read + work.bytes_written);
}

std::optional<double> arithmetic_intensity(const AnalysisReport& report) {
  return report.no_rule + report.no_shape > 0 ? std::nullopt : arithmetic_intensity(report.total);
}

std::optional<double> parallelism(const AnalysisReport& report) {
  if (report.no_rule + report.no_shape > 0) return std::nullopt;
  return ratio(flops(report.total), Range(report.span_flops));
}

AnalysisReport make_analysis_report(const Program& program, const AnalysisInputs& inputs) {
  const SymbolBounds bounds(inputs.least_sizes);
  const LargestSizes largest(inputs.most_sizes);
  AnalysisReport report;
  report.file = program.file;
  report.kind = program.kind;
  report.method = program.method;
  report.libtorch = program.libtorch_version;
  report.parameters = program.parameter_count;
  report.parameter_bytes = program.parameter_bytes;
  report.inputs = input_names(program);
  for (const Value* argument : program.entry().body.arguments) report.symbols.merge(symbols_of(argument->fact));
  report.conventions = inputs.conventions;
  report.modules = inputs.modules;
  report.diagnostics = inputs.diagnostics;
  report.size_assumptions = inputs.size_assumptions;
  const Dataflow::Path span = span_path(program.entry().body);
  report.span_flops = span.weight;
  for (const Node* node : span.nodes) {
    if (flops(node->work) != Range()) report.span_nodes.push_back(node->id);
  }
  report.memory = live_memory(program);
  report.training = training_step(program);

  std::map<std::pair<std::string, std::string>, Gap> gaps;
  for_each_node(program.entry().body, [&](const Node& node) {
    if (!is_reported(node)) return;
    report.node_list.push_back(analysis_node(node, inputs.describes_nodes));
    count_state(report, node.state);
    add_gap(gaps, program, node);
  });
  report.total = region_total(program.entry().body, [](const Node& node) { return node.work; });
  report.depends_on = dependency_rows(program, report.total, inputs.dependencies, inputs.most_sizes);
  report.ops = totals_by_op(program, report.node_list);
  for (auto& [key, gap] : gaps) report.gaps.push_back(std::move(gap));
  return report;
}

}  // namespace flopaudit
