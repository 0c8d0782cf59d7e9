#include "analyzer/compare/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

struct RelationWord {
  const char* word;
  Relation relation;
};
// Longer ones first.
constexpr std::array kRelations = {RelationWord{"<=", Relation::at_most}, RelationWord{">=", Relation::at_least},
                                   RelationWord{"==", Relation::equal},   RelationWord{"<", Relation::less},
                                   RelationWord{">", Relation::more},     RelationWord{"=", Relation::equal}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// "peak bytes" and "Peak-Bytes" are "peak_bytes"; the word as it is where it is none of ours.
std::string normal_quantity(std::string_view text) {
  std::string word(text);
  for (char& c : word) {
    if (c == ' ') c = '_';
  }
  if (word == "params") return "parameters";
  if (word == "param_bytes") return "parameter_bytes";
  return word;
}

// The colon behind a scope: not one of a `::`. npos: there is no scope.
std::size_t scope_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ':') continue;
    if (i + 1 < text.size() && text[i + 1] == ':') {
      ++i;
      continue;
    }
    return i;
  }
  return std::string_view::npos;
}

struct FoundRelation {
  std::size_t at;
  const RelationWord* word;
};
std::optional<FoundRelation> find_relation(std::string_view text) {
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string_view::npos) return std::nullopt;
  for (const RelationWord& word : kRelations) {
    if (text.substr(at).starts_with(word.word)) return FoundRelation{at, &word};
  }
  return std::nullopt;
}

Result<BudgetLine> parse_line(const std::string& whole, int number, const std::string& file) {
  const auto wrong = [&](const std::string& what) {
    return usage_error(fmt::format(
        "{}:{}: {}: expected [MODULE or OP:] QUANTITY <= NUMBER, as in `layer4: macs <= 800M`", file, number, what));
  };
  const std::string_view text = std::string_view(whole).substr(0, whole.find('#'));
  BudgetLine line;
  line.line = number;
  line.text = std::string(trimmed(text));
  const auto relation = find_relation(text);
  if (!relation) return wrong("no <=, <, >=, > or =");
  line.relation = relation->word->relation;
  std::string_view left = trimmed(text.substr(0, relation->at));
  const std::size_t colon = scope_end(left);
  if (colon != std::string_view::npos) {
    line.scope = std::string(trimmed(left.substr(0, colon)));
    left = trimmed(left.substr(colon + 1));
  }
  if (left.empty()) return wrong("no quantity");
  line.quantity = normal_quantity(left);
  std::string_view limit = text.substr(relation->at + std::string_view(relation->word->word).size());
  const std::string_view right = trimmed(limit);
  line.number_begin = static_cast<std::size_t>(right.data() - whole.data());
  line.number_end = line.number_begin + right.size();
  line.is_share = right.ends_with('%');
  const auto decimal = parse_decimal(trimmed(line.is_share ? right.substr(0, right.size() - 1) : right));
  if (!decimal) return wrong(fmt::format("`{}` is no number", right));
  line.limit = *decimal;
  return line;
}

}  // namespace

std::string_view name(Relation relation) {
  switch (relation) {
    case Relation::at_most: return "<=";
    case Relation::less: return "<";
    case Relation::at_least: return ">=";
    case Relation::more: return ">";
    case Relation::equal: return "=";
  }
  return "";
}

std::string_view name(BudgetState state) {
  switch (state) {
    case BudgetState::holds: return "holds";
    case BudgetState::broken: return "broken";
    case BudgetState::undecided: return "undecided";
  }
  return "";
}

Result<Budget> parse_budget(std::string_view text, const std::string& file) {
  Budget budget;
  budget.file = file;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    budget.lines.emplace_back(text.substr(start, end - start));
    start = end + 1;
    const std::string& line = budget.lines.back();
    if (trimmed(std::string_view(line).substr(0, line.find('#'))).empty()) continue;
    FA_ASSIGN(BudgetLine limit, parse_line(line, static_cast<int>(budget.lines.size()), file));
    budget.limits.push_back(std::move(limit));
  }
  if (budget.limits.empty()) return usage_error(file + ": no limit in it: write lines like `flops <= 4.2G`");
  return budget;
}

bool Budget::asks_for(const std::string& quantity) const {
  return std::any_of(limits.begin(), limits.end(), [&](const BudgetLine& line) { return line.quantity == quantity; });
}

bool BudgetCheck::holds() const {
  return std::all_of(findings.begin(), findings.end(),
                     [](const BudgetFinding& finding) { return finding.state == BudgetState::holds; });
}

}  // namespace flopaudit
