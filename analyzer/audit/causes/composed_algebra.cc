// Linear algebra that is put together from other ops: inverses and solves of tensors, condition numbers, covariances,
// powers of a vector, norms of all dims but one, and the exponential of a matrix.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence = "sizes from 1 to 33, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"algebra as its parts", "The op is put together from solves, products, norms and elementwise ops.",
     "aten::linalg_tensorinv, linalg_tensorsolve, linalg_cond, linalg_matrix_rank, linalg_pinv, pinverse, cov, "
     "corrcoef, "
     "vander, linalg_vander, norm_except_dim",
     "standard",
     "what its parts of these sizes execute: linalg_inv_ex; linalg_solve; linalg_inv_ex, two matrix norms, mul; "
     "linalg_svdvals, mul; linalg_svd, reciprocal, mul, matmul; sum, div, sub, mm, div; cumprod; norm",
     kEvidence},
    {"polynomial of the exponential",
     "The norm of a single matrix chooses the degree of the polynomial, 1 to 18; a batch takes 18. Sums of powers "
     "multiply by each coefficient, and by alpha.",
     "aten::matrix_exp, linalg_matrix_exp", "standard",
     "degree 18: 5 bmm, 28n^2 add and mul; 12: 4 and 19n^2; 8: 3 and 13n^2; 4: 2 and 7n^2; 2: 1, a sum of 3, n^2 div; "
     "1: a sum of 2; and the sums of the columns; squarings: ceil(log2(norm)) bmm by values",
     kEvidence},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kExponential = kCauses[1];

Fact row_of(std::int64_t number) { return Fact::list({Fact::integer(number)}); }

// The first operand, of one type with the result. Nothing: refused.
struct Subject {
  DType dtype;
  Sizes sizes;
  FlopIntervals annotated;
};

std::optional<Subject> subject_of(const KernelCall& call, Explanation& out) {
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto sizes = sizes_at(call.inputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!precision_of(dtype))
    out.refuse("only f32 and f64 have a model");
  else if (!sizes)
    out.refuse("a shape is not known");
  else if (annotated)
    return Subject{*dtype, *sizes, *annotated};
  return std::nullopt;
}

// --- tensors as matrices ---

void explain_inverse_of_tensor(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  const auto first = number_at_place(call.inputs, 1);
  if (!subject) return;
  if (!first || *first < 0 || *first > static_cast<double>(subject->sizes.size()))
    return out.refuse("the dims are not known");
  const std::int64_t columns = product(subject->sizes, static_cast<std::size_t>(*first));
  const std::int64_t rows = columns == 0 ? 0 : product(subject->sizes) / columns;
  Parts parts(out);
  parts.add("aten::linalg_inv_ex", {part_tensor(subject->dtype, {rows, columns}), Fact::boolean(false)});
  parts.explain(kParts, subject->annotated);
}

void explain_solve_of_tensor(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  const auto right = sizes_at(call.inputs, 1);
  if (!subject) return;
  if (!right) return out.refuse("a shape is not known");
  if (dtype_at_place(call.inputs, 1) != subject->dtype) return out.refuse("operands of other types have no model");
  const std::int64_t rows = product(*right);
  const std::int64_t columns = rows == 0 ? 0 : product(subject->sizes) / rows;
  Parts parts(out);
  parts.add("aten::linalg_solve",
            {part_tensor(subject->dtype, {rows, columns}), part_tensor(subject->dtype, {rows}), Fact::boolean(true)});
  parts.explain(kParts, subject->annotated);
}

// --- condition numbers ---

