// Sorting, searching and counting. The plain way of each, in comparisons of the input's dtype, row by row:
//   sort: n * ceil(log2 n), the bound of comparison sorting (Knuth, The Art of Computer Programming 3, 5.3.1), which is
//     also what XLA's cost analysis takes; median, kthvalue, mode and quantile look into the sorted row
//   topk: every element goes through a heap of k, n * ceil(log2 k), and the k are sorted where that is asked for
//   searchsorted: a binary search, ceil(log2(n + 1)) for each value
#include <algorithm>
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/reduction_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/support/expr_log2.h"

namespace flopaudit {
namespace {

// The row that a tensor's dim makes; a 0-dim tensor is one row of one.
RuleResult<Expr> row_length(const Facts& inputs, std::optional<std::size_t> dim_place) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  if (!dim_place) return elements_at(inputs, 0);
  if (dims.empty()) return Expr(1);
  FA_RULE(const std::size_t dim, dim_at(inputs, *dim_place, dims.size()));
  return dims[dim];
}

RuleResult<Expr> sort_compares(const Facts& inputs, const Expr& row) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  const Expr depth = ceil_log2(row);
  return elements * depth;
}

// A sort of each row of the dim at `dim_place`, or of all elements (-1).
template <int dim_place>
RuleResult<Work> work_of_sort(const Facts& inputs, const Facts& outputs) {
  const std::optional<std::size_t> place = dim_place < 0 ? std::nullopt : std::optional<std::size_t>(dim_place);
  FA_RULE(const Expr row, row_length(inputs, place));
  FA_RULE(const Expr compares, sort_compares(inputs, row));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return WorkCounter(inputs, outputs).in_dtype(dtype).count(WorkClass::compare, compares).work();
}

template <std::size_t dim_place>
RuleResult<Facts> shape_of_sort(const Facts& inputs) {
  FA_REFUSE(refuse_complex_input(inputs));
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  const RuleResult<std::size_t> dim = dim_at(inputs, dim_place, dims.size());
  if (!dim) return dim.failure();
  FA_RULE(Facts facts, same_as_first(inputs));
  facts.push_back(tensor_fact(DType::i64, dims));
  return facts;
}
template <std::size_t dim_place>
RuleResult<Facts> shape_of_argsort(const Facts& inputs) {
  FA_RULE(const Facts facts, shape_of_sort<dim_place>(inputs));
  return one(facts[1]);
}

// msort: along the first dim.
RuleResult<Facts> shape_of_msort(const Facts& inputs) {
  FA_RULE(const Facts facts, shape_of_sort<1>({inputs[0], Fact::integer(0)}));
  return one(facts[0]);
}
RuleResult<Work> work_of_msort(const Facts& inputs, const Facts& outputs) {
  const Facts along_first = {inputs[0], Fact::integer(0)};
  return work_of_sort<1>(along_first, outputs);
}

// --- topk(self, k, dim, largest, sorted), kthvalue(self, k, dim, keepdim) ---

std::optional<RuleFailure> check_k(const Facts& inputs, const Expr& k, const Dim& size, std::int64_t least) {
  if (must_be_at_least(k, least) && !(size && !must_be_at_least(*size, k))) return std::nullopt;
  return misfit("k = " + k.to_string() + " is out of range for a dim of " + (size ? size->to_string() : "?") + ": " +
                inputs[0].to_string());
}

RuleResult<Facts> shape_of_topk(const Facts& inputs) {
  FA_REFUSE(refuse_complex_input(inputs));
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr k, int_at(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  FA_REFUSE(check_k(inputs, k, dims.empty() ? Dim(Expr(1)) : dims[dim], 0));
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype == DType::boolean) return misfit("topk does not order bools: " + inputs[0].to_string());
  if (!dims.empty()) dims[dim] = k;
  return Facts{tensor_fact(dtype, dims), tensor_fact(DType::i64, dims)};
}
RuleResult<Work> work_of_topk(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr row, row_length(inputs, 2));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const Expr chosen, elements_at(outputs, 0));
  FA_RULE(const Expr k, int_at(inputs, 1));
  const Expr depth = ceil_log2(k);
  FA_RULE(const bool sorted, bool_at(inputs, 4));
  WorkCounter counter(inputs, outputs);
  if (k == Expr(0) || row == Expr(0)) return counter.work();
  if (k == Expr(1)) return counter.count(WorkClass::compare, elements - chosen).work();
  counter.count(WorkClass::compare, elements * depth);
  return sorted ? counter.count(WorkClass::compare, chosen * depth).work() : counter.work();
}

