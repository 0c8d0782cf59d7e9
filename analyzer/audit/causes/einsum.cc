// einsum, as ATen contracts it: all operands get the dims of the result and then those that are summed; from the left,
// two become one: a dim that only one of them still has is summed, one that no other has is the depth of a batched
// product, and where there is none elements are multiplied.
#include <algorithm>
#include <numeric>
#include <utility>

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
    {"contractions of an einsum",
     "Operands are contracted two by two, from the left or along the path: letters of one operand alone are summed "
     "first; the product is a batched one where a letter is summed that no other operand has, else one of elements.",
     "aten::einsum of one operand, three or more, or with a letter that one operand sums by itself", "standard",
     "the sum of its parts: sum, mul.Tensor, bmm",
     "testdata/validation/standard.csv: diagonals, traces, one to four operands"},
};
constexpr const CauseInfo& kElements = kCauses[0];
constexpr const CauseInfo& kContractions = kCauses[1];

using Term = EinsumTerms::Term;
using Order = std::vector<std::size_t>;

// An operand with a dim for each letter, of size 1 where it lacks it.
struct Operand {
  Sizes sizes;
  Strides strides;
};

bool is_under_dots(const std::string& label) { return label[0] >= '0' && label[0] <= '9'; }

// The letters of the result, then those that are summed, in the order in which ATen numbers them: what stands under
// `...` from the left, then by character code.
Term letters_of(const EinsumTerms& terms) {
  const auto comes_before = [](const std::string& a, const std::string& b) {
    if (is_under_dots(a) && is_under_dots(b)) return std::stoul(a) > std::stoul(b);
    return is_under_dots(a) != is_under_dots(b) ? is_under_dots(a) : a < b;
  };
  Term letters = terms.output;
  Term dots;
  std::copy_if(letters.begin(), letters.end(), std::back_inserter(dots), is_under_dots);
  std::sort(dots.begin(), dots.end(), comes_before);
  std::size_t next = 0;
  for (std::string& label : letters) {
    if (is_under_dots(label)) label = dots[next++];
  }
  Term summed;
  for (const std::string& label : terms.labels()) {
    if (std::find(letters.begin(), letters.end(), label) == letters.end()) summed.push_back(label);
  }
  std::sort(summed.begin(), summed.end(), comes_before);
  letters.insert(letters.end(), summed.begin(), summed.end());
  return letters;
}

// A letter that is written twice is the diagonal, whose stride is the sum of both. Nothing: it is not known how the
// operand lies.
std::optional<Operand> align(const KernelCall& call, const EinsumTerms& terms, std::size_t index, const Term& letters) {
  Sizes own;
  for (const Expr& size : terms.shapes[index]) {
    if (!size.constant()) return std::nullopt;
    own.push_back(*size.constant());
  }
  const auto lies = element_strides_at(call, index, own);
  if (!lies) return std::nullopt;
  Operand operand;
  for (const std::string& label : letters) {
    std::int64_t size = 1, stride = 0;
    for (std::size_t dim = 0; dim < own.size(); ++dim) {
      if (terms.inputs[index][dim] != label) continue;
      size = own[dim];
      stride += (*lies)[dim];
    }
    operand.sizes.push_back(size);
    operand.strides.push_back(stride == 0 && size == 1 ? 1 : stride);
  }
  return operand;
}

// How TensorIterator lays out a new result of two operands: dims sorted by the strides of the first operand that has
// both, ties by size.
Strides layout_of_elements(const Operand& left, const Operand& right, const Sizes& shape) {
  const auto is_inside = [&](std::size_t inner, std::size_t outer) {  // 1: no, to be swapped; -1: yes; 0: either way
    for (const Operand* operand : {&left, &right}) {
      const auto stride_of = [&](std::size_t dim) {
        return operand->sizes[dim] == shape[dim] ? operand->strides[dim] : 0;
      };
      const std::int64_t a = stride_of(inner), b = stride_of(outer);
      if (a == 0 || b == 0) continue;
      if (a != b) return a < b ? -1 : 1;
      if (shape[inner] > shape[outer]) return 1;
    }
    return 0;
  };
  Order order(shape.size());  // from the innermost
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  for (std::size_t i = 1; i < order.size(); ++i) {
    std::size_t at = i;
    for (std::size_t before = i; before-- > 0;) {
      const int comparison = is_inside(order[before], order[at]);
      if (comparison < 0) break;
      if (comparison == 0) continue;
      std::swap(order[before], order[at]);
      at = before;
    }
  }
  Strides strides(shape.size());
  std::int64_t stride = 1;
  for (const std::size_t dim : order) strides[dim] = std::exchange(stride, stride * shape[dim]);
  return strides;
}

