// Formulas as people read them: what repeats has a name, what all terms share stands in front.
//
//   9408*N*ceil_div(H, 2)*ceil_div(W, 2) + 512000*N   =>   N*(9408*H2*W2 + 512000)   where H2 = ceil_div(H, 2)
//                                                                                        W2 = ceil_div(W, 2)
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/support/expr.h"

namespace flopaudit {

struct ExprAtom;
struct ExprTerm;

class FormulaNames {
 public:
  // `symbols`: those of the inputs; no name is one of them.
  explicit FormulaNames(std::set<std::string> symbols) : taken_(std::move(symbols)) {}

  // With names for all functions in it, which it makes up the first time.
  std::string text(const Expr& expr);
  std::string text(const Range& range);

  // "H2 = ceil_div(H, 2)", what a line uses above it. A count of taps also in closed form, with the sizes it holds for.
  const std::vector<std::string>& where() const { return where_; }

 private:
  struct Term;

  const std::string& name_of(const ExprAtom& atom);
  std::string definition(const ExprAtom& atom);
  std::string fresh(const std::string& wish);
  std::string term_text(std::int64_t coefficient, const std::vector<std::string>& factors);

  std::set<std::string> taken_;
  std::map<std::string, std::string> names_;  // an atom's whole text -> its name
  std::vector<std::string> where_;
};

}  // namespace flopaudit