RuleResult<Facts> shape_of_kthvalue(const Facts& inputs) {
  static constexpr Places kPlaces = {2, 3, -1};
  FA_RULE(Facts facts, shape_with_indices<kPlaces>(inputs));
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr k, int_at(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  FA_REFUSE(check_k(inputs, k, dims.empty() ? Dim(Expr(1)) : dims[dim], 1));
  return facts;
}

// median(self): of no elements nan.
RuleResult<Facts> shape_of_median(const Facts& inputs) {
  if (!has_no_elements(inputs[0])) FA_REFUSE(refuse_complex_input(inputs));  // of nothing it is nan
  return shape_of_reduction<kAllDims, ResultType::same>(inputs);
}

// mode: the sorted row's longest run. Of no rows, and of one number, the dtype does not matter.
RuleResult<Facts> shape_of_mode(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (!dims.empty() && !has_no_elements(inputs[0])) return shape_with_indices<kDimKept>(inputs);
  Facts real = inputs;
  real[0].get<TensorFact>()->dtype = DType::f32;
  FA_RULE(Facts facts, shape_with_indices<kDimKept>(real));
  facts[0].get<TensorFact>()->dtype = inputs[0].tensor()->dtype;
  return facts;
}
RuleResult<Work> work_of_mode(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr row, row_length(inputs, 1));
  FA_RULE(const Expr compares, sort_compares(inputs, row));
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  return WorkCounter(inputs, outputs).count(WorkClass::compare, compares + sizes.steps).work();
}

// --- quantile(self, q, dim, keepdim, interpolation): the sorted row, and a lerp per result ---

RuleResult<Facts> shape_of_quantile(const Facts& inputs) {
  static constexpr Places kPlaces = {2, 3, -1};
  FA_REFUSE(refuse_complex_input(inputs));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && *tensor->dtype != DType::f32 && *tensor->dtype != DType::f64) {
    return misfit("quantile needs f32 or f64: " + inputs[0].to_string());
  }
  if (tensor->dims && product(*tensor->dims) == Expr(0)) return misfit("quantile of no elements");
  FA_RULE(const std::string interpolation, string_at(inputs, 4));
  constexpr const char* kKinds[] = {"linear", "lower", "higher", "midpoint", "nearest"};
  if (std::ranges::find(kKinds, interpolation) == std::end(kKinds)) {
    return misfit("there is no interpolation \"" + interpolation + "\" of quantiles");
  }
  FA_RULE(Dims dims, reduced_dims(inputs, kPlaces));
  FA_RULE(const Fact* q, fact_at(inputs, 1));
  if (q->tensor() == nullptr) {
    const std::optional<double> number = number_of(*q);
    if (number && !(*number >= 0 && *number <= 1))
      return misfit("q should lie between 0 and 1 and is " + q->to_string());
    return one(tensor_fact(tensor->dtype, dims));
  }
  const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, 1);
  if (!dtype) return dtype.failure();
  FA_RULE(const Dims many, dims_at(inputs, 1));
  if (many.size() > 1) return misfit("q should have 1 dim at most: " + q->to_string());
  dims.insert(dims.begin(), many.begin(), many.end());
  return one(tensor_fact(*dtype, dims));
}
RuleResult<Work> work_of_quantile(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr row, row_length(inputs, none_at(inputs, 2) ? std::nullopt : std::optional<std::size_t>(2)));
  FA_RULE(const Expr compares, sort_compares(inputs, row));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, compares);
  return counter.per_output(WorkClass::add, 2).per_output(WorkClass::mul).work();
}

// --- unique: how many there are is known from the values alone ---

