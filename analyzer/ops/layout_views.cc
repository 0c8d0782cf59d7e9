// Views beyond views.cc: parts of complex numbers, matrices turned, several dims moved or split at once. No work.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> shape_of_itself(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  return one(*tensor);
}

// _neg_view(self): the same dims, other numbers.
RuleResult<Facts> shape_of_neg_view(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype == DType::boolean) return misfit("- of a bool tensor: " + inputs[0].to_string());
  TensorFact result = *tensor;
  result.contents.reset();
  return one(result);
}

// positive(self): as it is, but for bools.
RuleResult<Facts> shape_of_positive(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype == DType::boolean) return misfit("+ of a bool tensor: " + inputs[0].to_string());
  return one(*tensor);
}

// --- matrices ---

// mT, mH: the last two dims swapped; a 0-dim tensor stays.
RuleResult<Facts> shape_of_matrix_transpose(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return same_as_first(inputs);
  if (dims.size() < 2) return misfit("a matrix is needed, or a batch of them: " + inputs[0].to_string());
  std::swap(dims[dims.size() - 1], dims[dims.size() - 2]);
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// --- complex numbers as pairs ---

RuleResult<Facts> shape_of_view_as_real(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && !is_complex(*tensor->dtype)) {
    return misfit("view_as_real of numbers that are not complex: " + inputs[0].to_string());
  }
  FA_RULE(Dims dims, dims_at(inputs, 0));
  dims.push_back(Dim(Expr(2)));
  return one(tensor_fact(tensor->dtype ? std::optional(real_dtype(*tensor->dtype)) : std::nullopt, dims));
}

RuleResult<Facts> shape_of_view_as_complex(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty() || (dims.back() && !must_be_equal(*dims.back(), 2))) {
    return misfit("the last dim should be 2: " + inputs[0].to_string());
  }
  dims.pop_back();
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  switch (dtype) {
    case DType::f16: return one(tensor_fact(DType::c32, dims));
    case DType::f32: return one(tensor_fact(DType::c64, dims));
    case DType::f64: return one(tensor_fact(DType::c128, dims));
    default: return misfit("the parts of complex numbers should be f16, f32 or f64: " + inputs[0].to_string());
  }
}

template <bool imaginary>
RuleResult<Facts> shape_of_part(const Facts& inputs) {
  FA_RULE(TensorFact result, [&]() -> RuleResult<TensorFact> {
    FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
    return *tensor;
  }());
  if (result.dtype && !is_complex(*result.dtype)) {
    if (imaginary) return misfit("numbers that are not complex have no imaginary part: " + inputs[0].to_string());
    return one(std::move(result));
  }
  result.contents.reset();
  if (result.dtype) result.dtype = real_dtype(*result.dtype);
  return one(std::move(result));
}

// view(self, dtype): the same bytes as other numbers; the last dim changes with their size.
RuleResult<Facts> shape_of_view_dtype(const Facts& inputs) {
  FA_RULE(const DType from, dtype_at(inputs, 0));
  FA_RULE(const std::optional<DType> to, dtype_argument_at(inputs, 1, from));
  FA_RULE(Dims dims, dims_at(inputs, 0));
  const std::int64_t before = element_bytes(from), after = element_bytes(*to);
  if (before != after) {
    if (dims.empty())
      return misfit("a 0-dim tensor cannot be viewed as numbers of another size: " + inputs[0].to_string());
    Dim& last = dims.back();
    if (after > before && dims.size() > 1 && last == Dim(Expr(0))) {  // rows of no elements begin 1 apart
      return misfit("empty rows do not begin at larger numbers: " + inputs[0].to_string());
    }
    if (last && after > before && !must_be_multiple(*last, after / before)) {
      return misfit("the last dim is no multiple of " + std::to_string(after / before) + ": " + inputs[0].to_string());
    }
    if (last) last = after > before ? floor_div(*last, after / before) : *last * Expr(before / after);
  }
  return one(tensor_fact(*to, dims));
}

// --- several dims ---

RuleResult<Facts> shape_of_ravel(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  TensorFact result = *inputs[0].tensor();
  result.dims = Dims{product(dims)};
  return one(result);
}

