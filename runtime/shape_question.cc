#include "runtime/shape_question.h"

#include <algorithm>

#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

constexpr char kAnswer = '+';
constexpr char kNoAnswer = '-';

// No symbol in it.
bool is_in_numbers(const Fact& fact) {
  const auto all = [](const Facts& facts) { return std::all_of(facts.begin(), facts.end(), is_in_numbers); };
  if (const TensorFact* tensor = fact.tensor()) {
    return std::all_of(tensor->dims->begin(), tensor->dims->end(), [](const Dim& dim) { return dim->is_constant(); });
  }
  if (const auto* integer = fact.get<IntFact>()) return integer->value->is_constant();
  if (const auto* tuple = fact.get<TupleFact>()) return all(tuple->elements);
  if (const auto* list = fact.get<ListFact>()) return all(**list->elements);
  return true;
}

std::string lines_of(const Facts& facts) {
  std::string lines;
  for (const Fact& fact : facts) lines += fact.to_string() + "\n";
  return lines;
}

// The first line, which `text` then begins behind.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

// Until the empty line.
Result<Facts> take_facts(std::string_view& text) {
  Facts facts;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    FA_ASSIGN(Fact fact, Fact::parse(std::string(line)));
    facts.push_back(std::move(fact));
  }
  return facts;
}

}  // namespace

std::string why_not_asked(const std::string& op, const Facts& inputs) {
  if (!op.starts_with("aten::") || schema_line(op).empty()) return "it is no op of LibTorch's dispatcher";
  for (const Fact& input : inputs) {
    if (!input.is_complete()) return "its input " + input.to_string() + " is not known";
    if (!is_in_numbers(input)) return "its input " + input.to_string() + " is symbolic, and LibTorch wants numbers";
  }
  return "";
}

std::string to_text(const ShapeQuestion& question) {
  return question.op + " " + std::string(name(question.default_dtype)) + "\n" + lines_of(question.inputs) + "\n";
}

Result<ShapeQuestion> question_from_text(std::string_view text) {
  const std::string_view line = take_line(text);
  const std::size_t space = line.find(' ');
  const auto dtype = space == std::string_view::npos ? std::nullopt : dtype_of_name(line.substr(space + 1));
  if (!dtype) return input_error("a question of shapes is damaged");
  FA_ASSIGN(Facts inputs, take_facts(text));
  return ShapeQuestion{std::string(line.substr(0, space)), *dtype, std::move(inputs)};
}

std::string to_text(const RuleResult<Facts>& answer) {
  if (answer) return kAnswer + ("\n" + lines_of(*answer)) + "\n";
  std::string why = answer.failure().why;
  std::replace(why.begin(), why.end(), '\n', ' ');
  return kNoAnswer + why + "\n\n";
}

RuleResult<Facts> answer_from_text(std::string_view text) {
  const std::string_view line = take_line(text);
  if (!line.empty() && line[0] == kNoAnswer) return missing(std::string(line.substr(1)));
  if (line.size() != 1 || line[0] != kAnswer) return missing("LibTorch's answer is damaged");
  Result<Facts> facts = take_facts(text);
  if (!facts) return missing("LibTorch's answer is damaged: " + facts.error().message);
  return *std::move(facts);
}

bool is_whole_message(std::string_view text) { return text.ends_with("\n\n"); }

}  // namespace flopaudit
