// flopaudit links no LibTorch: it starts without one, does alone all that executes nothing, and where it does need
// flopaudit-exec an exec that is missing, cannot start or dies is one sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const fs::path kPrograms = build_path("bin");
const std::string kAddedOps = source_path("testdata/op_rules/added_ops.ir").string();
const std::string kLibTorchOp = source_path("testdata/op_rules/libtorch_op.ir").string();
const std::string kModel = source_path("testdata/models/linear_scripted.pt").string();

// A folder with flopaudit in it, and with what a test puts beside it.
class Place {
 public:
  explicit Place(const fs::path& folder_of_program = "") {
    std::string name = (fs::temp_directory_path() / "flopaudit-two-XXXXXX").string();
    root_ = mkdtemp(name.data());
    program_ = root_ / folder_of_program / "flopaudit";
    fs::create_directories(program_.parent_path());
    fs::copy_file(kPrograms / "flopaudit", program_);
  }
  ~Place() { fs::remove_all(root_); }

  const fs::path& root() const { return root_; }

  // What stands in for flopaudit-exec.
  void put_script(const std::string& commands) const {
    std::ofstream(root_ / "flopaudit-exec") << "#!/bin/sh\n" << commands << "\n";
    fs::permissions(root_ / "flopaudit-exec", fs::perms::owner_all);
  }

  ProgramRun run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program_.string());
    ProgramOptions options;
    options.directory = root_.string();
    return run_program(arguments, options);
  }

 private:
  fs::path root_;
  fs::path program_;
};

void expect_one_sentence(const ProgramRun& run, int status, const std::string& words) {
  EXPECT_EQ(run.status, status) << run.err;
  EXPECT_THAT(run.err, testing::StartsWith("flopaudit: "));
  EXPECT_THAT(run.err, HasSubstr(words));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

// The real program, but what it is linked with is nowhere: one letter of the names of LibTorch's libraries is another.
void put_exec_without_libtorch(const Place& place) {
  std::string bytes = *read_text_file(kPrograms / "flopaudit-exec");
  const std::string wanted = "libtorch";
  int replaced = 0;
  for (std::size_t at = bytes.find(wanted); at != std::string::npos; at = bytes.find(wanted, at)) {
    bytes[at + 3] = 'T';
    ++replaced;
  }
  ASSERT_GT(replaced, 0);
  std::ofstream(place.root() / "flopaudit-exec", std::ios::binary) << bytes;
  fs::permissions(place.root() / "flopaudit-exec", fs::perms::owner_all);
}

// The names of what the dynamic loader would load, with all that those load in turn: not where, as an address of any
// bytes may read like a name.
std::string libraries_of(const fs::path& program) {
  ProgramOptions options;
  options.environment["LD_TRACE_LOADED_OBJECTS"] = "1";
  const ProgramRun run = run_program({program.string()}, options);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("libc.so"));
  return std::regex_replace(run.out, std::regex(R"( \(0x[0-9a-f]+\))"), "");
}

TEST(TwoPrograms, FlopauditLinksNoLibTorch) {
  const std::string libraries = libraries_of(kPrograms / "flopaudit");
  for (const char* part : {"torch", "c10", "libgomp", "mkl", "papi", "pfm"})
    EXPECT_THAT(libraries, Not(HasSubstr(part)));
  EXPECT_THAT(libraries_of(kPrograms / "flopaudit-exec"), HasSubstr("libtorch_cpu.so"));
}

TEST(WithoutLibTorch, WhatExecutesNothingWorks) {
  const Place place;
  const ProgramRun analysis = place.run({"analyze", kAddedOps, "--input", "f32[4,5]", "--format", "json"});
  ASSERT_EQ(analysis.status, 0) << analysis.err;
  EXPECT_EQ(json::parse(analysis.out)["totals"]["no_rule"], 3);

  const std::string record = source_path("testdata/records/conv_bn_relu_traced.record.json").string();
  const ProgramRun report = place.run({"report", record, "--format", "json"});
  EXPECT_EQ(report.out, *read_text_file(source_path("testdata/reports/conv_bn_relu_traced.json"))) << report.err;

  for (const char* what : {"ops", "passes", "conventions", "causes"}) {
    const ProgramRun list = place.run({"list", what});
    EXPECT_EQ(list.status, 0) << list.err;
    EXPECT_GT(list.out.size(), 50U) << what;
  }
  EXPECT_EQ(place.run({"--version"}).status, 0);
}

