// The ring of expressions: sums and products of terms in normal form. See expr_node.h for the form.
#include "analyzer/support/expr.h"

#include <algorithm>
#include <utility>

#include "analyzer/support/assert.h"
#include "analyzer/support/expr_node.h"

namespace flopaudit {
namespace {

using Terms = std::vector<ExprTerm>;

// The sum of two lists of terms in normal form, the second scaled; nothing on overflow.
std::optional<Terms> merge(const Terms& a, const Terms& b, std::int64_t scale) {
  Terms sum;
  sum.reserve(a.size() + b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const int order = i == a.size() ? 1 : j == b.size() ? -1 : compare_factors(a[i].factors, b[j].factors);
    if (order < 0) {
      sum.push_back(a[i++]);
      continue;
    }
    ExprTerm term{b[j].factors, 0};
    if (__builtin_mul_overflow(b[j].coefficient, scale, &term.coefficient)) return std::nullopt;
    ++j;
    if (order == 0 && __builtin_add_overflow(a[i++].coefficient, term.coefficient, &term.coefficient)) {
      return std::nullopt;
    }
    if (term.coefficient != 0) sum.push_back(std::move(term));
  }
  if (sum.size() > kMaxExprTerms) return std::nullopt;
  return sum;
}

// a + scale * b.
Expr add_scaled(const Expr& a, const Expr& b, std::int64_t scale) {
  if (ExprBuilder::special(a) || ExprBuilder::special(b)) return ExprBuilder::special_of(a, b);
  std::int64_t constant = 0;
  if (__builtin_mul_overflow(ExprBuilder::constant_part(b), scale, &constant) ||
      __builtin_add_overflow(ExprBuilder::constant_part(a), constant, &constant)) {
    return Expr::overflow();
  }
  std::optional<Terms> terms = merge(ExprBuilder::terms(a), ExprBuilder::terms(b), scale);
  return terms ? ExprBuilder::make(constant, *std::move(terms)) : Expr::overflow();
}

// term * (constant + terms) is in order again, because the order of terms respects products.
Expr times_term(const Expr& a, const ExprTerm& term) {
  Terms product;
  product.reserve(ExprBuilder::terms(a).size() + 1);
  for (const ExprTerm& own : ExprBuilder::terms(a)) {
    ExprTerm next;
    next.factors.resize(own.factors.size() + term.factors.size());
    if (next.factors.size() > kMaxExprDegree) return Expr::overflow();
    std::merge(own.factors.begin(), own.factors.end(), term.factors.begin(), term.factors.end(), next.factors.begin(),
               [](const ExprAtomPtr& x, const ExprAtomPtr& y) { return x->text < y->text; });
    if (__builtin_mul_overflow(own.coefficient, term.coefficient, &next.coefficient)) return Expr::overflow();
    product.push_back(std::move(next));
  }
  if (ExprBuilder::constant_part(a) != 0) {
    ExprTerm last{term.factors, 0};
    if (__builtin_mul_overflow(ExprBuilder::constant_part(a), term.coefficient, &last.coefficient)) {
      return Expr::overflow();
    }
    product.push_back(std::move(last));
  }
  return ExprBuilder::make(0, std::move(product));
}

}  // namespace

int compare_factors(const std::vector<ExprAtomPtr>& a, const std::vector<ExprAtomPtr>& b) {
  if (a.size() != b.size()) return a.size() > b.size() ? -1 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (const int order = a[i]->text.compare(b[i]->text); order != 0) return order;
  }
  return 0;
}

const std::vector<ExprTerm>& ExprBuilder::terms(const Expr& a) {
  static const Terms kNone;
  return a.node_ ? a.node_->terms : kNone;
}

Expr ExprBuilder::make(std::int64_t constant, std::vector<ExprTerm> terms) {
  Expr result(constant);
  if (!terms.empty()) {
    result.node_ = std::make_shared<const Expr::Node>(Expr::Node{Expr::Node::Kind::polynomial, std::move(terms)});
  }
  return result;
}

Expr ExprBuilder::monomial(std::int64_t coefficient, std::vector<ExprAtomPtr> factors) {
  if (coefficient == 0 || factors.empty()) return coefficient;
  std::sort(factors.begin(), factors.end(),
            [](const ExprAtomPtr& x, const ExprAtomPtr& y) { return x->text < y->text; });
  Terms terms;
  terms.push_back({std::move(factors), coefficient});
  return make(0, std::move(terms));
}

const ExprAtom* ExprBuilder::sole_atom(const Expr& a, ExprAtom::Kind kind) {
  if (special(a) || a.constant_ != 0 || terms(a).size() != 1) return nullptr;
  const ExprTerm& term = terms(a).front();
  const bool sole = term.coefficient == 1 && term.factors.size() == 1 && term.factors.front()->kind == kind;
  return sole ? term.factors.front().get() : nullptr;
}

Expr Expr::symbol(std::string name) {
  FA_ASSERT(is_symbol_name(name), "not the name of a symbol");
  auto atom = std::make_shared<ExprAtom>();
  atom->text = std::move(name);
  return ExprBuilder::monomial(1, {std::move(atom)});
}

Expr Expr::overflow() {
  static const auto kNode = std::make_shared<const Node>(Node{Node::Kind::overflow, {}});
  Expr result;
  result.node_ = kNode;
  return result;
}

Expr Expr::undefined() {
  static const auto kNode = std::make_shared<const Node>(Node{Node::Kind::undefined, {}});
  Expr result;
  result.node_ = kNode;
  return result;
}

bool Expr::is_overflow() const { return node_ && node_->kind == Node::Kind::overflow; }
bool Expr::is_undefined() const { return node_ && node_->kind == Node::Kind::undefined; }

Expr& Expr::operator+=(const Expr& other) {
  if (!node_ && !other.node_) {
    if (__builtin_add_overflow(constant_, other.constant_, &constant_)) *this = overflow();
    return *this;
  }
  return *this = add_scaled(*this, other, 1);
}

Expr& Expr::operator-=(const Expr& other) {
  if (!node_ && !other.node_) {
    if (__builtin_sub_overflow(constant_, other.constant_, &constant_)) *this = overflow();
    return *this;
  }
  return *this = add_scaled(*this, other, -1);
}

Expr& Expr::operator*=(const Expr& other) {
  if (!node_ && !other.node_) {
    if (__builtin_mul_overflow(constant_, other.constant_, &constant_)) *this = overflow();
    return *this;
  }
  if (ExprBuilder::special(*this) || ExprBuilder::special(other)) return *this = ExprBuilder::special_of(*this, other);
  Expr product = add_scaled(0, *this, other.constant_);
  for (const ExprTerm& term : ExprBuilder::terms(other)) product += times_term(*this, term);
  return *this = std::move(product);
}

bool operator==(const Expr& a, const Expr& b) {
  if (a.constant_ != b.constant_) return false;
  if (a.node_ == b.node_) return true;
  if (!a.node_ || !b.node_ || a.node_->kind != b.node_->kind) return false;
  return std::ranges::equal(a.node_->terms, b.node_->terms, [](const ExprTerm& x, const ExprTerm& y) {
    return x.coefficient == y.coefficient && compare_factors(x.factors, y.factors) == 0;
  });
}

}  // namespace flopaudit
