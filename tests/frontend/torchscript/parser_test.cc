#include "analyzer/frontend/torchscript/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Expression::Kind;

std::string refusal(std::string_view source) {
  const Result<SourceFile> file = parse_source(source);
  return file ? "it is read" : file.error().message;
}

TEST(TorchScriptParser, Classes) {
  const auto file = parse_source(R"(class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  weight : Tensor
  __annotations__["0"] = __torch__.m.Layer
  stride : Final[Tuple[int, int]] = (1, 1)
  def forward(self: __torch__.Net,
    x: Optional[Tensor]=None) -> Tensor:
    return torch.relu(x)
)");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->classes.size(), 1U);
  const ClassDefinition& net = file->classes[0];
  EXPECT_EQ(net.name, "Net");
  EXPECT_EQ(net.bases[0].text, "Module");
  EXPECT_THAT(net.parameters, ElementsAre("weight"));
  ASSERT_EQ(net.fields.size(), 3U);
  EXPECT_EQ(net.fields[1].name, "0");
  EXPECT_EQ(net.fields[2].value->kind, Kind::tuple);
  ASSERT_EQ(net.methods.size(), 1U);
  EXPECT_EQ(net.methods[0].parameters[1].default_value->kind, Kind::none);
}

TEST(TorchScriptParser, Statements) {
  const auto file = parse_source(R"(def f(x: Tensor) -> Tuple[Tensor, int]:
  a, b, = torch.split(x, 2)
  n : Optional[int] = None
  self.count = 3
  ops.prim.RaiseException("no")
  for i in range(4):
    with torch.no_grad():
      pass
  while torch.lt(n, 2):
    n = 1
  if torch.eq(n, 1):
    pass
  else:
    m = -1.5e-3
  return (a, 3)
)");
  ASSERT_TRUE(file) << file.error().message;
  const std::vector<Statement>& body = file->functions.at(0).body;
  ASSERT_EQ(body.size(), 8U);
  EXPECT_EQ(body[0].targets.size(), 2U);
  EXPECT_TRUE(body[0].unpacks);
  EXPECT_TRUE(body[1].annotation);
  EXPECT_EQ(body[2].targets[0].kind, Kind::attribute);
  EXPECT_EQ(body[3].kind, Statement::Kind::expression);
  EXPECT_EQ(body[4].kind, Statement::Kind::for_);
  EXPECT_EQ(body[4].body[0].kind, Statement::Kind::with);
  EXPECT_EQ(body[5].kind, Statement::Kind::while_);
  EXPECT_EQ(body[6].orelse[0].value->floating, -1.5e-3);
  EXPECT_EQ(body[7].value->kind, Kind::tuple);
}

TEST(TorchScriptParser, OneTargetWithACommaTakesATupleApart) {
  const auto file = parse_source("def f(x):\n  a, = x\n  b = x\n");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->functions[0].body[0].unpacks);
  EXPECT_FALSE(file->functions[0].body[1].unpacks);
}

TEST(TorchScriptParser, Expressions) {
  const auto call = parse_expression("(self).forward(x[1:], y[-1], alpha=2, *)");
  EXPECT_FALSE(call);
  const auto good = parse_expression("(self).forward(x[1:], y[-1], alpha=2)");
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->kind, Kind::call);
  EXPECT_EQ(good->offset, 1U);
  EXPECT_THAT(good->keywords, ElementsAre("", "", "alpha"));
  EXPECT_EQ(good->children[1].kind, Kind::slice);
  EXPECT_EQ(good->children[1].children[2].kind, Kind::none);
  EXPECT_EQ(good->children[2].children[1].integer, -1);
}

TEST(TorchScriptParser, Literals) {
  EXPECT_EQ(parse_expression("9223372036854775807")->integer, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_expression("-9223372036854775808")->integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(parse_expression("9223372036854775808"));
  EXPECT_EQ(parse_expression("1.")->floating, 1.0);
  EXPECT_EQ(parse_expression("9.9999999999999998e-13")->floating, 1e-12);
  EXPECT_TRUE(std::isinf(parse_expression("-inf")->floating));
  EXPECT_EQ(parse_expression("\"a\\n\\\"\\101\\x42\"")->text, "a\n\"AB");
  EXPECT_EQ(parse_expression("{\"k\": 1}")->children.size(), 2U);
  EXPECT_EQ(parse_expression("()")->kind, Kind::tuple);
  EXPECT_EQ(parse_expression("(1)")->kind, Kind::integer);
  EXPECT_EQ(parse_expression("(1,)")->kind, Kind::tuple);
  EXPECT_EQ(parse_expression("Tuple[int, str]")->children.size(), 3U);
}

TEST(TorchScriptParser, WhatLibTorchNeverPrintsIsRefused) {
  EXPECT_EQ(refusal("def f(x):\n  y = x + 1\n"), "unexpected \"+\" in line 2");
  EXPECT_THAT(refusal("x = 1\n"), HasSubstr("unexpected \"x\" in line 1"));
  EXPECT_THAT(refusal("def f(x):\n    a\n  b\n"), HasSubstr("the indentation fits no block in line 3"));
  EXPECT_THAT(refusal("def f(x:\n"), HasSubstr("a bracket is not closed"));
  EXPECT_THAT(refusal("def f(x)):\n"), HasSubstr("never opened"));
  EXPECT_THAT(refusal("def f(x):\n  y = \"open\n"), HasSubstr("a text does not end in line 2"));
  EXPECT_THAT(refusal("def f(x):\n  y = 12ab\n"), HasSubstr("a number ends in letters"));
  EXPECT_THAT(refusal("def f(x):\n"), HasSubstr("expected a block"));
  EXPECT_THAT(refusal("class"), HasSubstr("expected a name"));
}

TEST(TorchScriptParser, DeepNestingIsRefused) {
  const auto nested = [](const std::string& open, const std::string& close, int depth) {
    std::string code = "def f(x):\n  y = ";
    for (int i = 0; i < depth; ++i) code += open;
    code += "x";
    for (int i = 0; i < depth; ++i) code += close;
    return code + "\n";
  };
  EXPECT_EQ(refusal(nested("(", ")", 100)), "it is read");
  EXPECT_THAT(refusal(nested("(", ")", 100000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(refusal(nested("f(", ")", 100000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(refusal(nested("", ".a", 100000)), HasSubstr("nested too deeply"));
  std::string blocks = "def f(x):\n";
  for (int i = 1; i < 1000; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "while x:\n";
  EXPECT_THAT(refusal(blocks), HasSubstr("nested too deeply"));
}

TEST(TorchScriptParser, ComplexNumbers) {
  const auto parts = [](std::string_view source) {
    const auto number = parse_expression(source);
    if (!number) return number.error().message;
    if (number->kind != Kind::complex) return std::string("no complex number");
    return std::to_string(number->children[0].floating) + " " + std::to_string(number->children[1].floating);
  };
  EXPECT_EQ(parts("0.+1.j"), "0.000000 1.000000");
  EXPECT_EQ(parts("-1.5-2.5j"), "-1.500000 -2.500000");
  EXPECT_EQ(parts("inf+1.j"), "inf 1.000000");
  EXPECT_EQ(parts("-inf-1.j"), "-inf -1.000000");
  EXPECT_EQ(parse_expression("[1.+2.j, 3]")->children[0].kind, Kind::complex);
  EXPECT_FALSE(parse_expression("x+1.j"));
  EXPECT_FALSE(parse_expression("1.+2."));
  EXPECT_FALSE(parse_expression("1.j"));
  EXPECT_FALSE(parse_expression("1.=1.j"));
}

}  // namespace
}  // namespace flopaudit
