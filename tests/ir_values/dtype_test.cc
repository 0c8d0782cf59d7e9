#include "analyzer/ir/dtype.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

TEST(DType, NumbersAreTorchScripts) {
  EXPECT_EQ(scalar_type_number(DType::u8), 0);
  EXPECT_EQ(scalar_type_number(DType::i64), 4);
  EXPECT_EQ(scalar_type_number(DType::f32), 6);
  EXPECT_EQ(scalar_type_number(DType::boolean), 11);
  EXPECT_EQ(scalar_type_number(DType::bf16), 15);
  EXPECT_EQ(dtype_of_scalar_type_number(16), std::nullopt);
  EXPECT_EQ(dtype_of_scalar_type_number(-1), std::nullopt);
}

TEST(DType, NamesAndNumbersReadBack) {
  for (int number = 0; number < 16; ++number) {
    const auto dtype = dtype_of_scalar_type_number(number);
    ASSERT_TRUE(dtype);
    EXPECT_EQ(scalar_type_number(*dtype), number);
    EXPECT_EQ(dtype_of_name(name(*dtype)), dtype);
    EXPECT_LE(is_floating(*dtype) + is_complex(*dtype) + is_integral(*dtype), 1);
  }
  EXPECT_EQ(dtype_of_name("float32"), std::nullopt);
}

TEST(DType, Families) {
  EXPECT_TRUE(is_floating(DType::bf16));
  EXPECT_TRUE(is_complex(DType::c64));
  EXPECT_TRUE(is_integral(DType::boolean));
  EXPECT_FALSE(is_integral(DType::qi8) || is_floating(DType::qi8));
  EXPECT_EQ(element_bytes(DType::c64), 2 * element_bytes(DType::f32));
  EXPECT_EQ(element_bytes(DType::boolean), 1);
}

}  // namespace
}  // namespace flopaudit
