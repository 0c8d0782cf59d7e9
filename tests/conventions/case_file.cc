#include "tests/conventions/case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "analyzer/ir/fact_parser.h"
#include "analyzer/support/expr_parser.h"
#include "tests/support/paths.h"

namespace flopaudit {
namespace {

std::string word(std::istringstream& stream) {
  std::string text;
  stream >> text;
  return text;
}

// Facts up to the arrow or the end.
std::string read_facts(const std::string& text, std::size_t& position, Facts& facts) {
  for (;;) {
    while (position < text.size() && text[position] == ' ') ++position;
    if (position >= text.size() || text.compare(position, 2, "->") == 0) return "";
    Result<Fact> fact = parse_fact_prefix(text, position);
    if (!fact) return fact.error().message;
    facts.push_back(*fact);
  }
}

std::string read_node(const std::string& line, ConventionCase& into) {
  CaseNode node;
  std::istringstream stream(line);
  node.layer = word(stream);
  node.op = word(stream);
  std::size_t position = line.find(node.op) + node.op.size();
  std::string problem = read_facts(line, position, node.inputs);
  if (!problem.empty()) return problem;
  if (position >= line.size()) return "an arrow is expected";
  position += 2;
  problem = read_facts(line, position, node.outputs);
  into.nodes.push_back(std::move(node));
  return problem;
}

// "flops = 2*350, macs = 350" or `torchprofile leaves out "raises"`.
std::string read_expectations(const std::string& line, ConventionCase& into) {
  std::istringstream stream(line);
  const std::string first = word(stream);
  const std::size_t out = line.find("leaves out \"");
  if (out != std::string::npos) {
    const std::size_t begin = out + 12;
    into.left_out[first] = line.substr(begin, line.rfind('"') - begin);
    return into.left_out[first].empty() ? "a reason is expected" : "";
  }
  for (std::size_t position = line.find_first_not_of(' '); position < line.size();) {
    const std::size_t equals = line.find('=', position);
    if (equals == std::string::npos) return "`name = number` is expected";
    std::string name = line.substr(position, equals - position);
    name.erase(name.find_last_not_of(' ') + 1);
    position = line.find_first_not_of(' ', equals + 1);
    const Result<Expr> value = parse_expr_prefix(line, position);
    if (!value) return value.error().message;
    into.values[name] = *value;
    while (position < line.size() && (line[position] == ' ' || line[position] == ',')) ++position;
  }
  return "";
}

bool is_node(const std::string& line) { return line.find("::") != std::string::npos; }

void read_file(const std::filesystem::path& file, std::vector<ConventionCase>& cases) {
  std::ifstream stream(file);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] != ' ') {
      cases.push_back({file.stem().string(), line, number, {}, {}, {}, ""});
      continue;
    }
    if (cases.empty()) return;
    const std::string problem = is_node(line) ? read_node(line, cases.back()) : read_expectations(line, cases.back());
    if (!problem.empty()) cases.back().problem = "line " + std::to_string(number) + ": " + problem;
  }
}

}  // namespace

std::vector<ConventionCase> read_convention_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/conventions"))) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<ConventionCase> cases;
  for (const std::filesystem::path& file : files) read_file(file, cases);
  return cases;
}

}  // namespace flopaudit
