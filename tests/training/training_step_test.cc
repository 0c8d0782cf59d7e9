// The estimate of a training step. x is f32[4,8], w1 f32[16,8], w2 f32[2,16]: the products have 4*8*16 and 4*16*2 MACs.
#include "analyzer/training/training_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kFirst = 4 * 8 * 16, kSecond = 4 * 16 * 2;

// `nodes` of a method of x and `flag`, with the parameters w1, b1, w2, scale and the buffer `mean`.
PassRun annotated(const std::string& nodes, const std::string& result) {
  const std::string text = R"(flopaudit.ir/1
program file="m.ir" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0
example_inputs (f32[4,8], true)

object "" class="M" module {
  "w1": Tensor {f32[16,8]} parameter path="w1"
  "b1": Tensor {f32[16]} parameter path="b1"
  "w2": Tensor {f32[2,16]} parameter path="w2"
  "scale": Tensor {f32[8]} parameter path="scale"
  "mean": Tensor {f32[8]} buffer path="mean"
}

graph "f"(%x: Tensor, %flag: bool) -> (Tensor) {
  parameter "w1": Tensor {f32[16,8]}
  parameter "b1": Tensor {f32[16]}
  parameter "w2": Tensor {f32[2,16]}
  parameter "scale": Tensor {f32[8]}
  parameter "mean": Tensor {f32[8]}
)" + nodes + "\n  return (%" +
                           result + ")\n}\n";
  return run_passes(text, {"propagate-shapes", "prune-branches", "annotate-work"});
}

TrainingStep step_of(const std::string& nodes, const std::string& result) {
  const PassRun run = annotated(nodes, result);
  EXPECT_EQ(run.error, "");
  return training_step(*run.program);
}

Range backward_flops(const std::string& nodes, const std::string& result, int node) {
  const TrainingStep step = step_of(nodes, result);
  const auto found = step.by_node.find(node);
  return found == step.by_node.end() ? Range(Expr(-1)) : found->second.flops;
}

const std::string kLinear = "n0: %a: Tensor = aten::linear(%x, param \"w1\", param \"b1\")\n";

TEST(TrainingStep, TheFirstLayersInputNeedsNoGradientTheOthersDo) {
  const TrainingStep step = step_of(kLinear +
                                        "n1: %r: Tensor = aten::relu(%a)\n"
                                        "n2: %b: Tensor = aten::linear(%r, param \"w2\", none)\n",
                                    "b");
  EXPECT_EQ(step.by_node.at(0).macs, Range(Expr(kFirst)));                // the weight's alone
  EXPECT_EQ(step.by_node.at(0).flops, Range(Expr(2 * kFirst + 4 * 16)));  // and the bias's sums
  EXPECT_EQ(step.by_node.at(1).flops, Range(Expr(4 * 16)));               // a mask
  EXPECT_EQ(step.by_node.at(2).macs, Range(Expr(2 * kSecond)));
  EXPECT_EQ(step.forward_macs, Range(Expr(kFirst + kSecond)));
  EXPECT_EQ(step.backward_macs, Range(Expr(kFirst + 2 * kSecond)));
  EXPECT_TRUE(step.is_complete());
}

TEST(TrainingStep, WhatComesFromInputsAndBuffersAloneCostsNothing) {
  const TrainingStep step = step_of(
      "n0: %a: Tensor = aten::sub.Tensor(%x, param \"mean\", 1)\n"
      "n1: %b: Tensor = aten::matmul(%a, param \"scale\")\n",
      "b");
  EXPECT_EQ(step.by_node.at(0).flops, Range());
  EXPECT_EQ(step.by_node.at(1).macs, Range(Expr(4 * 8)));  // of scale alone
}

TEST(TrainingStep, DetachedValuesAndComparisonsEndIt) {
  const TrainingStep step = step_of(kLinear +
                                        "n1: %d: Tensor = aten::detach(%a)\n"
                                        "n2: %e: Tensor = aten::exp(%d)\n"
                                        "n3: %m: Tensor = aten::gt.Scalar(%a, 0)\n",
                                    "e");
  EXPECT_EQ(step.by_node.at(2).flops, Range());
  EXPECT_EQ(step.by_node.at(3).flops, Range());
  EXPECT_TRUE(step.is_complete());
}

TEST(TrainingStep, ABroadcastOperandsGradientIsSummed) {
  // scale is f32[8], the result f32[4,8]: 4*8 mul for scale's own gradient, 4*8 - 8 add to sum it.
  EXPECT_EQ(backward_flops("n0: %a: Tensor = aten::mul.Tensor(%x, param \"scale\")\n", "a", 0),
            Range(Expr(4 * 8 + (4 * 8 - 8))));
  EXPECT_EQ(backward_flops("n0: %a: Tensor = aten::add.Tensor(%x, param \"scale\", 1)\n", "a", 0),
            Range(Expr(4 * 8 - 8)));
}

TEST(TrainingStep, BothFactorsOfAProductOfValues) {
  EXPECT_EQ(backward_flops(kLinear + "n1: %s: Tensor = aten::mul.Tensor(%a, %a)\n", "s", 1), Range(Expr(2 * 4 * 16)));
  EXPECT_EQ(backward_flops(kLinear + "n1: %s: Tensor = aten::div.Tensor(%a, %a)\n", "s", 1),
            Range(Expr((1 + 2) * 4 * 16)));
}

TEST(TrainingStep, ViewsAndListsPassTheGradientOn) {
  const TrainingStep step = step_of(kLinear +
                                        "n1: %t: Tensor = aten::t(%a)\n"
                                        "n2: %l: List[Tensor] = prim::ListConstruct(%t, %t)\n"
                                        "n3: %c: Tensor = aten::cat(%l, 0)\n"
                                        "n4: %e: Tensor = aten::tanh(%c)\n",
                                    "e");
  EXPECT_EQ(step.by_node.at(3).flops, Range());
  EXPECT_EQ(step.by_node.at(4).flops, Range(Expr(3 * 2 * 4 * 16)));
}

TEST(TrainingStep, AnOpWithoutARowIsNamedAndOneThatNeedsNoGradientIsNot) {
  const TrainingStep step = step_of(kLinear +
                                        "n1: %d: Tensor = aten::digamma(%a)\n"
                                        "n2: %e: Tensor = aten::digamma(%x)\n",
                                    "d");
  ASSERT_EQ(step.left_out.size(), 1U);
  EXPECT_EQ(step.left_out[0].op, "aten::digamma");
  EXPECT_EQ(step.left_out[0].nodes, 1);
  EXPECT_FALSE(step.is_complete());
  EXPECT_FALSE(step.by_node.contains(1));
  EXPECT_EQ(step.by_node.at(2).flops, Range());
}

TEST(TrainingStep, ALoopCarriesTheGradientFromItsSecondTripOn) {
  const TrainingStep step = step_of(
      "n0: %r: Tensor = prim::Loop(3, true, %x)\n body(%i: int, %k: Tensor) {\n"
      "n1: %e: Tensor = aten::exp(%k)\n"
      "n2: %s: Tensor = aten::mul.Tensor(%e, param \"scale\")\n yield (true, %s) }\n",
      "r");
  EXPECT_EQ(step.by_node.at(1).flops, Range(Expr(3 * 4 * 8)));
  // In each trip both factors, and the sums of scale's.
  EXPECT_EQ(step.by_node.at(2).flops, Range(Expr(3 * (2 * 4 * 8 + (4 * 8 - 8)))));
}

TEST(TrainingStep, WithoutParametersThereIsNoEstimate) {
  const PassRun run = annotated(kLinear, "a");
  for (Object& object : run.program->objects) {
    for (Attribute& attribute : object.attributes) attribute.is_parameter = false;
  }
  const TrainingStep step = training_step(*run.program);
  EXPECT_NE(step.why_not, "");
  EXPECT_FALSE(step.is_complete());
}

TEST(BackwardRules, EveryRowHasAnOpOfItsOwnAndAFormula) {
  const std::vector<BackwardRow> rows = all_backward_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_NE(std::string(rows[i].formula), "") << rows[i].op;
    if (i > 0) {
      EXPECT_LT(std::string(rows[i - 1].op), std::string(rows[i].op));
    }
  }
}

}  // namespace
}  // namespace flopaudit
