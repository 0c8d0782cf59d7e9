#include "tools/method_inputs.h"

#include <fmt/format.h>

#include <optional>

#include "analyzer/ir/entry_arguments.h"
#include "analyzer/report/node_text.h"
#include "analyzer/support/files.h"

namespace flopaudit {
namespace {

struct Argument {
  std::string name;  // without TorchScript's suffix
  Type type;
  Fact known;  // of IR that was read from text: what the file states
  std::optional<Fact> default_value;
};

std::vector<Argument> arguments_of(const Program& program) {
  const Graph& entry = program.entry();
  const auto names = input_names(program);
  std::vector<Argument> arguments;
  const std::size_t first = first_input(program);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Value& value = *entry.body.arguments[first + i];
    std::optional<Fact> default_value;
    if (first + i < entry.defaults.size()) default_value = entry.defaults[first + i];
    arguments.push_back({names[i].first, value.type, value.fact, default_value});
  }
  return arguments;
}

bool is_identifier(const std::string& text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (const char c : text) {
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  }
  return true;
}

struct Given {
  std::string name;  // "": by position
  Fact fact;
};

Result<Given> read_input(const std::string& raw) {
  Given given;
  std::string spec = raw;
  const std::size_t equals = raw.find('=');
  if (equals != std::string::npos && is_identifier(raw.substr(0, equals))) {
    given.name = raw.substr(0, equals);
    spec = raw.substr(equals + 1);
  }
  if (!spec.empty() && spec[0] == '@') {
    FA_ASSIGN(spec, read_file(spec.substr(1)));
    while (!spec.empty() && (spec.back() == '\n' || spec.back() == '\r' || spec.back() == ' ')) spec.pop_back();
  }
  auto fact = Fact::parse(spec);
  if (!fact) return usage_error("--input " + raw + ": " + fact.error().message);
  given.fact = *std::move(fact);
  return given;
}

bool fits_scalar(const Fact& fact, Type::Kind kind) {
  switch (kind) {
    case Type::Kind::tensor: return fact.tensor() != nullptr;
    case Type::Kind::integer: return fact.get<IntFact>() != nullptr;
    case Type::Kind::floating: return fact.get<FloatFact>() != nullptr || fact.get<IntFact>() != nullptr;
    case Type::Kind::number: return fact.get<FloatFact>() != nullptr || fact.get<IntFact>() != nullptr;
    case Type::Kind::boolean: return fact.get<BoolFact>() != nullptr;
    case Type::Kind::string: return fact.get<StrFact>() != nullptr;
    case Type::Kind::none: return fact.is_none();
    default: return true;  // what the type does not decide is left to the interpreter
  }
}

bool fits(const Fact& fact, const Type& type) {
  switch (type.kind) {
    case Type::Kind::optional: return fact.is_none() || fits(fact, type.arguments[0]);
    case Type::Kind::list: {
      const auto* list = fact.get<ListFact>();
      if (list == nullptr) return false;
      if (!list->elements) return true;
      if (const Fact* element = list->elements->element()) return fits(*element, type.arguments[0]);
      for (const Fact& element : **list->elements) {
        if (!fits(element, type.arguments[0])) return false;
      }
      return true;
    }
    case Type::Kind::tuple: {
      const auto* tuple = fact.get<TupleFact>();
      if (tuple == nullptr || tuple->elements.size() != type.arguments.size()) return false;
      for (std::size_t i = 0; i < type.arguments.size(); ++i) {
        if (!fits(tuple->elements[i], type.arguments[i])) return false;
      }
      return true;
    }
    case Type::Kind::dict: return fact.get<DictFact>() != nullptr;
    default: return fits_scalar(fact, type.kind);
  }
}

// An int where a float is declared is that float, as in Python.
Fact converted(const Fact& fact, const Type& type) {
  const Type& wanted = type.kind == Type::Kind::optional ? type.arguments[0] : type;
  const auto* integer = fact.get<IntFact>();
  if (wanted.kind == Type::Kind::floating && integer != nullptr && integer->value && integer->value->constant()) {
    return Fact::floating(static_cast<double>(*integer->value->constant()));
  }
  return fact;
}

// In single quotes, as a shell takes it.
std::string shell_word(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The signature, the line to copy, and where its first guesses come from: at most 8 lines.
std::string missing_input(const Program& program, const std::vector<Argument>& arguments, std::size_t missing,
                          const InputOffer& offer) {
  constexpr std::size_t kMostReasons = 5;
  std::string text = fmt::format("no --input for argument {} of {}; {}:\n  flopaudit analyze {}",
                                 arguments[missing].name, signature_text(program),
                                 offer.analyses ? "for example" : "put your own sizes into this line", program.file);
  if (program.method != "forward") text += " --method " + program.method;
  std::string reasons;
  std::size_t count = 0;
  for (std::size_t i = 0; i < arguments.size() && i < offer.facts.size(); ++i) {
    if (arguments[i].default_value) continue;
    text += " --input " + shell_word(arguments[i].name + "=" + offer.facts[i].to_string());
    if (offer.why[i].empty() || ++count > kMostReasons) continue;
    reasons += fmt::format("\n  {}: as {} takes it", arguments[i].name, offer.why[i]);
  }
  return text + reasons;
}

Result<std::size_t> position_of(const Given& given, std::size_t next, const std::vector<Argument>& arguments,
                                const Program& program) {
  if (given.name.empty()) {
    if (next < arguments.size()) return next;
    return usage_error(fmt::format("too many --input: {} takes {}", signature_text(program), arguments.size()));
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].name == given.name) return i;
  }
  return usage_error(fmt::format("--input {}=...: no such argument in {}", given.name, signature_text(program)));
}

}  // namespace

std::string signature_text(const Program& program) {
  std::string text;
  for (const Argument& argument : arguments_of(program)) {
    text += (text.empty() ? "" : ", ") + argument.name + ": " + argument.type.to_string();
    if (argument.default_value) text += " = " + argument.default_value->to_string();
  }
  return program.method + "(" + text + ")";
}

Result<std::vector<Fact>> bind_inputs(const Program& program, const std::vector<std::string>& raw,
                                      const std::function<InputOffer()>& offer) {
  const std::vector<Argument> arguments = arguments_of(program);
  std::vector<std::optional<Fact>> bound(arguments.size());
  std::size_t next = 0;
  for (const std::string& text : raw) {
    FA_ASSIGN(Given given, read_input(text));
    FA_ASSIGN(const std::size_t position, position_of(given, next, arguments, program));
    const Argument& argument = arguments[position];
    if (bound[position]) return usage_error(fmt::format("--input for {} is given twice", argument.name));
    if (!fits(given.fact, argument.type)) {
      return usage_error(fmt::format("--input {}: argument {} of {} is a {}", text, argument.name,
                                     signature_text(program), argument.type.to_string()));
    }
    bound[position] = converted(given.fact, argument.type);
    if (given.name.empty()) next = position + 1;
  }
  const bool use_examples = raw.empty() && program.example_inputs && program.example_inputs->size() == arguments.size();
  std::vector<Fact> inputs;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Argument& argument = arguments[i];
    if (bound[i])
      inputs.push_back(*bound[i]);
    else if (use_examples)
      inputs.push_back((*program.example_inputs)[i]);
    else if (!argument.known.is_unknown() && raw.empty())
      inputs.push_back(argument.known);
    else if (argument.default_value)
      inputs.push_back(*argument.default_value);
    else
      return usage_error(missing_input(program, arguments, i, offer()));
  }
  return inputs;
}

}  // namespace flopaudit
