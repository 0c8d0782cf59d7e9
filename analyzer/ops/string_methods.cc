// Methods of strings as TorchScript has them: bytes, ASCII letters. Zero work. A string or bound that is not known gives
// an unknown result of its kind.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

using Text = std::optional<std::string>;

Fact text_fact(Text text) { return StrFact{std::move(text)}; }

RuleResult<Text> text_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (const auto* string = fact->get<StrFact>()) return string->value;
  if (fact->is_unknown() || fact->is_none()) return Text();
  return misfit("input " + std::to_string(index) + " should be a string: " + fact->to_string());
}

// Every place where `part` stands, without overlap; TorchScript never ends on an empty one.
std::vector<std::size_t> places_of(const std::string& text, const std::string& part) {
  std::vector<std::size_t> places;
  if (part.empty()) return places;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    places.push_back(at);
  }
  return places;
}

template <auto change>
RuleResult<Facts> changed(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  return one(text_fact(text ? Text(change(*text)) : Text()));
}

// True where every letter passes; the empty string does where `of_empty` says so.
template <auto test, bool of_empty>
RuleResult<Facts> every_letter(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(maybe_bool(std::nullopt));
  const bool all = std::all_of(text->begin(), text->end(), [](char c) { return test(static_cast<unsigned char>(c)); });
  return one(Fact::boolean(all && (of_empty || !text->empty())));
}

// At least one letter, and none of the other case.
template <bool upper>
RuleResult<Facts> case_test(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(maybe_bool(std::nullopt));
  const auto has = [&text](auto test) {
    return std::any_of(text->begin(), text->end(), [test](char c) { return test(static_cast<unsigned char>(c)) != 0; });
  };
  const bool uppers = has([](int c) { return std::isupper(c); }), lowers = has([](int c) { return std::islower(c); });
  return one(Fact::boolean(upper ? uppers && !lowers : lowers && !uppers));
}

std::string capitalized(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int letter = static_cast<unsigned char>(text[i]);
    text[i] = static_cast<char>(i == 0 ? std::toupper(letter) : std::tolower(letter));
  }
  return text;
}

std::string swapped(std::string text) {
  for (char& c : text) {
    const int letter = static_cast<unsigned char>(c);
    c = static_cast<char>(std::isupper(letter) ? std::tolower(letter) : std::toupper(letter));
  }
  return text;
}

// strip(text, letters): from the left, the right, or both.
template <bool left, bool right>
RuleResult<Facts> strip(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Text letters, text_at(inputs, 1));
  if (!text || !letters) return one(text_fact({}));
  const std::size_t first = left ? text->find_first_not_of(*letters) : 0;
  if (first == std::string::npos) return one(Fact::string(""));
  const std::size_t last = right ? text->find_last_not_of(*letters) : text->size() - 1;
  if (last == std::string::npos || text->empty()) return one(Fact::string(""));
  return one(Fact::string(text->substr(first, last - first + 1)));
}

RuleResult<Facts> replace(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Text before, text_at(inputs, 1));
  FA_RULE(const Text after, text_at(inputs, 2));
  FA_RULE(const std::int64_t most, constant_at(inputs, 3));
  if (!text || !before || !after || before->empty()) return one(text_fact({}));
  std::string result;
  std::size_t from = 0;
  std::int64_t done = 0;
  for (const std::size_t at : places_of(*text, *before)) {
    if (most >= 0 && done++ >= most) break;
    result += text->substr(from, at - from) + *after;
    from = at + before->size();
  }
  return one(Fact::string(result + text->substr(from)));
}

// find, rfind (-1 where it is not), index, rindex (raise), count.
enum class Search { first, last };

template <Search which, bool raises>
RuleResult<Facts> find(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Text part, text_at(inputs, 1));
  FA_RULE(const std::int64_t start, constant_at(inputs, 2));
  FA_RULE(const std::int64_t end, constant_at(inputs, 3));
  if (!text || !part) return one(maybe_int(std::nullopt));
  // TorchScript's -1 is the end, where Python's is the letter before it.
  const auto size = static_cast<std::int64_t>(text->size());
  const std::int64_t from = start < 0 ? std::max<std::int64_t>(0, start + size) : start;
  const std::int64_t to = std::min(size, end < 0 ? std::max<std::int64_t>(0, end + size + 1) : end);
  if (from > size && to > from) return one(maybe_int(std::nullopt));
  const auto begin = static_cast<std::size_t>(from), stop = static_cast<std::size_t>(to);
  const std::string within = to > from ? text->substr(begin, stop - begin) : "";
  const std::size_t at = which == Search::first ? within.find(*part) : within.rfind(*part);
  if (to > from && at != std::string::npos) return one(Fact::integer(static_cast<std::int64_t>(at) + from));
  if (raises) return misfit(inputs[1].to_string() + " is not in " + inputs[0].to_string());
  return one(Fact::integer(-1));
}

