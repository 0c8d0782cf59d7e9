// What the IR keeps of the facts that a node saw.
#include <algorithm>

#include "analyzer/ops/op_registry.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/interpreter.h"

namespace flopaudit {
namespace {

// Of a longer list or dict, at a node whose work does not depend on it, that there is one.
constexpr std::int64_t kLongestKept = 64;

bool is_long(const Fact& fact) {
  return (fact.get<ListFact>() || fact.get<DictFact>()) && ElementBudget::size(fact) > kLongestKept;
}

Fact without_elements(const Fact& fact) {
  const Type::Kind kind = fact.get<ListFact>() ? Type::Kind::list : Type::Kind::dict;
  return unknown_of_type(Type::of(kind), "");
}

}  // namespace

std::vector<Fact> Interpreter::recorded(const Node& node, const std::vector<Fact>& facts) {
  if (std::ranges::none_of(facts, is_long)) return budget_.snapshots(facts);
  const OpSpec* row = find_op(node.op.full(), context_.op_rules.get());
  const bool needs_elements = row != nullptr ? has_work(*row) : !interprets(node.op.name);
  if (needs_elements) return budget_.snapshots(facts);
  std::vector<Fact> kept;
  kept.reserve(facts.size());
  for (const Fact& fact : facts) kept.push_back(is_long(fact) ? without_elements(fact) : budget_.snapshot(fact));
  return kept;
}

Error Interpreter::too_many_elements() const {
  return input_error("'" + program_.file + "' hands lists of more than " + std::to_string(ElementBudget::kMaxKept) +
                     " elements in all from node to node, which is more than flopaudit analyses: give it fewer " +
                     "iterations or shorter lists");
}

}  // namespace flopaudit
