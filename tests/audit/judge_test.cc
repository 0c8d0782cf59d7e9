#include "analyzer/audit/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/audit/judged_record.h"
#include "tests/audit/sample_record.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

std::map<int, std::string> verdicts(const Judgement& judgement) {
  std::map<int, std::string> map;
  for (const NodeJudgement& one : judgement.nodes) map[one.id] = std::string(name(one.verdict));
  return map;
}

TEST(Judge, SampleVerdicts) {
  const Judgement judgement = judged(sample_record());
  EXPECT_EQ(verdicts(judgement),
            (std::map<int, std::string>{
                {0, "explained"}, {1, "explained"}, {2, "quiet"}, {3, "quiet"}, {4, "no_model"}, {6, "explained"}}));
  const std::int64_t quantile = 512 + 256 + 8 + 6 * 256;
  EXPECT_EQ(judgement.unexplained, quantile);
  EXPECT_EQ(judgement.measured, 2 * 16384 + 256 + 2048 + 2 * 256 + quantile + 2 * (256 + 128));
  EXPECT_EQ(judgement.annotated, 2 * 16384 + 256 + 504 + 256 + 384);
  EXPECT_EQ(judgement.bound_width, 0);
  EXPECT_EQ(judgement.shape_mismatches, 0);
  EXPECT_FALSE(judgement.has_findings());
}

TEST(Judge, NodeOfOneLayer) {
  const Judgement judgement = judged(sample_record());
  const NodeJudgement& linear = node(judgement, 0);
  EXPECT_EQ(linear.op, "aten::linear");
  EXPECT_EQ(linear.module, "fc");
  EXPECT_EQ(linear.source, "linear.py:12");
  EXPECT_EQ(linear.dtype, "f32");
  EXPECT_EQ(linear.annotated, 2 * 16384);
  EXPECT_EQ(linear.expected, (Interval{2 * 16384 + 256 + 2048, 2 * 16384 + 256 + 2048}));
  ASSERT_EQ(linear.causes.size(), 2U);
  EXPECT_EQ(linear.causes[0].name, "gemm epilogue");
  EXPECT_EQ(linear.causes[0].flops, (Interval{256, 256}));
  EXPECT_EQ(linear.causes[1].name, "gemm alpha multiply");
  EXPECT_EQ(linear.causes[1].flops, (Interval{2048, 2048}));
  EXPECT_EQ(linear.by_class.at("add_f32").annotated, 16384);
  EXPECT_EQ(linear.by_class.at("add_f32").measured, 16384 + 256);
  EXPECT_FALSE(linear.by_class.at("compare_f64").arithmetic);
}

TEST(Judge, IterationsAreMatchedWithTheirCases) {
  const Judgement judgement = judged(sample_record());
  const NodeJudgement& add = node(judgement, 6);
  EXPECT_EQ(add.executions, 2);
  EXPECT_EQ(add.annotated, 256 + 128);
  EXPECT_EQ(add.expected, (Interval{2 * (256 + 128), 2 * (256 + 128)}));

  Record swapped = sample_record();
  std::swap(swapped.nodes[5].outputs, swapped.nodes[6].outputs);
  const Judgement other = judged(swapped);
  EXPECT_TRUE(node(other, 6).shape_mismatch);
  EXPECT_THAT(node(other, 6).note, HasSubstr("f32[4,32], annotated f32[8,32]"));
  EXPECT_EQ(other.shape_mismatches, 1);
  EXPECT_TRUE(other.has_findings());
}

// A node whose counts are changed by more than its band turns mismatch: that one and no other, and nothing expected
// moves.
TEST(Judge, ChangedCountsAreFound) {
  const Judgement honest = judged(sample_record());
  for (const std::size_t at : {0U, 1U, 2U, 3U, 5U, 6U}) {
    for (const auto& [event, change] : std::vector<std::pair<Event, std::int64_t>>{
             {Event::add_sp, 1}, {Event::mul_dp, 257}, {Event::fma_sp, 1}, {Event::sqrt_sp, 2}}) {
      Record record = sample_record();
      for (Counts& repetition : record.nodes[at].counts) repetition[event] += at >= 5 && change == 257 ? 513 : change;
      const Judgement judgement = judged(record);
      for (std::size_t i = 0; i < judgement.nodes.size(); ++i) {
        const NodeJudgement& one = judgement.nodes[i];
        const Verdict expected = one.id == record.nodes[at].id ? Verdict::mismatch : honest.nodes[i].verdict;
        EXPECT_EQ(name(one.verdict), name(expected)) << "n" << one.id << " with n" << record.nodes[at].id << " changed";
        EXPECT_EQ(one.expected, honest.nodes[i].expected);
      }
      EXPECT_GT(judgement.unexplained, honest.unexplained);
      EXPECT_TRUE(judgement.has_findings());
    }
  }
}

