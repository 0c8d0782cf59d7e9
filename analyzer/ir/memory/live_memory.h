// How many bytes of tensors are alive while a program runs, in the order of execution (README.md says by which rules).
// Parameters and constants are apart. All is for an annotated program.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// A storage that is alive at the peak.
struct LiveStorage {
  std::string value;          // the value that it was made for: "x.5"
  int node = -1;              // whose result that is; -1: an input
  std::optional<Expr> bytes;  // nothing: not known
  friend bool operator==(const LiveStorage&, const LiveStorage&) = default;
};

// What may be the peak: of formulas, which is the largest may depend on the sizes.
struct PeakCandidate {
  Expr bytes;
  int node = -1;  // -1: before the first node
  friend bool operator==(const PeakCandidate&, const PeakCandidate&) = default;
};

struct LiveMemory {
  Expr peak_bytes;                   // the most that is alive at once, inputs included; a bound from above (README.md)
  std::vector<PeakCandidate> peaks;  // the first is the largest at kComparedSize, its node is where `alive` is taken
  std::vector<LiveStorage> alive;    // there, largest first
  Expr input_bytes;
  Range activation_bytes;  // of all storages that the nodes make, each execution anew: what a training step may keep
  std::int64_t unknown_storages = 0;  // made at all, of unknown size: with one the numbers are lower bounds
  std::int64_t assumed_copies = 0;    // nodes that copy only if their operand does not lie row by row
  std::string why_not;                // not empty: there is no answer, and why
  // False: which of many formulas is the largest was tried at sizes from 1 to 1024, and is not proved.
  bool is_proved = true;
  bool left_out = false;  // too many formulas may be the largest: the peak is a lower bound
  bool is_complete() const { return why_not.empty() && unknown_storages == 0 && !left_out; }

  struct OfNode {
    Expr live_bytes;         // while it runs, at most over its executions
    Range activation_bytes;  // that it makes, over all its executions
    bool complete = true;
  };
  std::map<int, OfNode> nodes;  // by id: those that are executed
};

LiveMemory live_memory(const Program& program);

}  // namespace flopaudit
