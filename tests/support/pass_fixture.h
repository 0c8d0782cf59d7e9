// Runs passes on programs written as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "analyzer/ir/parser.h"
#include "analyzer/ir/printer.h"
#include "analyzer/ir/verifier.h"
#include "passes/pass.h"

namespace flopaudit {

struct PassRun {
  std::unique_ptr<Program> program;  // null: the text does not parse
  PassContext context;
  std::string text;   // after the passes
  std::string error;  // of the pass that failed; empty: none did

  // The node "n<id>" of the entry; fails the test where there is none.
  const Node& node(int id) const {
    const Node* found = nullptr;
    if (program == nullptr) throw std::runtime_error("there is no program");
    for_each_node(program->entry().body, [&](const Node& each) {
      if (each.id == id) found = &each;
    });
    if (found == nullptr) throw std::runtime_error("there is no n" + std::to_string(id));
    return *found;
  }
};

inline std::unique_ptr<Pass> make_pass(const std::string& name) {
  for (const PassInfo& pass : all_passes()) {
    if (name == pass.name) return pass.make();
  }
  throw std::runtime_error("there is no pass " + name);
}

// Runs the passes in order. After each the program must be well formed, and the changed flag must tell whether its text
// changed. The example inputs of the program are the inputs, unless the context has some.
inline PassRun run_passes(const std::string& text, const std::vector<std::string>& passes, PassContext context = {}) {
  PassRun run;
  run.context = std::move(context);
  auto program = parse_program(text);
  if (!program) {
    ADD_FAILURE() << "the text does not parse: " << program.error().message;
    return run;
  }
  run.program = *std::move(program);
  if (run.context.inputs.empty() && run.program->example_inputs) run.context.inputs = *run.program->example_inputs;
  for (const std::string& name : passes) {
    const std::string before = print(*run.program);
    const Result<Changed> changed = make_pass(name)->run(*run.program, run.context);
    if (!changed) {
      run.error = changed.error().message;
      return run;
    }
    run.text = print(*run.program);
    EXPECT_EQ(*changed == Changed::yes, run.text != before) << name << " is wrong about what it changed";
    const Result<void> verified = verify(*run.program);
    EXPECT_TRUE(verified) << "after " << name << ": " << (verified ? "" : verified.error().message);
  }
  return run;
}

}  // namespace flopaudit
