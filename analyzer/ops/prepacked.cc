// XNNPACK's prepacked layers, as LibTorch's mobile optimizer writes them: a convolution or linear layer and a clamp of its
// result (1 compare a bound). The fact of a context is the tuple of what it was packed from, which is also its state in a
// file: (weight, bias, stride, padding[, output_padding], dilation, groups, output_min, output_max); linear (weight, bias,
// output_min, output_max). Where the context is not packed by the program itself its contents are unknown.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/convolution_helpers.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

constexpr std::size_t kConvFields = 8, kTransposedFields = 9, kLinearFields = 4;

template <std::size_t fields>
RuleResult<Facts> pack(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (inputs.size() != fields) return misfit("a packing op with another number of arguments");
  return one(Fact::tuple(inputs));
}

// The input, then the context's fields.
RuleResult<Facts> layer_facts(const Facts& inputs, std::size_t fields) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, 1, fields));
  Facts facts = {inputs[0]};
  facts.insert(facts.end(), packed.begin(), packed.end());
  return facts;
}

constexpr ConvolutionPlaces kConv = {.bias = 2, .stride = 3, .padding = 4, .dilation = 5, .groups = 6,
                                     .takes_unbatched = false, .spatial = 2};
constexpr ConvolutionPlaces kTransposed = {.bias = 2, .stride = 3, .padding = 4, .dilation = 6, .output_padding = 5,
                                           .groups = 7, .is_transposed = true, .takes_unbatched = false, .spatial = 2};

void count_clamp(WorkCounter& counter, const Facts& facts) {
  for (std::size_t bound = facts.size() - 2; bound < facts.size(); ++bound) {
    if (!facts[bound].is_none()) counter.per_output(WorkClass::compare);
  }
}

template <const ConvolutionPlaces& places, std::size_t fields>
RuleResult<Facts> shape_of_convolution(const Facts& inputs) {
  FA_RULE(const Facts facts, layer_facts(inputs, fields));
  FA_RULE(const Convolution conv, read_convolution(facts, places));
  FA_RULE(const std::optional<DType> dtype, same_dtype(facts, 0, 1));
  FA_RULE(const Dims output, convolution_output(conv, facts));
  return one(tensor_fact(dtype, output));
}

template <const ConvolutionPlaces& places, std::size_t fields>
RuleResult<Work> work_of_convolution(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Facts facts, layer_facts(inputs, fields));
  FA_RULE(const Convolution conv, read_convolution(facts, places));
  FA_RULE(const Dims output, dims_at(outputs, 0));
  FA_RULE(const ConvolutionMacs macs, convolution_macs(conv, output));
  WorkCounter counter(facts, outputs);
  counter.count(WorkClass::mac, macs.all);
  count_clamp(counter, facts);
  return counter.valid_macs(macs.valid).work();
}

RuleResult<Facts> shape_of_linear(const Facts& inputs) {
  FA_RULE(const Facts facts, layer_facts(inputs, kLinearFields));
  FA_RULE(Dims output, dims_at(facts, 0));
  FA_RULE(const Dims weight, dims_at(facts, 1));
  FA_RULE(const std::optional<DType> dtype, same_dtype(facts, 0, 1));
  if (output.empty() || weight.size() != 2 || !same_dim(output.back(), weight[1])) {
    return misfit("the input's last dim and the weight's do not fit: " + shapes_text(facts, {0, 1}));
  }
  output.back() = weight[0];
  return one(tensor_fact(dtype, output));
}

RuleResult<Work> work_of_linear(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Facts facts, layer_facts(inputs, kLinearFields));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(facts, 1));
  FA_RULE(const Expr results, elements_at(outputs, 0));
  WorkCounter counter(facts, outputs);
  counter.count(WorkClass::mac, results * weight[1]);
  count_clamp(counter, facts);
  return counter.work();
}

// m taps in all, o outputs
constexpr char kClamped[] = "mac = m, compare = o per bound";
constexpr ShapeRule kConvShape = shape_of_convolution<kConv, kConvFields>;
constexpr WorkRule kConvWork = work_of_convolution<kConv, kConvFields>;
constexpr ShapeRule kTransposedShape = shape_of_convolution<kTransposed, kTransposedFields>;
constexpr WorkRule kTransposedWork = work_of_convolution<kTransposed, kTransposedFields>;

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                       shape rule               work rule        formula
    {"prepacked::conv2d_clamp_prepack",           pack<kConvFields>,       nullptr,         ""},
    {"prepacked::conv2d_clamp_run",               kConvShape,              kConvWork,       kClamped},
    {"prepacked::conv2d_transpose_clamp_prepack", pack<kTransposedFields>, nullptr,         ""},
    {"prepacked::conv2d_transpose_clamp_run",     kTransposedShape,        kTransposedWork, kClamped},
    {"prepacked::linear_clamp_prepack",           pack<kLinearFields>,     nullptr,         ""},
    {"prepacked::linear_clamp_run",               shape_of_linear,         work_of_linear,  kClamped},
};
// clang-format on

}  // namespace

std::span<const OpSpec> prepacked_ops() { return kRows; }

}  // namespace flopaudit
