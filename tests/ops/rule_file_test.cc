// Rule files: what they may say is in testdata/op_rules/sample.rules, whose cases run when it is read; here is what
// they may not say, and where the message points.
#include "analyzer/ops/rules/rule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/ops/op_registry.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(const std::string& text) {
  const auto rules = OpRules::parse(text, "f");
  if (rules) return "no error";
  EXPECT_EQ(rules.error().kind, ErrorKind::usage);
  return rules.error().message;
}

// A rule around one statement, which is line 2.
std::string error_in(const std::string& statement) {
  return error_of("rule my::op(Tensor x, Tensor[] xs, int k, int[2] s, bool b, str m, float f) -> (Tensor, int)\n" +
                  statement + "\n");
}

TEST(RuleFile, TheSampleIsReadAndItsCasesHold) {
  const auto rules = OpRules::parse(*read_text_file(source_path("testdata/op_rules/sample.rules")), "sample.rules");
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->size(), 5U);
  const OpSpec* row = rules->find("my::op");
  ASSERT_NE(row, nullptr);
  EXPECT_STREQ(row->formula, "mac = numel(x)*w.1");
  EXPECT_EQ(row->rule->origin, "sample.rules:4");
  EXPECT_TRUE(has_work(*row));
  EXPECT_FALSE(has_work(*rules->find("my::join")));
  EXPECT_TRUE(rules->find("my::join")->rule->says_work());
  EXPECT_FALSE(rules->find("my::shapes_only")->rule->says_work());
  EXPECT_EQ(rules->find("my::topk"), nullptr);
  EXPECT_EQ(find_op("my::op"), nullptr) << "the registry itself never changes";
  EXPECT_EQ(find_op("my::op", &*rules), row);
  EXPECT_EQ(find_op("aten::mm", &*rules), find_op("aten::mm"));
}

// In the notation of schemas, so that a front end matches calls by them.
TEST(RuleFile, TheDeclarationsAreSchemas) {
  const auto rules = OpRules::parse(
      "rule my::a.out(Tensor x, Tensor?[] xs, int[2]? s=none, *, float f=2, Scalar g=2.0, bool b=true) -> Tensor\n"
      "  shape 0 = x\n"
      "rule my::b(int[] s=[1, 2], str m=\"sum\", ScalarType? d=None) -> (Tensor y, float z)\n"
      "  shape y = [1]\n",
      "f");
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->schemas().size(), 2U);
  EXPECT_EQ(rules->schemas()[0].to_string(),
            "my::a.out(Tensor x, Tensor?[] xs, int[2]? s=None, *, float f=2, Scalar g=2., bool b=True) -> Tensor");
  EXPECT_EQ(rules->schemas()[1].to_string(),
            "my::b(int[] s=[1, 2], str m=\"sum\", ScalarType? d=None) -> (Tensor, float)");
  EXPECT_EQ(rules->schemas()[0].arguments[1].type.to_string(), "List[Optional[Tensor]]");
  EXPECT_EQ(rules->schemas()[0].arguments[2].type.to_string(), "Optional[List[int]]");
}

TEST(RuleFile, NothingIsARuleFileToo) {
  EXPECT_EQ(error_of(""), "no error");
  EXPECT_EQ(error_of("\n  # words\r\n\t\n"), "no error");
}

struct Refused {
  const char* statement;
  const char* message;
};
void PrintTo(const Refused& refused, std::ostream* stream) { *stream << refused.statement; }

class RefusedStatement : public testing::TestWithParam<Refused> {};

