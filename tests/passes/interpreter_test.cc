// propagate-shapes on small programs: what is known, how often nodes run, and what is said where something is not
// known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/passes/free_functions.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

PassRun propagate(const std::string& text, PassContext context = {}) {
  return run_passes(text, {"propagate-shapes", "prune-branches"}, std::move(context));
}

TEST(Interpreter, KnownTripCountMultipliesTheBody) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = prim::Loop(1000000, true, %x)
    body(%i: int, %h: Tensor) {
      n1: %r: Tensor = aten::relu(%h)
      yield (true, %r)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 1), "1000000");
  EXPECT_EQ(run.node(1).cases.size(), 1u) << "equal executions are one case";
  EXPECT_EQ(result(run, 0), "f32[2,3]");
  EXPECT_THAT(run.context.diagnostics, IsEmpty());
}

// Zero for want of elements is not zero by definition: it is said.
TEST(Interpreter, AnEmptyTensorCostsNothingAndIsNamed) {
  const auto diagnostics_for = [](const std::string& input) {
    const PassRun run = run_passes(program(input, "%x: Tensor", "Tensor", R"(
  n0: %a: Tensor = aten::exp(%x)
  n1: %b: Tensor = aten::clone(%a, none)
  n2: %c: Tensor = aten::sum(%b, none)
  return (%c)
)"),
                                   {"propagate-shapes", "annotate-work"});
    EXPECT_EQ(run.error, "");
    return run.context.diagnostics;
  };
  ASSERT_EQ(diagnostics_for("f32[0,3]").size(), 1U);
  EXPECT_THAT(diagnostics_for("f32[0,3]")[0],
              HasSubstr("2 nodes cost 0 because a tensor has no elements, the first: n0"));
  EXPECT_THAT(diagnostics_for("f32[0,3]")[0], HasSubstr("f32[0,3]"));
  EXPECT_THAT(diagnostics_for("f32[2,3]"), IsEmpty());
  EXPECT_THAT(diagnostics_for("f32[]"), IsEmpty());
}

