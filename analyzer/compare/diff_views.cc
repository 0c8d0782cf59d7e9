// The views of a ReportDiff: text, Markdown, CSV, JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "analyzer/compare/report_diff.h"
#include "analyzer/ir/node_text.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/table.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

// `number` writes the ends of a range. Absent in a side: "-"; not known: "?"; a lower bound says so.
template <typename Number>
std::string figure_text(const std::optional<Figure>& figure, const Number& number) {
  if (!figure) return "-";
  if (!figure->value) return "?";
  return (figure->complete ? "" : ">= ") + number(*figure->value);
}

std::string for_people(const Range& range) {
  const auto low = range.min.constant();
  const auto high = range.max.constant();
  if (!low || !high) return range.to_string();
  return range.exact() ? with_separators(*low) : with_separators(*low) + ".." + with_separators(*high);
}

std::string change_text(const std::optional<Figure>& a, const std::optional<Figure>& b) {
  const std::optional<Expr> change = change_of(a, b);
  if (!change) return a == b ? "" : "?";
  const auto number = change->constant();
  if (!number) return change->to_string();
  if (*number == 0) return "0";
  return (*number > 0 ? "+" : "") + with_separators(*number);
}

std::string percent_text(const std::optional<Figure>& a, const std::optional<Figure>& b) {
  const std::optional<Expr> change = change_of(a, b);
  if (!change || !change->constant() || !a || !a->value) return "";
  const auto whole = a->value->min.constant();
  if (!whole || *whole == 0) return "";
  return fmt::format("{:+.2f} %", 100.0 * static_cast<double>(*change->constant()) / static_cast<double>(*whole));
}

std::vector<std::string> figure_cells(const std::optional<Figure>& a, const std::optional<Figure>& b) {
  return {figure_text(a, for_people), figure_text(b, for_people), change_text(a, b), percent_text(a, b)};
}

Table with_figures(std::vector<Column> columns) {
  for (const char* header : {"A", "B", "change", "of A"}) columns.push_back({header, true});
  return {std::move(columns), {}};
}

void add_row(Table& table, std::vector<std::string> cells, const std::optional<Figure>& a,
             const std::optional<Figure>& b) {
  for (std::string& cell : figure_cells(a, b)) cells.push_back(std::move(cell));
  table.rows.push_back(std::move(cells));
}

Table total_table(const ReportDiff& diff) {
  Table table = with_figures({{"total"}});
  for (const FigureChange& total : diff.totals) add_row(table, {total.name}, total.a, total.b);
  return table;
}

std::string nodes_text(const GroupChange& change) {
  if (change.nodes_a == change.nodes_b) return with_separators(change.nodes_a);
  return with_separators(change.nodes_a) + " -> " + with_separators(change.nodes_b);
}

std::string key_text(const std::string& what, const std::string& key) {
  if (!key.empty()) return key;
  return what == "module" ? "(model)" : "(not known)";
}

Table group_table(const ReportDiff& diff, const std::string& what, const std::vector<GroupChange>& changes,
                  std::size_t top) {
  Table table = with_figures({{what + ", by " + diff.a->figure_names.front()}, {"nodes", true}});
  for (const GroupChange& change : changes) {
    if (top != 0 && table.rows.size() == top) break;
    add_row(table, {key_text(what, change.key), nodes_text(change)}, change.a, change.b);
  }
  return table;
}

std::optional<Figure> first_figure(const ComparedNode* node) {
  return node == nullptr ? std::nullopt : std::optional(node->figures.front());
}

// "a" where both say the same, else "a => b".
template <typename Member>
std::string both(const NodeChange& change, const Member& member) {
  if (change.a == nullptr) return member(*change.b);
  if (change.b == nullptr) return member(*change.a);
  const std::string a = member(*change.a);
  const std::string b = member(*change.b);
  return a == b ? a : a + " => " + b;
}

std::string id_text(const NodeChange& change) {
  if (change.a == nullptr) return node_name(change.b->id);
  if (change.b == nullptr) return node_name(change.a->id);
  return both(change, [](const ComparedNode& node) { return node_name(node.id); });
}

