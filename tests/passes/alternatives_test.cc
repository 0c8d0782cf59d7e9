// Values that are one of several things: an Optional that a loop fills, an object that a branch replaced, a tensor of
// one rank or another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passes/free_functions.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

PassRun annotate(const std::string& text) {
  return run_passes(text, {"propagate-shapes", "prune-branches", "annotate-work"});
}

// `isinstance(x, list)` asks for a list of anything: a branch on it is decided.
TEST(Alternatives, AListOfAnything) {
  const PassRun run = annotate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %l: List[Tensor] = prim::ListConstruct(%x)
  n1: %is: bool = prim::isinstance[types="list"](%l)
  n2: %no: bool = prim::isinstance[types="list"](%x)
  n3: %t: Tuple[Tensor, Tensor] = prim::TupleConstruct(%x, %x)
  n4: %of: bool = prim::isinstance[types="tuple"](%t)
  n5: %nor: bool = prim::isinstance[types="tuple"](%l)
  return (%x)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 1), "true");
  EXPECT_EQ(result(run, 2), "false");
  EXPECT_EQ(result(run, 4), "true");
  EXPECT_EQ(result(run, 5), "false");
}

// A state that is None at first: what is computed of it later has its shape.
TEST(Alternatives, AnOptionalThatALoopFills) {
  const PassRun run = annotate(program("f32[2,3], int", "%x: Tensor, %trips: int", "Optional[Tensor]", R"(
  n0: %state: Optional[Tensor] = prim::Loop(%trips, true, none)
    body(%i: int, %s: Optional[Tensor]) {
      n1: %is: bool = aten::__is__(%s, none)
      n2: %y: Tensor = prim::If(%is)
        then() {
          n3: %a: Tensor = aten::relu(%x)
          yield (%a)
        }
        else() {
          n4: %t: Tensor = prim::unchecked_cast(%s)
          n5: %b: Tensor = aten::mul.Tensor(%t, %x)
          yield (%b)
        }
      yield (true, %y)
    }
  return (%state)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 5), "f32[2,3]");
  EXPECT_EQ(run.node(5).state, WorkState::known);
  EXPECT_EQ(result(run, 0), "one_of(none, f32[2,3])");
}

// What a cast rules out is not there; what may be there stays.
TEST(Alternatives, ACastLeavesWhatTheTypeAllows) {
  const auto cast = [](const std::string& input, const std::string& type) {
    return result(annotate(program(input, "%x: Any", type,
                                   "  n0: %y: " + type + " = prim::unchecked_cast(%x)\n" + "  return (%y)\n")),
                  0);
  };
  EXPECT_EQ(cast("one_of(none, f32[2])", "Tensor"), "f32[2]");
  EXPECT_EQ(cast("one_of(none, f32[2], 3)", "int"), "3");
  EXPECT_EQ(cast("one_of(f32[], f32[2])", "Tensor"), "one_of(f32[], f32[2])");
  EXPECT_EQ(cast("one_of(none, f32[2])", "Optional[Tensor]"), "one_of(none, f32[2])");
  EXPECT_EQ(cast("unknown", "Tensor"), "?[*]");
}

