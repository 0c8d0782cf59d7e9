// Pooling. A window counts its real taps: those inside the image, not in its padding. avg: taps-1 add and 1 div per
// output, whatever the divisor; max: taps-1 compare. fractional_max_pool: windows of the kernel's size whose places a
// random sample decides; the places are not counted. max_unpool puts elements back and is a copy. lp_pool is made of
// other ops.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/quantized_helpers.h"
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

// The dims from `first` on must not be empty.
std::optional<RuleFailure> refuse_empty_from(const Facts& inputs, const Dims& input, std::size_t first) {
  for (std::size_t dim = first; dim < input.size(); ++dim) {
    if (input[dim] && !must_be_at_least(*input[dim], 1)) {
      return misfit("the pool's input is empty beside its batch: " + inputs[0].to_string());
    }
  }
  return std::nullopt;
}

RuleResult<Dims> input_of_rank(const Facts& inputs, std::size_t spatial) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() != spatial + 1 && input.size() != spatial + 2) {
    return misfit("the pool expects " + std::to_string(spatial + 1) + " or " + std::to_string(spatial + 2) +
                  " dims: " + inputs[0].to_string());
  }
  return input;
}

RuleResult<Dims> pooled_input(const Facts& inputs, std::size_t spatial) {
  FA_RULE(const Dims input, input_of_rank(inputs, spatial));
  FA_REFUSE(refuse_empty_from(inputs, input, input.size() - spatial - 1));
  return input;
}

bool is_quantized_at(const Facts& inputs, std::size_t place) {
  const TensorFact* tensor = inputs[place].tensor();
  return tensor != nullptr && tensor->dtype && is_quantized(*tensor->dtype);
}

// Of quantized numbers LibTorch's maximum takes no single number for all dims, and its mean of images the first image
// of what has more than 4 dims.
RuleResult<Dims> input_of(const Facts& inputs, const Places& places) {
  if (!is_quantized_at(inputs, 0)) return pooled_input(inputs, places.spatial);
  const bool average = places.dilation < 0;
  for (const std::size_t place : {1, 2, 3, 4}) {
    const auto* list = average || places.spatial == 1 ? nullptr : inputs[place].get<ListFact>();
    if (list == nullptr || !*list->elements || (place == 2 && (*list->elements)->empty())) continue;
    if ((*list->elements)->size() != places.spatial) {
      return misfit("a number for each dim is expected of a quantized pool: " + inputs[place].to_string());
    }
  }
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (!average || places.spatial != 2) return pooled_input(inputs, places.spatial);
  if (dims.size() < 5) {  // whose batch and channels it does not look at
    FA_RULE(const Dims input, input_of_rank(inputs, 2));
    FA_REFUSE(refuse_empty_from(inputs, input, input.size() - 2));
    return input;
  }
  const Dims image = {Dim(Expr(1)), dims[dims.size() - 3], dims[dims.size() - 2], dims.back()};
  return pooled_input({tensor_fact(inputs[0].tensor()->dtype, image)}, places.spatial);
}

