// A gradient that the program itself asks for. x is f32[4,8], w is f32[16,8]: the product has 4*8*16 MACs.
#include "analyzer/training/inner_gradient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kProduct = 4 * 8 * 16;

std::optional<InnerGradient> gradient_of(const std::string& nodes, int grad) {
  const PassRun run = run_passes(
      "flopaudit.ir/1\nprogram file=\"m.ir\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" "
      "parameters=0 parameter_bytes=0\nexample_inputs (f32[4,8], f32[16,8], bool)\n\n"
      "graph \"f\"(%x: Tensor, %w: Tensor, %flag: bool) -> (List[Tensor]) {\n" +
          nodes + "  return (%g)\n}\n",
      {"propagate-shapes", "prune-branches", "annotate-work"});
  EXPECT_EQ(run.error, "");
  if (run.program == nullptr) return std::nullopt;
  const RuleResult<InnerGradient> gradient = inner_gradient(*run.program, run.node(grad));
  return gradient ? std::optional(*gradient) : std::nullopt;
}

const std::string kGrad =
    "  n8: %o: List[Tensor] = prim::ListConstruct(%e)\n"
    "  n9: %i: List[Tensor] = prim::ListConstruct(%x)\n"
    "  n10: %g: List[Tensor] = aten::grad(%o, %i, none, none, false, false)\n";