// The norm of a matrix times that of its inverse; in the 2-norm the quotient of the outermost singular values, in the
// nuclear norm their sum times that of their reciprocals.
void add_singular_condition(const Subject& subject, const Fact& matrices, bool nuclear, Parts& parts) {
  const Sizes &sizes = subject.sizes, batch = {sizes.begin(), sizes.end() - 2};
  Sizes values = batch;
  values.push_back(std::min(sizes.back(), sizes[sizes.size() - 2]));
  const Fact each = part_tensor(subject.dtype, batch), all = part_tensor(subject.dtype, values);
  parts.add("aten::linalg_svdvals", {matrices, Fact::none()});
  if (!nuclear) return parts.add("aten::div.Tensor", {each, each});
  parts.add("aten::reciprocal", {all});
  parts.add("aten::sum.dim_IntList", {all, row_of(-1), Fact::boolean(false), Fact::none()}, 2);
  parts.add("aten::mul.Tensor", {each, each});
}

void explain_condition(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  if (!subject) return;
  if (subject->sizes.size() < 2 || product(subject->sizes) == 0) return out.refuse("a matrix of nothing has no model");
  const Fact &matrices = call.inputs[0], &order = call.inputs[1];
  const StrFact* word = order.get<StrFact>();
  const auto number = number_at_place(call.inputs, 1);
  if (word == nullptr && !number && !order.is_none()) return out.refuse("the norm is not known");
  Parts parts(out);
  const bool nuclear = word != nullptr && word->value == "nuc";
  if (nuclear || order.is_none() || (number && std::abs(*number) == 2)) {
    add_singular_condition(*subject, matrices, nuclear, parts);
  } else {
    const Fact each = part_tensor(subject->dtype, {subject->sizes.begin(), subject->sizes.end() - 2});
    const Fact both = Fact::list({Fact::integer(-2), Fact::integer(-1)});
    parts.add("aten::linalg_inv_ex", {matrices, Fact::boolean(false)});
    parts.add(word != nullptr ? "aten::linalg_matrix_norm.str_ord" : "aten::linalg_matrix_norm",
              {matrices, order, both, Fact::boolean(false), Fact::none()}, 2);
    parts.add("aten::mul.Tensor", {each, each});
  }
  parts.explain(kParts, subject->annotated);
}

// --- powers of a vector ---

// Running products of each element beside itself, which the first column, of ones, is no part of.
void explain_powers(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  const auto result = sizes_at(call.outputs, 0);
  if (!subject) return;
  if (!result) return out.refuse("a shape is not known");
  Sizes powers = *result;
  powers.back() -= 1;
  Parts parts(out);
  if (product(*result) > 0 && powers.back() > 0) {
    parts.add("aten::cumprod", {part_tensor(subject->dtype, powers), Fact::integer(-1), Fact::none()});
  }
  parts.explain(kParts, subject->annotated);
}

// --- covariances ---

void add_covariance(DType dtype, std::int64_t variables, std::int64_t observations, Parts& parts) {
  const Fact data = part_tensor(dtype, {variables, observations}), means = part_tensor(dtype, {variables, 1});
  const Fact turned = part_tensor(dtype, {observations, variables}), number = part_tensor(dtype, {});
  const Fact square = part_tensor(dtype, {variables, variables});
  parts.add("aten::sum.dim_IntList", {data, row_of(1), Fact::boolean(false), Fact::none()});
  parts.add("aten::div.Tensor", {part_tensor(dtype, {variables}), number});
  parts.add("aten::sub.Tensor", {data, means, Fact::integer(1)});
  // The same matrix twice, the second time transposed.
  const OperandStrides known = {Sizes{observations, 1}, Sizes{1, observations}};
  parts.add("aten::mm", {data, turned}, 1, &known);
  parts.add("aten::div.Tensor", {square, number});
}

template <bool correlation>
void explain_covariance(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  if (!subject) return;
  const Sizes& sizes = subject->sizes;
  const std::int64_t variables = sizes.size() == 2 ? sizes[0] : 1, observations = sizes.empty() ? 1 : sizes.back();
  if (variables * observations == 0) return out.refuse("a covariance of nothing has no model");
  Parts parts(out);
  add_covariance(subject->dtype, variables, observations, parts);
  if (correlation) {
    const Fact square = part_tensor(subject->dtype, {variables, variables});
    if (variables > 1) parts.add("aten::sqrt", {part_tensor(subject->dtype, {variables})});
    const Fact column = part_tensor(subject->dtype, {variables, 1}), row = part_tensor(subject->dtype, {1, variables});
    parts.add("aten::div.Tensor", {square, column});
    if (variables > 1) parts.add("aten::div.Tensor", {square, row});
  }
  parts.explain(kParts, subject->annotated);
}

