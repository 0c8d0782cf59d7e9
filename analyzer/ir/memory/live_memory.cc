#include "analyzer/ir/memory/live_memory.h"

#include <algorithm>
#include <utility>

#include "analyzer/ir/memory/memory_run.h"
#include "analyzer/ir/region_total.h"
#include "analyzer/ir/tensor_sum.h"

namespace flopaudit {
namespace {

int id_of(const Node* node) { return node == nullptr ? -1 : node->id; }

LiveStorage live_storage(const Heap::Storage& storage) {
  const Node* const maker = storage.value->producer;
  return {storage.value->name, id_of(maker), storage.bytes};
}

// Unknown ones first: they may be the largest.
void sort_by_size(std::vector<LiveStorage>& storages) {
  std::stable_sort(storages.begin(), storages.end(), [](const LiveStorage& a, const LiveStorage& b) {
    if (a.bytes.has_value() != b.bytes.has_value()) return !a.bytes.has_value();
    return a.bytes && at_compared_size(*a.bytes) > at_compared_size(*b.bytes);
  });
}

std::vector<LiveStorage> alive_at(const Graph& graph, const Largest::Candidate& peak) {
  MemoryRun again(graph);
  again.run(peak.step);
  std::vector<LiveStorage> alive;
  for (const Heap::Storage& storage : again.heap().live_storages()) alive.push_back(live_storage(storage));
  // Trips of loops that were not run one by one leave what is in no cell.
  const Expr rest = peak.amount - again.heap().live_bytes();
  if (rest != Expr(0)) alive.push_back({"(what further trips of loops leave)", id_of(peak.node), rest});
  sort_by_size(alive);
  return alive;
}

struct Made {
  Range bytes;
  std::int64_t unknown = 0;
};

// What the node makes over all its executions: the results that are storages of their own.
Made made_by(const Node& node, const std::vector<bool>& makes) {
  Made made;
  for (std::size_t i = 0; i < makes.size(); ++i) {
    if (!makes[i]) continue;
    Range bytes;
    bool is_known = !node.cases.empty();
    for (const Execution& execution : node.cases) {
      const Bytes of_case = i < execution.outputs.size() ? bytes_in(execution.outputs[i]) : std::nullopt;
      is_known = is_known && of_case.has_value();
      if (of_case) bytes += execution.count * Range(*of_case);
    }
    if (is_known)
      made.bytes += bytes;
    else
      ++made.unknown;
  }
  return made;
}

}  // namespace

LiveMemory live_memory(const Program& program) {
  LiveMemory memory;
  const Graph& graph = program.entry();
  MemoryRun run(graph);
  run.run();
  memory.input_bytes = run.input_bytes();
  memory.assumed_copies = run.assumed_copies();
  memory.why_not = run.why_not();
  for (const Value* argument : graph.body.arguments) {
    if (argument->fact.tensor() != nullptr && !bytes_in(argument->fact)) ++memory.unknown_storages;
  }
  for_each_node(graph.body, [&](const Node& node) {
    const auto found = run.nodes().find(node.id);
    if (found == run.nodes().end()) return;
    const Made made = made_by(node, found->second.makes);
    memory.nodes[node.id] = {found->second.live, made.bytes, found->second.unknown + made.unknown == 0};
    memory.unknown_storages += made.unknown;
  });
  memory.activation_bytes = region_total(graph.body, [&](const Node& node) {
    const auto found = memory.nodes.find(node.id);
    return found == memory.nodes.end() ? Range() : found->second.activation_bytes;
  });
  if (!memory.why_not.empty()) return memory;
  memory.is_proved = run.largest().is_proved();
  memory.left_out = run.largest().left_out();
  memory.peak_bytes = run.largest().amount();
  if (memory.peak_bytes.is_overflow()) memory.why_not = "the formula is too long, or the number too large";
  for (const Largest::Candidate& candidate : run.largest().candidates()) {
    memory.peaks.push_back({candidate.amount, id_of(candidate.node)});
  }
  memory.alive = alive_at(graph, run.largest().candidates().front());
  return memory;
}

}  // namespace flopaudit