// The gradient by x alone: that by w costs nothing, nor does what does not lead to the energy.
TEST(InnerGradient, TheWayFromWhatItIsTakenByToWhatItIsTakenOf) {
  const auto gradient = gradient_of(
      "  n0: %t: Tensor = aten::t(%w)\n"
      "  n1: %y: Tensor = aten::mm(%x, %t)\n"
      "  n2: %z: Tensor = aten::tanh(%y)\n"
      "  n3: %e: Tensor = aten::sum(%z, none)\n"
      "  n4: %other: Tensor = aten::exp(%y)\n"
      "  n5: %v: Tensor = aten::exp(%w)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  EXPECT_EQ(gradient->nodes, 3);
  EXPECT_EQ(macs(gradient->work), Range(Expr(kProduct)));
  EXPECT_EQ(flops(gradient->work), Range(Expr(2 * kProduct + 3 * 4 * 16)));
  EXPECT_TRUE(gradient->left_out.empty());
}

// What is added to its places is moved back to them.
TEST(InnerGradient, WhatIsAddedToPlaces) {
  const auto gradient = gradient_of(
      "  n0: %one: Tensor = aten::ones_like(%x, none, none, none, none, none)\n"
      "  n1: %places: Tensor = aten::argmax(%w, 1, false)\n"
      "  n2: %z: Tensor = aten::zeros_like(%w, none, none, none, none, none)\n"
      "  n3: %q: Tensor = aten::exp(%x)\n"
      "  n4: %four: Tensor = aten::narrow(%places, 0, 0, 4)\n"
      "  n5: %y: Tensor = aten::index_add(%z, 0, %four, %q, 1)\n"
      "  n6: %e: Tensor = aten::sum(%y, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  EXPECT_EQ(flops(gradient->work), Range(Expr(4 * 8)));
  EXPECT_TRUE(gradient->left_out.empty());
}

TEST(InnerGradient, WhatHasNoRowIsNamed) {
  const auto gradient = gradient_of(
      "  n0: %y: Tensor = aten::lgamma(%x)\n"
      "  n1: %e: Tensor = aten::sum(%y, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  ASSERT_EQ(gradient->left_out.size(), 1U);
  EXPECT_EQ(gradient->left_out[0].op, "aten::lgamma");
}

// Through both branches of a condition that is not known, and through what a loop carries.
TEST(InnerGradient, BranchesAndLoops) {
  const auto gradient = gradient_of(
      "  n0: %y: Tensor = prim::If(%flag)\n"
      "    then() {\n      n1: %a: Tensor = aten::exp(%x)\n      yield (%a)\n    }\n"
      "    else() {\n      n2: %b: Tensor = aten::tanh(%x)\n      yield (%b)\n    }\n"
      "  n3: %z: Tensor = prim::Loop(5, true, %y)\n"
      "    body(%k: int, %h: Tensor) {\n      n4: %c: Tensor = aten::exp(%h)\n      yield (true, %c)\n    }\n"
      "  n5: %e: Tensor = aten::sum(%z, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  EXPECT_EQ(flops(gradient->work), Range(Expr(32 + 5 * 32), Expr(3 * 32 + 5 * 32)));
}

// y is used twice, so that its two gradients are added; by class, in the dtype, and what is read and written.
TEST(InnerGradient, AValueThatIsUsedTwice) {
  const auto gradient = gradient_of(
      "  n0: %y: Tensor = aten::exp(%x)\n"
      "  n1: %z: Tensor = aten::sin(%y)\n"
      "  n2: %p: Tensor = aten::mul.Tensor(%z, %y)\n"
      "  n3: %e: Tensor = aten::sum(%p, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  const std::int64_t n = 4 * 8;
  WorkTotal expected;
  expected.add(WorkClass::mul, DType::f32, Range(Expr(n + n + 2 * n)));  // exp, sin, both factors
  expected.add(WorkClass::cos, DType::f32, Range(Expr(n)));
  expected.add(WorkClass::add, DType::f32, Range(Expr(n)));
  expected.bytes_read = Range(Expr(4 * (2 * n + 2 * n + 3 * n + n + 1)));
  expected.bytes_written = Range(Expr(4 * (n + n + 2 * n + n)));
  EXPECT_EQ(gradient->work, expected);
}

// Used once in each of two branches of which one runs: nothing is added up.
TEST(InnerGradient, UsesInBranchesExcludeEachOther) {
  const auto gradient = gradient_of(
      "  n0: %y: Tensor = prim::If(%flag)\n"
      "    then() {\n      n1: %a: Tensor = aten::exp(%x)\n      yield (%a)\n    }\n"
      "    else() {\n      n2: %b: Tensor = aten::exp(%x)\n      yield (%b)\n    }\n"
      "  n3: %e: Tensor = aten::sum(%y, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  EXPECT_EQ(flops(gradient->work), Range(Expr(4 * 8)));
}

// Bytes that nobody knows are not 0: the branches have other ranks, and a view of what comes out has no row of work.
TEST(InnerGradient, WhatHasNoKnownSizeIsNamed) {
  const auto gradient = gradient_of(
      "  n0: %y: Tensor = prim::If(%flag)\n"
      "    then() {\n      n1: %a: Tensor = aten::exp(%x)\n      yield (%a)\n    }\n"
      "    else() {\n      n2: %b: Tensor = aten::sum(%x, none)\n      yield (%b)\n    }\n"
      "  n4: %v: Tensor = aten::unsqueeze(%y, 0)\n"
      "  n5: %e: Tensor = aten::sum(%v, none)\n" +
          kGrad,
      10);
  ASSERT_TRUE(gradient);
  ASSERT_FALSE(gradient->left_out.empty());
  EXPECT_EQ(gradient->left_out.back().op, "aten::unsqueeze");
  EXPECT_EQ(gradient->left_out.back().why, "a tensor of no known size");
}

TEST(InnerGradient, OfAMatrixNormThereIsNone) {
  const std::string behind = ")\n  n1: %e: Tensor = aten::sum(%y, none)\n" + kGrad;
  const auto vector = gradient_of("  n0: %y: Tensor = aten::linalg_norm(%x, none, none, false, none" + behind, 10);
  ASSERT_TRUE(vector);
  EXPECT_EQ(flops(vector->work), Range(Expr(2 * 4 * 8)));
  const auto matrix = gradient_of("  n0: %y: Tensor = aten::linalg_norm(%x, 2, none, false, none" + behind, 10);
  ASSERT_TRUE(matrix);
  ASSERT_EQ(matrix->left_out.size(), 1U);
  EXPECT_EQ(matrix->left_out[0].op, "aten::linalg_norm");
}

TEST(InnerGradient, OneThatIsTakenOftenOrOfAListThatIsNotThere) {
  EXPECT_FALSE(
      gradient_of("  n0: %e: Tensor = aten::sum(%x, none)\n"
                  "  n1: %o: Tensor = prim::Loop(2, true, %e)\n"
                  "    body(%k: int, %h: Tensor) {\n"
                  "      n2: %l: List[Tensor] = prim::ListConstruct(%h)\n"
                  "      n3: %i: List[Tensor] = prim::ListConstruct(%x)\n"
                  "      n4: %d: List[Tensor] = aten::grad(%l, %i, none, none, false, false)\n"
                  "      yield (true, %h)\n    }\n"
                  "  n5: %g: List[Tensor] = prim::ListConstruct(%e)\n",
                  4))
      << "it runs twice";
  EXPECT_FALSE(
      gradient_of("  n0: %e: Tensor = aten::sum(%x, none)\n"
                  "  n1: %o: List[Tensor] = aten::unbind.int(%x, 0)\n"
                  "  n2: %i: List[Tensor] = prim::ListConstruct(%x)\n"
                  "  n3: %g: List[Tensor] = aten::grad(%o, %i, none, none, false, false)\n",
                  3));
}

}  // namespace
}  // namespace flopaudit
