// The contract of the two front ends: the same text for the same file, to the letter. LibTorch is the oracle; it loads
// each file in a process of its own and never one named *malicious*.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "tests/frontend/front_end_texts.h"
#include "tests/support/golden.h"
#include "tests/support/paths.h"

namespace flopaudit {
namespace {

using Paths = std::vector<std::filesystem::path>;

constexpr int kSeconds = 120;

// Files whose texts differ, and why.
struct KnownDifference {
  std::string_view file, cause;
};
constexpr std::array<KnownDifference, 0> kKnownDifferences = {};

bool is_known(const std::string& name) {
  return std::any_of(kKnownDifferences.begin(), kKnownDifferences.end(),
                     [&](const KnownDifference& known) { return known.file == name; });
}

bool is_hostile(const std::filesystem::path& file) {
  return file.filename().string().find("malicious") != std::string::npos;
}

Paths files_of(const std::filesystem::path& folder) {
  Paths files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() && extension != ".md" && extension != ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// How many files both front ends read. Each file that LibTorch loads must read the same, but for the known differences.
int compare(const Paths& files) {
  int compared = 0;
  int identical = 0;
  for (const auto& file : files) {
    if (is_hostile(file)) continue;
    const std::string name = file.filename().string();
    const auto oracle = in_child([&] { return libtorch_text(file.string(), "", CompareWhat::all); }, kSeconds);
    if (!oracle) continue;
    ++compared;
    const auto direct =
        in_child([&] { return direct_text(file.string(), method_of(*oracle), CompareWhat::all); }, kSeconds);
    const bool same = direct && *direct == *oracle;
    if (same) ++identical;
    if (same == !is_known(name)) continue;
    ADD_FAILURE() << name << ": "
                  << (same      ? "is no longer different: take it from the list"
                      : !direct ? direct.error().message
                                : "the texts differ in " + first_difference(*oracle, *direct));
  }
  std::cout << "  " << compared << " files compared, " << identical << " identical\n";
  EXPECT_GE(identical * 1000, compared * 995);
  return compared;
}

const char* corpus() { return std::getenv("FLOPAUDIT_CORPUS"); }

TEST(FrontEndsTest, TinyModels) { EXPECT_GT(compare(files_of(source_path("testdata/models"))), 10); }

TEST(FrontEndsTest, FilesByOthers) {
  if (corpus() == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  EXPECT_GT(compare(files_of(corpus())), 0);
}

TEST(FrontEndsTest, HostileFilesAreReadOrRefused) {
  if (corpus() == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  for (const auto& file : files_of(corpus())) {
    if (!is_hostile(file)) continue;
    const auto direct = in_child([&] { return direct_text(file.string(), "forward", CompareWhat::all); }, kSeconds);
    EXPECT_THAT(direct ? "" : direct.error().message, testing::Not(testing::HasSubstr("crash"))) << file;
  }
}

TEST(FrontEndsTest, Torchvision) {
  const std::filesystem::path folder = build_path("models");
  ASSERT_TRUE(std::filesystem::is_directory(folder)) << folder << " is missing; tools/make_models makes it";
  EXPECT_GT(compare(files_of(folder)), 0);
}

}  // namespace
}  // namespace flopaudit
