// Writing at indices: the result is the first operand with some elements replaced (no arithmetic) or reduced with what
// was there: 1 operation for each element of the source, and for a mean a division for each element that is written.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> check_dtypes(const Facts& inputs, std::size_t a, std::size_t b) {
  if (b >= inputs.size() || inputs[b].tensor() == nullptr) return std::nullopt;
  const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, a, b);
  if (!dtype && dtype.failure().kind == RuleFailure::Kind::misfit) return dtype.failure();
  return std::nullopt;
}

std::optional<RuleFailure> check_index_dtype(const Facts& inputs, std::size_t place) {
  const RuleResult<const TensorFact*> index = tensor_at(inputs, place);
  if (!index) return index.failure();
  const std::optional<DType> dtype = (*index)->dtype;
  if (!dtype || *dtype == DType::i64 || *dtype == DType::i32) return std::nullopt;
  return misfit("an index should be i64 or i32 and is " + inputs[place].to_string());
}

// --- scatter(self, dim, index, src): index is no larger than self apart from dim, and than src ---

RuleResult<Facts> shape_of_scatter(const Facts& inputs) {
  FA_REFUSE(check_dtypes(inputs, 0, 3));
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, self.size()));
  FA_RULE(const Dims index, dims_at(inputs, 2));
  const bool has_source = inputs.size() > 3 && inputs[3].tensor() != nullptr && inputs[3].tensor()->dims;
  const Dims source = has_source ? *inputs[3].tensor()->dims : index;
  if (product(index) == Expr(0)) return same_as_first(inputs);  // whatever the dtype of such an index
  FA_REFUSE(check_index_dtype(inputs, 2));
  const auto rank = [](const Dims& dims) { return std::max<std::size_t>(dims.size(), 1); };
  bool fits = rank(self) == rank(index) && rank(source) == rank(index);
  for (std::size_t i = 0; fits && i < index.size(); ++i) {
    const auto larger = [&](const Dims& than) {
      const Dim limit = than.empty() ? Dim(Expr(1)) : than[i];
      return index[i] && limit && !must_be_at_least(*limit, *index[i]);
    };
    fits = (i == dim || !larger(self)) && !larger(source);
  }
  if (!fits) return misfit("the index does not fit what it indexes: " + shapes_text(inputs, {0, 2, 3}));
  return same_as_first(inputs);
}

RuleResult<Facts> check_reduce(const Facts& inputs, std::size_t place, std::initializer_list<std::string_view> known,
                               ShapeRule shape) {
  FA_RULE(const std::string reduce, string_at(inputs, place));
  if (std::find(known.begin(), known.end(), reduce) == known.end()) {
    return misfit("there is no reduction \"" + reduce + "\"");
  }
  return shape(inputs);
}
RuleResult<Facts> shape_of_scatter_old_reduce(const Facts& inputs) {
  return check_reduce(inputs, 4, {"add", "multiply"}, shape_of_scatter);
}
RuleResult<Facts> shape_of_scatter_reduce(const Facts& inputs) {
  return check_reduce(inputs, 4, {"sum", "prod", "mean", "amax", "amin"}, shape_of_scatter);
}

// `elements` of a source, reduced into a tensor of the first operand's size.
RuleResult<Work> reduced_work(const Facts& inputs, const Facts& outputs, const std::string& reduce,
                              const Expr& elements) {
  WorkCounter counter(inputs, outputs);
  if (reduce == "multiply" || reduce == "prod") return counter.count(WorkClass::mul, elements).work();
  if (reduce == "amax" || reduce == "amin") return counter.count(WorkClass::compare, elements).work();
  counter.count(WorkClass::add, elements);
  return reduce == "mean" ? counter.per_output(WorkClass::div).work() : counter.work();
}

RuleResult<Work> work_of_scatter_reduce(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::string reduce, string_at(inputs, 4));
  FA_RULE(const Expr elements, elements_at(inputs, 2));
  return reduced_work(inputs, outputs, reduce, elements);
}
RuleResult<Work> work_of_scatter_add(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 2));
  return reduced_work(inputs, outputs, "sum", elements);
}

// --- index_copy(self, dim, index, source): slices of source, one for each index ---

// Whether source has as many dims as self; index_copy takes a number for a vector, and a vector for a number.
enum class Source { none, of_same_rank, numbers_too };

bool source_fits(const Dims& self, std::size_t dim, const Dims& source, const Dim& count, Source kind) {
  const bool numbers = kind == Source::numbers_too && self.size() + source.size() == 1;
  if (self.size() != source.size() && !numbers) return false;
  if (source.empty()) return same_dim(count, Expr(1)).has_value();
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (!same_dim(source[i], i == dim ? count : self[i])) return false;
  }
  return true;
}

