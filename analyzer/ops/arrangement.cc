// The elements of a tensor in another place: on a diagonal, in a triangle, mirrored, turned, rolled. Copies; no work.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

Expr magnitude(const Expr& offset) { return max(offset, -offset); }

// diag(self, diagonal): the diagonal of a matrix, or a matrix with that diagonal.
RuleResult<Facts> shape_of_diag(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr offset, int_at(inputs, 1));
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dims.size() == 1) {
    const Dim size = dims[0] ? Dim(*dims[0] + magnitude(offset)) : Dim();
    return one(tensor_fact(dtype, {size, size}));
  }
  if (dims.size() != 2) return misfit("diag needs 1 or 2 dims: " + inputs[0].to_string());
  return one(tensor_fact(dtype, {lift(
                                    [&](const Expr& rows, const Expr& columns) {
                                      return max(Expr(0),
                                                 min(min(rows, rows + offset), min(columns, columns - offset)));
                                    },
                                    dims[0], dims[1])}));
}

// diag_embed(self, offset, dim1, dim2): the last dim becomes a diagonal of two new dims.
RuleResult<Facts> shape_of_diag_embed(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("diag_embed of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(const Expr offset, int_at(inputs, 1));
  FA_RULE(std::size_t first, dim_at(inputs, 2, dims.size() + 1));
  FA_RULE(std::size_t second, dim_at(inputs, 3, dims.size() + 1));
  if (first == second) return misfit("the two dims of a diagonal are the same: " + shapes_text(inputs, {2, 3}));
  if (first > second) std::swap(first, second);
  const Dim size = dims.back() ? Dim(*dims.back() + magnitude(offset)) : Dim();
  dims.pop_back();
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(first), size);
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(second), size);
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// diagflat(self, offset): all elements on the diagonal of a matrix.
RuleResult<Facts> shape_of_diagflat(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr offset, int_at(inputs, 1));
  const std::optional<Expr> elements = product(dims);
  const Dim size = elements ? Dim(*elements + magnitude(offset)) : Dim();
  return one(tensor_fact(inputs[0].tensor()->dtype, {size, size}));
}

RuleResult<Facts> shape_of_triangle(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() < 2) return misfit("a triangle needs at least 2 dims: " + inputs[0].to_string());
  return same_as_first(inputs);
}

// --- mirrored ---

RuleResult<Facts> shape_of_flip(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  const RuleResult<std::vector<bool>> mask = dims_mask_at(inputs, 1, dims.size());
  if (!mask) return mask.failure();
  return same_as_first(inputs);
}
template <std::size_t least>
RuleResult<Facts> shape_of_flip_of(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() < least) return misfit("needs at least " + std::to_string(least) + " dims: " + inputs[0].to_string());
  return same_as_first(inputs);
}

// roll(self, shifts, dims): as many of both, or one shift of all in flattened order.
RuleResult<Facts> shape_of_roll(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> shifts, list_at(inputs, 1));
  FA_RULE(const std::vector<std::int64_t> dims, constants_at(inputs, 2));
  const bool flattened = dims.empty() && shifts.size() == 1;
  if (!flattened && (shifts.empty() || shifts.size() != dims.size())) {
    return misfit("a roll needs one shift for each dim: " + shapes_text(inputs, {1, 2}));
  }
  if (self.empty() && !dims.empty()) return misfit("a roll along a dim of a tensor without dims");
  for (const std::int64_t dim : dims) {
    const RuleResult<std::size_t> wrapped = wrap_dim(dim, self.size());
    if (!wrapped) return wrapped.failure();
  }
  return same_as_first(inputs);
}

// rot90(self, k, dims): an odd k swaps the two dims.
RuleResult<Facts> shape_of_rot90(const Facts& inputs) {
  FA_RULE(Dims self, dims_at(inputs, 0));
  FA_RULE(const std::int64_t turns, constant_at(inputs, 1));
  FA_RULE(const std::vector<std::int64_t> dims, constants_at(inputs, 2));
  if (dims.size() != 2) return misfit("a rotation needs 2 dims: " + inputs[2].to_string());
  FA_RULE(const std::size_t first, wrap_dim(dims[0], self.size()));
  FA_RULE(const std::size_t second, wrap_dim(dims[1], self.size()));
  if (self.size() < 2 || first == second) {
    return misfit("a rotation needs 2 different dims: " + shapes_text(inputs, {0, 2}));
  }
  if (turns % 2 != 0) std::swap(self[first], self[second]);
  return one(tensor_fact(inputs[0].tensor()->dtype, self));
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name               shape rule           bytes only
    {"aten::diag",        shape_of_diag,       copies, ""},
    {"aten::diag_embed",  shape_of_diag_embed, copies, ""},
    {"aten::diagflat",    shape_of_diagflat,   copies, ""},
    {"aten::flip",        shape_of_flip,       copies, ""},
    {"aten::fliplr",      shape_of_flip_of<2>, copies, ""},
    {"aten::flipud",      shape_of_flip_of<1>, copies, ""},
    {"aten::roll",        shape_of_roll,       copies, ""},
    {"aten::rot90",       shape_of_rot90,      copies, ""},
    {"aten::tril",        shape_of_triangle,   copies, ""},
    {"aten::triu",        shape_of_triangle,   copies, ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> arrangement_ops() { return kRows; }

}  // namespace flopaudit
