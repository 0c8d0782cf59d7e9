// No row without a case, no formula without work, no duplicate.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "analyzer/ops/op_registry.h"
#include "tests/ops/case_file.h"

namespace flopaudit {
namespace {

TEST(OpCoverage, EveryRowHasAPositiveCase) {
  std::set<std::string> covered;
  for (const OpCase& op_case : read_op_cases()) {
    if (op_case.error.empty() && op_case.missing.empty()) covered.insert(op_case.op);
  }
  for (const OpSpec* row : all_ops()) EXPECT_TRUE(covered.contains(row->name)) << row->name << " has no case";
}

TEST(OpCoverage, ARowWithoutWorkHasNoFormula) {
  for (const OpSpec* row : all_ops()) {
    if (row->work == nullptr) {
      EXPECT_STREQ(row->formula, "") << row->name;
    }
  }
}

TEST(OpCoverage, EveryRowIsFoundByItsName) {
  for (const OpSpec* row : all_ops()) EXPECT_EQ(find_op(row->name), row);
  EXPECT_EQ(find_op("aten::no_such_op"), nullptr);
  EXPECT_NE(find_op("aten::add.Tensor"), find_op("aten::add.int"));
}

TEST(OpCoverage, RowsAreSorted) {
  const auto by_name = [](const OpSpec* a, const OpSpec* b) { return std::string(a->name) < b->name; };
  EXPECT_TRUE(std::is_sorted(all_ops().begin(), all_ops().end(), by_name));
}

}  // namespace
}  // namespace flopaudit
