// Lists whose length is no number: what a loop of unknown or symbolic count appends, and what is taken from them again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passes/free_functions.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

PassRun propagate(const std::string& text, PassContext context = {}) {
  return run_passes(text, {"propagate-shapes", "prune-branches", "annotate-work"}, std::move(context));
}

// outputs = []; for t in range(x.size(0)): outputs.append(h); torch.stack(outputs)
std::string appending_loop(const std::string& input, const std::string& append, const std::string& behind) {
  return program(input, "%x: Tensor", "Tensor", R"(
  n0: %l: List[Tensor] = prim::ListConstruct()
  n1: %t: int = aten::size.int(%x, 0)
  n2: prim::Loop(%t, true)
    body(%i: int) {
      n3: %h: Tensor = aten::select.int(%x, 0, %i)
)" + append + R"(
      yield (true)
    }
)" + behind + "  return (%y)\n");
}

constexpr const char* kAppend = "      n4: %l.1: List[Tensor] = aten::append.t(%l, %h)\n";
constexpr const char* kStack = "  n9: %y: Tensor = aten::stack(%l, 0)\n";

TEST(SymbolicLists, ALoopOfSymbolicCountAppendsAsManyElements) {
  const PassRun run = propagate(appending_loop("f32[T,1,8]", kAppend, kStack));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "[f32[1,8] x iteration(n2) + 1]");
  EXPECT_EQ(run.node(9).cases.front().inputs.front().to_string(), "[f32[1,8] x T]");
  EXPECT_EQ(result(run, 9), "f32[T,1,8]");
  EXPECT_EQ(executions(run, 3), "T");
  EXPECT_THAT(run.context.diagnostics, IsEmpty());
}

TEST(SymbolicLists, WhatWasInTheListBeforeCounts) {
  std::string text = appending_loop("f32[T,8]", kAppend, kStack);
  const std::string empty = "%l: List[Tensor] = prim::ListConstruct()";
  text.replace(text.find("n0: " + empty), empty.size() + 4,
               "n0: %z: Tensor = aten::select.int(%x, 0, 0)\n  n1: %l: List[Tensor] = prim::ListConstruct(%z, %z)");
  text.replace(text.find("n1: %t: int"), 2, "n2");
  text.replace(text.find("n2: prim::Loop"), 2, "n3");
  text.replace(text.find("n3: %h"), 2, "n4");
  text.replace(text.find("n4: %l.1"), 2, "n5");
  const PassRun run = propagate(text);
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 9), "f32[T + 2,8]");
}

TEST(SymbolicLists, SeveralElementsAnIteration) {
  const PassRun run = propagate(appending_loop("f32[T,8]",
                                               R"(      n4: %l.1: List[Tensor] = aten::append.t(%l, %h)
      n5: %m: List[Tensor] = prim::ListConstruct(%h, %h)
      n6: aten::extend.t(%l, %m)
)",
                                               kStack));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 9), "f32[3*T,8]");
}

