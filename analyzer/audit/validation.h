// What drawn calls say of the models: for each op and type, how many met their expected count, and how far off the
// others are. From the judge's verdicts: nothing here knows a formula.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/audit/drawing.h"
#include "analyzer/audit/judge.h"

namespace flopaudit {

struct OpValidation {
  std::string op;
  std::string dtype;
  int drawn = 0;
  int exact = 0;           // measured = expected, to the last FLOP
  int within = 0;          // inside an interval stated beforehand
  int data_dependent = 0;  // inside a range that depends on values
  int no_model = 0;        // counted, and not judged
  int failed = 0;          // mismatch, unstable, error, not measured
  double worst = 0;        // the largest distance of measured from the middle of expected, as a share of measured
  double bias = 0;         // the same, signed, summed over all draws that have a model
};

struct Validation {
  std::vector<OpValidation> ops;    // by op and type
  std::vector<std::string> faults;  // a sentence for each call that failed, and for each kind of `no_model`

  bool all_hold() const;  // no call failed
};

// `nodes[i]` is the node of `calls[i]`.
Validation validate(const std::vector<DrawnCall>& calls, const std::vector<int>& nodes, const Judgement& judgement);
// Joins what two processes measured.
void append(Validation& all, Validation more);

}  // namespace flopaudit
