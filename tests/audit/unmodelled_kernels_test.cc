// Every op that does arithmetic has a kernel model, or a reason why not.
#include "analyzer/audit/unmodelled_kernels.h"

#include <gtest/gtest.h>

#include "analyzer/audit/expected.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

std::vector<const OpSpec*> rows_and_forms() {
  std::vector<const OpSpec*> ops = all_ops();
  const std::vector<const OpSpec*> forms = all_derived_ops();
  ops.insert(ops.end(), forms.begin(), forms.end());
  return ops;
}

TEST(UnmodelledKernels, EveryOpThatDoesArithmeticHasAModelOrAReason) {
  std::string unexplained, modelled;
  for (const OpSpec* op : rows_and_forms()) {
    const bool has_model = !op_of_model(op->name, "standard").empty();
    const bool has_reason = !why_unmodelled(*op).empty();
    if (has_model && has_reason) modelled += std::string(op->name) + "\n";
    if (!has_model && !has_reason && needs_model(*op)) unexplained += std::string(op->name) + "\n";
  }
  EXPECT_EQ(unexplained, "") << "neither a model nor a reason";
  EXPECT_EQ(modelled, "") << "a model and a reason why there is none";
}

TEST(UnmodelledKernels, ComparisonsNeedNone) {
  EXPECT_FALSE(needs_model(*find_op("aten::gt.Tensor")));
  EXPECT_FALSE(needs_model(*find_op("aten::view")));
  EXPECT_TRUE(needs_model(*find_op("aten::mm")));
  EXPECT_TRUE(needs_model(*find_op("aten::exp")));
  EXPECT_TRUE(needs_model(*find_op("aten::linalg_svd")));
}

}  // namespace
}  // namespace flopaudit
