// Ops that move elements without arithmetic: joins, pads, rolls, casts, fills, random numbers (drawing them is the
// generator's arithmetic, not the model's) and dropout, which in eval hands on its input and in training multiplies by
// a mask and a scale. Casts count as `convert`, in the floating dtype that takes part.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/known_elements.h"
#include "analyzer/ops/list_elements.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- joins ---

RuleResult<std::optional<DType>> joined_dtype(const std::vector<Fact>& tensors) {
  std::vector<const Fact*> operands;
  for (const Fact& tensor : tensors) operands.push_back(&tensor);
  return result_dtype(operands);
}

bool is_legacy_empty(const Dims& dims) { return dims.size() == 1 && dims[0] && *dims[0] == Expr(0); }

// cat(tensors, dim); a 1-dim tensor of no elements is left out.
RuleResult<Facts> shape_of_cat(const Facts& inputs) {
  if (const auto uniform = one_of_all(inputs, 0)) {
    if (!must_be_at_least(uniform->count, 1)) return misfit("cat of no tensors");
    FA_RULE(Facts facts, shape_of_cat(uniform->inputs));
    Dims& dims = *facts[0].get<TensorFact>()->dims;
    FA_RULE(const std::size_t along, dim_at(inputs, 1, dims.size()));
    if (dims[along]) dims[along] = *dims[along] * uniform->count;
    return facts;
  }
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  if (tensors.empty()) return misfit("cat of no tensors");
  std::optional<Dims> joined;
  std::optional<std::size_t> dim;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    if (is_legacy_empty(dims)) continue;
    if (!joined) {
      if (dims.empty()) return misfit("cat of a 0-dim tensor");
      FA_RULE(dim, dim_at(inputs, 1, dims.size()));
      joined = dims;
      continue;
    }
    bool fits = dims.size() == joined->size();
    for (std::size_t at = 0; fits && at < dims.size(); ++at) {
      Dim& so_far = (*joined)[at];
      if (at == *dim) {
        so_far = lift([](const Expr& a, const Expr& b) { return a + b; }, so_far, dims[at]);
      } else if (const std::optional<Dim> same = same_dim(so_far, dims[at])) {
        so_far = *same;
      } else {
        fits = false;
      }
    }
    if (!fits)
      return misfit("cat along dim " + std::to_string(*dim) +
                    " of tensors that differ elsewhere: " + inputs[0].to_string());
  }
  FA_RULE(const std::optional<DType> dtype, joined_dtype(tensors));
  return one(tensor_fact(dtype, joined.value_or(Dims{Dim(Expr(0))})));
}

// stack(tensors, dim)
RuleResult<Facts> shape_of_stack(const Facts& inputs) {
  if (const auto uniform = one_of_all(inputs, 0)) {
    if (!must_be_at_least(uniform->count, 1)) return misfit("stack of no tensors");
    FA_RULE(Facts facts, shape_of_stack(uniform->inputs));
    Dims& dims = *facts[0].get<TensorFact>()->dims;
    FA_RULE(const std::size_t place, dim_at(inputs, 1, dims.size()));
    dims[place] = uniform->count;
    return facts;
  }
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  if (tensors.empty()) return misfit("stack of no tensors");
  FA_RULE(Dims dims, dims_at(tensors, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size() + 1));
  for (std::size_t i = 1; i < tensors.size(); ++i) {
    FA_RULE(const Dims other, dims_at(tensors, i));
    bool fits = other.size() == dims.size();
    for (std::size_t at = 0; fits && at < dims.size(); ++at) {
      const std::optional<Dim> same = same_dim(dims[at], other[at]);
      fits = same.has_value();
      if (same) dims[at] = *same;
    }
    if (!fits) return misfit("stack of tensors of different shapes: " + inputs[0].to_string());
  }
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(dim), Dim(Expr(static_cast<std::int64_t>(tensors.size()))));
  FA_RULE(const std::optional<DType> dtype, joined_dtype(tensors));
  return one(tensor_fact(dtype, dims));
}