// An out tensor has the shape of what was written to it, for all who hold it, and what was known of it is forgotten.
TEST(Interpreter, AnOutTensorIsRetyped) {
  const PassRun run = propagate(program("f32[2,3], f32[0], i64[0]", "%x: Tensor, %y: Tensor, %z: Tensor", "Tensor", R"(
  n0: %v: Tensor, %i: Tensor = aten::topk.values(%x, 2, 1, true, true, %y, %z)
  n1: %a: Tensor = aten::neg(%y)
  n2: %b: Tensor = aten::neg(%z)
  n3: %c: Tensor = aten::mul_.Tensor(%y, %x)
  return (%a)
)"));
  EXPECT_THAT(run.error, HasSubstr("f32[2,2] and f32[2,3]"));
  const PassRun fits = propagate(program("f32[2,3], f32[0], i64[0]", "%x: Tensor, %y: Tensor, %z: Tensor", "Tensor", R"(
  n0: %v: Tensor, %i: Tensor = aten::topk.values(%x, 2, 1, true, true, %y, %z)
  n1: %a: Tensor = aten::neg(%y)
  n2: %b: Tensor = aten::neg(%z)
  return (%a)
)"));
  ASSERT_EQ(fits.error, "");
  EXPECT_EQ(result(fits, 1), "f32[2,2]");
  EXPECT_EQ(result(fits, 2), "i64[2,2]");
}

TEST(Interpreter, APlaceInAKnownSequenceIsFound) {
  const auto place = [](const std::string& sequence, const std::string& value, const std::string& right) {
    const PassRun run = propagate(program("3", "%x: int", "Tensor",
                                          R"(
  n0: %l: List[int] = prim::ListConstruct()" + sequence +
                                              R"()
  n1: %s: Tensor = aten::tensor(%l, none, none, false)
  n2: %p: Tensor = aten::searchsorted.Scalar(%s, )" +
                                              value + ", false, " + right + R"(, none, none)
  return (%p)
)"));
    EXPECT_EQ(run.error, "");
    return result(run, 2);
  };
  EXPECT_EQ(place("1, 5, 9", "5", "false"), "i64[] = 1");
  EXPECT_EQ(place("1, 5, 9", "5", "true"), "i64[] = 2");
  EXPECT_EQ(place("1, 5, 9", "10", "false"), "i64[] = 3");
  EXPECT_EQ(place("9, 5, 1", "5", "false"), "i64[]") << "not sorted: LibTorch's answer is any";
}

// As LibTorch promotes: bool by a 0-dim f64 that is a constant of the program is f32, by another 0-dim f64 it is f64.
TEST(Interpreter, ZeroDimConstantsOfTheProgramArePromotedAsNumbers) {
  const PassRun run = propagate(
      program("bool[3], f64[], i64[3], f32[3]", "%b: Tensor, %s: Tensor, %i: Tensor, %f: Tensor", "Tensor", R"(
  parameter "CONSTANTS.c0": Tensor {f64[] = 1.0}
  parameter "CONSTANTS.c1": Tensor {f64[1]}
  parameter "CONSTANTS.c2": Tensor {i64[] = 2}
  n0: %p: Tensor = aten::mul.Tensor(%b, param "CONSTANTS.c0")
  n1: %q: Tensor = aten::mul.Tensor(%b, %s)
  n2: %r: Tensor = aten::mul.Tensor(%i, param "CONSTANTS.c0")
  n3: %t: Tensor = aten::mul.Tensor(%f, param "CONSTANTS.c1")
  n4: %d: Tensor = aten::detach(param "CONSTANTS.c0")
  n5: %u: Tensor = aten::mul.Tensor(%b, %d)
  n6: %v: Tensor = aten::mul.Tensor(%f, param "CONSTANTS.c0")
  n7: %w: Tensor = aten::mul.Tensor(%b, param "CONSTANTS.c2")
  return (%p)
)"));
  ASSERT_EQ(run.error, "");
  const std::vector<std::string> expected = {"f32[3]",      "f64[3]", "f32[3]", "f64[3]",
                                             "f64[] = 1.0", "f64[3]", "f32[3]", "i64[3]"};
  for (int node = 0; node < 8; ++node) EXPECT_EQ(result(run, node), expected[static_cast<std::size_t>(node)]) << node;
}

// n appends to one list, and then what needs all of it: what is kept of the list does not grow with the square of n.
std::string appends(int n) {
  std::string body = "  n0: %l: List[Tensor] = prim::ListConstruct()\n";
  for (int i = 1; i <= n; ++i) {
    body += "  n" + std::to_string(i) + ": %l." + std::to_string(i) + ": List[Tensor] = aten::append.t(%l, %x)\n";
  }
  body += "  n" + std::to_string(n + 1) + ": %y: Tensor = aten::cat(%l, 0)\n  return (%y)\n";
  return program("f32[2,3]", "%x: Tensor", "Tensor", body);
}

std::size_t elements_kept(const Program& program) {
  std::size_t elements = 0;
  for_each_node(program.entry().body, [&](const Node& node) {
    for (const Execution& execution : node.cases) {
      for (const auto* facts : {&execution.inputs, &execution.outputs}) {
        for (const Fact& fact : *facts) {
          const auto* list = fact.get<ListFact>();
          if (list != nullptr && *list->elements) elements += (*list->elements)->size();
        }
      }
    }
  });
  return elements;
}

TEST(Interpreter, WhatIsKeptOfAGrowingListIsLinear) {
  const PassRun hundred = propagate(appends(100));
  const PassRun thousand = propagate(appends(1000));
  ASSERT_EQ(hundred.error, "");
  ASSERT_EQ(thousand.error, "");
  EXPECT_EQ(result(hundred, 101), "f32[200,3]");
  EXPECT_EQ(result(thousand, 1001), "f32[2000,3]");
  EXPECT_EQ(elements_kept(*thousand.program) - elements_kept(*hundred.program), 1000u - 100u) << "the operand of cat";
  EXPECT_EQ(thousand.node(10).cases.front().outputs.front().to_string().substr(0, 9), "[f32[2,3]") << "a short one";
  EXPECT_EQ(thousand.node(900).cases.front().outputs.front().to_string(), "list");
}

// A method in C++ that is given no object of the model changes none; one that is given something of any type may.
TEST(Interpreter, WhatAnUnknownMethodCannotReachStays) {
  const auto run = [](const std::string& argument, const std::string& type) {
    return run_passes(
        "flopaudit.ir/1\nprogram file=\"net.pt\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" "
        "parameters=0 parameter_bytes=0\nexample_inputs (3, unknown, " +
            argument +
            ")\n\nobject \"\" class=\"__torch__.M\" module {\n  \"n\": int {1}\n}\n\n"
            "graph \"__torch__.M.forward\"(%self: __torch__.M, %k: int, %o: __torch__.torch.classes.my.Engine, %a: " +
            type +
            ") -> (int) {\n  n0: prim::SetAttr[name=\"n\"](%self, %k)\n"
            "  n1: %r: Any = prim::CallMethod[name=\"run\"](%o, %a)\n"
            "  n2: %n: int = prim::GetAttr[name=\"n\"](%self)\n  return (%n)\n}\n",
        {"propagate-shapes"});
  };
  EXPECT_EQ(result(run("f32[2]", "Tensor"), 2), "3");
  EXPECT_EQ(result(run("unknown", "Any"), 2), "int");
}

// The result of an append is the list itself: its tensors share storage with what was put into it.
TEST(Interpreter, AnAppendLeavesTheTensorsOfItsListWhatTheyAre) {
  const auto run = [](const std::string& written) {
    return propagate(program("i64[] = 3, i64[] = 4", "%x: Tensor, %y: Tensor", "int", R"(
  n0: %l: List[Tensor] = prim::ListConstruct(%x)
  n1: %m: List[Tensor] = aten::append.t(%l, %y)
  n2: %z: Tensor = aten::add_.Scalar()" + written + R"(, 1, 1)
  n3: %e: Tensor = aten::__getitem__.t(%m, 0)
  n4: %i: int = aten::Int.Tensor(%e)
  return (%i)
)"));
  };
  EXPECT_EQ(result(run("%x"), 4), "<int(n4)>") << "written through its other name";
  EXPECT_EQ(result(run("%y"), 4), "3");
}

// 3 -> 6 -> 12 -> 24 columns: each iteration sees other shapes.
TEST(Interpreter, ShapesMayChangeFromIterationToIteration) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = prim::Loop(3, true, %x)
    body(%i: int, %h: Tensor) {
      n1: %l: List[Tensor] = prim::ListConstruct(%h, %h)
      n2: %c: Tensor = aten::cat(%l, 1)
      yield (true, %c)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "f32[2,24]");
  ASSERT_EQ(run.node(2).cases.size(), 3u);
  EXPECT_EQ(run.node(2).cases[1].outputs.front().to_string(), "f32[2,12]");
}

TEST(Interpreter, ALoopThatUsesItsIterationNumberIsExactAndEnds) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %y: int = prim::Loop(1000000, true, 0)
    body(%i: int, %h: int) {
      n1: %r: int = aten::add.int(%i, 1)
      yield (true, 7)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 1), "1000000");
  EXPECT_EQ(result(run, 0), "7");
}

TEST(Interpreter, SymbolicTripCount) {
  const PassRun run = propagate(program("f32[N,3]", "%x: Tensor", "Tensor", R"(
  n0: %n: int = aten::size.int(%x, 0)
  n1: %y: Tensor = prim::Loop(%n, true, %x)
    body(%i: int, %h: Tensor) {
      n2: %r: Tensor = aten::relu(%h)
      yield (true, %r)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 2), "N");
  EXPECT_EQ(result(run, 1), "f32[N,3]");
}

constexpr const char* kWhile = R"(
  n0: %first: bool = aten::Bool.Tensor(%flag)
  n1: %y: Tensor = prim::Loop(9223372036854775807, %first, %x) at "net.py":7
    body(%i: int, %h: Tensor) {
      n2: %r: Tensor = aten::relu(%h)
      n3: %more: bool = aten::Bool.Tensor(%flag)
      yield (%more, %r)
    }
  return (%y)
)";

TEST(Interpreter, UnknownTripCountIsASymbol) {
  const PassRun run = propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", kWhile));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 2), "trips(n1)");
  EXPECT_EQ(result(run, 1), "f32[2,3]");
  ASSERT_EQ(run.context.dependencies.size(), 2u);
  EXPECT_EQ(run.context.dependencies[0].name, "trips(n1)");
  EXPECT_EQ(run.context.dependencies[0].kind, Dependency::Kind::trips);
  EXPECT_THAT(run.context.dependencies[0].what, HasSubstr("net.py:7 (n1)"));
  EXPECT_EQ(run.context.dependencies[1].name, "iteration(n1)");
}

TEST(Interpreter, LoopBoundAndAssumptionReplaceTheSymbol) {
  PassContext bound;
  bound.loop_bound = 5;
  const std::string text = program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", kWhile);
  EXPECT_EQ(executions(propagate(text, bound), 2), "5");
  bound.assumptions["trips(n1)"] = 12;  // the more specific one wins
  EXPECT_EQ(executions(propagate(text, bound), 2), "12");
}

// for i in range(10): if the flag is up: break
TEST(Interpreter, ABreakOnDataIsARange) {
  const PassRun run = propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", R"(
  n0: %y: Tensor = prim::Loop(10, true, %x)
    body(%i: int, %h: Tensor) {
      n1: %r: Tensor = aten::relu(%h)
      n2: %more: bool = aten::Bool.Tensor(%flag)
      yield (%more, %r)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 1), "1..10");
}

TEST(Interpreter, ALoopThatCannotEndIsAnError) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = prim::Loop(9223372036854775807, true, %x)
    body(%i: int, %h: Tensor) {
      n1: %r: Tensor = aten::relu(%h)
      yield (true, %r)
    }
  return (%y)
)"));
  EXPECT_THAT(run.error, HasSubstr("n0 (prim::Loop) never ends"));
}

