// The program in tests of its command line: runs it, in a folder that goes, and looks at its errors.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {

inline std::string small_model(const std::string& name) { return source_path("testdata/models/" + name).string(); }

inline ProgramRun flopaudit(std::vector<std::string> arguments, const ProgramOptions& options = {}) {
  arguments.insert(arguments.begin(), build_path("bin/flopaudit").string());
  return run_program(arguments, options);
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "flopaudit-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
    chmod(path_.c_str(), 0755);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline void expect_error(const ProgramRun& run, int status, const std::string& words) {
  EXPECT_EQ(run.status, status) << run.err;
  EXPECT_THAT(run.err, testing::HasSubstr(words));
  EXPECT_EQ(run.err.rfind("flopaudit: ", 0), 0U) << run.err;
  EXPECT_LE(std::count(run.err.begin(), run.err.end(), '\n'), 8) << run.err;
  EXPECT_THAT(run.err, testing::Not(testing::HasSubstr("frame #"))) << "a C++ stack";
}

}  // namespace flopaudit
