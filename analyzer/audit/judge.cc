#include "analyzer/audit/judge.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "analyzer/audit/class_folding.h"
#include "analyzer/audit/executed_facts.h"
#include "analyzer/audit/node_expectation.h"
#include "analyzer/audit/roofline.h"

namespace flopaudit {
namespace {

constexpr std::array<std::string_view, 10> kVerdictNames = {"exact",    "explained", "within",   "data_dependent",
                                                            "quiet",    "mismatch",  "no_model", "not_measured",
                                                            "unstable", "error"};
static_assert(static_cast<std::size_t>(Verdict::error) + 1 == kVerdictNames.size());

// How far the measured counts are from the expected ones, dispatch noise allowed for: in f32 any difference counts, in
// f64 what is missing and what exceeds by more than the noise.
std::int64_t distance(const ClassFolding& folding, const FlopIntervals& expected, const ClassSums& measured,
                      std::int64_t noise) {
  std::int64_t outside = 0, excess = 0;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const bool above = measured[i] > expected.classes[i].high;
    (above && folding.has_noise(i) ? excess : outside) += expected.classes[i].distance(measured[i]);
  }
  return outside + std::max<std::int64_t>(0, excess - noise);
}

// Nothing in f32, and no more than the noise in f64.
bool inside_noise(const ClassFolding& folding, const ClassSums& counts, std::int64_t noise) {
  std::int64_t f64 = 0;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    if (folding.has_noise(i))
      f64 += counts[i];
    else if (counts[i] != 0)
      return false;
  }
  return f64 <= noise;
}

ClassSums upper(const FlopIntervals& intervals) {
  ClassSums sums{};
  for (std::size_t i = 0; i < kFlopClassCount; ++i) sums[i] = intervals.classes[i].high;
  return sums;
}

// All iterations of one node together, a repetition each.
struct Measured {
  std::int64_t iterations = 0;
  std::vector<Counts> repetitions;  // empty: not measured
  std::string error;
  std::string not_run;
};

Measured gather(const std::vector<const NodeMeasurement*>& measurements) {
  Measured all;
  bool first = true;
  for (const NodeMeasurement* one : measurements) {
    ++all.iterations;
    if (all.error.empty()) all.error = one->error;
    if (all.not_run.empty()) all.not_run = one->not_run;
    if (first) all.repetitions.assign(one->counts.size(), Counts{});
    first = false;
    all.repetitions.resize(std::min(all.repetitions.size(), one->counts.size()));
    for (std::size_t r = 0; r < all.repetitions.size(); ++r) all.repetitions[r] += one->counts[r];
  }
  return all;
}

bool is_stable(const ClassFolding& folding, const std::vector<Counts>& repetitions, std::int64_t noise) {
  const ClassSums base = folding.operations_of(repetitions.front());
  return std::all_of(repetitions.begin(), repetitions.end(), [&](const Counts& counts) {
    // Noise may be in either of the two.
    const ClassSums other = folding.operations_of(counts);
    std::int64_t f64 = 0;
    for (std::size_t i = 0; i < kFlopClassCount; ++i) {
      if (folding.has_noise(i))
        f64 += std::abs(other[i] - base[i]);
      else if (other[i] != base[i])
        return false;
    }
    return f64 <= noise;
  });
}

// --- one node ---

void show_classes(NodeJudgement& node, const ClassFolding& folding, const NodeExpectation& expectation,
                  const std::optional<Counts>& measured) {
  const ClassSums lanes = measured ? folding.operations_of(*measured) : ClassSums{};
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const Interval annotated = expectation.annotated.classes[i];
    const Interval expected = expectation.expected ? expectation.expected->classes[i] : Interval{};
    if (annotated.high == 0 && expected == Interval{} && lanes[i] == 0) continue;
    ClassCounts& row = node.by_class[folding.name(i)];
    row.annotated = annotated.high;
    if (expectation.expected) row.expected = expected;
    if (measured) row.measured = lanes[i];
  }
}