// How much a node's change weighs: what is not known first, then by the size of the change.
double weight(const NodeChange& change) {
  const std::optional<Expr> difference = change_of(first_figure(change.a), first_figure(change.b));
  const auto number = difference ? difference->constant() : std::nullopt;
  return number ? std::abs(static_cast<double>(*number)) : std::numeric_limits<double>::infinity();
}

// The largest change first: a scripted model has hundreds of nodes that cost nothing.
std::vector<NodeChange> changed_nodes(const ReportDiff& diff) {
  std::vector<NodeChange> changed;
  for (const NodeChange& change : diff.nodes) {
    if (change.kind != NodeChangeKind::same) changed.push_back(change);
  }
  std::stable_sort(changed.begin(), changed.end(),
                   [](const NodeChange& x, const NodeChange& y) { return weight(x) > weight(y); });
  return changed;
}

Table node_table(const ReportDiff& diff, std::size_t top) {
  Table table = with_figures({{"node"}, {"what"}, {"op"}, {"module"}, {"shapes"}});
  for (const NodeChange& change : changed_nodes(diff)) {
    if (top != 0 && table.rows.size() == top) break;
    add_row(table,
            {id_text(change), std::string(name(change.kind)),
             both(change, [](const ComparedNode& node) { return node.op; }),
             both(change, [](const ComparedNode& node) { return node.module; }),
             both(change, [](const ComparedNode& node) { return node.shapes; })},
            first_figure(change.a), first_figure(change.b));
  }
  return table;
}

std::string count_line(const ReportDiff& diff) {
  std::string text = "nodes:";
  for (const NodeChangeKind kind : {NodeChangeKind::same, NodeChangeKind::changed, NodeChangeKind::moved,
                                    NodeChangeKind::added, NodeChangeKind::removed}) {
    text +=
        fmt::format("{} {} {}", kind == NodeChangeKind::same ? "" : ",", with_separators(diff.count(kind)), name(kind));
  }
  return text;
}

std::string laid_out(const ReportDiff& diff, const Layout& layout, std::size_t top) {
  std::string text =
      layout.heading + std::string("A: ") + diff.a->title + "\n" + layout.heading + "B: " + diff.b->title + "\n";
  text += "\n" + layout.table(total_table(diff));
  const auto add = [&](const Table& table, std::size_t all) {
    if (table.rows.empty()) return;
    text += "\n" + layout.table(table);
    if (all > table.rows.size())
      text += layout.bullet +
              fmt::format("... and {} more", with_separators(static_cast<std::int64_t>(all - table.rows.size()))) +
              "\n";
  };
  add(group_table(diff, "op", diff.ops, top), diff.ops.size());
  add(group_table(diff, "module", diff.modules, top), diff.modules.size());
  add(group_table(diff, "source", diff.sources, top), diff.sources.size());
  const auto changed = diff.nodes.size() - static_cast<std::size_t>(diff.count(NodeChangeKind::same));
  add(node_table(diff, top), changed);
  text += "\n" + (layout.bullet + count_line(diff)) + "\n";
  if (diff.is_equal()) text += layout.bullet + std::string("no difference") + "\n";
  return text;
}

std::string plain_figure(const std::optional<Figure>& figure) {
  return figure && figure->value ? plain(*figure->value) : "";
}

Json figure_json(const std::optional<Figure>& figure) {
  if (!figure || !figure->value) return nullptr;
  return range_json(*figure->value);
}

// The two numbers, their difference where it is known, and whether they are all of it.
void add_figures(Json& json, const std::optional<Figure>& a, const std::optional<Figure>& b) {
  json["a"] = figure_json(a);
  json["b"] = figure_json(b);
  const std::optional<Expr> change = change_of(a, b);
  json["change"] = change ? range_json(Range(*change)) : Json(nullptr);
  json["complete"] = (!a || a->complete) && (!b || b->complete);
}

