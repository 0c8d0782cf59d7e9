// The dataflow view: edges, order, critical path, span.
#include "analyzer/ir/dataflow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/parser.h"
#include "tests/ir/random_program.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::unique_ptr<Program> program_of(const std::string& nodes, const std::string& result = "") {
  auto program = parse_program(
      "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n"
      "graph \"f\"(%x: Tensor, %y: Tensor, %c: bool, %list: List[Tensor]) -> () {\n" +
      nodes + "\nreturn (" + result + ") }\n");
  if (program) return std::move(*program);
  ADD_FAILURE() << program.error().message;
  return nullptr;
}

// "0-1" a data edge from n0 to n1, "0~1" an ordering edge.
std::vector<std::string> edges_of(const std::string& nodes) {
  const auto program = program_of(nodes);
  std::vector<std::string> edges;
  const Dataflow dataflow(program->entry().body);
  for (const DataflowEdge& edge : dataflow.edges()) {
    edges.push_back(std::to_string(edge.from->id) + (edge.value == nullptr ? "~" : "-") + std::to_string(edge.to->id));
  }
  return edges;
}

std::vector<int> ids(const std::vector<const Node*>& nodes) {
  std::vector<int> result;
  for (const Node* node : nodes) result.push_back(node->id);
  return result;
}

TEST(Dataflow, AnEdgeForEachUseOfAValue) {
  EXPECT_THAT(edges_of("n0: %a: Tensor = aten::relu(%x)\n"
                       "n1: %b: Tensor = aten::relu(%x)\n"
                       "n2: %d: Tensor = aten::add.Tensor(%a, %b, 1)\n"
                       "n3: %e: Tensor = aten::mul.Tensor(%a, %a)"),
              UnorderedElementsAre("0-2", "1-2", "0-3"));
}

TEST(Dataflow, RegionsUseValuesForTheNodeThatOwnsThem) {
  EXPECT_THAT(
      edges_of(
          "n0: %a: Tensor = aten::relu(%x)\n"
          "n1: %b: Tensor = aten::relu(%x)\n"
          "n2: %r: Tensor = prim::If(%c) then() { n3: %s: Tensor = aten::neg(%a) yield (%s) } else() { yield (%b) }"),
      UnorderedElementsAre("0-2", "1-2"));
}

TEST(Dataflow, AWriteWaitsForEarlierReadersAndLaterReadersWaitForIt) {
  EXPECT_THAT(edges_of("n0: %a: Tensor = aten::neg(%x)\n"    // reads x
                       "n1: aten::add_.Tensor(%x, %y, 1)\n"  // writes x
                       "n2: %b: Tensor = aten::neg(%x)\n"    // reads x
                       "n3: %d: Tensor = aten::neg(%y)"),    // y was only read
              UnorderedElementsAre("0~1", "1~2"));
}

TEST(Dataflow, AViewSharesStorageWithWhatItViews) {
  EXPECT_THAT(edges_of("n0: %v: Tensor = aten::view(%x, [4]: List[int])\n"
                       "n1: %w: Tensor = aten::relu_(%v)\n"
                       "n2: %b: Tensor = aten::neg(%x)"),
              UnorderedElementsAre("0-1", "1~2"));
  EXPECT_THAT(edges_of("n0: %v: Tensor = aten::neg(%x)\n"  // no view
                       "n1: %w: Tensor = aten::relu_(%v)\n"
                       "n2: %b: Tensor = aten::neg(%x)"),
              UnorderedElementsAre("0-1"));
}

TEST(Dataflow, ListsHoldTheirElements) {
  EXPECT_THAT(edges_of("n0: %l: List[Tensor] = prim::ListConstruct(%x, %y)\n"
                       "n1: %e: Tensor = aten::__getitem__.t(%l, 0)\n"
                       "n2: aten::relu_(%e)\n"
                       "n3: %b: Tensor = aten::neg(%y)"),
              UnorderedElementsAre("0-1", "1-2", "0~2", "2~3"));
  EXPECT_THAT(edges_of("n0: aten::append.t(%list, %x)\n"
                       "n1: aten::append.t(%list, %y)\n"
                       "n2: %n: int = aten::len.t(%list)"),
              UnorderedElementsAre("0~1", "1~2"));
}

