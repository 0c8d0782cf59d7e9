// ResNet-18 end to end, traced and scripted, in f32 and f64, under the software counter: the figures that the first
// audit stands for. A run takes about half a minute, most of it Valgrind's start-up.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

using nlohmann::json;

const std::string kProgram = build_path("bin/flopaudit").string();
const std::string kModels = build_path("models/").string();

// conv1, four layers of two blocks of two 3x3 convolutions, three 1x1 shortcuts, and the classifier.
constexpr std::int64_t kMacs = 64LL * 3 * 7 * 7 * 112 * 112                                       //
                               + 4 * (64LL * 64 * 9 * 56 * 56)                                    //
                               + (128LL * 64 * 9 + 3 * 128LL * 128 * 9 + 128LL * 64) * 28 * 28    //
                               + (256LL * 128 * 9 + 3 * 256LL * 256 * 9 + 256LL * 128) * 14 * 14  //
                               + (512LL * 256 * 9 + 3 * 512LL * 512 * 9 + 512LL * 256) * 7 * 7    //
                               + 512LL * 1000;
static_assert(kMacs == 1814073344);

std::string model(const std::string& kind) { return kModels + "resnet18_" + kind + ".pt"; }

std::vector<std::string> input_of(const std::string& kind) {
  // A traced file carries its example inputs.
  if (kind == "traced") return {};
  return {"--input", "f32[1,3,224,224]"};
}

json run_json(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  arguments.insert(arguments.end(), {"--format", "json"});
  const ProgramRun run = run_program(arguments);
  EXPECT_EQ(run.status, 0) << run.err;
  return json::parse(run.out, nullptr, false);
}

json audit(const std::string& kind, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"audit", model(kind), "--counters", "software"};
  for (const auto& words : {input_of(kind), more}) arguments.insert(arguments.end(), words.begin(), words.end());
  return run_json(arguments);
}

// How far measured is from expected, as a share of measured: 0 inside the interval.
double deviation(const json& node) {
  if (!node["measured"].is_number() || node["expected"].is_null()) return 1;
  const auto& expected = node["expected"];
  const std::int64_t low = expected.is_object() ? expected["min"].get<std::int64_t>() : expected.get<std::int64_t>();
  const std::int64_t high = expected.is_object() ? expected["max"].get<std::int64_t>() : expected.get<std::int64_t>();
  const auto measured = node["measured"].get<std::int64_t>();
  const std::int64_t distance = measured < low ? low - measured : measured > high ? measured - high : 0;
  return measured == 0 ? (distance == 0 ? 0 : 1) : static_cast<double>(distance) / static_cast<double>(measured);
}

struct Bound {
  std::set<std::string> ops;  // prefixes of op names
  double share;
};

const std::vector<Bound> kBounds = {
    {{"aten::_convolution", "aten::conv2d", "aten::linear"}, 0.001},
    {{"aten::batch_norm", "aten::add", "aten::adaptive_avg_pool2d", "aten::max_pool2d"}, 0.01},
};

void expect_figures(const json& report) {
  const json& totals = report["totals"];
  EXPECT_EQ(totals["shape_mismatches"], 0);
  EXPECT_EQ(totals["outputs_equal_forward"], true);
  EXPECT_LT(totals["unexplained"].get<double>(), 0.001 * totals["measured"].get<double>());
  EXPECT_LT(totals["bound_width"].get<double>(), 0.001 * totals["measured"].get<double>());
  EXPECT_FALSE(totals["verdicts"].contains("mismatch")) << totals["verdicts"];
  EXPECT_FALSE(totals["verdicts"].contains("no_model")) << totals["verdicts"];
  int judged = 0;
  for (const json& node : report["nodes"]) {
    for (const Bound& bound : kBounds) {
      for (const std::string& op : bound.ops) {
        if (node["op"].get<std::string>().rfind(op, 0) != 0) continue;
        if (node["annotated"] == 0) continue;
        EXPECT_LE(deviation(node), bound.share) << node;
        ++judged;
      }
    }
  }
  EXPECT_EQ(judged, 20 + 1 + 20 + 8 + 1) << "convolutions, linear, batch_norm, add_, average pool";
}

class Analysis : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(ResNet18, Analysis, testing::Values("traced", "scripted"));

TEST_P(Analysis, CountsEveryMac) {
  std::vector<std::string> arguments = {"analyze", model(GetParam())};
  for (const std::string& word : input_of(GetParam())) arguments.push_back(word);
  const json report = run_json(arguments);
  const json& totals = report["totals"];
  EXPECT_EQ(totals["macs"], kMacs);
  EXPECT_EQ(report["model"]["parameters"], 11689512);
  EXPECT_EQ(report["model"]["kind"], GetParam());
  EXPECT_EQ(totals["no_rule"], 0);
  EXPECT_EQ(totals["no_shape"], 0);
  EXPECT_EQ(report["gaps"].size(), 0U);
  for (const json& node : report["nodes"]) {
    EXPECT_NE(node["state"], "not_annotated") << node;
    if (node["state"] == "not_taken") continue;
    for (const json& output : node["outputs"]) {
      EXPECT_EQ(output.get<std::string>().find('?'), std::string::npos) << node;
    }
  }
}

struct Case {
  const char* kind;
  const char* dtype;
};
class Audit : public testing::TestWithParam<Case> {};
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.kind) + "_" + info.param.dtype;
}
INSTANTIATE_TEST_SUITE_P(ResNet18, Audit,
                         testing::Values(Case{"traced", "f32"}, Case{"traced", "f64"}, Case{"scripted", "f32"},
                                         Case{"scripted", "f64"}),
                         case_name);

TEST_P(Audit, ExplainsEveryCount) { expect_figures(audit(GetParam().kind, {"--dtype", GetParam().dtype})); }

TEST(Determinism, TwoRunsGiveByteEqualReports) {
  std::vector<std::string> arguments = {
      kProgram, "audit", kModels + "squeezenet1_1_traced.pt", "--counters", "software", "--format", "json"};
  const ProgramRun first = run_program(arguments);
  const ProgramRun second = run_program(arguments);
  ASSERT_FALSE(first.out.empty()) << first.err;
  EXPECT_EQ(first.out, second.out) << first_difference(first.out, second.out);
}

}  // namespace
}  // namespace flopaudit
