// Every format of every command, as the program writes it, against testdata/formats. The formats are read from --help,
// so that a new one fails here until its golden is there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/program_run.h"

namespace flopaudit {
namespace {

// What a machine, and not the model, decides; and the page's own program, which has tests of its own.
std::string without_machine(std::string text) {
  static const std::regex kFields(R"rx("(cpu|cpu_seen|glibc|os|valgrind|build)": ?"[^"]*")rx");
  text = std::regex_replace(text, kFields, "\"$1\":\"*\"");
  static const std::regex kSeconds(R"rx("(counted_seconds|native_seconds)": ?\[[^\]]*\])rx");
  text = std::regex_replace(text, kSeconds, "\"$1\":[]");
  static const std::regex kAddress(R"rx(https?://[^"]*)rx");  // of a schema: no address stands in this tree
  text = std::regex_replace(text, kAddress, "*");
  static const std::regex kVersions(R"rx((glibc|Valgrind|valgrind|PAPI) [0-9][0-9.]*)rx");
  return std::regex_replace(text, kVersions, "$1 *");
}

// Of a page: its title and its data.
std::string data_of_page(const std::string& page) {
  std::istringstream lines(page);
  std::string kept;
  bool in_data = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("<script type=\"application/json\"")) in_data = true;
    if (in_data || line.starts_with("<title>")) kept += line + "\n";
    if (line.ends_with("</script>")) in_data = false;
  }
  return kept;
}

// "text, json, csv or md" behind --format in what `flopaudit COMMAND --help` says.
std::vector<std::string> formats_of(const std::string& command) {
  const std::string help = flopaudit({command, "--help"}).out;
  std::smatch match;
  static const std::regex kOption(R"rx(--format [^ ]+ +([^\n]*))rx");
  std::vector<std::string> formats;
  if (!std::regex_search(help, match, kOption)) return formats;
  const std::string list = std::regex_replace(match[1].str(), std::regex(" or "), ", ");
  static const std::regex kWord("[a-z-]+");
  for (std::sregex_iterator word(list.begin(), list.end(), kWord), end; word != end; ++word)
    formats.push_back(word->str());
  return formats;
}

std::set<std::string> commands_of_help() {
  std::istringstream lines(flopaudit({"--help"}).out);
  std::set<std::string> commands;
  bool listed = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Subcommands:")) listed = true;
    if (listed && line.starts_with("  ") && line[2] != ' ') commands.insert(line.substr(2, line.find(' ', 2) - 2));
  }
  return commands;
}

// Without a --format, or with a format that is not the model's: a record, a machine, a shell.
const std::set<std::string> kOthers = {"measure", "counters", "completions", "man"};

struct Command {
  std::string name;
  std::vector<std::string> arguments;
  int status = 0;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"analyze", {"branch_unknown_scripted.pt", "--input", "f32[1,3,8,8]"}},
      {"audit", {"conv_bn_relu_traced.pt", "--repeat", "1"}},
      {"check", {"conv_bn_relu_traced.pt", "../formats/budget.txt"}, 1},
      {"diff", {"conv_bn_relu_traced.pt", "conv_bn_relu_scripted.pt", "--input", "f32[1,3,8,8]"}, 1},
      {"list", {"conventions"}},
      {"methods", {"classes_scripted.pt"}},
      {"report", {"../records/conv_bn_relu_traced.record.json"}},
      {"validate", {"aten::relu", "--draws", "2"}},
  };
  return kCommands;
}

TEST(Formats, NoCommandIsForgotten) {
  std::set<std::string> covered = kOthers;
  for (const Command& command : commands()) covered.insert(command.name);
  EXPECT_EQ(covered, commands_of_help());
}

// A PATH in which `valgrind` counts once, and then gives the result of that again: 10 s for each further format would
// test nothing more. That two runs count alike is tested elsewhere (first_audit_test.cc).
std::string path_that_counts_once(const Folder& folder) {
  const std::string valgrind = folder.write("valgrind", R"(#!/bin/sh
PATH="${PATH#*:}"
[ "$1" = --version ] && exec valgrind "$@"
for result; do :; done
kept="${0%/*}/kept"
if [ ! -e "$kept" ]; then
  valgrind "$@" || exit
  cp "$result" "$kept"
fi
cp "$kept" "$result"
)");
  std::filesystem::permissions(valgrind, std::filesystem::perms::owner_all);
  return folder.path() + ":" + std::getenv("PATH");
}

