#include "tests/ops/case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

#include "analyzer/ir/fact_parser.h"

namespace flopaudit {
namespace {

class LineReader {
 public:
  LineReader(std::string text, OpCase& result) : text_(std::move(text)), case_(result) {}

  bool read() {
    case_.op = word();
    while (!take("->")) {
      if (!read_fact(case_.inputs)) return false;
    }
    if (take("error")) return read_quoted(case_.error);
    if (take("missing")) return read_quoted(case_.missing);
    while (!at_end() && !at_expectation()) {
      if (!read_fact(case_.outputs)) return false;
    }
    while (!at_end()) {
      if (!read_expectation()) return false;
    }
    return true;
  }

 private:
  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  bool at_end() {
    skip_spaces();
    return position_ >= text_.size() || text_[position_] == '#';
  }
  bool take(const std::string& token) {
    skip_spaces();
    if (text_.compare(position_, token.size(), token) != 0) return false;
    position_ += token.size();
    return true;
  }
  std::string word() {
    skip_spaces();
    const std::size_t end = std::min(text_.find(' ', position_), text_.size());
    std::string result = text_.substr(position_, end - position_);
    position_ = end;
    return result;
  }
  bool fail(const std::string& what) {
    case_.problem = what + " at column " + std::to_string(position_ + 1);
    return false;
  }

  bool read_fact(Facts& facts) {
    if (at_end()) return fail("the line ends early");
    Result<Fact> fact = parse_fact_prefix(text_, position_);
    if (!fact) return fail(fact.error().message);
    facts.push_back(*fact);
    return true;
  }
  bool read_quoted(std::string& into) {
    Facts facts;
    if (!read_fact(facts)) return false;
    const auto* string = facts[0].get<StrFact>();
    if (string == nullptr || !string->value || string->value->empty()) return fail("a text is expected");
    into = *string->value;
    return at_end() || fail("text behind the refusal");
  }

  std::smatch expectation() {
    static const std::regex kStart("^(valid mac|[a-z]+_?[a-z]*[0-9]*)(\\.[a-z0-9]+)?\\s*=\\s*");
    skip_spaces();
    rest_ = text_.substr(position_);
    std::smatch match;
    std::regex_search(rest_, match, kStart);
    return match;
  }
  bool at_expectation() { return !expectation().empty(); }

  bool read_expectation() {
    const std::smatch match = expectation();
    if (match.empty()) return fail("`name = value` is expected");
    const std::string name = match.str(1);
    position_ += static_cast<std::size_t>(match.length(0));
    if (name.rfind("input", 0) == 0) {
      Facts facts;
      if (!read_fact(facts)) return false;
      case_.inputs_after[static_cast<std::size_t>(std::stoi(name.substr(5)))] = facts[0];
    } else {
      const std::size_t end = value_end();
      const Result<Expr> value = Expr::parse(text_.substr(position_, end - position_));
      if (!value) return fail(value.error().message);
      case_.work[name + match.str(2)] = *value;
      position_ = end;
    }
    if (!at_end() && !take(",")) return fail("a comma is expected");
    return true;
  }
  // The comma outside parentheses, or the comment, that ends an arithmetic expression.
  std::size_t value_end() const {
    int depth = 0;
    std::size_t at = position_;
    for (; at < text_.size(); ++at) {
      if (text_[at] == '(') ++depth;
      if (text_[at] == ')') --depth;
      if (text_[at] == '#' || (text_[at] == ',' && depth == 0)) break;
    }
    while (at > position_ && text_[at - 1] == ' ') --at;
    return at;
  }

  std::string text_;
  std::string rest_;
  std::size_t position_ = 0;
  OpCase& case_;
};

}  // namespace

std::vector<OpCase> read_op_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(FA_SOURCE_DIR "/testdata/ops")) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<OpCase> cases;
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file);
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
      if (line.empty() || line[0] == '#') continue;
      OpCase& result = cases.emplace_back();
      result.file = file.stem().string();
      result.line = number;
      LineReader(line, result).read();
    }
  }
  return cases;
}

}  // namespace flopaudit
