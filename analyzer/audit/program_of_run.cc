// 1. A node of which it was not known how often it runs ran as often as it is recorded. 2. A dim that is one symbol
// alone has the size that was met there; a symbol that was met with several sizes keeps its name. 3. In program order:
// a node that ran once gave what the record says, and what is made of its results is given that. 4. Its work is that of
// its row, with these facts.
#include "analyzer/audit/program_of_run.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/audit/executed_facts.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

using Sizes = std::map<std::string, Expr>;

bool is_number(const Range& range) { return range.exact() && range.min.is_constant(); }

bool is_number(const WorkTotal& work) {
  return std::ranges::all_of(work.operations, [](const auto& entry) { return is_number(entry.second); });
}

Range substituted(const Range& range, const Sizes& sizes) {
  return {range.min.substitute(sizes), range.max.substitute(sizes)};
}

void substitute_in(WorkTotal& work, const Sizes& sizes) {
  for (auto& [key, count] : work.operations) count = substituted(count, sizes);
  for (auto& [dtype, count] : work.valid_mac) count = substituted(count, sizes);
  work.bytes_read = substituted(work.bytes_read, sizes);
  work.bytes_written = substituted(work.bytes_written, sizes);
}

// --- one fact by what was met ---

Fact filled(const Fact& annotated, const Fact& executed);

std::vector<Fact> filled(std::vector<Fact> annotated, const std::vector<Fact>& executed) {
  for (std::size_t i = 0; i < std::min(annotated.size(), executed.size()); ++i)
    annotated[i] = filled(annotated[i], executed[i]);
  return annotated;
}

TensorFact filled(TensorFact tensor, const TensorFact& executed) {
  if (!tensor.dtype) tensor.dtype = executed.dtype;
  if (!tensor.dims || !executed.dims) {
    if (!tensor.dims) tensor.dims = executed.dims;
    return tensor;
  }
  for (std::size_t i = 0; i < tensor.dims->size(); ++i) {
    Dim& dim = (*tensor.dims)[i];
    if (!dim || !dim->is_constant()) dim = (*executed.dims)[i];
  }
  return tensor;
}

// What the annotation leaves open, as it was executed; nothing where the two contradict each other.
Fact filled(const Fact& annotated, const Fact& executed) {
  if (executed.is_unknown() || !fact_difference({annotated}, {executed}).empty()) return annotated;
  if (annotated.is_unknown()) return executed;
  if (const TensorFact* tensor = annotated.tensor()) return filled(*tensor, *executed.tensor());
  if (annotated.is_complete()) return annotated;
  const auto *list = annotated.get<ListFact>(), *given = executed.get<ListFact>();
  if (list != nullptr && list->elements && *list->elements && given != nullptr && given->elements && *given->elements)
    return Fact::list(filled(**list->elements, **given->elements));
  if (const auto* tuple = annotated.get<TupleFact>())
    return Fact::tuple(filled(tuple->elements, executed.get<TupleFact>()->elements));
  return executed;
}

// --- symbols ---

// Sizes by symbol; nothing: several were met.
using Met = std::map<std::string, std::optional<Expr>>;

void meet(const Dim& annotated, const Dim& executed, Met& met) {
  if (!annotated || !executed || !executed->is_constant()) return;
  const std::set<std::string> symbols = annotated->symbols();
  if (symbols.size() != 1 || !(*annotated == Expr::symbol(*symbols.begin()))) return;
  const auto [entry, is_new] = met.try_emplace(*symbols.begin(), *executed);
  if (!is_new && entry->second && !(*entry->second == *executed)) entry->second.reset();
}

void meet(const Fact& annotated, const Fact& executed, Met& met) {
  if (annotated.variant().index() != executed.variant().index()) return;
  if (const TensorFact* tensor = annotated.tensor()) {
    const TensorFact& other = *executed.tensor();
    if (!tensor->dims || !other.dims || tensor->dims->size() != other.dims->size()) return;
    for (std::size_t i = 0; i < tensor->dims->size(); ++i) meet((*tensor->dims)[i], (*other.dims)[i], met);
  } else if (const auto* integer = annotated.get<IntFact>()) {
    meet(integer->value, executed.get<IntFact>()->value, met);
  } else if (const auto* list = annotated.get<ListFact>(); list != nullptr && list->elements) {
    const auto& other = executed.get<ListFact>()->elements;
    if (other) meet(list->elements->length(), other->length(), met);
  }
}

