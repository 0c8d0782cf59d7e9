// What LibTorch's alias analysis and dead-code elimination know of an operator by its name and schema.
#pragma once

#include <string>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit::cleanup {

struct OpEffects {
  // The mark of an argument or a result: `(a!)`, `(a -> *)`.
  struct Mark {
    std::size_t position = 0;
    std::vector<std::string> sets;  // before; "*" is any storage
    bool writes = false;
    bool escapes = false;  // any storage may hold it once the op has run
  };
  std::vector<Mark> arguments;  // of those that have one
  std::vector<Mark> results;    // one for each result; without sets: a new value
  // Runs what nothing is known of, or is known to do more than to compute: it is never dropped, and all that it is
  // given may be written.
  bool conservative = false;
  // Never dropped, though what it reads and writes is known.
  bool has_side_effects = false;

  bool writes() const;
};

// One for each op, worked out once.
const OpEffects& effects_of(const OpName& op);

}  // namespace flopaudit::cleanup
