#include <gtest/gtest.h>

#include "analyzer/audit/executed_facts.h"

namespace flopaudit {
namespace {

std::string difference(const std::string& annotated, const std::string& executed) {
  const Result<Fact> fact = Fact::parse(annotated);
  if (!fact) throw std::runtime_error(fact.error().message);
  const Result<std::string> result = shape_difference({*fact}, {executed});
  return result ? *result : "error: " + result.error().message;
}

TEST(Shapes, EqualAndUnknownDoNotContradict) {
  EXPECT_EQ(difference("f32[1,7]", "f32[1,7]"), "");
  EXPECT_EQ(difference("f32[1,?]", "f32[1,7]"), "");
  EXPECT_EQ(difference("f32[*]", "f32[1,7]"), "");
  EXPECT_EQ(difference("f32[N,7]", "f32[1,7]"), "");
  EXPECT_EQ(difference("unknown", "f32[1,7]"), "");
  EXPECT_EQ(difference("i64[2] = {1, 2}", "i64[2]"), "");
  EXPECT_EQ(difference("float", "0.25"), "");
  EXPECT_EQ(difference("nan", "nan"), "");
  EXPECT_EQ(difference("{\"a\": f32[N], \"b\": 2}", "{\"a\": f32[3], \"b\": 2}"), "");
  EXPECT_EQ(difference("[f32[1], 3]", "[f32[1], 3]"), "");
}

// What is symbolic is any number within its bounds, and a uniform list any list of such elements.
TEST(Shapes, SymbolsAreHeldToTheirBounds) {
  EXPECT_EQ(difference("f32[nms(n3) + 2]", "f32[2]"), "");
  EXPECT_NE(difference("f32[nms(n3) + 2]", "f32[1]"), "");
  EXPECT_EQ(difference("<min(nms(n3), 5)>", "5"), "");
  EXPECT_NE(difference("<min(nms(n3), 5)>", "6"), "");
  EXPECT_EQ(difference("<int(n3)>", "-7"), "");
  EXPECT_EQ(difference("[f32[1] x nms(n3)]", "[f32[1], f32[1]]"), "");
  EXPECT_EQ(difference("[f32[?] x ?]", "[f32[1], f32[2]]"), "");
  EXPECT_NE(difference("[f32[1] x nms(n3)]", "[f32[1], f32[2]]"), "");
  EXPECT_NE(difference("[f32[1] x nms(n3) + 2]", "[f32[1]]"), "");
}

TEST(Shapes, DifferencesAreNamed) {
  EXPECT_EQ(difference("f32[1,8]", "f32[1,7]"), "result 0 is f32[1,7], annotated f32[1,8]");
  EXPECT_NE(difference("f64[1,7]", "f32[1,7]"), "");
  EXPECT_NE(difference("f32[1,7]", "f32[1,7,1]"), "");
  EXPECT_NE(difference("3", "4"), "");
  EXPECT_NE(difference("true", "false"), "");
  EXPECT_NE(difference("0.5", "0.25"), "");
  EXPECT_NE(difference("\"a\"", "\"b\""), "");
  EXPECT_NE(difference("i64[2] = {1, 2}", "i64[2] = {1, 3}"), "");
  EXPECT_NE(difference("{\"a\": f32[2]}", "{\"a\": f32[3]}"), "");
  EXPECT_NE(difference("{\"a\": 2}", "{\"b\": 2}"), "");
  EXPECT_NE(difference("none", "f32[1]"), "");
  EXPECT_NE(difference("[f32[1], f32[2]]", "[f32[1]]"), "");
  EXPECT_NE(difference("(f32[1], 3)", "(f32[2], 3)"), "");
  EXPECT_NE(difference("f32[1]", "f32[").find("error: "), std::string::npos);
}

}  // namespace
}  // namespace flopaudit
