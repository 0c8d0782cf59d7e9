// Sampling at given points, and folding. grid_sampler: each point (shared by all channels) is brought to the image: 2
// add, 1 mul, 1 div a coordinate, align_corners 1 add less; padding "border" cuts it (2 compare), "reflection" folds it
// (3 add, 1 mul, 1 div) and cuts it. Then floor (1 convert) and its distance (1 add) a coordinate and the weights of
// its k^d neighbours: linear 1 - f (1 add) a coordinate, cubic the four polynomials of Keys (12 mul, 13 add) a
// coordinate; their products k^2 + ... + k^d mul; an output sums its neighbours: k^d mul, k^d - 1 add. "nearest" rounds
// (1 convert) and copies. affine_grid_generator multiplies homogeneous positions with theta, d*(d+1) mac a point.
// col2im adds where windows overlap: an output that t windows meet takes t - 1 add.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- grid_sampler(input [N, C, spatial], grid [N, out, d], interpolation_mode, padding_mode, align_corners) ---

template <std::size_t spatial>  // 0: 2 or 3
RuleResult<Facts> shape_of_grid_sampler(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims grid, dims_at(inputs, 1));
  const std::size_t dims = spatial == 0 ? input.size() - 2 : spatial;
  if (input.size() != dims + 2 || (dims != 2 && dims != 3) || grid.size() != input.size() ||
      !same_dim(input[0], grid[0]) || !same_dim(grid.back(), Expr(static_cast<std::int64_t>(dims)))) {
    return misfit("grid_sampler expects [N,C,spatial] and a grid [N,out,dims]: " + shapes_text(inputs, {0, 1}));
  }
  for (std::size_t dim = 2; dim < input.size(); ++dim) {
    if (input[dim] && always_less(*input[dim], 1) == true) return misfit("an empty image: " + inputs[0].to_string());
  }
  FA_RULE(const std::int64_t mode, constant_at(inputs, 2));
  if (mode == 2 && dims == 3) return misfit("bicubic sampling takes images alone: " + inputs[0].to_string());
  Dims output = {input[0], input[1]};
  output.insert(output.end(), grid.begin() + 1, grid.end() - 1);
  const Fact result = tensor_fact(inputs[0].tensor()->dtype, output);
  if (product(output) == Expr(0)) return one(result);  // before LibTorch looks at dtypes
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  return one(result);
}

// The kernel without vectors computes in f32.
RuleResult<Facts> shape_of_sampler_fallback(const Facts& inputs) {
  FA_RULE(const Facts results, shape_of_grid_sampler<2>(inputs));
  const std::optional<DType> dtype = results[0].tensor()->dtype;
  if (has_no_elements(results[0]) || !dtype || *dtype == DType::f32) return results;
  return misfit("this kernel samples f32: " + inputs[0].to_string());
}

RuleResult<Work> work_of_grid_sampler(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> grid, known_dims_at(inputs, 1));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 2));
  FA_RULE(const std::int64_t padding, constant_at(inputs, 3));
  FA_RULE(const bool align_corners, bool_at(inputs, 4));
  const std::size_t dims = grid.size() - 2;
  Expr coordinates = 1;
  for (const Expr& dim : grid) coordinates *= dim;
  Expr points = 1;
  for (std::size_t dim = 0; dim + 1 < grid.size(); ++dim) points *= grid[dim];
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, Expr(align_corners ? 1 : 2) * coordinates);
  counter.count(WorkClass::mul, coordinates).count(WorkClass::div, coordinates);
  if (padding != 0) counter.count(WorkClass::compare, Expr(2) * coordinates);
  if (padding == 2) {
    counter.count(WorkClass::add, Expr(3) * coordinates);
    counter.count(WorkClass::mul, coordinates).count(WorkClass::div, coordinates);
  }
  counter.count(WorkClass::convert, coordinates);
  if (mode == 1) return counter.work();
  const bool cubic = mode == 2;
  const std::int64_t width = cubic ? 4 : 2;
  counter.count(WorkClass::add, Expr(cubic ? 14 : 2) * coordinates);
  if (cubic) counter.count(WorkClass::mul, Expr(12) * coordinates);
  std::int64_t neighbours = width;
  for (std::size_t dim = 1; dim < dims; ++dim) {
    neighbours *= width;
    counter.count(WorkClass::mul, Expr(neighbours) * points);
  }
  return counter.per_output(WorkClass::mul, neighbours).per_output(WorkClass::add, neighbours - 1).work();
}

