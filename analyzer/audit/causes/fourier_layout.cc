#include "analyzer/audit/causes/fourier_layout.h"

#include <algorithm>

namespace flopaudit {
namespace {

Sizes row_by_row(const Sizes& sizes) {
  Sizes strides(sizes.size(), 1);
  for (std::size_t at = sizes.size(); at-- > 1;) strides[at - 1] = strides[at] * sizes[at];
  return strides;
}

// The dims beside some others, from the outermost in memory; those of 1 do not matter.
std::vector<std::size_t> dims_beside(const LaidOut& operand, const std::vector<std::size_t>& dims) {
  std::vector<std::size_t> others;
  for (std::size_t at = 0; at < operand.sizes.size(); ++at) {
    const bool among = std::find(dims.begin(), dims.end(), at) != dims.end();
    if (!among && operand.sizes[at] != 1) others.push_back(at);
  }
  std::stable_sort(others.begin(), others.end(),
                   [&](std::size_t a, std::size_t b) { return operand.strides[a] > operand.strides[b]; });
  return others;
}

}  // namespace

// What is padded is copied row by row.
std::optional<LaidOut> laid_out_operand(const KernelCall& call, const Sizes& sizes, Explanation& out) {
  const auto before = sizes_at(call.inputs, 0);
  const auto strides = strides_at(call, 0);
  if (!before || !strides || before->size() != sizes.size()) {
    out.refuse("it is not known how an operand lies in memory");
    return std::nullopt;
  }
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    if (sizes[dim] > (*before)[dim]) return LaidOut{sizes, row_by_row(sizes)};
  }
  return LaidOut{sizes, *strides};
}

bool is_one_dim_beside(const LaidOut& operand, const std::vector<std::size_t>& dims) {
  const std::vector<std::size_t> others = dims_beside(operand, dims);
  for (std::size_t i = 0; i + 1 < others.size(); ++i) {
    const std::size_t outer = others[i], inner = others[i + 1];
    if (operand.strides[outer] != operand.strides[inner] * operand.sizes[inner]) return false;
  }
  return true;
}

bool lie_apart(const LaidOut& operand, std::size_t dim) {
  return operand.strides[dim] != 1 && is_one_dim_beside(operand, {dim});
}

// The points lie together, the others outside of them in the order that they had.
LaidOut transformed(const LaidOut& operand, std::size_t dim, std::int64_t points) {
  LaidOut result = operand;
  result.sizes[dim] = points;
  result.strides.assign(result.sizes.size(), 1);
  std::int64_t stride = points;
  const std::vector<std::size_t> others = dims_beside(operand, {dim});
  for (std::size_t i = others.size(); i-- > 0; stride *= result.sizes[others[i]]) result.strides[others[i]] = stride;
  return result;
}

std::optional<bool> lie_apart(const KernelCall& call, std::size_t dim, std::int64_t points, Explanation& out) {
  auto sizes = sizes_at(call.inputs, 0);
  if (!sizes || dim >= sizes->size()) {
    out.refuse("it is not known how an operand lies in memory");
    return std::nullopt;
  }
  (*sizes)[dim] = points;
  const auto operand = laid_out_operand(call, *sizes, out);
  return operand ? std::optional(lie_apart(*operand, dim)) : std::nullopt;
}

}  // namespace flopaudit
