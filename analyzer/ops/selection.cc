// Picking elements by their position or by a truth of each; what a truth picks is not known without the values, so that
// its number is unknown. Finding what is not 0 is a compare per element; picking is a copy.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// take(self, index): positions in the flattened self.
RuleResult<Facts> shape_of_take(const Facts& inputs) {
  FA_REFUSE(check_long(inputs, 1));
  FA_RULE(const TensorFact* self, tensor_at(inputs, 0));
  FA_RULE(const Dims index, dims_at(inputs, 1));
  const std::optional<Expr> picked = product(index);
  if (has_no_elements(inputs[0]) && picked && always_less(0, *picked) == true) {
    return misfit("there is nothing to take from: " + shapes_text(inputs, {0, 1}));
  }
  return one(tensor_fact(self->dtype, index));
}

// take_along_dim(self, indices, dim): a gather of shapes that broadcast apart from dim; without dim a take.
RuleResult<Facts> shape_of_take_along_dim(const Facts& inputs) {
  const bool narrow = none_at(inputs, 2) && inputs[1].tensor() != nullptr && inputs[1].tensor()->dtype == DType::i32;
  if (!narrow) FA_REFUSE(check_long(inputs, 1));
  FA_RULE(Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims index, dims_at(inputs, 1));
  if (none_at(inputs, 2)) {
    const std::optional<Expr> taken = product(index);
    return one(tensor_fact(inputs[0].tensor()->dtype, {taken}));
  }
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, self.size()));
  if (self.size() != index.size()) {
    return misfit("index and input have different ranks: " + shapes_text(inputs, {0, 1}));
  }
  if (!self.empty()) self[dim] = index[dim];
  const std::optional<Dims> dims = broadcast(self, index);
  if (!dims) return misfit("the shapes do not broadcast apart from the dim: " + shapes_text(inputs, {0, 1}));
  return one(tensor_fact(inputs[0].tensor()->dtype, *dims));
}

// Reads what it picks, and the indices.
RuleResult<Work> picks(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr picked, bytes_of(outputs));
  FA_RULE(const Expr index, bytes_of({inputs[1]}));
  return WorkCounter(inputs, outputs).reads(picked + index).work();
}

RuleResult<Facts> shape_of_masked_select(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims mask, dims_at(inputs, 1));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 1));
  if (tensor->dtype && *tensor->dtype != DType::boolean) {
    return misfit("the mask should be bool and is " + inputs[1].to_string());
  }
  if (!broadcast(self, mask)) return misfit("the shapes do not broadcast: " + shapes_text(inputs, {0, 1}));
  return one(tensor_fact(inputs[0].tensor()->dtype, {std::nullopt}));
}

// --- where is it not 0: one row of positions for each ---

RuleResult<Facts> shape_of_nonzero(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  return one(tensor_fact(DType::i64, {std::nullopt, Dim(Expr(static_cast<std::int64_t>(self.size())))}));
}
RuleResult<Facts> shape_of_nonzero_static(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Expr size, int_at(inputs, 1));
  if (!must_be_at_least(size, 0)) return misfit("a size is negative: " + size.to_string());
  return one(tensor_fact(DType::i64, {Dim(size), Dim(Expr(static_cast<std::int64_t>(self.size())))}));
}
// nonzero_numpy, where(condition): a list of one tensor for each dim; a 0-dim tensor counts as one dim.
RuleResult<Facts> shape_of_nonzero_list(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  return one(Fact::list(Facts(std::max<std::size_t>(self.size(), 1), tensor_fact(DType::i64, {std::nullopt}))));
}

RuleResult<Work> work_of_nonzero(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return WorkCounter(inputs, outputs).in_dtype(real_dtype(dtype)).count(WorkClass::compare, elements).work();
}

// --- a part of the first operand replaced: select_scatter(self, src, dim, index) and its like ---

RuleResult<Facts> part_replaced(const Facts& inputs, const Dims& part) {
  FA_RULE(const Dims source, dims_at(inputs, 1));
  bool fits = source.size() == part.size();
  for (std::size_t i = 0; fits && i < part.size(); ++i) fits = same_dim(source[i], part[i]).has_value();
  if (!fits) return misfit("the source should have the shape " + text(part) + " and is " + inputs[1].to_string());
  return same_as_first(inputs);
}

Facts without_source(const Facts& inputs) {
  Facts operands = inputs;
  operands.erase(operands.begin() + 1);
  return operands;
}

// The part is what the view of that name gives.
constexpr char kSelect[] = "aten::select.int", kSlice[] = "aten::slice.Tensor", kDiagonal[] = "aten::diagonal";
template <const auto& view>
RuleResult<Facts> shape_of_replaced(const Facts& inputs) {
  FA_RULE(const Facts part, shape_of(*find_op(view), without_source(inputs)));
  FA_RULE(const Dims dims, dims_at(part, 0));
  return part_replaced(inputs, dims);
}

constexpr char kCompareText[] = "compare = n";

// n elements in. Rows without a formula copy.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                    shape rule                  work rule        formula
    {"aten::argwhere",         shape_of_nonzero,           work_of_nonzero, kCompareText},
    {"aten::diagonal_scatter", shape_of_replaced<kDiagonal>, copies,        ""},
    {"aten::masked_select",    shape_of_masked_select,     copies,          ""},
    {"aten::nonzero",          shape_of_nonzero,           work_of_nonzero, kCompareText},
    {"aten::nonzero_numpy",    shape_of_nonzero_list,      work_of_nonzero, kCompareText},
    {"aten::nonzero_static",   shape_of_nonzero_static,    work_of_nonzero, kCompareText},
    {"aten::select_scatter",   shape_of_replaced<kSelect>, copies,          ""},
    {"aten::slice_scatter",    shape_of_replaced<kSlice>,  copies,          ""},
    {"aten::take",             shape_of_take,              picks,           ""},
    {"aten::take_along_dim",   shape_of_take_along_dim,    picks,           ""},
    {"aten::where",            shape_of_nonzero_list,      work_of_nonzero, kCompareText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> selection_ops() { return kRows; }

}  // namespace flopaudit
