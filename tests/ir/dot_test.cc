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
  options.style = [](const Picture::Vertex& vertex) {
    const Node& node = *vertex.nodes.front();
    DotStyle style;
    style.plain = node.op.name.rfind("prim::", 0) == 0;
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
  expect_golden("testdata/dot/sample.dot", to_dot(make_picture(program->entry()), coloured_options()));
}

TEST(Dot, OfAResidualBlockIsAsStored) {
  const auto text = read_text_file(source_path("testdata/dot/residual.ir"));
  ASSERT_TRUE(text) << "testdata/dot/residual.ir is missing";
  const auto program = parsed(*text);
  ASSERT_NE(program, nullptr);
  expect_golden("testdata/dot/residual.dot", to_dot(make_picture(program->entry()), coloured_options()));
}

TEST(Dot, ProgramIntegersAreLeftOut) {
  const auto program = program_of(
      "n0: %n: int = aten::size.int(%x, 0)\n"
      "n1: %t: Tensor = prim::NumToTensor.Scalar(%n)\n"
      "n2: prim::If(%c) then() { n3: prim::RaiseException(\"no\") yield () } else() { yield () }\n"
      "n4: %y: Tensor {f32[1,8]} = aten::relu(%x)",
      "%y");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
  EXPECT_THAT(dot, HasSubstr("\"n4\" ["));
  EXPECT_THAT(dot, HasSubstr("\"in0\" -> \"n4\" [label=\" f32[1,8]\""));
  EXPECT_THAT(dot, HasSubstr("\"n4\" -> \"out0\""));
  for (const char* left_out : {"\"n0\"", "\"n1\"", "\"n2\"", "\"n3\""}) EXPECT_THAT(dot, Not(HasSubstr(left_out)));
}

constexpr const char* kDecidedBranch =
    "n0: %r: Tensor {f32[1,8]} = prim::If(true) executed 1\n"
    "then() { n1: %a: Tensor {f32[1,8]} = aten::relu(%x) executed 1 work zero yield (%a) }\n"
    "else() { n2: %b: Tensor = aten::neg(%x) work not_taken yield (%b) }\n"
    "n3: %y: Tensor {f32[1,8]} = aten::tanh(%r)";

TEST(Dot, ADecidedBranchStandsInThePlaceOfItsIf) {
  const auto program = program_of(kDecidedBranch, "%y");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
  EXPECT_THAT(dot, HasSubstr("\"n1\" -> \"n3\" [label=\" f32[1,8]\", tooltip=\"%r\"]"));
  EXPECT_THAT(dot, HasSubstr("not drawn: 1 node that never runs"));
  for (const char* left_out : {"\"n0\"", "\"n2\"", "dotted"}) EXPECT_THAT(dot, Not(HasSubstr(left_out)));
}

TEST(Dot, ABranchThatIsNotTakenIsDottedWhereAllIsDrawn) {
  const auto program = program_of(kDecidedBranch, "%y");
  const std::string dot = to_dot(make_picture(program->entry(), true), plain_options());
  EXPECT_THAT(dot, HasSubstr("label=\"else (not executed)\", style=\"rounded,dotted\""));
  EXPECT_THAT(dot, HasSubstr("\"n2\" -> \"n0_out\" [style=dotted"));
  EXPECT_THAT(dot, HasSubstr("\"n1\" -> \"n0_out\" [label="));
  EXPECT_THAT(dot, HasSubstr("\"n0_out\" -> \"n3\""));
  EXPECT_THAT(dot, HasSubstr("dotted: not executed"));
  EXPECT_THAT(dot, Not(HasSubstr("not drawn")));
}

TEST(Dot, AnUndecidedBranchIsDashedAndNamesItsCondition) {
  const auto program = program_of(
      "n0: %b: bool = aten::is_nonzero(%x) at \"pkg/net.py\":7 executed 1 work zero\n"
      "n1: %r: Tensor {f32[1,8]} = prim::If(%b) executed 1\n"
      "then() { n2: %a: Tensor {f32[1,8]} = aten::relu(%x) executed 0..1 work zero yield (%a) }\n"
      "else() { yield (%x) }",
      "%r");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
  EXPECT_THAT(dot, HasSubstr("label=\"n1 If: undecided, condition at net.py:7\", style=\"rounded,dashed\""));
  EXPECT_THAT(dot, HasSubstr("shape=diamond"));
  EXPECT_THAT(dot, HasSubstr("dashed: the condition is not known"));
}

// One vertex for each module that is deeper; edges inside are gone, and the others lead to it.
TEST(Dot, CollapsedToADepthIsAsStored) {
  const auto program = parsed(*read_text_file(source_path("testdata/dot/residual.ir")));
  ASSERT_NE(program, nullptr);
  const Picture whole = make_picture(program->entry());
  expect_golden("testdata/dot/residual.depth1.dot", to_dot(collapsed(whole, 1), coloured_options()));
  const Picture two = collapsed(whole, 2);
  EXPECT_EQ(collapsed(whole, 9).vertices.size(), whole.vertices.size());
  const std::string dot = to_dot(two, coloured_options());
  for (const char* text :
       {"<B>0</B> <FONT POINT-SIZE=\"8\">5 nodes</FONT>", "<B>1</B> <FONT POINT-SIZE=\"8\">5 nodes</FONT>"})
    EXPECT_THAT(dot, HasSubstr(text));
  EXPECT_THAT(dot, Not(HasSubstr("\"n3\"")));
}

