// In-place forms, out= forms and second names: whose model they take, and where they have none.
#include "analyzer/audit/form_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/audit/layouts.h"
#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

TEST(FormCalls, TakeTheModelOfTheOpThatTheyDeriveFrom) {
  const std::int64_t exp = 7 * 36;  // 33 elements in vectors of 4
  EXPECT_EQ(counts("aten::exp.out", "f32[33], f32[33]"), (Counts64{{"add_f32", exp}, {"mul_f32", exp}}));
  EXPECT_EQ(counts("aten::special_expit", "f32[33]"), counts("aten::sigmoid", "f32[33]"));
  EXPECT_EQ(counts("aten::mm.out", "f32[8,16], f32[16,8], f32[8,8]"), counts("aten::mm", "f32[8,16], f32[16,8]"));
  EXPECT_EQ(op_of_model("aten::mm.out", "standard"), "aten::mm");
  EXPECT_EQ(op_of_model("aten::multiply_.Tensor", "standard"), "aten::mul_.Tensor");
  EXPECT_EQ(op_of_model("aten::exp.out", "avx2"), "");
}

// The loop of an op may have another end in place; and some out= forms take another way.
TEST(FormCalls, WithARowTakeThat) {
  const std::int64_t pair = 2;
  EXPECT_EQ(counts("aten::reciprocal", "f32[7]"), (Counts64{{"div_f32", 7 + pair}}));
  EXPECT_EQ(counts("aten::reciprocal_", "f32[7]"), (Counts64{{"div_f32", 7}}));
  const Counts64 starts = counts("aten::_adaptive_avg_pool2d", "f32[2,3,8,8], [1, 1]");
  EXPECT_EQ(counts("aten::adaptive_avg_pool2d.out", "f32[2,3,8,8], [1, 1], f32[2,3,1,1]"), starts);
  EXPECT_NE(counts("aten::adaptive_avg_pool2d", "f32[2,3,8,8], [1, 1]"), starts);
}

TEST(FormCalls, HaveNoModelWhereTheResultIsCast) {
  EXPECT_THAT(reason("aten::mul.out", "f32[5], f32[5], f64[5]"), HasSubstr("another type"));
  EXPECT_EQ(reason("aten::mul.out", "f32[5], f32[5], f32[5]"), "a model");
}

TEST(FormCalls, HaveNoModelWhereTheOutTensorLiesOtherwise) {
  const OpSpec* spec = find_op("aten::exp.out");
  const Facts inputs = facts("f32[4,6], f32[4,6]"), results = facts("f32[4,6]");
  const OperandStrides alike = {kRowByRow, kRowByRow}, turned = {kRowByRow, Strides{1, 4}};
  const Work work;
  const auto base_of = [&](const Facts& operands, const OperandStrides& strides) {
    return base_call_of(*spec->form, {spec->name, operands, results, work, &strides});
  };
  EXPECT_TRUE(std::holds_alternative<BaseCall>(base_of(inputs, alike)));
  const auto refused = base_of(inputs, turned);
  ASSERT_TRUE(std::holds_alternative<NoModel>(refused));
  EXPECT_THAT(std::get<NoModel>(refused).reason, HasSubstr("row by row"));
  const OperandStrides told = {kRowByRow, Strides{6, 1}};
  EXPECT_TRUE(std::holds_alternative<BaseCall>(base_of(inputs, told)));
  // One that is resized lies as a new one.
  const Facts empty = facts("f32[4,6], f32[0]");
  EXPECT_TRUE(std::holds_alternative<BaseCall>(base_of(empty, turned)));
}

TEST(FormCalls, OfOpsForOtherDevicesSaySo) {
  EXPECT_THAT(reason("aten::cudnn_convolution_relu", "f32[1,3,8,8], f32[4,3,3,3], none, [1, 1], [0, 0], [1, 1], 1"),
              HasSubstr("no kernel of it for a CPU"));
}

}  // namespace
}  // namespace flopaudit
