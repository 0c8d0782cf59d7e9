// The text form of facts, which is also the meaning of --input.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/fact_parser.h"

namespace flopaudit {
namespace {

Fact read(const std::string& text) {
  Result<Fact> fact = Fact::parse(text);
  EXPECT_TRUE(fact) << text << ": " << fact.error().message;
  return fact ? *fact : Fact();
}

class FactText : public ::testing::TestWithParam<const char*> {};

TEST_P(FactText, PrintsAsRead) { EXPECT_EQ(read(GetParam()).to_string(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Tensors, FactText,
                         ::testing::Values("f32[1,3,224,224]", "i64[1,128]", "f32[N,3,H,W]", "f32[N,?,7]", "f32[*]",
                                           "?[2,3]", "?[*]", "f32[]", "bool[2]", "bf16[floor_div(H, 2),2*N]",
                                           "i64[] = 3", "i64[2] = {1, 2}", "i64[] = <2*N>", "i64[2] = {<N + 1>, 2}",
                                           "i64[0] = {}", "f32[] = 2.0", "f32[2,2] = {1.0, -0.5, inf, nan}",
                                           "bool[2] = {true, false}", "?[*] = {1, 2.0}"));

INSTANTIATE_TEST_SUITE_P(Scalars, FactText,
                         ::testing::Values("3", "-7", "9223372036854775807", "-9223372036854775808", "<2*N>", "2.5",
                                           "2.0", "-0.0", "1e+300", "inf", "-inf", "nan", "true", "false", "none",
                                           "\"text\"", "\"a \\\"b\\\" \\n\"", "device(\"cpu\")", "object(\"layer1.0\")",
                                           "object(\"\")"));

INSTANTIATE_TEST_SUITE_P(Unknown, FactText,
                         ::testing::Values("int", "float", "bool", "str", "list", "dict", "unknown"));

INSTANTIATE_TEST_SUITE_P(Nested, FactText,
                         ::testing::Values("[]", "[1, 2]", "()", "(f32[1,2], 3)", "(1,)", "{}", "{\"k\": f32[2]}",
                                           "{1: [2, (3, none)], 2: list}", "[[f32[3,8,8]], int]",
                                           "one_of(none, f32[1,2])", "one_of(f32[], f32[N], (1, 2))",
                                           "[one_of(none, [1, 2]), 3]"));

struct Spelling {
  const char* input;
  const char* canonical;
};

class FactSpelling : public ::testing::TestWithParam<Spelling> {};

TEST_P(FactSpelling, IsReadAlike) { EXPECT_EQ(read(GetParam().input).to_string(), GetParam().canonical); }

INSTANTIATE_TEST_SUITE_P(
    All, FactSpelling,
    ::testing::Values(Spelling{" f32[ 1 , 3 ] ", "f32[1,3]"}, Spelling{"tensor", "?[*]"}, Spelling{"0x1.8p+1", "3.0"},
                      Spelling{"-0x1p-1", "-0.5"}, Spelling{"1e3", "1000.0"}, Spelling{".5", "0.5"},
                      Spelling{"(1)", "(1,)"}, Spelling{"[1,2,]", "[1, 2]"}, Spelling{"None", "none"},
                      Spelling{"True", "true"}, Spelling{"<3>", "3"},
                      Spelling{"f32[2] = {1, 2}", "f32[2] = {1.0, 2.0}"}, Spelling{"i64[] = {3}", "i64[] = 3"},
                      Spelling{"{\"a\":1}", "{\"a\": 1}"}, Spelling{"bool[] = 1", "bool[] = true"},
                      Spelling{"i64[1] = {<1+2>}", "i64[1] = {3}"}, Spelling{"f32[H//2]", "f32[floor_div(H, 2)]"},
                      Spelling{"[f32[1,8]x T+1]", "[f32[1,8] x T + 1]"}, Spelling{"[ (3, int) x ? ]", "[(3, int) x ?]"},
                      Spelling{"[[f32[2]] x trips(n3)]", "[[f32[2]] x trips(n3)]"}, Spelling{"[3 x 2]", "[3, 3]"},
                      Spelling{"[f32[1] x 0]", "[]"}, Spelling{"[3 x 5000]", "[3 x 5000]"}));

struct Mistake {
  const char* input;
  const char* problem;
};

class FactMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(FactMistakes, AreUsageErrorsWithColumn) {
  const Result<Fact> fact = Fact::parse(GetParam().input);
  ASSERT_FALSE(fact) << fact->to_string();
  EXPECT_EQ(fact.error().kind, ErrorKind::usage);
  EXPECT_EQ(fact.error().message, "cannot read \"" + std::string(GetParam().input) + "\": " + GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    All, FactMistakes,
    ::testing::Values(Mistake{"f32[1,3", "expected ']' at column 8"}, Mistake{"", "expected a value at column 1"},
                      Mistake{"f32", "expected '[' at column 4"}, Mistake{"f33[1]", "unknown word 'f33' at column 1"},
                      Mistake{"f32[1] x", "unexpected text at column 8"}, Mistake{"[1 2]", "expected ']' at column 4"},
                      Mistake{"(1, 2", "expected ')' at column 6"}, Mistake{"{1, 2}", "expected ':' at column 3"},
                      Mistake{"f32[-1]", "a dim is negative at column 5"},
                      Mistake{"f32[1.5]", "expected ']' at column 6"},
                      Mistake{"f32[] = <N>", "expected a number at column 9"},
                      Mistake{"i64[2] = {1}", "1 elements for a tensor of 2 at column 9"},
                      Mistake{"i64[1] = {1.5}", "expected an integer at column 11"},
                      Mistake{"i64[1] = {[1]}", "expected an integer at column 11"},
                      Mistake{"[f32[1] x -1]", "a length is negative at column 11"},
                      Mistake{"[f32[1] x T, 3]", "expected ']' at column 12"},
                      Mistake{"[1, 2 x T]", "expected ']' at column 7"}, Mistake{"(1 x T)", "expected ')' at column 4"},
                      Mistake{"12abc", "expected a number at column 1"},
                      Mistake{"9223372036854775808", "the integer does not fit into 64 bits at column 1"},
                      Mistake{"<N", "expected '>' at column 3"}, Mistake{"device(cpu)", "expected '\"' at column 8"}));

TEST(FactText, HostileTextsAreErrors) {
  for (const char* piece : {"[", "(", "{", "{1: ", "[(", "<(", "f32[(", "i64[1] = {"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += piece;
    EXPECT_FALSE(Fact::parse(text)) << piece;
  }
  EXPECT_FALSE(Fact::parse(std::string("f32[1]\0", 7)));
}

TEST(FactText, KeepsKindOfNumber) {
  EXPECT_NE(read("2").get<IntFact>(), nullptr);
  EXPECT_NE(read("2.0").get<FloatFact>(), nullptr);
  EXPECT_NE(read("inf").get<FloatFact>(), nullptr);
  const Fact integers = read("i64[1] = {2}");
  EXPECT_TRUE(std::holds_alternative<Expr>((*integers.tensor()->contents)[0]));
  const Fact floats = read("f32[1] = {2}");
  EXPECT_TRUE(std::holds_alternative<double>((*floats.tensor()->contents)[0]));
}

TEST(FactText, PrefixStopsBehindTheFact) {
  const std::string text = "f32[2] , 3";
  std::size_t position = 0;
  EXPECT_EQ(parse_fact_prefix(text, position)->to_string(), "f32[2]");
  EXPECT_EQ(text.substr(position), " , 3");
}

}  // namespace
}  // namespace flopaudit
