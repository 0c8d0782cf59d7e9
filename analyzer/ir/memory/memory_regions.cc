// Branches and loops of a memory run.
#include <algorithm>
#include <utility>

#include "analyzer/ir/memory/memory_run.h"

namespace flopaudit {
namespace {

// A loop's body is run until a trip leaves as much behind as the one before, but not more often than this.
constexpr std::int64_t kMostTrips = 6;

// The branch that is taken: 0 or 1; nothing: either may be.
std::optional<std::size_t> decided_branch(const Node& node) {
  const auto* condition = node.operands.empty() ? nullptr : node.operands.front()->fact.get<BoolFact>();
  if (condition != nullptr && condition->value) return *condition->value ? 0 : 1;
  if (never_runs(*node.regions[0])) return 1;
  if (never_runs(*node.regions[1])) return 0;
  return std::nullopt;
}

// How often the body runs for each time that the loop does; nothing: that is not told apart.
std::optional<Expr> trips_of(const Node& node, Comparisons& comparisons) {
  Expr body;
  for (const auto& inner : node.regions.front()->nodes) body = comparisons.larger(body, inner->executions.max);
  if (node.executions.max == Expr(1)) return body;
  const auto loop = node.executions.max.constant(), trips = body.constant();
  if (!loop || !trips || *loop <= 0) return std::nullopt;
  return Expr((*trips + *loop - 1) / *loop);
}

}  // namespace

void MemoryRun::run_if(const Node& node, const ValueSet& dying) {
  const auto taken = decided_branch(node);
  if (!taken) return run_undecided(node);
  const Region& branch = *node.regions[*taken];
  const std::vector<Cells> results = run_region(branch, dying);
  for (std::size_t i = 0; i < std::min(results.size(), node.results.size()); ++i) {
    assign(node.results[i], results[i]);
    heap_.release(results[i]);
    row_by_row_[node.results[i]->number] = row_by_row_[branch.results[i]->number];
  }
}

// Either branch may run: both are, one after the other, from the same state. What they leave behind is as much as the
// larger of them leaves, and its results hold all that either's may hold.
void MemoryRun::run_undecided(const Node& node) {
  std::vector<Cells> held(node.results.size());
  std::vector<bool> rows(node.results.size(), true);
  Heap::Taken most;
  for (const auto& branch : node.regions) {
    const Heap::Cell mark = heap_.mark();
    const std::vector<Cells> results = run_region(*branch, {});
    if (ended()) return;
    Cells all;
    for (std::size_t i = 0; i < std::min(results.size(), held.size()); ++i) {
      held[i].insert(held[i].end(), results[i].begin(), results[i].end());
      all.insert(all.end(), results[i].begin(), results[i].end());
      rows[i] = rows[i] && row_by_row_[branch->results[i]->number];
    }
    const Heap::Taken left = heap_.take_storages(all, mark);
    most = {comparisons_.larger(most.bytes, left.bytes), std::max(most.unknown, left.unknown)};
  }
  if (node.results.empty()) return;
  Cells joint = {heap_.add_storage(most.bytes, node.results.front())};
  for (std::int64_t i = 0; i < most.unknown; ++i)
    joint.push_back(heap_.add_storage(std::nullopt, node.results.front()));
  for (std::size_t i = 0; i < held.size(); ++i) {
    Cells cells = held[i];
    cells.insert(cells.end(), joint.begin(), joint.end());
    assign(node.results[i], cells);
    heap_.release(held[i]);  // as the regions gave them
    row_by_row_[node.results[i]->number] = rows[i];
  }
  observe(node);
}

void MemoryRun::run_loop(const Node& node, const ValueSet& dying) {
  const Region& body = *node.regions.front();
  const std::optional<Expr> trips = trips_of(node, comparisons_);
  const std::size_t carried = node.results.size();
  for (std::size_t i = 0; i < carried && i + 2 < node.operands.size() && i + 1 < body.arguments.size(); ++i) {
    assign(body.arguments[i + 1], cells_of(node.operands[i + 2]));
    row_by_row_[body.arguments[i + 1]->number] = false;
  }
  for (const Value* value : dying) {
    if (!uses_.of(body).used.contains(value)) drop(value);
  }
  const Expr outer_most = std::exchange(most_of_trip_, Expr(0));
  const Node* const outer_node = std::exchange(node_of_trip_, nullptr);
  const Heap::Cell mark = heap_.mark();
  heap_.grown_containers(mark);
  Expr growth, height;
  std::int64_t trip = 0;
  bool settled = false;
  const bool runs = !trips || *trips != Expr(0);
  while (runs && !settled && trip < kMostTrips && !(trips && trips->constant() && *trips->constant() <= trip)) {
    const Expr start = heap_.live_bytes();
    node_of_trip_ = nullptr;
    most_of_trip_ = start;
    if (trip > 0) heap_.grown_containers(mark);
    const std::vector<Cells> results = run_region(body, {});
    if (ended()) return;
    for (std::size_t i = 0; i < carried && i + 1 < results.size() && i + 1 < body.arguments.size(); ++i) {
      assign(body.arguments[i + 1], results[i + 1]);
    }
    for (const Cells& cells : results) heap_.release(cells);
    const Expr grown = heap_.live_bytes() - start;
    settled = trip > 0 && grown == growth && most_of_trip_ - start == height;
    growth = grown;
    height = most_of_trip_ - start;
    ++trip;
  }
  for (std::size_t i = 0; i < carried && i + 1 < body.arguments.size(); ++i) {
    assign(node.results[i], cells_of(body.arguments[i + 1]));
    row_by_row_[node.results[i]->number] = false;
  }
  for (const Value* argument : body.arguments) drop(argument);
  const bool is_done = trips && trips->constant() && *trips->constant() <= trip;
  if (runs && !is_done && growth != Expr(0))
    add_growth(node, growth, settled ? trips : std::nullopt, trip, mark, height);
  if (node_of_trip_ == nullptr || at_compared_size(outer_most) > at_compared_size(most_of_trip_)) {
    most_of_trip_ = outer_most;
    node_of_trip_ = outer_node;
  }
}

// The trips that were not run leave `growth` each; an unknown amount where their number is not known.
void MemoryRun::add_growth(const Node& node, const Expr& growth, const std::optional<Expr>& trips, std::int64_t done,
                           Heap::Cell mark, const Expr& height) {
  Cells holders = heap_.grown_containers(mark);
  const Value* const named = node.results.empty() ? node.operands.front() : node.results.front();
  const Bytes more = trips ? Bytes(growth * (*trips - Expr(done))) : std::nullopt;
  // At the height of the last trip all trips but itself have left theirs.
  if (more && node_of_trip_ != nullptr) observe(*node_of_trip_, *more - growth + height);
  const Cells bulk = {heap_.add_storage(more, named)};
  for (const Heap::Cell holder : holders) heap_.put(holder, bulk);
  if (!holders.empty()) return;
  for (const Value* result : node.results) {
    Cells cells = cells_of(result);
    cells.insert(cells.end(), bulk.begin(), bulk.end());
    assign(result, cells);
  }
}

}  // namespace flopaudit
