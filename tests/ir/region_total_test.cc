#include "analyzer/ir/region_total.h"

#include <gtest/gtest.h>

#include "analyzer/ir/parser.h"

namespace flopaudit {
namespace {

// A program of one If; what is in each branch is the test's. `condition` is its fact: "" or " {true}".
std::unique_ptr<Program> program_with(const std::string& condition, const std::string& then_nodes,
                                      const std::string& else_nodes) {
  const std::string text = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "M.forward"(%self: M, %x: Tensor {f32[2]}, %c: bool)" +
                           condition + R"() -> () {
  n0: %a: Tensor = aten::relu(%x)
    executed 1 work known add/f32=5
  n1: prim::If(%c)
    executed 1 work zero
    then() {
)" + then_nodes + R"(      yield ()
    }
    else() {
)" + else_nodes + R"(      yield ()
    }
  return ()
}
)";
  auto program = parse_program(text);
  if (!program) throw std::runtime_error(program.error().message);
  return *std::move(program);
}

std::string node(int id, const std::string& executions, const std::string& work) {
  const std::string name = "n" + std::to_string(id);
  return "      " + name + ": %" + name + ": Tensor = aten::mm(%x, %x)\n        executed " + executions +
         " work known " + work + "\n";
}

constexpr const char* kNeverRuns = "      n3: %n3: Tensor = aten::mm(%x, %x)\n        work not_taken\n";

WorkTotal total_of(const Program& program) {
  return region_total(program.entry().body, [](const Node& each) { return each.work; });
}

TEST(RegionTotal, BranchesOfAnUndecidedIfExcludeEachOther) {
  const auto program =
      program_with("", node(2, "0..1", "mac/f32=0..7 valid/f32=0..6"), node(3, "0..1", "mac/f32=0..30"));
  EXPECT_EQ(macs(total_of(*program)), Range(Expr(7), Expr(30)));
  EXPECT_EQ(valid_macs(total_of(*program)), Range(Expr(6), Expr(30)));
  EXPECT_EQ(flops(total_of(*program)), Range(Expr(5 + 2 * 7), Expr(5 + 2 * 30)));
  const Range sum = region_total(program->entry().body, [](const Node& each) { return macs(each.work); });
  EXPECT_EQ(sum, Range(Expr(7), Expr(30)));
}

TEST(RegionTotal, AnEmptyBranchCostsNothing) {
  const auto program = program_with("", node(2, "0..1", "mac/f32=0..7"), "");
  EXPECT_EQ(macs(total_of(*program)), Range(Expr(0), Expr(7)));
}

TEST(RegionTotal, ADecidedIfCostsWhatItsBranchCosts) {
  const auto taken = program_with(" {true}", node(2, "1", "mac/f32=7"), "");
  EXPECT_EQ(macs(total_of(*taken)), Range(Expr(7)));
}

TEST(RegionTotal, ABranchThatNeverRunsIsNoAlternative) {
  // The condition is not known, but the other branch only raises.
  const auto dead = program_with("", node(2, "1", "mac/f32=7"), kNeverRuns);
  EXPECT_EQ(macs(total_of(*dead)), Range(Expr(7)));
}

}  // namespace
}  // namespace flopaudit
