// Runs programs that are written as text, and reads back what each node gave.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/ir/parser.h"
#include "analyzer/ir/verifier.h"
#include "runtime/executor/execute.h"

namespace flopaudit {

// `body` is the inside of the entry graph; the signature goes before it: "(%x: Tensor {f32[2,3]}) -> (Tensor)".
inline std::unique_ptr<Program> program_of(const std::string& signature, const std::string& body) {
  const std::string text =
      "flopaudit.ir/1\nprogram file=\"t.ir\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" parameters=0 "
      "parameter_bytes=0\n\n"
      "graph \"f\"" +
      signature + " {\n" + body + "}\n";
  auto program = parse_program(text);
  if (!program) {
    ADD_FAILURE() << program.error().message << "\n" << text;
    return nullptr;
  }
  const auto verified = verify(**program);
  EXPECT_TRUE(verified) << verified.error().message;
  return *std::move(program);
}

inline ExecuteResult run(const Program& program, ExecuteOptions options = {}) {
  auto result = execute(program, options);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return *std::move(result);
}

inline ExecuteResult run_text(const std::string& signature, const std::string& body, ExecuteOptions options = {}) {
  const auto program = program_of(signature, body);
  return program ? run(*program, options) : ExecuteResult{};
}

// The first result of every execution of node n<id>, in order.
inline std::vector<std::string> results_of(const ExecuteResult& result, int id) {
  std::vector<std::string> facts;
  for (const NodeMeasurement& node : result.nodes) {
    if (node.id == id) facts.push_back(node.outputs.empty() ? "" : node.outputs.front());
  }
  return facts;
}

// The nodes that were left out, in order, each once.
inline std::vector<int> left_out(const ExecuteResult& result) {
  std::set<int> ids;
  for (const NodeMeasurement& node : result.nodes) {
    if (!node.not_run.empty()) ids.insert(node.id);
  }
  return {ids.begin(), ids.end()};
}

inline std::string reason_of(const ExecuteResult& result, int id) {
  for (const NodeMeasurement& node : result.nodes) {
    if (node.id == id) return node.not_run;
  }
  return "";
}

// Reads 5 more additions each time: every region between two reads costs 5, an unread one nothing.
class SteadyCounters : public CounterSource {
 public:
  std::string name() const override { return "software"; }
  std::string description() const override { return "test"; }
  Result<void> start() override { return {}; }
  Result<Counts> read() override {
    total_[Event::add_sp] += 5;
    return total_;
  }
  Result<void> stop() override { return {}; }

 private:
  Counts total_;
};

}  // namespace flopaudit
