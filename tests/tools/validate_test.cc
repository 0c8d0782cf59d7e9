// flopaudit validate as a user runs it, and the committed tables of its figures: testdata/validation/standard.csv is
// what `flopaudit validate --format csv` prints, avx2.csv the same with `--path avx2`. Ops of the cheap kinds are
// measured again here; the whole takes minutes.
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

std::map<std::string, std::string> committed_rows(const std::string& path) {
  return rows_of(read_text_file(source_path("testdata/validation/" + path + ".csv")).value_or(""));
}

void expect_measured_as_committed(const std::string& path, const std::vector<std::string>& ops) {
  std::vector<std::string> arguments = ops;
  arguments.insert(arguments.end(), {"--path", path, "--format", "csv"});
  const ProgramRun run = validate(arguments);
  EXPECT_EQ(run.status, 0) << run.err;
  const auto committed = committed_rows(path);
  const auto measured = rows_of(run.out);
  EXPECT_EQ(measured.size(), 1 + 2 * ops.size());
  for (const auto& [row, line] : measured) EXPECT_EQ(committed.count(row) ? committed.at(row) : "no such row", line);
}

TEST(Validate, MeasuresWhatTheCommittedTableSays) {
  expect_measured_as_committed("standard", {"aten::add.Tensor", "aten::batch_norm", "aten::linear", "aten::sigmoid"});
}

TEST(Validate, MeasuresWhatTheTableOfAnotherPathSays) {
  expect_measured_as_committed("avx2", {"aten::add.Tensor", "aten::batch_norm", "aten::mul_.Tensor"});
}

// An op without a model on the path is counted as such; a path without any is refused.
TEST(Validate, APathHasItsOwnModels) {
  const ProgramRun none = validate({"aten::sigmoid", "--path", "avx2", "--dtype", "f32", "--draws", "2"});
  EXPECT_EQ(none.status, 0) << none.err;
  EXPECT_THAT(none.out, HasSubstr("no model of its kernel on the code path `avx2`"));
  const ProgramRun native = validate({"--path", "native"});
  EXPECT_EQ(native.status, 2);
  EXPECT_THAT(native.err, HasSubstr("no op has a model on that code path; standard and avx2 have some"));
}

TEST(Validate, WordsAreChecked) {
  const ProgramRun unknown = validate({"aten::nonesuch"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("aten::nonesuch: there is no recipe"));
  EXPECT_EQ(validate({"--dtype", "f16"}).status, 2);
  EXPECT_EQ(validate({"--draws", "0"}).status, 2);
  EXPECT_THAT(validate({"--list"}).out, HasSubstr("aten::conv2d\n"));
}

// Every op that a path's table has is one that is drawn there, and the other way round.
TEST(Validate, TheCommittedTablesAreWhole) {
  for (const std::string path : {"standard", "avx2"}) {
    SCOPED_TRACE(path);
    const auto committed = committed_rows(path);
    const ProgramRun list = validate({"--list", "--path", path, "--format", "csv"});
    std::istringstream lines(list.out);
    std::string op;
    std::getline(lines, op);
    std::size_t rows = 1;
    for (; std::getline(lines, op); rows += 2) {
      if (op.ends_with('\r')) op.pop_back();  // lines of CSV end with both
      EXPECT_TRUE(committed.count(op + ",f32") == 1 && committed.count(op + ",f64") == 1) << op;
    }
    EXPECT_EQ(committed.size(), rows);
    EXPECT_GT(rows, 60U);
  }
}

}  // namespace
}  // namespace flopaudit
