// Views: the same elements under another shape. No work, no bytes (a reshape or contiguous that has to copy is not told
// apart: strides are not tracked).
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

// A view of all elements in the same order keeps known contents.
Facts viewed(const Facts& inputs, Dims dims, bool same_order) {
  TensorFact result = *inputs[0].tensor();
  result.dims = std::move(dims);
  if (!same_order) result.contents.reset();
  return one(result);
}

RuleResult<Facts> shape_of_identity(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  return one(*tensor);
}

RuleResult<Facts> shape_of_requires_grad(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const bool required, bool_at(inputs, 1));
  if (required && tensor->dtype && is_integral(*tensor->dtype)) {
    return misfit("a gradient needs a floating or complex dtype: " + inputs[0].to_string());
  }
  return one(*tensor);
}

// --- the same order of elements ---

RuleResult<Facts> shape_of_view(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  Dims input;
  if (tensor->dims) {
    input = *tensor->dims;
  } else {
    input.push_back(std::nullopt);  // one dim of unknown size stands for any shape
  }
  FA_RULE(Dims output, resolve_view(input, sizes, inputs[0].to_string()));
  return viewed(inputs, std::move(output), true);
}

RuleResult<Facts> shape_of_view_as(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims other, dims_at(inputs, 1));
  FA_RULE(Dims output, resolve_view(input, other, inputs[0].to_string()));
  return viewed(inputs, std::move(output), true);
}

RuleResult<Facts> shape_of_flatten(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::size_t start, dim_at(inputs, 1, input.size()));
  FA_RULE(const std::size_t end, dim_at(inputs, 2, input.size()));
  if (start > end) return misfit("flatten starts after its end: " + shapes_text(inputs, {0, 1, 2}));
  if (input.empty()) return viewed(inputs, {Dim(Expr(1))}, true);
  Dims output(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(start));
  output.push_back(product(input, start, end + 1));
  output.insert(output.end(), input.begin() + static_cast<std::ptrdiff_t>(end) + 1, input.end());
  return viewed(inputs, std::move(output), true);
}

RuleResult<Facts> shape_of_unflatten(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, input.size()));
  FA_RULE(const Dims sizes, ints_at(inputs, 2));
  if (input.empty()) return misfit("unflatten of a 0-dim tensor");
  FA_RULE(const Dims parts, resolve_view({input[dim]}, sizes, inputs[0].to_string()));
  Dims output(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(dim));
  output.insert(output.end(), parts.begin(), parts.end());
  output.insert(output.end(), input.begin() + static_cast<std::ptrdiff_t>(dim) + 1, input.end());
  return viewed(inputs, std::move(output), true);
}

RuleResult<Facts> shape_of_unsqueeze(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size() + 1));
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(dim), Dim(Expr(1)));
  return viewed(inputs, std::move(dims), true);
}

// Drops the dims of the mask that are 1. A symbol may be 1 or not: then the rank is not known.
RuleResult<Facts> squeezed(const Facts& inputs, const Dims& input, const std::vector<bool>& mask) {
  Dims output;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!mask[i]) {
      output.push_back(input[i]);
      continue;
    }
    if (!input[i]) return missing("whether a squeezed dim is 1 is unknown: " + inputs[0].to_string());
    const std::optional<bool> is_one = always_equal(*input[i], 1);
    if (!is_one) return missing("whether " + input[i]->to_string() + " is 1 is unknown");
    if (!*is_one) output.push_back(input[i]);
  }
  return viewed(inputs, std::move(output), true);
}
RuleResult<Facts> shape_of_squeeze(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  return squeezed(inputs, input, std::vector<bool>(input.size(), true));
}
RuleResult<Facts> shape_of_squeeze_dims(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Fact* listed, fact_at(inputs, 1));
  if (*listed == Fact::list({})) return squeezed(inputs, input, std::vector<bool>(input.size(), false));
  FA_RULE(const std::vector<bool> mask, dims_mask_at(inputs, 1, input.size()));
  return squeezed(inputs, input, mask);
}

// --- another order ---

RuleResult<Facts> shape_of_permute(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::vector<std::int64_t> order, constants_at(inputs, 1));
  if (order.size() != input.size()) {
    return misfit("the order " + inputs[1].to_string() + " does not name every dim of " + inputs[0].to_string());
  }
  Dims output;
  std::vector<bool> used(input.size(), false);
  for (const std::int64_t entry : order) {
    FA_RULE(const std::size_t dim, wrap_dim(entry, input.size()));
    if (used[dim]) return misfit("dim " + std::to_string(dim) + " is named twice in " + inputs[1].to_string());
    used[dim] = true;
    output.push_back(input[dim]);
  }
  return viewed(inputs, std::move(output), false);
}

RuleResult<Facts> shape_of_transpose(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t first, dim_at(inputs, 1, dims.size()));
  FA_RULE(const std::size_t second, dim_at(inputs, 2, dims.size()));
  if (!dims.empty()) std::swap(dims[first], dims[second]);
  return viewed(inputs, std::move(dims), false);
}

RuleResult<Facts> shape_of_t(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.size() > 2) return misfit("t() needs 2 dims or fewer: " + inputs[0].to_string());
  if (dims.size() == 2) std::swap(dims[0], dims[1]);
  return viewed(inputs, std::move(dims), false);
}

RuleResult<Facts> shape_of_numpy_t(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  return viewed(inputs, Dims(dims.rbegin(), dims.rend()), false);
}

