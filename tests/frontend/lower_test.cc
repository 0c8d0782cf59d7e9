// The text of each tiny model of testdata/models, as lowered, is testdata/frontend/<model>.ir.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ir/printer.h"
#include "analyzer/ir/verifier.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

std::unique_ptr<Program> loaded(const std::string& model, const std::string& method = "forward") {
  const std::string path = "testdata/models/" + model + ".pt";
  auto program = load_with_libtorch(source_path(path).string(), method);
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return nullptr;
  }
  (*program)->file = path;  // the same on every machine
  return *std::move(program);
}

struct GoldenRow {
  const char* model;
  const char* method;
};

class LowerGoldenTest : public testing::TestWithParam<GoldenRow> {};

TEST_P(LowerGoldenTest, TextIsAsExpected) {
  const auto program = loaded(GetParam().model, GetParam().method);
  ASSERT_NE(program, nullptr);
  const auto verified = verify(*program);
  ASSERT_TRUE(verified) << verified.error().message;
  const std::string text = print(*program);
  const auto parsed = parse_program(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(print(**parsed), text);
  expect_golden("testdata/frontend/" + std::string(GetParam().model) + ".ir", text);
}

INSTANTIATE_TEST_SUITE_P(
    Models, LowerGoldenTest,
    testing::Values(GoldenRow{"branch_unknown_scripted", "forward"}, GoldenRow{"classes_scripted", "forward"},
                    GoldenRow{"complex_scripted", "forward"}, GoldenRow{"containers_scripted", "forward"},
                    GoldenRow{"conv_bn_relu_scripted", "forward"}, GoldenRow{"conv_bn_relu_traced", "forward"},
                    GoldenRow{"linear_scripted", "forward"}, GoldenRow{"list_append_scripted", "forward"},
                    GoldenRow{"list_input_scripted", "forward"}, GoldenRow{"loop_scripted", "forward"},
                    GoldenRow{"members_scripted", "forward"}, GoldenRow{"no_forward_scripted", "encode"},
                    GoldenRow{"object_inputs_scripted", "forward"}, GoldenRow{"open_lists_scripted", "forward"},
                    GoldenRow{"quantized_scripted", "forward"}, GoldenRow{"shared_weights_scripted", "forward"},
                    GoldenRow{"training_saved_scripted", "forward"}, GoldenRow{"tuple_input_scripted", "forward"}),
    [](const auto& row) { return std::string(row.param.model); });

TEST(LowerTest, TracedAndScriptedAreToldApart) {
  EXPECT_EQ(loaded("conv_bn_relu_traced")->kind, "traced");
  EXPECT_EQ(loaded("conv_bn_relu_scripted")->kind, "scripted");
}

TEST(LowerTest, TracedFileCarriesItsExampleInputs) {
  const auto program = loaded("conv_bn_relu_traced");
  ASSERT_TRUE(program->example_inputs.has_value());
  ASSERT_EQ(program->example_inputs->size(), 1U);
  EXPECT_EQ(program->example_inputs->front().to_string(), "f32[1,3,8,8]");
  EXPECT_FALSE(loaded("conv_bn_relu_scripted")->example_inputs.has_value());
}

// A 3x3 convolution of 3 channels to 4 without bias, and a batch norm's weight and bias.
TEST(LowerTest, ParametersAreCounted) {
  const auto program = loaded("conv_bn_relu_scripted");
  EXPECT_EQ(program->parameter_count, 4 * 3 * 3 * 3 + 4 + 4);
  EXPECT_EQ(program->parameter_bytes, 4 * (4 * 3 * 3 * 3 + 4 + 4));
}

TEST(LowerTest, TiedParametersAreOneTensorAndCountOnce) {
  const auto program = loaded("shared_weights_scripted");
  EXPECT_EQ(program->parameter_count, 6 * 6);
  EXPECT_EQ(program->find_object("encoder")->find("weight")->tensor_path, "encoder.weight");
  EXPECT_EQ(program->find_object("decoder")->find("weight")->tensor_path, "encoder.weight");
}

TEST(LowerTest, ModelSavedInTrainingModeIsReadInEvalMode) {
  const auto program = loaded("training_saved_scripted");
  EXPECT_TRUE(program->saved_training);
  EXPECT_FALSE(loaded("conv_bn_relu_scripted")->saved_training);
  for (const Object& object : program->objects) {
    const Attribute* training = object.find("training");
    ASSERT_NE(training, nullptr) << object.path;
    EXPECT_EQ(training->value.to_string(), "false") << object.path;
  }
}

TEST(LowerTest, EveryCalleeIsLoweredOnceAndEveryOperatorHasItsLine) {
  const auto program = loaded("conv_bn_relu_scripted");
  std::set<std::string> names;
  for (const auto& function : program->functions) EXPECT_TRUE(names.insert(function->name).second) << function->name;
  EXPECT_TRUE(names.contains("__torch__.torch.nn.functional.batch_norm"));
  for (const auto& function : program->functions) {
    for_each_node(function->body, [&](const Node& node) {
      if (!node.op.is_aten()) return;
      EXPECT_FALSE(node.source.file.empty()) << node.op.full();
      EXPECT_GT(node.source.line, 0) << node.op.full();
    });
  }
}

}  // namespace
}  // namespace flopaudit