TEST(Dataflow, WhatHappenedBeforeTwoValuesMetStaysUnordered) {
  EXPECT_THAT(edges_of("n0: aten::relu_(%x)\n"
                       "n1: aten::relu_(%y)\n"
                       "n2: %l: List[Tensor] = prim::ListConstruct(%x, %y)"),
              UnorderedElementsAre("0~2", "1~2"));
}

TEST(Dataflow, OutVariantsCallsAndUnknownOpsWrite) {
  EXPECT_THAT(
      edges_of("n0: aten::add.out(%x, %x, 1, %y)\nn1: %b: Tensor = aten::neg(%y)\nn2: %d: Tensor = aten::neg(%x)"),
      UnorderedElementsAre("0~1"));
  EXPECT_THAT(edges_of("n0: aten::xlogy.OutTensor(%x, %x, %y)\nn1: %b: Tensor = aten::neg(%y)\n"
                       "n2: %d: Tensor = aten::neg(%x)"),
              UnorderedElementsAre("0~1"));
  EXPECT_THAT(edges_of("n0: custom::op(%x)\nn1: %b: Tensor = aten::neg(%x)"), UnorderedElementsAre("0~1"));
  EXPECT_THAT(edges_of("n0: prim::CallFunction[function=\"f\"](%x)\nn1: %b: Tensor = aten::neg(%x)"),
              UnorderedElementsAre("0~1"));
}

TEST(Dataflow, SortAndReverseChangeListsOnly) {
  EXPECT_THAT(edges_of("n0: aten::sort(%x)\nn1: %b: Tensor = aten::neg(%x)"), IsEmpty());
  EXPECT_THAT(edges_of("n0: aten::reverse.t(%list)\nn1: %b: int = aten::len.t(%list)"), UnorderedElementsAre("0~1"));
}

TEST(Dataflow, BatchNormWritesItsStatisticsWhenTraining) {
  const std::string after = "\nn1: %b: Tensor = aten::neg(%y)";
  EXPECT_THAT(edges_of("n0: aten::batch_norm(%x, none, none, %y, %y, true, 0.1, 0.00001, true)" + after),
              UnorderedElementsAre("0~1"));
  EXPECT_THAT(edges_of("n0: aten::batch_norm(%x, none, none, %y, %y, false, 0.1, 0.00001, true)" + after), IsEmpty());
}

TEST(Dataflow, AWriteInARegionCountsForTheNodeThatOwnsIt) {
  EXPECT_THAT(edges_of("n0: prim::If(%c) then() { n1: aten::relu_(%x) yield () } else() { yield () }\n"
                       "n2: %b: Tensor = aten::neg(%x)"),
              UnorderedElementsAre("0~2"));
}

TEST(Dataflow, TopologicalOrderIsProgramOrder) {
  const auto program = program_of(
      "n0: %a: Tensor = aten::relu(%x)\nn1: %b: Tensor = aten::relu(%y)\n"
      "n2: %d: Tensor = aten::neg(%a)\nn3: %e: Tensor = aten::add.Tensor(%b, %d, 1)");
  EXPECT_THAT(ids(Dataflow(program->entry().body).topological_order()), ElementsAre(0, 1, 2, 3));
}

TEST(Dataflow, CriticalPathIsTheHeaviestChain) {
  const auto program = program_of(
      "n0: %a: Tensor = aten::relu(%x)\nn1: %b: Tensor = aten::neg(%a)\n"
      "n2: %d: Tensor = aten::mul.Tensor(%y, %y)\nn3: %e: Tensor = aten::add.Tensor(%b, %d, 1)");
  const std::vector<std::int64_t> weights = {10, 20, 25, 5};
  const Dataflow dataflow(program->entry().body);
  const auto path =
      dataflow.critical_path([&](const Node& node) { return Expr(weights[static_cast<std::size_t>(node.id)]); });
  EXPECT_THAT(ids(path.nodes), ElementsAre(0, 1, 3));
  EXPECT_EQ(path.weight, Expr(10 + 20 + 5));
}

