// Drawn calls: what a recipe may draw, that the same seed draws the same, and that every model is drawn for.
#include "analyzer/audit/drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/audit/validation.h"
#include "analyzer/ir/verifier.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

std::vector<DrawnCall> drawn(const std::vector<std::string>& ops, const DrawOptions& options = {}) {
  Result<std::vector<DrawnCall>> calls = draw_calls(ops, options);
  if (!calls) throw std::runtime_error(calls.error().message);
  return *std::move(calls);
}

std::string text(const std::vector<DrawnCall>& calls) {
  std::string all;
  for (const DrawnCall& call : calls) {
    all += call.op;
    for (const Fact& fact : call.inputs) all += " " + fact.to_string();
    all += "\n";
  }
  return all;
}

TEST(Drawing, EveryRecipeDrawsWhatItsOpsTake) {
  const std::size_t ops = ops_to_draw("standard").size();
  ASSERT_GT(ops, ops_with_recipes().size() + 200);
  EXPECT_EQ(drawn({}, {1, 3}).size(), ops * 2 * 3);
  EXPECT_EQ(drawn({}, {2, 3, {DType::f64}}).size(), ops * 3);
}

TEST(Drawing, TheSeedDecidesAndNothingElse) {
  EXPECT_EQ(text(drawn({"aten::linear"})), text(drawn({"aten::linear"})));
  EXPECT_NE(text(drawn({"aten::linear"}, {1})), text(drawn({"aten::linear"}, {2})));
  const std::string alone = text(drawn({"aten::mm"}));
  EXPECT_THAT(text(drawn({"aten::linear", "aten::mm"})), HasSubstr(alone));
  EXPECT_THAT(text(drawn({"aten::mm"}, {0, 16, {DType::f32}})),
              HasSubstr(text(drawn({"aten::mm"}, {0, 8, {DType::f32}}))));
}

TEST(Drawing, TypesAreAsAsked) {
  for (const DrawnCall& call : drawn({"aten::gelu"}, {0, 4, {DType::f64}})) {
    EXPECT_EQ(call.inputs.front().tensor()->dtype, DType::f64);
  }
}

TEST(Drawing, ComplexNumbersAreOfTheTypeToo) {
  for (const auto& [real, complex] : {std::pair(DType::f32, DType::c64), std::pair(DType::f64, DType::c128)}) {
    for (const DrawnCall& call : drawn({"aten::fft_irfft"}, {0, 4, {real}})) {
      EXPECT_EQ(call.inputs.front().tensor()->dtype, complex);
    }
  }
}

// X X' + n I: a transpose, a product, the identity and a sum before the call.
TEST(Drawing, DefiniteMatricesAreMadeOfDrawnOnes) {
  const Result<DrawnProgram> program = program_of(drawn({"aten::linalg_cholesky"}, {0, 1, {DType::f64}}));
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_TRUE(verify(*program->program));
  std::vector<std::string> ops;
  for_each_node(program->program->entry().body, [&](const Node& node) { ops.push_back(node.op.full()); });
  EXPECT_EQ(ops, (std::vector<std::string>{"aten::transpose.int", "aten::matmul", "aten::eye", "aten::add.Tensor",
                                           "aten::linalg_cholesky"}));
}

TEST(Drawing, ElementsBetween0And1AreSigmoids) {
  const Result<DrawnProgram> program = program_of(drawn({"aten::fractional_max_pool2d"}, {0, 1, {DType::f64}}));
  ASSERT_TRUE(program) << program.error().message;
  std::vector<std::string> ops;
  for_each_node(program->program->entry().body, [&](const Node& node) { ops.push_back(node.op.full()); });
  EXPECT_EQ(ops, (std::vector<std::string>{"aten::sigmoid", "aten::sigmoid", "aten::fractional_max_pool2d"}));
}

