// Convolutions. Shapes and taps from the definition: output i, tap j meets input position i*stride - padding +
// j*dilation; transposed, input i and tap j meet that output position. A bias starts the accumulator and is free.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// A convolution of any overload, its arguments in one place.
struct Convolution {
  bool transposed = false;
  bool batched = true;
  std::size_t spatial = 0;  // spatial dims
  Dims input;               // [N,] C, spatial
  Dims weight;              // [Cout, Cin/groups, kernel], transposed [Cin, Cout/groups, kernel]
  std::vector<Expr> stride, dilation, output_padding;
  std::vector<Expr> padding_before, padding_after;
  Expr groups = 1;

  const Dim& channels() const { return input[batched ? 1 : 0]; }
  const Dim& size(std::size_t dim) const { return input[dim + (batched ? 2 : 1)]; }
  const Dim& kernel(std::size_t dim) const { return weight[dim + 2]; }
};

// Where an overload has its arguments; -1: it has none.
struct Places {
  int stride, padding, dilation, transposed, output_padding, groups;
  bool is_transposed;
};
constexpr Places kConvNd = {3, 4, 5, -1, -1, 6, false};
constexpr Places kConvTransposeNd = {3, 4, 7, -1, 5, 6, true};
constexpr Places kConvolution = {3, 4, 5, 6, 7, 8, false};

std::optional<RuleFailure> read_padding(Convolution& conv, const Facts& inputs, std::size_t place) {
  const std::size_t count = conv.spatial;
  const auto* word = place < inputs.size() ? inputs[place].get<StrFact>() : nullptr;
  if (word == nullptr) {
    const RuleResult<std::vector<Expr>> padding = ints_at(inputs, place, count);
    if (!padding) return padding.failure();
    conv.padding_before = conv.padding_after = *padding;
    return std::nullopt;
  }
  conv.padding_before = conv.padding_after = std::vector<Expr>(count, Expr(0));
  if (word->value == "valid") return std::nullopt;
  if (word->value != "same") return misfit("padding is neither \"valid\" nor \"same\": " + inputs[place].to_string());
  for (std::size_t dim = 0; dim < count; ++dim) {
    if (!conv.kernel(dim)) return missing("the kernel size is unknown");
    const Expr total = conv.dilation[dim] * (*conv.kernel(dim) - Expr(1));
    conv.padding_before[dim] = floor_div(total, 2);
    conv.padding_after[dim] = total - conv.padding_before[dim];
  }
  return std::nullopt;
}

std::optional<RuleFailure> check_channels(const Convolution& conv, const Facts& inputs) {
  const Dim expected = conv.transposed
                           ? conv.weight[0]
                           : lift([](const Expr& a, const Expr& b) { return a * b; }, conv.weight[1], Dim(conv.groups));
  if (expected && conv.channels() && !must_be_equal(*expected, *conv.channels())) {
    return misfit("input has " + conv.channels()->to_string() + " channels and the weight expects " +
                  expected->to_string() + ": " + shapes_text(inputs, {0, 1}));
  }
  if (!conv.transposed && conv.weight[0] && !must_be_multiple(*conv.weight[0], conv.groups)) {
    return misfit(conv.weight[0]->to_string() + " output channels are no multiple of " + conv.groups.to_string() +
                  " groups");
  }
  return std::nullopt;
}

RuleResult<Convolution> read(const Facts& inputs, const Places& places) {
  Convolution conv;
  FA_RULE(conv.input, dims_at(inputs, 0));
  FA_RULE(conv.weight, dims_at(inputs, 1));
  if (conv.weight.size() < 3) return misfit("the weight has no kernel dims: " + shapes_text(inputs, {0, 1}));
  conv.spatial = conv.weight.size() - 2;
  conv.batched = conv.input.size() == conv.weight.size();
  if (!conv.batched && conv.input.size() + 1 != conv.weight.size()) {
    return misfit("input has " + std::to_string(conv.input.size()) + " dims and the weight " +
                  std::to_string(conv.weight.size()) + ": " + shapes_text(inputs, {0, 1}));
  }
  conv.transposed = places.is_transposed;
  if (places.transposed >= 0) {
    FA_RULE(conv.transposed, bool_at(inputs, static_cast<std::size_t>(places.transposed)));
  }
  FA_RULE(conv.stride, ints_at(inputs, static_cast<std::size_t>(places.stride), conv.spatial));
  FA_RULE(conv.dilation, ints_at(inputs, static_cast<std::size_t>(places.dilation), conv.spatial));
  conv.output_padding.assign(conv.spatial, Expr(0));
  if (places.output_padding >= 0) {
    FA_RULE(conv.output_padding, ints_at(inputs, static_cast<std::size_t>(places.output_padding), conv.spatial));
  }
  FA_RULE(conv.groups, int_at(inputs, static_cast<std::size_t>(places.groups)));
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    if (always_less(conv.stride[dim], 1) == true || always_less(conv.dilation[dim], 1) == true) {
      return misfit("stride and dilation must be at least 1");
    }
  }
  if (always_less(conv.groups, 1) == true) return misfit("groups must be at least 1");
  FA_REFUSE(read_padding(conv, inputs, static_cast<std::size_t>(places.padding)));
  FA_REFUSE(check_channels(conv, inputs));
  return conv;
}

