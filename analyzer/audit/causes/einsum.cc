// einsum of two operands that sums one letter: ATen permutes and reshapes them into a batched product.
#include <algorithm>

#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/ops/einsum_terms.h"

namespace flopaudit {
namespace {

using Term = EinsumTerms::Term;

bool has(const Term& term, const std::string& label) {
  return std::find(term.begin(), term.end(), label) != term.end();
}

Term joined(const Term& a, const Term& b, const Term& c) {
  Term all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

// The letters of both operands and the result, of one and the result, of both operands alone.
struct ProductLetters {
  Term batch, rows, columns, depth;
};

// "" where the equation is such a product.
std::string read_letters(const EinsumTerms& terms, ProductLetters& letters) {
  if (terms.inputs.size() != 2) return "an einsum of other than two operands has no model";
  const Term &left = terms.inputs[0], &right = terms.inputs[1];
  for (const std::string& label : terms.output) {
    const bool in_left = has(left, label), in_right = has(right, label);
    (in_left && in_right ? letters.batch : in_left ? letters.rows : letters.columns).push_back(label);
  }
  if (joined(letters.batch, letters.rows, letters.columns) != terms.output)
    return "an einsum whose result is permuted has no model";
  for (const Term* term : {&left, &right}) {
    for (const std::string& label : *term) {
      if (std::count(term->begin(), term->end(), label) > 1) return "an einsum of a diagonal has no model";
      if (has(terms.output, label) || has(letters.depth, label)) continue;
      if (!has(left, label) || !has(right, label)) return "an einsum that sums a letter of one operand has no model";
      letters.depth.push_back(label);
    }
  }
  return letters.depth.size() == 1 ? "" : "an einsum that sums no letter, or several, has no model";
}

// Nothing where a size is no number or operands differ in it.
std::optional<std::int64_t> size_of(const EinsumTerms& terms, const Term& labels) {
  std::int64_t size = 1;
  for (const std::string& label : labels) {
    const auto found = terms.sizes.find(label);
    if (found == terms.sizes.end() || !found->second.constant()) return std::nullopt;
    for (std::size_t operand = 0; operand < terms.inputs.size(); ++operand) {
      const Term& term = terms.inputs[operand];
      const auto at = static_cast<std::size_t>(std::find(term.begin(), term.end(), label) - term.begin());
      if (at < term.size() && !(terms.shapes[operand][at] == found->second)) return std::nullopt;
    }
    size *= *found->second.constant();
  }
  return size;
}

// The strides of an operand that the product takes, its letters in this order and cut into `shape`; where that is no
// view it is copied, row by row. Nothing: it is not known how it lies.
std::optional<Strides> product_strides(const KernelCall& call, const EinsumTerms& terms, std::size_t operand,
                                       const Term& order, const Sizes& shape) {
  Sizes own;
  for (const Expr& size : terms.shapes[operand]) own.push_back(*size.constant());
  const auto lies = element_strides_at(call, operand, own);
  if (!lies) return std::nullopt;
  Sizes sizes, strides;
  for (const std::string& label : order) {
    const Term& term = terms.inputs[operand];
    const auto dim = static_cast<std::size_t>(std::find(term.begin(), term.end(), label) - term.begin());
    if (dim == term.size()) continue;
    sizes.push_back(own[dim]);
    strides.push_back((*lies)[dim]);
  }
  const auto view = viewed(sizes, strides, shape);
  return view ? *view : row_major(shape);
}

void explain_einsum(const KernelCall& call, Explanation& out) {
  const RuleResult<EinsumTerms> read = einsum_terms(call.inputs);
  if (!read) return out.refuse(read.failure().why);
  const EinsumTerms& terms = *read;
  const auto classes = precision_of(dtype_at_place(call.outputs, 0));
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!is_none_at(call.inputs, 2)) return out.refuse("an einsum along a path has no model");
  ProductLetters letters;
  const std::string why = read_letters(terms, letters);
  if (!why.empty()) return out.refuse(why);
  const auto batch = size_of(terms, letters.batch), rows = size_of(terms, letters.rows);
  const auto columns = size_of(terms, letters.columns), depth = size_of(terms, letters.depth);
  if (!batch || !rows || !columns || !depth) return out.refuse("an einsum of sizes that differ has no model");
  if (*depth == 1) return out.refuse("an einsum that sums a letter of size 1 has no model");
  if (*batch * *rows * *columns * *depth == 0) return;
  const auto left =
      product_strides(call, terms, 0, joined(letters.batch, letters.rows, letters.depth), {*batch, *rows, *depth});
  const auto right = product_strides(call, terms, 1, joined(letters.batch, letters.depth, letters.columns),
                                     {*batch, *depth, *columns});
  if (!left || !right) return out.refuse("it is not known how an operand lies in memory");
  const auto gemm = batch_of({*batch, *rows, *depth, *columns}, *left, *right, out);
  if (gemm) explain_batched_product(*gemm, *classes, out);
}

constexpr KernelModel kModels[] = {{"aten::einsum", explain_einsum, Layout::any}};

}  // namespace

std::span<const KernelModel> einsum_models() { return kModels; }

}  // namespace flopaudit
