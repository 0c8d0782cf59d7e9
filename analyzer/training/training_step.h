// An estimate of one training step: the forward as analysed, and a backward by the rows of backward_rules.h. README.md
// says what it leaves out; so does every report that shows it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/conventions/conventions.h"
#include "analyzer/training/backward_rules.h"

namespace flopaudit {

struct TrainingStep {
  Range forward_macs, forward_flops;
  Range backward_macs, backward_flops;  // of all that has a rule
  std::vector<LeftOut> left_out;        // by op: the backward is a lower bound where there is any
  std::map<int, BackwardWork> by_node;  // node id -> its backward, where it has one: 0 where nothing needs a gradient
  std::string why_not;                  // not empty: there is no estimate, and why
  bool is_complete() const { return why_not.empty() && left_out.empty(); }
};

// Of an annotated program.
TrainingStep training_step(const Program& program);

// What the estimate assumes and leaves out, for every program; a sentence each.
const std::vector<std::string>& training_assumptions();

}  // namespace flopaudit