// meshgrid(tensors, indexing): every tensor on the grid of all; "xy" swaps the first two dims.
RuleResult<Facts> meshgrid(const Facts& inputs, bool xy) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  if (tensors.empty()) return misfit("meshgrid of no tensors");
  Dims grid;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(tensors, 0, i));
    if (dims.size() > 1) return misfit("meshgrid of a tensor of more than 1 dim: " + inputs[0].to_string());
    grid.push_back(dims.empty() ? Dim(Expr(1)) : dims[0]);
  }
  if (xy && grid.size() >= 2) std::swap(grid[0], grid[1]);
  std::vector<Fact> grids;
  for (const Fact& tensor : tensors) grids.push_back(tensor_fact(tensor.tensor()->dtype, grid));
  return one(Fact::list(std::move(grids)));
}
RuleResult<Facts> shape_of_meshgrid(const Facts& inputs) { return meshgrid(inputs, false); }
RuleResult<Facts> shape_of_meshgrid_indexing(const Facts& inputs) {
  const RuleResult<std::string> indexing = string_at(inputs, 1);
  if (!indexing) return indexing.failure();
  if (*indexing != "xy" && *indexing != "ij") return misfit("the indexing is neither xy nor ij: " + *indexing);
  return meshgrid(inputs, *indexing == "xy");
}

RuleResult<Facts> shape_of_broadcast_tensors(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  std::optional<Dims> shape = Dims();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Dims dims, dims_at(tensors, i));
    shape = broadcast(*shape, dims);
    if (!shape) return misfit("the shapes do not broadcast: " + inputs[0].to_string());
  }
  std::vector<Fact> results;
  for (const Fact& tensor : tensors) results.push_back(tensor_fact(tensor.tensor()->dtype, *shape));
  return one(Fact::list(std::move(results)));
}

// --- repeats ---

RuleResult<Facts> shape_of_repeat(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(Dims output, ints_at(inputs, 1));
  if (output.size() < input.size()) {
    return misfit("fewer repeats than dims: " + shapes_text(inputs, {0, 1}));
  }
  for (const Dim& repeats : output) {
    if (repeats && always_less(*repeats, 0) == true) return misfit("a negative repeat: " + inputs[1].to_string());
  }
  const std::size_t added = output.size() - input.size();
  for (std::size_t i = added; i < output.size(); ++i) {
    output[i] = lift([](const Expr& a, const Expr& b) { return a * b; }, output[i], input[i - added]);
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// --- blocks of pixels and channels ---

RuleResult<Facts> shape_of_channel_shuffle(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr groups, int_at(inputs, 1));
  if (dims.size() < 3 || always_less(groups, 1) == true) {
    return misfit("channel_shuffle of " + shapes_text(inputs, {0, 1}));
  }
  if (dims[1] && always_equal(mod(*dims[1], groups), 0) == false) {
    return misfit(dims[1]->to_string() + " channels are no multiple of " + groups.to_string() + " groups");
  }
  return same_as_first(inputs);
}

RuleResult<Facts> shape_of_pixel_shuffle(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t factor, constant_at(inputs, 1));
  if (dims.size() < 3 || factor < 1) return misfit("pixel_shuffle of " + shapes_text(inputs, {0, 1}));
  Dim& channels = dims[dims.size() - 3];
  const Expr block = Expr(factor) * Expr(factor);
  if (channels && !must_be_multiple(*channels, block)) {
    return misfit("the channels are no multiple of " + block.to_string() + ": " + inputs[0].to_string());
  }
  if (channels) channels = floor_div(*channels, block);
  for (std::size_t i = dims.size() - 2; i < dims.size(); ++i) {
    if (dims[i]) dims[i] = *dims[i] * Expr(factor);
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

RuleResult<Facts> shape_of_pixel_unshuffle(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t factor, constant_at(inputs, 1));
  if (dims.size() < 3 || factor < 1) return misfit("pixel_unshuffle of " + shapes_text(inputs, {0, 1}));
  const bool is_empty = product(dims) == Expr(0);
  Dim& channels = dims[dims.size() - 3];
  if (channels) channels = *channels * Expr(factor) * Expr(factor);
  for (std::size_t i = dims.size() - 2; i < dims.size(); ++i) {
    if (!dims[i]) continue;
    if (!must_be_multiple(*dims[i], factor)) {
      return misfit("a size is no multiple of " + std::to_string(factor) + ": " + inputs[0].to_string());
    }
    dims[i] = floor_div(*dims[i], factor);
  }
  if (is_empty) return same_as_first(inputs);  // LibTorch copies what is empty
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// im2col(self, kernel, dilation, padding, stride): each window's elements as a column.
RuleResult<Facts> shape_of_im2col(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, 1, 2));
  FA_RULE(const std::vector<Expr> dilation, ints_at(inputs, 2, 2));
  FA_RULE(const std::vector<Expr> padding, ints_at(inputs, 3, 2));
  FA_RULE(const std::vector<Expr> stride, ints_at(inputs, 4, 2));
  for (std::size_t place = 1; place < 5; ++place) {
    const auto* list = inputs[place].get<ListFact>();
    if (list != nullptr && (*list->elements)->size() != 2) {
      return misfit("im2col takes two numbers a dim: " + inputs[place].to_string());
    }
  }
  if (input.size() != 3 && input.size() != 4) return misfit("im2col expects 3 or 4 dims: " + inputs[0].to_string());
  for (std::size_t dim = input.size() - 3; dim < input.size(); ++dim) {
    if (input[dim] == Dim(Expr(0))) return misfit("an image of no elements: " + inputs[0].to_string());
  }
  const std::size_t first = input.size() - 2;
  Dim windows = Expr(1);
  for (std::size_t dim = 0; dim < 2; ++dim) {
    if (always_less(stride[dim], 1) == true || always_less(dilation[dim], 1) == true ||
        always_less(kernel[dim], 1) == true || always_less(padding[dim], 0) == true) {
      return misfit("im2col needs a kernel, dilation and stride of at least 1 and a padding of at least 0");
    }
    const Expr reach = dilation[dim] * (kernel[dim] - Expr(1));
    windows = lift(
        [&](const Expr& so_far, const Expr& size) {
          return so_far * (floor_div(size + Expr(2) * padding[dim] - reach - Expr(1), stride[dim]) + Expr(1));
        },
        windows, input[first + dim]);
  }
  if (windows && !must_be_at_least(*windows, 1)) return misfit("the window is larger than " + inputs[0].to_string());
  Dims output(input.begin(), input.end() - 2);
  if (output.back()) output.back() = *output.back() * kernel[0] * kernel[1];
  output.push_back(windows);
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// --- the same elements elsewhere ---

RuleResult<Facts> shape_of_clone(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  TensorFact result = *tensor;
  result.alias_class = 0;
  return one(result);
}

RuleResult<Facts> shape_of_copy(const Facts& inputs) {
  FA_RULE(const TensorFact* self, tensor_at(inputs, 0));
  const TensorFact* source = inputs.size() > 1 ? inputs[1].tensor() : nullptr;
  if (source != nullptr && self->dims && source->dims && cannot_expand(*source->dims, *self->dims)) {
    return misfit("the source does not broadcast to the target: " + shapes_text(inputs, {0, 1}));
  }
  return same_as_first(inputs);
}

// A cast of n elements, of which nothing is left when the dtype stays.
RuleResult<Work> cast(const Facts& inputs, const Facts& outputs, DType from, DType to) {
  WorkCounter counter(inputs, outputs);
  if (from == to) return counter.work();
  return counter.in_dtype(real_dtype(is_integral(to) ? from : to)).per_output(WorkClass::convert).work();
}

RuleResult<Work> work_of_copy(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType to, dtype_at(inputs, 0));
  FA_RULE(const Fact* source, fact_at(inputs, 1));
  const DType from = source->tensor() ? source->tensor()->dtype.value_or(to) : to;
  if (source->tensor() && !source->tensor()->dtype) return missing("the dtype of the source is unknown");
  const Facts read = {*source};
  return cast(read, outputs, from, to);
}

