// Records counts, times and result types of every measured node, over the repetitions of a run.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"
#include "runtime/counter_source.h"
#include "runtime/executor/given_result.h"
#include "runtime/executor/interpreter.h"

namespace flopaudit {

class NodeMeasurer : public NodeObserver {
 public:
  // `counters` may be null. `on_node` is told after every node how many of this pass are done.
  NodeMeasurer(CounterSource* counters, bool time, std::function<void(std::size_t)> on_node)
      : counters_(counters), time_(time), on_node_(std::move(on_node)) {}

  // Told from now on of what every node gave, with the contents of small tensors.
  void tell_results(std::function<void(const Node&, const std::vector<GivenResult>&)> on_results) {
    on_results_ = std::move(on_results);
  }
  // The operands of such nodes are kept with what they gave.
  void keep_operands(std::function<bool(const Node&)> of_node) { keeps_operands_ = std::move(of_node); }
  // Before each run: its executions are joined with those of the first. `joined`: this run is another pass of the
  // counters in the same repetition, and what it reads is added.
  void start_pass(bool joined = false);
  // The node whose operator did not return, if any, is recorded with this sentence.
  void record_error(const std::string& message);
  std::vector<NodeMeasurement> take() { return std::move(nodes_); }

  void takes(const Node& node, const std::vector<c10::IValue>& operands) override;
  Result<void> before(const Node& node) override;
  Result<void> after() override;
  void done(const Node& node, const std::vector<c10::IValue>& results) override;
  void left_out(const Node& node, const std::string& why) override;
  void gave(const Node& node, const std::vector<c10::IValue>& results) override;

 private:
  using Clock = std::chrono::steady_clock;
  NodeMeasurement& entry(const Node& node);

  CounterSource* counters_;
  bool time_;
  std::function<void(std::size_t)> on_node_;
  std::function<void(const Node&, const std::vector<GivenResult>&)> on_results_;
  std::function<bool(const Node&)> keeps_operands_;
  std::vector<std::string> inputs_;  // of the running node, where they are kept
  std::vector<std::optional<std::vector<std::int64_t>>> strides_;
  std::vector<NodeMeasurement> nodes_;
  std::map<std::pair<int, int>, std::size_t> index_;  // (id, iteration) -> position in nodes_
  std::map<int, int> iterations_;                     // executions of each id in this pass
  std::size_t done_ = 0;
  bool joined_ = false;
  const Node* running_ = nullptr;
  Counts before_, after_;
  Clock::time_point start_, end_;
};

}  // namespace flopaudit