class Settling {
 public:
  Settling(Program& program, const Record& record) : program_(program), is_whole_(!record.partial) {
    for (const NodeMeasurement& run : record.nodes) runs_[run.id].push_back(&run);
  }

  void run() {
    if (is_whole_) for_each_node(program_.entry().body, [this](Node& node) { settle_executions(node); });
    learn_symbols();
    region(program_.entry().body);
  }

 private:
  using Runs = std::vector<const NodeMeasurement*>;

  const Runs& runs_of(const Node& node) const {
    static const Runs kNone;
    const auto found = runs_.find(node.id);
    return found == runs_.end() ? kNone : found->second;
  }

  // How often each case of a node was met, where the number of runs alone tells.
  void settle_executions(Node& node) {
    if (is_number(node.executions) || node.op.name.starts_with("prim::")) return;
    const auto count = static_cast<std::int64_t>(runs_of(node).size());
    const bool each_once = count == static_cast<std::int64_t>(node.cases.size()) &&
                           std::ranges::all_of(node.cases, [](const auto& each) { return each.count.max == Expr(1); });
    if (count != 0 && node.cases.size() != 1 && !each_once) return;
    node.executions = Expr(count);
    for (Execution& execution : node.cases) execution.count = Expr(each_once ? 1 : count);
    unsettled_work_.insert(&node);
  }

  static std::vector<Fact> results_of(const NodeMeasurement& run) {
    std::vector<Fact> facts;
    for (const std::string& text : run.outputs) {
      Result<Fact> fact = Fact::parse(text);
      facts.push_back(fact ? *std::move(fact) : Fact());
    }
    return facts;
  }

