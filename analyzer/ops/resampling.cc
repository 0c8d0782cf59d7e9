// Resampling to a given size. nearest copies. Interpolation of d dims is a weighted sum of k^d neighbours per output
// (linear k = 2, cubic k = 4): k^d mul and k^d - 1 add. The weights depend on the position alone, are shared by all
// channels, and are not counted. Antialiased (`_aa`) resampling is separable, rows first, then columns, as in Pillow: a
// filter of support s (linear 1, cubic 2, Lanczos 3), widened by the scale where the image shrinks, covers the w
// positions from floor(c - s + 0.5) to floor(c + s + 0.5) around the centre c = scale*(i + 0.5), cut at the borders,
// and costs w mul and w - 1 add an output of its pass.
#include <algorithm>
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"
#include "analyzer/support/expr_scaling.h"

namespace flopaudit {
namespace {

RuleResult<Dims> image_dims(const Facts& inputs, std::size_t spatial) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() != spatial + 2) {
    return misfit("resampling expects " + std::to_string(spatial + 2) + " dims: " + inputs[0].to_string());
  }
  for (std::size_t dim = 1; dim < input.size(); ++dim) {
    if (input[dim] && always_less(*input[dim], 1) == true) {
      return misfit("resampling of an image that is empty: " + inputs[0].to_string());
    }
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype && is_integral(*dtype) && *dtype != DType::u8) {
    return misfit("resampling of integers other than u8: " + inputs[0].to_string());
  }
  return input;
}

// (self, output_size, ...)
template <std::size_t spatial>
RuleResult<Facts> shape_by_size(const Facts& inputs) {
  FA_RULE(Dims output, image_dims(inputs, spatial));
  FA_RULE(const std::vector<Expr> sizes, ints_at(inputs, 1, spatial));
  const auto* list = inputs[1].get<ListFact>();
  if (list != nullptr && (*list->elements)->size() != spatial) {
    return misfit("the output size should hold " + std::to_string(spatial) + " ints: " + inputs[1].to_string());
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    if (always_less(sizes[dim], 1) == true) return misfit("an output size below 1: " + inputs[1].to_string());
    output[2 + dim] = sizes[dim];
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// floor(size * scale), computed in doubles.
RuleResult<Dim> scaled(const Dim& size, const Fact& scale) {
  const std::optional<double> factor = number_of(scale);
  if (!factor) return missing("a scale factor is unknown");
  if (!size) return Dim();
  const Expr product = floor_times(*size, *factor);
  if (product.is_overflow() || product.is_undefined() || !must_be_at_least(product, 1)) {
    return misfit("the scale " + scale.to_string() + " leaves nothing of size " + size->to_string());
  }
  return Dim(product);
}

// (input, output_size or None, [align_corners,] scale_factors or None)
template <std::size_t spatial, std::size_t scales>
RuleResult<Facts> shape_by_size_or_scale(const Facts& inputs) {
  if (none_at(inputs, 1) == none_at(inputs, scales))
    return misfit("resampling takes a size or scale factors, not both");
  if (!none_at(inputs, 1)) return shape_by_size<spatial>(inputs);
  FA_RULE(Dims output, image_dims(inputs, spatial));
  FA_RULE(const std::vector<Fact> factors, list_at(inputs, scales));
  if (factors.size() != spatial) {
    return misfit("expected " + std::to_string(spatial) + " scale factors: " + inputs[scales].to_string());
  }
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    FA_RULE(output[2 + dim], scaled(output[2 + dim], factors[dim]));
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

template <std::int64_t neighbours>
RuleResult<Work> weighted_sum(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs)
      .per_output(WorkClass::mul, neighbours)
      .per_output(WorkClass::add, neighbours - 1)
      .work();
}

// Positions that the filters of one dim cover, over all its outputs.
RuleResult<Expr> filter_taps(const Expr& input, const Expr& output, double scale, double support) {
  constexpr std::int64_t kMostOutputs = 1 << 20;
  const std::optional<std::int64_t> in = input.constant();
  const std::optional<std::int64_t> out = output.constant();
  if (!in || !out || *out > kMostOutputs) return missing("a size of an antialiased resampling is symbolic or huge");
  const double reach = scale >= 1 ? support * scale : support;
  std::int64_t taps = 0;
  for (std::int64_t i = 0; i < *out; ++i) {
    const double centre = scale * (static_cast<double>(i) + 0.5);
    const auto first = std::max<std::int64_t>(static_cast<std::int64_t>(centre - reach + 0.5), 0);
    const auto last = std::min<std::int64_t>(static_cast<std::int64_t>(centre + reach + 0.5), *in);
    taps += std::max<std::int64_t>(last - first, 0);
  }
  return Expr(taps);
}

// How far one output steps in the input: by both corners, by the scale that the op was given, else by both sizes.
RuleResult<double> filter_scale(const Expr& input, const Expr& output, bool align_corners, const Fact& given) {
  const std::optional<std::int64_t> in = input.constant();
  const std::optional<std::int64_t> out = output.constant();
  if (!in || !out) return missing("a size of an antialiased resampling is symbolic");
  const auto size_in = static_cast<double>(*in);
  const auto size_out = static_cast<double>(*out);
  if (align_corners) return *out > 1 ? (size_in - 1) / (size_out - 1) : 0.0;
  if (given.is_none()) return size_in / size_out;
  const std::optional<double> factor = number_of(given);
  if (!factor) return missing("a scale factor is unknown");
  return *factor > 0 ? 1 / *factor : size_in / size_out;
}

// Plain: (self, output_size, align_corners, scales_h, scales_w); .vec: (input, output_size, align_corners,
// scale_factors)
template <std::int64_t support, bool vec>
RuleResult<Work> antialiased(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const bool align_corners, bool_at(inputs, 2));
  Facts scales = {Fact::none(), Fact::none()};
  if (!vec) scales = {inputs.at(3), inputs.at(4)};
  if (vec && !none_at(inputs, 3)) {
    FA_RULE(scales, list_at(inputs, 3));
  }
  if (scales.size() != 2) return misfit("expected 2 scale factors: " + inputs[3].to_string());
  FA_RULE(const double down, filter_scale(input[2], output[2], align_corners, scales[0]));
  FA_RULE(const double across, filter_scale(input[3], output[3], align_corners, scales[1]));
  FA_RULE(const Expr column_taps, filter_taps(input[2], output[2], down, static_cast<double>(support)));
  FA_RULE(const Expr row_taps, filter_taps(input[3], output[3], across, static_cast<double>(support)));
  const Expr planes = input[0] * input[1];
  const Expr rows = planes * input[2];      // of the first pass: every input row, output[3] wide
  const Expr columns = planes * output[3];  // of the second, output[2] high
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mul, rows * row_taps + columns * column_taps);
  const auto steps = [](const Expr& taps, const Expr& outputs_of_row) { return max(taps - outputs_of_row, 0); };
  counter.count(WorkClass::add, rows * steps(row_taps, output[3]) + columns * steps(column_taps, output[2]));
  return counter.work();
}

