#include "analyzer/report/analysis_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/ir/parser.h"
#include "analyzer/report/dot_view.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::json;

// One linear layer, one op without a rule, and one whose shape is not known.
constexpr const char* kProgram = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=32 parameter_bytes=128

graph "M.forward"(%self: M, %x.1: Tensor {f32[2,8]}) -> (Tensor) {
  parameter "fc.weight": Tensor {f32[4,8]}
  n0: %y: Tensor {f32[2,4]} = aten::linear(%x.1, param "fc.weight", none) in "fc" at "m.py":3
    executed 1 work known mac/f32=64 read=192 written=32 formula "mac = M*K*N"
  n1: %z: Tensor {f32[2,4]} = aten::strange(%y) at "m.py":4
    executed 1 work no_rule why "no row for aten::strange"
  n2: %l: List[Tensor] {[f32[2,4], f32[2,4]]} = prim::ListConstruct(%y, %z)
    executed 1 work zero
  n3: %o: Tensor = aten::cat(%l, 0) at "m.py":5
    executed 1 work no_shape why "n1 aten::strange has no rule"
  return (%o)
}
)";

struct Fixture {
  std::unique_ptr<Program> program;
  AnalysisReport report;
};

Fixture fixture() {
  auto program = parse_program(kProgram);
  if (!program) throw std::runtime_error(program.error().message);
  ModuleSummary module{"", "M", {}, 32};
  AnalysisReport report = make_analysis_report(
      **program, {{module}, {"a sentence"}, {{"macs", "MAC", Range(Expr(64)), {{"aten::cat", 1, "no shape"}}, {}}}});
  return {*std::move(program), std::move(report)};
}

TEST(AnalysisReport, EveryTotalSaysWhatItLeavesOut) {
  const AnalysisReport report = fixture().report;
  EXPECT_EQ(report.nodes, 3);  // prim:: is plumbing
  EXPECT_EQ(report.no_rule, 1);
  EXPECT_EQ(report.no_shape, 1);
  ASSERT_EQ(report.gaps.size(), 2U);
  EXPECT_EQ(report.gaps[0].op, "aten::cat");
  EXPECT_EQ(report.gaps[0].elements, std::nullopt);
  EXPECT_EQ(report.gaps[1].op, "aten::strange");
  EXPECT_EQ(report.gaps[1].elements, 2 * 4 + 2 * 4);  // read and written
  EXPECT_EQ(macs(report.total), Range(Expr(2 * 8 * 4)));
}

TEST(AnalysisReport, JsonHasTheKeysThatAreFixed) {
  const json report = json::parse(to_json(fixture().report));
  EXPECT_EQ(report["schema"], "flopaudit.analysis/1");
  EXPECT_EQ(report["totals"]["macs"], 2 * 8 * 4);
  EXPECT_EQ(report["totals"]["flops"], 2 * 2 * 8 * 4);
  for (const char* key : {"macs", "flops", "transcendentals", "comparisons", "bytes_read", "bytes_written",
                          "span_flops", "nodes", "zero", "no_rule", "no_shape", "not_taken"}) {
    EXPECT_TRUE(report["totals"].contains(key)) << key;
  }
  EXPECT_EQ(report["inputs"][0]["name"], "x");
  EXPECT_EQ(report["inputs"][0]["type"], "f32[2,8]");
  EXPECT_EQ(report["conventions"]["macs"]["value"], 64);
  EXPECT_EQ(report["conventions"]["macs"]["left_out"][0]["op"], "aten::cat");
  EXPECT_EQ(report["nodes"][0]["conventions"]["macs"], nullptr);
  const json& node = report["nodes"][0];
  for (const char* key :
       {"id", "op", "overload", "module", "source", "inputs", "outputs", "executions", "state", "work", "valid", "macs",
        "flops", "transcendentals", "comparisons", "bytes_read", "bytes_written", "formula"}) {
    EXPECT_TRUE(node.contains(key)) << key;
  }
  EXPECT_EQ(node["work"]["mac"], 2 * 8 * 4);
  EXPECT_EQ(node["source"], "m.py:3");
  EXPECT_EQ(report["gaps"][0]["elements"], nullptr);
  EXPECT_EQ(report["diagnostics"][0], "a sentence");
}

TEST(AnalysisReport, TextAndMarkdownAreAsCommitted) {
  const AnalysisReport report = fixture().report;
  expect_golden("testdata/reports/analysis.txt", to_text(report));
  expect_golden("testdata/reports/analysis.md", to_markdown(report));
  expect_golden("testdata/reports/analysis.csv", to_csv(report));
}

TEST(AnalysisReport, CsvLeavesWhatIsNotKnownEmpty) {
  const std::string csv = to_csv(fixture().report);
  const std::size_t row = csv.find("n1,aten::strange");
  ASSERT_NE(row, std::string::npos);
  EXPECT_NE(csv.find("no_rule,,,,,,,,", row), std::string::npos) << csv.substr(row, 200);
}

