// The program as a user meets it: words, exit statuses, and one clear sentence for everything that can go wrong
// (DESIGN.md §3). Every error is at most 8 lines and no C++ stack.
#include <nlohmann/json.hpp>

#include "tests/tools/program_run.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(CommandLine, HelpAndVersionEndWell) {
  EXPECT_EQ(flopaudit({"--help"}).status, 0);
  EXPECT_EQ(flopaudit({"analyze", "--help"}).status, 0);
  EXPECT_THAT(flopaudit({"--version"}).out, HasSubstr("flopaudit "));
}

TEST(CommandLine, ListsMethodsAndModules) {
  const ProgramRun run = flopaudit({"methods", small_model("shared_weights_scripted.pt"), "--format", "csv"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::StartsWith("kind,name,signature or class,parameters,buffers\r\nmethod,forward,"));
  const ProgramRun none = flopaudit({"methods", small_model("no_forward_scripted.pt")});
  EXPECT_THAT(none.out, HasSubstr("encode("));
  EXPECT_THAT(none.out, testing::Not(HasSubstr("forward(")));
  expect_error(flopaudit({"methods", small_model("state_dict.pt")}), 3, "holds weights, no program");
  expect_error(flopaudit({"methods", small_model("no_such.pt")}), 3, "no such file");
  expect_error(flopaudit({"methods", small_model("linear_scripted.pt"), "--format", "yaml"}), 2, "yaml");
}

TEST(CommandLine, BothFrontEndsGiveTheSameReport) {
  const std::string model = small_model("classes_scripted.pt");
  const auto report = [&](const char* front_end) {
    return flopaudit({"analyze", model, "--input", "f32[2,4]", "--front-end", front_end, "--format", "json"}).out;
  };
  const std::string direct = report("torchscript");
  EXPECT_THAT(direct, HasSubstr("flopaudit.analysis/1"));
  EXPECT_EQ(direct, report("libtorch"));
  expect_error(flopaudit({"analyze", model, "--front-end", "onnx"}), 2, "torchscript or libtorch");
}

TEST(CommandLine, RefusesWrongUsage) {
  expect_error(flopaudit({}), 2, "");
  expect_error(flopaudit({"analyze"}), 2, "MODEL");
  expect_error(flopaudit({"analyze", small_model("linear_scripted.pt"), "--no-such-option"}), 2, "--no-such-option");
  expect_error(flopaudit({"list", "everything"}), 2, "ops, passes, conventions, causes or backward");
  expect_error(flopaudit({"analyze", small_model("linear_scripted.pt"), "--format", "pdf"}), 2, "text, json, csv, md");
  expect_error(
      flopaudit({"analyze", small_model("linear_scripted.pt"), "--convention", "nobody", "--input", "f32[1,8]"}), 2,
      "nobody");
  expect_error(
      flopaudit({"analyze", small_model("linear_scripted.pt"), "--skip-pass", "nothing", "--input", "f32[1,8]"}), 2,
      "nothing");
  expect_error(flopaudit({"measure", small_model("linear_scripted.pt"), "--path", "slow", "--input", "f32[1,8]"}), 2,
               "slow");
  expect_error(flopaudit({"measure", small_model("linear_scripted.pt"), "--counters", "abacus", "--input", "f32[1,8]"}),
               2, "abacus");
}

TEST(CommandLine, RefusesInputsThatDoNotBind) {
  const std::string file = small_model("linear_scripted.pt");
  const ProgramRun missing = flopaudit({"analyze", file});
  expect_error(missing, 2, "forward(");
  EXPECT_THAT(missing.err, HasSubstr("--input '"));
  expect_error(flopaudit({"analyze", file, "--input", "f32[1,8]", "--input", "f32[1,8]"}), 2, "too many --input");
  expect_error(flopaudit({"analyze", file, "--input", "f32[1,8"}), 2, "f32[1,8");
  expect_error(flopaudit({"analyze", file, "--input", "3"}), 2, "Tensor");
  expect_error(flopaudit({"analyze", file, "--input", "nobody=f32[1,8]"}), 2, "nobody");
  expect_error(flopaudit({"analyze", file, "--method", "backward", "--input", "f32[1,8]"}), 2, "backward");
}

TEST(CommandLine, TakesExactlyOneValueAnInput) {
  // CLI11 would split the brackets, and take the model for a second value.
  const ProgramRun run = flopaudit({"--input", "f32[2,8]", small_model("linear_scripted.pt"), "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["totals"]["macs"], 2 * 8 * 4);
  const ProgramRun tuple = flopaudit({"analyze", "--input", "(f32[1,8], f32[1,8])", small_model("linear_scripted.pt")});
  expect_error(tuple, 2, "Tensor");
}

TEST(CommandLine, ReadsAnInputFromAFile) {
  const Folder folder;
  const std::string spec = folder.write("x.spec", "f32[3,8]\n");
  const ProgramRun run = flopaudit({small_model("linear_scripted.pt"), "--input", "@" + spec, "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["totals"]["macs"], 3 * 8 * 4);
}

TEST(CommandLine, CountsSymbolicDims) {
  const std::string file = small_model("linear_scripted.pt");
  const ProgramRun symbolic = flopaudit({file, "--input", "f32[N,8]", "--format", "json"});
  ASSERT_EQ(symbolic.status, 0) << symbolic.err;
  EXPECT_EQ(json::parse(symbolic.out)["totals"]["macs"]["expr"], "32*N");
  const ProgramRun at = flopaudit({file, "--input", "f32[N,8]", "--at", "N=5", "--format", "json"});
  ASSERT_EQ(at.status, 0) << at.err;
  EXPECT_EQ(json::parse(at.out)["totals"]["macs"], 5 * 8 * 4);
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--at", "N"}), 2, "NAME=NUMBER");
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--at", "N=0"}), 2, "1 or more");
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--at", "N=99999999999999999999"}), 2, "NAME=NUMBER");
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--at", "M=3"}), 2, "the symbols are N");
  expect_error(flopaudit({file, "--input", "f32[2,8]", "--at", "M=3"}), 2, "no --input has a symbol M");
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--at", "N=1,N=2"}), 2, "given twice");
  expect_error(flopaudit({file, "--input", "f32[N,C]", "--at", "N=1,C=9"}), 3, "f32[1,9]");
  expect_error(flopaudit({file, "--input", "f32[N,8]", "--assume", "N>=x"}), 2, "NAME>=NUMBER");
}

// What a weight or a window says of a symbol is stated, once.
TEST(CommandLine, StatesWhatSizesMustBe) {
  const ProgramRun run = flopaudit({small_model("linear_scripted.pt"), "--input", "f32[N,C]", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json sizes = json::parse(run.out)["assumptions"]["sizes"];
  ASSERT_EQ(sizes.size(), 1U);
  EXPECT_EQ(sizes[0].get<std::string>().rfind("C = 8: ", 0), 0U) << sizes[0];
}

TEST(BadFile, MissingDirectoryEmpty) {
  const Folder folder;
  expect_error(flopaudit({"analyze", folder.file("no.pt")}), 3, "no.pt");
  expect_error(flopaudit({"analyze", folder.path()}), 3, "directory");
  expect_error(flopaudit({"analyze", folder.write("empty.pt", "")}), 3, "empty");
  expect_error(flopaudit({"analyze", folder.write("text.pt", "hello, world")}), 3, "text.pt");
}

TEST(BadFile, NoPermission) {
  const Folder folder;
  const std::string file = folder.write("secret.pt", *read_text_file(small_model("linear_scripted.pt")));
  chmod(file.c_str(), 0);
  ProgramOptions options;
  if (geteuid() == 0) options.user = 65534;  // root may read everything
  expect_error(flopaudit({"analyze", file, "--input", "f32[1,8]"}, options), 3, "ermission");
}

TEST(BadFile, TruncatedAnywhere) {
  const Folder folder;
  const std::string whole = *read_text_file(small_model("linear_scripted.pt"));
  for (const std::size_t part : {1U, 2U, 3U}) {
    const std::string file = folder.write("truncated.pt", whole.substr(0, whole.size() * part / 4));
    expect_error(flopaudit({"analyze", file, "--input", "f32[1,8]"}), 3, "truncated.pt");
  }
}

TEST(BadFile, StateDict) {
  expect_error(flopaudit({"analyze", small_model("state_dict.pt"), "--input", "f32[1,8]"}), 3, "weights");
}

TEST(BadFile, ShapesThatDoNotFitNameTheNode) {
  const ProgramRun run = flopaudit({"analyze", small_model("linear_scripted.pt"), "--input", "f32[1,10]"});
  expect_error(run, 3, "aten::linear");
  EXPECT_THAT(run.err, HasSubstr("f32[1,10]"));
  EXPECT_THAT(run.err, HasSubstr("f32[4,8]"));
  EXPECT_THAT(run.err, testing::ContainsRegex("n[0-9]+"));
  EXPECT_THAT(run.err, testing::ContainsRegex("[a-z_/]+\\.py:[0-9]+"));
}

TEST(BadFile, RecordThatIsNone) {
  const Folder folder;
  expect_error(flopaudit({"report", folder.write("a.json", "{}")}), 3, "a.json");
  expect_error(flopaudit({"report", folder.write("b.json", "{\"schema\": \"other/1\"}")}), 3, "b.json");
  expect_error(flopaudit({"report", folder.file("none.json")}), 3, "none.json");
}

// What runs code looks at it first; what only analyses does not care.
TEST(Gate, WhatDoesMoreThanComputeIsNotRun) {
  const Folder folder;
  const std::string ir = folder.write(
      "reads.ir",
      "flopaudit.ir/1\nprogram file=\"t.ir\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" parameters=0 "
      "parameter_bytes=0\n\nobject \"\" class=\"__torch__.M\" {\n}\n\ngraph \"f\"(%self: __torch__.M, %x: Tensor) -> "
      "(Tensor) {\n"
      "  n0: %y: Tensor = aten::from_file(\"" +
          folder.file("absent") + "\", none, 8, none, none, none, none)\n  return (%y)\n}\n");
  const std::string record = folder.file("r.json");
  const std::vector<std::string> measure = {"measure", ir,       "--input",  "f32[2]", "--counters",
                                            "none",    "--path", "standard", "-o",     record};
  expect_error(flopaudit(measure), 3, "reads a file of this machine; --trust runs it all the same");
  expect_error(flopaudit({"audit", ir, "--input", "f32[2]"}), 3, "is not run: n0 (aten::from_file");
  EXPECT_FALSE(std::filesystem::exists(record));
  EXPECT_EQ(flopaudit({"analyze", ir, "--input", "f32[2]"}).status, 0);
  std::vector<std::string> trusted = measure;
  trusted.push_back("--trust");
  const ProgramRun run = flopaudit(trusted);
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, testing::AllOf(HasSubstr("absent"), testing::Not(HasSubstr("is not run"))));
}

// Hostile files by others go nowhere near LibTorch.
TEST(Gate, HostileFilesByOthers) {
  const char* folder = std::getenv("FLOPAUDIT_CORPUS");
  if (folder == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().string();
    if (file.find("malicious") == std::string::npos) continue;
    ++files;
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"measure", file, "--counters", "none", "-o", "/dev/null"},
                                               {"audit", file, "--counters", "none"},
                                               {"analyze", file, "--front-end", "libtorch"}}) {
      expect_error(flopaudit(command), 3, file);
    }
  }
  EXPECT_GT(files, 0);
}

TEST(NoValgrind, AuditStillPrintsTheAnalysis) {
  const Folder folder;
  ProgramOptions options;
  options.environment["PATH"] = folder.path();
  const std::vector<std::string> rest = {small_model("linear_scripted.pt"), "--input", "f32[1,8]", "--counters",
                                         "software"};
  std::vector<std::string> audit = {"audit"};
  audit.insert(audit.end(), rest.begin(), rest.end());
  const ProgramRun audited = flopaudit(audit, options);
  expect_error(audited, 4, "algrind");
  EXPECT_THAT(audited.out, HasSubstr("aten::linear"));
  std::vector<std::string> measure = {"measure"};
  measure.insert(measure.end(), rest.begin(), rest.end());
  options.directory = folder.path();
  expect_error(flopaudit(measure, options), 4, "algrind");
}

TEST(Output, IsWholeOrNotThere) {
  const Folder folder;
  const std::string file = small_model("linear_scripted.pt");
  const ProgramRun run =
      flopaudit({file, "--input", "f32[1,8]", "-o", folder.file("report.txt"), "--dot", folder.file("a.dot")});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(*read_text_file(folder.file("report.txt")), HasSubstr("aten::linear"));
  EXPECT_THAT(*read_text_file(folder.file("a.dot")), HasSubstr("digraph"));
  expect_error(flopaudit({file, "--input", "f32[1,8]", "-o", folder.file("no/such/folder.txt")}), 4, "folder.txt");
  EXPECT_EQ(flopaudit({file, "--input", "f32[1,8]", "-o", "/dev/null"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists("/dev/null"));
}

TEST(Passes, DumpStopAndSkip) {
  const Folder folder;
  const std::string file = small_model("linear_scripted.pt");
  EXPECT_EQ(flopaudit({file, "--input", "f32[1,8]", "--dump-passes", folder.file("dump")}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder.file("dump/00-lower.ir")));
  EXPECT_TRUE(std::filesystem::exists(folder.file("dump/01-inline-calls.ir")));
  const ProgramRun lowered = flopaudit({file, "--input", "f32[1,8]", "--stop-after", "lower"});
  EXPECT_EQ(lowered.status, 0) << lowered.err;
  EXPECT_EQ(lowered.out, *read_text_file(folder.file("dump/00-lower.ir")));
  // IR as text is a model too.
  const ProgramRun from_text =
      flopaudit({"analyze", folder.file("dump/00-lower.ir"), "--input", "f32[1,8]", "--format", "json"});
  ASSERT_EQ(from_text.status, 0) << from_text.err;
  EXPECT_EQ(json::parse(from_text.out)["totals"]["macs"], 1 * 8 * 4);
  const ProgramRun skipped =
      flopaudit({file, "--input", "f32[1,8]", "--skip-pass", "annotate-work", "--format", "json"});
  EXPECT_EQ(skipped.status, 0) << skipped.err;
}

TEST(Strict, GapsAreFindings) {
  const std::string file = small_model("linear_scripted.pt");
  EXPECT_EQ(flopaudit({file, "--input", "f32[1,8]", "--strict"}).status, 0);
  const ProgramRun unknown = flopaudit({file, "--input", "f32[1,?]", "--strict", "--format", "json"});
  EXPECT_EQ(unknown.status, 1) << unknown.err;
  EXPECT_GT(json::parse(unknown.out)["totals"]["no_shape"], 0);
}

TEST(Convention, OneLineEachWithItsUnitInEveryFormat) {
  const std::vector<std::string> asked = {small_model("linear_scripted.pt"),
                                          "--input",
                                          "f32[2,8]",
                                          "--convention",
                                          "thop-2",
                                          "--convention",
                                          "torch"};  // Linear 8 to 4
  const auto with_format = [&](const char* format) {
    std::vector<std::string> arguments = asked;
    arguments.insert(arguments.end(), {"--format", format});
    const ProgramRun run = flopaudit(arguments);
    EXPECT_EQ(run.status, 0) << run.err;
    return run.out;
  };
  for (const char* format : {"text", "md"}) {
    EXPECT_THAT(with_format(format), testing::ContainsRegex("thop-2 +64 MAC\n")) << format;
    EXPECT_THAT(with_format(format), testing::ContainsRegex("torch +128 FLOP\n")) << format;
  }
  const json report = json::parse(with_format("json"));
  EXPECT_EQ(report["conventions"]["thop-2"]["value"], 2 * 8 * 4);
  EXPECT_EQ(report["conventions"]["torch"]["unit"], "FLOP");
  EXPECT_TRUE(report["conventions"]["torch"]["left_out"].empty());
  const std::string csv = with_format("csv");
  EXPECT_THAT(csv.substr(0, csv.find('\n')), testing::EndsWith("formula,thop-2,torch\r"));
  EXPECT_THAT(csv, HasSubstr(",64,128\r\n"));
}

TEST(Convention, WhatATotalLeavesOutIsNamed) {
  const ProgramRun run =
      flopaudit({small_model("linear_scripted.pt"), "--input", "f32[?,8]", "--convention", "thop-2"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::ContainsRegex("thop-2 +0 MAC, AT LEAST: without 1 nodes"));
  EXPECT_THAT(run.out, HasSubstr("not in thop-2: 1 x aten::linear"));
}

TEST(List, EveryRegistryInEveryFormat) {
  for (const char* what : {"ops", "passes", "conventions", "causes"}) {
    for (const char* format : {"text", "json", "csv", "md"}) {
      const ProgramRun run = flopaudit({"list", what, "--format", format});
      EXPECT_EQ(run.status, 0) << run.err;
      EXPECT_GT(run.out.size(), 50U) << what << " " << format;
    }
  }
  EXPECT_THAT(flopaudit({"list", "ops"}).out, HasSubstr("aten::conv2d"));
  EXPECT_THAT(flopaudit({"list", "passes"}).out, HasSubstr("propagate-shapes"));
}

}  // namespace
}  // namespace flopaudit
