#include "analyzer/audit/causes/inner_loops.h"

#include <algorithm>
#include <numeric>

namespace flopaudit {
namespace {

// The strides of an operand along the dims of the result: 0 where it is broadcast.
std::optional<Sizes> spread_strides(const KernelCall& call, std::size_t index, const Sizes& result) {
  const auto sizes = sizes_at(call.inputs, index);
  const auto strides = strides_at(call, index);
  if (!sizes || !strides || sizes->size() > result.size()) return std::nullopt;
  Sizes spread(result.size(), 0);
  const std::size_t missing = result.size() - sizes->size();
  for (std::size_t dim = 0; dim < sizes->size(); ++dim) {
    if ((*sizes)[dim] != 1) spread[missing + dim] = (*strides)[dim];
  }
  return spread;
}

// Dims of more than 1 from the outermost in memory, as the first operand that has all of them lies.
std::vector<std::size_t> loop_order(const std::vector<Sizes>& operands, const Sizes& result) {
  std::vector<std::size_t> order;
  for (std::size_t dim = 0; dim < result.size(); ++dim) {
    if (result[dim] != 1) order.push_back(dim);
  }
  for (const Sizes& strides : operands) {
    const bool is_whole = std::all_of(order.begin(), order.end(), [&](std::size_t dim) { return strides[dim] != 0; });
    if (!is_whole) continue;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return strides[a] > strides[b]; });
    break;
  }
  return order;
}

// `numbers`: operands that are numbers, which stay where they are.
InnerLoops along(const std::vector<Sizes>& operands, std::int64_t numbers, const Sizes& result) {
  InnerLoops loops;
  const std::vector<std::size_t> order = loop_order(operands, result);
  if (order.empty()) return loops;
  const auto all_step = [&](std::size_t dim, const auto& step) {
    return std::all_of(operands.begin(), operands.end(),
                       [&](const Sizes& strides) { return strides[dim] == step(strides); });
  };
  std::size_t inner = order.back();
  loops.is_plain = all_step(inner, [](const Sizes&) { return std::int64_t{1}; });
  const auto with_stride = [&](std::int64_t stride) {
    return std::ranges::count_if(operands, [&](const Sizes& strides) { return strides[inner] == stride; });
  };
  const bool one_stays = with_stride(0) + numbers == 1 && with_stride(0) + with_stride(1) == std::ssize(operands);
  loops.leaps = !loops.is_plain && !one_stays;
  loops.length = result[inner];
  for (std::size_t at = order.size() - 1; at-- > 0; inner = order[at]) {
    if (!all_step(order[at], [&](const Sizes& strides) { return strides[inner] * result[inner]; })) break;
    loops.length *= result[order[at]];
  }
  loops.count = loops.length == 0 ? 0 : product(result) / loops.length;
  return loops;
}

}  // namespace

std::optional<InnerLoops> inner_loops_of(const KernelCall& call) {
  const auto result = sizes_at(call.outputs, 0);
  if (!result) return std::nullopt;
  std::vector<Sizes> operands;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    const auto strides = spread_strides(call, i, *result);
    if (!strides) return std::nullopt;
    operands.push_back(*strides);
  }
  const bool by_number = call.inputs.size() > 1 && call.inputs[1].tensor() == nullptr;
  return along(operands, by_number ? 1 : 0, *result);
}

std::optional<InnerLoops> loops_of_one(const KernelCall& call) {
  std::optional<Sizes> common;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const auto sizes = sizes_at(call.inputs, i);
    if (!sizes) continue;
    const auto strides = strides_at(call, i);
    if (!strides || sizes != sizes_at(call.outputs, 0) || (common && *common != *strides)) return std::nullopt;
    for (std::size_t dim = 0; dim < sizes->size(); ++dim) {
      if ((*strides)[dim] == 0 && (*sizes)[dim] > 1) return std::nullopt;
    }
    common = strides;
  }
  return common ? inner_loops_of(call) : std::nullopt;
}

Sizes without_gaps(const Sizes& sizes, const Sizes& strides) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Where dims of a stride alike meet, the last one lies inside.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return strides[a] < strides[b] || (strides[a] == strides[b] && a > b);
  });
  Sizes made(sizes.size(), 1);
  std::int64_t step = 1;
  for (const std::size_t dim : order) {
    made[dim] = step;
    step *= sizes[dim];
  }
  return made;
}

}  // namespace flopaudit
