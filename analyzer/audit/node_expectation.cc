#include "analyzer/audit/node_expectation.h"

#include <algorithm>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

std::optional<std::int64_t> constant_of(const Range& range) {
  return range.exact() ? range.min.constant() : std::nullopt;
}

// The annotated arithmetic of the whole node, for reports; what is no number is left out.
FlopIntervals annotated_total(const WorkTotal& total) {
  Work upper;
  for (const auto& [key, count] : total.operations) {
    if (count.max.constant()) upper.operations[key] = count.max;
  }
  const auto counts = arithmetic_of(upper);
  return std::holds_alternative<NoModel>(counts) ? FlopIntervals{} : std::get<FlopIntervals>(counts);
}

// The work of one of `count` equal executions that cost `total` together.
std::variant<Work, NoModel> share_of(const WorkTotal& total, std::int64_t count) {
  Work one;
  const auto divide = [count](const Range& range) -> std::optional<Expr> {
    const std::optional<std::int64_t> number = constant_of(range);
    if (!number || *number % count != 0) return std::nullopt;
    return Expr(*number / count);
  };
  for (const auto& [key, range] : total.operations) {
    const std::optional<Expr> share = divide(range);
    if (!share) return NoModel{"its work is not a number: " + range.to_string()};
    one.operations[key] = *share;
  }
  for (const auto& [dtype, range] : total.valid_mac) {
    const std::optional<Expr> share = divide(range);
    if (!share) return NoModel{"its work is not a number: " + range.to_string()};
    one.valid_mac[dtype] = *share;
  }
  return one;
}

// What annotate-work wrote, where all executions are alike; else the op's row again, case by case.
std::variant<Work, NoModel> work_of_case(const Node& node, const Execution& execution, std::int64_t count) {
  if (node.state == WorkState::zero) return Work{};
  if (node.state != WorkState::known) {
    return NoModel{"its work is not known: " + (node.why.empty() ? std::string(name(node.state)) : node.why)};
  }
  if (node.cases.size() == 1) return share_of(node.work, count);
  const OpSpec* spec = find_op(node.op.full());
  if (spec == nullptr) return NoModel{"the registry has no row for " + node.op.full()};
  RuleResult<Work> work = work_of(*spec, execution.inputs, execution.outputs);
  if (!work) return NoModel{"its work is not known: " + work.failure().why};
  const RuleResult<Work> least = least_work_of(*spec, execution.inputs, execution.outputs);
  if (!least || !(*least == *work)) return NoModel{"its work depends on the elements of a tensor"};
  return *work;
}

void add_cause(std::vector<CauseDelta>& causes, const CauseDelta& more) {
  const auto found = std::find_if(causes.begin(), causes.end(), [&](const auto& c) { return c.cause == more.cause; });
  if (found == causes.end())
    causes.push_back(more);
  else
    found->delta += more.delta;
}

// Whether its kernel takes min, max, comparisons or estimates beside the arithmetic: comparisons and transcendental
// functions do, and functions that are made of other arithmetic (sqrt). Arithmetic alone does not: of 35 ops of all
// families, read with fpcount, sqrt and pow to 0.5 alone had such lanes.
bool may_compare_or_estimate(const Node& node, const std::vector<CauseDelta>& causes) {
  const bool by_work = std::any_of(node.work.operations.begin(), node.work.operations.end(), [](const auto& entry) {
    const WorkClass work_class = entry.first.first;
    return work_class == WorkClass::compare || is_transcendental(work_class);
  });
  const auto functions = function_causes();
  return by_work || std::any_of(causes.begin(), causes.end(), [&](const CauseDelta& cause) {
           return functions.data() <= cause.cause && cause.cause < functions.data() + functions.size();
         });
}

}  // namespace

NodeExpectation expectation_of(const Node& node, const CodePath& path, const Layouts& layouts) {
  const OperandStrides strides = layouts.of_operands(node);
  NodeExpectation result;
  result.annotated = annotated_total(node.work);
  result.executions = constant_of(node.executions);
  const auto refuse = [&result](std::string why) {
    result.expected.reset();
    result.why_not = std::move(why);
    return result;
  };
  if (!result.executions) return refuse("it runs " + node.executions.to_string() + " times");
  FlopIntervals expected;
  for (const Execution& execution : node.cases) {
    const std::optional<std::int64_t> count = constant_of(execution.count);
    if (!count) return refuse("it runs " + execution.count.to_string() + " times");
    if (*count == 0) continue;
    const auto work = work_of_case(node, execution, *count);
    if (const NoModel* refused = std::get_if<NoModel>(&work)) return refuse(refused->reason);
    const auto counts =
        expected_counts(node.op.full(), execution.inputs, execution.outputs, std::get<Work>(work), path, &strides);
    if (const NoModel* refused = std::get_if<NoModel>(&counts)) return refuse(refused->reason);
    const ExpectedCounts& one = std::get<ExpectedCounts>(counts);
    expected += times(*count, one.expected);
    result.by_values += times(*count, one.by_values);
    for (const CauseDelta& cause : one.causes) add_cause(result.causes, {cause.cause, times(*count, cause.delta)});
    result.data_dependent = result.data_dependent || one.data_dependent;
  }
  result.expected = expected;
  return result;
}

NodeExpectation as_counted(NodeExpectation expectation, const Node& node, const ClassFolding& folding) {
  if (folding.separates_classes()) return expectation;
  expectation.annotated = folding.folded(expectation.annotated);
  if (!expectation.expected) return expectation;
  if (!folding.others().empty() && may_compare_or_estimate(node, expectation.causes)) {
    expectation.expected.reset();
    expectation.causes.clear();
    expectation.why_not = "the counter adds " + folding.others() + " to its readings, and no model states those lanes";
    return expectation;
  }
  expectation.expected = folding.folded(*expectation.expected);
  expectation.by_values = folding.folded(expectation.by_values);
  return expectation;
}

const Execution* case_of_iteration(const Node& node, std::int64_t iteration) {
  if (node.cases.size() == 1 && !constant_of(node.cases.front().count)) return &node.cases.front();
  for (const Execution& execution : node.cases) {
    const std::optional<std::int64_t> count = constant_of(execution.count);
    if (!count) return nullptr;
    if (iteration < *count) return &execution;
    iteration -= *count;
  }
  return nullptr;
}

}  // namespace flopaudit