  void learn_symbols() {
    Met met;
    for_each_node(program_.entry().body, [&](const Node& node) {
      const Execution* const only = node.cases.size() == 1 ? &node.cases.front() : nullptr;
      const Runs& runs = runs_of(node);
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const Execution* execution = only != nullptr ? only : case_at(node, i);
        if (execution == nullptr) continue;
        const std::vector<Fact> results = results_of(*runs[i]);
        for (std::size_t k = 0; k < std::min(results.size(), execution->outputs.size()); ++k)
          meet(execution->outputs[k], results[k], met);
      }
    });
    Sizes sizes;
    for (const auto& [symbol, size] : met) {
      if (size) sizes.emplace(symbol, *size);
    }
    if (sizes.empty()) return;
    for (const auto& value : program_.entry().values()) {
      if (!symbols_of(value->fact).empty()) value->fact = substitute(value->fact, sizes);
    }
    for_each_node(program_.entry().body, [&](Node& node) {
      node.executions = substituted(node.executions, sizes);
      for (Execution& execution : node.cases) {
        execution.count = substituted(execution.count, sizes);
        for (auto* facts : {&execution.inputs, &execution.outputs}) {
          for (Fact& fact : *facts) {
            if (!symbols_of(fact).empty()) fact = substitute(fact, sizes);
          }
        }
      }
      substitute_in(node.work, sizes);
    });
  }

  // The case of run number i, as far as the counts before it are numbers.
  static const Execution* case_at(const Node& node, std::size_t i) {
    auto left = static_cast<std::int64_t>(i);
    for (const Execution& execution : node.cases) {
      if (!is_number(execution.count)) return nullptr;
      if (left < *execution.count.min.constant()) return &execution;
      left -= *execution.count.min.constant();
    }
    return nullptr;
  }

  void region(const Region& region) {
    for (const auto& node : region.nodes) {
      for (const auto& inner : node->regions) this->region(*inner);
      if (node->op.name.starts_with("prim::"))
        pass_on(*node);
      else
        settle_node(*node);
    }
  }

  void settle_node(Node& node) {
    const Runs& runs = runs_of(node);
    const auto count = static_cast<std::int64_t>(runs.size());
    bool is_filled = !is_number(node.work) || unsettled_work_.contains(&node);
    for (Execution& execution : node.cases) is_filled = fill_operands(node, execution) || is_filled;
    if (count == 1 && node.cases.size() == 1) {
      std::vector<Fact>& outputs = node.cases.front().outputs;
      std::vector<Fact> results = filled(outputs, results_of(*runs.front()));
      is_filled = is_filled || results != outputs;
      outputs = std::move(results);
      for (std::size_t i = 0; i < std::min(outputs.size(), node.results.size()); ++i) set(node.results[i], outputs[i]);
    }
    if (is_filled) count_anew(node);
  }

  bool fill_operands(const Node& node, Execution& execution) const {
    bool is_filled = false;
    for (std::size_t i = 0; i < std::min(execution.inputs.size(), node.operands.size()); ++i) {
      const auto found = settled_.find(node.operands[i]);
      if (found == settled_.end()) continue;
      Fact fact = filled(execution.inputs[i], found->second);
      is_filled = is_filled || !(fact == execution.inputs[i]);
      execution.inputs[i] = std::move(fact);
    }
    return is_filled;
  }

  static void count_anew(Node& node) {
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

  // Lists, tuples and branches hand on what is known of their parts.
  void pass_on(Node& node) {
    const std::string& op = node.op.name;
    if (op == "prim::ListConstruct" || op == "prim::TupleConstruct") {
      std::vector<Fact> parts;
      for (const Value* operand : node.operands) {
        const auto found = settled_.find(operand);
        parts.push_back(found == settled_.end() ? operand->fact : found->second);
      }
      const bool is_list = op == "prim::ListConstruct";
      set(node.results.front(), is_list ? Fact::list(std::move(parts)) : Fact::tuple(std::move(parts)));
    } else if (op == "prim::ListUnpack" || op == "prim::TupleUnpack") {
      const auto found = settled_.find(node.operands.front());
      if (found == settled_.end()) return;
      const auto* list = found->second.get<ListFact>();
      const auto* tuple = found->second.get<TupleFact>();
      const bool is_open = tuple == nullptr && (list == nullptr || !list->elements || !*list->elements);
      if (is_open) return;
      const std::vector<Fact>& parts = tuple != nullptr ? tuple->elements : **list->elements;
      for (std::size_t i = 0; i < std::min(parts.size(), node.results.size()); ++i) set(node.results[i], parts[i]);
    } else if (op == "prim::If" && node.regions.size() == 2) {
      const Region* taken = branch_taken(node);
      for (std::size_t i = 0; taken != nullptr && i < std::min(node.results.size(), taken->results.size()); ++i) {
        const auto found = settled_.find(taken->results[i]);
        if (found != settled_.end()) set(node.results[i], found->second);
      }
    }
  }

  // The branch that has recorded nodes, where the other has none.
  const Region* branch_taken(const Node& node) const {
    const auto ran = [this](const Region& region) {
      bool any = false;
      for_each_node(region, [&](const Node& inner) { any = any || !runs_of(inner).empty(); });
      return any;
    };
    const bool first = ran(*node.regions[0]), second = ran(*node.regions[1]);
    return first == second ? nullptr : node.regions[first ? 0 : 1].get();
  }

  void set(Value* value, const Fact& fact) {
    value->fact = filled(value->fact, fact);
    settled_[value] = value->fact;
  }

  Program& program_;
  bool is_whole_;
  std::map<int, Runs> runs_;
  std::set<const Node*> unsettled_work_;  // whose work is that of another number of runs
  std::map<const Value*, Fact> settled_;  // of what ran once
};

}  // namespace

void settle(Program& program, const Record& record) {
  if (!program.functions.empty()) Settling(program, record).run();
}

Result<std::unique_ptr<Program>> program_of_run(const Record& record) {
  FA_ASSIGN(std::unique_ptr<Program> program, parse_program(record.ir));
  settle(*program, record);
  return program;
}

}  // namespace flopaudit
