// Control flow and containers, observed through integers: the results of a node are in its measurement.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/executor/run_text.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 0 + 0, 0 + 1, 1 + 2, 3 + 3: the sums of the first numbers.
TEST(ControlFlowTest, LoopCarriesValuesFromTripToTrip) {
  const ExecuteResult result = run_text("(%n: int {4}) -> (int)", R"(
  n0: %s: int = prim::Loop(%n, true, 0)
    body(%i: int, %sum: int) {
      n1: %next: int = aten::add.int(%sum, %i)
      yield (true, %next)
    }
  return (%s)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(results_of(result, 1), ElementsAre("0", "1", "3", "6"));
}

TEST(ControlFlowTest, LoopEndsWhenItsConditionFails) {
  const ExecuteResult result = run_text("() -> (int)", R"(
  n0: %s: int = prim::Loop(100, true, 1)
    body(%i: int, %power: int) {
      n1: %next: int = aten::mul.int(%power, 2)
      n2: %small: bool = aten::lt.int(%next, 10)
      yield (%small, %next)
    }
  n3: %last: int = aten::neg.int(%s)
  return (%last)
)");
  EXPECT_THAT(results_of(result, 1), ElementsAre("2", "4", "8", "16"));
  EXPECT_THAT(results_of(result, 3), ElementsAre("-16"));
}

TEST(ControlFlowTest, LoopWithoutTripsGivesItsFirstValues) {
  const ExecuteResult result = run_text("() -> (int)", R"(
  n0: %s: int = prim::Loop(5, false, 7)
    body(%i: int, %v: int) {
      n1: %next: int = aten::neg.int(%v)
      yield (true, %next)
    }
  n2: %last: int = aten::neg.int(%s)
  return (%last)
)");
  EXPECT_THAT(results_of(result, 1), IsEmpty());
  EXPECT_THAT(results_of(result, 2), ElementsAre("-7"));
}

// A value from outside the loop is read in each trip: it must not be released in the first.
TEST(ControlFlowTest, ValuesFromOutsideLiveThroughAllTrips) {
  const ExecuteResult result = run_text("(%a: int {3}) -> (int)", R"(
  n0: %b: int = aten::mul.int(%a, 10)
  n1: %s: int = prim::Loop(2, true, 0)
    body(%i: int, %sum: int) {
      n2: %c: bool = aten::eq.int(%i, 0)
      n3: %next: int = prim::If(%c)
        then() {
          n4: %p: int = aten::add.int(%sum, %b)
          yield (%p)
        }
        else() {
          n5: %m: int = aten::sub.int(%b, %sum)
          yield (%m)
        }
      yield (true, %next)
    }
  return (%s)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(results_of(result, 4), ElementsAre("30"));
  EXPECT_THAT(results_of(result, 5), ElementsAre("0"));
}

TEST(ControlFlowTest, ListsAreMutable) {
  const ExecuteResult result = run_text("() -> (int)", R"(
  n0: %l: List[int] = prim::ListConstruct(4, 5)
  n1: %same: List[int] = aten::append.t(%l, 6)
  n2: %n: int = aten::len.t(%l)
  n3: %a: int, %b: int, %c: int = prim::ListUnpack(%l)
  n4: %last: int = aten::neg.int(%c)
  return (%last)
)");
  EXPECT_THAT(results_of(result, 2), ElementsAre("3"));
  EXPECT_THAT(results_of(result, 4), ElementsAre("-6"));
}

TEST(ControlFlowTest, TuplesAndDictsAreBuiltAndTakenApart) {
  const ExecuteResult result = run_text("() -> (int)", R"(
  n0: %t: Tuple[int, int, int] = prim::TupleConstruct(1, 2, 3)
  n1: %u: Tuple[int, int] = prim::TupleSlice[beg="1", end="3"](%t)
  n2: %a: int, %b: int = prim::TupleUnpack(%u)
  n3: %c: int = prim::TupleIndex(%t, -1)
  n4: %d: Dict[str, int] = prim::DictConstruct("x", %a, "y", %b)
  n5: %e: int = aten::__getitem__.Dict_str(%d, "y")
  n6: %f: int = aten::sub.int(%a, %c)
  return (%f)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(results_of(result, 5), ElementsAre("3"));
  EXPECT_THAT(results_of(result, 6), ElementsAre("-1"));
}

TEST(ControlFlowTest, IsInstanceLooksAtTheValue) {
  const ExecuteResult result = run_text("(%l: List[int] {[1]}) -> (bool)", R"(
  n0: %a: bool = prim::isinstance[types="float, List[int]"](%l)
  n1: %b: bool = prim::isinstance[types="List[float]"](%l)
  n2: %c: bool = aten::__not__(%a)
  n3: %d: bool = aten::__not__(%b)
  return (%d)
)");
  EXPECT_THAT(results_of(result, 2), ElementsAre("false"));
  EXPECT_THAT(results_of(result, 3), ElementsAre("true"));
}

TEST(ControlFlowTest, VarargOperatorsGetTheNumberOfTheirOperands) {
  const ExecuteResult result = run_text("() -> (str)", R"(
  n0: %s: str = aten::format("{} of {}", 1, 2)
  return (%s)
)");
  EXPECT_THAT(results_of(result, 0), ElementsAre("\"1 of 2\""));
}

TEST(ControlFlowTest, RaiseEndsTheRunWithTheModelsWordsAndItsPlace) {
  const ExecuteResult result = run_text("() -> (int)", R"(
  n0: %a: int = aten::neg.int(2)
  n1: prim::RaiseException("too small", none) in "fc" at "net.py":12
  n2: %b: int = aten::neg.int(3)
  return (%b)
)");
  EXPECT_TRUE(result.partial);
  EXPECT_THAT(result.error,
              testing::AllOf(HasSubstr("n1 "), HasSubstr("module fc"), HasSubstr("net.py:12"), HasSubstr("too small")));
  EXPECT_THAT(results_of(result, 0), ElementsAre("-2"));
  EXPECT_THAT(results_of(result, 2), IsEmpty());
}

// What LibTorch does not have is left out, and what needs its result; all else runs.
TEST(LeftOutTest, WhatNeedsAnOperatorThatIsNotHere) {
  const ExecuteResult result = run_text("(%x: Tensor {f32[2]}) -> (Tensor)", R"(
  n0: %a: Tensor = my::op(%x)
  n1: %b: Tensor = aten::relu(%x)
  n2: %c: Tensor = aten::add.Tensor(%a, %b, 1)
  n3: %l: List[Tensor] = prim::ListConstruct(%b, %c)
  n4: %d: Tensor = aten::__getitem__.t(%l, 0)
  n5: %e: Tensor = aten::relu(%d)
  n6: %f: Tensor = aten::__getitem__.t(%l, 1)
  n7: %g: Tensor = aten::relu(%f)
  n8: %m: int = aten::len.t(%l)
  n9: %h: Tensor = aten::cat(%l, 0)
  return (%h)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(left_out(result), ElementsAre(0, 2, 7, 9));
  EXPECT_THAT(reason_of(result, 9), testing::AllOf(HasSubstr("n0 (my::op"), HasSubstr("cannot run here")));
  EXPECT_THAT(results_of(result, 5), ElementsAre("f32[2]"));
  EXPECT_THAT(results_of(result, 8), ElementsAre("2"));
}

TEST(LeftOutTest, BranchesLoopsAndWhatTheyWouldHaveWritten) {
  const ExecuteResult result = run_text("(%x: Tensor {f32[2]}, %y: Tensor {f32[2]}) -> (Tensor)", R"(
  n0: %a: Tensor = my::op(%x)
  n1: %t: bool = aten::is_nonzero(%a)
  n2: %c: Tensor = prim::If(%t)
    then() {
      n3: %d: Tensor = aten::relu_(%x)
      yield (%d)
    }
    else() {
      n4: %e: Tensor = aten::relu(%y)
      yield (%e)
    }
  n5: %f: Tensor = aten::relu(%c)
  n6: %g: Tensor = aten::relu(%x)
  n7: %h: Tensor = aten::relu(%y)
  n8: %i: Tensor = aten::add_.Tensor(%y, %a, 1)
  n9: %j: Tensor = aten::relu(%y)
  return (%j)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(left_out(result), ElementsAre(0, 1, 3, 4, 5, 6, 8, 9));
  EXPECT_THAT(results_of(result, 7), ElementsAre("f32[2]"));
}

}  // namespace
}  // namespace flopaudit