constexpr const char* kBranches = R"(
  n0: %c: bool = aten::Bool.Tensor(%flag)
  n1: %y: Tensor = prim::If(%c) at "net.py":3
    then() {
      n2: %a: Tensor = aten::relu(%x)
      yield (%a)
    }
    else() {
      n3: %l: List[Tensor] = prim::ListConstruct(%x, %x)
      n4: %b: Tensor = aten::cat(%l, 1)
      yield (%b)
    }
  return (%y)
)";

TEST(Interpreter, UndecidedConditionIsARangeAndJoinsShapes) {
  const PassRun run = propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", kBranches));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 2), "0..1");
  EXPECT_EQ(executions(run, 4), "0..1");
  EXPECT_EQ(executions(run, 1), "1");
  EXPECT_EQ(result(run, 1), "f32[2,joined(n1)]");
  ASSERT_EQ(run.context.dependencies.size(), 2u);
  EXPECT_EQ(run.context.dependencies[0].name, "branch(n1)");
  EXPECT_THAT(run.context.dependencies[0].what, HasSubstr("the condition at net.py:3 (n1)"));
  EXPECT_EQ(run.context.dependencies[1].name, "joined(n1)");
  EXPECT_EQ(run.context.most_sizes.at("joined(n1)").number, 2 * 3) << "the wider branch";
}