TensorFact unknown_count(std::optional<DType> dtype) {
  TensorFact tensor;
  tensor.dtype = dtype;
  tensor.dims = Dims{std::nullopt};
  return tensor;
}

// _unique2(self, sorted, return_inverse, return_counts)
template <std::size_t inverse_place, int counts_place>
RuleResult<Facts> shape_of_unique(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const bool inverse, bool_at(inputs, inverse_place));
  Facts facts = {unknown_count(inputs[0].tensor()->dtype),
                 tensor_fact(DType::i64, inverse ? dims : Dims{Dim(Expr(0))})};
  if (counts_place >= 0) {
    FA_RULE(const bool counts, bool_at(inputs, static_cast<std::size_t>(counts_place)));
    facts.push_back(counts ? Fact(unknown_count(DType::i64)) : tensor_fact(DType::i64, {Dim(Expr(0))}));
  }
  return facts;
}
// unique_dim(self, dim, sorted, return_inverse, return_counts): slices along a dim.
template <std::size_t dim_place>
RuleResult<Facts> shape_of_unique_dim(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, dim_place, dims.size()));
  if (dims.empty()) return misfit("a 0-dim tensor has no slices: " + inputs[0].to_string());
  for (std::size_t other = 0; other < dims.size(); ++other) {
    if (other != dim && dims[other] == Dim(Expr(0))) return misfit("empty slices: " + inputs[0].to_string());
  }
  Facts facts = {Fact(), tensor_fact(DType::i64, {dims[dim]}), unknown_count(DType::i64)};
  dims[dim] = std::nullopt;
  facts[0] = tensor_fact(inputs[0].tensor()->dtype, dims);
  return facts;
}
// unique_consecutive(self, return_inverse, return_counts, dim)
RuleResult<Facts> shape_of_unique_consecutive(const Facts& inputs) {
  if (!none_at(inputs, 3)) return shape_of_unique_dim<3>(inputs);
  return shape_of_unique<1, 2>(inputs);
}

// Neighbours are compared; `sorts`: after a sort. Where the count of results is not known, neither are the bytes:
// missing.
template <bool sorts>
RuleResult<Work> work_of_unique(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  Expr compares = reduction_steps(elements, 1);
  if (sorts) {
    FA_RULE(const Expr more, sort_compares(inputs, elements));
    compares += more;
  }
  return WorkCounter(inputs, outputs).in_dtype(dtype).count(WorkClass::compare, compares).work();
}

// --- searches ---

// searchsorted(sorted_sequence, values, out_int32, ...): one sequence for all values, or one for each of their rows.
template <std::size_t sequence_place, std::size_t values_place>
RuleResult<Facts> shape_of_search(const Facts& inputs) {
  FA_RULE(const Dims sequence, dims_at(inputs, sequence_place));
  FA_RULE(const bool narrow, bool_at(inputs, 2));
  if (sequence_place == 0 && !none_at(inputs, 4)) {  // right and side say the same
    FA_RULE(const std::string side, string_at(inputs, 4));
    FA_RULE(const bool right, bool_at(inputs, 3));
    if (side != "left" && side != "right") return misfit("the side of a search is left or right and not " + side);
    if (right && side == "left") return misfit("a search to the right of the left side");
  }
  if (sequence_place == 0 && !none_at(inputs, 5)) {
    FA_RULE(const Dims sorter, dims_at(inputs, 5));
    if (!same_dims(sorter, sequence)) {
      return misfit("a place for each boundary is needed: " + shapes_text(inputs, {0, 5}));
    }
  }
  FA_RULE(const Fact* values, fact_at(inputs, values_place));
  Dims dims;
  if (values->tensor() != nullptr) {
    FA_RULE(dims, dims_at(inputs, values_place));
  }
  bool fits = sequence.size() == 1 || (sequence_place == 0 && sequence.size() == dims.size() && !dims.empty());
  for (std::size_t i = 0; fits && sequence.size() > 1 && i + 1 < dims.size(); ++i) {
    fits = same_dim(sequence[i], dims[i]).has_value();
  }
  if (!fits) {
    return misfit("the boundaries " + inputs[sequence_place].to_string() + " do not fit the values " +
                  values->to_string());
  }
  return one(tensor_fact(narrow ? DType::i32 : DType::i64, dims));
}
template <std::size_t sequence_place>
RuleResult<Work> work_of_search(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> sequence, known_dims_at(inputs, sequence_place));
  const Expr depth = ceil_log2(sequence.back() + Expr(1));
  FA_RULE(const Expr values, elements_at(outputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, sequence_place));
  return WorkCounter(inputs, outputs).in_dtype(dtype).count(WorkClass::compare, values * depth).work();
}

