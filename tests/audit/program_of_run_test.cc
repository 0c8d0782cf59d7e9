// What a run settles of a program whose sizes and branches only a run tells.
#include "analyzer/audit/program_of_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/judged_record.h"

namespace flopaudit {
namespace {

// n1 keeps some rows of x, n2 squares them; where any was kept n6 multiplies x by them, else n7 takes roots.
const std::string kOpenIr = R"(flopaudit.ir/1
program file="open.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0
example_inputs (f32[8,4], bool[8])

graph "forward"(%x: Tensor {f32[8,4]}, %m: Tensor {bool[8]}) -> (Tensor) {
  n0: %l: List[Optional[Tensor]] {[bool[8]]} = prim::ListConstruct(%m)
    executed 1 work zero
  n1: %s: Tensor {f32[nonzero(n1),4]} = aten::index.Tensor(%x, %l)
    executed 1 work zero read=<16*nonzero(n1) + 8> written=<16*nonzero(n1)>
  n2: %r: Tensor {f32[nonzero(n1),4]} = aten::mul.Tensor(%s, %s)
    executed 1 work known mul/f32=<4*nonzero(n1)> read=<32*nonzero(n1)> written=<16*nonzero(n1)> formula "mul = n"
  n3: %a: Tensor {bool[]} = aten::any(%m)
    executed 1 work known integer/bool=7 read=8 written=1 formula "integer = n - o"
  n4: %b: bool {bool} = aten::Bool.Tensor(%a)
    executed 1 work zero
  n5: %y: Tensor {f32[8,4]} = prim::If(%b)
    executed 1 work zero
    then() {
      n6: %t: Tensor {f32[8,4]} = aten::mul.Tensor(%r, %x)
        executed 0..1 work known mul/f32=0..32 read=0..<16*nonzero(n1) + 128> written=0..128 formula "mul = n"
      yield (%t)
    }
    else() {
      n7: %e: Tensor {f32[8,4]} = aten::sqrt(%x)
        executed 0..1 work known sqrt/f32=0..32 read=0..128 written=0..128 formula "sqrt = n"
      yield (%e)
    }
  return (%y)
}
)";

constexpr std::int64_t kKept = 1;

NodeMeasurement ran(int id, const Counts& lanes, const std::string& output, const std::vector<std::string>& inputs,
                    const Strides& strides = kRowByRow) {
  NodeMeasurement run{id, 0, {lanes}, {}, {output}, "", "", inputs};
  run.strides.assign(inputs.size(), strides);
  return run;
}

Record record_of_run() {
  Record record = sample_record();
  record.repetitions = 1;
  record.ir = kOpenIr;
  record.ir_sha256 = sha256_hex(kOpenIr);
  const std::string kept = "f32[" + std::to_string(kKept) + ",4]";
  record.nodes = {ran(1, counts({}), kept, {"f32[8,4]", "[bool[8]]"}),
                  ran(2, counts({{Event::mul_sp, kKept * 4}}), kept, {kept, kept}),
                  {3, 0, {counts({})}, {}, {"bool[] = true"}, "", ""},
                  {4, 0, {counts({})}, {}, {"true"}, "", ""},
                  ran(6, counts({{Event::mul_sp, 8 * 4}}), "f32[8,4]", {kept, "f32[8,4]"})};
  return record;
}

Judgement judged_after(const Record& record) {
  const auto program = program_of_run(record);
  if (!program) throw std::runtime_error(program.error().message);
  Result<Judgement> judgement = judge(record, **program);
  if (!judgement) throw std::runtime_error(judgement.error().message);
  return *judgement;
}

std::optional<Interval> expected_of(const Judgement& judgement, int id) { return node(judgement, id).expected; }

TEST(ProgramOfRun, SizesAndBranchesAreThoseThatWereMet) {
  const Judgement judgement = judged_after(record_of_run());
  EXPECT_EQ(expected_of(judgement, 2), (Interval{kKept * 4, kKept * 4}));
  EXPECT_EQ(node(judgement, 2).annotated, kKept * 4);
  EXPECT_EQ(expected_of(judgement, 6), (Interval{8 * 4, 8 * 4}));
  EXPECT_EQ(judgement.unexplained, 0);
  EXPECT_FALSE(judgement.verdicts.contains(Verdict::no_model));
  for (const NodeJudgement& each : judgement.nodes) EXPECT_NE(each.id, 7) << "it did not run";
}

TEST(ProgramOfRun, WithoutItTheyAreNotKnown) {
  const Judgement judgement = judged(record_of_run());
  EXPECT_EQ(node(judgement, 2).verdict, Verdict::no_model);
  EXPECT_EQ(node(judgement, 6).verdict, Verdict::no_model);
}

// What is expected does not move with what was counted.
TEST(ProgramOfRun, CountsAreNotLookedAt) {
  Record record = record_of_run();
  record.nodes[1].counts = {counts({{Event::mul_sp, 100}})};
  const Judgement judgement = judged_after(record);
  EXPECT_EQ(expected_of(judgement, 2), (Interval{kKept * 4, kKept * 4}));
  EXPECT_EQ(node(judgement, 2).verdict, Verdict::mismatch);
  EXPECT_EQ(expected_of(judgement, 6), expected_of(judged_after(record_of_run()), 6));
}

// How the operands lay decides as well: f32 products through neighbours end with a pair of elements in a vector of 4,
// those of rows that lie apart do not.
TEST(ProgramOfRun, OperandsLieAsTheyWereMet) {
  Record record = record_of_run();
  for (std::size_t at = record.ir.find(",4]"); at != std::string::npos; at = record.ir.find(",4]"))
    record.ir[at + 1] = '3';
  const auto square = [&](const Strides& strides) {
    record.nodes = {ran(2, counts({}), "f32[2,3]", {"f32[2,3]", "f32[2,3]"}, strides)};
    return expected_of(judged_after(record), 2);
  };
  EXPECT_EQ(square(kRowByRow), (Interval{2 * 3 + 2, 2 * 3 + 2}));
  EXPECT_EQ(square({8, 1}), (Interval{2 * (3 + 2), 2 * (3 + 2)}));
  EXPECT_EQ(square({8, 2}), (Interval{2 * 3, 2 * 3}));
}

// A run that contradicts the annotation is shown, not believed.
TEST(ProgramOfRun, AContradictionStays) {
  Record record = record_of_run();
  record.nodes[4].outputs = {"f32[8,5]"};
  const Judgement judgement = judged_after(record);
  EXPECT_EQ(judgement.shape_mismatches, 1);
}

// Where the run did not come to its end, what is not recorded may still have been to come.
TEST(ProgramOfRun, APartialRunSettlesWhatRan) {
  Record record = record_of_run();
  record.partial = true;
  record.nodes.pop_back();
  const Judgement judgement = judged_after(record);
  EXPECT_EQ(expected_of(judgement, 2), (Interval{kKept * 4, kKept * 4}));
  EXPECT_EQ(node(judgement, 6).verdict, Verdict::not_measured);
  EXPECT_EQ(node(judgement, 7).verdict, Verdict::not_measured);
}

TEST(ProgramOfRun, WhatIsOpen) {
  const auto program = program_of(record_of_run());
  const Layouts layouts = Layouts::of(*program);
  std::vector<int> open;
  for_each_node(program->entry().body, [&](const Node& each) {
    if (is_open(each, layouts)) open.push_back(each.id);
  });
  EXPECT_THAT(open, testing::IsSupersetOf({1, 2, 6, 7}));
  EXPECT_THAT(open, testing::Not(testing::Contains(3)));
}

// What the values of an operand decide is left open, though all shapes are known: a row of a bag may be padding.
TEST(ProgramOfRun, WorkThatValuesDecideIsOpen) {
  Node node;
  node.executions = Expr(1);
  node.state = WorkState::known;
  EXPECT_FALSE(is_open(node, {}));
  node.work.operations[{WorkClass::add, DType::f32}] = Range(Expr(0), Expr(12));
  EXPECT_TRUE(is_open(node, {}));
  node.work.operations.clear();
  node.state = WorkState::no_shape;
  EXPECT_TRUE(is_open(node, {}));
}

}  // namespace
}  // namespace flopaudit