TEST(Interpreter, AnAssumptionTakesABranch) {
  PassContext context;
  context.assumptions["branch(n1)"] = 0;
  const PassRun run =
      propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", kBranches), std::move(context));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 4), "1");
  EXPECT_EQ(run.node(2).state, WorkState::not_taken);
  EXPECT_EQ(result(run, 1), "f32[2,6]");
  EXPECT_THAT(run.context.dependencies, IsEmpty());
  EXPECT_TRUE(run.context.used_assumptions.contains("branch(n1)"));
}

TEST(Interpreter, KnownConditionTakesOneBranch) {
  const PassRun run = propagate(program("f32[2,3], bool[] = true", "%x: Tensor, %flag: Tensor", "Tensor", kBranches));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 2), "1");
  EXPECT_EQ(run.node(4).state, WorkState::not_taken);
  EXPECT_EQ(result(run, 1), "f32[2,3]");
}

TEST(Interpreter, ABranchThatRaisesIsADeadEnd) {
  const PassRun run = propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "Tensor", R"(
  n0: %c: bool = aten::Bool.Tensor(%flag)
  n1: %y: Tensor = prim::If(%c)
    then() {
      n2: prim::RaiseException("no", "builtins.ValueError")
      n3: %u: Tensor = prim::Uninitialized()
      yield (%u)
    }
    else() {
      n4: %b: Tensor = aten::relu(%x)
      yield (%b)
    }
  return (%y)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(executions(run, 4), "1") << "the other branch is taken unconditionally";
  EXPECT_EQ(run.node(2).state, WorkState::not_taken);
  EXPECT_EQ(result(run, 1), "f32[2,3]");
  EXPECT_THAT(run.context.dependencies, IsEmpty());
}

TEST(Interpreter, AMethodThatAlwaysRaisesIsAnError) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: prim::RaiseException("no", "builtins.ValueError") at "net.py":3
  return (%x)
)"));
  EXPECT_THAT(run.error, HasSubstr("always ends in an exception, raised at n0 (prim::RaiseException, net.py:3)"));
}

