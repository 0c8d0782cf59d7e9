// Tensors joined, repeated and combined: copies; no work.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/list_elements.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- hstack, vstack, dstack, column_stack: cat of tensors made at least 1-, 2- or 3-dim ---

Dims at_least_1d(const Dims& dims) { return dims.empty() ? Dims{Dim(Expr(1))} : dims; }
Dims at_least_2d(const Dims& dims) {
  if (dims.empty()) return {Dim(Expr(1)), Dim(Expr(1))};
  return dims.size() == 1 ? Dims{Dim(Expr(1)), dims[0]} : dims;
}
Dims at_least_3d(const Dims& dims) {
  if (dims.empty()) return Dims(3, Dim(Expr(1)));
  if (dims.size() == 1) return {Dim(Expr(1)), dims[0], Dim(Expr(1))};
  return dims.size() == 2 ? Dims{dims[0], dims[1], Dim(Expr(1))} : dims;
}
// A vector is a column.
Dims as_columns(const Dims& dims) {
  if (dims.empty()) return {Dim(Expr(1)), Dim(Expr(1))};
  return dims.size() == 1 ? Dims{dims[0], Dim(Expr(1))} : dims;
}

template <Dims (*widen)(const Dims&)>
RuleResult<std::vector<Fact>> widened(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, list_at(inputs, 0));
  if (tensors.empty()) return misfit("a stack of no tensors");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    tensors[i].get<TensorFact>()->dims = widen(dims);
  }
  return tensors;
}

RuleResult<Facts> cat_of(std::vector<Fact> tensors, std::int64_t dim) {
  return shape_of(*find_op("aten::cat"), {Fact::list(std::move(tensors)), Fact::integer(dim)});
}

RuleResult<Facts> shape_of_hstack(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, widened<at_least_1d>(inputs));
  const std::int64_t dim = tensors[0].tensor()->dims->size() == 1 ? 0 : 1;
  return cat_of(std::move(tensors), dim);
}
RuleResult<Facts> shape_of_vstack(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, widened<at_least_2d>(inputs));
  return cat_of(std::move(tensors), 0);
}
RuleResult<Facts> shape_of_dstack(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, widened<at_least_3d>(inputs));
  return cat_of(std::move(tensors), 2);
}
RuleResult<Facts> shape_of_column_stack(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, widened<as_columns>(inputs));
  return cat_of(std::move(tensors), 1);
}

// atleast_1d(tensors): each of a list; a view.
template <Dims (*widen)(const Dims&)>
RuleResult<Facts> shape_of_atleast_list(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> listed, list_at(inputs, 0));
  if (listed.empty()) return one(Fact::list({}));
  FA_RULE(std::vector<Fact> tensors, widened<widen>(inputs));
  return one(Fact::list(std::move(tensors)));
}
template <Dims (*widen)(const Dims&)>
RuleResult<Facts> shape_of_atleast(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  TensorFact result = *inputs[0].tensor();
  result.dims = widen(dims);
  return one(result);
}

// pad_sequence(sequences, batch_first, padding_value, padding_side): to the length of the longest.
RuleResult<Facts> shape_of_pad_sequence(const Facts& inputs) {
  if (const auto uniform = one_of_all(inputs, 0)) {
    FA_RULE(Facts facts, shape_of_pad_sequence(uniform->inputs));
    FA_RULE(const bool first, bool_at(inputs, 1));
    (*facts[0].get<TensorFact>()->dims)[first ? 0 : 1] = uniform->count;
    return facts;
  }
  FA_RULE(const std::vector<Fact> sequences, list_at(inputs, 0));
  FA_RULE(const bool batch_first, bool_at(inputs, 1));
  FA_RULE(const std::string side, string_at(inputs, 3));
  if (side != "left" && side != "right") return misfit("the padding side is left or right: " + inputs[3].to_string());
  if (sequences.empty()) return misfit("pad_sequence of no sequences");
  FA_RULE(Dims dims, dims_at(sequences, 0));
  if (dims.empty()) return misfit("a sequence of no dims: " + sequences[0].to_string());
  for (std::size_t i = 1; i < sequences.size(); ++i) {
    FA_RULE(const Dims other, dims_at(sequences, i));
    Dims place = dims;  // into which it is copied, stretched where it must be
    if (!other.empty()) place[0] = other[0];
    if (other.empty() || cannot_expand(other, place))
      return misfit("the sequences differ beyond their length: " + inputs[0].to_string());
    dims[0] = lift([](const Expr& a, const Expr& b) { return max(a, b); }, dims[0], other[0]);
  }
  dims.insert(dims.begin() + (batch_first ? 0 : 1), Dim(Expr(static_cast<std::int64_t>(sequences.size()))));
  return one(tensor_fact(sequences[0].tensor()->dtype, dims));
}

