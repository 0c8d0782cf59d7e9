// Pooling. A window counts its real taps: those inside the image, not in its padding. avg: taps-1 add and 1 div per
// output, whatever the divisor; max: taps-1 compare.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

struct Pool {
  std::size_t spatial = 0;
  Dims input;
  std::vector<Expr> kernel, stride, padding, dilation;
  bool ceil_mode = false;

  std::size_t lead() const { return input.size() - spatial; }
};

// Where an overload has dilation and ceil_mode; -1: no dilation.
struct Places {
  std::size_t spatial;
  int dilation;
  std::size_t ceil_mode;
};

RuleResult<Dims> pooled_input(const Facts& inputs, std::size_t spatial) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() != spatial + 1 && input.size() != spatial + 2) {
    return misfit("the pool expects " + std::to_string(spatial + 1) + " or " + std::to_string(spatial + 2) +
                  " dims: " + inputs[0].to_string());
  }
  return input;
}

RuleResult<Pool> read(const Facts& inputs, const Places& places) {
  Pool pool;
  pool.spatial = places.spatial;
  FA_RULE(pool.input, pooled_input(inputs, places.spatial));
  FA_RULE(pool.kernel, ints_at(inputs, 1, places.spatial));
  const bool has_stride = !none_at(inputs, 2) && !(inputs.size() > 2 && inputs[2] == Fact::list({}));
  if (has_stride) {
    FA_RULE(pool.stride, ints_at(inputs, 2, places.spatial));
  } else {
    pool.stride = pool.kernel;
  }
  FA_RULE(pool.padding, ints_at(inputs, 3, places.spatial));
  pool.dilation.assign(places.spatial, Expr(1));
  if (places.dilation >= 0) {
    FA_RULE(pool.dilation, ints_at(inputs, static_cast<std::size_t>(places.dilation), places.spatial));
  }
  FA_RULE(pool.ceil_mode, bool_at(inputs, places.ceil_mode));
  for (std::size_t dim = 0; dim < places.spatial; ++dim) {
    if (always_less(pool.kernel[dim], 1) == true || always_less(pool.stride[dim], 1) == true) {
      return misfit("kernel and stride of a pool must be at least 1");
    }
    if (always_less(floor_div(pool.kernel[dim], 2), pool.padding[dim]) == true) {
      return misfit("padding " + pool.padding[dim].to_string() + " is more than half the kernel size " +
                    pool.kernel[dim].to_string());
    }
  }
  return pool;
}

Dim output_size(const Pool& pool, std::size_t dim) {
  const Dim& input = pool.input[pool.lead() + dim];
  if (!input) return std::nullopt;
  const Expr& stride = pool.stride[dim];
  const Expr span = *input + pool.padding[dim] * Expr(2) - pool.dilation[dim] * (pool.kernel[dim] - Expr(1)) - Expr(1);
  if (!pool.ceil_mode) return floor_div(span, stride) + Expr(1);
  // Rounded up, but the last window must start inside the image or its left padding.
  return min(ceil_div(span, stride) + Expr(1), floor_div(*input + pool.padding[dim] - Expr(1), stride) + Expr(1));
}

template <const Places& places, std::size_t results>
RuleResult<Facts> shape_of_pool(const Facts& inputs) {
  FA_RULE(const Pool pool, read(inputs, places));
  Dims output(pool.input.begin(), pool.input.end() - static_cast<std::ptrdiff_t>(pool.spatial));
  for (std::size_t dim = 0; dim < pool.spatial; ++dim) {
    output.push_back(output_size(pool, dim));
    if (output.back() && !must_be_at_least(*output.back(), 1)) {
      return misfit("the pool's kernel is larger than its padded input: " + inputs[0].to_string());
    }
  }
  Facts facts = one(tensor_fact(inputs[0].tensor()->dtype, output));
  if (results == 2) facts.push_back(tensor_fact(DType::i64, output));
  return facts;
}

// taps: of all windows together. Each output takes one step less than its window has taps.
RuleResult<Work> pooled_work(const Facts& inputs, const Facts& outputs, const Expr& taps, bool average) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(average ? WorkClass::add : WorkClass::compare, taps - elements);
  if (average) counter.count(WorkClass::div, elements);
  return counter.work();
}

