// What the manager does around passes: stop, skip, dump, refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "passes/pass_manager.h"
#include "tests/support/golden.h"
#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

constexpr const char* kProgram = R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "forward"(%x: Tensor) -> (Tensor) {
  %y: Tensor = aten::relu(%x)
  return (%y)
}
)";

struct PipelineRun {
  std::unique_ptr<Program> program;
  PassContext context;
  Result<void> result;
};

PipelineRun run(const PipelineOptions& options) {
  PipelineRun done;
  done.program = *parse_program(kProgram);
  done.context.inputs = {Fact::tensor(DType::f32, {2, 3})};
  done.result = run_pipeline(*done.program, done.context, options);
  return done;
}

PipelineOptions stop_after(const std::string& pass) {
  PipelineOptions options;
  options.stop_after = pass;
  return options;
}
PipelineOptions skip(const std::string& pass) {
  PipelineOptions options;
  options.skip = {pass};
  return options;
}
PipelineOptions dump_to(const std::filesystem::path& directory) {
  PipelineOptions options;
  options.dump_directory = directory.string();
  return options;
}

const Node& only_node(const PipelineRun& done) { return *done.program->entry().body.nodes.front(); }

TEST(PassManager, RunsAllPassesInOrder) {
  const PipelineRun done = run({});
  ASSERT_TRUE(done.result);
  EXPECT_EQ(only_node(done).id, 0);
  EXPECT_EQ(only_node(done).state, WorkState::known);
  EXPECT_EQ(only_node(done).work.total(WorkClass::compare), Range(Expr(2 * 3)));
}

TEST(PassManager, StopsAfterAPass) {
  EXPECT_EQ(only_node(run(stop_after("lower"))).id, -1);
  const PipelineRun done = run(stop_after("propagate-shapes"));
  EXPECT_EQ(only_node(done).results.front()->fact.to_string(), "f32[2,3]");
  EXPECT_EQ(only_node(done).state, WorkState::not_annotated);
}

TEST(PassManager, SkipsPasses) {
  const PipelineRun done = run(skip("propagate-shapes"));
  ASSERT_TRUE(done.result);
  EXPECT_EQ(only_node(done).state, WorkState::no_shape) << "not not_taken: nothing was interpreted";
  EXPECT_EQ(only_node(done).why, "shapes were not propagated");
}

TEST(PassManager, RefusesUnknownNamesAndListsThose) {
  const PipelineRun stopped = run(stop_after("inline"));
  ASSERT_FALSE(stopped.result);
  EXPECT_EQ(stopped.result.error().kind, ErrorKind::usage);
  EXPECT_THAT(stopped.result.error().message,
              HasSubstr("there is no pass 'inline'; the passes are lower, inline-calls, "));
  const PipelineRun skipped = run(skip("lower"));
  ASSERT_FALSE(skipped.result);
  EXPECT_EQ(skipped.result.error().kind, ErrorKind::usage);
}

TEST(PassManager, DumpsEveryStageUnderItsNumber) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "pass_manager_dump" / "inner";
  std::filesystem::remove_all(directory);
  PipelineOptions options = dump_to(directory);
  options.skip = {"resolve-attributes"};
  ASSERT_TRUE(run(options).result);
  EXPECT_EQ(read_text_file(directory / "00-lower.ir"), print(**parse_program(kProgram)));
  EXPECT_THAT(read_text_file(directory / "01-inline-calls.ir").value_or(""), HasSubstr("n0: %y"));
  EXPECT_FALSE(std::filesystem::exists(directory / "02-resolve-attributes.ir"));
  EXPECT_THAT(read_text_file(directory / "06-annotate-work.ir").value_or(""), HasSubstr("work known"));
  for (const auto& entry : std::filesystem::directory_iterator(directory)) EXPECT_EQ(entry.path().extension(), ".ir");
}

TEST(PassManager, ADumpThatCannotBeWrittenIsAnError) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "pass_manager_file";
  std::ofstream(file) << "in the way";
  const PipelineRun done = run(dump_to(file));
  ASSERT_FALSE(done.result);
  EXPECT_EQ(done.result.error().kind, ErrorKind::environment);
  EXPECT_THAT(done.result.error().message, HasSubstr("cannot write '"));
}

}  // namespace
}  // namespace flopaudit