// One rank or another: the cost is that of one of them, and what has one shape for all is known.
TEST(Alternatives, ATensorOfOneRankOrAnother) {
  const PassRun run = annotate(program("one_of(f32[3], f32[5,3]), f32[3,7]", "%x: Tensor, %w: Tensor", "Tensor", R"(
  n0: %y: Tensor = aten::matmul(%x, %w)
  n1: %z: Tensor = aten::sum(%y, none)
  n2: %p: Tensor = aten::add.Tensor(%x, %x, 1)
  return (%z)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "one_of(f32[7], f32[5,7])");
  EXPECT_EQ(result(run, 1), "f32[]");
  EXPECT_EQ(result(run, 2), "one_of(f32[3], f32[5,3])") << "one value is not two";
  EXPECT_EQ(run.node(0).work.total(WorkClass::mac).to_string(), "21..105");
  EXPECT_EQ(run.node(2).work.total(WorkClass::add).to_string(), "3..15");
}

// What cannot run does not happen in a program that ends; where nothing can, it is refused.
TEST(Alternatives, WhatCannotRunIsLeftOut) {
  const auto product = [](const std::string& input) {
    return annotate(program(input + ", f32[3,7]", "%x: Tensor, %w: Tensor", "Tensor", R"(
  n0: %y: Tensor = aten::mm(%x, %w)
  return (%y)
)"));
  };
  EXPECT_EQ(result(product("one_of(f32[3], f32[5,3])"), 0), "f32[5,7]");
  EXPECT_THAT(product("one_of(f32[3], f32[5,3,3])").error, HasSubstr("aten::mm cannot run at n0"));
  EXPECT_EQ(product("one_of(f32[5,3], f32[*])").node(0).state, WorkState::no_shape);
}

// The number of columns depends on which tensor it is, the number of rows on the data: they are not one size.
TEST(Alternatives, SizesThatDifferAreNotTakenForDataSizes) {
  const PassRun run = annotate(program("one_of(f32[5], f32[5,3])", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = aten::nonzero(%x)
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "i64[nonzero(n0),joined(n0)]");
}

// Operands that are one of two each, and in a list.
TEST(Alternatives, InsideOfAList) {
  const PassRun run =
      annotate(program("one_of(f32[], f32[1]), one_of(f32[], f32[1])", "%a: Tensor, %b: Tensor", "Tensor", R"(
  n0: %l: List[Tensor] = prim::ListConstruct(%a, %b)
  n1: %s: Tensor = aten::stack(%l, 0)
  n2: %m: Tensor = aten::max(%s)
  return (%m)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 1), "one_of(f32[2], f32[2,1])");
  EXPECT_EQ(result(run, 2), "f32[]");
  EXPECT_EQ(run.node(2).work.total(WorkClass::compare).to_string(), "1");
}

// A list that may be None is the same list behind the cast: what is appended to it is seen.
TEST(Alternatives, AnOptionalListKeepsItsIdentity) {
  const PassRun run = annotate(program("f32[2], bool", "%x: Tensor, %c: bool", "int", R"(
  n0: %l: List[Tensor] = prim::ListConstruct(%x)
  n1: %o: Optional[List[Tensor]] = prim::If(%c)
    then() {
      yield (%l)
    }
    else() {
      yield (none)
    }
  n2: %d: bool = aten::__isnot__(%o, none)
  n3: prim::If(%d)
    then() {
      n4: %m: List[Tensor] = prim::unchecked_cast(%o)
      n5: %k: List[Tensor] = aten::append.t(%m, %x)
      n6: %inside: int = aten::len.t(%l)
      yield ()
    }
    else() {
      n7: %outside: int = aten::len.t(%l)
      yield ()
    }
  n8: %n: int = aten::len.t(%l)
  return (%n)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 6), "2");
  EXPECT_EQ(result(run, 7), "1") << "a branch does not see what the other one did";
  EXPECT_NE(result(run, 8), "1");
  EXPECT_NE(result(run, 8), "2");
}

// An object that one branch replaces: attributes of both are read, and a write may hit either.
TEST(Alternatives, AnObjectThatABranchReplaces) {
  const PassRun run = annotate(program("f32[2,4], f32[3,4], bool", "%x: Tensor, %y: Tensor, %c: bool", "Tensor", R"(
  n0: %a: __torch__.Boxes = prim::CreateObject()
  n1: prim::SetAttr[name="t"](%a, %x)
  n2: %o: __torch__.Boxes = prim::If(%c)
    then() {
      n3: %b: __torch__.Boxes = prim::CreateObject()
      n4: prim::SetAttr[name="t"](%b, %y)
      yield (%b)
    }
    else() {
      yield (%a)
    }
  n5: %t: Tensor = prim::GetAttr[name="t"](%o)
  n6: %s: Tensor = aten::relu(%t)
  n7: %z: Tensor = aten::neg(%x)
  n8: %v: Tensor = aten::select.int(%z, 0, 0)
  n9: prim::SetAttr[name="t"](%o, %v)
  n10: %u: Tensor = prim::GetAttr[name="t"](%a)
  return (%s)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(result(run, 6), HasSubstr(",4]"));
  EXPECT_EQ(run.node(6).state, WorkState::known);
  EXPECT_EQ(result(run, 10), "one_of(f32[4], f32[2,4])");
}

// A state that the first of N iterations makes: it is apart from the others, which have it.
TEST(Alternatives, AFirstIterationThatIsApart) {
  const auto run = [](const std::string& size) {
    return annotate(program("f32[" + size + ",3]", "%x: Tensor", "Tensor", R"(
  n0: %d: Dict[int, Tensor] = prim::DictConstruct()
  n1: %n: int = aten::size.int(%x, 0)
  n2: %y: Tensor = prim::Loop(%n, true, %x)
    body(%i: int, %h: Tensor) {
      n3: %has: bool = aten::__contains__.int(%d, 0)
      n4: %p: Tensor = prim::If(%has)
        then() {
          n5: %old: Tensor = aten::__getitem__.Dict_int(%d, 0)
          n6: %neg: Tensor = aten::tanh(%old)
          yield (%neg)
        }
        else() {
          n7: %first: Tensor = aten::exp(%x)
          yield (%first)
        }
      n8: aten::_set_item.int(%d, 0, %p)
      yield (true, %p)
    }
  return (%y)
)"));
  };
  const PassRun symbolic = run("N");
  ASSERT_EQ(symbolic.error, "");
  EXPECT_EQ(result(symbolic, 2), "f32[N,3]");
  EXPECT_EQ(executions(symbolic, 6), "N - 1");
  EXPECT_EQ(executions(symbolic, 7), "1");
  EXPECT_EQ(executions(symbolic, 8), "N");
  EXPECT_EQ(symbolic.node(6).work.total(WorkClass::tanh).to_string(), "3*N*N - 3*N");
  EXPECT_EQ(executions(run("5"), 6), "4");
}

// Each iteration makes an object of its own; in a loop of unknown length one stands for all.
TEST(Alternatives, ObjectsThatALoopMakes) {
  const auto run = [](const std::string& trips) {
    return annotate(program("f32[2,4], int", "%x: Tensor, %trips: int", "Tensor", R"(
  n0: %l: List[__torch__.Boxes] = prim::ListConstruct()
  n1: %y: Tensor = prim::Loop()" + trips + R"(, true, %x)
    body(%i: int, %h: Tensor) {
      n2: %b: __torch__.Boxes = prim::CreateObject()
      n3: prim::SetAttr[name="t"](%b, %h)
      n4: %m: List[__torch__.Boxes] = aten::append.t(%l, %b)
      n5: %t: Tensor = prim::GetAttr[name="t"](%b)
      n6: %p: List[Tensor] = prim::ListConstruct(%t, %x)
      n7: %c: Tensor = aten::cat(%p, 0)
      yield (true, %c)
    }
  n8: %first: __torch__.Boxes = aten::__getitem__.t(%l, 0)
  n9: %z: Tensor = prim::GetAttr[name="t"](%first)
  n10: %r: Tensor = aten::relu(%z)
  return (%r)
)"));
  };
  EXPECT_EQ(result(run("3"), 9), "f32[2,4]");
  EXPECT_EQ(result(run("3"), 1), "f32[8,4]");
  EXPECT_NE(result(run("%trips"), 10), "f32[2,4]") << "the first of any number of objects may be any of them";
}

}  // namespace
}  // namespace flopaudit