// --- affine_grid_generator(theta [N, d, d+1], size [N, C, spatial], align_corners) ---

RuleResult<Facts> shape_of_affine_grid(const Facts& inputs) {
  if (inputs[0].tensor() != nullptr && inputs[0].tensor()->dtype == DType::boolean) {
    return misfit("a grid of bools: " + inputs[0].to_string());
  }
  FA_RULE(const Dims theta, dims_at(inputs, 0));
  FA_RULE(const Dims size, ints_at(inputs, 1));
  if (size.size() != 4 && size.size() != 5) return misfit("affine_grid expects 4 or 5 sizes: " + inputs[1].to_string());
  const auto dims = static_cast<std::int64_t>(size.size()) - 2;
  if (theta.size() != 3 || !same_dim(theta[0], size[0]) || !same_dim(theta[1], Expr(dims)) ||
      !same_dim(theta[2], Expr(dims + 1))) {
    return misfit("theta should be [N, " + std::to_string(dims) + ", " + std::to_string(dims + 1) +
                  "]: " + shapes_text(inputs, {0, 1}));
  }
  Dims output = {size[0]};
  output.insert(output.end(), size.begin() + 2, size.end());
  output.push_back(Expr(dims));
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

RuleResult<Work> work_of_affine_grid(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  return WorkCounter(inputs, outputs).per_output(WorkClass::mac, static_cast<std::int64_t>(output.size()) - 1).work();
}

// --- native_channel_shuffle(self, groups) ---

RuleResult<Facts> shape_of_channel_shuffle(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Expr groups, int_at(inputs, 1));
  if (input.size() < 3) return misfit("channel_shuffle expects more than 2 dims: " + inputs[0].to_string());
  if (always_less(groups, 1) == true || (input[1] && always_equal(mod(*input[1], groups), 0) == false)) {
    return misfit("the channels do not divide into " + groups.to_string() + " groups: " + inputs[0].to_string());
  }
  return same_as_first(inputs);
}

// --- col2im(self [N, C*K, L], output_size, kernel_size, dilation, padding, stride) ---

struct Fold {
  std::vector<Expr> size, kernel, dilation, padding, stride;
  std::vector<Expr> windows;
};

RuleResult<Fold> read_fold(const Facts& inputs) {
  Fold fold;
  FA_RULE(fold.size, ints_at(inputs, 1, 2));
  FA_RULE(fold.kernel, ints_at(inputs, 2, 2));
  FA_RULE(fold.dilation, ints_at(inputs, 3, 2));
  FA_RULE(fold.padding, ints_at(inputs, 4, 2));
  FA_RULE(fold.stride, ints_at(inputs, 5, 2));
  for (std::size_t dim = 0; dim < 2; ++dim) {
    for (const Expr& number : {fold.size[dim], fold.kernel[dim], fold.dilation[dim], fold.stride[dim]}) {
      if (always_less(number, 1) == true) return misfit("sizes, kernel, dilation and stride must be at least 1");
    }
    if (always_less(fold.padding[dim], 0) == true) return misfit("a negative padding: " + inputs[4].to_string());
    const Expr reach = fold.dilation[dim] * (fold.kernel[dim] - Expr(1)) + Expr(1);
    fold.windows.push_back(floor_div(fold.size[dim] + Expr(2) * fold.padding[dim] - reach, fold.stride[dim]) + Expr(1));
  }
  return fold;
}

