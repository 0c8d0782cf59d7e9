// Bytes alive in the order of execution. Tensors here are f32[10], 40 bytes, where nothing else is said.
#include "analyzer/ir/memory/live_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analyzer/ir/memory/memory_run.h"
#include "analyzer/ir/parser.h"
#include "tests/ir/random_program.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kT = 10 * 4;  // bytes of one tensor

constexpr const char* kArguments =
    "%x: Tensor {f32[10]}, %y: Tensor {f32[10]}, %c: bool, %n: int, %sized: Tensor {f32[N]}";

std::unique_ptr<Program> program_of(const std::string& nodes, const std::string& result = "",
                                    const std::string& arguments = kArguments) {
  auto program = parse_program(
      "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n"
      "graph \"f\"(" +
      arguments + ") -> () {\nparameter \"w\": Tensor {f32[10]}\n" + nodes + "\nreturn (" + result + ") }\n");
  if (program) return std::move(*program);
  ADD_FAILURE() << program.error().message;
  return nullptr;
}

// An op that makes a new f32[10] from its operands, and one that makes a view.
std::string op(int id, const std::string& result, const std::string& operands, const std::string& name = "aten::relu",
               const std::string& executed = "1") {
  return "n" + std::to_string(id) + ": %" + result + ": Tensor {f32[10]} = " + name + "(" + operands +
         ")\n  executed " + executed + " work known compare/f32=10 read=40 written=40\n";
}
std::string view(int id, const std::string& result, const std::string& operand,
                 const std::string& name = "aten::view") {
  return "n" + std::to_string(id) + ": %" + result + ": Tensor {f32[10]} = " + name + "(%" + operand +
         ", [10]: List[int])\n  executed 1 work zero\n";
}

LiveMemory memory_of(const std::string& nodes, const std::string& result = "",
                     const std::string& arguments = "%x: Tensor {f32[10]}") {
  return live_memory(*program_of(nodes, result, arguments));
}

// Tensors alive while each node runs.
std::vector<double> tensors_alive(const LiveMemory& memory) {
  std::vector<double> all;
  for (const auto& [id, node] : memory.nodes) {
    all.push_back(static_cast<double>(node.live_bytes.constant().value_or(-1)) / static_cast<double>(kT));
  }
  return all;
}

TEST(LiveMemory, AChainHoldsAnInputAndTwoTensorsAtATime) {
  const LiveMemory memory = memory_of(op(0, "a", "%x") + op(1, "b", "%a") + op(2, "d", "%b"), "%d");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 3, 3));  // x a | x a b | x b d
  EXPECT_EQ(memory.peak_bytes, Expr(3 * kT));
  ASSERT_EQ(memory.peaks.size(), 1U);
  EXPECT_EQ(memory.peaks[0].node, 1);
  EXPECT_EQ(memory.input_bytes, Expr(kT));
  EXPECT_EQ(memory.activation_bytes, Range(Expr(3 * kT)));
  EXPECT_TRUE(memory.is_complete());
}

TEST(LiveMemory, WhatIsAliveAtThePeakIsNamed) {
  const LiveMemory memory = memory_of(op(0, "a", "%x") + op(1, "b", "%a"), "%b");
  EXPECT_THAT(memory.alive, ElementsAre(LiveStorage{"x", -1, Expr(kT)}, LiveStorage{"a", 0, Expr(kT)},
                                        LiveStorage{"b", 1, Expr(kT)}));
}

TEST(LiveMemory, AValueLivesToItsLastUse) {
  // a is used again at the end: a residual connection.
  const LiveMemory memory =
      memory_of(op(0, "a", "%x") + op(1, "b", "%a") + op(2, "d", "%b") + op(3, "e", "%d, %a"), "%e");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 3, 4, 4));  // x a | x a b | x a b d | x a d e
}

TEST(LiveMemory, AnUnusedResultDiesWithItsNode) {
  const LiveMemory memory = memory_of(op(0, "a", "%x") + op(1, "b", "%x") + op(2, "d", "%x"), "%d");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 2, 2));
}

TEST(LiveMemory, AViewSharesAndKeepsTheStorageOfItsBase) {
  const LiveMemory memory = memory_of(op(0, "a", "%x") + view(1, "v", "a") + op(2, "b", "%x") + op(3, "d", "%v"), "%d");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 2, 3, 3));  // x a | x a | x a b, b dies unused | x a d
}

TEST(LiveMemory, AViewOfAParameterIsNotCounted) {
  const LiveMemory memory =
      memory_of("n0: %v: Tensor {f32[10]} = aten::t(param \"w\")\n  executed 1 work zero\n" + op(1, "b", "%v"), "%b");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(1, 2));
}

TEST(LiveMemory, AnInPlaceResultIsItsOperand) {
  const LiveMemory memory = memory_of(op(0, "a", "%x") + op(1, "b", "%a", "aten::relu_") + op(2, "d", "%b"), "%d");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 2, 3));
  EXPECT_EQ(memory.activation_bytes, Range(Expr(2 * kT)));
}

