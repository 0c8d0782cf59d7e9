// Every measured op against the models: the causes hold at shapes that they were not made from, and what they do not
// cover says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/audit/expected.h"
#include "analyzer/ops/op_registry.h"
#include "tests/audit/probe_table.h"

namespace flopaudit {
namespace {

std::variant<ExpectedCounts, NoModel> expected_of(const Probe& probe, const std::string& path = "standard") {
  const OpSpec* spec = find_op(probe.op);
  if (spec == nullptr) return NoModel{"no row"};
  const RuleResult<Work> annotated = work_of(*spec, probe.inputs, probe.outputs);
  if (!annotated) return NoModel{annotated.failure().why};
  return expected_counts(probe.op, probe.inputs, probe.outputs, *annotated, {path, "2.13.0"}, &probe.strides);
}

std::array<std::int64_t, kFlopClassCount> by_class(const Counts& c) {
  return {
      c[Event::add_sp] + c[Event::fma_sp], c[Event::mul_sp] + c[Event::fma_sp], c[Event::div_sp], c[Event::sqrt_sp],
      c[Event::add_dp] + c[Event::fma_dp], c[Event::mul_dp] + c[Event::fma_dp], c[Event::div_dp], c[Event::sqrt_dp]};
}

// "" when the measured counts are inside of the expected ones, the dispatch noise allowed for in f64.
std::string difference(const ExpectedCounts& expected, const Counts& measured) {
  const auto lanes = by_class(measured);
  std::int64_t noise = 0;
  std::string text;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const Interval& interval = expected.expected.classes[i];
    const bool f64 = i >= static_cast<std::size_t>(FlopClass::add_f64);
    if (f64 && lanes[i] > interval.high)
      noise += lanes[i] - interval.high;
    else if (interval.distance(lanes[i]) == 0)
      continue;
    if (f64 && lanes[i] > interval.high && noise <= kDispatchNoise) continue;
    text += std::string(name(static_cast<FlopClass>(i))) + " expected " + std::to_string(interval.low) + ".." +
            std::to_string(interval.high) + ", measured " + std::to_string(lanes[i]) + "; ";
  }
  return text;
}

TEST(Probes, EveryModelHoldsAtEveryMeasuredShape) {
  const std::vector<Probe> probes = read_probes("probes.tsv");
  ASSERT_GT(probes.size(), 1500U);
  std::map<std::string, std::pair<int, int>> coverage;  // op -> with a model, all
  for (const Probe& probe : probes) {
    const auto expected = expected_of(probe);
    auto& [modelled, all] = coverage[probe.op];
    ++all;
    if (std::holds_alternative<NoModel>(expected)) continue;
    ++modelled;
    EXPECT_EQ(difference(std::get<ExpectedCounts>(expected), probe.measured), "") << probe.op << probe.inputs_text;
  }
  for (const auto& [op, counts] : coverage) {
    RecordProperty(op, std::to_string(counts.first) + " of " + std::to_string(counts.second));
  }
  // Nearly all shapes of these have a model; what has none are tiny products and oneDNN's im2col kernel.
  const std::map<std::string, int> least_percent = {
      {"aten::conv2d", 90},      {"aten::mm", 98},       {"aten::linear", 95},     {"aten::batch_norm", 100},
      {"aten::add.Tensor", 100}, {"aten::sigmoid", 100}, {"aten::hardswish", 100}, {"aten::adaptive_avg_pool2d", 100},
      {"aten::avg_pool2d", 100}, {"aten::relu", 100},    {"aten::max_pool2d", 100}};
  for (const auto& [op, least] : least_percent) {
    const auto [modelled, all] = coverage.at(op);
    EXPECT_GE(100 * modelled, least * all) << op << ": " << modelled << " of " << all;
  }
}

TEST(Probes, Avx2ModelsHoldAtEveryMeasuredShape) {
  const std::vector<Probe> probes = read_probes("probes.avx2.tsv");
  ASSERT_GT(probes.size(), 1900U);
  std::set<std::string> ops;
  for (const Probe& probe : probes) {
    const auto expected = expected_of(probe, "avx2");
    ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(expected))
        << probe.op << probe.inputs_text << std::get<NoModel>(expected).reason;
    EXPECT_EQ(difference(std::get<ExpectedCounts>(expected), probe.measured), "") << probe.op << probe.inputs_text;
    ops.insert(probe.op);
  }
  EXPECT_GE(ops.size(), 20U);
}