template <const Places& places, bool average>
RuleResult<Work> work_of_pool(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Pool pool, read(inputs, places));
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  Expr taps = 1;
  for (std::size_t dim = 0; dim < pool.lead(); ++dim) taps *= input[dim];
  for (std::size_t dim = 0; dim < pool.spatial; ++dim) {
    const std::optional<std::int64_t> kernel = pool.kernel[dim].constant();
    if (!kernel) return missing("the kernel size is symbolic");
    const std::size_t at = pool.lead() + dim;
    FA_RULE(const Expr inside,
            window_taps(input[at], output[at], *kernel, pool.stride[dim], pool.padding[dim], pool.dilation[dim]));
    taps *= inside;
  }
  return pooled_work(inputs, outputs, taps, average);
}

// --- adaptive: output i covers input floor(i*in/out) to ceil((i+1)*in/out) ---

template <std::size_t spatial, std::size_t results>
RuleResult<Facts> shape_of_adaptive(const Facts& inputs) {
  FA_RULE(Dims output, pooled_input(inputs, spatial));
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  if (sizes.size() != spatial && sizes.size() != 1) {
    return misfit("the output size should hold " + std::to_string(spatial) + " ints and is " + inputs[1].to_string());
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    output[output.size() - spatial + dim] = sizes[sizes.size() == 1 ? 0 : dim];
  }
  Facts facts = one(tensor_fact(inputs[0].tensor()->dtype, output));
  if (results == 2) facts.push_back(tensor_fact(DType::i64, output));
  return facts;
}

// All windows together meet every input once, and the input in which two of them meet once more: at each of the
// output - 1 inner borders i*in/out that is no integer.
Expr adaptive_taps(const Expr& input, const Expr& output) { return input + output - gcd(input, output); }

template <std::size_t spatial, bool average>
RuleResult<Work> work_of_adaptive(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  Expr taps = 1;
  for (std::size_t dim = 0; dim < input.size(); ++dim) {
    if (dim < input.size() - spatial) {
      taps *= input[dim];
      continue;
    }
    taps *= adaptive_taps(input[dim], output[dim]);
  }
  return pooled_work(inputs, outputs, taps, average);
}

constexpr Places kAvg1 = {1, -1, 4}, kAvg2 = {2, -1, 4}, kAvg3 = {3, -1, 4};
constexpr Places kMax1 = {1, 4, 5}, kMax2 = {2, 4, 5}, kMax3 = {3, 4, 5};

// o outputs, taps: of all windows, inside the image
constexpr char kAverage[] = "add = taps - o, div = o";
constexpr char kMaximum[] = "compare = taps - o";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                            shape rule               work rule                   formula
    {"aten::adaptive_avg_pool1d",      shape_of_adaptive<1, 1>, work_of_adaptive<1, true>,  kAverage},
    {"aten::adaptive_avg_pool2d",      shape_of_adaptive<2, 1>, work_of_adaptive<2, true>,  kAverage},
    {"aten::adaptive_avg_pool3d",      shape_of_adaptive<3, 1>, work_of_adaptive<3, true>,  kAverage},
    {"aten::adaptive_max_pool1d",      shape_of_adaptive<1, 2>, work_of_adaptive<1, false>, kMaximum},
    {"aten::adaptive_max_pool2d",      shape_of_adaptive<2, 2>, work_of_adaptive<2, false>, kMaximum},
    {"aten::adaptive_max_pool3d",      shape_of_adaptive<3, 2>, work_of_adaptive<3, false>, kMaximum},
    {"aten::avg_pool1d",               shape_of_pool<kAvg1, 1>, work_of_pool<kAvg1, true>,  kAverage},
    {"aten::avg_pool2d",               shape_of_pool<kAvg2, 1>, work_of_pool<kAvg2, true>,  kAverage},
    {"aten::avg_pool3d",               shape_of_pool<kAvg3, 1>, work_of_pool<kAvg3, true>,  kAverage},
    {"aten::max_pool1d",               shape_of_pool<kMax1, 1>, work_of_pool<kMax1, false>, kMaximum},
    {"aten::max_pool1d_with_indices",  shape_of_pool<kMax1, 2>, work_of_pool<kMax1, false>, kMaximum},
    {"aten::max_pool2d",               shape_of_pool<kMax2, 1>, work_of_pool<kMax2, false>, kMaximum},
    {"aten::max_pool2d_with_indices",  shape_of_pool<kMax2, 2>, work_of_pool<kMax2, false>, kMaximum},
    {"aten::max_pool3d",               shape_of_pool<kMax3, 1>, work_of_pool<kMax3, false>, kMaximum},
    {"aten::max_pool3d_with_indices",  shape_of_pool<kMax3, 2>, work_of_pool<kMax3, false>, kMaximum},
};
// clang-format on

}  // namespace

std::span<const OpSpec> pooling_ops() { return kRows; }

}  // namespace flopaudit
