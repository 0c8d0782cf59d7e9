// The files of testdata/cleanup by name: <pass>.<case>, or <pass>.v<version>-<case>.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/golden.h"

namespace flopaudit {

struct CleanupCase {
  std::string pass;
  int version = 10;

  explicit CleanupCase(const std::string& stem) : pass(stem.substr(0, stem.find('.'))) {
    const std::string name = stem.substr(std::min(stem.size(), pass.size() + 1));
    if (name.size() > 2 && name[0] == 'v' && name[2] == '-') version = name[1] - '0';
  }
};

inline std::vector<std::string> cleanup_cases(const std::string& extension) {
  std::vector<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/cleanup"))) {
    if (entry.path().extension() == extension) stems.push_back(entry.path().stem().string());
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

inline std::string test_name_of_case(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

}  // namespace flopaudit