// --- repeats ---

// tile(self, dims): as repeat, where missing repeats in front are 1.
RuleResult<Facts> shape_of_tile(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(std::vector<Fact> repeats, list_at(inputs, 1));
  while (repeats.size() < self.size()) repeats.insert(repeats.begin(), Fact::integer(1));
  return shape_of(*find_op("aten::repeat"), {inputs[0], Fact::list(std::move(repeats))});
}

// The size of a dim whose elements are repeated as often as a tensor of known elements says; of one element: all alike.
Dim repeated_size(const Dim& dim, const TensorFact& repeats, bool single) {
  if (!repeats.contents) return std::nullopt;
  Expr sum = 0;
  for (const Element& element : *repeats.contents) {
    const Expr* times = std::get_if<Expr>(&element);
    if (times == nullptr || always_less(*times, 0) == true) return std::nullopt;
    sum += *times;
  }
  if (!single) return sum;
  return dim ? Dim(*dim * sum) : std::nullopt;
}

// repeat_interleave.self_int(self, repeats, dim, output_size); without dim flattened.
RuleResult<Facts> shape_of_repeat_interleave(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty() && !none_at(inputs, 2)) return misfit("a 0-dim tensor has no such dim: " + inputs[0].to_string());
  if (none_at(inputs, 2)) dims = {product(dims)};
  const Facts dim_fact = {none_at(inputs, 2) ? Fact::integer(0) : inputs[2]};
  FA_RULE(const std::size_t dim, dim_at(dim_fact, 0, dims.size()));
  const Fact& repeats = inputs[1];
  if (repeats.tensor() == nullptr) {
    FA_RULE(const Expr times, int_at(inputs, 1));
    if (!must_be_at_least(times, 0)) return misfit("repeats are negative: " + times.to_string());
    if (dims[dim]) dims[dim] = *dims[dim] * times;
    FA_RULE(const std::optional<Expr> asked, optional_int_at(inputs, 3));
    if (asked && !same_dim(asked, dims[dim])) {
      return misfit("the output size is " + dims[dim]->to_string() + " and not " + asked->to_string());
    }
    return one(tensor_fact(inputs[0].tensor()->dtype, dims));
  }
  FA_RULE(const Dims many, dims_at(inputs, 1));
  const bool single = many.empty() || (many.size() == 1 && many[0] == Dim(Expr(1)));
  if (many.size() > 1 || (!single && !same_dim(many[0], dims[dim]))) {
    return misfit("there should be one number of repeats for each element: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(const std::optional<Expr> size, optional_int_at(inputs, 3));
  if (size && always_less(*size, 0) == true) return misfit("a negative output size: " + inputs[3].to_string());
  dims[dim] = size ? size : repeated_size(dims[dim], *repeats.tensor(), single);
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// repeat_interleave.Tensor(repeats, output_size): each position as often as it says.
RuleResult<Facts> shape_of_repeat_positions(const Facts& inputs) {
  FA_RULE(const TensorFact* repeats, tensor_at(inputs, 0));
  if (repeats->dtype && *repeats->dtype != DType::i64 && *repeats->dtype != DType::i32) {
    return misfit("repeats should be i64 or i32: " + inputs[0].to_string());
  }
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() != 1) return misfit("repeats should have 1 dim: " + inputs[0].to_string());
  FA_RULE(const std::optional<Expr> size, optional_int_at(inputs, 1));
  return one(tensor_fact(repeats->dtype, {size}));
}

// --- combinations ---

// cartesian_prod(tensors): rows of one element of each.
RuleResult<Facts> shape_of_cartesian_prod(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  if (tensors.empty()) return misfit("a product of no tensors");
  Dim rows = Expr(1);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    if (dims.size() != 1) return misfit("cartesian_prod needs tensors of 1 dim: " + inputs[0].to_string());
    const RuleResult<std::optional<DType>> dtype = same_dtype(tensors, 0, i);
    if (!dtype) return dtype.failure();
    rows = lift([](const Expr& a, const Expr& b) { return a * b; }, rows, dims[0]);
  }
  const std::optional<DType> dtype = tensors[0].tensor()->dtype;
  if (tensors.size() == 1) return one(tensor_fact(dtype, {rows}));
  return one(tensor_fact(dtype, {rows, Dim(Expr(static_cast<std::int64_t>(tensors.size())))}));
}