TEST(Dot, FocusedOnAModuleIsAsStored) {
  const auto program = parsed(*read_text_file(source_path("testdata/dot/residual.ir")));
  ASSERT_NE(program, nullptr);
  const Picture whole = make_picture(program->entry());
  expect_golden("testdata/dot/residual.focus.dot", to_dot(focused(whole, "layer1.0"), coloured_options()));
  EXPECT_TRUE(focused(whole, "layer").vertices.empty()) << "a prefix is no module";
  EXPECT_TRUE(focused(whole, "layer1.0.conv1.x").vertices.empty());
}

TEST(Dot, WhatIsInAFocusDependsOnWholeNames) {
  EXPECT_TRUE(is_in_module("layer1.0", "layer1"));
  EXPECT_TRUE(is_in_module("layer1", "layer1"));
  EXPECT_TRUE(is_in_module("layer1", ""));
  EXPECT_FALSE(is_in_module("layer10", "layer1"));
  EXPECT_FALSE(is_in_module("layer1", "layer1.0"));
  EXPECT_EQ(module_depth(""), 0U);
  EXPECT_EQ(module_depth("layer1.0.conv1"), 3U);
}

// The condition is the program's own; what it is computed from is in the picture.
TEST(Dot, AnUndecidedBranchIsReachedFromWhatDecidesIt) {
  const auto program = program_of(
      "n0: %m: Tensor {f32[]} = aten::amax(%x)\n"
      "n1: %b: bool = aten::Bool.Tensor(%m) executed 1 work zero\n"
      "n2: %n: bool = aten::__not__(%b) executed 1 work zero\n"
      "n3: %r: Tensor {f32[1,8]} = prim::If(%n) executed 1\n"
      "then() { n4: %a: Tensor {f32[1,8]} = aten::relu(%x) executed 0..1 work zero yield (%a) }\n"
      "else() { yield (%x) }",
      "%r");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
  EXPECT_THAT(dot, HasSubstr("\"n0\" -> \"n3\" [arrowhead=open, color=\"#8250df\", label=\" condition\"]"));
}

TEST(Dot, TheSameTensorUnderAnotherNameIsNoVertex) {
  const auto program = program_of(
      "n0: %u: Tensor {f32[1,8]} = prim::unchecked_cast(%x)\n"
      "n1: %t: Tuple[Tensor] = prim::TupleConstruct(%u)\n"
      "n2: %y: Tensor {f32[1,8]} = aten::tanh(%u)",
      "%y");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
  EXPECT_THAT(dot, HasSubstr("\"in0\" -> \"n2\""));
  for (const char* left_out : {"\"n0\"", "\"n1\""}) EXPECT_THAT(dot, Not(HasSubstr(left_out)));
}

TEST(Dot, WhoReadsAfterAnInPlaceWriteReadsTheWriter) {
  const auto program = program_of(
      "n0: %l: List[Tensor] = prim::ListConstruct(%x)\nn1: %a: Tensor = aten::relu(%x)\n"
      "n2: aten::append.t(%l, %a)\nn3: %y: Tensor = aten::cat(%l, 1)",
      "%y");
  const std::string dot = to_dot(make_picture(program->entry()), plain_options());
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
  options.style = [&](const Picture::Vertex&) { return DotStyle{0.5, {hostile}, hostile}; };
  expect_golden("testdata/dot/hostile.dot", to_dot(make_picture(program->entry()), options));
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
  EXPECT_EQ(heat_colour(HeatScale::from_zero, 0), "#ffffe5");
  EXPECT_EQ(heat_colour(HeatScale::from_zero, 0.5), "#fd8d3c");
  EXPECT_EQ(heat_colour(HeatScale::from_zero, 1), "#800026");
  EXPECT_EQ(heat_colour(HeatScale::around_zero, 0), "#f6f8fa");
  EXPECT_EQ(heat_colour(HeatScale::around_zero, -1), "#0550ae");
  for (const HeatScale scale : {HeatScale::from_zero, HeatScale::around_zero}) {
    EXPECT_EQ(heat_colour(scale, -3), heat_colour(scale, scale == HeatScale::from_zero ? 0 : -1));
    EXPECT_EQ(heat_colour(scale, 7), heat_colour(scale, 1));
    EXPECT_EQ(heat_colour(scale, std::numeric_limits<double>::quiet_NaN()), heat_colour(scale, 0));
    EXPECT_EQ(text_colour(scale, 0), "black");
    EXPECT_EQ(text_colour(scale, 1), "white");
  }
}

}  // namespace
}  // namespace flopaudit