TEST(Drawing, AnOpWithoutARecipeIsRefused) {
  const auto refused = draw_calls({"aten::nonesuch"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("aten::nonesuch"));
}

TEST(Drawing, TheProgramHasANodeForEachCall) {
  const std::vector<DrawnCall> calls = drawn({"aten::linear", "aten::sqrt"}, {0, 3});
  const Result<DrawnProgram> program = program_of(calls);
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_TRUE(verify(*program->program));
  ASSERT_EQ(program->nodes.size(), calls.size());
  std::map<int, const Node*> nodes;
  for_each_node(program->program->entry().body, [&](const Node& node) { nodes[node.id] = &node; });
  for (std::size_t i = 0; i < calls.size(); ++i) EXPECT_EQ(nodes.at(program->nodes[i])->op.full(), calls[i].op);
  // Roots take absolute values, and so a node before them.
  EXPECT_EQ(nodes.size(), calls.size() + 6);
}

// A model that nobody tries is a claim.
TEST(Drawing, EveryModelHasARecipe) {
  std::set<std::string> drawn_ops;
  for (const std::string& op : ops_to_draw("standard")) drawn_ops.insert(op);
  std::string missing;
  for (const PathModels& models : all_path_models()) {
    for (const auto& table : models.tables) {
      for (const KernelModel& model : table) {
        if (!drawn_ops.contains(model.op)) missing += std::string(models.path) + " " + model.op + "\n";
      }
    }
  }
  EXPECT_EQ(missing, "");
}

// On a path of small shapes no operand is larger than its models are stated for.
TEST(Drawing, SizesAreThoseThatThePathsModelsAreStatedFor) {
  DrawOptions options;
  options.path = "avx2";
  const auto calls = draw_calls({}, options);
  ASSERT_TRUE(calls) << calls.error().message;
  std::set<std::string> ops;
  for (const DrawnCall& call : *calls) {
    ops.insert(call.op);
    for (const Fact& fact : call.inputs) {
      if (fact.tensor() == nullptr) continue;
      EXPECT_LE(element_count(*fact.tensor())->constant().value_or(1 << 30), largest_with_model("avx2")) << call.op;
    }
  }
  const std::vector<std::string> modelled = ops_with_models("avx2");
  EXPECT_EQ(ops, std::set<std::string>(modelled.begin(), modelled.end()));
  EXPECT_TRUE(ops_to_draw("native").empty());
  EXPECT_THAT(ops_to_draw("standard"), testing::IsSupersetOf(ops_with_recipes()));
}

// Forms take the operands of their op, and what they write.
TEST(Drawing, FormsAreDrawnByTheRecipeOfTheirOp) {
  EXPECT_THAT(ops_to_draw("standard"), testing::IsSupersetOf({"aten::exp.out", "aten::exp_", "aten::special_expit"}));
  for (const DrawnCall& call : drawn({"aten::exp.out"}, {0, 2})) {
    ASSERT_EQ(call.inputs.size(), 2U);
    EXPECT_EQ(call.first_out, 1U);
    EXPECT_EQ(call.inputs[0].to_string(), call.inputs[1].to_string());
  }
  // What an in-place form writes is as large as its result.
  for (const DrawnCall& call : drawn({"aten::addmm_"}, {0, 4})) {
    const Dims& written = *call.inputs[0].tensor()->dims;
    EXPECT_EQ(written[0]->constant(), call.inputs[1].tensor()->dims->front()->constant());
    EXPECT_EQ(written[1]->constant(), call.inputs[2].tensor()->dims->back()->constant());
  }
  EXPECT_TRUE(draw_calls({"aten::view_copy"}, {}).error().message.find("no recipe") != std::string::npos);
}

NodeJudgement judged(int id, Verdict verdict, Interval expected, std::int64_t measured) {
  NodeJudgement node;
  node.id = id;
  node.verdict = verdict;
  node.expected = expected;
  node.measured = measured;
  node.by_class["mul_f32"] = {0, expected, measured};
  return node;
}

TEST(Validation, CountsVerdictsAndDeviations) {
  const std::vector<DrawnCall> calls = drawn({"aten::relu"}, {0, 4, {DType::f32}});
  Judgement judgement;
  judgement.nodes = {judged(0, Verdict::explained, {100, 100}, 100), judged(1, Verdict::within, {90, 110}, 104),
                     judged(2, Verdict::mismatch, {100, 100}, 80), judged(3, Verdict::no_model, {0, 0}, 7)};
  judgement.nodes[3].expected.reset();
  judgement.nodes[3].note = "nobody knows";
  const Validation validation = validate(calls, {0, 1, 2, 3}, judgement);
  ASSERT_EQ(validation.ops.size(), 1U);
  const OpValidation& row = validation.ops.front();
  EXPECT_EQ(row.drawn, 4);
  EXPECT_EQ(row.exact, 1);
  EXPECT_EQ(row.within, 1);
  EXPECT_EQ(row.failed, 1);
  EXPECT_EQ(row.no_model, 1);
  EXPECT_DOUBLE_EQ(row.worst, 20.0 / 80);
  EXPECT_DOUBLE_EQ(row.bias, (4.0 - 20) / (100 + 104 + 80));
  EXPECT_FALSE(validation.all_hold());
  ASSERT_EQ(validation.faults.size(), 2U);
  EXPECT_THAT(validation.faults[0], HasSubstr("mul_f32 expected 100, measured 80"));
  EXPECT_THAT(validation.faults[1], HasSubstr("nobody knows"));
}

TEST(Validation, ACallThatDidNotRunFails) {
  const std::vector<DrawnCall> calls = drawn({"aten::relu"}, {0, 1, {DType::f32}});
  EXPECT_FALSE(validate(calls, {0}, Judgement()).all_hold());
}

}  // namespace
}  // namespace flopaudit