Order joined(const Order& a, const Order& b, const Order& c) {
  Order all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

// The strides of an operand whose dims in this order are cut into `shape`; where that is no view it is copied.
Strides cut(const Operand& operand, const Order& order, const Sizes& shape) {
  Sizes sizes, strides;
  for (const std::size_t dim : order) {
    sizes.push_back(operand.sizes[dim]);
    strides.push_back(operand.strides[dim]);
  }
  const auto view = viewed(sizes, strides, shape);
  return view ? *view : row_major(shape);
}

std::int64_t size_of(const Operand& operand, const Order& dims) {
  std::int64_t size = 1;
  for (const std::size_t dim : dims) size *= operand.sizes[dim];
  return size;
}

// An op that a contraction is made of.
struct Step {
  const char* op;
  std::vector<Sizes> sizes;
  std::vector<Strides> strides;
  Order summed;
};

class Contraction {
 public:
  Contraction(std::vector<Operand> operands, std::size_t kept) : operands_(std::move(operands)), kept_(kept) {
    const std::size_t dims = operands_.front().sizes.size();
    for (std::size_t dim = 0; dim < dims; ++dim) {
      left_with_.push_back(std::count_if(operands_.begin(), operands_.end(),
                                         [dim](const Operand& operand) { return operand.sizes[dim] != 1; }));
    }
  }

  // The steps, along a path of places or from the left.
  const std::vector<Step>& steps(const Sizes& path) {
    if (operands_.size() == 1) {
      Order summed(left_with_.size() - kept_);
      std::iota(summed.begin(), summed.end(), kept_);
      if (!summed.empty()) sum(operands_.front(), summed);
    }
    for (std::size_t at = 0; operands_.size() > 1; at += 2) {
      const std::size_t i = path.empty() ? 0 : static_cast<std::size_t>(std::min(path[at], path[at + 1]));
      const std::size_t j = path.empty() ? 1 : static_cast<std::size_t>(std::max(path[at], path[at + 1]));
      Operand left = operands_[i], right = operands_[j];
      operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(j));
      operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(i));
      Operand result = contract(std::move(left), std::move(right));
      operands_.insert(path.empty() ? operands_.begin() : operands_.end(), std::move(result));
    }
    return steps_;
  }

 private:
  Operand contract(Operand left, Operand right) {
    Order depth, left_alone, right_alone;
    for (std::size_t dim = kept_; dim < left_with_.size(); ++dim) {
      if (left.sizes[dim] != 1 && right.sizes[dim] != 1) {
        if (--left_with_[dim] == 1) depth.push_back(dim);
      } else if (left_with_[dim] == 1 && left.sizes[dim] != 1) {
        left_alone.push_back(dim);
      } else if (left_with_[dim] == 1 && right.sizes[dim] != 1) {
        right_alone.push_back(dim);
      }
    }
    for (const Order* done : {&depth, &left_alone, &right_alone}) {
      for (const std::size_t dim : *done) left_with_[dim] = 0;
    }
    if (!left_alone.empty()) left = sum(left, left_alone);
    if (!right_alone.empty()) right = sum(right, right_alone);
    return depth.empty() ? multiply_elements(left, right) : multiply(std::move(left), std::move(right), depth);
  }

  Operand sum(const Operand& operand, const Order& summed) {
    steps_.push_back({"aten::sum.dim_IntList", {operand.sizes}, {operand.strides}, summed});
    Sizes sizes = operand.sizes;
    for (const std::size_t dim : summed) sizes[dim] = 1;
    return {sizes, row_major(sizes)};
  }

  Operand multiply_elements(const Operand& left, const Operand& right) {
    steps_.push_back({"aten::mul.Tensor", {left.sizes, right.sizes}, {left.strides, right.strides}, {}});
    Sizes sizes = left.sizes;
    for (std::size_t dim = 0; dim < sizes.size(); ++dim) sizes[dim] = std::max(sizes[dim], right.sizes[dim]);
    return {sizes, layout_of_elements(left, right, sizes)};
  }

  // Where the result has the right operand's own dims before the left one's, ATen multiplies the right one by the left.
  Operand multiply(Operand left, Operand right, const Order& depth) {
    Order batch, rows, columns;
    for (std::size_t dim = 0; dim < left_with_.size(); ++dim) {
      if (std::find(depth.begin(), depth.end(), dim) != depth.end()) continue;
      const bool in_left = left.sizes[dim] != 1, in_right = right.sizes[dim] != 1;
      (in_left && in_right ? batch : in_left ? rows : columns).push_back(dim);
    }
    if (!rows.empty() && !columns.empty() && columns.back() < rows.front()) {
      std::swap(left, right);
      std::swap(rows, columns);
    }
    const std::int64_t of_batch = size_of(left, batch), of_depth = size_of(left, depth);
    const Sizes first = {of_batch, size_of(left, rows), of_depth},
                second = {of_batch, of_depth, size_of(right, columns)};
    const Order first_order = joined(joined(batch, rows, depth), columns, {});
    const Order second_order = joined(joined(batch, depth, columns), rows, {});
    steps_.push_back(
        {"aten::bmm", {first, second}, {cut(left, first_order, first), cut(right, second_order, second)}, {}});
    return result_of_product(left, right, joined(joined(batch, rows, depth), columns, {}), depth);
  }

  // The product lies row by row in this order of dims.
  static Operand result_of_product(const Operand& left, const Operand& right, const Order& order, const Order& depth) {
    Operand result;
    result.sizes.resize(order.size());
    result.strides.resize(order.size());
    Sizes in_order;
    for (const std::size_t dim : order) {
      const bool is_summed = std::find(depth.begin(), depth.end(), dim) != depth.end();
      result.sizes[dim] = is_summed ? 1 : std::max(left.sizes[dim], right.sizes[dim]);
      in_order.push_back(result.sizes[dim]);
    }
    const Strides strides = row_major(in_order);
    for (std::size_t i = 0; i < order.size(); ++i) result.strides[order[i]] = strides[i];
    return result;
  }

  std::vector<Operand> operands_;
  const std::size_t kept_;               // dims of the result
  std::vector<std::int64_t> left_with_;  // how many operands have more than one element along each dim
  std::vector<Step> steps_;
};