RuleResult<Pool> read(const Facts& inputs, const Places& places) {
  Pool pool;
  pool.spatial = places.spatial;
  FA_RULE(pool.input, input_of(inputs, places));
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
    if (always_less(pool.kernel[dim], 1) == true || always_less(pool.stride[dim], 1) == true ||
        always_less(pool.dilation[dim], 1) == true) {
      return misfit("kernel, stride and dilation of a pool must be at least 1");
    }
    if (always_less(pool.padding[dim], 0) == true) return misfit("a negative padding: " + inputs[3].to_string());
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

// avg_pool's last argument: a number that divides instead of the window's taps.
std::optional<RuleFailure> check_divisor(const Facts& inputs, const Places& places) {
  const std::size_t divisor = places.ceil_mode + 2;
  if (places.dilation >= 0 || divisor >= inputs.size() || constant_of(inputs[divisor]) != 0) return std::nullopt;
  return misfit("the divisor of an average pool is 0");
}

template <const Places& places, std::size_t results>
RuleResult<Facts> shape_of_pool(const Facts& inputs) {
  FA_RULE(const Pool pool, read(inputs, places));
  FA_REFUSE(check_divisor(inputs, places));
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

// Where an input without a batch is none.
template <const Places& places>
RuleResult<Facts> shape_of_batched_pool(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() == places.spatial + 2) return shape_of_pool<places, 1>(inputs);
  return misfit("the pool expects a batch of images: " + inputs[0].to_string());
}

// taps: of all windows together. Each output takes one step less than its window has taps.
RuleResult<Work> pooled_work(const Facts& inputs, const Facts& outputs, const Expr& taps, bool average) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  const Expr steps = taps == Expr(0) ? Expr(0) : taps - elements;
  counter.count(average ? WorkClass::add : WorkClass::compare, steps);
  if (average) counter.count(WorkClass::div, elements);
  return counter.work();
}

template <const Places& places, bool average>
RuleResult<Work> work_of_pool(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Pool pool, read(inputs, places));
  FA_RULE(const std::vector<Expr> input, known_dims_at({tensor_fact(inputs[0].tensor()->dtype, pool.input)}, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  Expr taps = 1;
  for (std::size_t dim = 0; dim < pool.lead(); ++dim) taps *= input[dim];
  for (std::size_t dim = 0; dim < pool.spatial; ++dim) {
    const std::optional<std::int64_t> kernel = pool.kernel[dim].constant();
    if (!kernel) return missing("the kernel size is symbolic");
    const std::size_t at = pool.lead() + dim;
    FA_RULE(const Expr inside,
            taps_inside(input[at], output[at], *kernel, pool.stride[dim], pool.padding[dim], pool.dilation[dim]));
    taps *= inside;
  }
  return pooled_work(inputs, outputs, taps, average);
}

// --- adaptive: output i covers input floor(i*in/out) to ceil((i+1)*in/out) ---

// To one window LibTorch takes the mean, of any shape; its own kernels do not.
enum class Adaptive { average, average_kernel, maximum };

RuleResult<Dims> adapted_input(const Facts& inputs, const Dims& sizes, std::size_t spatial, Adaptive adaptive) {
  bool mean = adaptive == Adaptive::average && spatial > 1 && !is_quantized_at(inputs, 0);
  for (const Dim& size : sizes) mean = mean && size && always_equal(*size, 1) == true;
  if (!mean) {
    FA_RULE(const Dims input, input_of_rank(inputs, spatial));
    const bool windows_alone = adaptive != Adaptive::maximum && spatial < 3 && !is_quantized_at(inputs, 0);
    FA_REFUSE(refuse_empty_from(inputs, input, windows_alone ? input.size() - spatial : 1));
    return input;
  }
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() >= spatial) return input;
  return misfit("the pool expects " + std::to_string(spatial) + " dims or more: " + inputs[0].to_string());
}

template <std::size_t spatial, Adaptive adaptive>
RuleResult<Facts> shape_of_adaptive(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  FA_RULE(Dims output, adapted_input(inputs, sizes, spatial, adaptive));
  if (sizes.size() != spatial) {
    return misfit("the output size should hold " + std::to_string(spatial) + " ints and is " + inputs[1].to_string());
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    const Dim& size = sizes[dim];
    if (size && always_less(*size, 0) == true) return misfit("a negative output size: " + inputs[1].to_string());
    output[output.size() - spatial + dim] = size;
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  const bool looked_at = adaptive == Adaptive::maximum || product(output) != Expr(0);
  if (looked_at && dtype && is_integral(*dtype)) {
    return misfit("an adaptive pool of integers: " + inputs[0].to_string());
  }
  Facts facts = one(tensor_fact(dtype, output));
  if (adaptive == Adaptive::maximum) facts.push_back(tensor_fact(DType::i64, output));
  return facts;
}

// All windows together meet every input once, and the input in which two of them meet once more: at each of the
// output - 1 inner borders i*in/out that is no integer.
Expr adaptive_taps(const Expr& input, const Expr& output) { return input + output - gcd(input, output); }

template <std::size_t spatial, Adaptive adaptive>
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
  return pooled_work(inputs, outputs, taps, adaptive != Adaptive::maximum);
}