TEST_P(RefusedStatement, NamesLineAndColumn) {
  EXPECT_THAT(error_in(GetParam().statement), StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Formulas, RefusedStatement,
    testing::Values(
        Refused{"shape 0 = [y.0]", "f:2:12: unknown name `y`: there are x, xs, k, s, b, m, f and the functions ceil, "},
        Refused{"shape 0 = [x.0", "f:2:15: expected ']', found the end of the line"},
        Refused{"shape 0 = [x]", "f:2:12: expected a number, `x` is a tensor"},
        Refused{"shape 0 = [s]", "f:2:12: expected a number, `s` is a list of numbers: its elements are `s.:`"},
        Refused{"shape 0 = [x.0.1]", "f:2:16: only tensors and lists have parts, and this is a number"},
        Refused{"shape 0 = [x.*]", "f:2:14: expected the place of a dim or `:`, found `*`"},
        Refused{"shape 0 = [x.]", "f:2:14: expected the place of a dim or `:`, found `]`"},
        Refused{"shape 0 = [x.0:0 + 1]", "f:2:12: a + b takes one value, `x.0:0` is several"},
        Refused{"shape 0 = k", "f:2:11: expected a tensor, `k` is a number"},
        Refused{"shape 0 = 3", "f:2:11: expected a shape: "},
        Refused{"shape 1 = x", "f:2:7: the result `out1` is a number: it has a value"},
        Refused{"shape 2 = x", "f:2:7: my::op has no such result: its results are 0 to 1"},
        Refused{"shape -1 = x", "f:2:7: my::op has no such result"},
        Refused{"shape nobody = x", "f:2:7: my::op has no such result"},
        Refused{"shape 0 = [out1]", "f:2:12: unknown name `out1`"},  // a result sees only those before it
        Refused{"shape 0 = broadcast()", "f:2:21: expected a shape"},
        Refused{"shape 0 = if(k, x, x)", "f:2:14: expected a bool, `k` is a number"},
        Refused{"shape 0 = x x", "f:2:13: expected the end of the line, found `x`"},
        Refused{"shape 0 x", "f:2:9: expected '=', found `x`"},
        Refused{"value 0 = 1", "f:2:7: the result `out0` is a tensor: it has a shape and a dtype"},
        Refused{"value 1 = m", "f:2:11: expected a number, `m` is a str"},
        Refused{"dtype 0 = f31", "f:2:11: expected a dtype: "},
        Refused{"dtype 0 = promote(x, m)", "f:2:22: expected a tensor, `m` is a str"},
        Refused{"require k", "f:2:9: expected a bool, `k` is a number"},
        Refused{"require k == ", "f:2:14: expected a number or a name, found the end of the line"},
        Refused{"require not k", "f:2:9: not a takes a bool, `k` is a number"},
        Refused{"require k == 1 words", "f:2:16: expected a text in quotation marks, found `words`"},
        Refused{"work flops = k", "f:2:6: expected `zero`, `valid mac` or a class of work, mac, mul, "},
        Refused{"work mac.f31 = k", "f:2:10: expected a dtype, like f32, found `f31`"},
        Refused{"work valid add = k", "f:2:12: expected `zero`"},
        Refused{"work mac = xs.*.0", "f:2:12: expected a number, `xs.*.0` is several values"},
        Refused{"work mac = min()", "f:2:12: min(a, ...) takes 1 or more arguments, 0 are given"},
        Refused{"work mac = mod(1, 2, 3)", "f:2:12: mod(a, b) takes 2 arguments, 3 are given"},
        Refused{"work mac = rank(k)", "f:2:12: rank(tensor) takes a tensor, `k` is a number"},
        Refused{"work mac = len(k)", "f:2:12: len(list) takes a list, `k` is one value"},
        Refused{"work mac = if(b, 1, x)", "f:2:12: if(condition, a, b) gives a number or a tensor: they must be alike"},
        Refused{"work mac = sqrt(k)", "f:2:12: unknown name `sqrt`"},
        Refused{"work mac = k +", "f:2:15: expected a number or a name, found the end of the line"},
        Refused{"work mac = (k", "f:2:14: expected ')', found the end of the line"},
        Refused{"work mac = 99999999999999999999", "f:2:12: "},
        Refused{"work mac = k $ 2", "f:2:14: expected the end of the line, found `$`"},
        Refused{"shape 0 = x.99999999999999999999", "f:2:13: the number does not fit into 64 bits"},
        Refused{"nonsense", "f:2:1: expected `rule`, `dtype`, "}, Refused{"\x80\xff", "f:2:1: expected `rule`"}));

TEST(RuleFile, ARuleIsStatedOnceAndWhole) {
  const std::string head = "rule my::op(Tensor x) -> Tensor\n";
  EXPECT_EQ(error_of(head), "f:1:1: the rule of my::op does not say `shape out = ...`");
  EXPECT_EQ(error_of(head + "shape 0 = x\n" + head), "f:3:6: my::op has a rule already, at f:1");
  EXPECT_THAT(error_of(head + "shape 0 = x\nshape out = x\n"), StartsWith("f:3:"));
  EXPECT_THAT(error_of(head + "dtype 0 = x\ndtype 0 = x\n"), StartsWith("f:3:"));
  EXPECT_THAT(error_of(head + "work add = x.0\nwork add = x.1\n"), HasSubstr("stated twice: write one sum"));
  EXPECT_THAT(error_of(head + "work zero\nwork add = x.0\n"), StartsWith("f:3:6: `work zero` stands alone"));
  EXPECT_THAT(error_of(head + "work add = x.0\nwork zero\n"), StartsWith("f:3:10: `work zero` stands alone"));
  EXPECT_THAT(error_of(head + "shape 0 = x\nwork valid mac = x.0\n"), StartsWith("f:1:1: "));
  EXPECT_THAT(error_of("shape 0 = x\n"), StartsWith("f:1:1: this belongs to a rule"));
}

TEST(RuleFile, ADeclarationIsASchema) {
  const auto error = [](const std::string& declaration) { return error_of("rule " + declaration); };
  EXPECT_THAT(error("op(Tensor x) -> Tensor"), StartsWith("f:1:6: expected an operator's name"));
  EXPECT_THAT(error("my::op Tensor"), StartsWith("f:1:13: expected '(', found `Tensor`"));
  EXPECT_THAT(error("my::op(Tensor) -> Tensor"), StartsWith("f:1:19: expected a name, found `)`"));
  EXPECT_THAT(error("my::op(Tensr x) -> Tensor"), StartsWith("f:1:13: expected one of the types Tensor, int, "));
  EXPECT_THAT(error("my::op(Tensor x Tensor y) -> Tensor"), StartsWith("f:1:22: expected ',', found `Tensor`"));
  EXPECT_THAT(error("my::op(Tensor x, Tensor x) -> Tensor"), StartsWith("f:1:30: the name `x` is given twice"));
  EXPECT_THAT(error("my::op(Tensor min) -> Tensor"), StartsWith("f:1:20: `min` is a word of formulas"));
  EXPECT_THAT(error("my::op(int[0] s) -> Tensor"), StartsWith("f:1:18: a list has 1 to 64 elements"));
  EXPECT_THAT(error("my::op(int[99999999] s) -> Tensor"), HasSubstr("a list has 1 to 64 elements"));
  EXPECT_THAT(error("my::op(Tensor x) -> Tensor[]"), StartsWith("f:1:26: a result is a Tensor, int, float or bool"));
  EXPECT_THAT(error("my::op(Tensor x)"), StartsWith("f:1:22: expected '->', found the end of the line"));
  EXPECT_THAT(error("my::op(Tensor(a! x) -> Tensor"), HasSubstr("f:1:"));
  EXPECT_THAT(error("prim::If(Tensor x) -> Tensor"), HasSubstr("belongs to the program"));
  EXPECT_EQ(error("my::op(Tensor(a!)? x, *, Tensor?[] y, SymInt[2]? s=[1, 2], Scalar k=1.5, Device? d=None) -> ()"),
            "no error");
}

// A built-in number that anyone can change by a file would not be the same number to everyone.
TEST(RuleFile, OpsOfTheRegistryKeepTheirRules) {
  EXPECT_THAT(error_of("rule aten::mm(Tensor self, Tensor mat2) -> Tensor\n"),
              StartsWith("f:1:6: aten::mm has a rule already"));
  EXPECT_THAT(error_of("rule aten::mm.out(Tensor a, Tensor b, *, Tensor(a!) out) -> Tensor\n"),
              HasSubstr("has a rule already"));
}

TEST(RuleFile, ACaseThatDoesNotHoldIsNamed) {
  const std::string rule = "rule my::op(Tensor x, int k=2) -> Tensor\nshape 0 = [x.0, k]\nwork add = x.0\n\n";
  EXPECT_EQ(error_of(rule + "my::op f32[3] 5 -> f32[3,5] add = 3"), "no error");
  EXPECT_EQ(error_of(rule + "my::op f32[3] -> f32[3,2] add = 3"), "no error");
  EXPECT_EQ(error_of(rule + "my::op f32[3] 5 -> f32[3,6] add = 3"),
            "f:5:1: the case of my::op does not hold: it gives f32[3,5], expected is f32[3,6]");
  EXPECT_EQ(error_of(rule + "my::op f32[3] 5 -> f32[3,5] add = 4"),
            "f:5:1: the case of my::op does not hold: add is 3, expected is 4");
  EXPECT_EQ(error_of(rule + "my::op f32[3] 5 -> f32[3,5]"),
            "f:5:1: the case of my::op does not hold: add is 3, not expected");
  EXPECT_THAT(error_of(rule + "my::op f32[3] 5 -> f32[3,5] add = 3, sub = 0"),
              HasSubstr("there is no work class `sub`"));
  EXPECT_THAT(error_of(rule + "my::op f32[3] 5 -> error \"no\""), HasSubstr("not refused, it gives f32[3,5]"));
  EXPECT_THAT(error_of(rule + "my::op f32[3] -5 -> f32[3,5]"), HasSubstr("refused: `k` is -5, which is no size"));
  EXPECT_THAT(error_of(rule + "my::op f32[3] -5 -> missing \"size\""), HasSubstr("it is an error: "));
  EXPECT_THAT(error_of(rule + "my::op f32[3] -5 -> error \"other\""), HasSubstr("it is refused otherwise: "));
  EXPECT_THAT(error_of(rule + "my::op f32[3 5 -> f32[3,5]"), StartsWith("f:5:14: "));
  EXPECT_THAT(error_of(rule + "my::op f32[3] 5"), StartsWith("f:5:16: expected '->'"));
  EXPECT_EQ(error_of(rule + "my::other f32[3] -> f32[3]"), "f:5:1: there is no rule for my::other in this file");
  EXPECT_EQ(error_of("my::op f32[3] 5 -> f32[3,5] add = 3\n" + rule), "no error") << "cases may stand anywhere";
}

std::string rule_that_counts(const std::string& count) {
  return "rule my::op(Tensor x, Scalar k, Tensor? none_of=None, int[]? s=None) -> Tensor\nshape 0 = [x.0]\nwork add "
         "= " +
         count + "\n";
}
std::string counted(const std::string& count, const std::string& inputs) {
  const auto rules = OpRules::parse(rule_that_counts(count), "f");
  if (!rules) return rules.error().message;
  Facts facts;
  std::string_view rest = inputs;
  for (std::size_t space = 0; !rest.empty(); rest.remove_prefix(std::min(space + 1, rest.size()))) {
    space = std::min(rest.find(' '), rest.size());
    facts.push_back(*Fact::parse(rest.substr(0, space)));
  }
  const auto outputs = shape_of(*rules->find("my::op"), facts);
  if (!outputs) return outputs.failure().why;
  const auto work = work_of(*rules->find("my::op"), facts, *outputs);
  if (!work) {
    return (work.failure().kind == RuleFailure::Kind::misfit ? "misfit: " : "missing: ") + work.failure().why;
  }
  return (*work).total(WorkClass::add).to_string();
}

TEST(RuleFormula, BindsAsPythonDoes) {
  EXPECT_EQ(counted("1 + 2*3 - 4 - 5 + 20", "f32[7] 1"), "18");
  EXPECT_EQ(counted("2*7//3*2", "f32[7] 1"), "8");              // ((2*7)//3)*2
  EXPECT_EQ(counted("-7//2 + 10", "f32[7] 1"), "6");            // floor
  EXPECT_EQ(counted("-7 % 5 + 10 % -3 + 5", "f32[7] 1"), "6");  // 3 - 2 + 5
  EXPECT_EQ(counted("if(not k == 1 or x.0 > 3 and x.0 < 5, 1, 2)", "f32[7] 1"), "2");
  EXPECT_EQ(counted("if(1 < 2 and not (2 <= 1), 3, 4)", "f32[7] 1"), "3");
  EXPECT_EQ(counted("true + true", "f32[7] 1"), "2");
  EXPECT_EQ(counted("min(x.0, 9, 3) + max(x.0, 9) + ceil_div(7, 2) + floor_div(7, 2) + mod(7, 4)", "f32[7] 1"), "22");
  EXPECT_EQ(counted("sum(s) + prod(s.1:) + len(s) + s.-1", "f32[7] 1 none [2,3,4]"), "28");  // 9 + 12 + 3 + 4
}

TEST(RuleFormula, FloatsRoundWhereTheyAreToldTo) {
  EXPECT_EQ(counted("floor(x.0*k) + ceil(x.0*k)", "f32[7] 1.5"), "21");
  EXPECT_EQ(counted("x.0*k", "f32[8] 1.5"), "12");
  EXPECT_EQ(counted("x.0*k", "f32[7] 1.5"), "misfit: `x.0*k` is 10.5, which is no whole number");
  EXPECT_EQ(counted("x.0*k", "f32[N] 2.0"), "2*N");
  EXPECT_EQ(counted("x.0*k", "f32[N] 1.5"), "missing: `x.0*k` needs a number for N");
  EXPECT_EQ(counted("6*x.0/k", "f32[N] 2"), "3*N");
  EXPECT_EQ(counted("floor(x.0/k)", "f32[7] 2"), "3");
  EXPECT_EQ(counted("floor(x.0/k)", "f32[N] 2"), "missing: `x.0/k` needs a number for N");
  EXPECT_EQ(counted("floor(k*1e300*1e300)", "f32[7] 1.5"), "misfit: `k*1e300*1e300` is no finite number");
  EXPECT_EQ(counted("floor(k*1e300)", "f32[7] 1.5"), "misfit: `floor(k*1e300)` is too large");
}

TEST(RuleFormula, WhatHasNoValueIsNeverZero) {
  EXPECT_EQ(counted("x.0//(k - 1)", "f32[7] 1"), "misfit: `x.0//(k - 1)` divides by 0");
  EXPECT_EQ(counted("x.0 % 0", "f32[7] 1"), "misfit: `x.0 % 0` divides by 0");
  EXPECT_EQ(counted("x.0/0", "f32[7] 1"), "misfit: `x.0/0` divides by 0");
  EXPECT_EQ(counted("k*k*k", "f32[7] 9000000000"), "misfit: `k*k` does not fit into 64 bits");
  EXPECT_EQ(counted("k - 5", "f32[7] 1"), "misfit: the work `k - 5` is -4");
  EXPECT_EQ(counted("none_of.0", "f32[7] 1"), "misfit: an argument is None in `none_of.0`");
  EXPECT_EQ(counted("s.3", "f32[7] 1 none [2]"), "misfit: `s.3`: there is no 3 in [2]");
  EXPECT_EQ(counted("min(s)", "f32[7] 1 none []"), "misfit: `min(s)` has no values");
  EXPECT_EQ(counted("x.0", "f32[?] 1"), "missing: `x.0` is not known");
  EXPECT_EQ(counted("k", "f32[7] int"), "missing: `k` is not known");
  EXPECT_EQ(counted("if(x.0 < 5, 1, 2)", "f32[N] 1"), "missing: `x.0 < 5` depends on what is not known");
  EXPECT_EQ(counted("if(given(s) and s.0 > 1, 1, 2)", "f32[7] 1"), "2") << "what is not asked for need not be there";
  EXPECT_EQ(counted("x.0", "f32[7] true"), "7");
  EXPECT_EQ(counted("x.0", "f32[7] \"a\""), "`k` is declared as a number and is \"a\"");
  EXPECT_EQ(counted("x.0", "f32[7] none"), "`k` is None");
  EXPECT_EQ(counted("x.0", "f32[7]"), "the argument `k` is not given");
  EXPECT_EQ(counted("x.0", "f32[7] 1 none none none"), "its rule takes 4 arguments, not 5");
}

TEST(HostileRuleFile, EndsInASentence) {
  const auto times = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  EXPECT_THAT(error_in("work mac = " + times("(", 500)), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in("work mac = " + times("-", 500) + "1"), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in("require " + times("not ", 300) + "b"), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in("work mac = " + times("min(", 400)), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in("shape 0 = " + times("broadcast(", 150)), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in("dtype 0 = " + times("promote(", 200)), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_in(times("x", 3000)), StartsWith("f:2:2001: the line is too long"));
  EXPECT_THAT(error_of(times("#\n", 600'000)), HasSubstr("at most 1 MB"));
  EXPECT_THAT(error_of(std::string("rule my::op(Tensor x) -> Tensor\0 shape", 38)),
              StartsWith("f:1:32: this is no text"));
  // As deep as a line is long, and evaluated.
  EXPECT_EQ(counted("1" + times("+1", 900), "f32[7] 1"), "901");
  EXPECT_EQ(counted(times("(", 90) + "1" + times("+1)", 90), "f32[7] 1"), "91");
  EXPECT_THAT(counted("9" + times("*9", 900), "f32[7] 1"), HasSubstr("does not fit into 64 bits"));
}

}  // namespace
}  // namespace flopaudit
