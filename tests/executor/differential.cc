#include "tests/executor/differential.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/audit/executed_facts.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/audit/node_expectation.h"
#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/node_text.h"
#include "analyzer/support/expr_bounds.h"
#include "passes/pass_manager.h"
#include "runtime/executor/execute.h"
#include "runtime/executor/meta_shape_oracle.h"

namespace flopaudit {
namespace {

Result<std::vector<Fact>> bound_inputs(const Program& program, const std::vector<std::string>& specs) {
  const Graph& entry = program.entry();
  std::vector<Fact> inputs;
  for (std::size_t i = 1; i < entry.body.arguments.size(); ++i) {
    if (i - 1 < specs.size()) {
      FA_ASSIGN(Fact given, Fact::parse(specs[i - 1]));
      inputs.push_back(std::move(given));
    } else if (specs.empty() && program.example_inputs && i - 1 < program.example_inputs->size()) {
      inputs.push_back((*program.example_inputs)[i - 1]);
    } else if (i < entry.defaults.size() && entry.defaults[i]) {
      inputs.push_back(*entry.defaults[i]);
    } else {
      return usage_error("no input for the argument '" + entry.body.arguments[i]->name + "'");
    }
  }
  return inputs;
}

// What is symbolic is open within its bounds.
bool may_be(const Range& annotated, std::int64_t number) {
  const auto least = lower_bound(annotated.min), most = upper_bound(annotated.max);
  return (!least || *least <= number) && (!most || number <= *most);
}

std::string text_of(const Strides& strides) {
  std::string text;
  for (const std::int64_t stride : strides) text += (text.empty() ? "" : ",") + std::to_string(stride);
  return "(" + text + ")";
}

// How a tensor lies against how it is told to lie. Strides of dims of 1 say nothing, nor do those of an empty tensor.
std::string layout_difference(const Strides& told, const GivenResult& given) {
  const auto sizes = sizes_at({given.fact}, 0);
  if (!sizes || !given.strides || std::ranges::count(*sizes, 0) > 0) return "";
  const Strides expected = told == kRowByRow ? row_major(*sizes) : told;
  for (std::size_t dim = 0; dim < sizes->size() && expected.size() == sizes->size(); ++dim) {
    if ((*sizes)[dim] > 1 && expected[dim] != (*given.strides)[dim])
      return "its strides are " + text_of(*given.strides) + ", told are " + text_of(expected);
  }
  return expected.size() == sizes->size() ? "" : "its strides are of other dims than those that are told";
}

class Comparer {
 public:
  explicit Comparer(const Program& program) : layouts_(Layouts::of(program)) {}

  void take(const Node& node, const std::vector<GivenResult>& given) {
    const std::int64_t run = runs_[&node]++;
    ++comparison_.runs;
    std::vector<Fact> results;
    for (const GivenResult& each : given) results.push_back(each.fact);
    const std::string difference = best_difference(node, run, results);
    if (!difference.empty()) mismatch(node, "run " + std::to_string(run) + ": " + difference);
    take_layouts(node, run, given);
    if (node.cases.empty()) return;
    for (const Fact& annotated : node.cases.front().outputs) {
      if (!annotated.is_unknown()) ++comparison_.values;
    }
  }

  // Once the program has run to its end.
  void check_executions(const Program& program) {
    for_each_node(program.entry().body, [this](const Node& node) {
      const auto found = runs_.find(&node);
      const std::int64_t ran = found == runs_.end() ? 0 : found->second;
      if (!may_be(node.executions, ran)) {
        mismatch(node, "it ran " + std::to_string(ran) + " times, annotated are " + node.executions.to_string());
      }
    });
    comparison_.nodes = runs_.size();
  }

  Comparison& comparison() { return comparison_; }

 private:
  void take_layouts(const Node& node, std::int64_t run, const std::vector<GivenResult>& given) {
    for (std::size_t i = 0; i < given.size() && i < node.results.size(); ++i) {
      const auto told = layouts_.strides(*node.results[i]);
      if (!told || !given[i].strides) continue;
      ++comparison_.layouts;
      const std::string difference = layout_difference(*told, given[i]);
      if (!difference.empty())
        mismatch(node, "run " + std::to_string(run) + ", result " + std::to_string(i) + ": " + difference);
    }
  }

  // Where it is not known which case a run belongs to, one that fits is enough.
  static std::string best_difference(const Node& node, std::int64_t run, const std::vector<Fact>& results) {
    if (const Execution* execution = case_of_iteration(node, run)) return fact_difference(execution->outputs, results);
    std::string first;
    for (const Execution& execution : node.cases) {
      std::string difference = fact_difference(execution.outputs, results);
      if (difference.empty()) return "";
      if (first.empty()) first = std::move(difference);
    }
    return first;
  }

  void mismatch(const Node& node, const std::string& what) {
    if (++mismatches_of_[&node] <= 2) comparison_.mismatches.push_back(describe(node) + ", " + what);
  }

  Comparison comparison_;
  Layouts layouts_;
  std::map<const Node*, std::int64_t> runs_;
  std::map<const Node*, int> mismatches_of_;
};

}  // namespace

Result<Comparison> compare_interpreters(const std::string& file, const std::vector<std::string>& inputs) {
  FA_ASSIGN(const auto program, load_with_torchscript(file, "forward"));
  PassContext context;
  FA_ASSIGN(context.inputs, bound_inputs(*program, inputs));
  context.shape_oracle = std::make_shared<MetaShapeOracle>();
  FA_TRY(run_pipeline(*program, context, {}));
  // What the analysis says of its symbols is held to as well.
  const SymbolBounds least(context.least_sizes);
  const LargestSizes most(context.most_sizes);
  Comparer comparer(*program);
  ExecuteOptions options;
  options.model_file = file;
  options.repetitions = 1;
  options.on_results = [&](const Node& node, const std::vector<GivenResult>& results) { comparer.take(node, results); };
  FA_ASSIGN(const ExecuteResult result, execute(*program, options));
  Comparison& comparison = comparer.comparison();
  if (result.partial) comparison.failure = result.error;
  for (const NodeMeasurement& node : result.nodes) comparison.left_out += node.not_run.empty() ? 0 : 1;
  comparison.outputs = result.outputs_equal_forward == true ? "equal" : result.outputs_equal_reason;
  if (!result.partial && comparison.left_out == 0) comparer.check_executions(*program);
  return std::move(comparison);
}

std::string Comparison::to_text() const {
  std::string text = failure + "\n" + outputs + "\n" + std::to_string(nodes) + " " + std::to_string(runs) + " " +
                     std::to_string(left_out) + " " + std::to_string(values) + " " + std::to_string(layouts) + "\n";
  for (const std::string& sentence : mismatches) text += sentence + "\n";
  return text;
}

Comparison Comparison::of_text(const std::string& text) {
  Comparison comparison;
  std::istringstream lines(text);
  std::getline(lines, comparison.failure);
  std::getline(lines, comparison.outputs);
  lines >> comparison.nodes >> comparison.runs >> comparison.left_out >> comparison.values >> comparison.layouts >>
      std::ws;
  for (std::string line; std::getline(lines, line);) comparison.mismatches.push_back(line);
  return comparison;
}

}  // namespace flopaudit
