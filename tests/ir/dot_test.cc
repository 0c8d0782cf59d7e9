// The DOT picture: whole texts in testdata/dot, and what hostile names cannot do.
#include "analyzer/ir/dot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "analyzer/ir/dot_text.h"
#include "analyzer/ir/parser.h"
#include "tests/ir/sample_program.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::Not;

std::unique_ptr<Program> parsed(const std::string& text) {
  auto program = parse_program(text);
  if (program) return std::move(*program);
  ADD_FAILURE() << program.error().message;
  return nullptr;
}

std::unique_ptr<Program> program_of(const std::string& nodes, const std::string& result) {
  return parsed(
      "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n"
      "graph \"f\"(%x: Tensor {f32[1,8]}, %c: bool) -> (Tensor) {\n" +
      nodes + "\nreturn (" + result + ") }\n");
}

DotOptions plain_options() {
  DotOptions options;
  options.title = "a title";
  options.heat_meaning = "share of FLOPs";
  return options;
}

DotOptions coloured_options() {
  DotOptions options = plain_options();
  options.style = [](const Node& node) {
    DotNodeStyle style;
    if (node.state != WorkState::known) return style;
    style.heat = node.op.name == "aten::conv2d" ? 1.0 : 0.25;
    style.lines = {flops(node.work).to_string() + " FLOP"};
    style.tooltip = "drawn by a test";
    return style;
  };
  return options;
}

TEST(Dot, OfTheSampleIsAsStored) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  expect_golden("testdata/dot/sample.dot", to_dot(*program, coloured_options()));
}

TEST(Dot, OfAResidualBlockIsAsStored) {
  const auto text = read_text_file(source_path("testdata/dot/residual.ir"));
  ASSERT_TRUE(text) << "testdata/dot/residual.ir is missing";
  const auto program = parsed(*text);
  ASSERT_NE(program, nullptr);
  expect_golden("testdata/dot/residual.dot", to_dot(*program, coloured_options()));
}

TEST(Dot, ProgramIntegersAreLeftOut) {
  const auto program = program_of(
      "n0: %n: int = aten::size.int(%x, 0)\n"
      "n1: %t: Tensor = prim::NumToTensor.Scalar(%n)\n"
      "n2: prim::If(%c) then() { n3: prim::RaiseException(\"no\") yield () } else() { yield () }\n"
      "n4: %y: Tensor {f32[1,8]} = aten::relu(%x)",
      "%y");
  const std::string dot = to_dot(*program, plain_options());
  EXPECT_THAT(dot, HasSubstr("\"n4\" ["));
  EXPECT_THAT(dot, HasSubstr("\"in0\" -> \"n4\" [label=\"f32[1,8]\""));
  EXPECT_THAT(dot, HasSubstr("\"n4\" -> \"out0\""));
  for (const char* left_out : {"\"n0\"", "\"n1\"", "\"n2\"", "\"n3\""}) EXPECT_THAT(dot, Not(HasSubstr(left_out)));
}

TEST(Dot, ABranchThatIsNotTakenIsDashed) {
  const auto program = program_of(
      "n0: %r: Tensor {f32[1,8]} = prim::If(%c)\n"
      "then() { n1: %a: Tensor {f32[1,8]} = aten::relu(%x) work zero yield (%a) }\n"
      "else() { n2: %b: Tensor = aten::neg(%x) work not_taken yield (%b) }",
      "%r");
  const std::string dot = to_dot(*program, plain_options());
  EXPECT_THAT(
      dot,
      HasSubstr("label=\"else (not executed)\", fontsize=10, labelloc=t, color=\"#9aa0a6\", style=\"rounded,dashed\""));
  EXPECT_THAT(dot, HasSubstr("\"n2\" -> \"n0_out\" [style=dashed"));
  EXPECT_THAT(dot, HasSubstr("\"n1\" -> \"n0_out\" [label="));
  EXPECT_THAT(dot, HasSubstr("\"n0_out\" -> \"out0\""));
}

TEST(Dot, WhoReadsAfterAnInPlaceWriteReadsTheWriter) {
  const auto program = program_of(
      "n0: %l: List[Tensor] = prim::ListConstruct(%x)\nn1: %a: Tensor = aten::relu(%x)\n"
      "n2: aten::append.t(%l, %a)\nn3: %y: Tensor = aten::cat(%l, 1)",
      "%y");
  const std::string dot = to_dot(*program, plain_options());
  EXPECT_THAT(dot, HasSubstr("\"n0\" -> \"n2\""));
  EXPECT_THAT(dot, HasSubstr("\"n2\" -> \"n3\""));
  EXPECT_THAT(dot, Not(HasSubstr("\"n0\" -> \"n3\"")));
}

TEST(Dot, NamesCannotBreakOut) {
  auto program = program_of("n0: %y: Tensor {f32[1,8]} = aten::relu(%x)", "%y");
  Node& node = *program->entry().body.nodes.front();
  const std::string hostile = "\"]; evil [label=\"x\\\" -> \n<b>&lt;\xff\x01";
  node.op.name = "x::" + hostile;
  node.module = hostile + "." + hostile;
  node.source = {hostile, 1};
  program->entry().body.arguments[0]->name = hostile;
  DotOptions options = plain_options();
  options.title = options.heat_meaning = options.cold_label = options.hot_label = hostile;
  options.style = [&](const Node&) { return DotNodeStyle{0.5, {hostile}, hostile}; };
  expect_golden("testdata/dot/hostile.dot", to_dot(*program, options));
}

TEST(DotText, QuotesEverything) {
  EXPECT_EQ(dot_string("a\"b\\c\nd&e"), "\"a\\\"b\\\\c\\nd&amp;e\"");
  EXPECT_EQ(dot_string("\\"), "\"\\\\\"");
  EXPECT_EQ(dot_string("\xff\x01"), "\"? \"");
  EXPECT_EQ(html_text("<a & \"b\">\n"), "&lt;a &amp; &quot;b&quot;&gt; ");
}

TEST(DotText, ShortensByCharacters) {
  EXPECT_EQ(shortened("12345", 5), "12345");
  EXPECT_EQ(shortened("123456", 5), "12...");
  EXPECT_EQ(shortened("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 4), "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F");
  EXPECT_EQ(shortened("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9Fx", 4), "\xC3\xA4...");
  EXPECT_EQ(shortened(std::string(100, 'x')).size(), kMaxLabel);
}

TEST(DotText, ColoursRunFromPaleToDark) {
  EXPECT_EQ(heat_colour(0), "#ffffe5");
  EXPECT_EQ(heat_colour(0.5), "#fd8d3c");
  EXPECT_EQ(heat_colour(1), "#800026");
  EXPECT_EQ(heat_colour(-3), heat_colour(0));
  EXPECT_EQ(heat_colour(7), heat_colour(1));
  EXPECT_EQ(heat_colour(std::numeric_limits<double>::quiet_NaN()), heat_colour(0));
  EXPECT_EQ(text_colour(0.1), "black");
  EXPECT_EQ(text_colour(0.9), "white");
}

}  // namespace
}  // namespace flopaudit
