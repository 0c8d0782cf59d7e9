// Products that are put together from those of two matrices, of a matrix and a vector, or of elements.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "3 to 8 rows of 5 to 100 columns, beta 0, 0.5 and 1, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"product as its parts", "The product is put together from other products.",
     "aten::addmv, addbmm, inner, kron, tensordot, linalg_multi_dot, chain_matmul", "standard",
     "what its parts of these sizes execute; addmv: 1 mul an output where beta is not 1", kEvidence},
    {"factors of a sum", "Beta and alpha multiply also where they are 1.", "aten::addr, addr_", "standard",
     "1 add and 3 mul an element; 2 mul alone where beta is 0, in f32 28 more a row of 15 past 16s", kEvidence},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kFactors = kCauses[1];

// The first operand's type and the annotated work; nothing where the kernel casts.
std::optional<DType> common_type(const KernelCall& call, Explanation& out) {
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!precision_of(dtype)) out.refuse("only f32 and f64 have a model");
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() != nullptr && dtype_at_place(call.inputs, i) != dtype)
      out.refuse("operands of other types have no model");
  }
  return out.refusal().empty() ? dtype : std::nullopt;
}

void explain_add_vector(const KernelCall& call, Explanation& out) {
  const auto dtype = common_type(call, out);
  const auto beta = number_at_place(call.inputs, 3);
  const auto result = result_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (!dtype || !result || !annotated) return;
  if (!beta) return out.refuse("beta is not known");
  Parts parts(out);
  parts.add("aten::mv", {call.inputs[1], call.inputs[2]});
  if (*beta != 0 && *beta != 1) parts.add_counts(counts_of({.mul = 1}, result->elements, result->classes));
  parts.explain(kParts, *annotated);
}

// With a beta of 0, f32 rows that end one element before two whole vectors take these lanes twice.
std::int64_t tail_lanes(const KernelCall& call, const Operand& result) {
  constexpr std::int64_t kTwoVectors = 16, kLanes = 28;
  const auto sizes = sizes_at(call.outputs, 0);
  if (!result.classes.f32 || !sizes || sizes->size() != 2 || result.elements == 0) return 0;
  const std::int64_t width = (*sizes)[1] == 1 ? (*sizes)[0] : (*sizes)[1];
  return width % kTwoVectors == kTwoVectors - 1 ? kLanes * (result.elements / width) : 0;
}

void explain_add_outer(const KernelCall& call, Explanation& out) {
  const auto dtype = common_type(call, out);
  const auto beta = number_at_place(call.inputs, 3);
  const auto result = result_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (!dtype || !result || !annotated) return;
  if (!beta) return out.refuse("beta is not known");
  const PerElement element = *beta == 0 ? PerElement{.mul = 2} : PerElement{.add = 1, .mul = 3};
  FlopIntervals whole = counts_of(element, result->elements, result->classes);
  if (*beta == 0) add_point(whole, result->classes.mul, tail_lanes(call, *result));
  out.add_rest(kFactors, *annotated, whole);
}

// Whether sums of 5 to 11 products merge otherwise in the second matrix of a batch than in the first, in f32.
bool begins_within_vector(DType dtype, const Sizes& batch, std::int64_t columns) {
  const std::int64_t depth = batch[2];
  return dtype == DType::f32 && columns == 1 && batch[0] > 1 && depth % 4 != 0 && depth >= 5 && depth < 12;
}

// The first product takes beta, the others add to it.
void explain_add_batch(const KernelCall& call, Explanation& out) {
  const auto dtype = common_type(call, out);
  const auto first = sizes_at(call.inputs, 1), second = sizes_at(call.inputs, 2), result = sizes_at(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!dtype || !annotated) return;
  if (!first || !second || !result) return out.refuse("a shape is not known");
  if ((*first)[0] == 0) return out.refuse("a sum of no products has no model");
  const Fact sum = part_tensor(*dtype, *result), a = part_tensor(*dtype, {first->begin() + 1, first->end()}),
             b = part_tensor(*dtype, {second->begin() + 1, second->end()});
  const auto beta = number_at_place(call.inputs, 3);
  if (!beta) return out.refuse("beta is not known");
  if (begins_within_vector(*dtype, *first, result->back()))
    return out.refuse("products with one column of matrices that begin elsewhere than at a whole vector have no model");
  Parts parts(out);
  parts.add("aten::addmm", {sum, a, b, call.inputs[3], call.inputs[4]});
  parts.add("aten::addmm", {sum, a, b, Fact::integer(1), call.inputs[4]}, (*first)[0] - 1);
  parts.explain(kParts, *annotated);
}

// Two operands of one type. Nothing: refused.
struct Factors {
  DType dtype;
  FlopIntervals annotated;
  Sizes first, second;
};

