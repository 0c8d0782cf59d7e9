// Holds a report against a budget: finds the figure of each line, and decides.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "analyzer/compare/budget.h"

namespace flopaudit {
namespace {

__extension__ using Wide = __int128;  // a product of two 64-bit numbers never wraps

// A limit for whole numbers: the largest that is not above it, and the smallest that is not below.
struct WholeLimit {
  std::int64_t floor = 0;
  std::int64_t ceil = 0;
};

Figure number(std::int64_t value) { return {Range(Expr(value))}; }

bool is_counted(const ComparedNode& node) { return node.state != "no_rule" && node.state != "no_shape"; }

bool is_of_op(const std::string& op, const std::string& scope) {
  return op == scope || (op.starts_with(scope) && op[scope.size()] == '.');
}

bool is_in_module(const std::string& module, const std::string& scope) {
  return scope.empty() || module == scope || (module.starts_with(scope) && module[scope.size()] == '.');
}

// What a scope stands for: a module, or all ops of a name.
struct Scope {
  ComparedGroup sum;
  std::int64_t gaps = 0;
};

void add(Figure& sum, const Figure& figure) {
  sum.complete = sum.complete && figure.complete;
  if (figure.value) sum.value = sum.value ? *sum.value + *figure.value : *figure.value;
}

Result<Scope> find_scope(const BudgetLine& line, const std::string& file, const ComparedReport& report) {
  Scope scope;
  const bool is_op = line.scope.find("::") != std::string::npos;
  const auto in_scope = [&](const ComparedNode& node) {
    return is_op ? is_of_op(node.op, line.scope) : is_in_module(node.module, line.scope);
  };
  for (const ComparedNode& node : report.nodes) scope.gaps += in_scope(node) && !is_counted(node) ? 1 : 0;
  bool found = false;
  for (const ComparedGroup& group : is_op ? report.ops : report.modules) {
    if (is_op ? !is_of_op(group.key, line.scope) : group.key != line.scope) continue;
    if (!found) scope.sum = group;
    for (std::size_t i = 0; found && i < group.figures.size(); ++i) add(scope.sum.figures[i], group.figures[i]);
    if (found) scope.sum.nodes += group.nodes;
    found = true;
  }
  if (found) return scope;
  return usage_error(
      fmt::format("{}:{}: the report has no {} `{}`", file, line.line, is_op ? "op" : "module", line.scope));
}

std::optional<Figure> named(const std::vector<NamedFigure>& figures, const std::string& name) {
  for (const NamedFigure& figure : figures) {
    if (figure.name == name) return figure.figure;
  }
  return std::nullopt;
}

std::optional<Figure> in_scope(const Scope& scope, const std::string& quantity, const ComparedReport& report) {
  if (quantity == "nodes") return number(scope.sum.nodes);
  if (quantity == "gaps" && report.kind == "analysis") return number(scope.gaps);
  if (quantity == "parameters" && scope.sum.parameters) return number(*scope.sum.parameters);
  for (std::size_t i = 0; i < report.figure_names.size(); ++i) {
    if (report.figure_names[i] == quantity) return scope.sum.figures[i];
  }
  return std::nullopt;
}

std::string quantities_of(const ComparedReport& report, bool of_model) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (of_model) {
    for (const NamedFigure& total : report.totals) add(total.name);
    return words;
  }
  for (const std::string& figure : report.figure_names) add(figure);
  add("nodes");
  if (report.kind == "analysis") add("gaps"), add("parameters (of a module)");
  return words;
}

Result<Figure> find_figure(const BudgetLine& line, const std::string& file, const ComparedReport& report) {
  std::optional<Figure> figure;
  if (line.scope.empty()) {
    figure = named(report.totals, line.quantity);
  } else {
    FA_ASSIGN(const Scope scope, find_scope(line, file, report));
    figure = in_scope(scope, line.quantity, report);
  }
  if (figure) return *figure;
  return usage_error(fmt::format("{}:{}: {} has no `{}`; there are {}", file, line.line,
                                 line.scope.empty() ? "the report of this " + report.kind : "`" + line.scope + "`",
                                 line.quantity, quantities_of(report, line.scope.empty())));
}

// What 100 % of a quantity is.
std::string whole_of(const BudgetLine& line) {
  static const std::set<std::string> kOfMeasured = {"unexplained", "bound_width"};
  if (kOfMeasured.contains(line.quantity)) return "measured";
  if (!line.scope.empty() && line.quantity != "gaps") return line.quantity;
  return "nodes";  // gaps, verdicts
}

std::int64_t clamped(Wide value) {
  constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(value, kMost));
}

