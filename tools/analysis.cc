#include "tools/analysis.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "analyzer/conventions/conventions.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ops/rules/rule_file.h"
#include "analyzer/support/files.h"
#include "runtime/exec_shape_oracle.h"
#include "tools/input_objects.h"
#include "tools/method_inputs.h"

namespace flopaudit {
namespace {

constexpr std::string_view kIrFirstLine = "flopaudit.ir/1";

struct Loaded {
  std::unique_ptr<Program> program;
  std::optional<Admitted> admitted;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// By content, not by name alone: a .pt is a zip and never starts with our first line.
Result<Loaded> load(const AnalysisOptions& options, const std::vector<Schema>& added) {
  if (ends_with(options.model, ".ir")) {
    FA_ASSIGN(const std::string text, read_file(options.model));
    if (text.rfind(kIrFirstLine, 0) != 0) {
      return input_error(
          fmt::format("{} is not the IR of flopaudit as text: its first line is not {}", options.model, kIrFirstLine));
    }
    FA_ASSIGN(auto program, parse_program(text));
    std::optional<Admitted> admitted;
    if (options.executes) {
      FA_ASSIGN(admitted, admit_ir(*program, options.trust));
    }
    return Loaded{std::move(program), std::move(admitted)};
  }
  std::optional<Admitted> admitted;
  if (options.executes || runs_the_file(options.front_end)) {
    FA_ASSIGN(admitted, admit_file(options.model, options.trust, added));
  }
  FA_ASSIGN(auto program, load_model(options.front_end, {options.model, options.method, added, admitted}));
  return Loaded{std::move(program), std::move(admitted)};
}

// "NAME>=NUMBER" -> both; nothing where it is no bound.
Result<std::optional<std::pair<std::string, std::int64_t>>> read_least_size(const std::string& text) {
  const std::size_t sign = text.find(">=");
  if (sign == std::string::npos) return std::optional<std::pair<std::string, std::int64_t>>();
  const auto name = Expr::parse(text.substr(0, sign));
  const auto least = Expr::parse(text.substr(sign + 2));
  const bool is_symbol = name && name->symbols().size() == 1 && name->to_string() == *name->symbols().begin();
  if (!is_symbol || !least || !least->constant() || *least->constant() < 1) {
    return usage_error(fmt::format("--assume {}: expected NAME>=NUMBER, a number of 1 or more", text));
  }
  return std::optional(std::pair(name->to_string(), *least->constant()));
}

// A node may be named by its number alone: trips(12) is trips(n12).
std::string full_name(std::string name) {
  const std::size_t open = name.find('(');
  const bool short_id =
      open != std::string::npos && open + 1 < name.size() && name[open + 1] >= '0' && name[open + 1] <= '9';
  return short_id ? name.insert(open + 1, 1, 'n') : name;
}

// "NAME=NUMBER" -> both. The name of --assume may have parentheses: the last '=' separates.
Result<std::pair<std::string, std::int64_t>> read_assignment(const std::string& option, const std::string& text) {
  const std::size_t equals = text.rfind('=');
  std::int64_t number = 0;
  if (equals != std::string::npos && equals > 0) {
    const char* begin = text.data() + equals + 1;
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(begin, end, number);
    if (failure == std::errc() && stopped == end && begin != end)
      return std::pair(full_name(text.substr(0, equals)), number);
  }
  return usage_error(fmt::format("{} {}: expected NAME=NUMBER", option, text));
}

Result<void> read_assumptions(const AnalysisOptions& options, PassContext& context) {
  for (std::size_t start = 0; start < options.at.size();) {
    const std::size_t comma = std::min(options.at.find(',', start), options.at.size());
    FA_ASSIGN(auto assignment, read_assignment("--at", options.at.substr(start, comma - start)));
    if (assignment.second < 1 && !assignment.first.ends_with(')'))
      return usage_error(fmt::format("--at {}: a dim is 1 or more", options.at));
    const std::string name = assignment.first;
    if (!context.assumptions.insert(std::move(assignment)).second) {
      return usage_error(fmt::format("--at {}: {} is given twice", options.at, name));
    }
    start = comma + 1;
  }
  for (const std::string& text : options.assume) {
    FA_ASSIGN(const auto least, read_least_size(text));
    if (least) {
      context.least_sizes.insert(*least);
      context.size_assumptions.push_back(fmt::format("{} >= {}: --assume says so", least->first, least->second));
      continue;
    }
    FA_ASSIGN(auto assignment, read_assignment("--assume", text));
    if (assignment.second < 0 && !assignment.first.starts_with("int("))
      return usage_error(fmt::format("--assume {}: a count is 0 or more", text));
    context.assumptions.insert(std::move(assignment));
  }
  return {};
}

// A symbol that no input has is a slip of the pen: the numbers would not change.
Result<void> check_at(const PassContext& context) {
  std::set<std::string> symbols;
  for (const Fact& input : context.inputs) symbols.merge(symbols_of(input));
  std::string known;
  for (const std::string& symbol : symbols) known += (known.empty() ? "" : ", ") + symbol;
  for (const auto& [name, number] : context.assumptions) {
    if (name.ends_with(')') || symbols.contains(name)) continue;  // trips(n12): known only to the program
    return usage_error(fmt::format("{}={}: no --input has a symbol {}{}", name, number, name,
                                   known.empty() ? "" : "; the symbols are " + known));
  }
  return {};
}

// The same slip, with what the program itself leaves open.
Result<void> check_assumed(const PassContext& context) {
  constexpr std::size_t kMostNames = 12;
  for (const auto& [name, number] : context.assumptions) {
    if (!name.ends_with(')') || context.used_assumptions.contains(name)) continue;
    std::string known;
    std::size_t count = 0;
    for (const Dependency& dependency : context.dependencies) {
      if (++count <= kMostNames) known += (known.empty() ? "" : ", ") + dependency.name;
    }
    if (count > kMostNames) known += ", ...";
    return usage_error(fmt::format("{}={}: the program does not depend on {}{}", name, number, name,
                                   known.empty() ? "" : "; it depends on " + known));
  }
  return {};
}

Result<std::optional<DType>> read_dtype(const std::string& word) {
  if (word.empty()) return std::optional<DType>();
  if (word == "f64") return std::optional(DType::f64);
  if (word == "f32") return std::optional<DType>();  // what the file says
  return usage_error(fmt::format("--dtype {}: expected f32 or f64", word));
}

Result<std::shared_ptr<const OpRules>> read_op_rules(const std::string& file) {
  if (file.empty()) return std::shared_ptr<const OpRules>();
  const Result<std::string> text = read_file(file);
  if (!text) return usage_error("--op-rules: " + text.error().message);
  FA_ASSIGN(OpRules rules, OpRules::parse(*text, file));
  return std::shared_ptr<const OpRules>(std::make_shared<OpRules>(std::move(rules)));
}

// A number that the user's own rule gives says so.
void name_user_rules(const Program& program, PassContext& context) {
  if (context.op_rules == nullptr) return;
  std::set<const OpSpec*> named;
  for_each_node(program.entry().body, [&](const Node& node) {
    const OpSpec* row = context.op_rules->find(node.op.full());
    if (row == nullptr || !named.insert(row).second) return;
    context.diagnostics.push_back(fmt::format("{} is counted by the rule at {}", row->name, row->rule->origin));
  });
}

}  // namespace

Result<Analysis> run_analysis(const AnalysisOptions& options) {
  FA_TRY(check_front_end(options.front_end));
  for (const std::string& name : options.conventions) FA_TRY(find_convention(name));
  Analysis analysis;
  FA_ASSIGN(analysis.context.retarget_dtype, read_dtype(options.dtype));
  FA_TRY(read_assumptions(options, analysis.context));
  analysis.context.loop_bound = options.loop_bound;
  FA_ASSIGN(analysis.context.op_rules, read_op_rules(options.op_rules));
  analysis.context.shape_oracle = std::make_shared<ExecShapeOracle>();

  const std::vector<Schema> added =
      analysis.context.op_rules ? analysis.context.op_rules->schemas() : std::vector<Schema>();
  FA_ASSIGN(Loaded loaded, load(options, added));
  analysis.program = std::move(loaded.program);
  analysis.admitted = std::move(loaded.admitted);
  const auto offer = [&options, &added] {
    return offer_inputs([&options, &added]() -> Result<std::unique_ptr<Program>> {
      FA_ASSIGN(Loaded again, load(options, added));
      return std::move(again.program);
    });
  };
  FA_ASSIGN(analysis.context.inputs, bind_inputs(*analysis.program, options.inputs, offer));
  FA_TRY(check_at(analysis.context));
  // Numbers from the start, so that every rule sees them.
  std::map<std::string, Expr> values;
  for (const auto& [name, number] : analysis.context.assumptions) values.emplace(name, Expr(number));
  for (Fact& input : analysis.context.inputs) input = substitute(input, values);
  FA_ASSIGN(analysis.context.inputs, with_input_objects(*analysis.program, std::move(analysis.context.inputs)));

  FA_TRY(run_pipeline(*analysis.program, analysis.context, options.pipeline));
  if (options.pipeline.stop_after.empty() && options.pipeline.skip.empty()) FA_TRY(check_assumed(analysis.context));
  name_user_rules(*analysis.program, analysis.context);
  for (const std::string& name : options.conventions) {
    FA_ASSIGN(const Convention* convention, find_convention(name));
    ConventionTotal total = convention->total(*analysis.program);
    analysis.conventions.push_back({convention->name, convention->unit, std::move(total.value),
                                    std::move(total.left_out), std::move(total.by_node)});
  }
  return analysis;
}

AnalysisReport report_of(const Analysis& analysis, bool describes_nodes) {
  return make_analysis_report(
      *analysis.program,
      {analysis.context.modules, analysis.context.diagnostics, analysis.conventions, analysis.context.size_assumptions,
       analysis.context.least_sizes, analysis.context.most_sizes, analysis.context.dependencies, describes_nodes});
}

}  // namespace flopaudit