std::optional<Factors> factors_of(const KernelCall& call, Explanation& out) {
  const auto dtype = common_type(call, out);
  const auto first = sizes_at(call.inputs, 0), second = sizes_at(call.inputs, 1);
  const auto annotated = annotated_of(call, out);
  if (!dtype || !annotated) return std::nullopt;
  if (first && second) return Factors{*dtype, *annotated, *first, *second};
  out.refuse("a shape is not known");
  return std::nullopt;
}

void explain_inner(const KernelCall& call, Explanation& out) {
  const auto factors = factors_of(call, out);
  if (!factors) return;
  const auto& [dtype, annotated, first, second] = *factors;
  Parts parts(out);
  if (first.empty() || second.empty()) {
    parts.add("aten::mul.Tensor", {call.inputs[0], call.inputs[1]});
  } else if (first.size() == 1 && second.size() == 1) {
    parts.add("aten::dot", {call.inputs[0], call.inputs[1]});
  } else {
    const std::int64_t summed = first.back();
    if (summed == 0) return out.refuse("a sum of nothing has no model");
    const std::int64_t columns = product(second) / summed;
    // The second matrix is read as it lies, transposed.
    const OperandStrides known = {Sizes{summed, 1}, Sizes{1, summed}};
    parts.add("aten::mm",
              {part_tensor(dtype, {product(first) / summed, summed}), part_tensor(dtype, {summed, columns})}, 1,
              &known);
  }
  parts.explain(kParts, annotated);
}

// Each dim of one beside each of the other.
void explain_kron(const KernelCall& call, Explanation& out) {
  const auto factors = factors_of(call, out);
  if (!factors) return;
  const auto& [dtype, annotated, first, second] = *factors;
  Sizes a, b;
  const std::size_t rank = std::max(first.size(), second.size());
  const auto dim_of = [&](const Sizes& sizes, std::size_t dim) {
    const std::size_t missing = rank - sizes.size();
    return dim < missing ? 1 : sizes[dim - missing];
  };
  for (std::size_t dim = 0; dim < rank; ++dim) {
    a.insert(a.end(), {dim_of(first, dim), 1});
    b.insert(b.end(), {1, dim_of(second, dim)});
  }
  Parts parts(out);
  parts.add("aten::mul.Tensor", {part_tensor(dtype, a), part_tensor(dtype, b)});
  parts.explain(kParts, annotated);
}

// --- tensordot ---

// A tensor as a matrix: its dims in another order, the first `rows` of them as one dim, the others as the other.
struct Matrix {
  std::int64_t rows = 1, columns = 1;
  std::vector<std::int64_t> strides;
};

// Nothing is copied where each group of dims goes through memory with one stride.
std::optional<std::int64_t> stride_of(const Sizes& sizes, const std::vector<std::size_t>& dims) {
  Sizes strides(sizes.size(), 1);
  for (std::size_t dim = sizes.size(); dim-- > 1;) strides[dim - 1] = strides[dim] * sizes[dim];
  std::int64_t stride = 0, next = 0;
  for (std::size_t at = dims.size(); at-- > 0;) {
    if (sizes[dims[at]] == 1) continue;
    if (stride == 0)
      stride = strides[dims[at]];
    else if (strides[dims[at]] != next)
      return std::nullopt;
    next = strides[dims[at]] * sizes[dims[at]];
  }
  return std::max<std::int64_t>(stride, 1);
}

Matrix matrix_of(const Sizes& sizes, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns) {
  Matrix matrix;
  for (const std::size_t dim : rows) matrix.rows *= sizes[dim];
  for (const std::size_t dim : columns) matrix.columns *= sizes[dim];
  const auto row = stride_of(sizes, rows), column = stride_of(sizes, columns);
  const bool lies = row && column && matrix.rows > 1 && matrix.columns > 1;
  matrix.strides = lies ? Sizes{*row, *column} : Sizes{matrix.columns, 1};
  return matrix;
}

std::vector<std::size_t> others(std::size_t rank, const std::vector<std::size_t>& places) {
  std::vector<std::size_t> rest;
  for (std::size_t dim = 0; dim < rank; ++dim) {
    if (std::find(places.begin(), places.end(), dim) == places.end()) rest.push_back(dim);
  }
  return rest;
}

// Where a dim that is summed over is of one element in one operand, the other is summed along it beforehand.
void add_sum_along(DType dtype, std::size_t dim, Sizes& sizes, Parts& parts) {
  const Fact along = Fact::list({Fact::integer(static_cast<std::int64_t>(dim))});
  parts.add("aten::sum.dim_IntList", {part_tensor(dtype, sizes), along, Fact::boolean(true), Fact::none()});
  sizes[dim] = 1;
}