// movedim(self, source dims, destination dims): the others keep their order.
RuleResult<Facts> shape_of_movedims(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::vector<std::int64_t> from, constants_at(inputs, 1));
  FA_RULE(const std::vector<std::int64_t> to, constants_at(inputs, 2));
  if (from.size() != to.size()) return misfit("as many dims must go as come: " + shapes_text(inputs, {1, 2}));
  if (dims.empty() && from.size() > 1) return misfit("a dim is named twice: " + shapes_text(inputs, {1, 2}));
  std::vector<std::optional<std::size_t>> source_of(dims.size());
  std::vector<bool> moved(dims.size(), false);
  for (std::size_t i = 0; i < from.size(); ++i) {
    FA_RULE(const std::size_t source, wrap_dim(from[i], dims.size()));
    FA_RULE(const std::size_t destination, wrap_dim(to[i], dims.size()));
    if (dims.empty()) continue;
    if (moved[source] || source_of[destination]) return misfit("a dim is named twice: " + shapes_text(inputs, {1, 2}));
    moved[source] = true;
    source_of[destination] = source;
  }
  Dims output;
  std::size_t next = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    while (!source_of[i] && moved[next]) ++next;
    output.push_back(source_of[i] ? dims[*source_of[i]] : dims[next++]);
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// Strides, and the offset behind them where there is one, are not negative.
std::optional<RuleFailure> check_strides(const Facts& inputs, std::size_t place) {
  FA_RULE(const std::vector<Fact> strides, list_at(inputs, place));
  for (const Fact& stride : strides) {
    if (constant_of(stride).value_or(0) < 0) return misfit("a stride is negative: " + inputs[place].to_string());
  }
  const std::size_t offset = place + 1;
  if (inputs.size() <= offset || constant_of(inputs[offset]).value_or(0) >= 0) return std::nullopt;
  return misfit("an offset is negative: " + inputs[offset].to_string());
}

// as_strided(self, size, stride, offset): the strides are not followed.
RuleResult<Facts> shape_of_as_strided(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  FA_RULE(const std::vector<Fact> strides, list_at(inputs, 2));
  if (sizes.size() != strides.size()) return misfit("as many sizes as strides: " + shapes_text(inputs, {1, 2}));
  for (const Dim& size : sizes) {
    if (size && always_less(*size, 0) == true) return misfit("a size is negative: " + text(sizes));
  }
  FA_REFUSE(check_strides(inputs, 2));
  return one(tensor_fact(tensor->dtype, sizes));
}
// _reshape_alias(self, size, stride): a view of all of it
RuleResult<Facts> shape_of_reshape_alias(const Facts& inputs) {
  FA_RULE(const Facts facts, shape_of_as_strided(inputs));
  if (same_dim(element_count(*facts[0].tensor()), element_count(*inputs[0].tensor()))) return facts;
  return misfit("a view has as many elements: " + shapes_text(inputs, {0, 1}));
}
RuleResult<Facts> shape_of_as_strided_scatter(const Facts& inputs) {
  FA_RULE(const Dims source, dims_at(inputs, 1));
  FA_RULE(const Dims sizes, ints_at(inputs, 2));
  bool fits = source.size() == sizes.size();
  for (std::size_t i = 0; fits && i < sizes.size(); ++i) fits = same_dim(source[i], sizes[i]).has_value();
  if (!fits) return misfit("the source should have the shape " + text(sizes) + " and is " + inputs[1].to_string());
  FA_RULE(const std::vector<Fact> strides, list_at(inputs, 3));
  if (sizes.size() != strides.size()) return misfit("as many sizes as strides: " + shapes_text(inputs, {2, 3}));
  FA_REFUSE(check_strides(inputs, 3));
  return same_as_first(inputs);
}

// resize(self, size): other dims, what they hold beyond the old ones is not defined.
RuleResult<Facts> shape_of_resize(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  for (const Dim& size : sizes) {
    if (size && !must_be_at_least(*size, 0)) return misfit("a size is negative: " + text(sizes));
  }
  return one(tensor_fact(tensor->dtype, sizes));
}
RuleResult<Facts> shape_of_resize_as(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Dims dims, dims_at(inputs, 1));
  return one(tensor_fact(tensor->dtype, dims));
}
// fill_diagonal_(self, value, wrap): of a matrix, or of a cube with all dims alike.
RuleResult<Facts> shape_of_fill_diagonal(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  bool fits = dims.size() >= 2;
  for (std::size_t i = 1; fits && dims.size() > 2 && i < dims.size(); ++i)
    fits = same_dim(dims[0], dims[i]).has_value();
  if (!fits) return misfit("the diagonal of a matrix, or of a cube, is filled: " + inputs[0].to_string());
  return same_as_first(inputs);
}