TEST(Interpreter, AppendIsSeenThroughEveryAlias) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %l: List[int] = prim::ListConstruct(1, 2)
  n1: %t: Tuple[List[int], int] = prim::TupleConstruct(%l, 5)
  n2: %l2: List[int], %five: int = prim::TupleUnpack(%t)
  n3: %l3: List[int] = aten::append.t(%l2, 3)
  n4: %n: int = aten::len.t(%l)
  return (%n)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "3");
  EXPECT_EQ(run.node(3).cases.front().inputs.front().to_string(), "[1, 2]") << "cases are snapshots";
}

TEST(Interpreter, AppendInOneBranchLeavesTheOtherAlone) {
  const PassRun run = propagate(program("f32[2,3], bool[]", "%x: Tensor, %flag: Tensor", "int, int", R"(
  n0: %l: List[int] = prim::ListConstruct(1, 2)
  n1: %c: bool = aten::Bool.Tensor(%flag)
  n2: prim::If(%c)
    then() {
      n3: %l3: List[int] = aten::append.t(%l, 3)
      yield ()
    }
    else() {
      n4: %n: int = aten::len.t(%l)
      yield ()
    }
  n5: %after: int = aten::len.t(%l)
  return (%after, %after)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 4), "2");
  EXPECT_EQ(result(run, 5), "<joined(n2.list1)>") << "2 or 3: not known";
}

TEST(Interpreter, AppendInALoop) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %l: List[Tensor] = prim::ListConstruct()
  n1: prim::Loop(12, true)
    body(%i: int) {
      n2: %same: List[Tensor] = aten::append.t(%l, %x)
      yield (true)
    }
  n3: %n: int = aten::len.t(%l)
  return (%n)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 3), "12");
}

TEST(Interpreter, AWriteForgetsTheContentsOfAllViews) {
  const PassRun run = propagate(program("i64[2] = {1, 2}, f32[2,3]", "%s: Tensor, %x: Tensor", "int, int", R"(
  n0: %v: Tensor = aten::view(%s, [2]: List[int])
  n1: %e: Tensor = aten::select.int(%v, 0, 1)
  n2: %before: int = aten::Int.Tensor(%e)
  n3: %w: Tensor = aten::zero_(%s)
  n4: %f: Tensor = aten::select.int(%v, 0, 1)
  n5: %after: int = aten::Int.Tensor(%f)
  return (%before, %after)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_NE(result(run, 5), "2");
}

// What an attribute holds may have been written since it got there.
TEST(Interpreter, AWriteForgetsTheContentsOfAttributes) {
  const PassRun run = propagate(R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0
example_inputs (f32[2])

object "" class="__torch__.Net" module {
  "h": Tensor {i64[1] = {2}} buffer path="h"
}

graph "forward"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {
  n0: %h: Tensor = prim::GetAttr[name="h"](%self)
  n1: %a: Tensor = aten::add_.Scalar(%h, 1, 1)
  n2: %g: Tensor = prim::GetAttr[name="h"](%self)
  n3: prim::SetAttr[name="h"](%self, %a)
  return (%g)
}
)");
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "i64[1] = {2}");
  EXPECT_EQ(result(run, 2), "i64[1]");
}

// A tuple cannot change: what was written before it was made does not make its elements unknown.
TEST(Interpreter, ATupleKeepsTheContentsOfItsTensors) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %w: Tensor = aten::zero_(%x)
  n1: %size: int = aten::size.int(%x, 1)
  n2: %number: Tensor = prim::NumToTensor.Scalar(%size)
  n3: %pair: Tuple[Tensor, int] = prim::TupleConstruct(%number, %size)
  n4: %a: Tensor, %b: int = prim::TupleUnpack(%pair)
  n5: %r: int = aten::Int.Tensor(%a)
  return (%r)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 5), "3");
}

TEST(Interpreter, UnsqueezeInPlaceChangesItsOperand) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "int", R"(
  n0: %y: Tensor = aten::unsqueeze_(%x, 0)
  n1: %r: int = aten::dim(%x)
  return (%r)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 1), "3");
}