RuleResult<Facts> count(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Text part, text_at(inputs, 1));
  FA_RULE(const std::int64_t start, constant_at(inputs, 2));
  FA_RULE(const std::int64_t end, constant_at(inputs, 3));
  if (!text || !part || part->empty() || start != 0 || end != -1) return one(maybe_int(std::nullopt));
  return one(Fact::integer(static_cast<std::int64_t>(places_of(*text, *part).size())));
}

Fact list_of(const std::vector<std::string>& parts) {
  std::vector<Fact> facts;
  for (const std::string& part : parts) facts.push_back(Fact::string(part));
  return Fact::list(std::move(facts));
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!space && !inside) words.emplace_back();
    if (!space) words.back() += c;
    inside = !space;
  }
  return words;
}

// split(text, separator, most): None or unknown words; most -1: all.
RuleResult<Facts> split(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Text separator, text_at(inputs, 1));
  FA_RULE(const std::int64_t most, constant_at(inputs, 2));
  if (!text) return one(Fact::unknown_list());
  if (none_at(inputs, 1)) return one(most < 0 ? list_of(words_of(*text)) : Fact::unknown_list());
  if (!separator) return one(Fact::unknown_list());
  if (separator->empty()) return misfit("a string is split by an empty separator");
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (const std::size_t at : places_of(*text, *separator)) {
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) >= most) break;
    parts.push_back(text->substr(from, at - from));
    from = at + separator->size();
  }
  parts.push_back(text->substr(from));
  return one(list_of(parts));
}

RuleResult<Facts> letters_of(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(Fact::unknown_list());
  std::vector<std::string> letters;
  for (const char c : *text) letters.emplace_back(1, c);
  return one(list_of(letters));
}

// What is not worked out: a string, a list of strings, or three strings.
RuleResult<Facts> some_text(const Facts&) { return one(text_fact({})); }
// center, ljust, rjust(text, width, letter): LibTorch never comes to an end of a negative width of center.
RuleResult<Facts> justified(const Facts& inputs) {
  FA_RULE(const Text letter, text_at(inputs, 2));
  if (letter && letter->size() != 1) return misfit("one letter fills: " + inputs[2].to_string());
  return one(text_fact({}));
}
RuleResult<Facts> centered(const Facts& inputs) {
  FA_RULE(const Expr width, int_at(inputs, 1));
  if (always_less(width, 0) == true) return misfit("a negative width: " + width.to_string());
  return justified(inputs);
}
RuleResult<Facts> some_texts(const Facts&) { return one(Fact::unknown_list()); }
RuleResult<Facts> three_texts(const Facts&) { return Facts{text_fact({}), text_fact({}), text_fact({})}; }
RuleResult<Facts> some_bool(const Facts&) { return one(maybe_bool(std::nullopt)); }

// A whole string as one number, as C reads it.
RuleResult<Facts> number_of_text(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(maybe_float(std::nullopt));
  char* end = nullptr;
  const double number = std::strtod(text->c_str(), &end);
  if (text->empty() || *end != '\0') return misfit("no number: " + inputs[0].to_string());
  return one(Fact::floating(number));
}
RuleResult<Facts> integer_of_text(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(maybe_int(std::nullopt));
  char* end = nullptr;
  errno = 0;
  const std::int64_t number = std::strtoll(text->c_str(), &end, 10);
  if (text->empty() || *end != '\0' || errno == ERANGE) return misfit("no integer: " + inputs[0].to_string());
  return one(Fact::integer(number));
}

RuleResult<Facts> letter_at(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const Fact* place, fact_at(inputs, 1));
  const std::optional<std::int64_t> index = constant_of(*place);
  if (!text || !index) return one(text_fact({}));
  const auto size = static_cast<std::int64_t>(text->size());
  if (*index < -size || *index >= size) return misfit("index " + std::to_string(*index) + " is outside of the string");
  return one(Fact::string(std::string(1, (*text)[static_cast<std::size_t>(*index < 0 ? *index + size : *index)])));
}