RuleResult<Facts> shape_of_movedim(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t from, dim_at(inputs, 1, dims.size()));
  FA_RULE(const std::size_t to, dim_at(inputs, 2, dims.size()));
  if (dims.empty()) return viewed(inputs, {}, true);
  const Dim moved = dims[from];
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(from));
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(to), moved);
  return viewed(inputs, std::move(dims), false);
}

// --- stretched ---

RuleResult<Facts> shape_of_expand(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(Dims output, ints_at(inputs, 1));
  if (output.size() < input.size()) {
    return misfit("expand to fewer dims: " + inputs[0].to_string() + " to " + text(output));
  }
  const std::size_t added = output.size() - input.size();
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (output[i] && always_less(*output[i], -1) == true) return misfit("a negative size: " + text(output));
    if (!output[i] || !(*output[i] == Expr(-1))) continue;
    if (i < added) return misfit("an added dim of expand is -1: " + text(output));
    output[i] = input[i - added];
  }
  if (cannot_expand(input, output)) return misfit(inputs[0].to_string() + " does not expand to " + text(output));
  return viewed(inputs, std::move(output), false);
}

RuleResult<Facts> shape_of_expand_as(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(Dims output, dims_at(inputs, 1));
  if (cannot_expand(input, output)) return misfit(inputs[0].to_string() + " does not expand to " + text(output));
  return viewed(inputs, std::move(output), false);
}

// diagonal(offset, dim1, dim2): both dims go, their diagonal becomes the last.
RuleResult<Facts> shape_of_diagonal(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Expr offset, int_at(inputs, 1));
  FA_RULE(const std::size_t first, dim_at(inputs, 2, input.size()));
  FA_RULE(const std::size_t second, dim_at(inputs, 3, input.size()));
  if (first == second || input.size() < 2) return misfit("a diagonal needs two dims: " + inputs[0].to_string());
  Dims output;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (i != first && i != second) output.push_back(input[i]);
  }
  output.push_back(lift(
      [&](const Expr& rows, const Expr& columns) {
        return max(Expr(0), min(min(rows, rows + offset), min(columns, columns - offset)));
      },
      input[first], input[second]));
  return viewed(inputs, std::move(output), false);
}

// unfold(dimension, size, step): windows of a dim, as a new last dim.
RuleResult<Facts> shape_of_unfold(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  FA_RULE(const Expr size, int_at(inputs, 2));
  FA_RULE(const Expr step, int_at(inputs, 3));
  if (always_less(size, 0) == true || always_less(step, 1) == true) {
    return misfit("a window has a size of at least 0 and a step of at least 1: " + inputs[2].to_string() + " and " +
                  inputs[3].to_string());
  }
  if (dims.empty() && always_less(1, size) == true) {
    return misfit("the window is longer than a 0-dim tensor: " + inputs[0].to_string());
  }
  if (dims.empty()) return viewed(inputs, {Dim(size)}, false);
  if (dims[dim]) {
    if (!must_be_at_least(*dims[dim], size)) {
      return misfit("the window is longer than the dim: " + inputs[0].to_string());
    }
    dims[dim] = floor_div(*dims[dim] - size, step) + Expr(1);
  }
  dims.push_back(size);
  return viewed(inputs, std::move(dims), false);
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                    shape rule             zero work
    {"aten::_unsafe_view",     shape_of_view,         nullptr, ""},
    {"aten::alias",            shape_of_identity,     nullptr, ""},
    {"aten::broadcast_to",     shape_of_expand,       nullptr, ""},
    {"aten::contiguous",       shape_of_identity,     nullptr, ""},
    {"aten::cpu",              shape_of_identity,     nullptr, ""},
    {"aten::detach",           shape_of_identity,     nullptr, ""},
    {"aten::diagonal",         shape_of_diagonal,     nullptr, ""},
    {"aten::expand",           shape_of_expand,       nullptr, ""},
    {"aten::expand_as",        shape_of_expand_as,    nullptr, ""},
    {"aten::flatten.using_ints", shape_of_flatten,    nullptr, ""},
    {"aten::linalg_diagonal",  shape_of_diagonal,     nullptr, ""},
    {"aten::movedim.int",      shape_of_movedim,      nullptr, ""},
    {"aten::numpy_T",          shape_of_numpy_t,      nullptr, ""},
    {"aten::numpy_T.a",        shape_of_numpy_t,      nullptr, ""},
    {"aten::permute",          shape_of_permute,      nullptr, ""},
    {"aten::requires_grad_",   shape_of_requires_grad, nullptr, ""},
    {"aten::reshape",          shape_of_view,         nullptr, ""},
    {"aten::reshape_as",       shape_of_view_as,      nullptr, ""},
    {"aten::squeeze",          shape_of_squeeze,      nullptr, ""},
    {"aten::squeeze.dim",      shape_of_squeeze_dims, nullptr, ""},
    {"aten::squeeze.dims",     shape_of_squeeze_dims, nullptr, ""},
    {"aten::t",                shape_of_t,            nullptr, ""},
    {"aten::transpose.int",    shape_of_transpose,    nullptr, ""},
    {"aten::unflatten.int",    shape_of_unflatten,    nullptr, ""},
    {"aten::unfold",           shape_of_unfold,       nullptr, ""},
    {"aten::unsqueeze",        shape_of_unsqueeze,    nullptr, ""},
    {"aten::view",             shape_of_view,         nullptr, ""},
    {"aten::view_as",          shape_of_view_as,      nullptr, ""},
    {"prim::data",             shape_of_identity,     nullptr, ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> view_ops() { return kRows; }

}  // namespace flopaudit