RuleResult<Facts> shape_of_fold(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  const auto* size = inputs[1].get<ListFact>();
  if (size != nullptr && size->elements && *size->elements && (*size->elements)->size() != 2) {
    return misfit("col2im makes images of two sizes: " + inputs[1].to_string());
  }
  FA_RULE(const Fold fold, read_fold(inputs));
  if (input.size() != 2 && input.size() != 3) return misfit("col2im expects 2 or 3 dims: " + inputs[0].to_string());
  const Expr taps = fold.kernel[0] * fold.kernel[1];
  const Expr windows = fold.windows[0] * fold.windows[1];
  Dims output(input.begin(), input.end() - 2);
  const Dim& columns = input[input.size() - 2];
  if (columns == Dim(Expr(0))) return misfit("columns of no elements: " + inputs[0].to_string());
  if (columns && always_equal(mod(*columns, taps), 0) == false) {
    return misfit("the columns are no multiple of the kernel's " + taps.to_string() + ": " + inputs[0].to_string());
  }
  if (!same_dim(input.back(), windows)) {
    return misfit("the sizes make " + windows.to_string() +
                  " windows and the input has another number: " + inputs[0].to_string());
  }
  output.push_back(columns ? Dim(floor_div(*columns, taps)) : Dim());
  output.push_back(fold.size[0]);
  output.push_back(fold.size[1]);
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// Positions of one dim that any window meets.
RuleResult<Expr> covered(const Fold& fold, std::size_t dim) {
  constexpr std::int64_t kMost = 1 << 16;
  std::int64_t numbers[6];
  const Expr* const terms[] = {&fold.size[dim],    &fold.kernel[dim], &fold.dilation[dim],
                               &fold.padding[dim], &fold.stride[dim], &fold.windows[dim]};
  for (std::size_t i = 0; i < 6; ++i) {
    const std::optional<std::int64_t> constant = terms[i]->constant();
    if (!constant || *constant > kMost) return missing("a size of col2im is symbolic or huge");
    numbers[i] = *constant;
  }
  const auto [size, kernel, dilation, padding, stride, windows] = numbers;
  std::vector<bool> met(static_cast<std::size_t>(size), false);
  for (std::int64_t window = 0; window < windows; ++window) {
    for (std::int64_t tap = 0; tap < kernel; ++tap) {
      const std::int64_t at = window * stride - padding + tap * dilation;
      if (at >= 0 && at < size) met[static_cast<std::size_t>(at)] = true;
    }
  }
  return Expr(static_cast<std::int64_t>(std::count(met.begin(), met.end(), true)));
}

RuleResult<Work> work_of_fold(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Fold fold, read_fold(inputs));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  Expr planes = 1;
  for (std::size_t dim = 0; dim + 2 < output.size(); ++dim) planes *= output[dim];
  Expr taps = planes;
  Expr positions = planes;
  for (std::size_t dim = 0; dim < 2; ++dim) {
    const std::optional<std::int64_t> kernel = fold.kernel[dim].constant();
    if (!kernel) return missing("the kernel size is symbolic");
    FA_RULE(const Expr inside, taps_inside(fold.size[dim], fold.windows[dim], *kernel, fold.stride[dim],
                                           fold.padding[dim], fold.dilation[dim]));
    FA_RULE(const Expr met, covered(fold, dim));
    taps *= inside;
    positions *= met;
  }
  return WorkCounter(inputs, outputs).count(WorkClass::add, taps - positions).work();
}

// p points of d coordinates, n outputs, k^d neighbours
constexpr char kGrid[] =
    "linear: mul = n*2^d + ..., add = n*(2^d - 1) + ..., cubic 4^d; a coordinate: add = 4, mul = 1, div = 1, convert = "
    "1; "
    "cubic add += 12, mul += 12; border compare = 2, reflection add += 3, mul += 1, div += 1; a point: mul = 2^2 + .. "
    "+ 2^d";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                               shape rule                work rule             formula
    {"aten::_grid_sampler_2d_cpu_fallback", shape_of_sampler_fallback, work_of_grid_sampler, kGrid},
    {"aten::affine_grid_generator",         shape_of_affine_grid,     work_of_affine_grid,  "mac = n*(d + 1)"},
    {"aten::col2im",                        shape_of_fold,            work_of_fold,         "add = taps - outputs met"},
    {"aten::grid_sampler",                  shape_of_grid_sampler<0>, work_of_grid_sampler, kGrid},
    {"aten::grid_sampler_2d",               shape_of_grid_sampler<2>, work_of_grid_sampler, kGrid},
    {"aten::grid_sampler_3d",               shape_of_grid_sampler<3>, work_of_grid_sampler, kGrid},
    {"aten::native_channel_shuffle",        shape_of_channel_shuffle, copies,               ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> grid_ops() { return kRows; }

}  // namespace flopaudit