// slice(text, start, end, step), as Python's for a positive step.
RuleResult<Facts> slice(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  FA_RULE(const std::int64_t step, constant_at(inputs, 3));
  if (step == 0) return misfit("a slice with steps of 0");
  if (!text || step < 1) return one(text_fact({}));
  const auto size = static_cast<std::int64_t>(text->size());
  std::int64_t bounds[2] = {0, size};
  for (std::size_t i = 0; i < 2; ++i) {
    if (none_at(inputs, 1 + i)) continue;
    const std::optional<std::int64_t> bound = constant_of(inputs[1 + i]);
    if (!bound) return one(text_fact({}));
    bounds[i] = std::clamp<std::int64_t>(*bound < 0 ? *bound + size : *bound, 0, size);
  }
  std::string part;
  for (std::int64_t i = bounds[0]; i < bounds[1]; i += step) part += (*text)[static_cast<std::size_t>(i)];
  return one(Fact::string(part));
}

RuleResult<Facts> code_of(const Facts& inputs) {
  FA_RULE(const Text text, text_at(inputs, 0));
  if (!text) return one(maybe_int(std::nullopt));
  if (text->size() != 1) return misfit("ord takes one letter: " + inputs[0].to_string());
  return one(Fact::integer(static_cast<unsigned char>(text->front())));
}

RuleResult<Facts> letter_of(const Facts& inputs) {
  FA_RULE(const Fact* code_fact, fact_at(inputs, 0));
  const std::optional<std::int64_t> code = constant_of(*code_fact);
  if (code && (*code < 0 || *code > 0x10FFFF)) return misfit("no letter has the number " + std::to_string(*code));
  if (!code || *code < 0 || *code > 127) return one(text_fact({}));
  return one(Fact::string(std::string(1, static_cast<char>(*code))));
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::Float.str", number_of_text),
    ROW("aten::Int.str", integer_of_text),
    ROW("aten::__getitem__.str", letter_at),
    ROW("aten::bin", some_text),
    ROW("aten::capitalize", changed<capitalized>),
    ROW("aten::center", centered),
    ROW("aten::chr", letter_of),
    ROW("aten::count", count),
    ROW("aten::expandtabs", some_text),
    ROW("aten::find", (find<Search::first, false>)),
    ROW("aten::hex", some_text),
    ROW("aten::index.str", (find<Search::first, true>)),
    ROW("aten::isalnum", (every_letter<[](int c) { return std::isalnum(c) != 0; }, false>)),
    ROW("aten::isalpha", (every_letter<[](int c) { return std::isalpha(c) != 0; }, false>)),
    ROW("aten::isdecimal", (every_letter<[](int c) { return std::isdigit(c) != 0; }, false>)),
    ROW("aten::isdigit", (every_letter<[](int c) { return std::isdigit(c) != 0; }, false>)),
    ROW("aten::isidentifier", some_bool),
    ROW("aten::islower", case_test<false>),
    ROW("aten::isnumeric", (every_letter<[](int c) { return std::isdigit(c) != 0; }, false>)),
    ROW("aten::isprintable", (every_letter<[](int c) { return std::isprint(c) != 0; }, true>)),
    ROW("aten::isspace", (every_letter<[](int c) { return std::isspace(c) != 0; }, false>)),
    ROW("aten::istitle", some_bool),
    ROW("aten::isupper", case_test<true>),
    ROW("aten::list", letters_of),
    ROW("aten::ljust", justified),
    ROW("aten::lstrip", (strip<true, false>)),
    ROW("aten::oct", some_text),
    ROW("aten::ord", code_of),
    ROW("aten::partition", three_texts),
    ROW("aten::replace", replace),
    ROW("aten::rfind", (find<Search::last, false>)),
    ROW("aten::rindex", (find<Search::last, true>)),
    ROW("aten::rjust", justified),
    ROW("aten::rpartition", three_texts),
    ROW("aten::rsplit", some_texts),
    ROW("aten::rstrip", (strip<false, true>)),
    ROW("aten::slice.str", slice),
    ROW("aten::split.str", split),
    ROW("aten::splitlines", some_texts),
    ROW("aten::strip", (strip<true, true>)),
    ROW("aten::swapcase", changed<swapped>),
    ROW("aten::title", some_text),
    ROW("aten::zfill", some_text),
    ROW("prim::StringIndex", letter_at),
};
// clang-format on
#undef ROW

}  // namespace

std::span<const OpSpec> string_method_ops() { return kRows; }

}  // namespace flopaudit