// The classes beside the arithmetic ones: shown, never judged. `measured`: of a counter that tells the classes apart.
void show_other_classes(NodeJudgement& node, const WorkTotal& work, const std::optional<Counts>& measured) {
  const auto row = [&](const char* name, std::int64_t annotated, std::optional<std::int64_t> lanes) {
    if (annotated == 0 && lanes.value_or(0) == 0) return;
    node.by_class[name] = {annotated, std::nullopt, lanes, false};
  };
  const auto lanes = [&](Event event) {
    return measured ? std::optional<std::int64_t>((*measured)[event]) : std::nullopt;
  };
  const auto annotated = [&](WorkClass work_class, DType dtype) {
    const auto found = work.operations.find({work_class, dtype});
    return found == work.operations.end() ? 0 : found->second.max.constant().value_or(0);
  };
  row("compare_f32", annotated(WorkClass::compare, DType::f32), lanes(Event::cmp_sp));
  row("compare_f64", annotated(WorkClass::compare, DType::f64), lanes(Event::cmp_dp));
  row("minmax_f32", 0, lanes(Event::minmax_sp));
  row("minmax_f64", 0, lanes(Event::minmax_dp));
  row("estimate_f32", 0, lanes(Event::est_sp));
  row("estimate_f64", 0, lanes(Event::est_dp));
  row("round_f32", 0, lanes(Event::round_sp));
  row("round_f64", 0, lanes(Event::round_dp));
  const std::int64_t converted = work.total(WorkClass::convert).max.constant().value_or(0);
  row("convert", converted,
      measured ? std::optional((*measured)[Event::cvt_ff] + (*measured)[Event::cvt_fi]) : std::nullopt);
}

// Arithmetic in f16, bf16 and other types that no counter of ours has a class for: annotated, never measured as such.
void show_uncounted_classes(NodeJudgement& node, const WorkTotal& work) {
  const auto add = [&](const char* word, DType dtype, std::int64_t count) {
    ClassCounts& row = node.by_class[word + std::string("_") + std::string(name(dtype))];
    row.annotated += count;
    row.arithmetic = false;
  };
  for (const auto& [key, range] : work.operations) {
    const auto [work_class, dtype] = key;
    const std::int64_t count = range.max.constant().value_or(0);
    if (dtype == DType::f32 || dtype == DType::f64 || count == 0) continue;
    if (work_class == WorkClass::mac || work_class == WorkClass::add) add("add", dtype, count);
    if (work_class == WorkClass::mac || work_class == WorkClass::mul) add("mul", dtype, count);
    if (work_class == WorkClass::div) add("div", dtype, count);
    if (work_class == WorkClass::sqrt) add("sqrt", dtype, count);
  }
}

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

// Whether some number of evaluations that took another way, from 0 to all, makes the expected counts the measured ones.
bool values_explain(const ClassFolding& folding, const NodeExpectation& expectation, const ClassSums& measured,
                    std::int64_t noise) {
  if (!expectation.by_values.may_change()) return false;
  std::int64_t least = 0, most = expectation.by_values.calls;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const Interval each = expectation.by_values.each.classes[i], slack = expectation.by_values.slack.classes[i];
    const std::int64_t above_low = measured[i] - expectation.expected->classes[i].low - slack.low;  // >= n*each.low
    const std::int64_t above_high = measured[i] - expectation.expected->classes[i].high - slack.high -
                                    (folding.has_noise(i) ? noise : 0);  // <= n*each.high
    if (each.low < 0)
      least = std::max(least, divided_up(-above_low, -each.low));
    else if (above_low < 0)
      return false;
    if (each.high > 0)
      least = std::max(least, divided_up(above_high, each.high));
    else if (each.high == 0 && above_high > 0)
      return false;
    else if (each.high < 0)
      most = std::min(most, above_high > 0 ? -1 : -above_high / -each.high);
  }
  return least <= most;
}

Verdict verdict_of(const ClassFolding& folding, const NodeExpectation& expectation, const ClassSums& measured,
                   std::int64_t noise) {
  const FlopIntervals& expected = *expectation.expected;
  if (inside_noise(folding, upper(expectation.annotated), noise) && inside_noise(folding, upper(expected), noise) &&
      inside_noise(folding, measured, noise)) {
    return Verdict::quiet;
  }
  if (distance(folding, expected, measured, noise) != 0) {
    return values_explain(folding, expectation, measured, noise) ? Verdict::data_dependent : Verdict::mismatch;
  }
  if (distance(folding, expectation.annotated, measured, noise) == 0) return Verdict::exact;
  if (expected.width() == 0) return Verdict::explained;
  return expectation.data_dependent ? Verdict::data_dependent : Verdict::within;
}

