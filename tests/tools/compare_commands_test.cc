// Reports that are read back, `diff` and `check`, as a user meets them.
#include <nlohmann/json.hpp>

#include "tests/tools/program_run.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kModel = small_model("linear_scripted.pt");
const std::string kRecord = source_path("testdata/records/conv_bn_relu_traced.record.json").string();

TEST(ReadBack, AnAnalysisPrintsAsTheModelDoes) {
  const Folder folder;
  const std::vector<std::string> analyze = {"analyze", kModel, "--input", "f32[N,8]", "--convention", "torch"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = analyze;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return flopaudit(arguments);
  };
  ASSERT_EQ(with({"--format", "json", "-o", folder.file("a.json")}).status, 0);
  for (const char* format : {"text", "json", "csv", "md"}) {
    const ProgramRun again = flopaudit({"report", folder.file("a.json"), "--format", format});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, with({"--format", format}).out) << format;
  }
  expect_error(flopaudit({"report", folder.file("a.json"), "--dot", folder.file("a.dot")}), 2, "has no graph");
}

TEST(ReadBack, AnAuditPrintsAsItsRecordDoes) {
  const Folder folder;
  const ProgramRun made = flopaudit({"report", kRecord, "--format", "json", "-o", folder.file("r.json")});
  for (const char* format : {"text", "json", "csv", "md"}) {
    const ProgramRun again = flopaudit({"report", folder.file("r.json"), "--format", format});
    EXPECT_EQ(again.status, made.status) << again.err;
    EXPECT_EQ(again.out, flopaudit({"report", kRecord, "--format", format}).out) << format;
  }
}

TEST(ReadBack, ADamagedReportIsOneSentence) {
  const Folder folder;
  expect_error(flopaudit({"report", folder.write("a.json", R"({"schema": "flopaudit.analysis/1"})")}), 3, "is damaged");
  expect_error(flopaudit({"report", folder.write("b.json", R"({"schema": "flopaudit.analysis/9"})")}), 3, "analysis/9");
  expect_error(flopaudit({"report", folder.write("c.json", "[1, 2")}), 3, "not a JSON object");
}

TEST(Diff, EndsWithOneWhenAnythingDiffers) {
  const ProgramRun same = flopaudit({"diff", kModel, kModel, "--input", "f32[3,8]"});
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("no difference"));
  const Folder folder;
  for (const char* rows : {"3", "5"}) {
    flopaudit({"analyze", kModel, "--input", std::string("f32[") + rows + ",8]", "--format", "json", "-o",
               folder.file(std::string(rows) + ".json")});
  }
  const ProgramRun run = flopaudit({"diff", folder.file("3.json"), folder.file("5.json"), "--format", "json"});
  EXPECT_EQ(run.status, 1) << run.err;
  const json diff = json::parse(run.out);
  EXPECT_EQ(diff["schema"], "flopaudit.diff/1");
  EXPECT_EQ(diff["totals"][1]["name"], "macs");
  EXPECT_EQ(diff["totals"][1]["change"], (5 - 3) * 8 * 4);
  EXPECT_EQ(diff["counts"]["changed"], 1);
  // A report against a model, which has the options to itself.
  EXPECT_EQ(flopaudit({"diff", folder.file("3.json"), kModel, "--input", "f32[3,8]"}).status, 0);
}

TEST(Diff, WhatCannotBeComparedIsOneSentence) {
  const Folder folder;
  flopaudit({"analyze", kModel, "--input", "f32[3,8]", "--format", "json", "-o", folder.file("a.json")});
  expect_error(flopaudit({"diff", folder.file("a.json"), kRecord}), 2, "one is an analysis and the other an audit");
  expect_error(flopaudit({"diff", folder.file("a.json"), folder.file("a.json"), "--input", "f32[3,8]"}), 2,
               "do nothing to it");
  expect_error(flopaudit({"diff", folder.file("none.json"), kModel, "--input", "f32[3,8]"}), 3, "none.json");
  EXPECT_EQ(flopaudit({"diff", kRecord, kRecord}).status, 0);
}

TEST(Check, HoldsOrBreaks) {
  const Folder folder;
  const std::string budget = folder.write("budget.txt", "macs <= 96\ngaps = 0\ntorch <= 192 # two a mac\n");
  const auto check = [&](const std::string& input) { return flopaudit({"check", kModel, budget, "--input", input}); };
  const ProgramRun good = check("f32[3,8]");
  EXPECT_EQ(good.status, 0) << good.err << good.out;
  EXPECT_THAT(good.out, HasSubstr("all 3 limits of"));
  const ProgramRun bad = check("f32[4,8]");
  EXPECT_EQ(bad.status, 1) << bad.err;
  EXPECT_THAT(bad.out, HasSubstr("BROKEN  macs <= 96"));
  const ProgramRun open = check("f32[N,8]");
  EXPECT_EQ(open.status, 1) << open.err;
  EXPECT_THAT(open.out, HasSubstr("depends on N"));
}

TEST(Check, ReadsReportsAndRecords) {
  const Folder folder;
  const std::string budget = folder.write("budget.txt", "unexplained <= 0.1%\nmismatch = 0\n");
  EXPECT_EQ(flopaudit({"check", kRecord, budget}).status, 0);
  flopaudit({"report", kRecord, "--format", "json", "-o", folder.file("r.json")});
  EXPECT_EQ(flopaudit({"check", folder.file("r.json"), budget}).status, 0);
  expect_error(flopaudit({"check", kModel, budget, "--input", "f32[3,8]"}), 2, "has no `unexplained`");
}

TEST(Check, UpdateMakesAndRenewsABudget) {
  const Folder folder;
  const std::string budget = folder.file("budget.txt");
  expect_error(flopaudit({"check", kModel, budget, "--input", "f32[3,8]"}), 3, "budget.txt");
  ASSERT_EQ(flopaudit({"check", kModel, budget, "--input", "f32[3,8]", "--update"}).status, 0);
  EXPECT_EQ(flopaudit({"check", kModel, budget, "--input", "f32[3,8]"}).status, 0);
  EXPECT_EQ(flopaudit({"check", kModel, budget, "--input", "f32[9,8]"}).status, 1);
  EXPECT_EQ(flopaudit({"check", kModel, budget, "--input", "f32[9,8]", "--update"}).status, 0);
  EXPECT_EQ(flopaudit({"check", kModel, budget, "--input", "f32[9,8]"}).status, 0);
}

}  // namespace
}  // namespace flopaudit
