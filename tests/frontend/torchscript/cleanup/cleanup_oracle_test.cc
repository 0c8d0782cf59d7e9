// Our clean-up against LibTorch's own passes, on the same graphs.
//
// testdata/cleanup/<pass>.<case>.jit is a graph in LibTorch's text. LibTorch reads it, runs the pass, and what it had
// before and after is testdata/cleanup/<pass>.<case>.ir, which cleanup_test.cc uses without LibTorch.
// FLOPAUDIT_REWRITE_GOLDEN=1 writes those files anew.
#include <gtest/gtest.h>
#include <torch/csrc/jit/ir/irparser.h>
#include <torch/csrc/jit/operator_upgraders/upgraders.h>
#include <torch/csrc/jit/operator_upgraders/upgraders_entry.h>
#include <torch/csrc/jit/passes/canonicalize.h>
#include <torch/csrc/jit/passes/constant_pooling.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/lower_tuples.h>
#include <torch/csrc/jit/passes/normalize_ops.h>
#include <torch/csrc/jit/passes/replacement_of_old_operators.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <cstdlib>

#include "analyzer/frontend/libtorch/lower.h"
#include "analyzer/ir/printer.h"
#include "tests/frontend/torchscript/cleanup/case_files.h"
#include "tests/frontend/torchscript/cleanup/pass_by_name.h"
#include "tests/frontend/torchscript/cleanup/random_jit_graph.h"

namespace flopaudit {
namespace {

namespace jit = torch::jit;

void run_in_libtorch(const std::string& pass, std::shared_ptr<jit::Graph>& graph, int version) {
  const bool all = pass == "clean-up";
  if (all || pass == "upgrade-operators") {
    if (!jit::is_upgraders_map_populated()) jit::populate_upgraders_map(jit::generate_upgraders_graph());
    graph->set_op_version(static_cast<std::size_t>(version));
    jit::ReplaceOldOperatorsWithUpgraders(graph);
  }
  if (all || pass == "normalize-ops") jit::NormalizeOps(graph);
  if (all || pass == "lower-simple-tuples") jit::LowerSimpleTuples(graph);
  if (all || pass == "constant-propagation") jit::ConstantPropagationImmutableTypes(graph);
  if (all) jit::ConstantPooling(graph);
  if (all || pass == "canonicalize-outputs") jit::CanonicalizeOutputs(graph);
  if (pass == "dead-code") jit::EliminateDeadCode(graph);
}

std::shared_ptr<jit::Graph> parsed(const std::string& text) {
  auto graph = std::make_shared<jit::Graph>();
  jit::parseIR(text, graph.get());
  return graph;
}

std::unique_ptr<Program> lowered(const jit::Graph& graph) {
  auto program = lower_graph(graph);
  if (!program) throw std::runtime_error(program.error().message);
  number_names(**program);
  return *std::move(program);
}

struct Compared {
  std::string before, expected, actual;
};

Compared compare(const std::string& pass, const std::string& text, int version) {
  Compared compared;
  auto graph = parsed(text);
  const auto ours = lowered(*graph);
  compared.before = print(*ours);
  run_in_libtorch(pass, graph, version);
  compared.expected = print(*lowered(*graph));
  const Result<void> done = run_cleanup_pass(pass, ours->entry(), version);
  if (!done) throw std::runtime_error(done.error().message);
  number_names(*ours);
  compared.actual = print(*ours);
  return compared;
}

class CleanupOracle : public testing::TestWithParam<std::string> {};

TEST_P(CleanupOracle, GoldenIsWhatLibTorchMakes) {
  const CleanupCase its(GetParam());
  const std::string text = read_text_file(source_path("testdata/cleanup/" + GetParam() + ".jit")).value_or("");
  const Compared compared = compare(its.pass, text, its.version);
  EXPECT_NE(compared.before, compared.expected) << "a case in which nothing happens shows nothing";
  expect_golden("testdata/cleanup/" + GetParam() + ".ir", compared.before + "---\n" + compared.expected);
}

INSTANTIATE_TEST_SUITE_P(, CleanupOracle, testing::ValuesIn(cleanup_cases(".jit")), test_name_of_case);

// Graphs that nobody thought of. The same numbers make the same graphs everywhere.
TEST(CleanupOracles, RandomGraphs) {
  const char* const kCount = std::getenv("FLOPAUDIT_RANDOM_GRAPHS");
  const int count = kCount != nullptr ? std::atoi(kCount) : 400;
  int different = 0;
  for (int seed = 1; seed <= count && different < 3; ++seed) {
    for (const char* pass :
         {"dead-code", "lower-simple-tuples", "canonicalize-outputs", "constant-propagation", "clean-up"}) {
      const bool live_loops = pass == std::string("constant-propagation") || pass == std::string("clean-up");
      const std::string text = random_jit_graph(static_cast<unsigned>(seed), live_loops);
      const Compared compared = compare(pass, text, 10);
      if (compared.expected == compared.actual) continue;
      ++different;
      ADD_FAILURE() << pass << ", seed " << seed << ": " << first_difference(compared.expected, compared.actual) << "\n"
                    << text << "\n"
                    << compared.expected << "\n"
                    << compared.actual;
      break;
    }
  }
}

// Every operator of LibTorch alone in a graph: normalize-ops renames the same ones to the same names.
TEST(CleanupOracles, AliasesOfAllOperators) {
  int renamed = 0;
  for (const auto& op : jit::getAllOperators()) {
    const c10::FunctionSchema& schema = op->schema();
    if (schema.is_vararg() || schema.is_varret()) continue;
    auto graph = std::make_shared<jit::Graph>();
    std::vector<jit::Value*> inputs;
    for (const c10::Argument& argument : schema.arguments()) {
      inputs.push_back(graph->addInput());
      inputs.back()->setType(argument.type());
    }
    const auto name = c10::Symbol::fromQualString(schema.name());
    jit::Node* const node = graph->create(name, inputs, schema.returns().size());
    for (std::size_t i = 0; i < node->outputs().size(); ++i) node->output(i)->setType(schema.returns()[i].type());
    graph->insertNode(node);
    if (node->maybeSchema() == nullptr) continue;
    const auto ours = lowered(*graph);
    jit::NormalizeOps(graph);
    const Result<void> done = run_cleanup_pass("normalize-ops", ours->entry(), 10);
    ASSERT_TRUE(static_cast<bool>(done));
    const std::string expected = print(*lowered(*graph));
    EXPECT_EQ(print(*ours), expected) << schema.name() << "." << schema.overload_name();
    if ((*graph->nodes().begin())->kind() != name) ++renamed;
  }
  EXPECT_EQ(renamed, 163);
}

}  // namespace
}  // namespace flopaudit