// _dim_arange(like, dim): the positions along a dim.
RuleResult<Facts> shape_of_dim_arange(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  if (dims.empty()) return misfit("a 0-dim tensor has no dim to count along");
  return one(tensor_fact(DType::i64, {dims[dim]}));
}

// narrow(self, dim, start tensor, length)
RuleResult<Facts> shape_of_narrow_tensor(const Facts& inputs) {
  FA_RULE(const TensorFact* start, tensor_at(inputs, 2));
  if ((start->dtype && !is_integral(*start->dtype)) || start->dtype == DType::boolean ||
      (start->dims && !start->dims->empty())) {
    return misfit("the start is a 0-dim tensor of an integer: " + inputs[2].to_string());
  }
  return shape_of(*find_op("aten::narrow"), {inputs[0], inputs[1], Fact::integer(0), inputs[3]});
}

// --- splits: tensor_split(self, sections or indices, dim) ---

constexpr std::int64_t kMostParts = 1 << 16;

RuleResult<Facts> split_at(const Facts& inputs, const Dims& dims, std::size_t dim, const std::vector<Expr>& borders) {
  std::vector<Fact> parts;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    Dims part = dims;
    part[dim] = max(Expr(0), borders[i + 1] - borders[i]);
    parts.push_back(tensor_fact(inputs[0].tensor()->dtype, part));
  }
  return one(Fact::list(std::move(parts)));
}

// The first `size mod sections` parts have one more.
RuleResult<Facts> split_evenly(const Facts& inputs, const Dims& dims, std::size_t dim, std::int64_t sections) {
  if (sections < 1) return misfit("a split into " + std::to_string(sections) + " parts");
  if (sections > kMostParts) return missing("a split into more than 65536 parts");
  const Expr rest = mod(*dims[dim], sections), least = floor_div(*dims[dim], sections);
  std::vector<Expr> borders = {Expr(0)};
  for (std::int64_t i = 1; i <= sections; ++i) borders.push_back(least * Expr(i) + min(rest, Expr(i)));
  return split_at(inputs, dims, dim, borders);
}

// Borders as Python takes them: negative from the end, cut to 0..size.
RuleResult<Facts> split_at_indices(const Facts& inputs, const Dims& dims, std::size_t dim, std::size_t place) {
  FA_RULE(const std::vector<std::int64_t> indices, constants_at(inputs, place));
  const Expr size = *dims[dim];
  std::vector<Expr> borders = {Expr(0)};
  for (const std::int64_t index : indices) {
    borders.push_back(min(max(Expr(0), index < 0 ? size + Expr(index) : Expr(index)), size));
  }
  borders.push_back(size);
  return split_at(inputs, dims, dim, borders);
}

RuleResult<Dims> dims_to_split(const Facts& inputs, std::size_t least) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() < least) {
    return misfit("this split needs at least " + std::to_string(least) + " dims: " + inputs[0].to_string());
  }
  return dims;
}