// isin(elements, test_elements): a search in the sorted test elements.
RuleResult<Facts> shape_of_isin(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs));
  for (const std::size_t place : {0, 1}) {
    const TensorFact* tensor = inputs[place].tensor();
    if (inputs[place].get<BoolFact>() != nullptr || (tensor != nullptr && tensor->dtype == DType::boolean)) {
      return misfit("isin takes no bools: " + inputs[place].to_string());
    }
  }
  FA_RULE(const Fact* elements, fact_at(inputs, 0));
  if (elements->tensor() == nullptr) return one(tensor_fact(DType::boolean, Dims()));
  return bool_like_first(inputs);
}
RuleResult<Work> work_of_isin(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr values, elements_at(outputs, 0));
  Expr tests = 1;
  if (inputs[1].tensor() != nullptr) {
    FA_RULE(tests, elements_at(inputs, 1));
  }
  const Expr sort_depth = ceil_log2(tests);
  const Expr search_depth = ceil_log2(tests + Expr(1));
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(operand_dtype(inputs, {0, 1}));
  return counter.count(WorkClass::compare, tests * sort_depth + values * search_depth).work();
}

// --- counts of what falls into bins ---

std::optional<RuleFailure> refuse_integers(const Facts& inputs) {
  const TensorFact* tensor = inputs.empty() ? nullptr : inputs[0].tensor();
  if (tensor == nullptr || !tensor->dtype || is_floating(*tensor->dtype)) return std::nullopt;
  return misfit("a histogram is taken of floating numbers: " + inputs[0].to_string());
}

// histc(self, bins, min, max)
RuleResult<Facts> shape_of_histc(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Expr bins, int_at(inputs, 1));
  if (!must_be_at_least(bins, 1)) return misfit("a histogram needs a bin: bins = " + bins.to_string());
  return one(tensor_fact(tensor->dtype, {Dim(bins)}));
}
RuleResult<Facts> shape_of_histc_between(const Facts& inputs) {
  FA_RULE(const Facts facts, shape_of_histc(inputs));
  const std::optional<double> least = number_of(inputs.at(2)), largest = number_of(inputs.at(3));
  if (least && largest && *largest < *least)
    return misfit("a histogram from above to below: " + shapes_text(inputs, {2, 3}));
  return facts;
}
// A weight an element.
std::optional<RuleFailure> check_weights(const Facts& inputs, std::size_t place) {
  FA_RULE(const TensorFact* weights, optional_tensor_at(inputs, place));
  if (weights == nullptr) return std::nullopt;
  if (const auto dtype = same_dtype(inputs, 0, place); !dtype) return dtype.failure();
  if (same_dim(element_count(*weights), element_count(*inputs[0].tensor()))) return std::nullopt;
  return misfit("a weight for each element is needed: " + shapes_text(inputs, {0, place}));
}