// Nothing: the whole is not a known number.
std::optional<WholeLimit> whole_limit(const BudgetLine& line, const ComparedReport& report) {
  if (!line.is_share) return WholeLimit{line.limit.floor(), line.limit.ceil()};
  const auto whole = named(report.totals, whole_of(line));
  if (!whole || !whole->value || !whole->complete || !whole->value->exact()) return std::nullopt;
  const auto hundred_percent = whole->value->min.constant();
  if (!hundred_percent) return std::nullopt;
  const Wide product = static_cast<Wide>(line.limit.digits) * *hundred_percent;
  Wide unit = 100;
  for (int i = 0; i < line.limit.decimals; ++i) unit *= 10;
  return WholeLimit{clamped(product / unit), clamped((product + unit - 1) / unit)};
}

bool is_sure(const std::optional<bool>& answer) { return answer.value_or(false); }

// `complete`: the figure is all of it, and not a lower bound.
BudgetState decide(Relation relation, const WholeLimit& limit, const Range& value, bool complete) {
  const auto at_most = [&](std::int64_t most) {
    if (complete && is_sure(always_less_equal(value.max, Expr(most)))) return BudgetState::holds;
    return is_sure(always_less(Expr(most), value.min)) ? BudgetState::broken : BudgetState::undecided;
  };
  const auto at_least = [&](std::int64_t least) {
    if (is_sure(always_less_equal(Expr(least), value.min))) return BudgetState::holds;
    return complete && is_sure(always_less(value.max, Expr(least))) ? BudgetState::broken : BudgetState::undecided;
  };
  switch (relation) {
    case Relation::at_most: return at_most(limit.floor);
    case Relation::less: return at_most(limit.ceil - 1);
    case Relation::at_least: return at_least(limit.ceil);
    case Relation::more: return at_least(limit.floor + 1);
    case Relation::equal: break;
  }
  const BudgetState above = at_most(limit.floor);
  const BudgetState below = at_least(limit.ceil);
  if (above == BudgetState::broken || below == BudgetState::broken || limit.floor != limit.ceil)
    return BudgetState::broken;
  return above == BudgetState::holds && below == BudgetState::holds ? BudgetState::holds : BudgetState::undecided;
}

std::string why_undecided(const Figure& figure, std::int64_t gaps) {
  if (!figure.value) return "not known";
  std::set<std::string> symbols = figure.value->min.symbols();
  symbols.merge(figure.value->max.symbols());
  if (!symbols.empty()) {
    return fmt::format("depends on {}: give numbers with --at or --assume", fmt::join(symbols, ", "));
  }
  if (!figure.complete) return fmt::format("at least: {} nodes are not counted; `gaps <= {}` accepts that", gaps, gaps);
  if (!figure.value->exact()) return "a branch is not decided";
  return "the whole that it is a share of is not known";
}

// The budget itself says that so many nodes may go uncounted.
bool accepts_gaps(const Budget& budget, const ComparedReport& report) {
  const auto gaps = named(report.totals, "gaps");
  if (!gaps || !gaps->value) return false;
  return std::any_of(budget.limits.begin(), budget.limits.end(), [&](const BudgetLine& line) {
    return line.scope.empty() && line.quantity == "gaps" && !line.is_share && line.limit.floor() > 0 &&
           decide(line.relation, {line.limit.floor(), line.limit.ceil()}, *gaps->value, true) == BudgetState::holds;
  });
}

BudgetFinding finding_of(const BudgetLine& line, Figure figure, const ComparedReport& report, bool gaps_accepted) {
  const auto gaps = named(report.totals, "gaps");
  const std::int64_t gap_count = gaps && gaps->value ? gaps->value->min.constant().value_or(0) : 0;
  if (gaps_accepted && figure.value) figure.complete = true;
  BudgetFinding finding{&line, BudgetState::undecided, figure, ""};
  const std::optional<WholeLimit> limit = whole_limit(line, report);
  if (limit && figure.value) finding.state = decide(line.relation, *limit, *figure.value, figure.complete);
  if (finding.state == BudgetState::undecided) finding.why = why_undecided(figure, gap_count);
  return finding;
}

}  // namespace

Result<BudgetCheck> check_budget(const Budget& budget, const ComparedReport& report) {
  BudgetCheck check;
  check.budget = &budget;
  check.title = report.title;
  const bool gaps_accepted = accepts_gaps(budget, report);
  for (const BudgetLine& line : budget.limits) {
    FA_ASSIGN(Figure figure, find_figure(line, budget.file, report));
    if (line.is_share && line.scope.empty() && named(report.totals, whole_of(line)) == std::nullopt) {
      return usage_error(
          fmt::format("{}:{}: `{}` has no whole to be a share of", budget.file, line.line, line.quantity));
    }
    check.findings.push_back(finding_of(line, std::move(figure), report, gaps_accepted));
    BudgetFinding& finding = check.findings.back();
    if (!line.is_share) continue;
    const auto whole = named(report.totals, whole_of(line));
    if (whole && whole->value && whole->value->exact()) finding.whole = whole->value->min.constant();
  }
  return check;
}

}  // namespace flopaudit