// All of one event times 1.01, as a counter that reads a class too high would: every node that has a model and counts
// enough of the class to leave the noise band turns mismatch, no other node changes, and nothing expected moves.
void expect_scaled_class_is_found(const Record& record, Event event) {
  const Judgement honest = judged(record);
  std::set<int> raised;
  Record scaled = record;
  for (NodeMeasurement& one : scaled.nodes) {
    for (Counts& counts : one.counts) {
      const std::int64_t more = (counts[event] + 99) / 100;
      const bool is_f64 = event == Event::add_dp || event == Event::mul_dp;
      if (more > (is_f64 ? 2 * 256 : 0)) raised.insert(one.id);
      counts[event] += more;
    }
  }
  const Judgement judgement = judged(scaled);
  for (std::size_t i = 0; i < judgement.nodes.size(); ++i) {
    const NodeJudgement& one = judgement.nodes[i];
    const bool found = raised.contains(one.id) && honest.nodes[i].verdict != Verdict::no_model;
    EXPECT_EQ(name(one.verdict), name(found ? Verdict::mismatch : honest.nodes[i].verdict)) << "n" << one.id;
    EXPECT_EQ(one.expected, honest.nodes[i].expected);
  }
  EXPECT_EQ(judgement.expected, honest.expected);
}

TEST(Judge, AClassThatIsScaledIsFoundInEveryNode) {
  const Result<Record> real =
      record_from_json(read_text_file(source_path("testdata/records/conv_bn_relu_traced.record.json")).value_or(""));
  ASSERT_TRUE(real) << real.error().message;
  for (const Event event : {Event::add_sp, Event::mul_sp, Event::div_sp, Event::sqrt_sp, Event::add_dp}) {
    SCOPED_TRACE(kEventNames[static_cast<std::size_t>(event)]);
    expect_scaled_class_is_found(sample_record(), event);
    expect_scaled_class_is_found(*real, event);
  }
}

TEST(Judge, NoiseIsAllowedInF64Only) {
  Record record = sample_record();
  for (Counts& repetition : record.nodes[0].counts) repetition[Event::add_dp] += 200;
  EXPECT_EQ(node(judged(record), 0).verdict, Verdict::explained);
  EXPECT_EQ(judged(record).unexplained, judged(sample_record()).unexplained);
}

TEST(Judge, FewerThanExpectedIsAMismatch) {
  Record record = sample_record();
  for (Counts& repetition : record.nodes[1].counts) repetition[Event::mul_sp] = 0;
  const Judgement judgement = judged(record);
  EXPECT_EQ(node(judgement, 1).verdict, Verdict::mismatch);
  EXPECT_EQ(node(judgement, 1).unexplained, 256);
}

TEST(Judge, RepetitionsThatDifferAreUnstable) {
  Record record = sample_record();
  record.nodes[1].counts[0][Event::add_sp] += 1;
  EXPECT_EQ(node(judged(record), 1).verdict, Verdict::unstable);
  EXPECT_EQ(node(judged(record), 1).unexplained, 2 * 256);
  EXPECT_TRUE(judged(record).has_findings());
}

// A product is known to the count. Elements past pairs of vectors: what they cost depends on their values.
TEST(Judge, WidthsAreSummedApartByTheirReason) {
  Record record = sample_record();
  record.ir = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "M.forward"(%self: M, %m: Tensor {f32[520,256]}, %n: Tensor {f32[256,5]}, %v: Tensor {f32[1001]}) -> (Tensor) {
  n0: %a: Tensor {f32[520,5]} = aten::mm(%m, %n)
    executed 1 work known mac/f32=665600
  n1: %b: Tensor {f32[520,5]} = aten::mm(%m, %n)
    executed 1 work known mac/f32=665600
  n2: %c: Tensor {f32[1001]} = aten::leaky_relu(%v, 0.01)
    executed 1 work known compare/f32=1001 mul/f32=1001
  return (%c)
}
)";
  record.ir_sha256 = sha256_hex(record.ir);
  const std::int64_t of_values = 1001 % 16;
  const Counts product = counts({{Event::add_sp, 665600 + 5 * 520}, {Event::mul_sp, 665600 + 5 * 256}});
  record.nodes = {measured(0, 0, product, "f32[520,5]"), measured(1, 0, product, "f32[520,5]"),
                  measured(2, 0, counts({{Event::mul_sp, 1001 - 3}}), "f32[1001]")};
  const Judgement judgement = judged(record);
  EXPECT_EQ(node(judgement, 0).verdict, Verdict::explained);
  EXPECT_EQ(node(judgement, 0).bound_width, 0);
  EXPECT_EQ(node(judgement, 2).verdict, Verdict::data_dependent);
  EXPECT_EQ(node(judgement, 2).value_width, of_values);
  EXPECT_EQ(judgement.bound_width, 0);
  EXPECT_EQ(judgement.value_width, of_values);
  EXPECT_EQ(judgement.unexplained, 0);
}

