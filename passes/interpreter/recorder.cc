#include "passes/interpreter/recorder.h"

#include <utility>

#include "passes/interpreter/fact_tools.h"

namespace flopaudit {

void Recorder::node(Node& node, Execution execution) { add({&node, nullptr, std::move(execution)}); }

void Recorder::arguments(Region& region, std::vector<Fact> facts) {
  add({nullptr, &region, {Expr(1), {}, std::move(facts)}});
}

void Recorder::close(const Range& times) {
  std::vector<Record> records = std::move(frames_.back());
  frames_.pop_back();
  const bool once = times == Range(Expr(1));
  for (Record& record : records) {
    if (!once) record.execution.count = record.execution.count * times;
    add(std::move(record));
  }
}

void Recorder::add(Record record) {
  if (frames_.empty()) {
    write(std::move(record));
  } else {
    frames_.back().push_back(std::move(record));
  }
}

void Recorder::write(Record record) {
  const std::vector<Fact>& facts = record.execution.outputs;
  const bool first = record.node ? record.node->cases.empty() : entered_.insert(record.region).second;
  const std::vector<Value*>& values = record.node ? record.node->results : record.region->arguments;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i]->fact = first ? facts[i] : join_paths(values[i]->fact, facts[i]);
  }
  if (record.node == nullptr) return;
  Node& node = *record.node;
  node.executions += record.execution.count;
  if (first) {
    node.cases.push_back(std::move(record.execution));
    return;
  }
  Execution& last = node.cases.back();
  if (last.inputs == record.execution.inputs && last.outputs == record.execution.outputs) {
    last.count += record.execution.count;
  } else if (node.cases.size() < kMaxCases) {
    node.cases.push_back(std::move(record.execution));
  } else {
    last.count += record.execution.count;
    last.inputs = join_paths(last.inputs, record.execution.inputs);
    last.outputs = join_paths(last.outputs, record.execution.outputs);
  }
}

}  // namespace flopaudit