template <bool sections>
RuleResult<Facts> shape_of_tensor_split(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_to_split(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  if (!dims[dim]) return missing("the size of the split dim is unknown: " + inputs[0].to_string());
  if (!sections) return split_at_indices(inputs, dims, dim, 1);
  FA_RULE(const std::int64_t count, constant_at(inputs, 1));
  return split_evenly(inputs, dims, dim, count);
}

// hsplit, vsplit, dsplit: along dim 1 (0 of a vector), 0, 2; into even parts, or at indices.
enum class Along { horizontal = 1, vertical = 2, depth = 3 };
template <Along along, bool sections>
RuleResult<Facts> shape_of_numpy_split(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_to_split(inputs, static_cast<std::size_t>(along)));
  const std::size_t dim = along == Along::vertical ? 0 : along == Along::depth ? 2 : dims.size() > 1 ? 1 : 0;
  if (!dims[dim]) return missing("the size of the split dim is unknown: " + inputs[0].to_string());
  if (!sections) return split_at_indices(inputs, dims, dim, 1);
  FA_RULE(const std::int64_t count, constant_at(inputs, 1));
  if (count < 1 || !must_be_multiple(*dims[dim], count)) {
    return misfit("dim " + std::to_string(dim) + " does not split into " + std::to_string(count) +
                  " even parts: " + inputs[0].to_string());
  }
  return split_evenly(inputs, dims, dim, count);
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                              shape rule                                     views have no work
    {"aten::_conj",                      shape_of_itself,                               nullptr, ""},
    {"aten::_dim_arange",                shape_of_dim_arange,                           writes_only, ""},
    {"aten::_neg_view",                  shape_of_neg_view,                             nullptr, ""},
    {"aten::_reshape_alias",             shape_of_reshape_alias,                           nullptr, ""},
    {"aten::as_strided",                 shape_of_as_strided,                           nullptr, ""},
    {"aten::as_strided_scatter",         shape_of_as_strided_scatter,                   copies,  ""},
    {"aten::conj",                       shape_of_itself,                               nullptr, ""},
    {"aten::data",                       shape_of_itself,                               nullptr, ""},
    {"aten::dsplit.array",               shape_of_numpy_split<Along::depth, false>,     nullptr, ""},
    {"aten::dsplit.int",                 shape_of_numpy_split<Along::depth, true>,      nullptr, ""},
    {"aten::fill_diagonal_",             shape_of_fill_diagonal,                        nullptr, ""},
    {"aten::hsplit.array",               shape_of_numpy_split<Along::horizontal, false>, nullptr, ""},
    {"aten::hsplit.int",                 shape_of_numpy_split<Along::horizontal, true>, nullptr, ""},
    {"aten::imag",                       shape_of_part<true>,                           nullptr, ""},
    {"aten::lift",                       shape_of_itself,                               nullptr, ""},
    {"aten::lift_fresh",                 shape_of_itself,                               nullptr, ""},
    {"aten::mH",                         shape_of_matrix_transpose,                     nullptr, ""},
    {"aten::mH.a",                       shape_of_matrix_transpose,                     nullptr, ""},
    {"aten::mT",                         shape_of_matrix_transpose,                     nullptr, ""},
    {"aten::mT.a",                       shape_of_matrix_transpose,                     nullptr, ""},
    {"aten::movedim.intlist",            shape_of_movedims,                             nullptr, ""},
    {"aten::narrow.Tensor",              shape_of_narrow_tensor,                        nullptr, ""},
    {"aten::pin_memory",                 shape_of_itself,                               nullptr, ""},
    {"aten::positive",                   shape_of_positive,                             nullptr, ""},
    {"aten::ravel",                      shape_of_ravel,                                nullptr, ""},
    {"aten::real",                       shape_of_part<false>,                          nullptr, ""},
    {"aten::resize",                     shape_of_resize,                               copies,  ""},
    {"aten::resize_",                    shape_of_resize,                               nullptr, ""},
    {"aten::resize_as",                  shape_of_resize_as,                            copies,  ""},
    {"aten::resize_as_",                 shape_of_resize_as,                            nullptr, ""},
    {"aten::resolve_conj",               shape_of_itself,                               nullptr, ""},
    {"aten::resolve_neg",                shape_of_itself,                               nullptr, ""},
    {"aten::tensor_split.indices",       shape_of_tensor_split<false>,                  nullptr, ""},
    {"aten::tensor_split.sections",      shape_of_tensor_split<true>,                   nullptr, ""},
    {"aten::view.dtype",                 shape_of_view_dtype,                           nullptr, ""},
    {"aten::view_as_complex",            shape_of_view_as_complex,                      nullptr, ""},
    {"aten::view_as_real",               shape_of_view_as_real,                         nullptr, ""},
    {"aten::vsplit.array",               shape_of_numpy_split<Along::vertical, false>,  nullptr, ""},
    {"aten::vsplit.int",                 shape_of_numpy_split<Along::vertical, true>,   nullptr, ""},
    {"inductor::_reinterpret_tensor",    shape_of_as_strided,                           nullptr, ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> layout_view_ops() { return kRows; }

}  // namespace flopaudit
