// The judge: annotated work -> expected counts -> measured counts, per node and per class (DESIGN.md §2.5). Reads a
// Record and nothing else: no counters, no LibTorch. No measured number ever enters an expected one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

enum class Verdict : std::uint8_t {
  exact,           // measured = annotated, outside the noise band
  explained,       // measured = expected
  within,          // inside the interval stated beforehand
  data_dependent,  // not what ordinary values give, and inside the range that values can make of it
  quiet,           // annotated, expected and measured all inside the noise band: neither good nor bad
  mismatch,        // measured is outside what was expected
  no_model,        // no expected count for this op, type or code path
  not_measured,    // no counts in the record
  unstable,        // the repetitions differ by more than the noise band
  error,           // the node could not run
};
std::string_view name(Verdict verdict);

// Whole numbers from low to high; a point when both are equal.
struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t width() const { return high - low; }
  // 0 inside, else how far outside.
  std::int64_t distance(std::int64_t value) const {
    return value < low ? low - value : value > high ? value - high : 0;
  }
  Interval& operator+=(const Interval& other) {
    low += other.low;
    high += other.high;
    return *this;
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// One class of one node: `add_f32`, `mul_f64`, `div_f32`, `sqrt_f64` (an FMA lane is one add and one mul);
// `minmax_f32`, `compare_f32`, `convert`... are shown, and judged only where the model states them.
struct ClassCounts {
  std::int64_t annotated = 0;            // work of the graph, in operations
  std::optional<Interval> expected;      // for ordinary values; nullopt: the model does not state this class
  std::optional<std::int64_t> measured;  // lanes; nullopt: not measured
  bool arithmetic = true;                // decides the verdict
};

struct CauseShare {
  std::string name;  // row of `flopaudit list causes`
  Interval flops;    // what the cause adds (negative: takes away), in FLOPs
};

struct NodeJudgement {
  int id = 0;
  std::string op;  // with overload
  std::string module;
  std::string source;  // "resnet.py:269"
  std::string dtype;   // of the first tensor result
  std::int64_t executions = 0;
  std::int64_t annotated = 0;            // FLOPs
  std::optional<Interval> expected;      // FLOPs, for ordinary values; nullopt: no model
  Interval by_values;                    // FLOPs that other values may add or take away
  std::optional<std::int64_t> measured;  // FLOPs
  Verdict verdict = Verdict::not_measured;
  std::map<std::string, ClassCounts> by_class;
  std::vector<CauseShare> causes;  // noise left out
  std::int64_t unexplained = 0;    // Σ classes of the distance of measured from expected; all that was measured
                                   // where there is no model, and for unstable and error
  std::int64_t bound_width = 0;    // Σ classes of the width of expected, where a kernel has no closed form
  std::int64_t value_width = 0;    // Σ classes of the widths that come from values
  bool above_peak = false;         // its FLOPs in its time are more than the machine can do (roofline.h)
  bool shape_mismatch = false;     // an executed result differs from the annotated one
  std::string note;                // the reason of no_model, not_measured, unstable, error; of a shape mismatch
};

struct OpJudgement {
  std::string op;
  std::int64_t nodes = 0;
  std::int64_t annotated = 0, measured = 0, unexplained = 0;  // FLOPs
  std::optional<Interval> expected;
  std::optional<double> median_ratio;  // measured over annotated, over nodes where both are not 0
  std::optional<double> worst_ratio;   // the ratio farthest from 1
};

struct Judgement {
  std::int64_t annotated = 0;
  Interval expected;  // of the nodes that have a model
  std::int64_t measured = 0;
  std::int64_t unexplained = 0;
  std::int64_t bound_width = 0;
  std::int64_t value_width = 0;
  std::map<Verdict, std::int64_t> verdicts;  // number of nodes, `quiet` included
  std::int64_t shape_mismatches = 0;
  std::optional<std::int64_t> above_peak;  // nodes that are; nothing: no times, or no speed of the machine
  std::vector<NodeJudgement> nodes;        // in order of id: every node that is not prim
  std::vector<OpJudgement> ops;            // largest measured first, then by name
  // Counts summed over the nodes against one whole forward of the model, where the record has it.
  std::optional<Counts> node_sum;
  std::optional<Counts> whole_forward;
  std::optional<bool> outputs_equal_forward;  // of the record

  bool has_findings() const;  // mismatch, error, unstable, shape mismatch, above the peak, outputs differ: 1
};

// `program` is the record's IR, parsed. Errors: input, when the record's nodes do not belong to the IR.
Result<Judgement> judge(const Record& record, const Program& program);

// For `flopaudit list causes`.
struct CauseInfo {
  const char* name;
  const char* sentence;
  const char* ops;   // which ops, in words or names
  const char* path;  // code path it is stated for
  const char* formula;
  const char* evidence;  // where the formula was measured
};
const std::vector<CauseInfo>& all_causes();

}  // namespace flopaudit