template <Source kind>
RuleResult<Facts> shape_of_index_write(const Facts& inputs) {
  FA_REFUSE(check_index_dtype(inputs, 2));
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, self.size()));
  FA_RULE(const Dims index, dims_at(inputs, 2));
  if (index.size() > 1) return misfit("the index should have 1 dim: " + inputs[2].to_string());
  if (kind == Source::none) return same_as_first(inputs);
  FA_REFUSE(check_dtypes(inputs, 0, 3));
  FA_RULE(const Dims source, dims_at(inputs, 3));
  const Dim count = index.empty() ? Dim(Expr(1)) : index[0];
  if (!source_fits(self, dim, source, count, kind)) {
    return misfit("source and index do not fit: " + shapes_text(inputs, {0, 2, 3}));
  }
  return same_as_first(inputs);
}

// index_fill(self, dim, index, value): a 0-dim value
RuleResult<Facts> shape_of_index_fill(const Facts& inputs) {
  FA_REFUSE(check_long(inputs, 2));
  const TensorFact* value = inputs.size() > 3 ? inputs[3].tensor() : nullptr;
  if (value != nullptr && value->dims && !value->dims->empty()) {
    return misfit("the value should have no dims: " + inputs[3].to_string());
  }
  return shape_of_index_write<Source::none>(inputs);
}

RuleResult<Facts> shape_of_index_reduce(const Facts& inputs) {
  return check_reduce(inputs, 4, {"prod", "mean", "amax", "amin"}, shape_of_index_write<Source::of_same_rank>);
}

// index_add(self, dim, index, source, alpha)
RuleResult<Work> work_of_index_add(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, elements);
  if (number_of(inputs[4]) != 1) counter.count(WorkClass::mul, elements);
  return counter.work();
}
RuleResult<Work> work_of_index_reduce(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::string reduce, string_at(inputs, 4));
  FA_RULE(const Expr elements, elements_at(inputs, 3));
  return reduced_work(inputs, outputs, reduce, elements);
}

// --- put(self, index, source, accumulate): positions in the flattened self ---

RuleResult<Facts> shape_of_put(const Facts& inputs) {
  FA_REFUSE(check_long(inputs, 1));
  FA_REFUSE(check_dtypes(inputs, 0, 2));
  FA_RULE(const Dims index, dims_at(inputs, 1));
  FA_RULE(const Dims source, dims_at(inputs, 2));
  if (!same_dim(product(index), product(source))) {
    return misfit("index and source have different numbers of elements: " + shapes_text(inputs, {1, 2}));
  }
  return same_as_first(inputs);
}
RuleResult<Work> work_of_put(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const bool accumulate, bool_at(inputs, 3));
  FA_RULE(const Expr elements, elements_at(inputs, 2));
  WorkCounter counter(inputs, outputs);
  return accumulate ? counter.count(WorkClass::add, elements).work() : counter.work();
}

// masked_scatter(self, mask, source)
RuleResult<Facts> shape_of_masked_scatter(const Facts& inputs) {
  FA_REFUSE(check_dtypes(inputs, 0, 2));
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims mask, dims_at(inputs, 1));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 1));
  if (tensor->dtype && *tensor->dtype != DType::boolean) {
    return misfit("the mask should be bool and is " + inputs[1].to_string());
  }
  const std::optional<Dims> dims = broadcast(self, mask);
  if (!dims) return misfit("the shapes do not broadcast: " + shapes_text(inputs, {0, 1}));
  return one(tensor_fact(inputs[0].tensor()->dtype, *dims));
}

constexpr char kSourceAdd[] = "add = elements of the index";
constexpr char kOldReduce[] = "add: add = elements of the index; multiply: mul";
constexpr char kReduce[] = "sum: add = elements of the index; prod: mul; amax, amin: compare; mean: add, and div = n";

// n: elements of the result. Rows without a formula: no arithmetic, bytes only.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                         shape rule                   work rule               formula
    {"aten::index_add",             shape_of_index_write<Source::of_same_rank>, work_of_index_add,      "add = elements of source; alpha not 1: mul"},
    {"aten::index_copy",            shape_of_index_write<Source::numbers_too>, copies,                 ""},
    {"aten::index_fill.int_Scalar", shape_of_index_fill,         copies,                 ""},
    {"aten::index_fill.int_Tensor", shape_of_index_fill,         copies,                 ""},
    {"aten::index_reduce",          shape_of_index_reduce,       work_of_index_reduce,   "prod: mul = elements of source; amax, amin: compare; mean: add, and div = n"},
    {"aten::masked_scatter",        shape_of_masked_scatter,     copies,                 ""},
    {"aten::put",                   shape_of_put,                work_of_put,            "accumulate: add = elements of source"},
    {"aten::scatter.reduce",        shape_of_scatter_old_reduce, work_of_scatter_reduce, kOldReduce},
    {"aten::scatter.src",           shape_of_scatter,            copies,                 ""},
    {"aten::scatter.value",         shape_of_scatter,            copies,                 ""},
    {"aten::scatter.value_reduce",  shape_of_scatter_old_reduce, work_of_scatter_reduce, kOldReduce},
    {"aten::scatter_add",           shape_of_scatter,            work_of_scatter_add,    kSourceAdd},
    {"aten::scatter_reduce.two",    shape_of_scatter_reduce,     work_of_scatter_reduce, kReduce},
};
// clang-format on

}  // namespace

std::span<const OpSpec> scatter_ops() { return kRows; }

}  // namespace flopaudit