TEST(WithoutLibTorch, AModelFileIsAnalysedAndNotAudited) {
  const Place place;
  const ProgramRun analysis = place.run({"analyze", kModel, "--input", "f32[3,8]", "--format", "json"});
  ASSERT_EQ(analysis.status, 0) << analysis.err;
  EXPECT_EQ(json::parse(analysis.out)["totals"]["macs"], 3 * 8 * 4);
  EXPECT_EQ(place.run({"methods", kModel}).status, 0);
  const ProgramRun audit = place.run({"audit", kModel, "--input", "f32[3,8]", "--counters", "none"});
  expect_one_sentence(audit, 4, "the analysis above is not audited: this needs flopaudit-exec");
  EXPECT_THAT(audit.out, HasSubstr("aten::linear"));
}

// Only calibration kernels run, which are our own.
TEST(WithoutLibTorch, CountersAreCalibrated) {
  const Place place("bin");
  fs::create_directories(place.root() / "lib");
  fs::create_directory_symlink(build_path("lib/fpcount"), place.root() / "lib" / "fpcount");
  const ProgramRun counters = place.run({"counters", "--format", "json"});
  ASSERT_EQ(counters.status, 0) << counters.err;
  for (const json& source : json::parse(counters.out)["sources"]) {
    EXPECT_TRUE(source["source"] != "software" || source["usable"] == true) << source;
  }
}