// --- to: where an overload has its dtype; None keeps ---

template <std::size_t dtype_place>
RuleResult<Facts> shape_of_to(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  TensorFact result = *tensor;
  FA_RULE(result.dtype, dtype_argument_at(inputs, dtype_place, tensor->dtype));
  if (result.dtype != tensor->dtype) {
    result.contents = result.dtype ? cast_elements(*tensor, *result.dtype) : std::nullopt;
    result.alias_class = 0;
  }
  return one(result);
}
RuleResult<Facts> shape_of_to_other(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const TensorFact* other, tensor_at(inputs, 1));
  TensorFact result = *tensor;
  result.dtype = other->dtype;
  if (result.dtype != tensor->dtype) {
    result.contents = result.dtype ? cast_elements(*tensor, *result.dtype) : std::nullopt;
    result.alias_class = 0;
  }
  return one(result);
}
// _cast_Float and its like, of old files.
template <DType to>
RuleResult<Facts> shape_of_old_cast(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  facts[0].get<TensorFact>()->dtype = to;
  facts[0].get<TensorFact>()->contents = cast_elements(*inputs[0].tensor(), to);
  return facts;
}
RuleResult<Facts> shape_of_to_same(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  return one(*tensor);
}

RuleResult<Work> work_of_to(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType from, dtype_at(inputs, 0));
  FA_RULE(const DType to, dtype_at(outputs, 0));
  if (from == to) return Work();  // the tensor itself
  const Facts read = {inputs[0]};
  return cast(read, outputs, from, to);
}

// --- dropout(input, p, train) ---

