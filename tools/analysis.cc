#include "tools/analysis.h"

#include <fmt/format.h>

#include <charconv>

#include "analyzer/conventions/conventions.h"
#include "analyzer/frontend/frontend.h"
#include "analyzer/ir/parser.h"
#include "analyzer/support/files.h"
#include "tools/method_inputs.h"

namespace flopaudit {
namespace {

constexpr std::string_view kIrFirstLine = "flopaudit.ir/1";

struct Loaded {
  std::unique_ptr<Program> program;
  std::string weights;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// By content, not by name alone: a .pt is a zip and never starts with our first line.
Result<Loaded> load(const AnalysisOptions& options) {
  if (ends_with(options.model, ".ir")) {
    FA_ASSIGN(const std::string text, read_file(options.model));
    if (text.rfind(kIrFirstLine, 0) != 0) {
      return input_error(
          fmt::format("{} is not the IR of flopaudit as text: its first line is not {}", options.model, kIrFirstLine));
    }
    FA_ASSIGN(auto program, parse_program(text));
    return Loaded{std::move(program), ""};
  }
  FA_ASSIGN(auto program, load_with_libtorch(options.model, options.method));
  return Loaded{std::move(program), options.model};
}

// "NAME=NUMBER" -> both. The name of --assume may have parentheses: the last '=' separates.
Result<std::pair<std::string, std::int64_t>> read_assignment(const std::string& option, const std::string& text) {
  const std::size_t equals = text.rfind('=');
  std::int64_t number = 0;
  if (equals != std::string::npos && equals > 0) {
    const char* begin = text.data() + equals + 1;
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(begin, end, number);
    if (failure == std::errc() && stopped == end && begin != end) return std::pair(text.substr(0, equals), number);
  }
  return usage_error(fmt::format("{} {}: expected NAME=NUMBER", option, text));
}

Result<void> read_assumptions(const AnalysisOptions& options, PassContext& context) {
  for (std::size_t start = 0; start < options.at.size();) {
    const std::size_t comma = std::min(options.at.find(',', start), options.at.size());
    FA_ASSIGN(auto assignment, read_assignment("--at", options.at.substr(start, comma - start)));
    if (assignment.second < 1) return usage_error(fmt::format("--at {}: a dim is 1 or more", options.at));
    context.assumptions.insert(std::move(assignment));
    start = comma + 1;
  }
  for (const std::string& text : options.assume) {
    FA_ASSIGN(auto assignment, read_assignment("--assume", text));
    if (assignment.second < 0) return usage_error(fmt::format("--assume {}: a count is 0 or more", text));
    context.assumptions.insert(std::move(assignment));
  }
  return {};
}

// Symbols that --at gives a number are numbers from the start, so that every rule sees them.
void substitute_dims(Fact& fact, const std::map<std::string, Expr>& values) {
  if (auto* tensor = fact.get<TensorFact>()) {
    for (std::size_t i = 0; tensor->dims && i < tensor->dims->size(); ++i) {
      Dim& dim = (*tensor->dims)[i];
      if (dim) dim = dim->substitute(values);
    }
    for (std::size_t i = 0; tensor->contents && i < tensor->contents->size(); ++i) {
      Expr* element = std::get_if<Expr>(&(*tensor->contents)[i]);
      if (element != nullptr) *element = element->substitute(values);
    }
  } else if (auto* integer = fact.get<IntFact>(); integer != nullptr && integer->value) {
    integer->value = integer->value->substitute(values);
  } else if (auto* tuple = fact.get<TupleFact>()) {
    for (Fact& element : tuple->elements) substitute_dims(element, values);
  } else if (auto* list = fact.get<ListFact>(); list != nullptr && list->elements && *list->elements) {
    for (Fact& element : **list->elements) substitute_dims(element, values);
  } else if (auto* dict = fact.get<DictFact>(); dict != nullptr && dict->items && *dict->items) {
    for (auto& [key, value] : **dict->items) substitute_dims(value, values);
  }
}

Result<std::optional<DType>> read_dtype(const std::string& word) {
  if (word.empty()) return std::optional<DType>();
  if (word == "f64") return std::optional(DType::f64);
  if (word == "f32") return std::optional<DType>();  // what the file says
  return usage_error(fmt::format("--dtype {}: expected f32 or f64", word));
}

}  // namespace

Result<Analysis> run_analysis(const AnalysisOptions& options) {
  if (options.front_end != "libtorch") {
    return usage_error(fmt::format("--front-end {}: the front end of this version is libtorch", options.front_end));
  }
  for (const std::string& name : options.conventions) FA_TRY(find_convention(name));
  Analysis analysis;
  FA_ASSIGN(analysis.context.retarget_dtype, read_dtype(options.dtype));
  FA_TRY(read_assumptions(options, analysis.context));
  analysis.context.loop_bound = options.loop_bound;

  FA_ASSIGN(Loaded loaded, load(options));
  analysis.program = std::move(loaded.program);
  analysis.weights = std::move(loaded.weights);
  FA_ASSIGN(analysis.context.inputs, bind_inputs(*analysis.program, options.inputs));
  std::map<std::string, Expr> values;
  for (const auto& [name, number] : analysis.context.assumptions) values.emplace(name, Expr(number));
  for (Fact& input : analysis.context.inputs) substitute_dims(input, values);

  FA_TRY(run_pipeline(*analysis.program, analysis.context, options.pipeline));
  for (const std::string& name : options.conventions) {
    FA_ASSIGN(const Convention* convention, find_convention(name));
    ConventionTotal total = convention->total(*analysis.program);
    analysis.conventions.push_back({convention->name, convention->unit, std::move(total.value),
                                    std::move(total.left_out), std::move(total.by_node)});
  }
  return analysis;
}

AnalysisReport report_of(const Analysis& analysis) {
  return make_analysis_report(*analysis.program,
                              {analysis.context.modules, analysis.context.diagnostics, analysis.conventions});
}

}  // namespace flopaudit
