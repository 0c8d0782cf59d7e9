// The DOT views: what the colours and the lines of a vertex say differs, the drawing (analyzer/ir/dot.h) is the same.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/dot.h"
#include "analyzer/ir/region_total.h"
#include "analyzer/report/dot_view.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

Result<Picture> picture_of(const Program& program, const DotView& view) {
  Picture picture = make_picture(program.entry(), view.all);
  if (!view.focus.empty()) {
    std::set<std::string> modules;
    for (const Picture::Vertex& vertex : picture.vertices) {
      if (!vertex.module.empty()) modules.insert(vertex.module.substr(0, vertex.module.find('.')));
    }
    picture = focused(picture, view.focus);
    if (picture.vertices.empty()) {
      std::string known;
      std::size_t named = 0;
      for (const std::string& module : modules) {
        if (++named > 12) break;
        known += (known.empty() ? "" : ", ") + module;
      }
      return usage_error(fmt::format("--dot-focus {}: no module of the graph has this path{}{}", view.focus,
                                     known.empty() ? "; it has none" : "; at the top are " + known,
                                     modules.size() > 12 ? ", ..." : ""));
    }
  }
  if (view.depth > 0) picture = collapsed(picture, view.depth + module_depth(view.focus));
  return picture;
}

std::string plural(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

// --- by cost ---
using Cost = Range (*)(const Node&);

Range flops_of(const Node& node) { return flops(node.work); }
Range bytes_of(const Node& node) {
  Range sum = node.work.bytes_read;
  sum += node.work.bytes_written;
  return sum;
}

// Of several nodes at once: a plain sum would be too wide where branches exclude each other.
Range cost_of(const Program& program, const Picture::Vertex& vertex, Cost cost) {
  Range sum;
  bool exact = true;
  for (const Node* node : vertex.nodes) {
    const Range one = cost(*node);
    exact = exact && one.exact();
    sum += one;
  }
  if (exact || vertex.nodes.size() == 1) return sum;
  const std::unordered_set<const Node*> chosen(vertex.nodes.begin(), vertex.nodes.end());
  return region_total(program.entry().body,
                      [&](const Node& node) { return chosen.contains(&node) ? cost(node) : Range(); });
}

bool is_known(const Node& node) {
  return !is_reported(node) || (node.state != WorkState::no_rule && node.state != WorkState::no_shape);
}

struct CostView {
  const char* unit;  // "FLOP"
  std::unordered_map<std::string, Range> of_vertex;
  double largest = 0;  // of one vertex
  double all = 0;

  DotStyle style(const Picture::Vertex& vertex) const {
    DotStyle style;
    const auto unknown =
        std::count_if(vertex.nodes.begin(), vertex.nodes.end(), [](const Node* n) { return !is_known(*n); });
    const Range& range = of_vertex.at(vertex.id);
    const auto cost = magnitude(range);
    if (!cost || *cost > 0) {
      std::string line = with_unit(range, unit);
      if (cost && all > 0) line += ", " + percent(*cost / all);
      style.lines.push_back(std::move(line));
    }
    if (unknown > 0) {
      const Node& node = *vertex.nodes.front();
      style.lines.push_back(vertex.nodes.size() == 1 ? std::string(name(node.state))
                                                     : fmt::format("cost of {} not known", plural(unknown, "node")));
      if (!node.why.empty() && vertex.nodes.size() == 1) style.tooltip = node.why;
      if (vertex.nodes.size() == 1) return style;
    }
    const auto reported = [](const Node* node) { return is_reported(*node); };
    style.plain = !cost || std::none_of(vertex.nodes.begin(), vertex.nodes.end(), reported);
    style.plain = style.plain || largest <= 0;
    if (!style.plain) style.heat = *cost / largest;
    return style;
  }
};

void colour_by_cost(const Program& program, const Picture& picture, DotColor color, DotOptions& options) {
  const bool bytes = color == DotColor::bytes;
  const Cost cost = bytes ? bytes_of : flops_of;
  CostView view{bytes ? "B" : "FLOP", {}};
  for (const Picture::Vertex& vertex : picture.vertices) {
    const Range range = view.of_vertex[vertex.id] = cost_of(program, vertex, cost);
    if (vertex.shape != Picture::Shape::outside) view.largest = std::max(view.largest, magnitude(range).value_or(0));
  }
  view.all = magnitude(region_total(program.entry().body, std::function<Range(const Node&)>(cost))).value_or(0);
  options.heat_meaning = bytes ? "share of bytes read and written" : "share of FLOPs";
  if (view.all <= 0) options.scale = HeatScale::none;  // symbols, or nothing that costs anything
  options.hot_label = view.all > 0 ? percent(view.largest / view.all) : "";
  options.style = [view = std::move(view)](const Picture::Vertex& vertex) { return view.style(vertex); };
}

// --- by discrepancy ---
// A quarter or more apart is as hot as the scale goes.
constexpr double kHottestDiscrepancy = 0.25;

bool is_finding(const NodeJudgement& node) {
  return node.verdict == Verdict::mismatch || node.verdict == Verdict::error || node.verdict == Verdict::unstable ||
         node.shape_mismatch;
}

struct DiscrepancyView {
  std::unordered_map<int, const NodeJudgement*> judgements;

  DotStyle style(const Picture::Vertex& vertex) const {
    DotStyle style;
    std::int64_t annotated = 0, measured = 0;
    std::map<Verdict, std::size_t> verdicts;
    bool any_measured = false;
    for (const Node* node : vertex.nodes) {
      const auto entry = judgements.find(node->id);
      if (entry == judgements.end()) continue;
      const NodeJudgement& judgement = *entry->second;
      ++verdicts[judgement.verdict];
      style.alarm = style.alarm || is_finding(judgement);
      if (!judgement.measured) continue;
      any_measured = true;
      annotated += judgement.annotated;
      measured += *judgement.measured;
    }
    style.plain = verdicts.empty();
    const bool quiet = verdicts.size() == 1 && verdicts.contains(Verdict::quiet);
    if (any_measured) style.heat = quiet ? 0 : heat(annotated, measured);
    if (any_measured && !quiet && annotated != 0) {
      style.lines.push_back(fmt::format("{} x {:.4f}", with_unit(Range(Expr(annotated)), "FLOP"),
                                        static_cast<double>(measured) / static_cast<double>(annotated)));
    }
    std::string line;
    for (const auto& [verdict, nodes] : verdicts) {
      if (verdict == Verdict::quiet) continue;
      line += line.empty() ? "" : ", ";
      line += vertex.nodes.size() == 1 ? std::string(name(verdict)) : fmt::format("{} {}", nodes, name(verdict));
    }
    if (!line.empty()) style.lines.push_back(std::move(line));
    return style;
  }

  static double heat(std::int64_t annotated, std::int64_t measured) {
    if (annotated == 0) return measured == 0 ? 0 : 1;
    return (static_cast<double>(measured) / static_cast<double>(annotated) - 1) / kHottestDiscrepancy;
  }
};

void colour_by_discrepancy(const Judgement& judgement, DotOptions& options) {
  DiscrepancyView view;
  for (const NodeJudgement& node : judgement.nodes) view.judgements[node.id] = &node;
  options.scale = HeatScale::around_zero;
  options.heat_meaning = "measured against annotated FLOPs";
  options.cold_label = "25 % fewer";
  options.hot_label = "25 % more";
  options.alarm_meaning = "mismatch, unstable or error";
  options.style = [view = std::move(view)](const Picture::Vertex& vertex) { return view.style(vertex); };
}

void leave_uncoloured(DotOptions& options) {
  options.scale = HeatScale::none;
  options.style = [](const Picture::Vertex&) {
    DotStyle style;
    style.plain = true;
    return style;
  };
}

}  // namespace