void explain_tensordot(const KernelCall& call, Explanation& out) {
  auto factors = factors_of(call, out);
  if (!factors) return;
  auto& [dtype, annotated, first, second] = *factors;
  const auto from_first = places_at(call.inputs, 2, first.size()),
             from_second = places_at(call.inputs, 3, second.size());
  if (!from_first || !from_second) return out.refuse("the dims are not known");
  if (*from_first == std::vector<std::size_t>() || product(first) * product(second) == 0)
    return out.refuse("a product without a sum has no model");
  Parts parts(out);
  for (std::size_t i = 0; i < from_first->size(); ++i) {
    const std::size_t of_first = (*from_first)[i], of_second = (*from_second)[i];
    if (second[of_second] == 1)
      add_sum_along(dtype, of_first, first, parts);
    else if (first[of_first] == 1)
      add_sum_along(dtype, of_second, second, parts);
  }
  const Matrix a = matrix_of(first, others(first.size(), *from_first), *from_first);
  const Matrix b = matrix_of(second, *from_second, others(second.size(), *from_second));
  const OperandStrides strides = {a.strides, b.strides};
  parts.add("aten::mm", {part_tensor(dtype, {a.rows, a.columns}), part_tensor(dtype, {b.rows, b.columns})}, 1,
            &strides);
  parts.explain(kParts, annotated);
}

// --- chains ---

// Matrices of `sizes[i]` rows and `sizes[i + 1]` columns, in the order of the fewest multiplications.
void multiply_chain(const Sizes& sizes, DType dtype, Parts& parts) {
  const std::size_t count = sizes.size() - 1;
  std::vector<Sizes> cost(count, Sizes(count, 0)), split(count, Sizes(count, 0));
  for (std::size_t length = 1; length < count; ++length) {
    for (std::size_t first = 0; first + length < count; ++first) {
      const std::size_t last = first + length;
      cost[first][last] = INT64_MAX;
      for (std::size_t at = first; at < last; ++at) {
        const std::int64_t product_cost = sizes[first] * sizes[at + 1] * sizes[last + 1];
        const std::int64_t total = cost[first][at] + cost[at + 1][last] + product_cost;
        // Of two orders alike the later split stands where there are three matrices: the first two go first.
        if (total > cost[first][last] || (total == cost[first][last] && count != 3)) continue;
        cost[first][last] = total;
        split[first][last] = static_cast<std::int64_t>(at);
      }
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, count - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    if (first == last) continue;
    const auto at = static_cast<std::size_t>(split[first][last]);
    parts.add("aten::mm", {part_tensor(dtype, {sizes[first], sizes[at + 1]}),
                           part_tensor(dtype, {sizes[at + 1], sizes[last + 1]})});
    open.emplace_back(first, at);
    open.emplace_back(at + 1, last);
  }
}

void explain_chain(const KernelCall& call, Explanation& out) {
  const ListFact* list = call.inputs[0].get<ListFact>();
  const auto dtype = dtype_at_place(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (list == nullptr || !list->elements || !precision_of(dtype)) return out.refuse("the matrices are not known");
  if (!annotated) return;
  Sizes sizes;
  for (std::size_t i = 0; i < (*list->elements)->size(); ++i) {
    const auto matrix = sizes_at(**list->elements, i);
    if (!matrix || matrix->size() != 2) return out.refuse("vectors at the ends of a chain have no model");
    if (element_strides_at(call, i, *matrix) != std::vector<std::int64_t>{(*matrix)[1], 1})
      return out.refuse("matrices that do not lie row by row have no model");
    if (i == 0) sizes.push_back((*matrix)[0]);
    sizes.push_back((*matrix)[1]);
  }
  if (sizes.size() < 3) return;
  Parts parts(out);
  multiply_chain(sizes, *dtype, parts);
  parts.explain(kParts, *annotated);
}

// Two batches are a bmm; where the groups of a side lie end to end, their sizes are numbers in a tensor.
void explain_grouped(const KernelCall& call, Explanation& out) {
  const auto first = sizes_at(call.inputs, 0), second = sizes_at(call.inputs, 1);
  if (!first || !second || first->size() != 3 || second->size() != 3)
    return out.refuse("products of groups that lie end to end have no model");
  explain_as("aten::bmm", {call.inputs[0], call.inputs[1]}, call.strides, call, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_grouped_mm", explain_grouped, Layout::any},
    {"aten::addbmm", explain_add_batch},
    {"aten::addbmm_", explain_add_batch},
    {"aten::addmv", explain_add_vector},
    {"aten::addmv_", explain_add_vector},
    {"aten::addr", explain_add_outer},
    {"aten::addr_", explain_add_outer},
    {"aten::chain_matmul", explain_chain},
    {"aten::inner", explain_inner},
    {"aten::kron", explain_kron},
    {"aten::linalg_multi_dot", explain_chain},
    {"aten::tensordot", explain_tensordot},
};

}  // namespace

std::span<const KernelModel> product_models() { return kModels; }
std::span<const CauseInfo> product_causes() { return kCauses; }

}  // namespace flopaudit