template <bool feature>
RuleResult<Facts> shape_of_dropout(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const bool train, bool_at(inputs, 2));
  const std::optional<double> p = number_of(inputs[1]);
  if (p && !(*p >= 0 && *p <= 1)) return misfit("a probability is in [0, 1]: " + inputs[1].to_string());
  const bool draws = train && p && *p > 0 && !(product(tensor->dims.value_or(Dims())) == Expr(0));
  if (draws && *p < 1 && tensor->dtype && is_integral(*tensor->dtype)) {
    return misfit("dropout scales, and integers do not hold the result: " + inputs[0].to_string());
  }
  if (feature && draws && *p < 1 && tensor->dims && tensor->dims->size() < 2) {
    return misfit("feature dropout needs a channel dim: " + inputs[0].to_string());
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_dropout(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const bool train, bool_at(inputs, 2));
  if (!train) return Work();
  return WorkCounter(inputs, outputs).per_output(WorkClass::mul, 2).work();
}

constexpr char kCast[] = "convert = n; 0 where the dtype stays";
constexpr char kDropout[] = "training: mul = 2n";

// n: elements of the result. Rows without a formula: no arithmetic, bytes only.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                         shape rule                  work rule        formula
    {"aten::_cast_Byte",            shape_of_old_cast<DType::u8>, work_of_to,   kCast},
    {"aten::_cast_Char",            shape_of_old_cast<DType::i8>, work_of_to,   kCast},
    {"aten::_cast_Double",            shape_of_old_cast<DType::f64>, work_of_to,   kCast},
    {"aten::_cast_Float",            shape_of_old_cast<DType::f32>, work_of_to,   kCast},
    {"aten::_cast_Half",            shape_of_old_cast<DType::f16>, work_of_to,   kCast},
    {"aten::_cast_Int",            shape_of_old_cast<DType::i32>, work_of_to,   kCast},
    {"aten::_cast_Long",            shape_of_old_cast<DType::i64>, work_of_to,   kCast},
    {"aten::_cast_Short",            shape_of_old_cast<DType::i16>, work_of_to,   kCast},
    {"aten::_to_copy",              shape_of_to<1>,             work_of_to,      kCast},
    {"aten::alpha_dropout",         shape_of_dropout<false>,    work_of_dropout, kDropout},
    {"aten::broadcast_tensors",     shape_of_broadcast_tensors, nullptr,         ""},
    {"aten::cat",                   shape_of_cat,               copies,          ""},
    {"aten::channel_shuffle",       shape_of_channel_shuffle,   copies,          ""},
    {"aten::clone",                 shape_of_clone,             copies,          ""},
    {"aten::copy",                  shape_of_copy,              work_of_copy,    kCast},
    {"aten::copy_",                 shape_of_copy,              work_of_copy,    kCast},
    {"aten::copy_.Tensor",          shape_of_copy,              work_of_copy,    kCast},
    {"aten::copy_.float",           shape_of_copy,              work_of_copy,    kCast},
    {"aten::copy_.int",             shape_of_copy,              work_of_copy,    kCast},
    {"aten::dropout",               shape_of_dropout<false>,    work_of_dropout, kDropout},
    {"aten::feature_alpha_dropout", shape_of_dropout<true>,     work_of_dropout, kDropout},
    {"aten::feature_dropout",       shape_of_dropout<true>,     work_of_dropout, kDropout},
    {"aten::im2col",                shape_of_im2col,            copies,          ""},
    {"aten::meshgrid",              shape_of_meshgrid,          nullptr,         ""},
    {"aten::meshgrid.indexing",     shape_of_meshgrid_indexing, nullptr,         ""},
    {"aten::pixel_shuffle",         shape_of_pixel_shuffle,     copies,          ""},
    {"aten::pixel_unshuffle",       shape_of_pixel_unshuffle,   copies,          ""},
    {"aten::repeat",                shape_of_repeat,            copies,          ""},
    {"aten::stack",                 shape_of_stack,             copies,          ""},
    {"aten::to.device",             shape_of_to<2>,             work_of_to,      kCast},
    {"aten::to.dtype",              shape_of_to<1>,             work_of_to,      kCast},
    {"aten::to.dtype_layout",       shape_of_to<1>,             work_of_to,      kCast},
    {"aten::to.other",              shape_of_to_other,          work_of_to,      kCast},
    {"aten::to.prim_Device",        shape_of_to<2>,             work_of_to,      kCast},
    {"aten::to.prim_dtype",         shape_of_to<1>,             work_of_to,      kCast},
    {"aten::to.prim_other",         shape_of_to_same,           nullptr,         ""},
    {"aten::type_as",               shape_of_to_other,          work_of_to,      kCast},
};
// clang-format on

}  // namespace

std::span<const OpSpec> copy_ops() { return kRows; }

}  // namespace flopaudit
