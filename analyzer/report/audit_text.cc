#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/report/audit_report.h"
#include "analyzer/report/counts_text.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/roofline_views.h"
#include "analyzer/report/table.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

std::string measured_text(const std::optional<std::int64_t>& measured, const std::string& unit = "") {
  return measured ? with_separators(*measured) + unit : "not measured";
}

std::string number(std::int64_t value) { return with_separators(value); }

std::string interval_text(const Interval& interval) {
  return interval.width() == 0 ? number(interval.low) : number(interval.low) + ".." + number(interval.high);
}

std::string ratio_text(const std::optional<double>& ratio) { return ratio ? fmt::format("{:.4f}", *ratio) : ""; }

std::string share_of(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "nothing";
  return fmt::format("{:.4f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

Table op_table(const Judgement& judgement) {
  Table table{{{"op"},
               {"nodes", true},
               {"annotated", true},
               {"expected", true},
               {"measured", true},
               {"median", true},
               {"worst", true},
               {"unexplained", true},
               {"verdicts"}},
              {}};
  std::map<std::string, std::map<Verdict, std::int64_t>> verdicts;
  for (const NodeJudgement& node : judgement.nodes) ++verdicts[node.op][node.verdict];
  std::int64_t silent = 0;
  for (const OpJudgement& op : judgement.ops) {
    const auto& of_op = verdicts[op.op];
    // Ops that are quiet throughout and have no cost are summed up in one line: a scripted model has hundreds.
    if (op.annotated == 0 && of_op.size() == 1 && of_op.begin()->first == Verdict::quiet) {
      silent += op.nodes;
      continue;
    }
    std::string words;
    for (const auto& [verdict, nodes] : of_op) {
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", nodes, name(verdict));
    }
    table.rows.push_back({op.op, number(op.nodes), number(op.annotated),
                          op.expected ? interval_text(*op.expected) : "no model",
                          measured_text(measured_flops(judgement, op.op)), ratio_text(op.median_ratio),
                          ratio_text(op.worst_ratio), number(op.unexplained), words});
  }
  if (silent > 0) table.rows.push_back({"(quiet, without cost)", number(silent), "0", "", "", "", "", "0", "quiet"});
  table.rows.push_back({"all", number(static_cast<std::int64_t>(judgement.nodes.size())), number(judgement.annotated),
                        interval_text(judgement.expected), measured_text(measured_flops(judgement)), "", "",
                        number(judgement.unexplained), ""});
  return table;
}

// FLOPs by cause, summed over the nodes, largest first.
Table cause_table(const Judgement& judgement) {
  std::map<std::string, std::pair<std::int64_t, Interval>> causes;
  for (const NodeJudgement& node : judgement.nodes) {
    for (const CauseShare& cause : node.causes) {
      auto& [nodes, flops] = causes[cause.name];
      ++nodes;
      flops += cause.flops;
    }
  }
  std::vector<std::pair<std::string, std::pair<std::int64_t, Interval>>> sorted(causes.begin(), causes.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::abs(a.second.second.high) > std::abs(b.second.second.high);
  });
  Table table{{{"cause"}, {"nodes", true}, {"FLOPs", true}, {"of annotated", true}}, {}};
  for (const auto& [cause, of_cause] : sorted) {
    table.rows.push_back({cause, number(of_cause.first), interval_text(of_cause.second),
                          judgement.annotated == 0 ? ""
                                                   : percent(static_cast<double>(of_cause.second.high) /
                                                             static_cast<double>(judgement.annotated))});
  }
  return table;
}

std::vector<std::string> verdict_lines(const AuditReport& report) {
  const Judgement& judgement = report.judgement;
  std::string verdicts;
  for (const auto& [verdict, nodes] : judgement.verdicts) {
    if (nodes > 0) verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", number(nodes), name(verdict));
  }
  std::vector<std::string> lines = {
      "verdicts      " + (verdicts.empty() ? "none" : verdicts),
      fmt::format("annotated     {} FLOPs", number(judgement.annotated)),
      fmt::format("expected      {} FLOPs", interval_text(judgement.expected)),
      "measured      " + measured_text(measured_flops(judgement), " FLOPs"),
      fmt::format("unexplained   {} FLOPs, {} of the measured", number(judgement.unexplained),
                  share_of(judgement.unexplained, judgement.measured)),
      fmt::format("bound width   {} FLOPs, {} of the measured", number(judgement.bound_width),
                  share_of(judgement.bound_width, judgement.measured)),
      fmt::format("value width   {} FLOPs, {} of the measured", number(judgement.value_width),
                  share_of(judgement.value_width, judgement.measured)),
      fmt::format("shapes        {} executed results differ from their annotation", judgement.shape_mismatches),
  };
  if (judgement.above_peak) {
    lines.push_back(
        fmt::format("peak check    {} nodes faster than this machine's peak allows", *judgement.above_peak));
  }
  const Record& record = report.record;
  lines.push_back("outputs       " +
                  std::string(!record.outputs_equal_forward   ? "not compared with the module's own forward"
                              : *record.outputs_equal_forward ? "bit-equal to the module's own forward"
                                                              : "differ from the module's own forward") +
                  (record.outputs_equal_reason.empty() ? "" : ": " + record.outputs_equal_reason));
  if (record.calibration.trusted)
    lines.push_back("empty region  the counter reads " + counts_text(record.calibration.empty_region));
  return lines;
}

// Σ nodes against one whole forward, class by class: what node-by-node execution adds or hides.
std::vector<std::string> forward_lines(const Judgement& judgement) {
  if (!judgement.node_sum || !judgement.whole_forward) return {};
  std::string differences;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const std::int64_t difference = judgement.node_sum->lanes[i] - judgement.whole_forward->lanes[i];
    if (difference != 0)
      differences += fmt::format("{}{} {:+d}", differences.empty() ? "" : ", ", kEventNames[i], difference);
  }
  return {"nodes - whole forward: " + (differences.empty() ? "equal in every class" : differences)};
}

