#include "tests/op_oracle/op_families.h"

#include <cstdlib>
#include <set>
#include <sstream>

namespace flopaudit {

std::vector<std::string> op_families() {
  std::set<std::string> families;
  for (const OpCase& op_case : read_op_cases()) families.insert(op_case.file);
  return {families.begin(), families.end()};
}

std::vector<OpCase> cases_of_family(const std::string& family) {
  const char* only = std::getenv("FA_ORACLE_OP");
  std::vector<OpCase> cases;
  for (OpCase& op_case : read_op_cases()) {
    if (op_case.file == family && (only == nullptr || op_case.op == only)) cases.push_back(std::move(op_case));
  }
  return cases;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

}  // namespace flopaudit
