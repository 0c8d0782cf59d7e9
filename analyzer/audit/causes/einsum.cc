// einsum of two operands that sums letters of both: ATen permutes and reshapes them into a batched product, whose
// result it permutes.
#include <algorithm>

#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/ops/einsum_terms.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"elements of an einsum", "An einsum that sums no letter is a product of elements, with what its loop adds.",
     "aten::einsum of two operands without a summed letter", "standard", "mul.Tensor of both, dims of 1 between",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: outer and elementwise products"},
};
constexpr const CauseInfo& kElements = kCauses[0];

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

// Whether the result has all letters of the right operand alone before all of the left one alone: then ATen multiplies
// the right one by the left one.
bool is_swapped(const EinsumTerms& terms, const ProductLetters& letters) {
  if (letters.rows.empty() || letters.columns.empty()) return false;
  const auto last_column = std::find(terms.output.begin(), terms.output.end(), letters.columns.back());
  const auto first_row = std::find(terms.output.begin(), terms.output.end(), letters.rows.front());
  return last_column < first_row;
}

// "" where the equation is such a product.
std::string read_letters(const EinsumTerms& terms, ProductLetters& letters) {
  if (terms.inputs.size() != 2) return "an einsum of other than two operands has no model";
  const Term &left = terms.inputs[0], &right = terms.inputs[1];
  for (const std::string& label : terms.output) {
    const bool in_left = has(left, label), in_right = has(right, label);
    (in_left && in_right ? letters.batch : in_left ? letters.rows : letters.columns).push_back(label);
  }
  for (const Term* term : {&left, &right}) {
    for (const std::string& label : *term) {
      if (std::count(term->begin(), term->end(), label) > 1) return "an einsum of a diagonal has no model";
      if (has(terms.output, label) || has(letters.depth, label)) continue;
      if (!has(left, label) || !has(right, label)) return "an einsum that sums a letter of one operand has no model";
      letters.depth.push_back(label);
    }
  }
  std::ranges::sort(letters.depth);  // ATen numbers letters by their character code
  return "";
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

// An operand with the dims of the result, those that it lacks of size 1.
struct Spread {
  Sizes sizes;
  Strides strides;
};

std::optional<Spread> spread(const KernelCall& call, const EinsumTerms& terms, std::size_t operand) {
  const Term& term = terms.inputs[operand];
  Sizes own;
  for (const Expr& size : terms.shapes[operand]) {
    if (!size.constant()) return std::nullopt;
    own.push_back(*size.constant());
  }
  const auto lies = element_strides_at(call, operand, own);
  if (!lies) return std::nullopt;
  Spread result;
  for (const std::string& label : terms.output) {
    const auto dim = static_cast<std::size_t>(std::find(term.begin(), term.end(), label) - term.begin());
    result.sizes.push_back(dim < term.size() ? own[dim] : 1);
    result.strides.push_back(dim < term.size() ? (*lies)[dim] : 1);
  }
  return result;
}

void explain_elements(const KernelCall& call, const EinsumTerms& terms, DType dtype, Explanation& out) {
  const auto left = spread(call, terms, 0), right = spread(call, terms, 1);
  if (!left || !right) return out.refuse("it is not known how an operand lies in memory");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Parts parts(out);
  const OperandStrides strides = {left->strides, right->strides};
  parts.add("aten::mul.Tensor", {part_tensor(dtype, left->sizes), part_tensor(dtype, right->sizes)}, 1, &strides);
  parts.explain(kElements, *annotated);
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
  if (letters.depth.empty()) return explain_elements(call, terms, *dtype_at_place(call.outputs, 0), out);
  const bool swapped = is_swapped(terms, letters);
  if (swapped) std::swap(letters.rows, letters.columns);
  const std::size_t left_operand = swapped ? 1 : 0;
  const auto batch = size_of(terms, letters.batch), rows = size_of(terms, letters.rows);
  const auto columns = size_of(terms, letters.columns), depth = size_of(terms, letters.depth);
  if (!batch || !rows || !columns || !depth) return out.refuse("an einsum of sizes that differ has no model");
  if (*depth == 1) return out.refuse("an einsum that sums a letter of size 1 has no model");
  if (*batch * *rows * *columns * *depth == 0) return;
  const auto left = product_strides(call, terms, left_operand, joined(letters.batch, letters.rows, letters.depth),
                                    {*batch, *rows, *depth});
  const auto right = product_strides(call, terms, 1 - left_operand,
                                     joined(letters.batch, letters.depth, letters.columns), {*batch, *depth, *columns});
  if (!left || !right) return out.refuse("it is not known how an operand lies in memory");
  const auto gemm = batch_of({*batch, *rows, *depth, *columns}, *left, *right, out);
  if (gemm) explain_batched_product(*gemm, *classes, out);
}

constexpr KernelModel kModels[] = {{"aten::einsum", explain_einsum, Layout::any}};

}  // namespace

std::span<const KernelModel> einsum_models() { return kModels; }
std::span<const CauseInfo> einsum_causes() { return kCauses; }

}  // namespace flopaudit