// As nn.MultiheadAttention asks: is the key the value, and the query the key?
TEST(Interpreter, ATensorIsItselfUnderEveryName) {
  const PassRun run = propagate(program("f32[2,3], f32[2,3]", "%x: Tensor, %y: Tensor", "bool", R"(
  n0: %t: Tensor = aten::transpose.int(%x, 1, 0)
  n1: %both: Tuple[Tensor, Tensor] = prim::TupleConstruct(%t, %t)
  n2: %q: Tensor, %k: Tensor = prim::TupleUnpack(%both)
  n3: %view_is_view: bool = aten::__is__(%q, %k)
  n4: %in_place: Tensor = aten::add_.Scalar(%x, 1, 1)
  n5: %still_itself: bool = aten::__is__(%x, %in_place)
  n6: %made: Tensor = aten::relu(%x)
  n7: %input_is_made: bool = aten::__is__(%made, %x)
  n8: %again: Tensor = aten::relu(%x)
  n9: %made_is_made: bool = aten::__isnot__(%made, %again)
  n10: %inputs: bool = aten::__is__(%x, %y)
  n11: %maybe: Tensor = aten::contiguous(%x, 0)
  n12: %maybe_itself: bool = aten::__is__(%maybe, %x)
  n13: %after: bool = aten::__is__(%made, %maybe)
  return (%maybe_itself)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 3), "true");
  EXPECT_EQ(result(run, 5), "true");
  EXPECT_EQ(result(run, 7), "false");
  EXPECT_EQ(result(run, 9), "true");
  EXPECT_EQ(result(run, 10), "bool") << "one tensor may be given for both inputs";
  EXPECT_EQ(result(run, 12), "bool") << "contiguous gives back its operand where that is contiguous";
  EXPECT_EQ(result(run, 13), "bool") << "what was made before may be what a later name stands for";
}

TEST(Interpreter, IdentityIsJoinedAtBranchesAndInLoops) {
  const PassRun run = propagate(program("f32[2,3], bool", "%x: Tensor, %c: bool", "bool", R"(
  n0: %h: Tensor, %same: Tensor = prim::If(%c)
    then() {
      n1: %r: Tensor = aten::relu(%x)
      yield (%r, %x)
    }
    else() {
      yield (%x, %x)
    }
  n2: %either: bool = aten::__is__(%h, %x)
  n3: %kept: bool = aten::__is__(%same, %x)
  n4: %a: Tensor, %b: Tensor, %seen: bool = prim::Loop(5, true, %x, %x, false)
    body(%i: int, %p: Tensor, %q: Tensor, %s: bool) {
      n5: %is: bool = aten::__is__(%p, %q)
      n6: %new: Tensor = aten::relu(%q)
      yield (true, %q, %new, %is)
    }
  return (%seen)
)"));
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 2), "bool");
  EXPECT_EQ(result(run, 3), "true");
  ASSERT_EQ(run.node(5).cases.size(), 2u) << "the first iteration only has one tensor";
  EXPECT_EQ(run.node(5).cases[0].outputs.front().to_string(), "true");
  EXPECT_EQ(run.node(5).cases[1].outputs.front().to_string(), "false");
}

TEST(Interpreter, AMisfitNamesNodeModuleLineAndShapes) {
  const PassRun run = propagate(program("f32[1,10], f32[16,8]", "%x: Tensor, %w: Tensor", "Tensor", R"(
  n0: %y: Tensor = aten::linear(%x, %w, none: Optional[Tensor]) in "head.fc" at "functional.py":12
  return (%y)
)"));
  for (const char* part : {"aten::linear", "n0", "head.fc", "functional.py:12", "f32[1,10]", "f32[16,8]"}) {
    EXPECT_THAT(run.error, HasSubstr(part));
  }
}

TEST(Interpreter, AMissingRuleSaysWhereTheUnknownBegan) {
  const PassRun run = propagate(program("f32[2,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = custom::strange(%x) at "net.py":4
  n1: %z: Tensor = aten::relu(%y)
  return (%z)
)"));
  ASSERT_EQ(run.error, "");
  const TensorFact* fact = run.node(1).results.front()->fact.tensor();
  ASSERT_NE(fact, nullptr);
  EXPECT_FALSE(fact->dims);
  EXPECT_EQ(fact->why, "n0 (custom::strange, net.py:4): there is no rule for it");
}

TEST(Interpreter, AWrongNumberOfInputsIsAnError) {
  const PassRun run = propagate(program("f32[2,3], 4", "%x: Tensor", "Tensor", "  return (%x)\n"));
  EXPECT_THAT(run.error, HasSubstr("takes 1 input (x: Tensor), but 2 were given"));
}

TEST(Interpreter, SymbolsOfDimsCanBeSet) {
  PassContext context;
  context.assumptions["N"] = 8;
  const PassRun run = propagate(program("f32[N,3]", "%x: Tensor", "Tensor", R"(
  n0: %y: Tensor = aten::relu(%x)
  return (%y)
)"),
                                context);
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(result(run, 0), "f32[8,3]");
}

}  // namespace
}  // namespace flopaudit
