// testdata/audit/probes*.tsv: what LibTorch executed for single ops on a code path, read once under the counter.
#pragma once

#include <string>
#include <vector>

#include "analyzer/audit/expected.h"
#include "analyzer/ir/fact.h"

namespace flopaudit {

struct Probe {
  std::string op;
  std::string inputs_text;
  std::vector<Fact> inputs;
  std::vector<Fact> outputs;
  Counts measured;
  OperandStrides strides;  // of each input; nothing where it lies row by row or is no tensor
};

// Fails the running test and returns nothing when the table cannot be read.
std::vector<Probe> read_probes(const std::string& file);

}  // namespace flopaudit
