// Sizes that only the data tells: named once, bounded by what is known, set by --assume.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/region_total.h"
#include "tests/passes/free_functions.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string program(const std::string& inputs, const std::string& arguments, const std::string& body) {
  return flopaudit::program(inputs, arguments, "Tensor", body);
}

PassRun analyse(const std::string& text, PassContext context = {}) {
  return run_passes(text, {"propagate-shapes", "prune-branches", "annotate-work"}, std::move(context));
}

// A layer on the boxes that are kept, at most ten of them.
constexpr const char* kDetector = R"(
  parameter "w": Tensor {f32[8,4]}
  n0: %kept: Tensor = torchvision::nms(%boxes, %scores, 0.5)
  n1: %some: Tensor = aten::slice.Tensor(%kept, 0, 0, 10, 1)
  n2: %picked: List[Optional[Tensor]] = prim::ListConstruct(%some)
  n3: %of: Tensor = aten::index.Tensor(%boxes, %picked)
  n4: %y: Tensor = aten::linear(%of, param "w", none)
  return (%y)
)";

TEST(DataSizes, TheCostIsAFormulaInWhatIsKept) {
  const PassRun run = analyse(program("f32[100,4], f32[100]", "%boxes: Tensor, %scores: Tensor", kDetector));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "i64[nms(n0)]");
  EXPECT_EQ(result(run, 3), "f32[min(nms(n0), 10),4]");
  EXPECT_EQ(macs(run.node(4).work).to_string(), "32*min(nms(n0), 10)");
  ASSERT_EQ(run.context.dependencies.size(), 1u);
  EXPECT_EQ(run.context.dependencies[0].name, "nms(n0)");
  EXPECT_THAT(run.context.dependencies[0].what, HasSubstr("how many boxes it keeps at n0 (torchvision::nms"));
  EXPECT_EQ(run.context.most_sizes.at("nms(n0)").number, 100);
}

// What a pair of boxes costs is known, how many pairs are compared is not: from one box with all others to all with
// all.
TEST(DataSizes, NmsCostsARange) {
  const PassRun run = analyse(program("f32[100,4], f32[100]", "%boxes: Tensor, %scores: Tensor", kDetector));
  EXPECT_EQ(run.node(0).state, WorkState::known);
  const Range divisions = run.node(0).work.total(WorkClass::div);
  EXPECT_EQ(divisions.min, Expr(100 - 1));
  EXPECT_EQ(divisions.max, Expr(100 * 99 / 2));
}

TEST(DataSizes, AFewBoxesNeedNoCap) {
  const PassRun run = analyse(program("f32[7,4], f32[7]", "%boxes: Tensor, %scores: Tensor", kDetector));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(macs(run.node(4).work).to_string(), "32*nms(n0)");
}

TEST(DataSizes, WithoutBoxesThereIsNothingToKeep) {
  const PassRun run = analyse(program("f32[0,4], f32[0]", "%boxes: Tensor, %scores: Tensor", kDetector));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "i64[0]");
  EXPECT_THAT(run.context.dependencies, IsEmpty());
}

// What the formula says at a number is what the analysis says that assumes the number.
RC_GTEST_PROP(DataSizes, AssumedNumbersAreTheFormulasOwn, ()) {
  const std::int64_t kept = *rc::gen::inRange<std::int64_t>(0, 101);
  const std::string text = program("f32[100,4], f32[100]", "%boxes: Tensor, %scores: Tensor", kDetector);
  const PassRun open = analyse(text);
  PassContext context;
  context.assumptions["nms(n0)"] = kept;
  const PassRun set = analyse(text, std::move(context));
  RC_ASSERT(set.error.empty());
  RC_ASSERT(set.context.dependencies.empty());
  const std::map<std::string, Expr> values = {{"nms(n0)", Expr(kept)}};
  for (const int id : {0, 1, 3, 4}) {
    RC_ASSERT(substitute(open.node(id).results[0]->fact, values).to_string() == result(set, id));
    RC_ASSERT(macs(open.node(id).work).max.substitute(values) == macs(set.node(id).work).max);
    RC_ASSERT(open.node(id).work.bytes_read.max.substitute(values) == set.node(id).work.bytes_read.max);
  }
  RC_ASSERT(macs(set.node(4).work).max == Expr(std::min<std::int64_t>(kept, 10) * 4 * 8));
}

// x[mask] + y[mask]: as many of both, until the mask is written.
constexpr const char* kMasked = R"(
  n0: %m: Tensor = aten::gt.Scalar(%x, 0)
  n1: %l: List[Optional[Tensor]] = prim::ListConstruct(%m)
  n2: %a: Tensor = aten::index.Tensor(%x, %l)
  n3: %z: Tensor = aten::{WRITE}(%m, %m)
  n4: %b: Tensor = aten::masked_select(%y, %m)
  n5: %n: Tensor = aten::nonzero(%m)
  n6: %s: Tensor = aten::add.Tensor(%a, %b, 1)
  return (%s)
)";

std::string masked(const std::string& write) {
  std::string body = kMasked;
  body.replace(body.find("{WRITE}"), 7, write);
  return program("f32[6,5], f32[6,5]", "%x: Tensor, %y: Tensor", body);
}

TEST(DataSizes, OneMaskChoosesAsManyOfBoth) {
  const PassRun run = analyse(masked("logical_or"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 2), "f32[nonzero(n2)]");
  EXPECT_EQ(result(run, 4), "f32[nonzero(n2)]");
  EXPECT_EQ(result(run, 5), "i64[nonzero(n2),2]");
  EXPECT_EQ(result(run, 6), "f32[nonzero(n2)]");
  EXPECT_THAT(run.context.size_assumptions, IsEmpty());
  EXPECT_EQ(run.context.most_sizes.at("nonzero(n2)").number, 6 * 5);
}

