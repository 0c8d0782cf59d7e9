// 1. A node whose operands are recorded has a case for each run, equal ones after each other joined. 2. A node of which
// it was not known how often it runs, and that is not recorded, did not run. 3. The work is that of the op's row, with
// these facts.
#include "analyzer/audit/program_of_run.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "analyzer/audit/executed_facts.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

using Runs = std::vector<const NodeMeasurement*>;

bool is_number(const Range& range) { return range.exact() && range.min.is_constant(); }

// All of it, and in numbers.
bool are_known(const std::vector<Fact>& facts) {
  return std::ranges::all_of(facts, [](const Fact& fact) { return fact.is_complete() && symbols_of(fact).empty(); });
}

std::vector<Fact> facts_of(const std::vector<std::string>& texts) {
  std::vector<Fact> facts;
  for (const std::string& text : texts) {
    Result<Fact> fact = Fact::parse(text);
    facts.push_back(fact ? *std::move(fact) : Fact());
  }
  return facts;
}

// Nothing where a run is not recorded with what it took, or contradicts all that is annotated.
std::optional<std::vector<Execution>> cases_of(const Node& node, const Runs& runs) {
  std::vector<Execution> cases;
  for (const NodeMeasurement* run : runs) {
    if (run->inputs.empty() || run->outputs.empty()) return std::nullopt;
    Execution execution{Expr(1), facts_of(run->inputs), facts_of(run->outputs)};
    const bool fits = std::ranges::any_of(node.cases, [&](const Execution& annotated) {
      return fact_difference(annotated.outputs, execution.outputs).empty();
    });
    if (!fits) return std::nullopt;
    if (!cases.empty() && cases.back().inputs == execution.inputs && cases.back().outputs == execution.outputs)
      cases.back().count += Range(Expr(1));
    else
      cases.push_back(std::move(execution));
  }
  return cases;
}

void count_anew(Node& node) {
  const OpSpec* row = find_op(node.op.full());
  const bool may_be_known = node.state == WorkState::known || node.state == WorkState::no_shape;
  if (row == nullptr || !has_work(*row) || !may_be_known) return;
  WorkTotal total;
  for (const Execution& execution : node.cases) {
    const RuleResult<Work> work = work_of(*row, execution.inputs, execution.outputs);
    const RuleResult<Work> least = least_work_of(*row, execution.inputs, execution.outputs);
    if (!work || !least || !(*work == *least)) return;
    total += times(execution.count, *work);
  }
  node.state = total.operations.empty() ? WorkState::zero : WorkState::known;
  node.why.clear();
  node.work = std::move(total);
}

// `is_whole`: the run came to its end.
void settle(Node& node, const Runs& runs, bool is_whole) {
  if (node.op.name.starts_with("prim::")) return;
  if (runs.empty()) {
    if (is_number(node.executions) || !is_whole) return;
    node.cases.clear();
  } else {
    auto cases = cases_of(node, runs);
    if (!cases) return;
    node.cases = *std::move(cases);
  }
  node.executions = Expr(static_cast<std::int64_t>(runs.size()));
  count_anew(node);
}

// A number, whatever the values of the operands: not so of the rows of a bag that a padding index leaves out.
bool is_work_known(const Node& node) {
  const auto& operations = node.work.operations;
  return node.state != WorkState::no_shape &&
         std::ranges::all_of(operations, [](const auto& entry) { return is_number(entry.second); });
}

}  // namespace

bool is_open(const Node& node, const Layouts& layouts) {
  const bool is_known =
      is_work_known(node) && is_number(node.executions) &&
      std::ranges::all_of(node.cases, [](const Execution& execution) {
        return is_number(execution.count) && are_known(execution.inputs) && are_known(execution.outputs);
      });
  if (!is_known) return true;
  return std::ranges::any_of(node.operands, [&](const Value* operand) {
    if (operand->fact.tensor() != nullptr) return !layouts.strides(*operand);
    const auto elements = layouts.elements(*operand);
    const bool of_tensors = operand->type.kind == Type::Kind::list && !operand->type.arguments.empty() &&
                            operand->type.arguments[0].kind == Type::Kind::tensor;
    return of_tensors && std::ranges::any_of(elements, [](const auto& each) { return !each; });
  });
}

void settle(Program& program, const Record& record) {
  if (program.functions.empty()) return;
  std::map<int, Runs> runs;
  for (const NodeMeasurement& run : record.nodes) runs[run.id].push_back(&run);
  for_each_node(program.entry().body, [&](Node& node) { settle(node, runs[node.id], !record.partial); });
}

Result<std::unique_ptr<Program>> program_of_run(const Record& record) {
  FA_ASSIGN(std::unique_ptr<Program> program, parse_program(record.ir));
  settle(*program, record);
  return program;
}

}  // namespace flopaudit
