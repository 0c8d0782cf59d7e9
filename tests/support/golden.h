// Golden files: expected text that lies in testdata/. A run with FLOPAUDIT_REWRITE_GOLDEN=1 writes what it got instead
// of comparing; look at the diff before committing it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "tests/support/paths.h"

namespace flopaudit {

// The whole file, or nothing when it cannot be read.
inline std::optional<std::string> read_text_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline bool rewrite_golden() {
  const char* const flag = std::getenv("FLOPAUDIT_REWRITE_GOLDEN");
  return flag != nullptr && std::string(flag) == "1";
}

// The first line in which two texts differ, for the message: whole files are too long to read in a test log.
inline std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream expected_lines(expected);
  std::istringstream actual_lines(actual);
  for (int line = 1;; ++line) {
    std::string expected_line;
    std::string actual_line;
    const bool expected_more = static_cast<bool>(std::getline(expected_lines, expected_line));
    const bool actual_more = static_cast<bool>(std::getline(actual_lines, actual_line));
    if (!expected_more && !actual_more) return "they differ in the last newline only";
    if (expected_more == actual_more && expected_line == actual_line) continue;
    return "line " + std::to_string(line) + "\n  expected: " + (expected_more ? expected_line : "(end of file)") +
           "\n  actual:   " + (actual_more ? actual_line : "(end of file)");
  }
}

// `path` is relative to the source tree: expect_golden("testdata/dot/branch.dot", text).
inline void expect_golden(const std::string& path, const std::string& actual) {
  const std::filesystem::path file = source_path(path);
  if (rewrite_golden()) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
    return;
  }
  const std::optional<std::string> expected = read_text_file(file);
  if (!expected) {
    ADD_FAILURE() << path << " is missing; run the test with FLOPAUDIT_REWRITE_GOLDEN=1 to make it";
    return;
  }
  if (*expected == actual) return;
  ADD_FAILURE() << path << " differs from what was made, first in " << first_difference(*expected, actual)
                << "\nrun with FLOPAUDIT_REWRITE_GOLDEN=1 to rewrite it, then look at the diff";
}

}  // namespace flopaudit
