#include "tests/ops/case_file.h"
#include "tests/support/paths.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace flopaudit {

std::vector<OpCase> read_op_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/ops"))) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<OpCase> cases;
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file);
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
      LineCursor cursor(line);
      if (cursor.at_end()) continue;
      OpCase& result = cases.emplace_back();
      result.file = file.stem().string();
      result.line = number;
      const Result<void> read = read_case(cursor, result);
      if (!read) result.problem = read.error().message + " at column " + std::to_string(cursor.position() + 1);
    }
  }
  return cases;
}

}  // namespace flopaudit