TEST(Dataflow, SymbolicWeightsAreComparedAtOne) {
  const auto program = program_of("n0: %a: Tensor = aten::relu(%x)\nn1: %b: Tensor = aten::neg(%y)");
  const Expr n = Expr::symbol("N");
  const auto path = Dataflow(program->entry().body).critical_path([&](const Node& node) {
    return node.id == 0 ? n * Expr(5) : Expr(4);
  });
  EXPECT_EQ(path.weight, n * Expr(5));
}

TEST(Dataflow, AnEmptyRegionHasNoPath) {
  const auto program = program_of("");
  const auto path = Dataflow(program->entry().body).critical_path([](const Node&) { return Expr(1); });
  EXPECT_THAT(path.nodes, IsEmpty());
  EXPECT_EQ(path.weight, Expr(0));
}

// What a branch that is not taken makes is its own all the same, and nothing from around it.
TEST(TouchedValues, OfABranchThatNeverRunsThereAreNone) {
  const auto program = program_of(R"(
  n0: %r: Tensor = prim::If(%c)
    then() { n1: %a: Tensor = aten::relu(%x)
      executed 1 work zero
      yield (%a) }
    else() { n2: %b: Tensor = aten::relu_(%y)
      executed 0 work not_taken
      yield (%b) })",
                                  "");
  const TouchedValues touched = touched_values(*program->entry().body.nodes.front());
  ASSERT_EQ(touched.read.size(), 1U);
  EXPECT_EQ(touched.read.front()->name, "x");
  EXPECT_THAT(touched.written, IsEmpty());
}

TEST(Span, TakesTheHeavierBranchAndAllTripsOfALoop) {
  const auto program = program_of(
      "n0: %a: Tensor = aten::relu(%x) executed 1 work known add/f32=100\n"
      "n1: %b: Tensor = aten::relu(%x) executed 1 work known mac/f32=60\n"  // beside n0: 2*60
      "n2: %r: Tensor = prim::If(%c)\n"
      "  then() { n3: %s: Tensor = aten::neg(%b) executed 0..1 work known mul/f32=0..7 yield (%s) }\n"
      "  else() { n4: %t: Tensor = aten::neg(%b) executed 0..1 work known mul/f32=0..9 yield (%t) }\n"
      "n5: %w: Tensor = prim::Loop(3, true, %r) body(%i: int, %carried: Tensor) {\n"
      "    n6: %u: Tensor = aten::mul.Tensor(%carried, %carried) executed 3 work known mul/f32=12\n"
      "    n7: %v: Tensor = aten::mul.Tensor(%x, %x) executed 3 work known mul/f32=6\n"
      "    yield (true, %u) }");
  EXPECT_EQ(span_flops(program->entry().body), Expr(2 * 60 + 9 + 12));
  const Dataflow::Path path = span_path(program->entry().body);
  EXPECT_EQ(path.weight, span_flops(program->entry().body));
  EXPECT_THAT(ids(path.nodes), ElementsAre(1, 2, 4, 5, 6)) << "with the path through the branch and the body";
}

RC_GTEST_PROP(Dataflow, EveryEdgeGoesForwardAndTheOrderIsProgramOrder, ()) {
  const auto program = draw_program();
  std::vector<const Node*> in_order;
  for (const auto& node : program->entry().body.nodes) in_order.push_back(node.get());
  const Dataflow dataflow(program->entry().body);
  for (const DataflowEdge& edge : dataflow.edges()) {
    RC_ASSERT(std::find(in_order.begin(), in_order.end(), edge.from) <
              std::find(in_order.begin(), in_order.end(), edge.to));
  }
  RC_ASSERT(dataflow.topological_order() == in_order);
}

}  // namespace
}  // namespace flopaudit
