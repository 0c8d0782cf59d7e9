// Every line of testdata/ops/*.cases: the shape rule gives the results, the work rule the counts; or the refusal.
#include <gtest/gtest.h>

#include <ostream>

#include "analyzer/ops/op_registry.h"
#include "tests/ops/case_file.h"

namespace flopaudit {

void PrintTo(const OpCase& op_case, std::ostream* stream) { *stream << op_case.op; }

namespace {

std::string place(const OpCase& op_case) {
  return "testdata/ops/" + op_case.file + ".cases:" + std::to_string(op_case.line) + ": " + op_case.op;
}

class OpCases : public testing::TestWithParam<OpCase> {};

TEST_P(OpCases, Holds) {
  const OpCase& op_case = GetParam();
  SCOPED_TRACE(place(op_case));
  ASSERT_EQ(op_case.problem, "");
  const OpSpec* row = find_op(op_case.op);
  ASSERT_NE(row, nullptr) << "the registry has no such row";
  for (const std::string& problem : problems_of(op_case, *row)) ADD_FAILURE() << problem;
}

INSTANTIATE_TEST_SUITE_P(Files, OpCases, testing::ValuesIn(read_op_cases()),
                         [](const auto& test) { return test.param.file + "_line_" + std::to_string(test.param.line); });

}  // namespace
}  // namespace flopaudit