TEST(Judge, NoCountsAreNotMeasuredNeverZero) {
  Record record = sample_record();
  for (NodeMeasurement& one : record.nodes) one.counts.clear();
  const Judgement judgement = judged(record);
  EXPECT_EQ(judgement.verdicts.at(Verdict::not_measured), 6);
  EXPECT_EQ(node(judgement, 0).measured, std::nullopt);
  EXPECT_EQ(judgement.node_sum, std::nullopt);
  EXPECT_EQ(judgement.unexplained, 0);
}

TEST(Judge, NodesAfterAnErrorAreNotMeasured) {
  Record record = sample_record();
  record.nodes.resize(2);
  record.nodes[1].counts.clear();
  record.nodes[1].error = "no such operator";
  const Judgement judgement = judged(record);
  EXPECT_EQ(node(judgement, 1).verdict, Verdict::error);
  EXPECT_EQ(node(judgement, 1).note, "no such operator");
  EXPECT_EQ(node(judgement, 2).verdict, Verdict::not_measured);
  EXPECT_TRUE(judgement.has_findings());
}

// What needs an operator that cannot run here is no finding of the model's.
TEST(Judge, NodesThatWereLeftOutAreNotMeasuredWithTheReason) {
  Record record = sample_record();
  record.nodes[1].counts.clear();
  record.nodes[1].outputs.clear();
  record.nodes[1].not_run = "n0 (my::op) cannot run here";
  const Judgement judgement = judged(record);
  EXPECT_EQ(node(judgement, 1).verdict, Verdict::not_measured);
  EXPECT_EQ(node(judgement, 1).note, "n0 (my::op) cannot run here");
  EXPECT_EQ(node(judgement, 1).measured, std::nullopt);
}

TEST(Judge, AnotherNumberOfExecutionsIsAMismatch) {
  Record record = sample_record();
  record.nodes.pop_back();
  EXPECT_EQ(node(judged(record), 6).verdict, Verdict::mismatch);
  EXPECT_THAT(node(judged(record), 6).note, HasSubstr("it ran 1 times, annotated are 2"));
}

TEST(Judge, OtherPathsHaveNoModel) {
  Record record = sample_record();
  record.path = "native";
  const Judgement judgement = judged(record);
  EXPECT_EQ(judgement.verdicts.at(Verdict::no_model), 6);
  EXPECT_EQ(judgement.unexplained, judgement.measured);
}

// The path in the record decides which models judge: an add is one FMA an element, a layer has no model there.
TEST(Judge, TheRecordsPathHasItsOwnModels) {
  Record record = sample_record();
  record.path = "avx2";
  for (NodeMeasurement& one : record.nodes) {
    for (Counts& counts : one.counts) {
      if (one.id != 1 && one.id != 6) continue;
      counts[Event::fma_sp] = counts[Event::add_sp];
      counts[Event::add_sp] = counts[Event::mul_sp] = 0;
    }
  }
  EXPECT_EQ(verdicts(judged(record)),
            (std::map<int, std::string>{
                {0, "no_model"}, {1, "explained"}, {2, "quiet"}, {3, "quiet"}, {4, "no_model"}, {6, "explained"}}));
}

TEST(Judge, OpsAreSummedUpAndSorted) {
  const Judgement judgement = judged(sample_record());
  ASSERT_EQ(judgement.ops.front().op, "aten::linear");
  const auto add = std::find_if(judgement.ops.begin(), judgement.ops.end(),
                                [](const OpJudgement& op) { return op.op == "aten::add.Tensor"; });
  ASSERT_NE(add, judgement.ops.end());
  EXPECT_EQ(add->nodes, 2);
  EXPECT_EQ(add->expected, (Interval{2 * 640, 2 * 640}));
  EXPECT_DOUBLE_EQ(*add->median_ratio, 2.0);
  const auto quantile = std::find_if(judgement.ops.begin(), judgement.ops.end(),
                                     [](const OpJudgement& op) { return op.op == "aten::special_zeta.other_scalar"; });
  EXPECT_EQ(quantile->expected, std::nullopt);
}

TEST(Judge, SumsOfNodesStandBesideTheWholeForward) {
  const Judgement judgement = judged(sample_record());
  ASSERT_TRUE(judgement.node_sum && judgement.whole_forward);
  EXPECT_EQ((*judgement.node_sum)[Event::minmax_sp], 256);
  EXPECT_EQ((*judgement.whole_forward)[Event::add_sp], 1);
}

