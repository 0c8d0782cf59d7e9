// `analyze --sweep` and the budgets of memory, as a user meets them.
#include <nlohmann/json.hpp>

#include "tests/tools/program_run.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ProgramRun linear(std::vector<std::string> more) {
  more.insert(more.begin(), {"analyze", small_model("linear_scripted.pt")});
  return flopaudit(more);
}

TEST(SweepCommand, EveryRowIsTheAnalysisAtItsSize) {
  const ProgramRun run = linear({"--input", "f32[N,8]", "--sweep", "N=1,3,50", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json sweep = json::parse(run.out);
  ASSERT_EQ(sweep["rows"].size(), 3U);
  for (const json& row : sweep["rows"]) {
    const std::string size = std::to_string(row["size"].get<int>());
    const json one = json::parse(linear({"--input", "f32[N,8]", "--at", "N=" + size, "--format", "json"}).out);
    for (const char* figure : {"macs", "flops", "transcendentals", "comparisons", "bytes_read", "bytes_written"}) {
      EXPECT_EQ(row[figure], one["totals"][figure]) << figure << " at " << size;
    }
    EXPECT_EQ(row["peak_bytes"], one["memory"]["peak_bytes"]) << size;
  }
}

TEST(SweepCommand, ASizeThatDoesNotFitIsARowWithItsReason) {
  const ProgramRun run = linear({"--input", "f32[3,C]", "--sweep", "C=7..8", "--format", "csv"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\n7,,,,"));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("\n8,,")));
  EXPECT_EQ(linear({"--input", "f32[3,C]", "--sweep", "C=7..8", "--strict"}).status, 1);
  EXPECT_EQ(linear({"--input", "f32[3,C]", "--sweep", "C=5..7"}).status, 3) << "not one size fits";
}

TEST(SweepCommand, RefusesWhatIsNoSweep) {
  expect_error(linear({"--input", "f32[N,8]", "--sweep", "N"}), 2, "expected NAME=1..64");
  expect_error(linear({"--input", "f32[N,8]", "--sweep", "M=1..4"}), 2, "no --input has a symbol M");
  expect_error(linear({"--input", "f32[N,8]", "--at", "N=2", "--sweep", "N=1..4"}), 2, "given twice");
  expect_error(linear({"--input", "f32[N,8]", "--sweep", "N=1..4", "--format", "speedscope"}), 2, "svg");
  expect_error(linear({"--input", "f32[N,8]", "--format", "svg"}), 2, "--format svg");
  expect_error(linear({"--input", "f32[N,8]", "--sweep", "N=1..4", "--by", "op"}), 2, "--by");
}

ProgramRun checked(const std::string& lines) {
  const Folder folder;
  return flopaudit(
      {"check", small_model("linear_scripted.pt"), folder.write("budget.txt", lines), "--input", "f32[3,8]"});
}

TEST(MemoryBudget, ThePeakIsHeldInBytes) {
  const json report = json::parse(linear({"--input", "f32[3,8]", "--format", "json"}).out);
  const auto peak = report["memory"]["peak_bytes"].get<std::int64_t>();
  EXPECT_GT(peak, 3 * 8 * 4);
  EXPECT_EQ(checked("peak bytes <= " + std::to_string(peak) + "\n").status, 0);
  EXPECT_EQ(checked("peak bytes <= " + std::to_string(peak - 1) + "\n").status, 1);
  EXPECT_EQ(checked("peak_bytes <= 1 Mi\nactivation bytes <= 1 MiB\nparameter bytes <= 1 kB\n").status, 0);
  expect_error(checked("peak memory <= 1 MiB\n"), 2, "peak_bytes");
}

TEST(TrainingEstimate, IsLabelledInEveryFormat) {
  EXPECT_THAT(linear({"--input", "f32[3,8]"}).out, HasSubstr("an estimate"));
  EXPECT_THAT(linear({"--input", "f32[3,8]", "--format", "md"}).out, HasSubstr("an estimate"));
  const json report = json::parse(linear({"--input", "f32[3,8]", "--format", "json"}).out);
  EXPECT_EQ(report["training_step"]["label"], "estimate");
}

// torch.utils.flop_counter of torch 2.13 says 7,020,265,472 FLOPs for the backward of torchvision's resnet18: every
// product twice, but for the gradient of the image.
TEST(TrainingEstimate, OfResNet18IsWhatTorchsCounterSays) {
  const ProgramRun run = flopaudit(
      {"analyze", build_path("models/resnet18_traced.pt").string(), "--input", "f32[1,3,224,224]", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json step = json::parse(run.out)["training_step"];
  const std::int64_t first = std::int64_t{64} * 112 * 112 * 3 * 7 * 7;
  EXPECT_EQ(step["backward_macs"], 2 * step["forward_macs"].get<std::int64_t>() - first);
  EXPECT_EQ(2 * step["backward_macs"].get<std::int64_t>(), 7'020'265'472);
  EXPECT_TRUE(step["left_out"].empty());
}

}  // namespace
}  // namespace flopaudit