constexpr char kAntialiased[] = "w taps a row and v a column: mul = H*w + W'*v, add = H*(w - W') + W'*(v - H') a plane";

// n: elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name                                 shape rule                    work rule              formula
    {"aten::_upsample_bicubic2d_aa",        shape_by_size<2>,             antialiased<2, false>, kAntialiased},
    {"aten::_upsample_bicubic2d_aa.vec",    shape_by_size_or_scale<2, 3>, antialiased<2, true>,  kAntialiased},
    {"aten::_upsample_bilinear2d_aa",       shape_by_size<2>,             antialiased<1, false>, kAntialiased},
    {"aten::_upsample_bilinear2d_aa.vec",   shape_by_size_or_scale<2, 3>, antialiased<1, true>,  kAntialiased},
    {"aten::_upsample_lanczos2d_aa",        shape_by_size<2>,             antialiased<3, false>, kAntialiased},
    {"aten::_upsample_lanczos2d_aa.vec",    shape_by_size_or_scale<2, 3>, antialiased<3, true>,  kAntialiased},
    {"aten::_upsample_nearest_exact1d",     shape_by_size<1>,             copies,                ""},
    {"aten::_upsample_nearest_exact1d.vec", shape_by_size_or_scale<1, 2>, copies,                ""},
    {"aten::_upsample_nearest_exact2d",     shape_by_size<2>,             copies,                ""},
    {"aten::_upsample_nearest_exact2d.vec", shape_by_size_or_scale<2, 2>, copies,                ""},
    {"aten::_upsample_nearest_exact3d",     shape_by_size<3>,             copies,                ""},
    {"aten::_upsample_nearest_exact3d.vec", shape_by_size_or_scale<3, 2>, copies,                ""},
    {"aten::upsample_bicubic2d",            shape_by_size<2>,             weighted_sum<16>,      "mul = 16n, add = 15n"},
    {"aten::upsample_bicubic2d.vec",        shape_by_size_or_scale<2, 3>, weighted_sum<16>,      "mul = 16n, add = 15n"},
    {"aten::upsample_bilinear2d",           shape_by_size<2>,             weighted_sum<4>,       "mul = 4n, add = 3n"},
    {"aten::upsample_bilinear2d.vec",       shape_by_size_or_scale<2, 3>, weighted_sum<4>,       "mul = 4n, add = 3n"},
    {"aten::upsample_linear1d",             shape_by_size<1>,             weighted_sum<2>,       "mul = 2n, add = n"},
    {"aten::upsample_linear1d.vec",         shape_by_size_or_scale<1, 3>, weighted_sum<2>,       "mul = 2n, add = n"},
    {"aten::upsample_nearest1d",            shape_by_size<1>,             copies,                ""},
    {"aten::upsample_nearest1d.vec",        shape_by_size_or_scale<1, 2>, copies,                ""},
    {"aten::upsample_nearest2d",            shape_by_size<2>,             copies,                ""},
    {"aten::upsample_nearest2d.vec",        shape_by_size_or_scale<2, 2>, copies,                ""},
    {"aten::upsample_nearest3d",            shape_by_size<3>,             copies,                ""},
    {"aten::upsample_nearest3d.vec",        shape_by_size_or_scale<3, 2>, copies,                ""},
    {"aten::upsample_trilinear3d",          shape_by_size<3>,             weighted_sum<8>,       "mul = 8n, add = 7n"},
    {"aten::upsample_trilinear3d.vec",      shape_by_size_or_scale<3, 3>, weighted_sum<8>,       "mul = 8n, add = 7n"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> resampling_ops() { return kRows; }

}  // namespace flopaudit
