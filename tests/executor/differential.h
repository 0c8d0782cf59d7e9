// A model file under both interpreters: the passes', which knows shapes and small values without running anything, and
// the executor's, which runs every node. What the first has written of a node must be what the second sees.
#pragma once

#include <string>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

struct Comparison {
  std::string failure;                  // why the program did not run to its end; "": it did
  std::string outputs;                  // "equal"; else why they are not, or could not be compared
  std::size_t nodes = 0;                // that ran
  std::size_t runs = 0;                 // of all nodes together
  std::size_t left_out = 0;             // nodes that need an operator that is not here
  std::size_t values = 0;               // results whose annotation says something, compared
  std::size_t layouts = 0;              // results of which it is told how they lie in memory, compared
  std::vector<std::string> mismatches;  // a sentence each: a layout, a shape, a dtype, a value, a number of executions

  std::string to_text() const;  // and back, to pass from one process to another
  static Comparison of_text(const std::string& text);
};

// `inputs`: a SPEC an argument of `forward`; those that are left take their defaults. Errors: the file cannot be
// analysed, or LibTorch does not load it.
Result<Comparison> compare_interpreters(const std::string& file, const std::vector<std::string>& inputs);

}  // namespace flopaudit