TEST(WithoutLibTorch, AGapSaysThatLibTorchCouldNotBeAsked) {
  const Place place;
  const ProgramRun run = place.run({"analyze", kLibTorchOp, "--input", "f32[4,5]", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_GT(report["totals"]["no_shape"], 0);
  EXPECT_THAT(run.out, HasSubstr("LibTorch cannot be asked: this needs flopaudit-exec"));
}

TEST(WithoutLibTorch, MeasureSaysWhatIsMissing) {
  const Place place;
  const std::string words = "flopaudit-exec, the half of flopaudit that has LibTorch, and it is not in " +
                            fs::canonical(place.root()).string();
  expect_one_sentence(place.run({"measure", kAddedOps, "--input", "f32[4,5]", "--counters", "none"}), 4, words);
  expect_one_sentence(place.run({"analyze", kModel, "--input", "f32[1,8]", "--front-end", "libtorch"}), 4, words);
  EXPECT_FALSE(fs::exists(place.root() / "added_ops.record.json"));
}

TEST(WithoutLibTorch, AuditStillPrintsTheAnalysis) {
  const Place place;
  const ProgramRun run = place.run({"audit", kAddedOps, "--input", "f32[4,5]", "--counters", "none"});
  expect_one_sentence(run, 4, "the analysis above is not audited: this needs flopaudit-exec");
  EXPECT_THAT(run.out, HasSubstr("my::shapes_only"));
}

TEST(WithoutLibTorch, AnExecThatCannotLoadItsLibrariesIsOneSentence) {
  const Place place;
  put_exec_without_libtorch(place);
  const std::string words = "cannot start, it needs the LibTorch that it was built with: ";
  expect_one_sentence(place.run({"measure", kAddedOps, "--input", "f32[4,5]", "--counters", "none"}), 4, words);
  expect_one_sentence(place.run({"analyze", kModel, "--input", "f32[1,8]", "--front-end", "libtorch"}), 4, words);
  const ProgramRun shapes = place.run({"analyze", kLibTorchOp, "--input", "f32[4,5]", "--format", "json"});
  EXPECT_EQ(shapes.status, 0) << shapes.err;
  EXPECT_THAT(shapes.out, HasSubstr("LibTorch cannot be asked: flopaudit-exec cannot start"));
}

TEST(Exec, IsStartedOnlyWhenItIsNeeded) {
  const Place place;
  place.put_script("touch \"$0.started\"; exit 4");
  const fs::path mark = place.root() / "flopaudit-exec.started";
  // An op of nobody's, and a symbol, which LibTorch cannot answer for.
  EXPECT_EQ(place.run({"analyze", kAddedOps, "--input", "f32[4,5]"}).status, 0);
  EXPECT_EQ(place.run({"analyze", kLibTorchOp, "--input", "f32[N,5]"}).status, 0);
  EXPECT_EQ(place.run({"list", "ops"}).status, 0);
  EXPECT_FALSE(fs::exists(mark));
  EXPECT_EQ(place.run({"analyze", kLibTorchOp, "--input", "f32[4,5]"}).status, 0);
  EXPECT_TRUE(fs::exists(mark));
}

TEST(Exec, IsFoundInAnInstallation) {
  const Place place("elsewhere");
  const std::string prefix = (place.root() / "installed").string();
  const ProgramRun install = run_program({FA_CMAKE, "--install", build_path(".").string(), "--prefix", prefix});
  ASSERT_EQ(install.status, 0) << install.err;
  const std::string program = prefix + "/bin/flopaudit";
  const std::string record = prefix + "/record.json";
  const ProgramRun run =
      run_program({program, "measure", kModel, "--input", "f32[2,8]", "--counters", "none", "-o", record});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run_program({program, "counters"}).status, 0) << "the software counter is installed too";
}

// A file that crashes LibTorch is a file that cannot be read, and the report of it is ours.
TEST(Exec, ACrashIsOneSentence) {
  const Place place;
  place.put_script("kill -SEGV $$");
  const ProgramRun read = place.run({"analyze", kModel, "--input", "f32[1,8]", "--front-end", "libtorch"});
  expect_one_sentence(read, 3, "LibTorch, reading '" + kModel + "', was ended by SIGSEGV");
  const ProgramRun measured = place.run({"measure", kAddedOps, "--input", "f32[4,5]", "--counters", "none"});
  expect_one_sentence(measured, 4, "the measured process was ended by SIGSEGV");
  const ProgramRun shapes = place.run({"analyze", kLibTorchOp, "--input", "f32[4,5]", "--format", "json"});
  EXPECT_EQ(shapes.status, 0) << shapes.err;
  EXPECT_THAT(shapes.out, HasSubstr("LibTorch cannot be asked: flopaudit-exec was ended by SIGSEGV"));
}

TEST(Exec, ItsStatusAndItsSentenceAreOurs) {
  const Place place;
  for (const int status : {2, 3, 4}) {
    place.put_script("echo 'a warning of its own' >&2; echo 'why it is so' >&2; exit " + std::to_string(status));
    const ProgramRun run = place.run({"analyze", kModel, "--input", "f32[1,8]", "--front-end", "libtorch"});
    EXPECT_EQ(run.status, status);
    EXPECT_EQ(run.err, "flopaudit: why it is so\n");
  }
  place.put_script("exit 9");
  expect_one_sentence(place.run({"analyze", kModel, "--input", "f32[1,8]", "--front-end", "libtorch"}), 4,
                      "ended with status 9: it said nothing");
}

// Gone, or only its status is left.
bool has_ended(const std::string& pid) {
  const auto status = read_text_file("/proc/" + pid + "/stat");
  return !status || status->find(") Z ") != std::string::npos;
}

// The shell keeps the questions' pipe open, so that the end of its input is no reason to end.
TEST(Exec, EndsWithWhoStartedIt) {
  const Place place;
  const std::string exec = (kPrograms / "flopaudit-exec").string();
  ProgramOptions options;
  options.directory = place.root().string();
  const ProgramRun shell = run_program({"sh", "-c",
                                        "mkfifo questions answers; exec 3<>questions 4<>answers; " + exec +
                                            " shapes <&3 >&4 & printf 'my::op f32\\n\\n' >&3; read line <&4; echo $!"},
                                       options);
  ASSERT_EQ(shell.status, 0) << shell.err;
  const std::string pid = shell.out.substr(0, shell.out.find('\n'));
  ASSERT_FALSE(pid.empty());
  for (int tenths = 0; tenths < 100 && !has_ended(pid); ++tenths) usleep(100'000);
  EXPECT_TRUE(has_ended(pid));
  if (!has_ended(pid)) kill(std::stoi(pid), SIGKILL);
}

TEST(Exec, IsNoProgramForUsers) {
  const ProgramRun run = run_program({(kPrograms / "flopaudit-exec").string()});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("is started by flopaudit"));
}

}  // namespace
}  // namespace flopaudit
