// One test a file testdata/passes/<pass>.ir or <pass>.<case>.ir: a program, a line `---`, and the program after the
// pass. FLOPAUDIT_REWRITE_GOLDEN=1 writes the second half anew: read the diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/golden.h"
#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

constexpr const char* kSeparator = "---\n";

std::vector<std::string> golden_files() {
  std::vector<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/passes"))) {
    if (entry.path().extension() == ".ir") stems.push_back(entry.path().stem().string());
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

class PassGolden : public testing::TestWithParam<std::string> {};

TEST_P(PassGolden, TextAfterThePass) {
  const std::filesystem::path path = source_path("testdata/passes/" + GetParam() + ".ir");
  const std::string text = read_text_file(path).value_or("");
  const std::size_t end = text.find(kSeparator);
  ASSERT_NE(end, std::string::npos) << path << " has no line ---";
  const std::string input = text.substr(0, end);
  const std::string pass = GetParam().substr(0, GetParam().find('.'));

  PassContext context;
  if (pass == "retarget-dtype") context.retarget_dtype = DType::f64;
  const PassRun run = run_passes(input, {pass}, context);
  ASSERT_EQ(run.error, "");
  if (rewrite_golden()) {
    std::ofstream(path, std::ios::binary) << input << kSeparator << run.text;
    return;
  }
  const std::string expected = text.substr(end + std::string(kSeparator).size());
  EXPECT_TRUE(run.text == expected) << first_difference(expected, run.text);
}

INSTANTIATE_TEST_SUITE_P(, PassGolden, testing::ValuesIn(golden_files()), [](const auto& instance) {
  std::string name = instance.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

// Every pass that changes a program is shown by an example.
TEST(PassGoldenFiles, EveryPassHasOne) {
  const std::vector<std::string> files = golden_files();
  for (const PassInfo& pass : all_passes()) {
    const std::string name = pass.name;
    EXPECT_TRUE(std::any_of(files.begin(), files.end(),
                            [&](const std::string& file) { return file.substr(0, file.find('.')) == name; }))
        << "testdata/passes/" << name << ".ir is missing";
  }
}

}  // namespace
}  // namespace flopaudit
