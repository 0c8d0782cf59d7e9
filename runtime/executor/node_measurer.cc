#include "runtime/executor/node_measurer.h"

#include "analyzer/audit/layouts.h"
#include "analyzer/frontend/libtorch/value_conversion.h"

namespace flopaudit {

void NodeMeasurer::start_pass(bool joined) {
  joined_ = joined;
  iterations_.clear();
  done_ = 0;
  running_ = nullptr;
}

NodeMeasurement& NodeMeasurer::entry(const Node& node) {
  const int iteration = iterations_[node.id]++;
  const auto [position, inserted] = index_.emplace(std::pair(node.id, iteration), nodes_.size());
  if (inserted) {
    nodes_.emplace_back();
    nodes_.back().id = node.id;
    nodes_.back().iteration = iteration;
  }
  return nodes_[position->second];
}

void NodeMeasurer::record_error(const std::string& message) {
  if (running_ == nullptr) return;
  NodeMeasurement& measurement = entry(*running_);
  measurement.error = message;
  measurement.counts.clear();
  measurement.seconds.clear();
  running_ = nullptr;
}

namespace {

// In elements; kRowByRow as the layouts of a program say it. Nothing: not a tensor with strides.
std::optional<std::vector<std::int64_t>> strides_of(const c10::IValue& value) {
  if (!value.isTensor() || !value.toTensor().defined() || value.toTensor().layout() != c10::kStrided)
    return std::nullopt;
  const at::Tensor& tensor = value.toTensor();
  const std::vector<std::int64_t> strides = tensor.strides().vec();
  // Strides of sizes of 1 do not matter to a copy, but to what ATen takes for a view.
  const bool plain = tensor.is_contiguous() && (tensor.numel() == 0 || strides == row_major(tensor.sizes().vec()));
  return plain ? kRowByRow : strides;
}

}  // namespace

void NodeMeasurer::takes(const Node& node, const std::vector<c10::IValue>& operands) {
  inputs_.clear();
  strides_.clear();
  const auto iteration = iterations_.find(node.id);
  const bool is_kept = index_.contains({node.id, iteration == iterations_.end() ? 0 : iteration->second});
  if (is_kept || !keeps_operands_ || !keeps_operands_(node)) return;
  for (const c10::IValue& operand : operands) {
    inputs_.push_back(fact_of(operand, Fact::kMaxContents).to_string());
    strides_.push_back(strides_of(operand));
  }
  for (const c10::IValue& operand : operands) {
    if (!operand.isTensorList() && !operand.isOptionalTensorList()) continue;
    for (const c10::IValue& element : operand.toListRef()) strides_.push_back(strides_of(element));
  }
}

Result<void> NodeMeasurer::before(const Node& node) {
  running_ = &node;
  if (counters_ != nullptr) {
    FA_ASSIGN(before_, counters_->read());
  }
  if (time_) start_ = Clock::now();
  return {};
}

Result<void> NodeMeasurer::after() {
  if (time_) end_ = Clock::now();
  if (counters_ != nullptr) {
    FA_ASSIGN(after_, counters_->read());
  }
  return {};
}

void NodeMeasurer::done(const Node& node, const std::vector<c10::IValue>& results) {
  NodeMeasurement& measurement = entry(node);
  if (counters_ != nullptr && joined_ && !measurement.counts.empty())
    measurement.counts.back() += after_ - before_;
  else if (counters_ != nullptr)
    measurement.counts.push_back(after_ - before_);
  if (time_) measurement.seconds.push_back(std::chrono::duration<double>(end_ - start_).count());
  if (measurement.outputs.empty()) {
    for (const c10::IValue& result : results) measurement.outputs.push_back(fact_of(result, 0).to_string());
    measurement.inputs = std::move(inputs_);
    measurement.strides = std::move(strides_);
  }
  running_ = nullptr;
  if (on_node_) on_node_(++done_);
}

void NodeMeasurer::gave(const Node& node, const std::vector<c10::IValue>& results) {
  if (!on_results_) return;
  std::vector<GivenResult> given;
  for (const c10::IValue& result : results) {
    given.push_back({fact_of(result, Fact::kMaxContents), std::nullopt});
    const bool lies = result.isTensor() && result.toTensor().defined() && result.toTensor().layout() == c10::kStrided;
    if (lies) given.back().strides = result.toTensor().strides().vec();
  }
  on_results_(node, given);
}

void NodeMeasurer::left_out(const Node& node, const std::string& why) { entry(node).not_run = why; }

}  // namespace flopaudit
