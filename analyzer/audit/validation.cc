#include "analyzer/audit/validation.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace flopaudit {
namespace {

std::string text_of(const DrawnCall& call) {
  std::string text = call.op + "(";
  for (std::size_t i = 0; i < call.inputs.size(); ++i) text += (i == 0 ? "" : ", ") + call.inputs[i].to_string();
  return text + ")";
}

// What the classes say where they differ: "add_f32 expected 12, measured 14".
std::string difference(const NodeJudgement& node) {
  std::string text;
  for (const auto& [name, counts] : node.by_class) {
    if (!counts.arithmetic || !counts.expected || !counts.measured) continue;
    if (counts.expected->distance(*counts.measured) == 0) continue;
    const Interval& expected = *counts.expected;
    text += (text.empty() ? "" : "; ") + name + " expected " + std::to_string(expected.low);
    if (expected.width() > 0) text += " to " + std::to_string(expected.high);
    text += ", measured " + std::to_string(*counts.measured);
  }
  return text;
}

void count_verdict(OpValidation& row, Verdict verdict) {
  switch (verdict) {
    case Verdict::exact:
    case Verdict::explained:
    case Verdict::quiet: ++row.exact; return;
    case Verdict::within: ++row.within; return;
    case Verdict::data_dependent: ++row.data_dependent; return;
    case Verdict::no_model: ++row.no_model; return;
    case Verdict::mismatch:
    case Verdict::not_measured:
    case Verdict::unstable:
    case Verdict::error: ++row.failed; return;
  }
}

struct Sums {
  double deviation = 0;
  double measured = 0;
};

void add_deviation(OpValidation& row, Sums& sums, const NodeJudgement& node) {
  if (!node.expected || !node.measured) return;
  const auto measured = static_cast<double>(*node.measured);
  sums.measured += measured;
  const bool met = node.expected->width() == 0 && node.verdict != Verdict::mismatch;  // what is left is dispatch noise
  if (met || measured == 0) return;
  const double middle = (static_cast<double>(node.expected->low) + static_cast<double>(node.expected->high)) / 2;
  sums.deviation += measured - middle;
  row.worst = std::max(row.worst, std::abs(measured - middle) / measured);
}

}  // namespace

bool Validation::all_hold() const {
  return std::all_of(ops.begin(), ops.end(), [](const OpValidation& row) { return row.failed == 0; });
}

Validation validate(const std::vector<DrawnCall>& calls, const std::vector<int>& nodes, const Judgement& judgement) {
  std::map<int, const NodeJudgement*> judged;
  for (const NodeJudgement& node : judgement.nodes) judged[node.id] = &node;
  std::map<std::pair<std::string, std::string>, std::pair<OpValidation, Sums>> rows;
  std::set<std::string> reasons;
  Validation validation;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::string dtype(name(calls[i].dtype));
    auto& [row, sums] = rows[{calls[i].op, dtype}];
    row.op = calls[i].op;
    row.dtype = dtype;
    ++row.drawn;
    const auto found = judged.find(nodes[i]);
    if (found == judged.end()) {
      ++row.failed;
      continue;
    }
    const NodeJudgement& node = *found->second;
    count_verdict(row, node.verdict);
    add_deviation(row, sums, node);
    if (node.verdict == Verdict::mismatch) {
      validation.faults.push_back(text_of(calls[i]) + ": " + (node.note.empty() ? difference(node) : node.note));
    } else if (!node.note.empty() && reasons.insert(row.op + dtype + node.note).second) {
      validation.faults.push_back(text_of(calls[i]) + ": " + std::string(name(node.verdict)) + ": " + node.note);
    }
  }
  for (auto& [key, entry] : rows) {
    auto& [row, sums] = entry;
    if (sums.measured != 0) row.bias = sums.deviation / sums.measured;
    validation.ops.push_back(std::move(row));
  }
  return validation;
}

void append(Validation& all, Validation more) {
  all.ops.insert(all.ops.end(), std::make_move_iterator(more.ops.begin()), std::make_move_iterator(more.ops.end()));
  all.faults.insert(all.faults.end(), std::make_move_iterator(more.faults.begin()),
                    std::make_move_iterator(more.faults.end()));
}

}  // namespace flopaudit