std::vector<std::string> time_lines(const Record& record) {
  std::vector<std::string> lines;
  const auto best = [](const std::vector<double>& seconds) {
    return *std::min_element(seconds.begin(), seconds.end());
  };
  const WholeForward& forward = record.forward;
  if (!forward.counted_seconds.empty()) {
    lines.push_back(fmt::format("forward under the counter  {:.4f} s", best(forward.counted_seconds)));
  }
  if (!forward.native_seconds.empty()) {
    lines.push_back(fmt::format("forward natively           {:.4f} s, same code path", best(forward.native_seconds)));
  }
  if (!forward.counted_seconds.empty() && !forward.native_seconds.empty()) {
    lines.push_back(fmt::format("slow-down                  {:.2f} x",
                                best(forward.counted_seconds) / best(forward.native_seconds)));
  }
  return lines;
}

constexpr std::size_t kMostFindings = 20;

bool is_finding(const NodeJudgement& node) {
  return node.verdict == Verdict::mismatch || node.verdict == Verdict::no_model || node.verdict == Verdict::error ||
         node.verdict == Verdict::unstable || node.verdict == Verdict::not_measured || node.shape_mismatch ||
         node.above_peak;
}

std::string class_text(const NodeJudgement& node) {
  std::string text;
  for (const auto& [class_name, counts] : node.by_class) {
    if (!counts.arithmetic || !counts.measured || !counts.expected || counts.expected->distance(*counts.measured) == 0)
      continue;
    text += fmt::format("; {} expected {}, measured {}", class_name, interval_text(*counts.expected),
                        number(*counts.measured));
  }
  return text;
}