void add_step(const Step& step, DType dtype, Parts& parts) {
  Facts inputs;
  OperandStrides strides;
  for (std::size_t i = 0; i < step.sizes.size(); ++i) {
    inputs.push_back(part_tensor(dtype, step.sizes[i]));
    strides.emplace_back(step.strides[i]);
  }
  if (!step.summed.empty()) {
    std::vector<Fact> dims;
    for (const std::size_t dim : step.summed) dims.push_back(Fact::integer(static_cast<std::int64_t>(dim)));
    inputs.insert(inputs.end(), {Fact::list(dims), Fact::boolean(true), Fact::none()});
  }
  parts.add(step.op, inputs, 1, &strides);
}

// One product is told by the causes of products.
void explain_product(const Step& step, const PrecisionClasses& classes, Explanation& out) {
  const Sizes &first = step.sizes[0], &second = step.sizes[1];
  const auto gemm = batch_of({first[0], first[1], first[2], second[2]}, step.strides[0], step.strides[1], out);
  if (gemm) explain_batched_product(*gemm, classes, out);
}

void explain_einsum(const KernelCall& call, Explanation& out) {
  const RuleResult<EinsumTerms> terms = einsum_terms(call.inputs);
  if (!terms) return out.refuse(terms.failure().why);
  const auto dtype = dtype_at_place(call.outputs, 0);
  const auto classes = precision_of(dtype);
  const bool complex = dtype == DType::c64 || dtype == DType::c128;
  if (!classes && !complex) return out.refuse("only f32 and f64, and complex numbers of them, have a model");
  const auto path = is_none_at(call.inputs, 2) ? std::optional(Sizes{}) : ints_at_place(call.inputs, 2, 2);
  if (!path) return out.refuse("the path is not known");
  const Term letters = letters_of(*terms);
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < (*terms).inputs.size(); ++i) {
    const auto operand = align(call, *terms, i, letters);
    if (!operand) return out.refuse("it is not known how an operand lies in memory");
    if (product(operand->sizes) == 0) return;
    operands.push_back(*operand);
  }
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Contraction contraction(std::move(operands), (*terms).output.size());
  const std::vector<Step>& steps = contraction.steps(*path);
  if (!complex && steps.size() == 1 && steps.front().op == std::string_view("aten::bmm"))
    return explain_product(steps.front(), *classes, out);
  Parts parts(out);
  for (const Step& step : steps) add_step(step, *dtype, parts);
  const bool only_elements = steps.size() == 1 && steps.front().op == std::string_view("aten::mul.Tensor");
  parts.explain(only_elements ? kElements : kContractions, *annotated);
}

// --- operands beside the numbers of their letters ---

// Numbers stand for the letters of both cases, in the order of their codes. Nothing: they are not known.
std::optional<std::string> letters_at(const Facts& inputs, std::size_t index) {
  constexpr std::int64_t kInOneCase = 26;
  const auto numbers = constants_at(inputs, index);
  if (!numbers) return std::nullopt;
  std::string letters;
  for (const std::int64_t number : *numbers) {
    letters += static_cast<char>(number < kInOneCase ? 'A' + number : 'a' + number - kInOneCase);
  }
  return letters;
}

// The same as an equation: operands and letters by turns, and the result's letters behind the last pair.
void explain_sublists(const KernelCall& call, Explanation& out) {
  std::string equation;
  std::vector<Fact> operands;
  OperandStrides strides(3);
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const bool is_result = i % 2 == 0 && i + 1 == call.inputs.size();
    if (i % 2 == 0 && !is_result) {
      operands.push_back(call.inputs[i]);
      strides.push_back(strides_at(call, i));
      continue;
    }
    const auto letters = letters_at(call.inputs, i);
    if (!letters) return out.refuse("the letters are not known");
    equation += is_result ? "->" : i > 1 ? "," : "";
    equation += *letters;
  }
  const Facts inputs = {Fact::string(equation), Fact::list(operands), Fact::none()};
  explain_einsum({call.op, inputs, call.outputs, call.work, &strides}, out);
}

constexpr KernelModel kModels[] = {
    {"aten::einsum", explain_einsum, Layout::any},
    {"aten::einsum.sublist", explain_sublists, Layout::any},
};

}  // namespace

std::span<const KernelModel> einsum_models() { return kModels; }
std::span<const CauseInfo> einsum_causes() { return kCauses; }

}  // namespace flopaudit