Json groups_json(const std::vector<GroupChange>& changes) {
  Json json = Json::array();
  for (const GroupChange& change : changes) {
    Json row = {{"key", change.key}, {"nodes_a", change.nodes_a}, {"nodes_b", change.nodes_b}};
    add_figures(row, change.a, change.b);
    json.push_back(std::move(row));
  }
  return json;
}

Json side_json(const ComparedNode* node, const std::vector<std::string>& figure_names) {
  if (node == nullptr) return nullptr;
  Json json = {{"id", node_name(node->id)}, {"op", node->op},         {"module", node->module},
               {"source", node->source},    {"shapes", node->shapes}, {"state", node->state}};
  for (std::size_t i = 0; i < figure_names.size(); ++i) json[figure_names[i]] = figure_json(node->figures[i]);
  return json;
}

}  // namespace

std::string to_text(const ReportDiff& diff, const DiffLayout& layout) {
  return laid_out(diff, kTextLayout, layout.top);
}
std::string to_markdown(const ReportDiff& diff, const DiffLayout& layout) {
  return laid_out(diff, kMarkdownLayout, layout.top);
}

std::string to_csv(const ReportDiff& diff) {
  Table table{{{"what"}, {"key"}, {"change"}, {"a"}, {"b"}, {"difference"}}, {}};
  const auto difference = [](const std::optional<Figure>& a, const std::optional<Figure>& b) {
    const std::optional<Expr> change = change_of(a, b);
    return change ? change->to_string() : "";
  };
  const auto add = [&](const char* what, const std::string& key, const std::string& change,
                       const std::optional<Figure>& a, const std::optional<Figure>& b) {
    table.rows.push_back({what, key, change, plain_figure(a), plain_figure(b), difference(a, b)});
  };
  for (const FigureChange& total : diff.totals) {
    add("total", total.name, total.a == total.b ? "same" : "changed", total.a, total.b);
  }
  const auto add_groups = [&](const char* what, const std::vector<GroupChange>& changes) {
    for (const GroupChange& change : changes) {
      add(what, change.key, !change.a ? "added" : !change.b ? "removed" : "changed", change.a, change.b);
    }
  };
  add_groups("op", diff.ops);
  add_groups("module", diff.modules);
  add_groups("source", diff.sources);
  for (const NodeChange& change : diff.nodes) {
    if (change.kind == NodeChangeKind::same) continue;
    const std::string op = both(change, [](const ComparedNode& node) { return node.op; });
    add("node", id_text(change) + " " + op, std::string(name(change.kind)), first_figure(change.a),
        first_figure(change.b));
  }
  return to_csv(table);
}

std::string to_json(const ReportDiff& diff) {
  Json json = {{"schema", "flopaudit.diff/1"}, {"kind", diff.a->kind},     {"a", diff.a->title},
               {"b", diff.b->title},           {"equal", diff.is_equal()}, {"by", diff.a->figure_names.front()}};
  json["totals"] = Json::array();
  for (const FigureChange& total : diff.totals) {
    Json row = {{"name", total.name}};
    add_figures(row, total.a, total.b);
    json["totals"].push_back(std::move(row));
  }
  json["ops"] = groups_json(diff.ops);
  json["modules"] = groups_json(diff.modules);
  json["sources"] = groups_json(diff.sources);
  json["counts"] = Json::object();
  json["nodes"] = Json::array();
  for (const NodeChange& change : diff.nodes) {
    if (change.kind == NodeChangeKind::same) continue;
    json["nodes"].push_back({{"what", name(change.kind)},
                             {"a", side_json(change.a, diff.a->figure_names)},
                             {"b", side_json(change.b, diff.b->figure_names)}});
  }
  for (const NodeChangeKind kind : {NodeChangeKind::same, NodeChangeKind::changed, NodeChangeKind::moved,
                                    NodeChangeKind::added, NodeChangeKind::removed}) {
    json["counts"][std::string(name(kind))] = diff.count(kind);
  }
  return dump_json(json);
}

}  // namespace flopaudit