const std::map<std::string, DotColor>& dot_colors() {
  static const std::map<std::string, DotColor> colors = {{"flops", DotColor::flops},
                                                         {"bytes", DotColor::bytes},
                                                         {"discrepancy", DotColor::discrepancy},
                                                         {"none", DotColor::none}};
  return colors;
}

Result<void> check_dot_view(const Program& program, const DotView& view) {
  if (!view.focus.empty()) FA_TRY(picture_of(program, view));
  return {};
}

Result<std::string> to_dot(const Program& program, const AnalysisReport& report, const DotView& view) {
  if (view.color == DotColor::discrepancy)
    return usage_error("--dot-color discrepancy: nothing was measured; `audit` and `report` can colour by it");
  FA_ASSIGN(const Picture picture, picture_of(program, view));
  DotOptions options;
  options.title = fmt::format("{} {}: {}, {}", file_name(report.file), report.method,
                              with_unit(macs(report.total), "MAC"), with_unit(flops(report.total), "FLOP"));
  if (view.color == DotColor::none)
    leave_uncoloured(options);
  else
    colour_by_cost(program, picture, view.color, options);
  return to_dot(picture, options);
}

Result<std::string> to_dot(const AuditReport& report, const DotView& view) {
  FA_ASSERT(report.program != nullptr, "a report that was read back has no graph");
  FA_ASSIGN(const Picture picture, picture_of(*report.program, view));
  DotOptions options;
  options.title =
      fmt::format("{} {}: {} FLOPs annotated, {} measured", file_name(report.record.model_file), report.method,
                  with_separators(report.judgement.annotated), with_separators(report.judgement.measured));
  if (view.color == DotColor::none)
    leave_uncoloured(options);
  else if (view.color == DotColor::flops || view.color == DotColor::bytes)
    colour_by_cost(*report.program, picture, view.color, options);
  else
    colour_by_discrepancy(report.judgement, options);
  return to_dot(picture, options);
}

}  // namespace flopaudit
