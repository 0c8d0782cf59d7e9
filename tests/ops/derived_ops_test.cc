// Which row an in-place or out= form derives from. What it then gives: testdata/ops/derived.cases.
#include "analyzer/ops/derived_ops.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "analyzer/ir/schema_table.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

std::string base_of(const char* name) {
  const OpSpec* op = find_op(name);
  if (op == nullptr) return "none";
  return op->form == nullptr ? "a row" : op->form->base->name;
}

TEST(DerivedOps, TheBaseIsFoundBySchema) {
  EXPECT_EQ(base_of("aten::mul_.Tensor"), "aten::mul.Tensor");
  EXPECT_EQ(base_of("aten::pow_.Scalar"), "aten::pow.Tensor_Scalar");
  EXPECT_EQ(base_of("aten::__iand__.Tensor"), "aten::__and__.Tensor");
  EXPECT_EQ(base_of("aten::add.out"), "aten::add.Tensor");
  EXPECT_EQ(base_of("aten::sum.IntList_out"), "aten::sum.dim_IntList");
  EXPECT_EQ(base_of("aten::max.dim_max"), "aten::max.dim");
  EXPECT_EQ(base_of("aten::max.unary_out"), "aten::max");
  EXPECT_EQ(base_of("aten::zeros.out"), "aten::zeros");
  EXPECT_EQ(base_of("aten::multiply.Scalar"), "aten::mul.Scalar");
  EXPECT_EQ(base_of("aten::multiply_.Scalar"), "aten::multiply.Scalar");
  EXPECT_EQ(base_of("aten::swapdims"), "aten::transpose.int");
  EXPECT_EQ(base_of("aten::permute_copy"), "aten::permute");
  EXPECT_EQ(base_of("aten::permute_copy.out"), "aten::permute_copy");
}

TEST(DerivedOps, WhatHasARowOfItsOwnIsNotDerived) {
  EXPECT_EQ(base_of("aten::copy_"), "a row");
  EXPECT_EQ(base_of("aten::add.Tensor"), "a row");
}

TEST(DerivedOps, OthersAreUnknown) {
  for (const char* name : {"aten::no_such_op_", "aten::_", "aten::__", "my::op_", "", "aten::_foreach_add_.Scalar",
                           "aten::add_.Tensor_no", "aten::split_copy.Tensor_out"}) {
    EXPECT_EQ(base_of(name), "none") << name;
  }
}

// No form may write what its base does not give, and none hides a row.
TEST(DerivedOps, EachIsFoundByItsNameOnce) {
  std::set<std::string> names;
  for (const OpSpec* op : all_derived_ops()) {
    EXPECT_TRUE(names.insert(op->name).second) << op->name;
    EXPECT_EQ(find_op(op->name), op);
    EXPECT_EQ(find_op(op->form->base->name), op->form->base) << op->name;
    const std::optional<Schema> base = find_schema(op->form->base->name);
    ASSERT_TRUE(base);
    EXPECT_EQ(op->form->places.size(), base->arguments.size()) << op->name;
  }
  EXPECT_GT(names.size(), 100U);
}

}  // namespace
}  // namespace flopaudit
