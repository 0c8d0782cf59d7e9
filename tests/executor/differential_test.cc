// Both interpreters over the tiny models, and over real files by others (FLOPAUDIT_CORPUS) with the inputs of
// testdata/corpus/inputs.tsv: 0 mismatches of shapes, dtypes, values and numbers of executions, and outputs equal to
// those of the module's own forward. A file a process; files named *malicious* are never loaded.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/isolated_call.h"
#include "tests/executor/differential.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

struct Row {
  std::string file;
  std::vector<std::string> inputs;
};

// "file<TAB>SPEC<TAB>SPEC", # begins a comment.
std::vector<Row> rows_of(const std::filesystem::path& table) {
  std::vector<Row> rows;
  std::ifstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream cells(line);
    Row& row = rows.emplace_back();
    std::getline(cells, row.file, '\t');
    for (std::string cell; std::getline(cells, cell, '\t');) row.inputs.push_back(cell);
  }
  return rows;
}

// What came of it, or why nothing did.
Result<Comparison> compared_apart(const std::string& file, const std::vector<std::string>& inputs) {
  CallLimits limits;
  limits.time = std::chrono::seconds(300);
  limits.more_memory = std::uint64_t{8} << 30;
  limits.answer = std::size_t{1} << 20;
  const auto question = [&]() -> std::string {
    const auto comparison = compare_interpreters(file, inputs);
    return comparison ? "+" + comparison->to_text() : "-" + comparison.error().message;
  };
  FA_ASSIGN(const std::string text, call_isolated(question, limits));
  if (text.empty() || text[0] != '+') return input_error(text.substr(std::min<std::size_t>(1, text.size())));
  return Comparison::of_text(text.substr(1));
}

void expect_no_mismatch(const Comparison& comparison, const std::string& file) {
  EXPECT_EQ(comparison.failure, "") << file;
  // Without an operator of an extension library the module's own forward does not run.
  if (comparison.left_out == 0) {
    EXPECT_EQ(comparison.outputs, "equal") << file;
  } else {
    EXPECT_NE(comparison.outputs.find("LibTorch does not have the operator"), std::string::npos) << comparison.outputs;
  }
  for (const std::string& mismatch : comparison.mismatches) ADD_FAILURE() << file << ": " << mismatch;
}

class TinyModels : public testing::TestWithParam<Row> {};

TEST_P(TinyModels, TheInterpretersAgree) {
  const std::string file = source_path("testdata/models/" + GetParam().file + ".pt").string();
  const auto comparison = compared_apart(file, GetParam().inputs);
  ASSERT_TRUE(comparison) << comparison.error().message;
  expect_no_mismatch(*comparison, GetParam().file);
  EXPECT_GT(comparison->values, 0U) << "nothing was compared";
}

INSTANTIATE_TEST_SUITE_P(
    Differential, TinyModels,
    testing::Values(Row{"branch_unknown_scripted", {"f32[1,3,8,8]"}}, Row{"classes_scripted", {"f32[2,4]"}},
                    Row{"complex_scripted", {"f32[8]"}},
                    Row{"containers_scripted", {"f32[3]", "[(1, 0.5), (2, 1.5)]", "{1: [f32[2], f32[2]]}"}},
                    Row{"conv_bn_relu_scripted", {"f32[1,3,8,8]"}}, Row{"conv_bn_relu_traced", {}},
                    Row{"linear_scripted", {"f32[2,8]"}}, Row{"members_scripted", {"f32[2,3]"}},
                    Row{"list_append_scripted", {"f32[1,2,6,6]"}}, Row{"list_input_scripted", {"[f32[2,3], f32[2,3]]"}},
                    Row{"loop_scripted", {"f32[2,8]", "3"}}, Row{"open_lists_scripted", {"f32[6,2,8]"}},
                    Row{"quantized_scripted", {"f32[1,3,8,8]"}}, Row{"shared_weights_scripted", {"f32[2,6]"}},
                    Row{"training_saved_scripted", {"f32[2,4]"}},
                    Row{"tuple_input_scripted", {"(f32[2,5], f32[2,5])", "0.5"}}),
    [](const auto& row) { return row.param.file; });

// The corpus in a few parts, which run side by side.
constexpr int kParts = 4;

class Corpus : public testing::TestWithParam<int> {};

TEST_P(Corpus, TheInterpretersAgree) {
  const char* folder = std::getenv("FLOPAUDIT_CORPUS");
  if (folder == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  const std::vector<Row> rows = rows_of(source_path("testdata/corpus/inputs.tsv"));
  ASSERT_FALSE(rows.empty());
  int equal = 0, all = 0;
  for (std::size_t i = static_cast<std::size_t>(GetParam()); i < rows.size(); i += kParts) {
    const std::string file = (std::filesystem::path(folder) / rows[i].file).string();
    ASSERT_EQ(file.find("malicious"), std::string::npos);
    const auto comparison = compared_apart(file, rows[i].inputs);
    ++all;
    if (!comparison) {
      const bool foreign = comparison.error().message.find("needs the custom class") != std::string::npos;
      std::cout << "  " << rows[i].file << " cannot run: " << comparison.error().message << '\n';
      EXPECT_TRUE(foreign) << rows[i].file << ": " << comparison.error().message;
      continue;
    }
    std::cout << "  " << rows[i].file << ": " << comparison->nodes << " nodes, " << comparison->runs << " runs, "
              << comparison->values << " values, " << comparison->layouts << " layouts, " << comparison->left_out
              << " left out, outputs " << comparison->outputs << '\n';
    equal += comparison->outputs == "equal" ? 1 : 0;
    expect_no_mismatch(*comparison, rows[i].file);
  }
  std::cout << "  " << equal << " of " << all << " files run with outputs equal to the module's own forward\n";
  EXPECT_GT(equal, all / 2);
}

INSTANTIATE_TEST_SUITE_P(Differential, Corpus, testing::Range(0, kParts));

}  // namespace
}  // namespace flopaudit