// histogram.bin_ct(self, bins, range, weight, density): counts and edges
RuleResult<Facts> shape_of_histogram(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_histc(inputs));
  FA_RULE(const Expr bins, int_at(inputs, 1));
  if (!none_at(inputs, 2)) {
    FA_RULE(const std::vector<Fact> range, list_at(inputs, 2));
    const bool ordered = range.size() == 2 && number_of(range[0]).value_or(0) <= number_of(range[1]).value_or(HUGE_VAL);
    if (!ordered) return misfit("the range of a histogram is its least and largest number: " + inputs[2].to_string());
  }
  FA_REFUSE(check_weights(inputs, 3));
  facts.push_back(tensor_fact(facts[0].tensor()->dtype, {Dim(bins + Expr(1))}));
  return facts;
}
RuleResult<Facts> shape_of_histogram_edges(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Dims edges, dims_at(inputs, 1));
  if (edges.size() != 1) return misfit("the edges should have 1 dim: " + inputs[1].to_string());
  if (edges[0] && !must_be_at_least(*edges[0], 2)) return misfit("there is no bin: " + inputs[1].to_string());
  if (const auto dtype = same_dtype(inputs, 0, 1); !dtype) return dtype.failure();
  FA_REFUSE(check_weights(inputs, 2));
  const Dim bins = edges[0] ? Dim(*edges[0] - Expr(1)) : Dim();
  return Facts{tensor_fact(tensor->dtype, {bins}), tensor_fact(tensor->dtype, edges)};
}
// Even bins: within [min, max]? (x - min) * bins / (max - min), rounded down, and one added to a bin.
RuleResult<Work> work_of_even_bins(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr n, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, n * Expr(2)).count(WorkClass::add, n * Expr(2)).count(WorkClass::mul, n);
  return counter.count(WorkClass::div, n).count(WorkClass::convert, n).work();
}
// Given edges: a search, and one added to a bin.
RuleResult<Work> work_of_given_bins(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr n, elements_at(inputs, 0));
  FA_RULE(const std::vector<Expr> edges, known_dims_at(inputs, 1));
  const Expr depth = ceil_log2(edges[0]);
  return WorkCounter(inputs, outputs).count(WorkClass::compare, n * depth).count(WorkClass::add, n).work();
}

// As many bins as the largest of known values asks for, and at least so many.
Dim bins_of_known(const TensorFact& values, const Expr& least) {
  if (!values.contents || !least.constant()) return std::nullopt;
  std::int64_t bins = *least.constant();
  for (const Element& element : *values.contents) {
    const auto* value = std::get_if<Expr>(&element);
    if (value == nullptr || !value->constant()) return std::nullopt;
    bins = std::max(bins, *value->constant() + 1);
  }
  return Expr(bins);
}

// bincount(self, weights, minlength)
RuleResult<Facts> shape_of_bincount(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (dims.size() != 1 || (tensor->dtype && !is_integral(*tensor->dtype))) {
    return misfit("bincount needs integers of 1 dim: " + inputs[0].to_string());
  }
  FA_RULE(const Expr least, int_at(inputs, 2));
  if (always_less(least, 0) == true) return misfit("a negative number of bins: " + least.to_string());
  FA_RULE(const TensorFact* weights, optional_tensor_at(inputs, 1));
  if (has_no_elements(inputs[0])) return one(tensor_fact(DType::i64, {least}));  // the weights are not looked at
  const Dim bins = bins_of_known(*tensor, least);
  if (weights == nullptr) return one(bins ? tensor_fact(DType::i64, {bins}) : Fact(unknown_count(DType::i64)));
  if (weights->dims && (weights->dims->size() != 1 || !same_dim((*weights->dims)[0], dims[0]))) {
    return misfit("weights and input have different lengths: " + shapes_text(inputs, {0, 1}));
  }
  std::optional<DType> dtype = weights->dtype;
  if (dtype && *dtype != DType::f32) dtype = DType::f64;
  return one(bins ? tensor_fact(dtype, {bins}) : Fact(unknown_count(dtype)));
}
RuleResult<Work> work_of_bincount(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr n, elements_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(outputs, 0));
  return WorkCounter(inputs, outputs).in_dtype(dtype).count(WorkClass::add, n).work();
}

constexpr char kSortText[] = "compare = n * ceil(log2 row)";
constexpr char kSortAllText[] = "compare = n * ceil(log2 n)";
constexpr char kSearchText[] = "compare = o * ceil(log2(boundaries + 1))";
constexpr char kUniqueText[] = "compare = n * ceil(log2 n) + n - 1";
constexpr char kIsinText[] = "compare = m * ceil(log2 m) + n * ceil(log2(m + 1)), m test elements";
constexpr char kQuantileText[] = "compare = n * ceil(log2 row), add = 2o, mul = o";
constexpr char kEvenBinsText[] = "compare = 2n, add = 2n, mul = n, div = n, convert = n";

