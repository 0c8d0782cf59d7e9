// analyze_models < FILES: all that `flopaudit analyze` does with a file, in the plain build, with a limit on memory
// (each_in_child.h): front end, passes, report, and the IR read back from its text.
#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/entry_arguments.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ir/printer.h"
#include "analyzer/report/analysis_report.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/object_paths.h"
#include "passes/pass_manager.h"
#include "passes/restore_objects.h"
#include "tests/fuzz/each_in_child.h"
#include "tests/fuzz/read_model.h"

namespace flopaudit {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{2} << 30;

// What the file itself gives as an example, else an image for each tensor, or with `open` a tensor of any shape.
std::vector<Fact> guessed_inputs(const Program& program, bool open) {
  if (program.example_inputs && !open) return *program.example_inputs;
  const auto& arguments = program.entry().body.arguments;
  std::vector<Fact> inputs;
  for (std::size_t i = first_input(program); i < arguments.size(); ++i) {
    const Type& type = arguments[i]->type;
    const bool image = type.kind == Type::Kind::tensor && !open;
    inputs.push_back(image ? Fact::tensor(DType::f32, {1, 3, 64, 64}) : unknown_of_type(type, "it is an input"));
  }
  return inputs;
}

void check_round_trip(const Program& program) {
  const std::string text = print(program);
  const auto again = parse_program(text);
  if (!again) wrong("a text that does not parse", again.error().message);
  if (print(**again) != text) wrong("a text that parses to another program", program.file);
}

std::string analyzed(const std::string& file, bool open) {
  std::vector<SavedObjects> saved;
  const auto program = load_with_torchscript(file, "forward", {}, &saved);
  if (!program) {
    check_sentence(program.error().message);
    return "refused: " + program.error().message;
  }
  restore_objects(**program, std::move(saved));
  check_round_trip(**program);
  PassContext context;
  context.inputs = guessed_inputs(**program, open);
  PipelineOptions options;
  options.verify = true;
  const auto run = run_pipeline(**program, context, options);
  if (!run) {
    check_sentence(run.error().message);
    return "refused: " + run.error().message;
  }
  check_round_trip(**program);
  const AnalysisReport report =
      make_analysis_report(**program, {context.modules, context.diagnostics, {}, context.size_assumptions, {}});
  if (to_text(report).empty()) wrong("a report without a text", file);
  return "read: " + std::to_string(report.nodes) + " nodes";
}

// Shapes that do not fit end an analysis early; without shapes it goes further.
std::string analyze_model(const std::string& file) {
  const std::string outcome = analyzed(file, false);
  return outcome.starts_with("read") ? outcome : analyzed(file, true);
}

}  // namespace
}  // namespace flopaudit

int main() { return flopaudit::read_each_in_child(flopaudit::analyze_model, {10, flopaudit::kMaxBytes}); }
