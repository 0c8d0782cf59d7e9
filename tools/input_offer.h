// The line to copy that a message about a missing --input offers: what the program's own ops say of its arguments
// (passes/input_guess.h), tried on the program, so that the line analyses where any guess does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct InputOffer {
  std::vector<Fact> facts;       // one for each argument after self
  std::vector<std::string> why;  // where each comes from, "" where nothing says so
  bool analyses = false;         // the program was interpreted with them
};

// `load`: the program anew, since passes change it.
InputOffer offer_inputs(const std::function<Result<std::unique_ptr<Program>>()>& load);

}  // namespace flopaudit