// n elements in, o out
// clang-format off
constexpr OpSpec kRows[] = {
    // name                         shape rule                   work rule              formula
    {"aten::_unique",               shape_of_unique<2, -1>,      work_of_unique<true>,  kUniqueText},
    {"aten::_unique2",              shape_of_unique<2, 3>,       work_of_unique<true>,  kUniqueText},
    {"aten::argsort",               shape_of_argsort<1>,         work_of_sort<1>,       kSortText},
    {"aten::argsort.stable",        shape_of_argsort<2>,         work_of_sort<2>,       kSortText},
    {"aten::bincount",              shape_of_bincount,           work_of_bincount,      "add = n, or integer = n without weights"},
    {"aten::bucketize.Scalar",      shape_of_search<1, 0>,       work_of_search<1>,     kSearchText},
    {"aten::bucketize.Tensor",      shape_of_search<1, 0>,       work_of_search<1>,     kSearchText},
    {"aten::histc",                 shape_of_histc_between,              work_of_even_bins,     kEvenBinsText},
    {"aten::histogram.bin_ct",      shape_of_histogram,          work_of_even_bins,     kEvenBinsText},
    {"aten::histogram.bins_tensor", shape_of_histogram_edges,    work_of_given_bins,    "compare = n * ceil(log2 edges), add = n"},
    {"aten::isin.Scalar_Tensor",    shape_of_isin,               work_of_isin,          kIsinText},
    {"aten::isin.Tensor_Scalar",    shape_of_isin,               work_of_isin,          kIsinText},
    {"aten::isin.Tensor_Tensor",    shape_of_isin,               work_of_isin,          kIsinText},
    {"aten::kthvalue",              shape_of_kthvalue,           work_of_sort<2>,       kSortText},
    {"aten::median",                shape_of_median,             work_of_sort<-1>,      kSortAllText},
    {"aten::median.dim",            shape_with_indices<kDimKept>, work_of_sort<1>,      kSortText},
    {"aten::mode",                  shape_of_mode,               work_of_mode,          "compare = n * ceil(log2 row) + n - o"},
    {"aten::msort",                 shape_of_msort,              work_of_msort,         kSortText},
    {"aten::nanmedian",             shape_of_median,             work_of_sort<-1>,      kSortAllText},
    {"aten::nanmedian.dim",         shape_with_indices<kDimKept>, work_of_sort<1>,      kSortText},
    {"aten::nanquantile",           shape_of_quantile,           work_of_quantile,      kQuantileText},
    {"aten::nanquantile.scalar",    shape_of_quantile,           work_of_quantile,      kQuantileText},
    {"aten::quantile",              shape_of_quantile,           work_of_quantile,      kQuantileText},
    {"aten::quantile.scalar",       shape_of_quantile,           work_of_quantile,      kQuantileText},
    {"aten::searchsorted.Scalar",   shape_of_search<0, 1>,       work_of_search<0>,     kSearchText},
    {"aten::searchsorted.Tensor",   shape_of_search<0, 1>,       work_of_search<0>,     kSearchText},
    {"aten::sort",                  shape_of_sort<1>,            work_of_sort<1>,       kSortText},
    {"aten::sort.stable",           shape_of_sort<2>,            work_of_sort<2>,       kSortText},
    {"aten::topk",                  shape_of_topk,               work_of_topk,          "compare = n * ceil(log2 k), sorted: + o * ceil(log2 k); k = 1: n - o"},
    {"aten::unique_consecutive",    shape_of_unique_consecutive, work_of_unique<false>, "compare = n - 1"},
    {"aten::unique_dim",            shape_of_unique_dim<1>,      work_of_unique<true>,  kUniqueText},
    {"aten::unique_dim_consecutive", shape_of_unique_dim<1>,     work_of_unique<false>, "compare = n - 1"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> sorting_ops() { return kRows; }

}  // namespace flopaudit