// --- norms of all dims but one ---

void explain_norm_except(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  const auto kept = number_at_place(call.inputs, 2);
  if (!subject) return;
  if (!kept || !number_at_place(call.inputs, 1)) return out.refuse("the dim or the order is not known");
  const Sizes& sizes = subject->sizes;
  Parts parts(out);
  if (*kept == -1) {
    parts.add("aten::norm.Scalar", {call.inputs[0], call.inputs[1]});
    return parts.explain(kParts, subject->annotated);
  }
  const auto rank = static_cast<double>(sizes.size());
  const double dim = *kept < 0 ? *kept + rank : *kept;
  if (dim < 0 || dim >= rank || product(sizes) == 0) return out.refuse("a norm of nothing has no model");
  // Sums go along the rows, of the last dim along the columns.
  const std::int64_t width = sizes[static_cast<std::size_t>(dim)], others = product(sizes) / width;
  const bool in_columns = dim != 0 && *kept == rank - 1;
  const Fact matrix = part_tensor(subject->dtype, in_columns ? Sizes{others, width} : Sizes{width, others});
  parts.add("aten::norm.ScalarOpt_dim", {matrix, call.inputs[1], row_of(in_columns ? 0 : 1), Fact::boolean(false)});
  parts.explain(kParts, subject->annotated);
}

// --- pseudo-inverses and ranks ---

// Singular values, or for hermitian matrices eigenvalues, are cut at a tolerance of the largest one.
struct Cut {
  Subject subject;
  bool hermitian;
  Fact values, tolerances;
};

// The flag for hermitian matrices is the last operand, where there is one.
std::optional<Cut> cut_of(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  const bool has_flag = call.op != "aten::pinverse";
  const auto hermitian = has_flag ? bool_at_place(call.inputs, call.inputs.size() - 1) : std::optional(false);
  if (!subject || subject->sizes.size() < 2 || product(subject->sizes) == 0) return std::nullopt;
  if (!hermitian) {
    out.refuse("it is not known whether the matrices are hermitian");
    return std::nullopt;
  }
  const Sizes& sizes = subject->sizes;
  Sizes values = {sizes.begin(), sizes.end() - 2};
  const Fact tolerances = part_tensor(DType::f64, values);  // whatever the matrices' type is
  values.push_back(std::min(sizes.back(), sizes[sizes.size() - 2]));
  return Cut{*subject, *hermitian, part_tensor(subject->dtype, values), tolerances};
}

void explain_rank(const KernelCall& call, Explanation& out) {
  const auto cut = cut_of(call, out);
  if (!cut) return;
  Parts parts(out);
  if (cut->hermitian)
    parts.add("aten::linalg_eigvalsh", {call.inputs[0], Fact::string("L")});
  else
    parts.add("aten::linalg_svdvals", {call.inputs[0], Fact::none()});
  parts.add("aten::mul.Tensor", {cut->tolerances, cut->tolerances});
  parts.explain(kParts, cut->subject.annotated);
}