class CommandFormats : public testing::TestWithParam<Command> {};

TEST_P(CommandFormats, AreAsTheGoldensHaveThem) {
  const Command& command = GetParam();
  const Folder folder;
  const std::vector<std::string> formats = formats_of(command.name);
  ASSERT_GE(formats.size(), 4U);
  const std::string path = path_that_counts_once(folder);
  for (const std::string& format : formats) {
    const std::string output = folder.file("output");
    std::vector<std::string> arguments = {command.name};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    arguments.insert(arguments.end(), {"--format", format, "-o", output});
    ProgramOptions options;
    options.directory = source_path("testdata/models").string();
    options.environment["PATH"] = path;
    const ProgramRun run = flopaudit(arguments, options);
    if (format == "html" && run.status == 4) continue;  // built without Node
    ASSERT_EQ(run.status, command.status) << format << ": " << run.err;
    std::string text = read_text_file(output).value_or("");
    if (format == "html") text = data_of_page(text);
    ASSERT_FALSE(text.empty()) << format;
    expect_golden("testdata/formats/" + command.name + "." + format, without_machine(text));
  }
}

INSTANTIATE_TEST_SUITE_P(All, CommandFormats, testing::ValuesIn(commands()),
                         [](const auto& test) { return test.param.name; });

// The record of a measurement, but for the machine.
TEST(Formats, Record) {
  const Folder folder;
  ProgramOptions options;
  options.directory = source_path("testdata/models").string();
  const std::string output = folder.file("record.json");
  const ProgramRun run = flopaudit({"measure", "conv_bn_relu_traced.pt", "--repeat", "1", "-o", output}, options);
  ASSERT_EQ(run.status, 0) << run.err;
  expect_golden("testdata/formats/measure.json", without_machine(read_text_file(output).value_or("")));
}

// What counters says differs from machine to machine; that every format says it does not.
TEST(Formats, Counters) {
  const std::vector<std::string> formats = {"text", "json", "html", "csv", "md"};
  const std::string help = flopaudit({"counters", "--help"}).out;
  for (const std::string& format : formats) {
    EXPECT_THAT(help, testing::ContainsRegex("--format .*" + format));
    const ProgramRun run = flopaudit({"counters", "--format", format});
    if (format == "html" && run.status == 4) continue;  // built without Node
    ASSERT_EQ(run.status, 0) << run.err;
    const std::string said = format == "html" ? data_of_page(run.out) : run.out;
    for (const char* source : {"hardware", "preset", "software"}) {
      EXPECT_NE(said.find(source), std::string::npos) << format << ": " << said;
    }
  }
}

// A page of counters is its JSON, whether the kernels are asked for or not.
TEST(Formats, CountersOfAPage) {
  const Folder folder;
  const ProgramRun run = flopaudit({"counters", "--kernels", "--format", "html", "-o", folder.file("counters.html")});
  if (run.status == 4) GTEST_SKIP() << run.err;
  ASSERT_EQ(run.status, 0) << run.err;
  const std::string data = data_of_page(read_text_file(folder.file("counters.html")).value_or(""));
  EXPECT_THAT(data, testing::HasSubstr("\"schema\":\"flopaudit.counters/1\""));
  EXPECT_THAT(data, testing::HasSubstr("\"kernels\":[{"));
}

// A word that another command has: refused before anything is measured.
TEST(Formats, OfOtherCommandsAreRefused) {
  for (const char* command : {"list", "methods", "counters", "validate"}) {
    std::vector<std::string> arguments = {command, "--format", "speedscope"};
    if (std::string(command) == "list") arguments.emplace_back("ops");
    if (std::string(command) == "methods") arguments.push_back(small_model("linear_scripted.pt"));
    expect_error(flopaudit(arguments), 2, "expected one of text, json, csv, md, html");
  }
}

}  // namespace
}  // namespace flopaudit
