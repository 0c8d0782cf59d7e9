// The tiny models, as lowered (calls and attribute reads kept): node by node they give the bits of LibTorch's forward.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "tests/executor/run_text.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

struct ModelRow {
  const char* model;
  std::vector<const char*> inputs;
};

std::unique_ptr<Program> lowered(const std::string& model, const std::vector<const char*>& inputs) {
  auto program = load_with_libtorch(source_path("testdata/models/" + model + ".pt").string(), "forward");
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return nullptr;
  }
  const auto& arguments = (*program)->entry().body.arguments;
  EXPECT_EQ(arguments.size(), inputs.size() + 1);
  for (std::size_t i = 0; i < inputs.size(); ++i) arguments.at(i + 1)->fact = *Fact::parse(inputs[i]);
  return *std::move(program);
}

ExecuteOptions options_of(const Program& program) {
  ExecuteOptions options;
  options.model_file = program.file;
  options.seed = 3;
  return options;
}

class ModelTest : public testing::TestWithParam<ModelRow> {};

TEST_P(ModelTest, OutputsAreThoseOfTheForwardBitByBit) {
  const auto program = lowered(GetParam().model, GetParam().inputs);
  ASSERT_NE(program, nullptr);
  const ExecuteResult result = run(*program, options_of(*program));
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_EQ(result.outputs_equal_forward, true) << result.outputs_equal_reason;
}

TEST_P(ModelTest, OutputsAreEqualInFloat64Too) {
  const auto program = lowered(GetParam().model, GetParam().inputs);
  ASSERT_NE(program, nullptr);
  for (Value* argument : program->entry().body.arguments) {
    if (auto* tensor = argument->fact.get<TensorFact>()) tensor->dtype = DType::f64;
  }
  if (std::string(GetParam().model).find("list_input") != std::string::npos) {
    program->entry().body.arguments.at(1)->fact = *Fact::parse("[f64[2,3], f64[2,3]]");
  }
  if (std::string(GetParam().model).find("tuple_input") != std::string::npos) {
    program->entry().body.arguments.at(1)->fact = *Fact::parse("(f64[2,5], f64[2,5])");
  }
  ExecuteOptions options = options_of(*program);
  options.retarget_dtype = DType::f64;
  const ExecuteResult result = run(*program, options);
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_EQ(result.outputs_equal_forward, true) << result.outputs_equal_reason;
  bool any_f32 = false;
  for (const NodeMeasurement& node : result.nodes) {
    for (const std::string& output : node.outputs) any_f32 = any_f32 || output.find("f32") != std::string::npos;
  }
  EXPECT_FALSE(any_f32);
}

INSTANTIATE_TEST_SUITE_P(Models, ModelTest,
                         testing::Values(ModelRow{"branch_unknown_scripted", {"f32[1,3,8,8]"}},
                                         ModelRow{"conv_bn_relu_scripted", {"f32[1,3,8,8]"}},
                                         ModelRow{"conv_bn_relu_traced", {"f32[1,3,8,8]"}},
                                         ModelRow{"linear_scripted", {"f32[2,8]"}},
                                         ModelRow{"list_append_scripted", {"f32[1,2,6,6]"}},
                                         ModelRow{"list_input_scripted", {"[f32[2,3], f32[2,3]]"}},
                                         ModelRow{"loop_scripted", {"f32[2,8]", "3"}},
                                         ModelRow{"shared_weights_scripted", {"f32[2,6]"}},
                                         ModelRow{"training_saved_scripted", {"f32[2,4]"}},
                                         ModelRow{"tuple_input_scripted", {"(f32[2,5], f32[2,5])", "0.5"}}),
                         [](const auto& row) { return std::string(row.param.model); });

TEST(ModelRunTest, WholeForwardIsCountedOnceARepetition) {
  const auto program = lowered("linear_scripted", {"f32[2,8]"});
  SteadyCounters counters;
  ExecuteOptions options = options_of(*program);
  options.counters = &counters;
  options.repetitions = 2;
  const ExecuteResult result = run(*program, options);
  ASSERT_EQ(result.forward.counts.size(), 2U);
  EXPECT_EQ(result.forward.counts[0][Event::add_sp], 5);
  EXPECT_EQ(result.forward.counted_seconds.size(), 2U);
  EXPECT_TRUE(result.forward.native_seconds.empty());
}

TEST(ModelRunTest, AParameterThatTheModelDoesNotHaveIsNamed) {
  const auto program = program_of("(%x: Tensor {f32[2,8]}) -> (Tensor)", R"(
  parameter "absent.weight": Tensor {f32[4,8]}
  n0: %y: Tensor = aten::linear(%x, param "absent.weight", none: Optional[Tensor])
  return (%y)
)");
  ExecuteOptions options;
  options.model_file = source_path("testdata/models/linear_scripted.pt").string();
  const ExecuteResult result = run(*program, options);
  EXPECT_TRUE(result.partial);
  EXPECT_THAT(result.error, testing::HasSubstr("'absent.weight'"));
}

TEST(ModelRunTest, TheModelFileMustLoad) {
  const auto program = program_of("() -> (int)", "  return (1)\n");
  ExecuteOptions options;
  options.model_file = source_path("testdata/models/state_dict.pt").string();
  const auto result = execute(*program, options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::input);
}

}  // namespace
}  // namespace flopaudit