TEST(DataSizes, AWrittenMaskMayChooseOthers) {
  const PassRun run = analyse(masked("logical_or_"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "f32[nonzero(n4)]");
  EXPECT_EQ(result(run, 5), "i64[nonzero(n4),2]");
}

TEST(DataSizes, ANumberFromDataIsASizeThatMayBeSet) {
  const std::string text = program("i64[3]", "%x: Tensor", R"(
  n0: %s: Tensor = aten::select.int(%x, 0, 0)
  n1: %i: int = aten::Int.Tensor(%s)
  n2: %t: int = aten::mul.int(%i, 2)
  n3: %size: List[int] = prim::ListConstruct(%t, 3)
  n4: %z: Tensor = aten::zeros(%size, 6, none, none, none)
  n5: %y: Tensor = aten::exp(%z)
  return (%y)
)");
  const PassRun open = analyse(text);
  ASSERT_EQ(open.error, "");
  EXPECT_EQ(result(open, 4), "f32[2*int(n1),3]");
  EXPECT_EQ(transcendentals(open.node(5).work).to_string(), "6*int(n1)");
  ASSERT_EQ(open.context.dependencies.size(), 1u);
  EXPECT_EQ(open.context.dependencies[0].kind, Dependency::Kind::integer);
  PassContext context;
  context.assumptions["int(n1)"] = 4;
  const PassRun set = analyse(text, std::move(context));
  EXPECT_THAT(result(set, 4), HasSubstr("f32[8,3]"));
}

// torchvision's scale of an image: computed in tensors of one element, exactly as float32 has it.
TEST(DataSizes, SizesComputedInTensorsAreNumbers) {
  const PassRun run = analyse(program("f32[3,480,640]", "%x: Tensor", R"(
  n0: %h: int = aten::size.int(%x, 1)
  n1: %w: int = aten::size.int(%x, 2)
  n2: %l: List[int] = prim::ListConstruct(%h, %w)
  n3: %t: Tensor = aten::tensor(%l, none, none, false)
  n4: %m: Tensor = aten::min(%t)
  n5: %f: Tensor = aten::to.dtype(%m, 6, false, false, none)
  n6: %r: Tensor = aten::reciprocal(%f)
  n7: %s: Tensor = aten::mul.Scalar(%r, 800.0)
  n8: %big: Tensor = aten::max(%t)
  n9: %g: Tensor = aten::to.dtype(%big, 6, false, false, none)
  n10: %q: Tensor = aten::reciprocal(%g)
  n11: %u: Tensor = aten::mul.Scalar(%q, 1333.0)
  n12: %scale: Tensor = aten::min.other(%s, %u)
  n13: %number: float = aten::FloatImplicit(%scale)
  n14: %size: float = aten::mul.float(640.0, %number)
  n15: %side: int = aten::floor.float(%size)
  n16: %dims: List[int] = prim::ListConstruct(%side)
  n17: %y: Tensor = aten::zeros(%dims, 6, none, none, none)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 17), "f32[1066]");  // 640 * float(800 * (1/480)), whose last digits decide
  EXPECT_THAT(run.context.dependencies, IsEmpty());
}

// A written tensor has other elements.
TEST(DataSizes, AWrittenTensorIsNoNumber) {
  const PassRun run = analyse(program("f32[3]", "%x: Tensor", R"(
  n0: %l: List[int] = prim::ListConstruct(4, 5)
  n1: %t: Tensor = aten::tensor(%l, none, none, false)
  n2: %z: Tensor = aten::random_(%t, none)
  n3: %m: Tensor = aten::min(%t)
  n4: %i: int = aten::Int.Tensor(%m)
  n5: %dims: List[int] = prim::ListConstruct(%i)
  n6: %y: Tensor = aten::zeros(%dims, 6, none, none, none)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 6), "f32[int(n4)]");
}

// if n > 0: reshape: without elements the other branch has another rank, and no other cost.
TEST(DataSizes, AnEmptyTensorInOneBranchKeepsTheShapeOfTheOther) {
  const PassRun run = analyse(program("f32[6,8]", "%x: Tensor", R"(
  n0: %m: Tensor = aten::gt.Scalar(%x, 0)
  n1: %at: Tensor = aten::nonzero(%m)
  n2: %n: int = aten::size.int(%at, 0)
  n3: %some: bool = aten::gt.int(%n, 0)
  n4: %y: Tensor = prim::If(%some)
    then() {
      n5: %l: List[int] = prim::ListConstruct(%n, 2, 1)
      n6: %r: Tensor = aten::reshape(%at, %l)
      yield (%r)
    }
    else() {
      yield (%at)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "i64[nonzero(n1),2,1]");
}

// Each iteration has a number of its own: they are not taken to be equal.
TEST(DataSizes, EveryIterationHasItsOwn) {
  const PassRun run = analyse(program("f32[5], f32[5]", "%x: Tensor, %y: Tensor", R"(
  n0: %empty: List[Tensor] = prim::ListConstruct()
  n1: prim::Loop(2, true)
    body(%i: int) {
      n2: %noise: Tensor = aten::bernoulli(%x, none)
      n3: %at: Tensor = aten::nonzero(%noise)
      n4: %same: List[Tensor] = aten::append.t(%empty, %at)
      yield (true)
    }
  n5: %all: Tensor = aten::cat(%empty, 0)
  return (%all)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 5), "i64[nonzero(n3) + nonzero(n3.t1),1]");
  EXPECT_EQ(run.context.dependencies.size(), 2u);
}

}  // namespace
}  // namespace flopaudit