// V times the reciprocals of the values that are left, times U'.
void explain_pseudo_inverse(const KernelCall& call, Explanation& out) {
  const auto cut = cut_of(call, out);
  if (!cut) return;
  const Sizes& sizes = cut->subject.sizes;
  const std::size_t rank = sizes.size();
  if (sizes[rank - 1] == 1 && sizes[rank - 2] == 1) return out.refuse("a pseudo-inverse of numbers has no model");
  Sizes first = sizes, second = sizes, scale = sizes;
  first[rank - 2] = sizes[rank - 1];
  first[rank - 1] = second[rank - 2] = scale[rank - 1] = std::min(sizes[rank - 1], sizes[rank - 2]);
  second[rank - 1] = sizes[rank - 2];
  scale[rank - 2] = 1;
  const DType dtype = cut->subject.dtype;
  Parts parts(out);
  if (cut->hermitian)
    parts.add("aten::linalg_eigh", {call.inputs[0], Fact::string("L")});
  else
    parts.add("aten::linalg_svd", {call.inputs[0], Fact::boolean(false), Fact::none()});
  parts.add("aten::mul.Tensor", {cut->tolerances, cut->tolerances});
  parts.add("aten::reciprocal", {cut->values});
  parts.add("aten::mul.Tensor", {part_tensor(dtype, first), part_tensor(dtype, scale)});
  parts.add("aten::matmul", {part_tensor(dtype, first), part_tensor(dtype, second)});
  parts.explain(kParts, cut->subject.annotated);
}

// --- exponentials of matrices ---

// A batch of square matrices and what an exponential of it takes.
class Exponential {
 public:
  Exponential(DType dtype, std::int64_t batch, std::int64_t rows, Explanation& out)
      : dtype_(dtype), batch_(batch), rows_(rows), out_(out) {}

  // The polynomials that values choose from, and squarings as far as the norm of ordinary numbers asks for them.
  void explain(const FlopIntervals& annotated) {
    FlopIntervals whole = highest();
    if (batch_ == 1) {
      for (const FlopIntervals& lower :
           {of_sums(2, 0), of_sums(3, 1), of_products(2, 7), of_products(3, 13), of_products(4, 19)}) {
        for (std::size_t i = 0; i < kFlopClassCount; ++i) {
          whole.classes[i].low = std::min(whole.classes[i].low, lower.classes[i].low);
          whole.classes[i].high = std::max(whole.classes[i].high, lower.classes[i].high);
        }
      }
    }
    out_.depends_on_data();
    if (!out_.refusal().empty()) return;
    Parts parts(out_);
    parts.add(whole, squarings());
    parts.add("aten::sum.dim_IntList", {matrices(), row_of(-2), Fact::boolean(false), Fact::none()});
    parts.explain(kExponential, annotated);
  }

 private:
  Fact matrices() const { return part_tensor(dtype_, {batch_, rows_, rows_}); }

  FlopIntervals counted(std::string_view op, const Facts& inputs, std::int64_t count) {
    Explanation part;
    Parts parts(part);
    parts.add(op, inputs, count);
    parts.explain(kExponential, {});
    if (!part.refusal().empty()) out_.refuse(part.refusal());
    FlopIntervals total;
    for (const CauseDelta& delta : part.deltas()) total += delta.delta;
    by_values_ += part.by_values();
    return total;
  }
  FlopIntervals products(std::int64_t count) { return counted("aten::bmm", {matrices(), matrices()}, count); }

  // The powers up to `terms` of them, added up; the square is divided by 2.
  FlopIntervals of_sums(std::int64_t terms, std::int64_t count) {
    FlopIntervals total = products(count);
    const Fact powers = part_tensor(dtype_, {terms, batch_, rows_, rows_});
    total += counted("aten::sum.dim_IntList", {powers, row_of(0), Fact::boolean(false), Fact::none()}, 1);
    return total += counts_of({.div = count}, elements(), *precision_of(dtype_));
  }
  // Products, and sums of powers that take a product and a sum for each term.
  FlopIntervals of_products(std::int64_t count, std::int64_t terms) {
    FlopIntervals total = products(count);
    return total += counts_of({.add = terms, .mul = terms}, elements(), *precision_of(dtype_));
  }
  // Beside the polynomial of degree 18 the scale: the norm's quotient and logarithm, and a product by its power of 2.
  FlopIntervals highest() {
    constexpr std::int64_t kTerms = 28;
    FlopIntervals total = of_products(5, kTerms);
    const Fact each = part_tensor(dtype_, {batch_});
    total += counts_of({.mul = 1}, elements(), *precision_of(dtype_));
    total += counted("aten::div.Scalar", {each, Fact::floating(2.5)}, 1);
    total += counted("aten::log2", {each}, 1);
    // Rounding up adds, in whole vectors.
    const PrecisionClasses classes = *precision_of(dtype_);
    add_point(total, classes.add, lanes_of(Lanes::whole, batch_, classes.f32));
    return total += powers_of_two();
  }
  // libm's power, of f32 in f64 inside; one of exponent 0 returns at once.
  FlopIntervals powers_of_two() const {
    FlopIntervals total;
    const bool f32 = dtype_ == DType::f32;
    total[FlopClass::add_f64] = {0, batch_ * (f32 ? 13 : 39)};
    total[FlopClass::mul_f64] = {0, batch_ * (f32 ? 14 : 29)};
    return total;
  }