// Fills verdict, note and unexplained.
void decide(NodeJudgement& node, const ClassFolding& folding, const NodeExpectation& expectation,
            const Measured& measured) {
  const std::int64_t noise = kDispatchNoise * std::max<std::int64_t>(1, measured.iterations);
  const auto settle = [&node](Verdict verdict, std::string note, std::int64_t unexplained) {
    node.verdict = verdict;
    node.note = std::move(note);
    node.unexplained = unexplained;
  };
  const std::int64_t all = node.measured.value_or(0);
  if (!measured.error.empty()) return settle(Verdict::error, measured.error, all);
  if (!measured.not_run.empty()) return settle(Verdict::not_measured, measured.not_run, 0);
  if (measured.repetitions.empty()) {
    return settle(Verdict::not_measured, measured.iterations == 0 ? "it did not run" : "the record has no counts", 0);
  }
  if (!is_stable(folding, measured.repetitions, noise)) {
    return settle(Verdict::unstable, "the repetitions differ by more than the dispatch noise", all);
  }
  if (!expectation.expected) return settle(Verdict::no_model, expectation.why_not, all);
  const ClassSums lanes = folding.operations_of(measured.repetitions.back());
  const std::int64_t outside = distance(folding, *expectation.expected, lanes, noise);
  const std::int64_t unexplained = values_explain(folding, expectation, lanes, noise) ? 0 : outside;
  if (measured.iterations != *expectation.executions) {
    return settle(Verdict::mismatch,
                  "it ran " + std::to_string(measured.iterations) + " times, annotated are " +
                      std::to_string(*expectation.executions),
                  unexplained);
  }
  settle(verdict_of(folding, expectation, lanes, noise), "", unexplained);
}

Result<void> check_shapes(NodeJudgement& judged, const Node& node, const std::vector<const NodeMeasurement*>& runs) {
  for (std::size_t iteration = 0; iteration < runs.size(); ++iteration) {
    const Execution* execution = case_of_iteration(node, static_cast<std::int64_t>(iteration));
    if (execution == nullptr || !runs[iteration]->error.empty()) continue;
    FA_ASSIGN(const std::string difference, shape_difference(execution->outputs, runs[iteration]->outputs));
    if (difference.empty()) continue;
    judged.shape_mismatch = true;
    judged.note += (judged.note.empty() ? "" : "; ") + difference;
    return {};
  }
  return {};
}

std::string source_text(const SourceLocation& source) {
  if (source.file.empty()) return "";
  return source.file.str().substr(source.file.str().find_last_of('/') + 1) + ":" + std::to_string(source.line);
}

std::string dtype_text(const Node& node) {
  const auto first_of = [](const auto& facts) -> std::string {
    for (const Fact& fact : facts) {
      if (fact.tensor() != nullptr && fact.tensor()->dtype) return std::string(name(*fact.tensor()->dtype));
    }
    return "";
  };
  return node.cases.empty() ? "" : first_of(node.cases.front().outputs);
}

// What all nodes of a record are judged by.
struct Basis {
  CodePath path;
  Layouts layouts;
  ClassFolding folding;
};

Result<NodeJudgement> judge_node(const Node& node, const std::vector<const NodeMeasurement*>& runs,
                                 const Basis& basis) {
  const ClassFolding& folding = basis.folding;
  const NodeExpectation expectation = as_counted(expectation_of(node, basis.path, basis.layouts), node, folding);
  const Measured measured = gather(runs);
  NodeJudgement judged;
  judged.id = node.id;
  judged.op = node.op.full();
  judged.module = node.module;
  judged.source = source_text(node.source);
  judged.dtype = dtype_text(node);
  judged.executions = expectation.executions.value_or(measured.iterations);
  judged.annotated = flops(node.work).max.constant().value_or(expectation.annotated.flops().high);
  if (expectation.expected) {
    judged.expected = expectation.expected->flops();
    judged.by_values = expectation.by_values.flops();
    const std::int64_t width = expectation.expected->width();
    judged.bound_width = expectation.data_dependent ? 0 : width;
    judged.value_width = judged.by_values.width() + (expectation.data_dependent ? width : 0);
    for (const CauseDelta& cause : expectation.causes)
      judged.causes.push_back({cause.cause->name, cause.delta.flops()});
  }
  std::optional<Counts> lanes;
  if (!measured.repetitions.empty()) lanes = measured.repetitions.back();
  if (lanes) judged.measured = folding.flops_of(*lanes);
  decide(judged, folding, expectation, measured);
  show_classes(judged, folding, expectation, lanes);
  show_other_classes(judged, node.work, folding.separates_classes() ? lanes : std::nullopt);
  show_uncounted_classes(judged, node.work);
  FA_TRY(check_shapes(judged, node, runs));
  return judged;
}

// --- totals ---