// The nodes that need a look, the largest first.
std::vector<std::string> finding_lines(const Judgement& judgement) {
  std::vector<const NodeJudgement*> findings;
  for (const NodeJudgement& node : judgement.nodes) {
    if (is_finding(node)) findings.push_back(&node);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const NodeJudgement* a, const NodeJudgement* b) { return a->unexplained > b->unexplained; });
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(findings.size(), kMostFindings); ++i) {
    const NodeJudgement& node = *findings[i];
    lines.push_back(fmt::format("{} {} {}{}{}{}{}", name(node.verdict), node_name(node.id), node.op,
                                node.module.empty() ? "" : " in " + node.module,
                                node.source.empty() ? "" : " at " + node.source, class_text(node),
                                node.note.empty() ? "" : ": " + node.note));
  }
  if (findings.size() > kMostFindings) lines.push_back(fmt::format("... and {} more", findings.size() - kMostFindings));
  return lines;
}

std::string header_line(const AuditReport& report) {
  const Record& record = report.record;
  std::string inputs;
  for (const auto& [input, type] : report.inputs) {
    inputs += (inputs.empty() ? "" : ", ") + input + ": " + type;
  }
  return fmt::format("{}, {}({}): counted by {} on the {} path, LibTorch {}, {} repetitions", record.model_file,
                     report.method, inputs, record.counter_source, record.path, record.libtorch_version,
                     record.repetitions);
}

std::vector<std::string> partial_lines(const Record& record) {
  if (!record.partial) return {};
  return {"PARTIAL: the run ended early: " + record.error};
}

std::string laid_out(const AuditReport& report, const Layout& layout) {
  std::string text = layout.heading + header_line(report) + "\n";
  const auto add = [&](const std::vector<std::string>& lines) {
    if (!lines.empty()) text += "\n";
    for (const std::string& line : lines) text += layout.bullet + line + "\n";
  };
  add(partial_lines(report.record));
  text += "\n" + layout.table(op_table(report.judgement));
  const Table causes = cause_table(report.judgement);
  if (!causes.rows.empty()) text += "\n" + layout.table(causes);
  add(verdict_lines(report));
  add(forward_lines(report.judgement));
  if (report.times) add(time_lines(report.record));
  if (report.roofline) {
    constexpr std::size_t kMostNodes = 12;
    add(roofline_lines(*report.roofline));
    text += "\n" + layout.table(roofline_table(*report.roofline, kMostNodes));
  }
  add(finding_lines(report.judgement));
  return text;
}

}  // namespace

std::string to_text(const AuditReport& report) { return laid_out(report, kTextLayout); }
std::string to_markdown(const AuditReport& report) { return laid_out(report, kMarkdownLayout); }

std::string to_csv(const AuditReport& report) {
  Table table{{{"id"},
               {"op"},
               {"module"},
               {"source"},
               {"dtype"},
               {"executions"},
               {"annotated"},
               {"expected_min"},
               {"expected_max"},
               {"measured"},
               {"ratio"},
               {"verdict"},
               {"unexplained"},
               {"causes"},
               {"note"}},
              {}};
  for (const NodeJudgement& node : report.judgement.nodes) {
    std::string causes;
    for (const CauseShare& cause : node.causes) {
      causes += fmt::format("{}{} {}", causes.empty() ? "" : "; ", cause.name,
                            cause.flops.width() == 0 ? std::to_string(cause.flops.low)
                                                     : fmt::format("{}..{}", cause.flops.low, cause.flops.high));
    }
    const bool has_ratio = node.measured && node.annotated != 0;
    table.rows.push_back(
        {node_name(node.id), node.op, node.module, node.source, node.dtype, std::to_string(node.executions),
         std::to_string(node.annotated), node.expected ? std::to_string(node.expected->low) : "",
         node.expected ? std::to_string(node.expected->high) : "", node.measured ? std::to_string(*node.measured) : "",
         has_ratio ? fmt::format("{:.6f}", static_cast<double>(*node.measured) / static_cast<double>(node.annotated))
                   : "",
         std::string(name(node.verdict)), std::to_string(node.unexplained), causes, node.note});
  }
  return to_csv(table);
}

}  // namespace flopaudit
