#include "analyzer/report/audit_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/ir/parser.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::json;

constexpr const char* kProgram = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=32 parameter_bytes=128

graph "M.forward"(%self: M, %x.1: Tensor {f32[2,8]}) -> (Tensor) {
  n0: %y: Tensor {f32[2,8]} = aten::add.Tensor(%x.1, %x.1, 1) in "fc" at "m.py":3
    executed 1 work known add/f32=16 formula "add = n"
  n1: %z: Tensor {f32[2,8]} = aten::mul.Tensor(%y, %y) at "m.py":4
    executed 1 work known mul/f32=16 formula "mul = n"
  return (%z)
}
)";

// A judgement made by hand: the views print, they do not judge.
struct Fixture {
  std::unique_ptr<Program> program;
  Record record;
  Judgement judgement;
  AuditReport report(bool times = false) const { return make_audit_report(record, *program, judgement, times); }
};

NodeJudgement explained_node() {
  NodeJudgement node;
  node.id = 0;
  node.op = "aten::add.Tensor";
  node.module = "fc";
  node.source = "m.py:3";
  node.dtype = "f32";
  node.executions = 1;
  node.annotated = 16;
  node.expected = Interval{32, 32};
  node.measured = 32;
  node.verdict = Verdict::explained;
  node.by_class["add_f32"] = {16, Interval{16, 16}, 16, true};
  node.by_class["mul_f32"] = {0, Interval{16, 16}, 16, true};
  node.causes = {{"alpha multiply", {16, 16}}};
  return node;
}

NodeJudgement mismatched_node() {
  NodeJudgement node;
  node.id = 1;
  node.op = "aten::mul.Tensor";
  node.dtype = "f32";
  node.executions = 1;
  node.annotated = 16;
  node.expected = Interval{16, 20};
  node.measured = 30;
  node.verdict = Verdict::mismatch;
  node.by_class["mul_f32"] = {16, Interval{16, 20}, 30, true};
  node.unexplained = 10;
  node.bound_width = 4;
  return node;
}

Fixture fixture() {
  auto program = parse_program(kProgram);
  if (!program) throw std::runtime_error(program.error().message);
  Fixture made{*std::move(program), {}, {}};
  made.record.model_file = "m.pt";
  made.record.path = "standard";
  made.record.calibration.trusted = true;
  made.record.counter_source = "software";
  made.record.libtorch_version = "2.13.0";
  made.record.repetitions = 2;
  made.record.outputs_equal_forward = true;
  made.record.forward.counted_seconds = {0.5, 0.4};
  made.record.forward.native_seconds = {0.05, 0.04};
  Judgement& judgement = made.judgement;
  judgement.nodes = {explained_node(), mismatched_node()};
  judgement.annotated = 16 + 16;
  judgement.expected = {32 + 16, 32 + 20};
  judgement.measured = 32 + 30;
  judgement.unexplained = 10;
  judgement.bound_width = 4;
  judgement.verdicts = {{Verdict::explained, 1}, {Verdict::mismatch, 1}};
  judgement.ops = {{"aten::add.Tensor", 1, 16, 32, 0, Interval{32, 32}, 2.0, 2.0},
                   {"aten::mul.Tensor", 1, 16, 30, 10, Interval{16, 20}, 1.875, 1.875}};
  return made;
}

TEST(AuditReport, JsonHasTheKeysThatAreFixed) {
  const Fixture made = fixture();
  const json report = json::parse(to_json(made.report()));
  EXPECT_EQ(report["schema"], "flopaudit.report/1");
  EXPECT_EQ(report["totals"]["measured"], 32 + 30);
  EXPECT_EQ(report["totals"]["expected"]["min"], 32 + 16);
  EXPECT_EQ(report["totals"]["verdicts"]["mismatch"], 1);
  EXPECT_EQ(report["totals"]["quiet"], 0);
  EXPECT_EQ(report["totals"]["outputs_equal_forward"], true);
  for (const char* key : {"machine", "libtorch", "counters", "path", "calibration"}) {
    EXPECT_TRUE(report["record"].contains(key)) << key;
  }
  const json& node = report["nodes"][0];
  EXPECT_EQ(node["id"], "n0");
  EXPECT_EQ(node["ratio"], 2.0);
  EXPECT_EQ(node["by_class"]["mul_f32"]["measured"], 16);
  EXPECT_EQ(node["causes"][0]["name"], "alpha multiply");
  EXPECT_EQ(report["ops"][1]["worst_ratio"], 1.875);
}

