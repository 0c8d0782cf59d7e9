// Achieved speed of nodes against what the machine can do: the roofline model (Williams, Waterman, Patterson 2009). A
// node takes at least as long as its FLOPs at the peak, and as its bytes at the bandwidth; the later of the two is its
// roof. Times are of one run on one machine: none of this is in the promise of byte-equal reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/machine_speed.h"
#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

struct RooflinePoint {
  int id = 0;
  std::string op;
  std::string module;
  double seconds = 0;          // all executions of the node, the fastest repetition
  std::int64_t flops = 0;      // annotated, without multiplications by padding
  std::int64_t bytes = 0;      // annotated, read and written once
  double roof_seconds = 0;     // at the roof
  bool compute_bound = false;  // by the roof: else memory bound

  double flops_per_second() const { return static_cast<double>(flops) / seconds; }
  std::optional<double> intensity() const {  // FLOPs a byte
    return bytes == 0 ? std::nullopt : std::optional(static_cast<double>(flops) / static_cast<double>(bytes));
  }
  double share_of_roof() const { return roof_seconds / seconds; }
};

struct Roofline {
  MachineSpeed speed;
  std::vector<RooflinePoint> points;  // nodes with FLOPs or bytes and a time, slowest first
  double seconds = 0;                 // of all nodes that have a time
};

// Nothing: the record has no times, or no speed of its machine.
std::optional<Roofline> roofline_of(const Record& record, const Program& program);

// The least time that a node's FLOPs take at the machine's peak; nothing where a dtype that it computes in has no peak,
// or its cost is not a number. Of multiplications by padding, which a kernel may skip, none.
std::optional<double> least_seconds(const WorkTotal& work, const MachineSpeed& speed);

// The seconds of all executions of a node, the fastest repetition; nothing where one has no time.
std::optional<double> seconds_of(const std::vector<const NodeMeasurement*>& runs);

// A peak may be measured low, as the clock changes: a node is above it when it is so by more than this.
inline constexpr double kPeakMargin = 1.1;

// Arithmetic that takes less time than the machine's peak allows was not done, or not so fast: the sentence that says
// so;
// "" where it takes its time, or that cannot be told.
std::string faster_than_peak(const WorkTotal& work, const std::vector<const NodeMeasurement*>& runs,
                             const MachineSpeed& speed);

}  // namespace flopaudit
