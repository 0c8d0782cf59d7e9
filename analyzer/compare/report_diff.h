// ReportDiff: what changed from report A to report B, as one plain struct, and its views.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/compare/compared_report.h"
#include "analyzer/compare/node_matching.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// A figure in both; one that a side lacks altogether is absent there.
struct FigureChange {
  std::string name;
  std::optional<Figure> a, b;
};

// One op, module or source line, by the reports' first figure.
struct GroupChange {
  std::string key;
  std::int64_t nodes_a = 0, nodes_b = 0;
  std::optional<Figure> a, b;
};

enum class NodeChangeKind : std::uint8_t { same, changed, moved, added, removed };
std::string_view name(NodeChangeKind kind);

// `moved`: the same node in a module of another path; its figures may have changed too.
struct NodeChange {
  NodeChangeKind kind = NodeChangeKind::same;
  const ComparedNode* a = nullptr;  // null: added
  const ComparedNode* b = nullptr;  // null: removed
};

struct ReportDiff {
  const ComparedReport* a = nullptr;  // outlive the diff
  const ComparedReport* b = nullptr;
  std::vector<FigureChange> totals;                // all of them
  std::vector<GroupChange> ops, modules, sources;  // those that changed, the largest change first
  std::vector<NodeChange> nodes;                   // all, matched
  std::int64_t count(NodeChangeKind kind) const;
  bool is_equal() const;  // no total and no node differs
};

// Errors: usage: one is an analysis and the other an audit.
Result<ReportDiff> diff_reports(const ComparedReport& a, const ComparedReport& b);

// B - A, where both are known and complete.
std::optional<Expr> change_of(const std::optional<Figure>& a, const std::optional<Figure>& b);

// At most so many nodes and groups are listed by text and Markdown; the rest is counted. 0: all.
struct DiffLayout {
  std::size_t top = 20;
};
std::string to_text(const ReportDiff& diff, const DiffLayout& layout);
std::string to_markdown(const ReportDiff& diff, const DiffLayout& layout);
std::string to_csv(const ReportDiff& diff);   // one line a total, group and node that changed
std::string to_json(const ReportDiff& diff);  // `schema` flopaudit.diff/1

}  // namespace flopaudit
