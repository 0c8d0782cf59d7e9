// The text form: print(parse(x)) == x, and a program comes back whole.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analyzer/ir/parser.h"
#include "analyzer/ir/printer.h"
#include "analyzer/ir/verifier.h"
#include "tests/ir/random_program.h"
#include "tests/ir/same_program.h"
#include "tests/ir/sample_program.h"

namespace flopaudit {
namespace {

std::unique_ptr<Program> parsed(const std::string& text) {
  auto program = parse_program(text);
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return nullptr;
  }
  return std::move(*program);
}

const Node& node_with_id(const Program& program, int id) {
  const Node* found = nullptr;
  for_each_node(program.entry().body, [&](const Node& node) {
    if (node.id == id) found = &node;
  });
  return *found;
}

TEST(TextForm, ASampleWithEverythingComesBackAsItWas) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(print(*program), kSampleText);
  const auto valid = verify(*program);
  EXPECT_TRUE(valid) << valid.error().message;
}

TEST(TextForm, ReadsTheProgramAndItsObjects) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->parameter_count, 64 * 3 * 7 * 7);
  EXPECT_EQ(program->parameter_bytes, 64 * 3 * 7 * 7 * 4);
  ASSERT_TRUE(program->example_inputs);
  EXPECT_EQ(program->example_inputs->front(), Fact::tensor(DType::f32, {1, 3, 224, 224}));
  const Object* const conv = program->find_object("conv1");
  ASSERT_NE(conv, nullptr);
  EXPECT_TRUE(conv->find("weight")->is_parameter);
  EXPECT_TRUE(conv->find("steps")->is_buffer);
  EXPECT_EQ(conv->find("bias"), nullptr);
  EXPECT_NE(program->find_function("helper"), nullptr);
  EXPECT_EQ(program->find_function("nobody"), nullptr);
}

TEST(TextForm, ReadsCallsOutermostFirst) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  const Node& conv = node_with_id(*program, 1);
  const std::vector<CallFrame> expected = {{"__torch__.torch.nn.modules.conv.Conv2d.forward", "conv1", {"net.py", 12}},
                                           {"__torch__.torch.nn.functional.conv2d", "", {"conv.py", 453}}};
  EXPECT_EQ(conv.calls.frames(), expected);
  EXPECT_EQ(conv.source, (SourceLocation{"functional.py", 9}));
}

TEST(TextForm, ExecutedAloneStandsForOneCaseWithTheFactsOfTheValues) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  const Node& conv = node_with_id(*program, 1);
  ASSERT_EQ(conv.cases.size(), 1U);
  EXPECT_EQ(conv.cases[0].count, Range(Expr(1)));
  ASSERT_EQ(conv.cases[0].inputs.size(), 4U);
  EXPECT_EQ(conv.cases[0].inputs[0], Fact::tensor(DType::f32, {1, 3, 224, 224}));
  EXPECT_TRUE(conv.cases[0].inputs[2].is_none());
  EXPECT_EQ(conv.cases[0].outputs[0], Fact::tensor(DType::f32, {1, 64, 112, 112}));
  EXPECT_TRUE(node_with_id(*program, 2).cases.empty());
  EXPECT_EQ(node_with_id(*program, 7).cases.size(), 2U);
  EXPECT_TRUE(node_with_id(*program, 5).cases.empty());
}

TEST(TextForm, ReadsWork) {
  const auto program = parsed(kSampleText);
  ASSERT_NE(program, nullptr);
  const Node& conv = node_with_id(*program, 1);
  EXPECT_EQ(conv.state, WorkState::known);
  EXPECT_EQ(conv.work.total(WorkClass::mac), Range(Expr(64 * 112 * 112 * 3 * 7 * 7)));
  EXPECT_EQ(conv.work.bytes_written, Range(Expr(64 * 112 * 112 * 4)));
  EXPECT_EQ(conv.formula, "mac = outputs*taps");
  EXPECT_EQ(node_with_id(*program, 4).work.total(WorkClass::compare), Range(Expr(0), Expr(64) * Expr::symbol("N")));
  EXPECT_EQ(node_with_id(*program, 7).why, "f32[*] has no known rank");
}

TEST(TextForm, CommentsAndSpacesDoNotMatter) {
  const auto program = parsed(
      "flopaudit.ir/1 # the format\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0\n"
      "parameter_bytes=0 graph \"f\"() -> (int) { # one line\n%a:int=aten::add.int(1,2)return(%a)}");
  ASSERT_NE(program, nullptr);
  const Node& add = *program->entry().body.nodes.front();
  EXPECT_EQ(add.op, (OpName{"aten::add", "int"}));
  EXPECT_EQ(add.operands[0]->type, Type::of(Type::Kind::integer));
}

TEST(TextForm, OneConstantOfATypeAndValueIsOneValue) {
  Graph graph;
  const Type integer = Type::of(Type::Kind::integer);
  EXPECT_EQ(graph.constant(integer, Fact::integer(2)), graph.constant(integer, Fact::integer(2)));
  EXPECT_NE(graph.constant(integer, Fact::integer(2)), graph.constant(integer, Fact::integer(3)));
  EXPECT_NE(graph.constant(integer, Fact::integer(2)), graph.constant(Type::of(Type::Kind::number), Fact::integer(2)));
}

TEST(TextForm, FreshNamesAreTakenByNobody) {
  Graph graph;
  Node node;
  const Type integer = Type::of(Type::Kind::integer);
  EXPECT_EQ(graph.fresh_name("x"), "x");
  graph.add_result(node, "x", integer);
  graph.add_result(node, "x.1", integer);
  EXPECT_EQ(graph.fresh_name("x"), "x.2");
  EXPECT_EQ(graph.fresh_name("x"), "x.2");
  graph.add_result(node, "x.2", integer);
  EXPECT_EQ(graph.fresh_name("x"), "x.3");
  EXPECT_EQ(graph.fresh_name("x.1"), "x.1.1");
}

RC_GTEST_PROP(TextForm, EveryValidProgramComesBackWhole, ()) {
  const auto program = draw_program();
  RC_ASSERT(static_cast<bool>(verify(*program)));
  const std::string text = print(*program);
  auto again = parse_program(text);
  if (!again) RC_FAIL(again.error().message + "\n" + text);
  expect_same_program(*program, **again);
  RC_ASSERT(print(**again) == text);
}

}  // namespace
}  // namespace flopaudit