TEST(Judge, RecordsOfOtherGraphsAreRefused) {
  Record record = sample_record();
  record.nodes[0].id = 77;
  const auto program = program_of(record);
  const Result<Judgement> unknown = judge(record, *program);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("n77"));
  record = sample_record();
  record.nodes[0].iteration = 1;
  const Result<Judgement> disordered = judge(record, *program);
  ASSERT_FALSE(disordered);
  EXPECT_THAT(disordered.error().message, HasSubstr("out of order"));
}

// One element of which the function takes another way: an argument that sin reduces, nan, a denormal. Counts as read.
TEST(Judge, OtherValuesAreNoMismatch) {
  const auto verdict_of = [](const std::string& op, const Counts& lanes) {
    Record record = sample_record();
    record.ir =
        "flopaudit.ir/1\nprogram file=\"m.pt\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" parameters=0 "
        "parameter_bytes=0\n\ngraph \"f\"(%x: Tensor {f32[1]}) -> (Tensor) {\n  n0: %y: Tensor {f32[1]} = aten::" +
        op + "(%x)\n    executed 1 work known " + (op == "exp" || op == "sin" ? op : "log") +
        "/f32=1 read=4 written=4 formula \"n\"\n  return (%y)\n}\n";
    record.ir_sha256 = sha256_hex(record.ir);
    record.nodes = {{0, 0, {lanes}, {}, {"f32[1]"}, "", ""}};
    return node(judged(record), 0).verdict;
  };
  const std::int64_t reduced_add = 24, reduced_mul = 32;     // f64, in four lanes
  EXPECT_NE(verdict_of("sin", counts({{Event::add_sp, 136},  // of 1e30; 8 of an ordinary one
                                      {Event::mul_sp, 72},
                                      {Event::add_dp, reduced_add},
                                      {Event::mul_dp, reduced_mul}})),
            Verdict::mismatch);
  EXPECT_NE(verdict_of("exp", counts({{Event::add_sp, 28}, {Event::mul_sp, 29}})), Verdict::mismatch) << "nan";
  EXPECT_NE(verdict_of("log2", counts({{Event::add_sp, 78}, {Event::mul_sp, 37}})), Verdict::mismatch) << "1e-40";
  EXPECT_EQ(verdict_of("exp", counts({{Event::add_sp, 28}, {Event::mul_sp, 60}})), Verdict::mismatch);
}

TEST(Judge, OutputsThatDifferAreAFinding) {
  Record record = sample_record();
  EXPECT_FALSE(judged(record).has_findings());
  record.outputs_equal_forward = false;
  EXPECT_TRUE(judged(record).has_findings());
}

// Records of earlier runs stay readable: the one in testdata is the sample, byte for byte.
TEST(Judge, StoredRecordIsReadAndJudged) {
  const std::string file = "testdata/records/sample.record.json";
  expect_golden(file, to_json(sample_record()));
  const Result<Record> stored = record_from_json(read_text_file(source_path(file)).value_or(""));
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(verdicts(judged(*stored)), verdicts(judged(sample_record())));
}

// Half precision is annotated as such, class by class, and has no model: what was measured of it is unexplained.
TEST(Judge, HalfPrecisionIsAnnotatedAndHasNoModel) {
  for (const std::string dtype : {"f16", "bf16"}) {
    Record record = sample_record();
    const auto replace_all = [&](const std::string& from, const std::string& to) {
      for (std::size_t at = record.ir.find(from); at != std::string::npos; at = record.ir.find(from, at + to.size())) {
        record.ir.replace(at, from.size(), to);
      }
    };
    replace_all("f32", dtype);
    record.ir_sha256 = sha256_hex(record.ir);
    for (NodeMeasurement& one : record.nodes) {
      for (std::string& output : one.outputs) output.replace(0, 3, dtype);
    }
    const Judgement judgement = judged(record);
    const NodeJudgement& linear = node(judgement, 0);
    EXPECT_EQ(linear.verdict, Verdict::no_model) << dtype;
    EXPECT_THAT(linear.note, HasSubstr("no model for arithmetic in " + dtype));
    EXPECT_EQ(linear.annotated, 2 * 8 * 64 * 32);
    EXPECT_EQ(linear.by_class.at("add_" + dtype).annotated, 8 * 64 * 32);
    EXPECT_EQ(linear.by_class.at("mul_" + dtype).annotated, 8 * 64 * 32);
    EXPECT_EQ(linear.by_class.at("mul_" + dtype).measured, std::nullopt);
    EXPECT_EQ(linear.by_class.at("add_f32").annotated, 0)
        << "what the kernel computes in f32 was measured, not annotated";
    EXPECT_EQ(linear.unexplained, *linear.measured);
    EXPECT_EQ(judgement.annotated, judged(sample_record()).annotated);
  }
}

}  // namespace
}  // namespace flopaudit