Dim output_size(const Convolution& conv, std::size_t dim) {
  if (!conv.size(dim) || !conv.kernel(dim)) return std::nullopt;
  const Expr reach = conv.dilation[dim] * (*conv.kernel(dim) - Expr(1));  // from the first tap to the last
  const Expr padding = conv.padding_before[dim] + conv.padding_after[dim];
  if (conv.transposed) {
    return (*conv.size(dim) - Expr(1)) * conv.stride[dim] - padding + reach + conv.output_padding[dim] + Expr(1);
  }
  return floor_div(*conv.size(dim) + padding - reach - Expr(1), conv.stride[dim]) + Expr(1);
}

RuleResult<Facts> shape(const Facts& inputs, const Places& places) {
  FA_RULE(const Convolution conv, read(inputs, places));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  Dims output;
  if (conv.batched) output.push_back(conv.input[0]);
  output.push_back(conv.transposed
                       ? lift([](const Expr& a, const Expr& b) { return a * b; }, conv.weight[1], Dim(conv.groups))
                       : conv.weight[0]);
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    output.push_back(output_size(conv, dim));
    if (output.back() && !must_be_at_least(*output.back(), 1)) {
      return misfit("the kernel is larger than the padded input: " + shapes_text(inputs, {0, 1}));
    }
  }
  return one(tensor_fact(dtype, output));
}

RuleResult<Work> work(const Facts& inputs, const Facts& outputs, const Places& places) {
  FA_RULE(const Convolution conv, read(inputs, places));
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  const std::size_t first = conv.batched ? 2 : 1;
  Expr all = (conv.batched ? input[0] : Expr(1)) * weight[0] * weight[1];
  Expr valid = all;
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    const std::optional<std::int64_t> kernel = weight[dim + 2].constant();
    if (!kernel) return missing("the kernel size is symbolic");
    // The side that slides, and the side that its taps fall onto: a transposed convolution is one seen from the output.
    const Expr& slides = conv.transposed ? input[first + dim] : output[first + dim];
    const Expr& meets = conv.transposed ? output[first + dim] : input[first + dim];
    FA_RULE(const Expr inside,
            window_taps(meets, slides, *kernel, conv.stride[dim], conv.padding_before[dim], conv.dilation[dim]));
    all *= slides * Expr(*kernel);
    valid *= inside;
  }
  return WorkCounter(inputs, outputs).count(WorkClass::mac, all).valid_macs(valid).work();
}

RuleResult<Facts> shape_of_conv(const Facts& inputs) { return shape(inputs, kConvNd); }
RuleResult<Work> work_of_conv(const Facts& inputs, const Facts& outputs) { return work(inputs, outputs, kConvNd); }
RuleResult<Facts> shape_of_conv_transpose(const Facts& inputs) { return shape(inputs, kConvTransposeNd); }
RuleResult<Work> work_of_conv_transpose(const Facts& inputs, const Facts& outputs) {
  return work(inputs, outputs, kConvTransposeNd);
}
RuleResult<Facts> shape_of_convolution(const Facts& inputs) { return shape(inputs, kConvolution); }
RuleResult<Work> work_of_convolution(const Facts& inputs, const Facts& outputs) {
  return work(inputs, outputs, kConvolution);
}

// B batch, K kernel taps, OUT and IN spatial sizes, G groups
constexpr char kForward[] = "mac = B*Cout*(Cin/G)*K*OUT";
constexpr char kTransposed[] = "mac = B*Cin*(Cout/G)*K*IN";
constexpr char kEither[] = "mac = B*Cout*(Cin/G)*K*OUT, transposed B*Cin*(Cout/G)*K*IN";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule               work rule                formula
    {"aten::_convolution",           shape_of_convolution,    work_of_convolution,     kEither},
    {"aten::conv1d",                 shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv1d.padding",         shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv2d",                 shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv2d.padding",         shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv3d",                 shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv3d.padding",         shape_of_conv,           work_of_conv,            kForward},
    {"aten::conv_transpose1d",       shape_of_conv_transpose, work_of_conv_transpose,  kTransposed},
    {"aten::conv_transpose2d.input", shape_of_conv_transpose, work_of_conv_transpose,  kTransposed},
    {"aten::conv_transpose3d.input", shape_of_conv_transpose, work_of_conv_transpose,  kTransposed},
    {"aten::convolution",            shape_of_convolution,    work_of_convolution,     kEither},
};
// clang-format on

}  // namespace

std::span<const OpSpec> convolution_ops() { return kRows; }

}  // namespace flopaudit
