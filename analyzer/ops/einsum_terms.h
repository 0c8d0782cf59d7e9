// An einsum equation with the sizes of its letters, as conventions and models of its kernel need it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {

struct EinsumTerms {
  // A label is a letter, or a number for a dim under `...`, counted from the right.
  using Term = std::vector<std::string>;
  std::vector<Term> inputs;
  Term output;
  std::vector<std::vector<Expr>> shapes;  // of the operands
  std::map<std::string, Expr> sizes;      // a label's size; where operands differ (broadcast), not 1
  bool has_ellipsis = false;

  std::set<std::string> labels() const;
};

// aten::einsum(str equation, Tensor[] tensors, ...).
RuleResult<EinsumTerms> einsum_terms(const Facts& inputs);

}  // namespace flopaudit