TEST(LiveMemory, AReshapeCopiesWhatMayNotLieRowByRow) {
  const std::string plain = op(0, "a", "%x") + view(1, "r", "a", "aten::reshape") + op(2, "d", "%r");
  EXPECT_EQ(memory_of(plain, "%d").assumed_copies, 0);
  const std::string permuted =
      op(0, "a", "%x") + view(1, "p", "a", "aten::permute") + view(2, "r", "p", "aten::reshape") + op(3, "d", "%r");
  const LiveMemory memory = memory_of(permuted, "%d");
  EXPECT_EQ(memory.assumed_copies, 1);
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 2, 3, 3));  // x a | x a | x a r | x r d
}

TEST(LiveMemory, AListKeepsWhatIsInIt) {
  const LiveMemory memory = memory_of(
      op(0, "a", "%x") + op(1, "b", "%x") +
          "n2: %l: List[Tensor] {[f32[10], f32[10]]} = prim::ListConstruct(%a, %b)\n  executed 1 work zero\n" +
          op(3, "d", "%x") + op(4, "e", "%l", "aten::cat") + op(5, "g", "%e"),
      "%g");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 3, 3, 4, 4, 3));
}

TEST(LiveMemory, ElementsOfATupleDieOneByOne) {
  const LiveMemory memory = memory_of(
      op(0, "a", "%x") + op(1, "b", "%x") +
          "n2: %t: Tuple[Tensor, Tensor] {(f32[10], f32[10])} = prim::TupleConstruct(%a, %b)\n  executed 1 work zero\n"
          "n3: %p: Tensor {f32[10]}, %q: Tensor {f32[10]} = prim::TupleUnpack(%t)\n  executed 1 work zero\n" +
          op(4, "d", "%p") + op(5, "e", "%d") + op(6, "g", "%q, %e"),
      "%g");
  EXPECT_THAT(tensors_alive(memory), ElementsAre(2, 3, 3, 3, 4, 4, 4));  // n5: x b d e, without a
}

std::string branches(const std::string& then_nodes, const std::string& then_result, const std::string& else_nodes,
                     const std::string& else_result, const std::string& condition) {
  return "n1: %r: Tensor {f32[10]} = prim::If(" + condition + ")\n executed 1\n then() {\n" + then_nodes + " yield (%" +
         then_result + ") }\n else() {\n" + else_nodes + " yield (%" + else_result + ") }\n";
}

TEST(LiveMemory, OfBranchesThatAreNotDecidedTheLargerCounts) {
  const std::string nodes =
      op(0, "a", "%x") +
      branches(op(2, "t", "%a", "aten::relu", "0..1"), "t",
               op(3, "u", "%a", "aten::relu", "0..1") + op(4, "v", "%u, %a", "aten::add", "0..1") +
                   op(5, "w", "%v, %u", "aten::add", "0..1"),
               "w", "%c") +
      op(6, "d", "%r");
  const LiveMemory memory = memory_of(nodes, "%d", "%x: Tensor {f32[10]}, %c: bool");
  // a lives to the end of the If: x a t | x a u | x a u v | x a u v w, and then x a r | x r d
  EXPECT_EQ(memory.nodes.at(2).live_bytes, Expr(3 * kT));
  EXPECT_EQ(memory.nodes.at(5).live_bytes, Expr(5 * kT));
  EXPECT_EQ(memory.nodes.at(6).live_bytes, Expr(3 * kT));
  EXPECT_EQ(memory.peaks[0].node, 5);
  EXPECT_EQ(memory.activation_bytes, Range(Expr(3 * kT), Expr(5 * kT)));
}

TEST(LiveMemory, InADecidedBranchAValueFromOutsideDiesWhereItIsLastUsed) {
  const std::string nodes =
      op(0, "a", "%x") +
      branches(op(2, "t", "%a") + op(3, "u", "%t"), "u", op(4, "v", "%a", "aten::relu", "0"), "v", "true") +
      op(5, "d", "%r");
  const LiveMemory memory = memory_of(nodes, "%d");
  EXPECT_EQ(memory.nodes.at(2).live_bytes, Expr(3 * kT));  // x a t
  EXPECT_EQ(memory.nodes.at(3).live_bytes, Expr(3 * kT));  // x t u
  EXPECT_EQ(memory.nodes.count(4), 0U);
}

std::string loop(const std::string& trips, const std::string& body, const std::string& start = "%x") {
  return "n1: %r: Tensor {f32[10]} = prim::Loop(" + trips + ", true, " + start +
         ")\n executed 1\n body(%i: int, %k: Tensor {f32[10]}) {\n" + body + " yield (true, %next) }\n";
}

TEST(LiveMemory, ALoopThatCarriesOneTensorNeedsNoMoreForMoreTrips) {
  for (const char* trips : {"3", "1000000"}) {
    const LiveMemory memory = memory_of(
        op(0, "a", "%x") + loop(trips, op(2, "next", "%k", "aten::relu", trips), "%a") + op(3, "d", "%r"), "%d");
    EXPECT_EQ(memory.peak_bytes, Expr(3 * kT)) << trips;  // x and two generations
    EXPECT_EQ(memory.activation_bytes, Range(Expr(kT) * (*Expr::parse(trips) + Expr(2)))) << trips;
  }
}

