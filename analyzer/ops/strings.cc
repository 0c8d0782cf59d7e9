// Strings of the program: messages of asserts, keys, names. A result that is not worked out is an unknown string.
#include <cctype>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

// Longer ones stay unknown: a program can double a text a hundred times, and nothing depends on what such a one says.
constexpr std::size_t kMaxLength = 1 << 16;

Fact maybe_string(std::optional<std::string> value) {
  if (value && value->size() > kMaxLength) value.reset();
  return StrFact{std::move(value)};
}

// As TorchScript prints it; nothing for what it prints in a way of its own (floats, tensors, lists).
std::optional<std::string> printed(const Fact& fact) {
  if (const auto* string = fact.get<StrFact>()) return string->value;
  if (fact.is_none()) return "None";
  if (const auto* boolean = fact.get<BoolFact>()) {
    return boolean->value ? std::optional<std::string>(*boolean->value ? "True" : "False") : std::nullopt;
  }
  if (const auto* device = fact.get<DeviceFact>()) return device->value;
  const std::optional<std::int64_t> integer = constant_of(fact);
  return integer ? std::optional(std::to_string(*integer)) : std::nullopt;
}

// format(pattern, values...): each {} takes the next value.
RuleResult<Facts> format(const Facts& inputs) {
  FA_RULE(const Fact* pattern_fact, fact_at(inputs, 0));
  const std::optional<std::string> pattern = printed(*pattern_fact);
  if (!pattern) return one(maybe_string(std::nullopt));
  std::string result;
  std::size_t from = 0, next = 1;
  for (std::size_t at = pattern->find("{}"); at != std::string::npos; at = pattern->find("{}", from)) {
    const std::optional<std::string> value = next < inputs.size() ? printed(inputs[next++]) : std::nullopt;
    if (!value) return one(maybe_string(std::nullopt));
    result += pattern->substr(from, at - from) + *value;
    from = at + 2;
  }
  return one(maybe_string(result + pattern->substr(from)));
}

RuleResult<Facts> unknown_string(const Facts&) { return one(maybe_string(std::nullopt)); }

RuleResult<Facts> as_string(const Facts& inputs) {
  FA_RULE(const Fact* fact, fact_at(inputs, 0));
  return one(maybe_string(printed(*fact)));
}

RuleResult<Facts> concatenate(const Facts& inputs) {
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  const std::optional<std::string> first = printed(inputs[0]), second = printed(*b);
  return one(maybe_string(first && second ? std::optional(*first + *second) : std::nullopt));
}

RuleResult<Facts> length(const Facts& inputs) {
  FA_RULE(const std::string string, string_at(inputs, 0));
  return one(Fact::integer(static_cast<std::int64_t>(string.size())));
}

template <int (*change)(int)>
RuleResult<Facts> each_letter(const Facts& inputs) {
  FA_RULE(std::string string, string_at(inputs, 0));
  for (char& letter : string) letter = static_cast<char>(change(static_cast<unsigned char>(letter)));
  return one(Fact::string(string));
}

RuleResult<Facts> starts_with(const Facts& inputs) {
  FA_RULE(const std::string string, string_at(inputs, 0));
  FA_RULE(const std::string prefix, string_at(inputs, 1));
  FA_RULE(const std::int64_t start, constant_at(inputs, 2));
  FA_RULE(const std::int64_t end, constant_at(inputs, 3));
  if (start != 0 || end != -1) return one(maybe_bool(std::nullopt));
  return one(Fact::boolean(string.rfind(prefix, 0) == 0));
}

RuleResult<Facts> ends_with(const Facts& inputs) {
  FA_RULE(const std::string string, string_at(inputs, 0));
  FA_RULE(const std::string suffix, string_at(inputs, 1));
  FA_RULE(const std::int64_t start, constant_at(inputs, 2));
  FA_RULE(const std::int64_t end, constant_at(inputs, 3));
  if (start != 0 || end != -1) return one(maybe_bool(std::nullopt));
  const bool fits = suffix.size() <= string.size();
  return one(Fact::boolean(fits && string.compare(string.size() - suffix.size(), suffix.size(), suffix) == 0));
}

RuleResult<Facts> join_strings(const Facts& inputs) {
  FA_RULE(const std::string separator, string_at(inputs, 0));
  FA_RULE(const std::vector<Fact> parts, list_at(inputs, 1));
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    FA_RULE(const std::string part, string_at(parts, i));
    result += (i > 0 ? separator : "") + part;
  }
  return one(Fact::string(result));
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::add.str", concatenate),
    ROW("aten::endswith", ends_with),
    ROW("aten::format", format),
    ROW("aten::join", join_strings),
    ROW("aten::len.str", length),
    ROW("aten::lower", each_letter<std::tolower>),
    ROW("aten::percentFormat", unknown_string),
    ROW("aten::startswith", starts_with),
    ROW("aten::str", as_string),
    ROW("aten::upper", each_letter<std::toupper>),
};
// clang-format on
#undef ROW

}  // namespace

std::span<const OpSpec> string_ops() { return kRows; }

}  // namespace flopaudit
