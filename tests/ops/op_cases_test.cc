// Every line of testdata/ops/*.cases: the shape rule gives the results, the work rule the counts; or the refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "analyzer/ops/op_registry.h"
#include "tests/ops/case_file.h"

namespace flopaudit {

void PrintTo(const OpCase& op_case, std::ostream* stream) { *stream << op_case.op; }

namespace {

std::string place(const OpCase& op_case) {
  return "testdata/ops/" + op_case.file + ".cases:" + std::to_string(op_case.line) + ": " + op_case.op;
}

std::string text(const Facts& facts) {
  std::string list;
  for (const Fact& fact : facts) list += (list.empty() ? "" : "  ") + fact.to_string();
  return list;
}

void check_refusal(const OpCase& op_case, const RuleResult<Facts>& outputs) {
  ASSERT_FALSE(outputs) << "not refused: " << text(*outputs);
  const bool misfit = outputs.failure().kind == RuleFailure::Kind::misfit;
  EXPECT_EQ(misfit, !op_case.error.empty()) << outputs.failure().why;
  EXPECT_THAT(outputs.failure().why, testing::HasSubstr(misfit ? op_case.error : op_case.missing));
}

Expr counted(const Work& work, const std::string& name) {
  if (name == "bytes_read") return work.bytes_read;
  if (name == "bytes_written") return work.bytes_written;
  if (name == "valid mac") {
    Expr sum = 0;
    for (const auto& [dtype, count] : work.valid_mac) sum += count;
    return sum;
  }
  const std::size_t dot = name.find('.');
  const std::optional<WorkClass> work_class = work_class_of_name(name.substr(0, dot));
  if (!work_class) {
    ADD_FAILURE() << "there is no work class " << name;
    return 0;
  }
  if (dot == std::string::npos) return work.total(*work_class);
  const std::optional<DType> dtype = dtype_of_name(name.substr(dot + 1));
  const auto entry = dtype ? work.operations.find({*work_class, *dtype}) : work.operations.end();
  return entry == work.operations.end() ? Expr(0) : entry->second;
}

void check_work(const OpCase& op_case, const Work& work) {
  std::set<std::string> listed;
  for (const auto& [name, expected] : op_case.work) {
    listed.insert(name.substr(0, name.find('.')));
    EXPECT_EQ(counted(work, name).to_string(), expected.to_string()) << name;
  }
  for (const auto& [key, count] : work.operations) {
    EXPECT_TRUE(listed.contains(std::string(name(key.first)))) << name(key.first) << " = " << count.to_string();
  }
  EXPECT_EQ(work.valid_mac.empty(), !listed.contains("valid mac"))
      << "valid mac = " << counted(work, "valid mac").to_string();
}

class OpCases : public testing::TestWithParam<OpCase> {};

TEST_P(OpCases, Holds) {
  const OpCase& op_case = GetParam();
  SCOPED_TRACE(place(op_case));
  ASSERT_EQ(op_case.problem, "");
  const OpSpec* row = find_op(op_case.op);
  ASSERT_NE(row, nullptr) << "the registry has no such row";
  const RuleResult<Facts> outputs = shape_of(*row, op_case.inputs);
  if (!op_case.error.empty() || !op_case.missing.empty()) return check_refusal(op_case, outputs);
  ASSERT_TRUE(outputs) << outputs.failure().why;
  EXPECT_EQ(text(*outputs), text(op_case.outputs));
  EXPECT_TRUE(*outputs == op_case.outputs) << text(*outputs);
  for (const auto& [index, after] : op_case.inputs_after) {
    EXPECT_EQ(op_case.inputs.at(index).to_string(), after.to_string());
  }
  if (!has_work(*row)) {
    EXPECT_TRUE(op_case.work.empty()) << "this row has no work rule";
    return;
  }
  const RuleResult<Work> work = work_of(*row, op_case.inputs, *outputs);
  ASSERT_TRUE(work || op_case.work.empty()) << work.failure().why;
  if (work) check_work(op_case, *work);
}

INSTANTIATE_TEST_SUITE_P(Files, OpCases, testing::ValuesIn(read_op_cases()),
                         [](const auto& test) { return test.param.file + "_line_" + std::to_string(test.param.line); });

}  // namespace
}  // namespace flopaudit