  // At most what the largest finite norm takes; those of a batch that still are to be squared go together.
  ValueRange squarings() {
    constexpr std::int64_t kMostF32 = 128, kMostF64 = 1024;
    ValueRange range = by_values_;
    std::optional<FlopIntervals> each;
    for (std::int64_t together = 1; together <= batch_; ++together) {
      const Fact some = part_tensor(dtype_, {together, rows_, rows_});
      FlopIntervals product_of_one = counted("aten::bmm", {some, some}, 1);
      for (std::size_t i = 0; i < kFlopClassCount; ++i) {
        Interval& one = product_of_one.classes[i];
        one = {one.low / together, (one.high + together - 1) / together};
        if (each) one = {std::min(one.low, each->classes[i].low), std::max(one.high, each->classes[i].high)};
      }
      each = product_of_one;
    }
    range += {batch_ * (dtype_ == DType::f32 ? kMostF32 : kMostF64), *each, {}};
    return range;
  }

  std::int64_t elements() const { return batch_ * rows_ * rows_; }

  const DType dtype_;
  const std::int64_t batch_, rows_;
  Explanation& out_;
  ValueRange by_values_;
};

void explain_exponential(const KernelCall& call, Explanation& out) {
  const auto subject = subject_of(call, out);
  if (!subject || product(subject->sizes) == 0) return;
  const std::int64_t rows = subject->sizes.back(), batch = product(subject->sizes) / (rows * rows);
  if (rows == 1) {
    Parts parts(out);
    parts.add("aten::exp", {call.inputs[0]});
    return parts.explain(kExponential, subject->annotated);
  }
  Exponential(subject->dtype, batch, rows, out).explain(subject->annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::corrcoef", explain_covariance<true>},
    {"aten::cov", explain_covariance<false>},
    {"aten::linalg_cond", explain_condition},
    {"aten::linalg_cond.p_str", explain_condition},
    {"aten::linalg_matrix_exp", explain_exponential},
    {"aten::linalg_matrix_rank", explain_rank},
    {"aten::linalg_matrix_rank.atol_rtol_float", explain_rank},
    {"aten::linalg_matrix_rank.atol_rtol_tensor", explain_rank},
    {"aten::linalg_matrix_rank.tol_tensor", explain_rank},
    {"aten::linalg_pinv", explain_pseudo_inverse},
    {"aten::linalg_pinv.atol_rtol_float", explain_pseudo_inverse},
    {"aten::linalg_pinv.atol_rtol_tensor", explain_pseudo_inverse},
    {"aten::linalg_pinv.rcond_tensor", explain_pseudo_inverse},
    {"aten::linalg_tensorinv", explain_inverse_of_tensor},
    {"aten::linalg_tensorsolve", explain_solve_of_tensor, Layout::any},
    {"aten::linalg_vander", explain_powers},
    {"aten::matrix_exp", explain_exponential},
    {"aten::norm_except_dim", explain_norm_except},
    {"aten::pinverse", explain_pseudo_inverse},
    {"aten::vander", explain_powers},
};

}  // namespace

std::span<const KernelModel> composed_algebra_models() { return kModels; }
std::span<const CauseInfo> composed_algebra_causes() { return kCauses; }

}  // namespace flopaudit