// h grows with the iteration: the elements differ, and what all have in common is left.
TEST(SymbolicLists, ElementsOfDifferentIterationsAreNotTakenForTheLast) {
  const PassRun run = propagate(appending_loop("f32[T,8]",
                                               R"(      n4: %g: Tensor = aten::slice.Tensor(%x, 0, 0, %i, 1)
      n5: %l.1: List[Tensor] = aten::append.t(%l, %g)
)",
                                               R"(  n9: %y: Tensor = aten::__getitem__.t(%l, 0)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.node(9).cases.front().inputs.front().to_string(), "[f32[?,8] x T]");
  EXPECT_EQ(result(run, 9), "f32[size(n9),8]");
}

// In one branch of the body only: between none and one an iteration.
TEST(SymbolicLists, ABranchThatMayAppendGivesABoundedLength) {
  const PassRun run = propagate(appending_loop("f32[T,8]",
                                               R"(      n4: %c: Tensor = aten::select.int(%h, 0, 0)
      n5: %b: bool = aten::Bool.Tensor(%c)
      n6: prim::If(%b)
        then() {
          n7: %l.1: List[Tensor] = aten::append.t(%l, %h)
          yield ()
        }
        else() {
          yield ()
        }
)",
                                               R"(  n9: %n: int = aten::len.t(%l)
  n10: %y: Tensor = aten::stack(%l, 0)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(result(run, 9), HasSubstr("<joined(n2.after.list1)>"));
  EXPECT_THAT(result(run, 10), HasSubstr("f32[joined(n2.after.list1),8]"));
}

TEST(SymbolicLists, ALoopOfUnknownCountAppendsAsManyElementsAsItRuns) {
  const PassRun run = propagate(program("f32[1,8], f32[]", "%x: Tensor, %c: Tensor", "Tensor", R"(
  n0: %l: List[Tensor] = prim::ListConstruct()
  n1: %b: bool = aten::Bool.Tensor(%c)
  n2: %z: Tensor = prim::Loop(9223372036854775807, %b, %x)
    body(%i: int, %h: Tensor) {
      n3: %r: Tensor = aten::relu(%h)
      n4: %l.1: List[Tensor] = aten::append.t(%l, %r)
      n5: %s: Tensor = aten::sum(%r, none)
      n6: %g: bool = aten::Bool.Tensor(%s)
      yield (%g, %r)
    }
  n7: %y: Tensor = aten::cat(%l, 0)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 7), "f32[trips(n2),8]");
  EXPECT_EQ(executions(run, 3), "trips(n2)");
}

// Elements are taken by iterating: the trip count is the length.
TEST(SymbolicLists, AreIteratedOver) {
  const PassRun run = propagate(program("[f32[1,8] x T]", "%l: List[Tensor]", "Tensor", R"(
  n0: %n: int = aten::len.t(%l)
  n1: %o: List[Tensor] = prim::ListConstruct()
  n2: prim::Loop(%n, true)
    body(%i: int) {
      n3: %e: Tensor = aten::__getitem__.t(%l, %i)
      n4: %r: Tensor = aten::relu(%e)
      n5: %o.1: List[Tensor] = aten::append.t(%o, %r)
      yield (true)
    }
  n6: aten::reverse.t(%o)
  n7: %c: List[Tensor] = aten::copy.t(%o)
  n8: %s: List[Tensor] = aten::slice.t(%c, 1, none, 1)
  n9: aten::extend.t(%s, %l)
  n10: %y: Tensor = aten::cat(%s, 0)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 4), "T");
  EXPECT_EQ(result(run, 4), "f32[1,8]");
  EXPECT_EQ(result(run, 8), "[f32[1,8] x T - 1]");
  EXPECT_EQ(result(run, 10), "f32[2*T - 1,8]");
}

// A cache that grows and a counter: as lists do.
TEST(SymbolicLists, DimsAndIntsGrowAsWell) {
  const PassRun run = propagate(program("f32[T,8]", "%x: Tensor", "Tensor", R"(
  n0: %t: int = aten::size.int(%x, 0)
  n1: %k0: Tensor = aten::slice.Tensor(%x, 0, 0, 1, 1)
  n2: %k: Tensor, %p: int = prim::Loop(%t, true, %k0, 5)
    body(%i: int, %c: Tensor, %q: int) {
      n3: %h: Tensor = aten::slice.Tensor(%x, 0, 0, 1, 1)
      n4: %m: List[Tensor] = prim::ListConstruct(%c, %h, %h)
      n5: %d: Tensor = aten::cat(%m, 0)
      n6: %r: int = aten::add.int(%q, 2)
      yield (true, %d, %r)
    }
  n7: %v: Tensor = aten::relu(%k)
  n8: %w: int = aten::mul.int(%p, 1)
  return (%v)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 7), "f32[2*T + 1,8]");
  EXPECT_EQ(result(run, 8), "<2*T + 5>");
  EXPECT_EQ(result(run, 5), "f32[2*iteration(n2) + 3,8]");
}

// The first iteration adds one and every later one two: the guess from the first is not kept.
TEST(SymbolicLists, AGuessThatDoesNotHoldIsGivenUp) {
  const PassRun run = propagate(program("f32[T,8]", "%x: Tensor", "Tensor", R"(
  n0: %t: int = aten::size.int(%x, 0)
  n1: %k: int, %p: int = prim::Loop(%t, true, 1, 1)
    body(%i: int, %a: int, %b: int) {
      n2: %c: int = aten::add.int(%a, %b)
      yield (true, %c, 2)
    }
  n3: %w: int = aten::mul.int(%k, 1)
  return (%x)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 3), "<int(n1.after)>");
}

// A loop that may end early: at most as many as it can run.
TEST(SymbolicLists, ALoopThatMayEndEarlyBoundsTheLength) {
  const PassRun run = propagate(program("f32[T,8]", "%x: Tensor", "Tensor", R"(
  n0: %l: List[Tensor] = prim::ListConstruct()
  n1: %t: int = aten::size.int(%x, 0)
  n2: prim::Loop(%t, true)
    body(%i: int) {
      n3: %h: Tensor = aten::select.int(%x, 0, %i)
      n4: %l.1: List[Tensor] = aten::append.t(%l, %h)
      n5: %s: Tensor = aten::sum(%h, none)
      n6: %g: bool = aten::Bool.Tensor(%s)
      yield (%g)
    }
  n7: %y: Tensor = aten::stack(%l, 0)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(result(run, 7), HasSubstr("joined(n2.after.list1)"));
}

TEST(SymbolicLists, BranchesOfDifferentLengthsJoin) {
  const PassRun run = propagate(program("f32[1,8], f32[]", "%x: Tensor, %c: Tensor", "Tensor", R"(
  n0: %b: bool = aten::Bool.Tensor(%c)
  n1: %l: List[Tensor] = prim::If(%b)
    then() {
      n2: %p: List[Tensor] = prim::ListConstruct(%x, %x)
      yield (%p)
    }
    else() {
      n3: %q: List[Tensor] = prim::ListConstruct(%x, %x, %x)
      yield (%q)
    }
  n4: %n: int = aten::len.t(%l)
  n5: %y: Tensor = aten::cat(%l, 0)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 1), "[f32[1,8] x joined(n1)]");
  EXPECT_EQ(result(run, 4), "<joined(n1)>");
  EXPECT_EQ(result(run, 5), "f32[joined(n1),8]");
  ASSERT_FALSE(run.context.dependencies.empty());
  const Dependency& length = run.context.dependencies.back();
  EXPECT_EQ(length.name, "joined(n1)");
  ASSERT_TRUE(length.most);
  EXPECT_EQ(length.most->to_string(), "3");
}

// What is written to one element of many may hit another: neither what was there nor what is new is certain.
TEST(SymbolicLists, AListInsideIsWrittenWeakly) {
  const PassRun run = propagate(program("[[f32[2]] x N]", "%l: List[List[Tensor]]", "List[Tensor]", R"(
  n0: %a: List[Tensor] = aten::__getitem__.t(%l, 0)
  n1: %x: Tensor = aten::__getitem__.t(%a, 0)
  n2: %a.1: List[Tensor] = aten::append.t(%a, %x)
  n3: %b: List[Tensor] = aten::__getitem__.t(%l, 1)
  n4: %c: List[Tensor] = aten::copy.t(%b)
  return (%c)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(result(run, 4), HasSubstr("[f32[2] x "));
  EXPECT_EQ(result(run, 4).find("x 2]"), std::string::npos) << result(run, 4);
}

// As many masks as tensors, none of them the other: what two elements count is not one number.
TEST(SymbolicLists, TwoElementsAreNotOneTensor) {
  const PassRun run = propagate(program("[f32[9] x N]", "%l: List[Tensor]", "Tensor", R"(
  n0: %a: Tensor = aten::__getitem__.t(%l, 0)
  n1: %b: Tensor = aten::__getitem__.t(%l, 1)
  n2: %p: Tensor = aten::nonzero(%a)
  n3: %q: Tensor = aten::nonzero(%b)
  return (%p)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 2), "i64[nonzero(n2),1]");
  EXPECT_EQ(result(run, 3), "i64[nonzero(n3),1]");
}

TEST(SymbolicLists, UnpackingSaysHowLongTheListIs) {
  const auto unpacked = [](const std::string& input) {
    return propagate(program(input, "%l: List[Tensor]", "Tensor", R"(
  n0: %a: Tensor, %b: Tensor = prim::ListUnpack(%l)
  n1: %y: Tensor = aten::add.Tensor(%a, %b, 1)
  return (%y)
)"));
  };
  const PassRun run = unpacked("[f32[9] x N]");
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 1), "f32[9]");
  ASSERT_FALSE(run.context.size_assumptions.empty());
  EXPECT_THAT(run.context.size_assumptions.front(), HasSubstr("N = 2"));
  EXPECT_THAT(unpacked("[f32[9] x N + 2]").error, HasSubstr("unpacks 2 values from a list of N + 2"));
}

}  // namespace
}  // namespace flopaudit
