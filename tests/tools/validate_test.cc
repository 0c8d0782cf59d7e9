// flopaudit validate as a user runs it, and the committed table of its figures: testdata/validation/standard.csv is
// what `flopaudit validate --format csv` prints. Ops of the cheap kinds are measured again here; the whole takes
// minutes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

ProgramRun validate(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {build_path("bin/flopaudit").string(), "validate"});
  return run_program(arguments);
}

// "aten::relu,f32" -> the line.
std::map<std::string, std::string> rows_of(const std::string& csv) {
  std::map<std::string, std::string> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) rows[line.substr(0, line.find(',', line.find(',') + 1))] = line;
  return rows;
}

TEST(Validate, MeasuresWhatTheCommittedTableSays) {
  const std::vector<std::string> ops = {"aten::add.Tensor", "aten::batch_norm", "aten::linear", "aten::sigmoid"};
  std::vector<std::string> arguments = ops;
  arguments.insert(arguments.end(), {"--format", "csv"});
  const ProgramRun run = validate(arguments);
  EXPECT_EQ(run.status, 0) << run.err;
  const auto committed = rows_of(read_text_file(source_path("testdata/validation/standard.csv")).value_or(""));
  const auto measured = rows_of(run.out);
  EXPECT_EQ(measured.size(), 1 + 2 * ops.size());
  for (const auto& [row, line] : measured) EXPECT_EQ(committed.count(row) ? committed.at(row) : "no such row", line);
}

TEST(Validate, WordsAreChecked) {
  const ProgramRun unknown = validate({"aten::nonesuch"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("aten::nonesuch: there is no recipe"));
  EXPECT_EQ(validate({"--dtype", "f16"}).status, 2);
  EXPECT_EQ(validate({"--draws", "0"}).status, 2);
  EXPECT_THAT(validate({"--list"}).out, HasSubstr("aten::conv2d\n"));
}

// Every op that the table has is one that a recipe draws, and the other way round.
TEST(Validate, TheCommittedTableIsWhole) {
  const auto committed = rows_of(read_text_file(source_path("testdata/validation/standard.csv")).value_or(""));
  const ProgramRun list = validate({"--list", "--format", "csv"});
  std::istringstream lines(list.out);
  std::string op;
  std::getline(lines, op);
  std::size_t rows = 1;
  for (; std::getline(lines, op); rows += 2) {
    if (op.ends_with('\r')) op.pop_back();  // lines of CSV end with both
    EXPECT_TRUE(committed.count(op + ",f32") == 1 && committed.count(op + ",f64") == 1) << op;
  }
  EXPECT_EQ(committed.size(), rows);
}

}  // namespace
}  // namespace flopaudit