// A path's models do not stand in for another's: at some of the shapes they differ, and an op of one alone has none.
TEST(Probes, NoModelOfThePathIsTakenFromTheOther) {
  int differ = 0;
  for (const Probe& probe : read_probes("probes.avx2.tsv")) {
    const auto standard = expected_of(probe, "standard");
    if (const ExpectedCounts* counts = std::get_if<ExpectedCounts>(&standard))
      differ += difference(*counts, probe.measured).empty() ? 0 : 1;
  }
  EXPECT_GT(differ, 100) << "the paths' kernels are not the same";
  int only_standard = 0;
  for (const Probe& probe : read_probes("probes.tsv")) {
    const auto avx2 = expected_of(probe, "avx2");
    if (std::holds_alternative<ExpectedCounts>(expected_of(probe)) && std::holds_alternative<NoModel>(avx2))
      ++only_standard;
    EXPECT_TRUE(std::holds_alternative<NoModel>(expected_of(probe, "native")));
  }
  EXPECT_GT(only_standard, 1000);
}

// The operators of ResNet-18, in f32 and f64: a number each, no interval.
TEST(Probes, ResNet18IsKnownToTheCount) {
  const std::set<std::string> kShapes = {
      "[1,3,224,224], {}[64,3,7,7], none, [2, 2], [3, 3], [1, 1], 1",
      "[1,64,56,56], {}[64,64,3,3], none, [1, 1], [1, 1], [1, 1], 1",
      "[1,64,56,56], {}[128,64,3,3], none, [2, 2], [1, 1], [1, 1], 1",
      "[1,64,56,56], {}[128,64,1,1], none, [2, 2], [0, 0], [1, 1], 1",
      "[1,128,28,28], {}[128,128,3,3], none, [1, 1], [1, 1], [1, 1], 1",
      "[1,128,28,28], {}[256,128,1,1], none, [2, 2], [0, 0], [1, 1], 1",
      "[1,128,28,28], {}[256,128,3,3], none, [2, 2], [1, 1], [1, 1], 1",
      "[1,256,14,14], {}[256,256,3,3], none, [1, 1], [1, 1], [1, 1], 1",
      "[1,256,14,14], {}[512,256,3,3], none, [2, 2], [1, 1], [1, 1], 1",
      "[1,256,14,14], {}[512,256,1,1], none, [2, 2], [0, 0], [1, 1], 1",
      "[1,512,7,7], {}[512,512,3,3], none, [1, 1], [1, 1], [1, 1], 1",
      "[1,512], {}[1000,512], {}[1000]",
      "[1,512,7,7], [1, 1]",
  };
  int found = 0;
  for (const Probe& probe : read_probes("probes.tsv")) {
    for (const char* dtype : {"f32", "f64"}) {
      for (std::string shape : kShapes) {
        for (std::size_t at; (at = shape.find("{}")) != std::string::npos;) shape.replace(at, 2, dtype);
        if (probe.inputs_text != "(" + std::string(dtype) + shape + ")") continue;
        ++found;
        const auto expected = expected_of(probe);
        ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(expected))
            << probe.op << probe.inputs_text << ": " << std::get<NoModel>(expected).reason;
        EXPECT_EQ(std::get<ExpectedCounts>(expected).expected.width(), 0) << probe.op << probe.inputs_text;
      }
    }
  }
  EXPECT_EQ(found, 2 * static_cast<int>(kShapes.size()));
}

}  // namespace
}  // namespace flopaudit