TEST(LiveMemory, AListThatALoopAppendsToGrowsWithEachTrip) {
  const auto appended = [](const std::string& trips) {
    const std::string count = trips == "%n" ? "0..<trips(n1)>" : trips;
    return memory_of(
        "n0: %l: List[Tensor] {list} = prim::ListConstruct()\n  executed 1 work zero\n"
        "n1: prim::Loop(" +
            trips + ", true)\n executed 1\n body(%i: int) {\n" + op(2, "t", "%x", "aten::relu", count) +
            "n3: %m: List[Tensor] {list} = aten::append(%l, %t)\n  executed " + count +
            " work zero\n yield (true) }\n" + op(4, "d", "%l", "aten::cat"),
        "%d", "%x: Tensor {f32[10]}, %n: int");
  };
  EXPECT_EQ(appended("5").peak_bytes, Expr((1 + 5 + 1) * kT));  // x, five in the list, d
  EXPECT_EQ(appended("5").peaks[0].node, 4);
  EXPECT_EQ(appended("1000").peak_bytes, Expr((1 + 1000 + 1) * kT));
  const Expr trips = Expr::symbol("trips(n1)");
  EXPECT_EQ(at_compared_size(appended("%n").peak_bytes), (1 + 64 + 1) * kT);
}

TEST(LiveMemory, WithoutASizeTheNumbersAreLowerBoundsAndSaySo) {
  const LiveMemory memory = memory_of(
      "n0: %a: Tensor = aten::strange(%x)\n  executed 1 work no_rule\n" + op(1, "b", "%a") + op(2, "d", "%b"), "%d");
  EXPECT_FALSE(memory.is_complete());
  EXPECT_EQ(memory.unknown_storages, 1);
  EXPECT_FALSE(memory.nodes.at(1).complete);
  EXPECT_TRUE(memory.nodes.at(2).complete);
  EXPECT_EQ(memory.peak_bytes, Expr(3 * kT));
}

TEST(LiveMemory, SymbolicSizesGiveAFormula) {
  const std::string node =
      "n0: %a: Tensor {f32[N]} = aten::relu(%s)\n  executed 1 work known compare/f32=<N> read=<4*N> "
      "written=<4*N>\n" +
      op(1, "b", "%a") + op(2, "d", "%b") + op(3, "e", "%b, %d");
  const LiveMemory memory = memory_of(node, "%e", "%s: Tensor {f32[N]}");
  // s a | s a b | s b d | s b d e: the second is larger from N = 20 on, the last up to there
  EXPECT_EQ(memory.peaks.size(), 2U);
  EXPECT_EQ(memory.peaks[0].bytes, *Expr::parse("8*N + 40"));
  EXPECT_EQ(memory.peaks[1].bytes, *Expr::parse("4*N + 120"));
  for (const auto& [size, bytes] :
       {std::pair(10, 4 * 10 + 120), std::pair(20, 8 * 20 + 40), std::pair(50, 8 * 50 + 40)}) {
    EXPECT_EQ(memory.peak_bytes.substitute({{"N", Expr(size)}}), Expr(bytes)) << size;
  }
}

TEST(LiveMemory, LoopsThatNestTooDeepHaveNoAnswer) {
  std::string nodes, ends;
  std::int64_t executed = 1;
  for (int depth = 0; depth < 12; ++depth) {
    const std::string id = std::to_string(depth);
    nodes += "n" + id + ": %r" + id + ": Tensor {f32[10]} = prim::Loop(3, true, %x)\n executed " +
             std::to_string(executed) + "\n body(%i" + id + ": int, %k" + id + ": Tensor {f32[10]}) {\n";
    ends += " yield (true, %r" + std::to_string(12 - depth) + ") }\n";
    executed *= 3;
  }
  nodes += op(12, "r12", "%x", "aten::relu", std::to_string(executed));
  const LiveMemory memory = memory_of(nodes + ends, "%r0");
  EXPECT_FALSE(memory.is_complete());
  EXPECT_EQ(memory.why_not, "its loops nest too deep");
}

// The peak is at least what any node holds, and no less than the inputs; nothing is alive that was not made.
RC_GTEST_PROP(LiveMemory, HoldsForAnyProgram, ()) {
  const LiveMemory memory = live_memory(*draw_program());
  if (!memory.why_not.empty()) return;
  RC_ASSERT(at_compared_size(memory.peak_bytes) >= at_compared_size(memory.input_bytes));
  for (const auto& [id, node] : memory.nodes) {
    if (!node.complete) continue;
    RC_ASSERT(at_compared_size(node.live_bytes) <= at_compared_size(memory.peak_bytes));
  }
}

}  // namespace
}  // namespace flopaudit
