// Ops without a row, from the command line: --op-rules, the shapes that LibTorch gives, gaps and --strict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kProgram = build_path("bin/flopaudit").string();
const std::string kAddedOps = "testdata/op_rules/added_ops.ir";
const std::string kSample = "testdata/op_rules/sample.rules";

// In the folder of the sources, so that reports name the same files everywhere.
ProgramRun flopaudit(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  ProgramOptions options;
  options.directory = source_path("").string();
  return run_program(arguments, options);
}

json analysis(std::vector<std::string> arguments, int status) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const ProgramRun run = flopaudit(arguments);
  EXPECT_EQ(run.status, status) << run.err;
  return json::parse(run.out, nullptr, /*allow_exceptions=*/false);
}

TEST(OpRules, CountTheOpAndLeaveTheOthersInTheGaps) {
  const json report = analysis({"analyze", kAddedOps, "--input", "f32[4,5]", "--op-rules", kSample, "--strict"}, 1);
  EXPECT_EQ(report["totals"]["macs"], 4 * 5 * 6);
  EXPECT_EQ(report["totals"]["comparisons"], 4 * 6 + 4 * 6);
  EXPECT_EQ(report["totals"]["no_rule"], 2);
  EXPECT_EQ(report["totals"]["no_shape"], 0);
  ASSERT_EQ(report["gaps"].size(), 2U);
  EXPECT_EQ(report["gaps"][0]["op"], "aten::_test_string_default");
  EXPECT_EQ(report["gaps"][0]["nodes"], 1);
  EXPECT_EQ(report["gaps"][0]["elements"], 4 * 6 + 4 * 6) << "LibTorch said what its result is";
  EXPECT_EQ(report["gaps"][1]["op"], "my::shapes_only");
  EXPECT_THAT(report["gaps"][1]["why"], HasSubstr("the rule at testdata/op_rules/sample.rules:59 says nothing"));
}

TEST(OpRules, WithoutThemTheOpIsAGapAndWhatFollowsHasNoShape) {
  const json report = analysis({"analyze", kAddedOps, "--input", "f32[4,5]", "--strict"}, 1);
  EXPECT_EQ(report["totals"]["macs"], 0);
  EXPECT_EQ(report["totals"]["no_rule"], 3);
  EXPECT_EQ(report["totals"]["no_shape"], 2);
  EXPECT_EQ(analysis({"analyze", kAddedOps, "--input", "f32[4,5]"}, 0)["totals"]["no_rule"], 3) << "a gap is no error";
}

TEST(OpRules, SymbolsGoThroughRulesAndNotThroughLibTorch) {
  const json report = analysis({"analyze", kAddedOps, "--input", "f32[N,5]", "--op-rules", kSample}, 0);
  EXPECT_EQ(report["totals"]["macs"]["expr"], "30*N");
  EXPECT_EQ(report["totals"]["no_shape"], 1);
  const json at = analysis({"analyze", kAddedOps, "--input", "f32[N,5]", "--op-rules", kSample, "--at", "N=4"}, 0);
  EXPECT_EQ(at["totals"]["macs"], 4 * 5 * 6);
  EXPECT_EQ(at["totals"]["no_shape"], 0);
}

// The record keeps what the rules said.
TEST(OpRules, ServeMeasureAndReportAlike) {
  const std::string record = (std::filesystem::temp_directory_path() / "flopaudit-added-ops.json").string();
  const ProgramRun measured =
      flopaudit({"measure", "testdata/op_rules/libtorch_op.ir", "--input", "f32[4,5]", "--op-rules",
                 "testdata/op_rules/libtorch_op.rules", "--counters", "none", "-o", record});
  EXPECT_EQ(measured.status, 0) << measured.err;
  const ProgramRun report = flopaudit({"report", record, "--format", "json"});
  EXPECT_THAT(report.err, testing::IsEmpty());
  const json parsed = json::parse(report.out, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(parsed.contains("nodes")) << report.out;
  EXPECT_EQ(parsed["nodes"][0]["op"], "aten::_test_string_default");
  EXPECT_EQ(parsed["totals"]["shape_mismatches"], 0);
  EXPECT_THAT(*read_text_file(record), HasSubstr("compare = 2*len(dummy.:)"));
  std::filesystem::remove(record);
}

void expect_usage_error(const std::vector<std::string>& arguments, const std::string& message) {
  const ProgramRun run = flopaudit(arguments);
  EXPECT_EQ(run.status, 2) << run.err;
  EXPECT_THAT(run.err, StartsWith("flopaudit: " + message));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

TEST(OpRules, WrongFilesAreWrongUsage) {
  const auto with = [](const std::string& file) {
    return std::vector<std::string>{"analyze", kAddedOps, "--input", "f32[4,5]", "--op-rules", file};
  };
  expect_usage_error(with("testdata/op_rules/bad-syntax.rules"),
                     "testdata/op_rules/bad-syntax.rules:3:14: unknown name `y`");
  expect_usage_error(with("testdata/op_rules/bad-case.rules"),
                     "testdata/op_rules/bad-case.rules:4:1: the case of my::op");
  expect_usage_error(with("testdata/op_rules/no-such-file.rules"), "--op-rules: ");
  expect_usage_error(with("testdata"), "--op-rules: ");
}

TEST(ShapeOracle, AnswersForLibTorchsOwnOpsAlone) {
  const json report = analysis({"analyze", "testdata/op_rules/libtorch_op.ir", "--input", "f32[4,5]", "--strict"}, 1);
  EXPECT_EQ(report["totals"]["no_rule"], 1);
  EXPECT_EQ(report["totals"]["no_shape"], 0);
  EXPECT_EQ(report["nodes"][0]["outputs"][0], "f32[4,5]");
  EXPECT_EQ(report["nodes"][0]["state"], "no_rule");
  EXPECT_EQ(report["totals"]["comparisons"], 4 * 5);
  EXPECT_THAT(report["diagnostics"][0], HasSubstr("LibTorch's own answer"));
}

}  // namespace
}  // namespace flopaudit