// combinations(self, r, with_replacement): n over r rows, or n + r - 1 over r.
RuleResult<Facts> shape_of_combinations(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t chosen, constant_at(inputs, 1));
  FA_RULE(const bool replacement, bool_at(inputs, 2));
  if (dims.size() != 1) return misfit("combinations of a tensor that has not 1 dim: " + inputs[0].to_string());
  if (chosen < 0) return misfit("combinations of " + std::to_string(chosen) + " elements");
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (chosen == 0) return one(tensor_fact(dtype, {Dim(Expr(0))}));
  if (chosen > 64) return missing("combinations of more than 64 elements");
  Dim rows;
  if (dims[0]) {
    rows = Expr(1);
    const Expr from = replacement ? *dims[0] + Expr(chosen - 1) : *dims[0];
    for (std::int64_t i = 0; i < chosen; ++i) {  // the product so far is a multiple of i + 1
      rows = floor_div(*rows * max(Expr(0), from - Expr(i)), Expr(i + 1));
    }
  }
  return one(tensor_fact(dtype, {rows, Dim(Expr(chosen))}));
}

// block_diag(tensors): a vector is a row.
RuleResult<Facts> shape_of_block_diag(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  Dim rows = Expr(tensors.empty() ? 1 : 0), columns = Expr(0);
  const auto add = [](const Expr& a, const Expr& b) { return a + b; };
  std::vector<const Fact*> operands;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    if (dims.size() > 2) return misfit("block_diag needs 2 dims at most: " + tensors[i].to_string());
    const Dims matrix = at_least_2d(dims);
    rows = lift(add, rows, matrix[0]);
    columns = lift(add, columns, matrix[1]);
    operands.push_back(&tensors[i]);
  }
  const std::optional<DType> dtype = operands.empty() ? std::optional(default_dtype()) : result_dtype(operands);
  return one(tensor_fact(dtype, {rows, columns}));
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                shape rule                          bytes only; views have none
    {"aten::atleast_1d",                   shape_of_atleast<at_least_1d>,      nullptr, ""},
    {"aten::atleast_1d.Sequence",          shape_of_atleast_list<at_least_1d>, nullptr, ""},
    {"aten::atleast_2d",                   shape_of_atleast<at_least_2d>,      nullptr, ""},
    {"aten::atleast_2d.Sequence",          shape_of_atleast_list<at_least_2d>, nullptr, ""},
    {"aten::atleast_3d",                   shape_of_atleast<at_least_3d>,      nullptr, ""},
    {"aten::atleast_3d.Sequence",          shape_of_atleast_list<at_least_3d>, nullptr, ""},
    {"aten::block_diag",                   shape_of_block_diag,                copies,  ""},
    {"aten::cartesian_prod",               shape_of_cartesian_prod,            copies,  ""},
    {"aten::column_stack",                 shape_of_column_stack,              copies,  ""},
    {"aten::combinations",                 shape_of_combinations,              copies,  ""},
    {"aten::dstack",                       shape_of_dstack,                    copies,  ""},
    {"aten::hstack",                       shape_of_hstack,                    copies,  ""},
    {"aten::pad_sequence",                 shape_of_pad_sequence,             copies,  ""},
    {"aten::repeat_interleave.Tensor",     shape_of_repeat_positions,          copies,  ""},
    {"aten::repeat_interleave.self_Tensor", shape_of_repeat_interleave,        copies,  ""},
    {"aten::repeat_interleave.self_int",   shape_of_repeat_interleave,         copies,  ""},
    {"aten::tile",                         shape_of_tile,                      copies,  ""},
    {"aten::vstack",                       shape_of_vstack,                    copies,  ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> join_ops() { return kRows; }

}  // namespace flopaudit
