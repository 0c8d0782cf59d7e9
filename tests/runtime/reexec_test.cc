#include "runtime/reexec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace flopaudit {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// The helper program lies beside this test program.
std::string child_program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fa_runtime_child").string();
}

ChildRun child(std::vector<std::string> arguments) {
  ChildRun run;
  run.argv = {child_program()};
  run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
  return run;
}

std::string printed(const ChildRun& run) {
  const auto exit = run_child(run);
  EXPECT_TRUE(exit) << exit.error().message;
  return exit ? exit->error_output : "";
}

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/flopaudit-reexec-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Reexec, TheStandardPathSetsItsFiveKnobs) {
  const auto knobs = knobs_of_path("standard");
  ASSERT_TRUE(knobs);
  EXPECT_EQ(knobs->size(), 5U);
  for (const auto& [name, value] : *knobs) EXPECT_EQ(printed(child({"print", name})), value + "\n");
}

TEST(Reexec, NoKnobOfElsewhereReachesAnotherPath) {
  for (const std::string& name : knob_names()) setenv(name.c_str(), "elsewhere", 1);
  ChildRun run = child({"print", ""});
  run.path_name = "native";
  for (const std::string& name : knob_names()) {
    run.argv.back() = name;
    EXPECT_EQ(printed(run), name == "OMP_NUM_THREADS" ? "1\n" : "(unset)\n") << name;
  }
  for (const std::string& name : knob_names()) unsetenv(name.c_str());
}

TEST(Reexec, AnUnknownPathIsAUsageError) {
  ChildRun run = child({"exit", "0"});
  run.path_name = "fast";
  const auto exit = run_child(run);
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().kind, ErrorKind::usage);
}

TEST(Reexec, TheExitStatusIsHandedOn) {
  const auto exit = run_child(child({"exit", "3"}));
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->status, 3);
}

TEST(Reexec, ACrashNamesItsSignalAndTheLastWords) {
  const auto exit = run_child(child({"abort"}));
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().kind, ErrorKind::environment);
  EXPECT_EQ(exit.error().message, "the measured process was ended by SIGABRT; its last words: about to give up");
}

TEST(Reexec, AChildThatTakesTooLongIsStopped) {
  ChildRun run = child({"sleep"});
  run.timeout = 1000ms;
  const auto begin = std::chrono::steady_clock::now();
  const auto exit = run_child(run);
  ASSERT_FALSE(exit);
  EXPECT_THAT(exit.error().message, HasSubstr("longer than 1 s"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST(Reexec, AMissingProgramIsAnError) {
  ChildRun run;
  run.argv = {"/nonexistent/program"};
  const auto exit = run_child(run);
  ASSERT_FALSE(exit);
  EXPECT_THAT(exit.error().message, HasSubstr("/nonexistent/program"));
}

TEST(Reexec, UnderValgrindTheSoftwareCounterCalibrates) {
  ChildRun run = child({"calibrate"});
  run.under_valgrind = true;
  const auto exit = run_child(run);
  ASSERT_TRUE(exit) << exit.error().message;
  EXPECT_EQ(exit->status, 0) << exit->error_output;
  EXPECT_THAT(exit->error_output, HasSubstr("kernels are exact"));
}

TEST(Reexec, ACrashUnderValgrindNamesItsSignal) {
  ChildRun run = child({"abort"});
  run.under_valgrind = true;
  const auto exit = run_child(run);
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().message, "the measured process was ended by SIGABRT; its last words: about to give up");
}

TEST(FindValgrind, FindsTheToolBesideTheProgram) {
  const auto tool = find_valgrind();
  ASSERT_TRUE(tool) << tool.error().message;
  EXPECT_TRUE(std::filesystem::exists(tool->directory / "fpcount-amd64-linux"));
  EXPECT_TRUE(std::filesystem::exists(tool->directory / "default.supp")) << "a link that leads somewhere";
}

TEST(FindValgrind, WithoutValgrindItSaysWhatToInstall) {
  const Folder empty;
  const auto tool = find_valgrind(empty.path().string());
  ASSERT_FALSE(tool);
  EXPECT_EQ(tool.error().kind, ErrorKind::environment);
  EXPECT_THAT(tool.error().message, HasSubstr("apt-get install valgrind"));
}

TEST(FindValgrind, AnotherVersionIsRefused) {
  const Folder folder;
  const std::filesystem::path program = folder.path() / "valgrind";
  std::ofstream(program) << "#!/bin/sh\necho valgrind-3.0.1\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const auto tool = find_valgrind(folder.path().string());
  ASSERT_FALSE(tool);
  EXPECT_EQ(tool.error().kind, ErrorKind::environment);
  EXPECT_THAT(tool.error().message, HasSubstr("Valgrind 3.0.1 is installed"));
}

TEST(FindValgrind, AMissingToolIsNamed) {
  const Folder empty;
  setenv("FLOPAUDIT_FPCOUNT_DIR", empty.path().c_str(), 1);
  const auto tool = find_valgrind();
  unsetenv("FLOPAUDIT_FPCOUNT_DIR");
  ASSERT_FALSE(tool);
  EXPECT_THAT(tool.error().message, HasSubstr("fpcount is not in " + empty.path().string()));
}

}  // namespace
}  // namespace flopaudit
