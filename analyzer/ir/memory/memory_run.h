// One run of a program over sizes alone: who holds which storage, node by node.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/ir/memory/heap.h"
#include "analyzer/ir/memory/largest.h"
#include "analyzer/ir/memory/last_uses.h"

namespace flopaudit {

class MemoryRun {
 public:
  explicit MemoryRun(const Graph& graph);
  // `stop_at`: the step of a candidate, for live_storages() there; nothing: to the end.
  void run(std::optional<std::int64_t> stop_at = std::nullopt);

  Largest& largest() { return largest_; }
  const Heap& heap() const { return heap_; }
  const Expr& input_bytes() const { return input_bytes_; }
  std::int64_t assumed_copies() const { return static_cast<std::int64_t>(assumed_copies_.size()); }
  const std::string& why_not() const { return why_not_; }

  struct OfNode {
    Expr live;
    std::int64_t unknown = 0;
    std::vector<bool> makes;  // which results are storages of their own
  };
  const std::map<int, OfNode>& nodes() const { return of_nodes_; }

 private:
  using Cells = std::vector<Heap::Cell>;

  bool ended() const { return stopped_ || !why_not_.empty(); }
  std::vector<Cells> run_region(const Region& region, const ValueSet& dying);
  void run_node(const Node& node, const ValueSet& dying);
  void run_plain(const Node& node);
  void run_container(const Node& node);
  void run_if(const Node& node, const ValueSet& dying);
  void run_undecided(const Node& node);
  void run_loop(const Node& node, const ValueSet& dying);
  void add_growth(const Node& node, const Expr& growth, const std::optional<Expr>& trips, std::int64_t done,
                  Heap::Cell mark, const Expr& height);
  void observe(const Node& node, const Expr& more = Expr(0));

  Cells fresh(const Fact& fact, const Value& value);
  struct LargestResult {
    const Fact* fact = nullptr;  // null: no execution is known
    Bytes bytes;                 // of all executions; nothing where that of `fact` is not known
  };
  const LargestResult& largest_result(const Node& node, std::size_t result);
  Cells fresh_result(const Node& node, std::size_t result);
  Cells aliased_cells(const Node& node) const;
  void put_into_written(const Node& node);
  bool lies_row_by_row(const Node& node) const;

  Cells cells_of(const Value* value) const;
  void assign(const Value* value, const Cells& cells);
  void drop(const Value* value);

  const Graph& graph_;
  LastUses uses_;
  Heap heap_;
  Heap::Cell uncounted_;
  std::vector<Cells> held_;       // by Value::number
  std::vector<bool> row_by_row_;  // by Value::number
  std::unordered_map<const Value*, LargestResult> largest_results_;
  Comparisons comparisons_;
  Largest largest_{comparisons_};
  Expr input_bytes_;
  Expr most_of_trip_;  // alive at most since the running trip of a loop began
  const Node* node_of_trip_ = nullptr;
  std::map<int, OfNode> of_nodes_;
  std::unordered_set<const Node*> assumed_copies_;
  std::int64_t nodes_ = 0, visits_ = 0, step_ = 0;
  std::optional<std::int64_t> stop_at_;
  bool stopped_ = false;
  std::string why_not_;
};

}  // namespace flopaudit
