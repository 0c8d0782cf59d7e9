#include "analyzer/compare/report_diff.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

std::vector<FigureChange> total_changes(const std::vector<NamedFigure>& a, const std::vector<NamedFigure>& b) {
  std::vector<FigureChange> changes;
  for (const NamedFigure& total : a) changes.push_back({total.name, total.figure, std::nullopt});
  for (const NamedFigure& total : b) {
    const auto same = std::find_if(changes.begin(), changes.end(),
                                   [&](const FigureChange& change) { return change.name == total.name; });
    if (same != changes.end())
      same->b = total.figure;
    else
      changes.push_back({total.name, std::nullopt, total.figure});
  }
  return changes;
}

// How much a change weighs: what is not a number comes first.
double weight(const GroupChange& change) {
  const auto of = [](const std::optional<Figure>& figure) -> std::optional<double> {
    if (!figure) return 0.0;
    if (!figure->value) return std::nullopt;
    return magnitude(*figure->value);
  };
  const auto a = of(change.a);
  const auto b = of(change.b);
  return a && b ? std::abs(*b - *a) : std::numeric_limits<double>::infinity();
}

std::vector<GroupChange> group_changes(const std::vector<ComparedGroup>& a, const std::vector<ComparedGroup>& b) {
  std::vector<GroupChange> all;
  std::map<std::string, std::size_t> index;
  for (const ComparedGroup& group : a) {
    index.emplace(group.key, all.size());
    all.push_back({group.key, group.nodes, 0, group.figures.front(), std::nullopt});
  }
  for (const ComparedGroup& group : b) {
    const auto [entry, inserted] = index.try_emplace(group.key, all.size());
    if (inserted) all.push_back({group.key, 0, 0, std::nullopt, std::nullopt});
    all[entry->second].nodes_b = group.nodes;
    all[entry->second].b = group.figures.front();
  }
  std::vector<GroupChange> changed;
  for (GroupChange& change : all) {
    if (change.a != change.b || change.nodes_a != change.nodes_b) changed.push_back(std::move(change));
  }
  std::stable_sort(changed.begin(), changed.end(),
                   [](const GroupChange& x, const GroupChange& y) { return weight(x) > weight(y); });
  return changed;
}

NodeChange node_change(const NodeMatch& match, const ComparedReport& a, const ComparedReport& b) {
  const ComparedNode* in_a = match.a ? &a.nodes[*match.a] : nullptr;
  const ComparedNode* in_b = match.b ? &b.nodes[*match.b] : nullptr;
  if (in_a == nullptr) return {NodeChangeKind::added, in_a, in_b};
  if (in_b == nullptr) return {NodeChangeKind::removed, in_a, in_b};
  if (in_a->module != in_b->module) return {NodeChangeKind::moved, in_a, in_b};
  const bool same = in_a->shapes == in_b->shapes && in_a->state == in_b->state && in_a->figures == in_b->figures;
  return {same ? NodeChangeKind::same : NodeChangeKind::changed, in_a, in_b};
}

}  // namespace

std::string_view name(NodeChangeKind kind) {
  switch (kind) {
    case NodeChangeKind::same: return "same";
    case NodeChangeKind::changed: return "changed";
    case NodeChangeKind::moved: return "moved";
    case NodeChangeKind::added: return "added";
    case NodeChangeKind::removed: return "removed";
  }
  return "";
}

std::int64_t ReportDiff::count(NodeChangeKind kind) const {
  return std::count_if(nodes.begin(), nodes.end(), [&](const NodeChange& change) { return change.kind == kind; });
}

bool ReportDiff::is_equal() const {
  const bool same_totals =
      std::all_of(totals.begin(), totals.end(), [](const FigureChange& change) { return change.a == change.b; });
  return same_totals && count(NodeChangeKind::same) == static_cast<std::int64_t>(nodes.size());
}

std::optional<Expr> change_of(const std::optional<Figure>& a, const std::optional<Figure>& b) {
  const Figure nothing{Range(Expr(0))};
  const Figure& from = a ? *a : nothing;
  const Figure& to = b ? *b : nothing;
  if (!from.value || !to.value || !from.complete || !to.complete) return std::nullopt;
  if (*from.value == *to.value) return Expr(0);
  if (!from.value->exact() || !to.value->exact()) return std::nullopt;
  return to.value->min - from.value->min;
}

Result<ReportDiff> diff_reports(const ComparedReport& a, const ComparedReport& b) {
  if (a.kind != b.kind) {
    return usage_error("diff: one is an " + a.kind + " and the other an " + b.kind + ": compare two of a kind");
  }
  ReportDiff diff;
  diff.a = &a;
  diff.b = &b;
  diff.totals = total_changes(a.totals, b.totals);
  diff.ops = group_changes(a.ops, b.ops);
  diff.modules = group_changes(a.modules, b.modules);
  diff.sources = group_changes(a.sources, b.sources);
  for (const NodeMatch& match : match_nodes(a.nodes, b.nodes)) diff.nodes.push_back(node_change(match, a, b));
  return diff;
}

}  // namespace flopaudit