TEST(AnalysisReport, DotIsDrawnWithTheShareOfFlops) {
  const Fixture made = fixture();
  const std::string dot = *to_dot(*made.program, made.report);
  EXPECT_NE(dot.find("share of FLOPs"), std::string::npos);
  EXPECT_NE(dot.find("no_rule"), std::string::npos);
  EXPECT_NE(dot.find("128 FLOP, 100.0 %"), std::string::npos) << dot;
}

TEST(AnalysisReport, DotIsColouredByWhatIsAskedFor) {
  const Fixture made = fixture();
  DotView view;
  view.color = DotColor::bytes;
  const std::string bytes = *to_dot(*made.program, made.report, view);
  EXPECT_NE(bytes.find("share of bytes read and written"), std::string::npos);
  EXPECT_NE(bytes.find("224 B, 100.0 %"), std::string::npos) << bytes;  // 192 + 32
  view.color = DotColor::none;
  EXPECT_EQ(to_dot(*made.program, made.report, view)->find("share of"), std::string::npos);
  view.color = DotColor::discrepancy;
  EXPECT_EQ(to_dot(*made.program, made.report, view).error().kind, ErrorKind::usage);
}

TEST(AnalysisReport, DotShowsOneModuleOrSaysThatThereIsNone) {
  const Fixture made = fixture();
  DotView view;
  view.focus = "fc";
  const std::string dot = *to_dot(*made.program, made.report, view);
  EXPECT_NE(dot.find("\"n0\" ["), std::string::npos);
  EXPECT_NE(dot.find("\"to n1\" [shape=cds"), std::string::npos) << dot;
  EXPECT_EQ(dot.find("\"n1\" ["), std::string::npos);
  view.focus = "f";
  const auto none = to_dot(*made.program, made.report, view);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_NE(none.error().message.find("at the top are fc"), std::string::npos) << none.error().message;
}

// Half precision is an element type of its own in every total.
TEST(AnalysisReport, WorkInHalfPrecisionIsReportedAsSuch) {
  std::string text = kProgram;
  for (std::size_t at = text.find("f32"); at != std::string::npos; at = text.find("f32", at))
    text.replace(at, 3, "bf16");
  const auto program = parse_program(text);
  ASSERT_TRUE(program) << program.error().message;
  const AnalysisReport report = make_analysis_report(**program, {});
  const json printed = json::parse(to_json(report));
  EXPECT_EQ(printed["totals"]["by_dtype"]["bf16"]["mac"], 2 * 8 * 4);
  EXPECT_FALSE(printed["totals"]["by_dtype"].contains("f32"));
  EXPECT_EQ(printed["memory"]["input_bytes"], 2 * 8 * 2) << "two bytes an element";
}

TEST(AnalysisReport, SaysWhatIsAliveAndLeavesOutWhatIsNotKnown) {
  const json report = json::parse(to_json(fixture().report));
  const json& memory = report["memory"];
  EXPECT_EQ(memory["parameter_bytes"], 128);
  EXPECT_EQ(memory["input_bytes"], 2 * 8 * 4);
  // x, y and z; the result of cat, whose size is not known, comes on top.
  EXPECT_EQ(memory["peak_bytes"], 4 * (2 * 8 + 2 * 4 + 2 * 4));
  EXPECT_EQ(memory["complete"], false);
  EXPECT_EQ(memory["unknown_storages"], 1);
  EXPECT_EQ(report["nodes"][0]["live_bytes"], 4 * (2 * 8 + 2 * 4));
  EXPECT_EQ(report["nodes"][0]["activation_bytes"], 4 * 2 * 4);
  EXPECT_EQ(report["nodes"][2]["live_bytes"], nullptr);
  EXPECT_DOUBLE_EQ(report["nodes"][0]["arithmetic_intensity"].get<double>(), 128.0 / (192 + 32));
  EXPECT_EQ(report["nodes"][1]["arithmetic_intensity"], nullptr);
  EXPECT_EQ(report["critical_path"]["nodes"], json({"n0"}));
  EXPECT_EQ(report["critical_path"]["parallelism"], nullptr) << "of lower bounds";
  EXPECT_EQ(report["totals"]["arithmetic_intensity"], nullptr) << "of lower bounds";
  EXPECT_THAT(to_text(fixture().report), testing::HasSubstr("AT LEAST: without 1 tensors of unknown size"));
}

TEST(AnalysisReport, AReportOfAnEarlierProgramHasNoMemoryAndSaysSo) {
  json old = json::parse(to_json(fixture().report));
  for (const char* key : {"memory", "critical_path", "training_step"}) old.erase(key);
  for (json& node : old["nodes"]) {
    for (const char* key : {"live_bytes", "activation_bytes", "arithmetic_intensity", "backward_flops"})
      node.erase(key);
  }
  const auto report = analysis_from_json(old.dump());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(to_text(*report), testing::HasSubstr("peak             not known"));
  EXPECT_THAT(to_text(*report), testing::HasSubstr("no estimate"));
}

}  // namespace
}  // namespace flopaudit
