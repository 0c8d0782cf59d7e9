// What flopaudit and flopaudit-exec say to each other about shapes: the text loses nothing, and damage is noticed.
#include "runtime/shape_question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flopaudit {
namespace {

using testing::HasSubstr;

Facts facts_of(const std::vector<const char*>& texts) {
  Facts facts;
  for (const char* text : texts) facts.push_back(*Fact::parse(text));
  return facts;
}

TEST(ShapeQuestion, SurvivesItsText) {
  const ShapeQuestion question{"aten::conv2d.padding", DType::f64,
                               facts_of({"f32[4,5]", "[1, 2, 3]", "\"two\\n\\nlines\"", "none", "[f32[2,3], f64[4,3]]",
                                         "2.5", "true", "device(\"cpu\")", "()", "\"\""})};
  const std::string text = to_text(question);
  EXPECT_TRUE(is_whole_message(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(is_whole_message(text.substr(0, length))) << length << " of " << text.size();
  }
  const auto read = question_from_text(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->op, question.op);
  EXPECT_EQ(read->default_dtype, question.default_dtype);
  EXPECT_EQ(read->inputs, question.inputs);
}

TEST(ShapeQuestion, DamageIsNoticed) {
  for (const char* text : {"", "\n", "aten::mm\n\n", "aten::mm f99\n\n", "aten::mm f32\nf32[4,\n\n"}) {
    EXPECT_FALSE(question_from_text(text)) << text;
  }
}

TEST(ShapeAnswer, SurvivesItsText) {
  const RuleResult<Facts> shapes = facts_of({"bf16[2,3]", "[f32[3,2], f32[1,2]]"});
  const std::string text = to_text(shapes);
  EXPECT_TRUE(is_whole_message(text));
  const auto read = answer_from_text(text);
  ASSERT_TRUE(read) << read.failure().why;
  EXPECT_EQ(*read, *shapes);
  auto nothing = answer_from_text(to_text(RuleResult<Facts>(Facts{})));
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST(ShapeAnswer, AReasonStaysOne) {
  const std::string text = to_text(RuleResult<Facts>(missing("it says\n\nno")));
  EXPECT_TRUE(is_whole_message(text));
  const auto read = answer_from_text(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.failure().kind, RuleFailure::Kind::missing);
  EXPECT_EQ(read.failure().why, "it says  no");
}

TEST(ShapeAnswer, DamageIsMissing) {
  for (const char* text : {"", "\n\n", "f32[2]\n\n", "++\n\n", "+\nf32[2\n\n"}) {
    const auto read = answer_from_text(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.failure().why, HasSubstr("damaged"));
  }
}

TEST(WhyNotAsked, NeedsNoLibTorch) {
  EXPECT_EQ(why_not_asked("aten::mm", facts_of({"f32[4,5]", "f32[5,6]"})), "");
  EXPECT_THAT(why_not_asked("my::op", {}), HasSubstr("no op of LibTorch"));
  EXPECT_THAT(why_not_asked("aten::no_such_op", {}), HasSubstr("no op of LibTorch"));
  EXPECT_THAT(why_not_asked("aten::mm", facts_of({"f32[N,5]", "f32[5,6]"})), HasSubstr("f32[N,5] is symbolic"));
  EXPECT_THAT(why_not_asked("aten::mm", facts_of({"f32[4,5]", "unknown"})), HasSubstr("unknown is not known"));
}

}  // namespace
}  // namespace flopaudit
