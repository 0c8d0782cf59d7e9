#include "analyzer/ops/einsum_terms.h"

#include <algorithm>

namespace flopaudit {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// "ab...c" over `rank` dims.
EinsumTerms::Term labels_of(const std::string& subscripts, std::size_t rank) {
  const std::size_t dots = subscripts.find("...");
  const std::string head = subscripts.substr(0, dots);
  const std::string tail = dots == std::string::npos ? "" : subscripts.substr(dots + 3);
  EinsumTerms::Term term;
  for (const char c : head) term.emplace_back(1, c);
  if (dots != std::string::npos) {
    const std::size_t named = head.size() + tail.size();
    for (std::size_t n = rank > named ? rank - named : 0; n > 0; --n) term.push_back(std::to_string(n));
  }
  for (const char c : tail) term.emplace_back(1, c);
  return term;
}

}  // namespace

std::set<std::string> EinsumTerms::labels() const {
  std::set<std::string> all;
  for (const Term& term : inputs) all.insert(term.begin(), term.end());
  return all;
}

RuleResult<EinsumTerms> einsum_terms(const Facts& inputs) {
  EinsumTerms terms;
  FA_RULE(std::string equation, string_at(inputs, 0));
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 1));
  std::erase(equation, ' ');
  terms.has_ellipsis = equation.find("...") != std::string::npos;
  const std::size_t arrow = equation.find("->");
  const std::vector<std::string> sides = split(equation.substr(0, arrow), ',');
  if (sides.size() != tensors.size()) return missing("the equation has another number of operands: " + equation);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    FA_RULE(const std::vector<Expr> shape, known_dims_at(tensors, i));
    terms.inputs.push_back(labels_of(sides[i], shape.size()));
    if (terms.inputs.back().size() != shape.size()) return missing("an operand's dims do not fit " + equation);
    for (std::size_t dim = 0; dim < shape.size(); ++dim) {
      auto [size, inserted] = terms.sizes.try_emplace(terms.inputs.back()[dim], shape[dim]);
      if (!inserted && size->second == Expr(1)) size->second = shape[dim];
    }
    terms.shapes.push_back(shape);
  }
  const std::set<std::string> labels = terms.labels();
  if (arrow != std::string::npos) {
    std::size_t longest = 0;
    for (const std::string& label : labels) {
      if (label[0] >= '0' && label[0] <= '9') longest = std::max<std::size_t>(longest, std::stoul(label));
    }
    const std::string output = equation.substr(arrow + 2);
    const std::size_t letters = output.size() - (output.find("...") == std::string::npos ? 0 : 3);
    terms.output = labels_of(output, letters + longest);
    return terms;
  }
  // Without an arrow: what stands under `...`, then each letter that is written once.
  for (const std::string& label : labels) {
    std::size_t uses = 0;
    for (const EinsumTerms::Term& term : terms.inputs) {
      uses += static_cast<std::size_t>(std::count(term.begin(), term.end(), label));
    }
    if (uses == 1 || (label[0] >= '0' && label[0] <= '9')) terms.output.push_back(label);
  }
  return terms;
}

}  // namespace flopaudit
