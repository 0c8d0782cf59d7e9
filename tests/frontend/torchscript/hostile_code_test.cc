// Code that no compiler wrote: a few lines that would grow without bound, or call themselves. Each is one sentence.
#include <gmock/gmock.h>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/frontend/torchscript/parser.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class HostileCodeTest : public ArchiveFixture {
 protected:
  // What comes of a model whose forward has these lines: "" if it is read, else the sentence.
  std::string outcome_of_body(const std::string& body) {
    open_forward(body);
    const auto program = load_with_torchscript(file_.string(), "forward");
    return program ? "" : program.error().message;
  }

  // `first`, then `next` as often with a number in place of each @ and the number before it in place of each #.
  static std::string chain(const std::string& first, const std::string& next, int times) {
    std::string body = first;
    for (int i = 1; i < times; ++i) {
      for (const char c : next)
        body += c == '@' ? std::to_string(i) : c == '#' ? std::to_string(i - 1) : std::string(1, c);
    }
    return body;
  }
};

// Not hostile, but as rare: a class's function that takes no object is called by its qualified name.
TEST_F(HostileCodeTest, AMethodWithoutAnObjectIsAFunction) {
  const std::string owner = "class H:\n  def double(y: Tensor) -> Tensor:\n    return torch.mul(y, 2)\n";
  EXPECT_EQ(outcome_of_body("    return __torch__.H.double(x)\n" + owner), "");
  EXPECT_THAT(outcome_of_body("    return __torch__.H.triple(x)\n" + owner),
              HasSubstr("the class __torch__.H has no triple"));
}

TEST_F(HostileCodeTest, TypesThatDouble) {
  const std::string first = "    a0 = (x, x)\n", next = "    a@ = (a#, a#)\n", last = "    return x\n";
  EXPECT_EQ(outcome_of_body(chain(first, next, 10) + last), "");
  EXPECT_THAT(outcome_of_body(chain(first, next, 60) + last),
              HasSubstr("the types of the program's values have more than"));
}

TEST_F(HostileCodeTest, TypesThatNest) {
  const std::string first = "    a0 = [x]\n", next = "    a@ = [a#]\n", last = "    return x\n";
  EXPECT_EQ(outcome_of_body(chain(first, next, 100) + last), "");
  EXPECT_THAT(outcome_of_body(chain(first, next, 20'000) + last),
              HasSubstr("the types of the program's values have more than"));
}

// Each constant is made of the one before it, twice; what would be too large stays an operation.
TEST_F(HostileCodeTest, TextsThatDouble) {
  const std::string first = "    a0 = \"aaaaaaaa\"\n", next = "    a@ = torch.add(a#, a#)\n";
  EXPECT_EQ(outcome_of_body(chain(first, next, 60) + "    return torch.add(x, torch.len(a59))\n"), "");
}

TEST_F(HostileCodeTest, AForkOfTheFunctionThatForks) {
  EXPECT_THAT(outcome_of_body("    def f(x: Tensor) -> Tensor:\n      _0 = fork(f, x)\n      return x\n"
                              "    _1 = fork(f, x)\n    return x\n"),
              HasSubstr("forks are nested more than 16 deep"));
}

TEST_F(HostileCodeTest, ForksThatDouble) {
  const std::string first =
      "    def f0(x: Tensor) -> Tensor:\n" + repeated("      r = torch.relu(x)\n", 100) + "      return x\n";
  const std::string next =
      "    def f@(x: Tensor) -> Tensor:\n" + repeated("      r@ = fork(f#, x)\n", 4) + "      return x\n";
  EXPECT_EQ(outcome_of_body(chain(first, next, 3) + "    s = fork(f2, x)\n    return x\n"), "");
  EXPECT_THAT(outcome_of_body(chain(first, next, 12) + "    s = fork(f11, x)\n    return x\n"),
              HasSubstr("the program's forks make more than 200000 nodes"));
}

// Bounds further apart than a signed number reaches.
TEST_F(HostileCodeTest, TheLongestRanges) {
  const std::string lowest = "-9223372036854775808", highest = "9223372036854775807";
  for (const std::string& bounds : {lowest + ", " + highest + ", 1", highest + ", " + lowest + ", -1",
                                    highest + ", " + lowest + ", " + lowest, lowest + ", " + highest + ", 0"}) {
    EXPECT_EQ(outcome_of_body("    for i in range(" + bounds + "):\n      x = torch.add(x, i)\n    return x\n"), "")
        << bounds;
  }
}

TEST_F(HostileCodeTest, WeightsThatTheFileDoesNotHold) {
  const std::string pads = "annotate(List[int], [1, 1])";
  EXPECT_THAT(outcome_of_body("    return ops.prim.mkldnn_convolution(x, (), (), " + pads + ", " + pads + ", " + pads +
                              ", 1)\n"),
              AllOf(HasSubstr("no overload of prim::mkldnn_convolution takes"),
                    HasSubstr("optimize_for_inference has left it out of the file: save the model before that call")));
  EXPECT_THAT(outcome_of_body("    return torch.add(x, \"text\")\n"), Not(HasSubstr("optimize_for_inference")));
}

TEST_F(HostileCodeTest, ASentenceStaysShort) {
  std::string call = "    return torch.add(x";
  for (int i = 0; i < 10'000; ++i) call += ", a" + std::to_string(i) + "=1";
  const std::string sentence = outcome_of_body(call + ")\n");
  EXPECT_THAT(sentence, HasSubstr("no overload of aten::add takes"));
  EXPECT_LT(sentence.size(), 1000U);
  EXPECT_LT(outcome_of_body("    return " + std::string(100'000, 'a') + "\n").size(), 1000U);
}

// What is said of a file may not steer the terminal.
TEST(HostileSyntaxTest, AControlCharacter) {
  const auto refused = parse_source("def f():\n  a = \x1b[2J\n");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the character \"\\u001b\", which"));
}

TEST(HostileSyntaxTest, ATreeThatTakesTooMuch) {
  const std::string source = "def f():\n" + repeated("  a\n", 1000);
  EXPECT_TRUE(parse_source(source));
  const auto refused = parse_source(source, 100'000);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("there is more code than fits"));
}

}  // namespace
}  // namespace flopaudit