// --- fractional_max_pool(self, kernel_size, output_size, random_samples) ---

template <std::size_t spatial>
RuleResult<Facts> shape_of_fractional(const Facts& inputs) {
  FA_RULE(Dims output, pooled_input(inputs, spatial));
  FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, 1, spatial));
  FA_RULE(const std::vector<Expr> sizes, ints_at(inputs, 2, spatial));
  FA_RULE(const Dims samples, dims_at(inputs, 3));
  if (const auto dtype = same_dtype(inputs, 0, 3); !dtype) return dtype.failure();
  const Dim batch = output.size() == spatial + 2 ? output[0] : Dim(Expr(1));
  const bool enough = samples.size() == 3 && !(samples[0] && batch && always_less(*samples[0], *batch) == true);
  if (!enough || !same_dim(samples[1], output[output.size() - spatial - 1]) ||
      !same_dim(samples[2], Expr(static_cast<std::int64_t>(spatial)))) {
    return misfit("a random number for each channel and spatial dim is needed: " + shapes_text(inputs, {0, 3}));
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    Dim& size = output[output.size() - spatial + dim];
    if (always_less(kernel[dim], 1) == true || always_less(sizes[dim], 1) == true) {
      return misfit("kernel and output size of a fractional pool must be at least 1");
    }
    // In three dims LibTorch wants room to spare.
    const Expr room = sizes[dim] + kernel[dim] - Expr(spatial == 3 ? 0 : 1);
    if (size && !must_be_at_least(*size, room)) {
      return misfit("windows of " + kernel[dim].to_string() + " cannot start at " + sizes[dim].to_string() +
                    " places of " + inputs[0].to_string());
    }
    size = sizes[dim];
  }
  return Facts{tensor_fact(inputs[0].tensor()->dtype, output), tensor_fact(DType::i64, output)};
}

template <std::size_t spatial>
RuleResult<Work> work_of_fractional(const Facts& inputs, const Facts& outputs) {
  FA_RULE(Expr taps, elements_at(outputs, 0));
  FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, 1, spatial));
  for (const Expr& size : kernel) taps *= size;
  return pooled_work(inputs, outputs, taps, false);
}

// --- max_unpool(self, indices, output_size, ...) ---

