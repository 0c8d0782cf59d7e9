// Dependency: what a count depends on beside the inputs: a size or a number that only the data tells, how often a loop
// runs, which branch is taken. Each has a name that --assume takes and that formulas use.
#pragma once

#include <optional>
#include <string>

#include "analyzer/support/expr.h"

namespace flopaudit {

struct Dependency {
  enum class Kind { size, integer, trips, branch };

  Kind kind = Kind::size;
  std::string name;          // "nms(n12)", "int(n4)", "trips(n9)", "branch(n7)"
  int node = 0;              // that decides it
  std::string what;          // in words, with the place in the source
  std::optional<Expr> most;  // largest number, where one is known
};

inline const char* name(Dependency::Kind kind) {
  switch (kind) {
    case Dependency::Kind::size: return "size";
    case Dependency::Kind::integer: return "integer";
    case Dependency::Kind::trips: return "trips";
    default: return "branch";
  }
}

}  // namespace flopaudit
