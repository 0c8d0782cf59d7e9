// 1. Inputs come alive, held by the caller too. 2. A node's results come alive; that is where the peak may be. 3.
// Values whose last use it was are dropped. 4. Regions run inside of their node (memory_regions.cc).
#include "analyzer/ir/memory/memory_run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/memory/sharing.h"
#include "analyzer/ir/tensor_sum.h"

namespace flopaudit {
namespace {

// Of a program whose loops do not nest deep each node is visited a few times.
constexpr std::int64_t kVisitsPerNode = 64;

// The model itself, whose tensors are parameters.
bool is_model(const Value& argument) {
  return argument.fact.get<ObjectFact>() != nullptr || argument.type.kind == Type::Kind::named ||
         argument.type.kind == Type::Kind::other;
}

bool makes_container(const Node& node) {
  return node.op.name == "prim::ListConstruct" || node.op.name == "prim::TupleConstruct" ||
         node.op.name == "prim::DictConstruct";
}
bool takes_element(const Node& node) {
  return node.op.name == "prim::ListUnpack" || node.op.name == "prim::TupleUnpack" ||
         node.op.name == "prim::TupleIndex" || node.op.name == "aten::__getitem__";
}
// Whether elements are added behind the last one.
bool appends(const Node& node) { return node.op.name == "aten::append"; }

std::optional<std::size_t> index_operand(const Node& node, std::size_t elements) {
  const auto* index = node.operands.size() < 2 ? nullptr : node.operands[1]->fact.get<IntFact>();
  if (index == nullptr || !index->value || !index->value->constant()) return std::nullopt;
  const std::int64_t at = *index->value->constant();
  const std::int64_t from_start = at < 0 ? at + static_cast<std::int64_t>(elements) : at;
  if (from_start < 0) return std::nullopt;
  return static_cast<std::size_t>(from_start);
}

}  // namespace

MemoryRun::MemoryRun(const Graph& graph)
    : graph_(graph),
      uncounted_(heap_.add_uncounted()),
      held_(graph.values().size()),
      row_by_row_(graph.values().size(), true) {
  heap_.hold({uncounted_});
  for_each_node(graph.body, [this](const Node&) { ++nodes_; });
}

void MemoryRun::run(std::optional<std::int64_t> stop_at) {
  stop_at_ = stop_at;
  for (const Value* argument : graph_.body.arguments) {
    if (is_model(*argument)) {
      assign(argument, {uncounted_});
      continue;
    }
    const Cells cells = fresh(argument->fact, *argument);
    heap_.hold(cells);  // by the caller, to the end
    assign(argument, cells);
  }
  input_bytes_ = heap_.live_bytes();
  largest_.offer({heap_.live_bytes(), heap_.live_unknown(), nullptr, step_});
  if (stop_at_ == step_) stopped_ = true;
  run_region(graph_.body, {});
}

// Gives what the region yields, held once more than by its values.
std::vector<MemoryRun::Cells> MemoryRun::run_region(const Region& region, const ValueSet& dying) {
  const RegionUses& uses = uses_.of(region);
  const auto is_ours = [&](const Value* value) { return uses.defined.contains(value) || dying.contains(value); };
  for (const Value* value : dying) {
    if (!uses.used.contains(value)) drop(value);
  }
  std::size_t position = 0;
  for (const auto& node : region.nodes) {
    if (ended()) return {};
    std::vector<const Value*> ours;
    std::ranges::copy_if(uses.last_used_by[position++], std::back_inserter(ours), is_ours);
    const ValueSet ending(std::move(ours));
    run_node(*node, ending);
    if (ended()) return {};
    for (const Value* value : ending) drop(value);
  }
  std::vector<Cells> results;
  for (const Value* result : region.results) {
    results.push_back(cells_of(result));
    heap_.hold(results.back());
  }
  for (const Value* value : uses.yielded) {
    if (is_ours(value)) drop(value);
  }
  return results;
}

void MemoryRun::run_node(const Node& node, const ValueSet& dying) {
  if (never_runs(node)) return;
  if (++visits_ > kVisitsPerNode * nodes_) {
    why_not_ = "its loops nest too deep";
    return;
  }
  if (node.op.name == "prim::If" && node.regions.size() == 2) return run_if(node, dying);
  if (node.op.name == "prim::Loop" && node.regions.size() == 1) return run_loop(node, dying);
  if (makes_container(node) || takes_element(node))
    run_container(node);
  else
    run_plain(node);
  observe(node);
}

void MemoryRun::observe(const Node& node, const Expr& more) {
  const Expr live = heap_.live_bytes() + more;
  const auto [entry, is_new] = of_nodes_.try_emplace(node.id);
  OfNode& mine = entry->second;
  mine.live = is_new ? live : comparisons_.larger(mine.live, live);
  mine.unknown = std::max(mine.unknown, heap_.live_unknown());
  if (node_of_trip_ == nullptr || at_compared_size(live) > at_compared_size(most_of_trip_)) {
    most_of_trip_ = live;
    node_of_trip_ = &node;
  }
  largest_.offer({live, heap_.live_unknown(), &node, ++step_});
  if (stop_at_ == step_) stopped_ = true;
}

void MemoryRun::run_container(const Node& node) {
  if (makes_container(node)) {
    const Heap::Cell container = heap_.add_container();
    bool rows = true;
    for (const Value* operand : node.operands) {
      heap_.append(container, cells_of(operand));
      rows = rows && row_by_row_[operand->number];
    }
    for (const Value* result : node.results) {
      assign(result, {container});
      row_by_row_[result->number] = rows;
    }
    return;
  }
  const Cells containers = node.operands.empty() ? Cells{} : cells_of(node.operands.front());
  const bool unpacks = node.results.size() != 1 || node.op.name.ends_with("Unpack");
  for (std::size_t i = 0; i < node.results.size(); ++i) {
    Cells found;
    for (const Heap::Cell cell : containers) {
      if (!heap_.is_container(cell)) {
        found.push_back(cell);
        continue;
      }
      const Cells element = heap_.element(cell, unpacks ? std::optional(i) : index_operand(node, heap_.elements(cell)));
      found.insert(found.end(), element.begin(), element.end());
    }
    row_by_row_[node.results[i]->number] = !node.operands.empty() && row_by_row_[node.operands.front()->number];
    assign(node.results[i], found);
  }
}

bool MemoryRun::lies_row_by_row(const Node& node) const {
  return std::all_of(node.operands.begin(), node.operands.end(), [this](const Value* operand) {
    return operand->type.kind != Type::Kind::tensor || row_by_row_[operand->number];
  });
}

void MemoryRun::run_plain(const Node& node) {
  const Sharing stated = sharing_of(node);
  Sharing sharing = stated;
  const bool rows = lies_row_by_row(node);
  if (sharing == Sharing::as_lies) {
    const bool in_rows = !node.operands.empty() && row_by_row_[node.operands.front()->number];
    if (!in_rows) assumed_copies_.insert(&node);
    sharing = in_rows ? Sharing::shared : Sharing::fresh;
  }
  const bool is_product = node.work.total(WorkClass::mac) != Range(Expr(0));  // lays out its result anew
  const bool result_rows = keeps_rows(node, stated) && (rows || is_product || stated == Sharing::as_lies);
  put_into_written(node);
  std::vector<bool> makes;
  for (std::size_t i = 0; i < node.results.size(); ++i) {
    const Value* result = node.results[i];
    const bool holds_tensors = may_hold_tensors(result->type);
    makes.push_back(holds_tensors && (sharing == Sharing::fresh || sharing == Sharing::either));
    Cells cells;
    if (holds_tensors && sharing != Sharing::fresh) cells = aliased_cells(node);
    if (makes.back()) {
      const Cells made = fresh_result(node, i);
      cells.insert(cells.end(), made.begin(), made.end());
    }
    // A list of views is a list of its own.
    if (sharing == Sharing::shared && result->type.kind == Type::Kind::list && written_operands(node).empty()) {
      const Heap::Cell list = heap_.add_container();
      heap_.put(list, cells);
      cells = {list};
    }
    assign(result, cells);
    row_by_row_[result->number] = result_rows;
  }
  OfNode& mine = of_nodes_[node.id];
  if (mine.makes.empty()) mine.makes = std::move(makes);
}

// What a list, dict or object is given lives as long as it does.
void MemoryRun::put_into_written(const Node& node) {
  for (const std::size_t written : written_operands(node)) {
    if (node.operands[written]->type.kind == Type::Kind::tensor) continue;
    for (const Heap::Cell container : cells_of(node.operands[written])) {
      if (!heap_.is_container(container)) continue;
      for (std::size_t i = 0; i < node.operands.size(); ++i) {
        Cells given = i == written ? Cells{} : cells_of(node.operands[i]);
        std::erase(given, container);
        if (given.empty()) continue;
        if (appends(node))
          heap_.append(container, given);
        else
          heap_.put(container, given);
      }
    }
  }
}

MemoryRun::Cells MemoryRun::aliased_cells(const Node& node) const {
  Cells cells;
  std::vector<std::size_t> positions = aliased_operands(node);
  if (positions.empty() && !node.operands.empty()) positions = {0};
  for (const std::size_t position : positions) {
    const Cells more = cells_of(node.operands[position]);
    cells.insert(cells.end(), more.begin(), more.end());
  }
  return cells;
}

MemoryRun::Cells MemoryRun::fresh(const Fact& fact, const Value& value) {
  if (const TensorFact* tensor = fact.tensor()) return {heap_.add_storage(tensor_bytes(*tensor), &value)};
  const auto* list = fact.get<ListFact>();
  const auto* tuple = fact.get<TupleFact>();
  const auto* dict = fact.get<DictFact>();
  // A list of equal elements whose number is a formula: one storage for all.
  if (list != nullptr && list->elements && list->elements->is_uniform() && may_hold_tensors(value.type)) {
    const Heap::Cell all = heap_.add_container();
    heap_.put(all, {heap_.add_storage(bytes_in(fact), &value)});
    return {all};
  }
  const bool is_open = fact.is_unknown() || (list != nullptr && (!list->elements || !*list->elements)) ||
                       (dict != nullptr && (!dict->items || !*dict->items));
  if (is_open) return may_hold_tensors(value.type) ? Cells{heap_.add_storage(std::nullopt, &value)} : Cells{};
  if (list == nullptr && tuple == nullptr && dict == nullptr) return {};
  const Heap::Cell container = heap_.add_container();
  if (dict != nullptr) {
    for (const auto& [key, item] : **dict->items) heap_.put(container, fresh(item, value));
    return {container};
  }
  for (const Fact& element : list != nullptr ? **list->elements : tuple->elements) {
    heap_.append(container, fresh(element, value));
  }
  return {container};
}

// The largest that a result was over the node's executions. Found once: a loop's body is run several times.
const MemoryRun::LargestResult& MemoryRun::largest_result(const Node& node, std::size_t result) {
  const auto [entry, is_new] = largest_results_.try_emplace(node.results[result]);
  LargestResult& largest = entry->second;
  if (!is_new) return largest;
  for (const Execution& execution : node.cases) {
    if (result >= execution.outputs.size()) continue;
    const Fact& fact = execution.outputs[result];
    const Bytes of_case = bytes_in(fact);
    if (!of_case) return largest = {&fact, std::nullopt};
    const bool more = largest.fact == nullptr || at_compared_size(*of_case) > at_compared_size(*largest.bytes);
    if (more) largest.fact = &fact;
    largest.bytes = largest.bytes ? comparisons_.larger(*largest.bytes, *of_case) : *of_case;
  }
  return largest;
}

MemoryRun::Cells MemoryRun::fresh_result(const Node& node, std::size_t result) {
  const Value& value = *node.results[result];
  const LargestResult& largest = largest_result(node, result);
  if (largest.fact == nullptr) return fresh(value.fact, value);
  if (largest.bytes && largest.fact->tensor() != nullptr) return {heap_.add_storage(largest.bytes, &value)};
  return fresh(*largest.fact, value);
}

MemoryRun::Cells MemoryRun::cells_of(const Value* value) const {
  if (value->origin == Value::Origin::parameter) return {uncounted_};
  if (value->origin == Value::Origin::constant) return {};
  return held_[value->number];
}

void MemoryRun::assign(const Value* value, const Cells& cells) {
  Cells once = cells;
  std::sort(once.begin(), once.end());
  once.erase(std::unique(once.begin(), once.end()), once.end());
  heap_.hold(once);
  drop(value);
  held_[value->number] = std::move(once);
}

void MemoryRun::drop(const Value* value) { heap_.release(std::exchange(held_[value->number], {})); }

}  // namespace flopaudit