TEST(AuditReport, TimesAreOutsideThePromiseOfByteEquality) {
  const Fixture made = fixture();
  EXPECT_EQ(json::parse(to_json(made.report())).contains("times"), false);
  EXPECT_EQ(json::parse(to_json(made.report(true))).contains("times"), true);
  EXPECT_EQ(to_text(made.report()).find("slow-down"), std::string::npos);
  EXPECT_NE(to_text(made.report(true)).find("10.00 x"), std::string::npos);
}

TEST(AuditReport, TextCsvAndMarkdownAreAsCommitted) {
  const Fixture made = fixture();
  expect_golden("testdata/reports/audit.txt", to_text(made.report()));
  expect_golden("testdata/reports/audit.csv", to_csv(made.report()));
  expect_golden("testdata/reports/audit.md", to_markdown(made.report()));
}

TEST(AuditReport, APartialRunSaysSoFirst) {
  Fixture made = fixture();
  made.record.partial = true;
  made.record.error = "n1 could not run";
  EXPECT_LT(to_text(made.report()).find("PARTIAL"), to_text(made.report()).find("aten::add"));
}

TEST(AuditReport, WithoutCountersThereAreNoNumbersAndNoZeros) {
  Fixture made = fixture();
  for (NodeJudgement& node : made.judgement.nodes) {
    node.measured = std::nullopt;
    node.verdict = Verdict::not_measured;
  }
  made.judgement.measured = 0;
  const json report = json::parse(to_json(made.report()));
  EXPECT_EQ(report["totals"]["measured"], nullptr);
  EXPECT_EQ(report["ops"][0]["measured"], nullptr);
  EXPECT_NE(to_text(made.report()).find("measured      not measured"), std::string::npos);
}

TEST(AuditReport, WhatIsNotKnownIsNull) {
  Fixture made = fixture();
  made.judgement.nodes[1].expected = std::nullopt;
  made.judgement.nodes[1].measured = std::nullopt;
  made.judgement.nodes[1].verdict = Verdict::no_model;
  made.record.outputs_equal_forward = std::nullopt;
  const json report = json::parse(to_json(made.report()));
  EXPECT_EQ(report["nodes"][1]["expected"], nullptr);
  EXPECT_EQ(report["nodes"][1]["measured"], nullptr);
  EXPECT_EQ(report["nodes"][1]["ratio"], nullptr);
  EXPECT_EQ(report["totals"]["outputs_equal_forward"], nullptr);
}

// The fixture, with a roofline of its two nodes.
Fixture timed() {
  Fixture made = fixture();
  made.record.speed = MachineSpeed{{{"AVX FMA", "f32", 1e11}, {"AVX FMA", "f64", 5e10}}, 2e10};
  made.record.nodes = {{0, 0, {}, {2e-6, 1e-6}, {"f32[2,8]"}, "", ""}, {1, 0, {}, {3e-6}, {"f32[2,8]"}, "", ""}};
  made.judgement.above_peak = 1;
  made.judgement.nodes[0].above_peak = true;
  made.judgement.nodes[0].note = "too fast";
  for_each_node(made.program->entry().body, [](Node& node) {
    node.work.bytes_read = Expr(128);
    node.work.bytes_written = Expr(64);
  });
  return made;
}

TEST(AuditReport, WithTimesThereIsARoofline) {
  const Fixture made = timed();
  expect_golden("testdata/reports/audit_times.txt", to_text(made.report(true)));
  expect_golden("testdata/reports/audit_times.json", to_json(made.report(true)));
  EXPECT_EQ(to_text(made.report()).find("bandwidth"), std::string::npos);
  EXPECT_FALSE(json::parse(to_json(made.report())).contains("times"));
}

TEST(AuditReport, WithTimesIsReadBackAsItWas) {
  const Fixture made = timed();
  const auto back = audit_from_json(to_json(made.report(true)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(back->report()), to_json(made.report(true)));
  EXPECT_EQ(to_text(back->report()), to_text(made.report(true)));
}

}  // namespace
}  // namespace flopaudit
