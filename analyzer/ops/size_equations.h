// Beside the conditions of size_conditions.h: what rules take to be 0, so that a size with one solution can be that
// number from then on. Collected on this thread until the end of the scope.
#pragma once

#include <string>
#include <vector>

#include "analyzer/support/expr.h"

namespace flopaudit {

struct SizeEquation {
  std::string text;  // "C = 3", as the condition says it
  Expr zero;         // C - 3
};

class SizeEquationScope {
 public:
  SizeEquationScope();
  ~SizeEquationScope();
  SizeEquationScope(const SizeEquationScope&) = delete;
  SizeEquationScope& operator=(const SizeEquationScope&) = delete;

  const std::vector<SizeEquation>& equations() const { return equations_; }

 private:
  friend void note_size_equation(SizeEquation equation);
  std::vector<SizeEquation> equations_;
  SizeEquationScope* before_;
};

}  // namespace flopaudit
