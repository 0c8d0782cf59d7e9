// Loops of many iterations and programs that hand long lists around: what is interpreted one by one, what as a whole,
// and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passes/free_functions.h"

namespace flopaudit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

PassRun propagate(const std::string& text, PassContext context = {}) {
  return run_passes(text, {"propagate-shapes", "prune-branches"}, std::move(context));
}

// Five lists of a million elements, and no loop that could be taken as a whole.
TEST(LongPrograms, AProgramThatHandsTooManyElementsAroundIsRefused) {
  const auto with_lists = [](int n) {
    std::string body = "  n0: %one: List[int] = prim::ListConstruct(0)\n";
    for (int i = 1; i <= n; ++i) {
      body +=
          "  n" + std::to_string(i) + ": %l." + std::to_string(i) + ": List[int] = aten::mul.left_t(%one, 1000000)\n";
    }
    body += "  n" + std::to_string(n + 1) + ": %n: int = aten::len.t(%l.1)\n  return (%n)\n";
    return propagate(program("", "", "int", body));
  };
  EXPECT_EQ(result(with_lists(3), 4), "1000000");
  EXPECT_THAT(with_lists(5).error, HasSubstr("hands lists of more than 4000000 elements in all"));
}

// Appending to a long list is not copying it.
TEST(LongPrograms, ALoopThatBuildsAListIsInterpretedToItsEnd) {
  const PassRun run = propagate(program("", "", "int, int", R"(
  n0: %zero: List[int] = prim::ListConstruct(0)
  n1: %l: List[int] = aten::mul.left_t(%zero, 10000)
  n2: prim::Loop(50000, true)
    body(%i: int) {
      n3: %m: List[int] = aten::append.t(%l, %i)
      yield (true)
    }
  n4: %n: int = aten::len.t(%l)
  n5: %last: int = aten::__getitem__.t(%l, -1)
  n6: %first: int = aten::__getitem__.t(%l, 10000)
  return (%n, %last)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "60000");
  EXPECT_EQ(result(run, 5), "49999");
  EXPECT_EQ(result(run, 6), "0");
  EXPECT_EQ(executions(run, 3), "50000");
  EXPECT_THAT(run.context.diagnostics, IsEmpty());
}

// The first iterations change something, the others nothing: they are one case, however many.
TEST(LongPrograms, ALoopThatSettlesIsFoundOutLater) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %l: List[Tensor] = prim::ListConstruct(%x)
  n1: %n: int = prim::Loop(1000000000, true, 0)
    body(%i: int, %c: int) {
      n2: %short: bool = aten::lt.int(%c, 7)
      n3: %d: int = prim::If(%short)
        then() {
          n4: %m: List[Tensor] = aten::append.t(%l, %x)
          n5: %more: int = aten::add.int(%c, 1)
          yield (%more)
        }
        else() {
          n6: %r: Tensor = aten::relu(%x)
          yield (%c)
        }
      yield (true, %d)
    }
  n7: %k: int = aten::len.t(%l)
  return (%k)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 7), "8");
  EXPECT_EQ(executions(run, 4), "7");
  EXPECT_EQ(executions(run, 6), "999999993");
}

// 200 lists of 2000 numbers one by one are too many steps; that each has 2000 elements holds of all.
TEST(LongPrograms, ALoopOfALongProgramIsTakenAsAWhole) {
  const PassRun run = propagate(program("", "", "List[Tensor]", R"(
  n0: %all: List[Tensor] = prim::ListConstruct()
  n1: prim::Loop(200, true)
    body(%i: int) {
      n2: %l: List[int] = prim::ListConstruct()
      n3: prim::Loop(2000, true)
        body(%j: int) {
          n4: %k: int = aten::add.int(%i, %j)
          n5: %m: List[int] = aten::append.t(%l, %k)
          yield (true)
        }
      n6: %t: Tensor = aten::tensor(%l, none, none, false)
      n7: %a: List[Tensor] = aten::append.t(%all, %t)
      yield (true)
    }
  n8: %n: int = aten::len.t(%all)
  n9: %last: Tensor = aten::__getitem__.t(%all, -1)
  return (%all)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 5), "400000");
  EXPECT_EQ(result(run, 8), "200");
  EXPECT_EQ(result(run, 9), "i64[2000]");
  EXPECT_THAT(run.context.diagnostics, Contains(HasSubstr("because the program is too long for more")));
}

// What the iterations of a long program do not have alike is not known behind them.
TEST(LongPrograms, WhatALongProgramDoesNotTellApartIsUnknown) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = prim::Loop(400000, true, %x)
    body(%i: int, %h: Tensor) {
      n1: %odd: int = aten::remainder.int(%i, 2)
      n2: %rows: int = aten::add.int(%odd, 1)
      n3: %dims: List[int] = prim::ListConstruct(%rows, 3)
      n4: %z: Tensor = aten::zeros(%dims, none, none, none, none)
      yield (true, %z)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_NE(result(run, 0), "f32[2,3]");
  EXPECT_NE(result(run, 0), "f32[1,3]");
  EXPECT_EQ(executions(run, 4), "400000");
}

// Loops of two iterations, twenty-one deep: nothing to take as a whole.
TEST(LongPrograms, AProgramOfTooManyStepsIsRefused) {
  const auto nest = [](int depth) {
    std::string head, tail;
    for (int i = 0; i < depth; ++i) {
      head += "  n" + std::to_string(i) + ": %c." + std::to_string(i) + ": int = prim::Loop(2, true, " +
              (i == 0 ? "1" : "%b." + std::to_string(i - 1)) + ")\n    body(%i." + std::to_string(i) + ": int, %b." +
              std::to_string(i) + ": int) {\n";
    }
    head += "  n" + std::to_string(depth) + ": %s: int = aten::add.int(%b." + std::to_string(depth - 1) + ", 1)\n";
    for (int i = depth; i-- > 0;) {
      tail +=
          "      yield (true, " + (i == depth - 1 ? std::string("%s") : "%c." + std::to_string(i + 1)) + ")\n    }\n";
    }
    return propagate(program("", "", "int", head + tail + "  return (%c.0)\n"));
  };
  EXPECT_EQ(result(nest(8), 0), "257");
  EXPECT_THAT(nest(21).error, HasSubstr("takes more than 1000000 steps to interpret"));
}

// The first iterations are interpreted one by one, the others as one that stands for all: what it counts is known.
TEST(LongPrograms, ALoopThatNeverRepeatsIsTakenAsAWhole) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %y: int = prim::Loop(9000000000, true, 0)
    body(%i: int, %h: int) {
      n1: %r: int = aten::add.int(%h, 1)
      yield (true, %r)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "9000000000");
  EXPECT_EQ(executions(run, 1), "9000000000");
  EXPECT_THAT(run.context.diagnostics, Contains(HasSubstr("the loop at n0 (prim::Loop) is interpreted one iteration")));
}

}  // namespace
}  // namespace flopaudit
