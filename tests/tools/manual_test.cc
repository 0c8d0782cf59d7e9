// --help with examples, --version, the manual page and the completions: made from the command line itself.
#include <set>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/tools/program_run.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// The words that begin the lines of "Subcommands:".
std::set<std::string> commands() {
  std::istringstream help(flopaudit({"--help"}).out);
  std::set<std::string> words;
  bool inside = false;
  for (std::string line; std::getline(help, line);) {
    if (inside && line.size() > 2 && line[2] != ' ') words.insert(line.substr(2, line.find(' ', 2) - 2));
    inside = inside ? !line.empty() : line == "Subcommands:";
  }
  return words;
}

// The long options of a command's own help.
std::set<std::string> options(const std::string& command) {
  std::istringstream help(flopaudit({command, "--help"}).out);
  std::set<std::string> words;
  for (std::string line; std::getline(help, line);) {
    if (line.rfind("  -", 0) != 0) continue;
    const std::size_t dashes = line.find("--");
    if (dashes != std::string::npos) words.insert(line.substr(dashes, line.find_first_of(" ,", dashes) - dashes));
  }
  return words;
}

TEST(Manual, EveryCommandHasExamples) {
  EXPECT_GE(commands().size(), 10U);
  for (const std::string& command : commands()) {
    EXPECT_THAT(flopaudit({command, "--help"}).out, HasSubstr("Examples:\n  flopaudit " + command)) << command;
  }
}

TEST(Manual, HasEveryCommandAndOption) {
  const std::string page = flopaudit({"man"}).out;
  for (const std::string& command : commands()) {
    EXPECT_THAT(page, HasSubstr(".SS \\fBflopaudit " + command)) << command;
    for (std::string option : options(command)) {
      for (std::size_t dash = 0; (dash = option.find('-', dash)) != std::string::npos; dash += 2)
        option.insert(dash, "\\");
      EXPECT_THAT(page, HasSubstr("\\fB" + option + "\\fR")) << command;
    }
  }
}

TEST(Manual, CompletionsHaveEveryCommandAndOption) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const ProgramRun run = flopaudit({"completions", shell});
    ASSERT_EQ(run.status, 0) << run.err;
    for (const std::string& command : commands()) {
      EXPECT_THAT(run.out, HasSubstr(command)) << shell;
      for (const std::string& option : options(command)) {
        EXPECT_THAT(run.out, HasSubstr(std::string(shell) == "fish" ? "-l " + option.substr(2) : option)) << shell;
      }
    }
  }
  expect_error(flopaudit({"completions", "csh"}), 2, "expected bash, zsh or fish");
}

// Sourced by the shell itself, and asked.
TEST(Manual, BashCompletesCommandsOptionsAndWords) {
  const auto complete = [](const std::string& words, const std::string& last) {
    const std::string script = "cd /; source <(\"$0\" completions bash); COMP_WORDS=(flopaudit " + words + " '" + last +
                               "'); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _flopaudit; echo \"${COMPREPLY[*]}\"";
    return run_program({"/bin/bash", "-c", script, build_path("bin/flopaudit").string()}).out;
  };
  EXPECT_EQ(complete("", "anal"), "analyze\n");
  EXPECT_EQ(complete("analyze model.pt", "--loop"), "--loop-bound\n");
  EXPECT_EQ(complete("analyze model.pt --by", "so"), "source\n");
}

TEST(Manual, VersionNamesWhatItStandsOn) {
  const std::string version = flopaudit({"--version"}).out;
  EXPECT_THAT(version, HasSubstr("flopaudit 0.1.0\nLibTorch 2.13.0, PAPI "));
}

TEST(Manual, QuietDropsWarningsAlone) {
  const std::string model = small_model("linear_scripted.pt");
  EXPECT_EQ(flopaudit({"-q", "analyze", model, "--input", "f32[3,8]"}).out,
            flopaudit({model, "--input", "f32[3,8]"}).out);
  EXPECT_EQ(flopaudit({"-q", model, "--input", "f32[3,8]"}).status, 0);
  expect_error(flopaudit({"-q", "analyze", "none.pt"}), 3, "none.pt");
}

}  // namespace
}  // namespace flopaudit