void add_to_totals(Judgement& judgement, const NodeJudgement& node) {
  judgement.annotated += node.annotated;
  if (node.expected) judgement.expected += *node.expected;
  judgement.measured += node.measured.value_or(0);
  judgement.unexplained += node.unexplained;
  judgement.bound_width += node.bound_width;
  judgement.value_width += node.value_width;
  ++judgement.verdicts[node.verdict];
  if (node.shape_mismatch) ++judgement.shape_mismatches;
  if (node.above_peak) judgement.above_peak = judgement.above_peak.value_or(0) + 1;
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<OpJudgement> by_op(const std::vector<NodeJudgement>& nodes) {
  std::map<std::string, OpJudgement> ops;
  std::map<std::string, std::vector<double>> ratios;
  std::set<std::string> incomplete;  // some node has no model
  for (const NodeJudgement& node : nodes) {
    OpJudgement& op = ops[node.op];
    op.op = node.op;
    ++op.nodes;
    op.annotated += node.annotated;
    op.measured += node.measured.value_or(0);
    op.unexplained += node.unexplained;
    if (!node.expected)
      incomplete.insert(node.op);
    else
      op.expected = op.expected ? * op.expected += *node.expected : *node.expected;
    if (node.annotated != 0 && node.measured.value_or(0) != 0) {
      ratios[node.op].push_back(static_cast<double>(*node.measured) / static_cast<double>(node.annotated));
    }
  }
  std::vector<OpJudgement> sorted;
  for (auto& [name, op] : ops) {
    if (incomplete.contains(name)) op.expected.reset();
    op.median_ratio = median(ratios[name]);
    for (const double ratio : ratios[name]) {
      if (!op.worst_ratio || std::abs(ratio - 1) > std::abs(*op.worst_ratio - 1)) op.worst_ratio = ratio;
    }
    sorted.push_back(std::move(op));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.measured > b.measured; });
  return sorted;
}

bool is_prim(const Node& node) { return node.op.name.rfind("prim::", 0) == 0; }

// Operands that lay in one way in all runs of their node, where that is recorded, lie so.
Layouts layouts_of(const Program& program, const std::map<int, std::vector<const NodeMeasurement*>>& runs) {
  Layouts layouts = Layouts::of(program);
  for (const auto& [id, all] : runs) {
    const bool alike = std::ranges::all_of(all, [&, first = all.front()](const NodeMeasurement* run) {
      return !run->inputs.empty() && run->strides == first->strides;
    });
    if (alike) layouts.meet(id, all.front()->strides);
  }
  return layouts;
}

}  // namespace

std::string_view name(Verdict verdict) { return kVerdictNames[static_cast<std::size_t>(verdict)]; }

bool Judgement::has_findings() const {
  const auto any = [this](Verdict verdict) {
    const auto found = verdicts.find(verdict);
    return found != verdicts.end() && found->second > 0;
  };
  return any(Verdict::mismatch) || any(Verdict::error) || any(Verdict::unstable) || shape_mismatches > 0 ||
         above_peak.value_or(0) > 0 || outputs_equal_forward == false;
}

Result<Judgement> judge(const Record& record, const Program& program) {
  std::map<int, const Node*> nodes;
  if (!program.functions.empty()) {
    for_each_node(program.entry().body, [&](const Node& node) { nodes[node.id] = &node; });
  }
  std::map<int, std::vector<const NodeMeasurement*>> runs;
  for (const NodeMeasurement& one : record.nodes) {
    const std::string id = "n" + std::to_string(one.id);
    if (!nodes.contains(one.id)) return input_error("the record measures " + id + ", which its IR does not have");
    if (one.iteration != static_cast<int>(runs[one.id].size())) {
      return input_error("the record has execution " + std::to_string(one.iteration) + " of " + id + " out of order");
    }
    runs[one.id].push_back(&one);
  }

  Judgement judgement;
  judgement.outputs_equal_forward = record.outputs_equal_forward;
  if (record.speed) judgement.above_peak = 0;
  FA_ASSIGN(ClassFolding folding, ClassFolding::of(record.calibration.views));
  const Basis basis = {{record.path, record.libtorch_version}, layouts_of(program, runs), std::move(folding)};
  for (const auto& [id, node] : nodes) {
    if (is_prim(*node) || (never_runs(*node) && !runs.contains(id))) continue;
    FA_ASSIGN(NodeJudgement judged, judge_node(*node, runs[id], basis));
    if (record.speed) {
      const std::string too_fast = faster_than_peak(node->work, runs[id], *record.speed);
      judged.above_peak = !too_fast.empty();
      if (judged.above_peak) judged.note += (judged.note.empty() ? "" : "; ") + too_fast;
    }
    add_to_totals(judgement, judged);
    judgement.nodes.push_back(std::move(judged));
  }
  judgement.ops = by_op(judgement.nodes);
  for (const NodeMeasurement& one : record.nodes) {
    if (one.counts.empty()) continue;
    if (!judgement.node_sum) judgement.node_sum = Counts{};
    *judgement.node_sum += one.counts.back();
  }
  if (!record.forward.counts.empty()) judgement.whole_forward = record.forward.counts.back();
  return judgement;
}

}  // namespace flopaudit
