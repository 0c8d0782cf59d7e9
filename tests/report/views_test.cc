// The tables of --by, flame graphs and the citation, of a small model made by hand.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/ir/parser.h"
#include "analyzer/report/analysis_tables.h"
#include "analyzer/report/audit_tables.h"
#include "analyzer/report/citation.h"
#include "analyzer/report/flame.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::json;

constexpr const char* kProgram = R"(flopaudit.ir/1
program file="models/m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=32 parameter_bytes=128

graph "M.forward"(%self: M, %x.1: Tensor {f32[2,8]}) -> (Tensor) {
  parameter "fc.weight": Tensor {f32[4,8]}
  n0: %y: Tensor {f32[2,4]} = aten::linear(%x.1, param "fc.weight", none) in "block.fc" at "m.py":3
    executed 1 work known mac/f32=64 read=192 written=32 formula "mac = M*K*N"
  n1: %z: Tensor {f64[2,4]} = aten::exp(%y) in "block" at "m.py":4
    executed 1 work known exp/f64=8 read=32 written=64 formula "exp = n"
  n2: %w: Tensor {f32[2,4]} = aten::add.Tensor(%y, %y, 1) at "m.py":4
    executed 1 work known add/f32=8 read=64 written=32 formula "add = n"
  n3: %v: Tensor {f32[2,4]} = aten::view(%w) at "m.py":5
    executed 1 work zero
  n4: %o: Tensor = aten::strange(%v) in "tail" at "m.py":6
    executed 1 work no_rule why "no row for aten::strange"
  return (%o)
}
)";

std::unique_ptr<Program> program_of(const std::string& text = kProgram) {
  auto program = parse_program(text);
  if (!program) throw std::runtime_error(program.error().message);
  return *std::move(program);
}

AnalysisReport analysis(const std::string& text = kProgram) { return make_analysis_report(*program_of(text), {}); }

ReportView by(const std::string& word, std::size_t top = 0) {
  ReportView view;
  view.by = word;
  view.top = top;
  return view;
}

TEST(By, EveryTableIsAsCommitted) {
  const AnalysisReport report = analysis();
  for (const char* word : {"op", "source", "dtype", "node"}) {
    expect_golden(std::string("testdata/reports/by_") + word + ".txt", to_text(report, by(word)));
    expect_golden(std::string("testdata/reports/by_") + word + ".csv", to_csv(report, by(word)));
  }
  expect_golden("testdata/reports/by_node.md", to_markdown(report, by("node")));
}

TEST(By, TopLeavesOutAndSaysHowMuch) {
  const std::string text = to_text(analysis(), by("node", 2));
  EXPECT_NE(text.find("... and 3 more"), std::string::npos) << text;
  // What is not known stands first, then the heaviest.
  EXPECT_LT(text.find("aten::strange (no_rule)"), text.find("aten::linear"));
  EXPECT_EQ(to_csv(analysis(), by("node", 2)).find("aten::exp"), std::string::npos);
}

TEST(By, OtherWordsAreRefused) {
  EXPECT_TRUE(check_by(""));
  EXPECT_TRUE(check_by("source"));
  EXPECT_FALSE(check_by("weight"));
}

TEST(By, AnAuditToo) {
  const auto program = program_of();
  const Record record;
  Judgement judgement;
  NodeJudgement node;
  node.op = "aten::linear";
  node.module = "block.fc";
  node.dtype = "f32";
  node.annotated = 2 * 64;
  node.expected = Interval{2 * 64 + 8, 2 * 64 + 10};
  node.measured = 2 * 64 + 9;
  judgement.nodes = {node, node};
  judgement.nodes[1].module = "tail";
  judgement.nodes[1].expected = std::nullopt;
  judgement.nodes[1].measured = std::nullopt;
  const AuditReport report = make_audit_report(record, *program, judgement);
  for (const char* word : {"module", "op"}) {
    expect_golden(std::string("testdata/reports/audit_by_") + word + ".csv", to_csv(report, by(word)));
  }
}

TEST(Flame, SpeedscopeHasOneProfileAWeight) {
  const auto profile = flame_profile(analysis());
  ASSERT_TRUE(profile) << profile.error().message;
  const json file = json::parse(to_speedscope(*profile));
  ASSERT_EQ(file["profiles"].size(), 3U);
  EXPECT_EQ(file["profiles"][0]["weights"], json({2 * 64, 0, 8}));  // linear, exp, add; view and strange cost nothing
  EXPECT_EQ(file["profiles"][0]["endValue"], 2 * 64 + 8);
  EXPECT_EQ(file["profiles"][1]["weights"], json({0, 8, 0}));
  std::vector<std::string> stack;
  for (const auto& frame : file["profiles"][0]["samples"][0]) {
    stack.push_back(file["shared"]["frames"][frame.get<std::size_t>()]["name"]);
  }
  EXPECT_EQ(stack, (std::vector<std::string>{"m.pt", "block", "block.fc", "aten::linear n0"}));
  EXPECT_EQ(file["shared"]["frames"][3]["file"], "m.py");
  EXPECT_EQ(file["shared"]["frames"][3]["line"], 3);
}

TEST(Flame, ChromeTraceNestsModules) {
  const auto profile = flame_profile(analysis());
  ASSERT_TRUE(profile);
  const json trace = json::parse(to_chrome_trace(*profile));
  const auto slice = [&](const std::string& name) {
    for (const json& event : trace["traceEvents"]) {
      if (event["name"] == name) return std::pair(event["ts"].get<double>(), event["dur"].get<double>());
    }
    return std::pair(-1.0, -1.0);
  };
  EXPECT_EQ(slice("m.pt"), std::pair(0.0, (2 * 64 + 8) / 1000.0));
  EXPECT_EQ(slice("block"), std::pair(0.0, 2 * 64 / 1000.0));
  EXPECT_EQ(slice("aten::add.Tensor n2").second, -1.0);
  EXPECT_EQ(slice("aten::add n2"), std::pair(2 * 64 / 1000.0, 8 / 1000.0));
}

TEST(Flame, AFormulaHasNoWidth) {
  std::string text = kProgram;
  text.replace(text.find("mac/f32=64"), 10, "mac/f32=<8*N>");
  const auto profile = flame_profile(analysis(text));
  ASSERT_FALSE(profile);
  EXPECT_NE(profile.error().message.find("n0 is the formula 16*N"), std::string::npos) << profile.error().message;
}

TEST(Citation, SaysWhatIsLeftOut) {
  EXPECT_EQ(*citation(analysis()),
            "at least 64 MAC (136 FLOP), flopaudit 0.1.0, convention flops, input f32[2,8]; 1 of 5 operations are not "
            "counted\n");
  std::string text = kProgram;
  text.replace(text.find("mac/f32=64"), 10, "mac/f32=1814073344");
  text.replace(text.find("no_rule why \"no row for aten::strange\""), 38, "zero");
  EXPECT_EQ(*citation(analysis(text)), "1.814 GMAC (3.628 GFLOP), flopaudit 0.1.0, convention flops, input f32[2,8]\n");
}

}  // namespace
}  // namespace flopaudit
