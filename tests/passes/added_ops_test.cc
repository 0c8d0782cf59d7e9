// Ops that the registry does not know: shapes from an oracle, or rules from a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/ops/rules/rule_file.h"
#include "analyzer/ops/shape_oracle.h"
#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kPasses = {"propagate-shapes", "prune-branches", "annotate-work"};

constexpr const char* kProgram = R"(flopaudit.ir/1
program file="m.ir" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0
example_inputs (f32[4,5], f32[5,6])

graph "f"(%x: Tensor, %w: Tensor) -> (Tensor) {
  n0: %y: Tensor = my::op(%x, %w) at "m.py":3
  n1: %z: Tensor = aten::relu(%y)
  n2: %again: Tensor = my::op(%x, %w)
  return (%z)
}
)";

// Gives what it is told, and remembers what it was asked.
struct ToldOracle : ShapeOracle {
  RuleResult<Facts> answer = missing("it does not know");
  std::vector<std::string> asked;

  RuleResult<Facts> results_of(const std::string& op, const Facts& inputs) override {
    std::string question = op;
    for (const Fact& input : inputs) question += " " + input.to_string();
    asked.push_back(question);
    return answer;
  }
};

TEST(ShapeOracleTest, AnswersForTheNodeAloneAndItsWorkStaysUnknown) {
  const auto oracle = std::make_shared<ToldOracle>();
  oracle->answer = Facts{*Fact::parse("f32[4,6]")};
  PassContext context;
  context.shape_oracle = oracle;
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_THAT(oracle->asked, ElementsAre("my::op f32[4,5] f32[5,6]", "my::op f32[4,5] f32[5,6]"));
  EXPECT_EQ(run.node(0).state, WorkState::no_rule);
  EXPECT_THAT(run.node(0).work.operations, IsEmpty());
  EXPECT_EQ(run.node(1).state, WorkState::known);
  EXPECT_EQ(comparisons(run.node(1).work), Range(Expr(4 * 6)));
  EXPECT_THAT(run.text, HasSubstr("n0: %y: Tensor {f32[4,6]} = my::op")) << "the answer is in the IR";
  ASSERT_EQ(run.context.diagnostics.size(), 1U) << "once an op";
  EXPECT_THAT(run.context.diagnostics[0], HasSubstr("there is no rule for my::op"));
}

TEST(ShapeOracleTest, WithoutAnAnswerTheValueSaysWhy) {
  const auto oracle = std::make_shared<ToldOracle>();
  PassContext context;
  context.shape_oracle = oracle;
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_EQ(run.node(0).state, WorkState::no_rule);
  EXPECT_EQ(run.node(1).state, WorkState::no_shape);
  EXPECT_THAT(run.node(1).why,
              testing::AllOf(HasSubstr("m.py:3"), HasSubstr("no rule"), HasSubstr("it does not know")));
  EXPECT_THAT(run.context.diagnostics, IsEmpty());
}

TEST(ShapeOracleTest, AnAnswerOfAnotherSizeIsNone) {
  const auto oracle = std::make_shared<ToldOracle>();
  oracle->answer = Facts{*Fact::parse("f32[4,6]"), *Fact::parse("i64[4]")};
  PassContext context;
  context.shape_oracle = oracle;
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_EQ(run.node(1).state, WorkState::no_shape);
  EXPECT_THAT(run.node(1).why, HasSubstr("another number of results"));
}

PassContext with_rules(const std::string& text) {
  PassContext context;
  auto rules = OpRules::parse(text, "my.rules");
  if (!rules) throw std::runtime_error(rules.error().message);
  context.op_rules = std::make_shared<OpRules>(*std::move(rules));
  context.shape_oracle = std::make_shared<ToldOracle>();
  return context;
}

constexpr const char* kRule = "rule my::op(Tensor x, Tensor w) -> Tensor\nshape 0 = [x.0, w.1]\nrequire x.1 == w.0\n";

