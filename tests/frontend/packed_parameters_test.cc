// States as LibTorch 2.13 writes them (version 2) and as newer ones do (version 3).
#include "analyzer/frontend/packed_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/ir/fact_parser.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

const std::string kClasses = "__torch__.torch.classes.quantized.";

Fact fact(const std::string& text) {
  std::size_t position = 0;
  auto parsed = parse_fact_prefix(text, position);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Fact();
}

std::string packed(const std::string& class_name, const std::string& state) {
  return packed_parameters(kClasses + class_name, fact(state)).to_string();
}

std::string why(const Fact& unknown) {
  const auto* reason = unknown.get<UnknownFact>();
  return reason != nullptr ? reason->why : unknown.to_string();
}

TEST(PackedParameters, ConvolutionOfVersion2) {
  // dims, stride, padding, dilation, output padding, groups, transposed
  EXPECT_EQ(
      packed("Conv2dPackedParamsBase",
             R"(("2", [i16[11] = {2, 2, 1, 1, 0, 1, 3, 0, 0, 1, 0}, qi8[4,3,3,3]], [f32[4] = {1.0, 2.0, 3.0, 4.0}]))"),
      "(qi8[4,3,3,3], f32[4], [2, 1], [1, 0], [0, 0], [1, 3], 1, false)");
}

TEST(PackedParameters, ConvolutionOfVersion3) {
  EXPECT_EQ(packed("Conv1dPackedParamsBase", "(3, [1, 2, 0, 1, 1, 2, 1], [none, qi8[4,2,3], none])"),
            "(qi8[4,2,3], none, [2], [0], [1], [1], 2, true)");
}

TEST(PackedParameters, Linear) { EXPECT_EQ(packed("LinearPackedParamsBase", "(qi8[2,4], none)"), "(qi8[2,4], none)"); }

TEST(PackedParameters, StatesOfNoKnownForm) {
  for (const char* state :
       {R"(("1", [i16[11], qi8[4,3,3,3]], [none]))", R"(("2", [i16[11], qi8[4,3,3,3]], [none]))",
        R"(("2", [i16[2] = {9, 1}, qi8[4,3,3,3]], [none]))", "(3, [2, 1], [none, none, none])", "3"}) {
    EXPECT_THAT(why(packed_parameters(kClasses + "Conv2dPackedParamsBase", fact(state))), HasSubstr("of no known form"))
        << state;
  }
  EXPECT_THAT(why(packed_parameters(kClasses + "LinearPackedParamsBase", fact("(none, none)"))),
              HasSubstr("of no known form"));
}

TEST(PackedParameters, OtherClassesAreNamed) {
  EXPECT_THAT(why(packed_parameters("__torch__.torch.classes.xnnpack.LinearOpContext", fact("(f32[2,4], none)"))),
              HasSubstr("xnnpack.LinearOpContext"));
}

}  // namespace
}  // namespace flopaudit
