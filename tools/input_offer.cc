#include "tools/input_offer.h"

#include <chrono>
#include <optional>

#include "analyzer/ir/fact_symbols.h"
#include "passes/input_guess.h"
#include "passes/pass_manager.h"
#include "tools/input_objects.h"

namespace flopaudit {
namespace {

using Load = std::function<Result<std::unique_ptr<Program>>()>;
using Numbers = std::map<std::string, std::int64_t>;

constexpr auto kTime = std::chrono::seconds(3);

// Sizes that people use, for what no weight tells. The first is what stays when nothing analyses.
constexpr std::int64_t kSides[] = {224, 32, 28, 64, 96, 128, 256, 299, 320, 512, 800, 16, 8, 4, 1};
constexpr std::int64_t kLengths[] = {128, 16, 100, 1000, 16000, 10, 8, 4, 3, 2, 1};
// For tensors of which no op says anything, by rank.
constexpr const char* kTensors[] = {"{}[1,3,S,S]", "{}[1,T]", "{}[1,1,S,S]", "{}[T]",  "{}[T,T]",      "{}[]",
                                    "{}[1,T,3]",   "{}[1,1]", "i64[1,T]",    "i64[T]", "qu8[1,3,S,S]", "qu8[1,T]"};

std::string text_with_dtype(const char* pattern, const std::string& dtype) {
  std::string text = pattern;
  if (text.starts_with("{}")) text = dtype + text.substr(2);
  return text;
}

// Fills in what nothing was found for.
Fact filled(const Fact& fact, const Fact& tensor) {
  if (fact.is_unknown()) return tensor;
  if (const auto* list = fact.get<ListFact>(); list != nullptr && list->elements && *list->elements) {
    std::vector<Fact> elements;
    for (const Fact& element : **list->elements) elements.push_back(filled(element, tensor));
    return Fact::list(std::move(elements));
  }
  if (const auto* tuple = fact.get<TupleFact>()) {
    std::vector<Fact> elements;
    for (const Fact& element : tuple->elements) elements.push_back(filled(element, tensor));
    return Fact::tuple(std::move(elements));
  }
  if (const auto* dict = fact.get<DictFact>(); dict != nullptr && dict->items && *dict->items) {
    std::vector<std::pair<Fact, Fact>> items;
    for (const auto& [key, value] : **dict->items) items.emplace_back(key, filled(value, tensor));
    return Fact::dict(std::move(items));
  }
  return fact;
}

bool has_gap(const Fact& fact) { return !(filled(fact, Fact::integer(0)) == fact); }

std::string floating_dtype(const Program& program) {
  for (const Object& object : program.objects) {
    for (const Attribute& attribute : object.attributes) {
      const TensorFact* tensor = attribute.is_parameter ? attribute.value.tensor() : nullptr;
      if (tensor != nullptr && tensor->dtype == DType::f64) return "f64";
      if (tensor != nullptr && tensor->dtype == DType::f32) return "f32";
    }
  }
  return "f32";
}

class Trials {
 public:
  explicit Trials(const Load& load) : load_(load), end_(std::chrono::steady_clock::now() + kTime) {}

  bool over() const { return std::chrono::steady_clock::now() > end_; }

  // What the interpreter found of the symbols; nothing: the program does not run on these.
  std::optional<PassContext> run(const std::vector<Fact>& facts) {
    auto program = load_();
    if (!program) return std::nullopt;
    PassContext context;
    for (const Fact& fact : facts) context.inputs.push_back(fact.snapshot());
    auto inputs = with_input_objects(**program, std::move(context.inputs));
    if (!inputs) return std::nullopt;
    context.inputs = *std::move(inputs);
    PipelineOptions options;
    options.stop_after = "propagate-shapes";
    if (!run_pipeline(**program, context, options)) return std::nullopt;
    return context;
  }

 private:
  const Load& load_;
  std::chrono::steady_clock::time_point end_;
};

std::vector<Fact> with_numbers(const std::vector<Fact>& facts, const Numbers& numbers) {
  std::map<std::string, Expr> values;
  for (const auto& [symbol, number] : numbers) values.emplace(symbol, Expr(number));
  std::vector<Fact> replaced;
  for (const Fact& fact : facts) replaced.push_back(substitute(fact, values));
  return replaced;
}

// With numbers for the symbols: those that the program itself needs, then usual ones.
std::optional<std::vector<Fact>> numbers_that_run(const std::vector<Fact>& facts, Trials& trials) {
  std::set<std::string> symbols;
  for (const Fact& fact : facts) symbols.merge(symbols_of(fact));
  const auto found = symbols.empty() ? std::nullopt : trials.run(facts);
  const auto needed = [&found](const std::string& symbol, std::int64_t usual) {
    if (!found) return usual;
    if (const auto only = found->assumptions.find(symbol); only != found->assumptions.end()) return only->second;
    const auto least = found->least_sizes.find(symbol);
    return least == found->least_sizes.end() ? usual : std::max(usual, least->second);
  };
  for (const std::int64_t side : kSides) {
    for (const std::int64_t length : kLengths) {
      const auto numbered = with_numbers(facts, {{"S", needed("S", side)}, {"T", needed("T", length)}});
      if (trials.run(numbered)) return numbered;
      if (!symbols.contains("T") || trials.over()) break;
    }
    if (!symbols.contains("S") || trials.over()) break;
  }
  return std::nullopt;
}

}  // namespace

InputOffer offer_inputs(const Load& load) {
  InputOffer offer;
  auto program = load();
  PassContext context;
  PipelineOptions options;
  options.stop_after = "resolve-attributes";
  if (!program || !run_pipeline(**program, context, options)) return offer;
  const std::vector<InputGuess> guesses = guess_inputs(**program);
  const std::string dtype = floating_dtype(**program);
  bool open = false;
  for (const InputGuess& guess : guesses) {
    offer.why.push_back(guess.why);
    open = open || has_gap(guess.fact);
  }
  Trials trials(load);
  for (const char* pattern : kTensors) {
    const auto tensor = Fact::parse(text_with_dtype(pattern, dtype));
    std::vector<Fact> facts;
    for (const InputGuess& guess : guesses) facts.push_back(filled(guess.fact, *tensor));
    if (offer.facts.empty()) offer.facts = with_numbers(facts, {{"S", kSides[0]}, {"T", kLengths[0]}});
    if (auto numbered = numbers_that_run(facts, trials)) {
      offer.facts = *std::move(numbered);
      offer.analyses = true;
      return offer;
    }
    if (!open || trials.over()) break;
  }
  return offer;
}

}  // namespace flopaudit