TEST(OpRulesTest, AreRowsLikeAnyOther) {
  const PassContext context = with_rules(std::string(kRule) + "work mac = x.0*x.1*w.1\n");
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_EQ(run.node(0).state, WorkState::known);
  EXPECT_EQ(run.node(0).formula, "mac = x.0*x.1*w.1");
  EXPECT_EQ(macs(run.node(0).work), Range(Expr(4 * 5 * 6)));
  EXPECT_EQ(run.node(0).work.bytes_read, Range(Expr(4 * (4 * 5 + 5 * 6))));
  EXPECT_EQ(run.node(1).state, WorkState::known);
  EXPECT_THAT(static_cast<const ToldOracle&>(*run.context.shape_oracle).asked, IsEmpty());
}

TEST(OpRulesTest, WithoutWorkTheNodeStaysAGap) {
  const PassRun run = run_passes(kProgram, kPasses, with_rules(kRule));
  EXPECT_EQ(run.node(0).state, WorkState::no_rule);
  EXPECT_EQ(run.node(0).why, "the rule at my.rules:1 says nothing of its work");
  EXPECT_EQ(run.node(1).state, WorkState::known);
  const PassRun zero = run_passes(kProgram, kPasses, with_rules(std::string(kRule) + "work zero\n"));
  EXPECT_EQ(zero.node(0).state, WorkState::zero);
}

TEST(OpRulesTest, RefuseAsRowsDo) {
  PassContext context = with_rules(kRule);
  context.inputs = {*Fact::parse("f32[4,5]"), *Fact::parse("f32[4,6]")};
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_THAT(run.error, testing::AllOf(HasSubstr("my::op cannot run at n0"), HasSubstr("m.py:3"),
                                        HasSubstr("`x.1 == w.0` does not hold"), HasSubstr("f32[4,6]")));
}

TEST(OpRulesTest, StateWhatMustHoldOfSymbolicSizes) {
  PassContext context = with_rules(std::string(kRule) + "require x.0 > 2 and w.1 <= 7\n");
  context.inputs = {*Fact::parse("f32[N,K]"), *Fact::parse("f32[5,M]")};
  const PassRun run = run_passes(kProgram, kPasses, context);
  const auto stated = [](const std::string& condition) { return testing::Contains(HasSubstr(condition)); };
  EXPECT_THAT(run.context.size_assumptions, testing::AllOf(stated("K = 5"), stated("N >= 3"), stated("7 >= M")));
}

TEST(OpRulesTest, UnknownShapesLeaveTheWorkOpen) {
  PassContext context = with_rules(std::string(kRule) + "work mac = x.0*x.1*w.1\n");
  context.inputs = {*Fact::parse("f32[?,5]"), *Fact::parse("f32[5,6]")};
  const PassRun run = run_passes(kProgram, kPasses, context);
  EXPECT_EQ(run.node(0).state, WorkState::no_shape);
  EXPECT_THAT(run.text, HasSubstr("%y: Tensor {f32[size(n0),6]}"));
}

// What a backward pass gives is known, what it costs is not: that is no missing shape.
TEST(NotModelled, WorkThatIsNotModelledHasNoRule) {
  const PassRun run = run_passes(R"(flopaudit.ir/1
program file="m.ir" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0
example_inputs (f32[], f32[3])

graph "f"(%y: Tensor, %x: Tensor) -> (List[Tensor]) {
  n0: %a: List[Tensor] = prim::ListConstruct(%y)
  n1: %b: List[Tensor] = prim::ListConstruct(%x)
  n2: %g: List[Tensor] = aten::grad(%a, %b, none, none, false, false)
  return (%g)
}
)",
                                 kPasses);
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.node(2).results.front()->fact.to_string(), "[f32[3]]");
  EXPECT_EQ(run.node(2).state, WorkState::no_rule);
  EXPECT_THAT(run.node(2).why, HasSubstr("backward pass"));
}

}  // namespace
}  // namespace flopaudit
