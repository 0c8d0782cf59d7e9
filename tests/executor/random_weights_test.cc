// Programs without a model: random inputs and weights, counts, failing nodes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/executor/run_text.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kLinear = R"(
  parameter "fc.weight": Tensor {f32[4,3]}
  parameter "fc.bias": Tensor {f32[4]}
  n0: %y: Tensor = aten::linear(%x, param "fc.weight", param "fc.bias") in "fc" at "net.py":7
  n1: %z: Tensor = aten::relu(%y)
  return (%z)
)";

TEST(RandomWeightsTest, ParametersTakeTheShapesOfTheText) {
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,3]}) -> (Tensor)", kLinear);
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(results_of(result, 0), ElementsAre("f32[2,4]"));
  EXPECT_FALSE(result.outputs_equal_forward.has_value());
  EXPECT_THAT(result.outputs_equal_reason, HasSubstr("without a model"));
}

TEST(RandomWeightsTest, EachMeasuredNodeIsReadOnceBeforeAndOnceAfter) {
  SteadyCounters counters;
  ExecuteOptions options;
  options.counters = &counters;
  options.repetitions = 3;
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,3]}) -> (Tensor)", kLinear, options);
  ASSERT_EQ(result.nodes.size(), 2U);
  for (const NodeMeasurement& node : result.nodes) {
    ASSERT_EQ(node.counts.size(), 3U);
    for (const Counts& counts : node.counts) EXPECT_EQ(counts[Event::add_sp], 5);
    EXPECT_TRUE(node.seconds.empty());
  }
}

// Counts adds in its first pass and muls in its second, and only while it is started.
class TwoPasses : public CounterSource {
 public:
  std::string name() const override { return "hardware"; }
  std::string description() const override { return "test"; }
  std::size_t passes() const override { return 2; }
  void select_pass(std::size_t pass) override { pass_ = pass; }
  Result<void> start() override {
    ++starts[pass_];
    total_ = Counts{};
    return {};
  }
  Result<Counts> read() override {
    total_[pass_ == 0 ? Event::add_sp : Event::mul_sp] += pass_ == 0 ? 5 : 7;
    return total_;
  }
  Result<void> stop() override { return {}; }

  std::array<int, 2> starts{};

 private:
  std::size_t pass_ = 0;
  Counts total_;
};

TEST(RandomWeightsTest, CountsOfAllPassesOfACounterAreOneRepetition) {
  TwoPasses counters;
  ExecuteOptions options;
  options.counters = &counters;
  options.repetitions = 3;
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,3]}) -> (Tensor)", kLinear, options);
  ASSERT_EQ(result.nodes.size(), 2U);
  Counts both;
  both[Event::add_sp] = 5;
  both[Event::mul_sp] = 7;
  for (const NodeMeasurement& node : result.nodes) EXPECT_EQ(node.counts, std::vector<Counts>(3, both));
  EXPECT_EQ(counters.starts, (std::array<int, 2>{3, 3}));
}

// Lazy initialisation, JIT and packed weights belong to the first pass, which nothing counts.
TEST(RandomWeightsTest, TheFirstPassRunsBeforeTheCountersAreStarted) {
  TwoPasses counters;
  std::vector<std::string> phases;
  ExecuteOptions options;
  options.counters = &counters;
  options.repetitions = 2;
  options.progress = [&](const std::string& phase, std::size_t, std::size_t) {
    if (phases.empty() || phases.back() != phase) phases.push_back(phase);
    if (phase == "first pass") {
      EXPECT_EQ(counters.starts, (std::array<int, 2>{0, 0}));
    }
  };
  std::size_t told = 0;
  options.on_results = [&](const Node&, const std::vector<GivenResult>&) { ++told; };
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,3]}) -> (Tensor)", kLinear, options);
  EXPECT_EQ(phases, (std::vector<std::string>{"first pass", "measuring"}));
  EXPECT_GE(told, result.nodes.size()) << "it ran every node";
  for (const NodeMeasurement& node : result.nodes) EXPECT_EQ(node.counts.size(), 2U);
}

TEST(RandomWeightsTest, WithoutCountersThereAreNoNumbers) {
  ExecuteOptions options;
  options.time = true;
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,3]}) -> (Tensor)", kLinear, options);
  for (const NodeMeasurement& node : result.nodes) {
    EXPECT_TRUE(node.counts.empty());
    EXPECT_EQ(node.seconds.size(), 2U);
  }
}

TEST(RandomWeightsTest, ShapesThatDoNotFitNameTheNode) {
  const ExecuteResult result = run_text("(%x: Tensor {f32[2,5]}) -> (Tensor)", kLinear);
  EXPECT_TRUE(result.partial);
  EXPECT_THAT(result.error, testing::AllOf(HasSubstr("n0 (aten::linear in module fc"), HasSubstr("net.py:7")));
  ASSERT_EQ(result.nodes.size(), 1U);
  EXPECT_EQ(result.nodes.front().error, result.error);
}

TEST(RandomWeightsTest, SymbolicInputIsRefusedByName) {
  const auto program = program_of("(%x: Tensor {f32[N,3]}) -> (Tensor)", kLinear);
  const auto result = execute(*program, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::AllOf(HasSubstr("'x'"), HasSubstr("f32[N,3]")));
}

// Which elements are positive is decided by the seed alone.
TEST(RandomWeightsTest, TheSeedDecidesTheNumbers) {
  const std::string body = R"(
  n0: %s: Tensor = aten::sum(%x, none: Optional[int])
  n1: %v: float = aten::Float.Tensor(%s)
  return (%v)
)";
  const auto value = [&](std::uint64_t seed) {
    ExecuteOptions options;
    options.seed = seed;
    return results_of(run_text("(%x: Tensor {f32[100]}) -> (float)", body, options), 1);
  };
  EXPECT_EQ(value(1), value(1));
  EXPECT_NE(value(1), value(2));
}

// 1 + 2 + 3 and 0.5 * 4, from contents that the text states.
TEST(RandomWeightsTest, KnownContentsAreTaken) {
  const ExecuteResult result = run_text("(%x: Tensor {i64[3] = {1, 2, 3}}) -> (int)", R"(
  parameter "CONSTANTS.c0": Tensor {f64[1] = {0.5}}
  n0: %s: Tensor = aten::sum(%x, none: Optional[int])
  n1: %i: int = aten::Int.Tensor(%s)
  n2: %t: Tensor = aten::mul.Scalar(param "CONSTANTS.c0", 4)
  n3: %f: float = aten::Float.Tensor(%t)
  return (%i)
)");
  EXPECT_FALSE(result.partial) << result.error;
  EXPECT_THAT(results_of(result, 1), ElementsAre("6"));
  EXPECT_THAT(results_of(result, 3), ElementsAre("2.0"));
}

}  // namespace
}  // namespace flopaudit