template <std::size_t spatial>
RuleResult<Facts> shape_of_unpool(const Facts& inputs) {
  FA_RULE(Dims output, pooled_input(inputs, spatial));
  FA_RULE(const TensorFact* indices, tensor_at(inputs, 1));
  FA_RULE(const std::vector<Expr> sizes, ints_at(inputs, 2, spatial));
  if (indices->dtype && *indices->dtype != DType::i64) {
    return misfit("the indices of max_unpool should be i64: " + inputs[1].to_string());
  }
  bool same = !indices->dims || indices->dims->size() == output.size();
  for (std::size_t dim = 0; same && indices->dims && dim < output.size(); ++dim) {
    same = same_dim(output[dim], (*indices->dims)[dim]).has_value();
  }
  if (!same) return misfit("max_unpool needs an index for each element: " + shapes_text(inputs, {0, 1}));
  if (spatial == 3) {  // with the strides and paddings of the pool that it undoes
    FA_RULE(const std::vector<Expr> strides, ints_at(inputs, 3, spatial));
    for (const Expr& stride : strides) {
      if (always_less(stride, 1) == true) return misfit("a stride below 1: " + inputs[3].to_string());
    }
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    if (always_less(sizes[dim], 0) == true) return misfit("a negative output size: " + inputs[2].to_string());
    output[output.size() - spatial + dim] = sizes[dim];
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

constexpr auto kMean = Adaptive::average, kKernel = Adaptive::average_kernel, kMax = Adaptive::maximum;
constexpr Places kAvg1 = {1, -1, 4}, kAvg2 = {2, -1, 4}, kAvg3 = {3, -1, 4};
constexpr Places kMax1 = {1, 4, 5}, kMax2 = {2, 4, 5}, kMax3 = {3, 4, 5};

// o outputs, taps: of all windows, inside the image
constexpr char kAverage[] = "add = taps - o, div = o";
constexpr char kMaximum[] = "compare = taps - o";

#define POOL(name, places, results, average, formula) \
  { name, shape_of_pool<places, results>, work_of_pool<places, average>, formula }
#define ADAPTIVE(name, spatial, adaptive, formula) \
  { name, shape_of_adaptive<spatial, adaptive>, work_of_adaptive<spatial, adaptive>, formula }

// clang-format off
constexpr OpSpec kRows[] = {
    ADAPTIVE("aten::_adaptive_avg_pool2d",       2, kKernel, kAverage),
    ADAPTIVE("aten::_adaptive_avg_pool3d",       3, kKernel, kAverage),
    ADAPTIVE("aten::adaptive_avg_pool1d",        1, kMean, kAverage),
    ADAPTIVE("aten::adaptive_avg_pool2d",        2, kMean, kAverage),
    ADAPTIVE("aten::adaptive_avg_pool3d",        3, kMean, kAverage),
    ADAPTIVE("aten::adaptive_max_pool1d",        1, kMax, kMaximum),
    ADAPTIVE("aten::adaptive_max_pool2d",        2, kMax, kMaximum),
    ADAPTIVE("aten::adaptive_max_pool3d",        3, kMax, kMaximum),
    POOL("aten::avg_pool1d",              kAvg1, 1, true,  kAverage),
    POOL("aten::avg_pool2d",              kAvg2, 1, true,  kAverage),
    POOL("aten::avg_pool3d",              kAvg3, 1, true,  kAverage),
    {"aten::fractional_max_pool2d", shape_of_fractional<2>, work_of_fractional<2>, kMaximum},
    {"aten::fractional_max_pool3d", shape_of_fractional<3>, work_of_fractional<3>, kMaximum},
    POOL("aten::max_pool1d",              kMax1, 1, false, kMaximum),
    POOL("aten::max_pool1d_with_indices", kMax1, 2, false, kMaximum),
    POOL("aten::max_pool2d",              kMax2, 1, false, kMaximum),
    POOL("aten::max_pool2d_with_indices", kMax2, 2, false, kMaximum),
    POOL("aten::max_pool3d",              kMax3, 1, false, kMaximum),
    POOL("aten::max_pool3d_with_indices", kMax3, 2, false, kMaximum),
    {"aten::max_unpool2d", shape_of_unpool<2>, copies, ""},
    {"aten::max_unpool3d", shape_of_unpool<3>, copies, ""},
    ADAPTIVE("aten::mkldnn_adaptive_avg_pool2d", 2, kKernel, kAverage),
    POOL("aten::mkldnn_max_pool2d",       kMax2, 1, false, kMaximum),
    POOL("aten::mkldnn_max_pool3d",       kMax3, 1, false, kMaximum),
    POOL("aten::quantized_max_pool1d",    kMax1, 1, false, kMaximum),
    POOL("aten::quantized_max_pool2d",    kMax2, 1, false, kMaximum),
    {"aten::quantized_max_pool3d", shape_of_batched_pool<kMax3>, work_of_pool<kMax3, false>, kMaximum},
    POOL("quantized::max_pool1d",         kMax1, 1, false, kMaximum),
    POOL("quantized::max_pool2d",         kMax2, 1, false, kMaximum),
};
// clang-format on
#undef POOL
#undef ADAPTIVE

}  // namespace

std::span<const OpSpec> pooling_ops() { return kRows; }

}  // namespace flopaudit
