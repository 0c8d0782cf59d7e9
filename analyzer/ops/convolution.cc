// Convolutions. Shapes and taps from the definition (convolution_helpers.h). A bias starts the accumulator and is free;
// a fused ReLU compares each output, a fused residual is added to it. Transposed convolutions are exact on the input:
// each of its elements meets every tap; valid taps are those that land inside the output.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/convolution_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

using Places = ConvolutionPlaces;

// One initializer for each list of arguments that occurs: {input, weight, ...}.
// input, weight, bias, stride, padding, dilation, groups
constexpr Places plain(std::size_t spatial) {
  return {.bias = 2, .stride = 3, .padding = 4, .dilation = 5, .groups = 6, .dispatches = true, .spatial = spatial};
}
// input, weight, bias, stride, padding, output_padding, groups, dilation
constexpr Places transposed(std::size_t spatial) {
  return {.bias = 2,
          .stride = 3,
          .padding = 4,
          .dilation = 7,
          .output_padding = 5,
          .groups = 6,
          .is_transposed = true,
          .dispatches = true,
          .spatial = spatial};
}
// self, weight, kernel_size, bias, stride, padding, dilation
constexpr Places by_kernel(std::size_t spatial, bool dilated, int groups = Places::kNone) {
  return {.bias = 3,
          .stride = 4,
          .padding = 5,
          .dilation = dilated ? 6 : Places::kNone,
          .groups = groups,
          .kernel = 2,
          .takes_unbatched = dilated,
          .may_be_empty = dilated,
          .spatial = spatial};
}
// self, weight, kernel_size, bias, stride, padding, output_padding, dilation
constexpr Places transposed_by_kernel(std::size_t spatial) {
  return {.bias = 3,
          .stride = 4,
          .padding = 5,
          .dilation = 7,
          .output_padding = 6,
          .kernel = 2,
          .is_transposed = true,
          .spatial = spatial};
}
constexpr Places kPlain1 = plain(1), kPlain2 = plain(2), kPlain3 = plain(3);
constexpr Places kTransposed1 = transposed(1), kTransposed2 = transposed(2), kTransposed3 = transposed(3);
constexpr Places kDepthwise2 = by_kernel(2, true, Places::kDepthwise);
constexpr Places kDepthwise3 = by_kernel(3, true, Places::kDepthwise);
constexpr Places kDilated2 = by_kernel(2, true), kDilated3 = by_kernel(3, true);
constexpr Places kSlow2 = by_kernel(2, false), kSlow3 = by_kernel(3, false);
constexpr Places kSlowTransposed2 = transposed_by_kernel(2), kSlowTransposed3 = transposed_by_kernel(3);
// input, weight, bias, stride, padding, dilation, transposed, output_padding, groups
constexpr Places kGeneral = {.bias = 2,
                             .stride = 3,
                             .padding = 4,
                             .dilation = 5,
                             .output_padding = 7,
                             .groups = 8,
                             .transposed = 6,
                             .takes_unbatched = false,
                             .dispatches = true};
// input, weight, bias, stride, padding ("same" too), dilation, groups
constexpr Places kMode = {
    .bias = 2, .stride = 3, .padding = 4, .dilation = 5, .groups = 6, .takes_unbatched = false, .dispatches = true};
// self, weight, bias, stride, padding, dilation, groups
constexpr Places kFusedRelu = {
    .bias = 2, .stride = 3, .padding = 4, .dilation = 5, .groups = 6, .takes_unbatched = false};
// self, weight, z, alpha, bias, stride, padding, dilation, groups
constexpr Places kFusedAddRelu = {
    .bias = 4, .stride = 5, .padding = 6, .dilation = 7, .groups = 8, .takes_unbatched = false};
// self, weight, padding, stride, dilation, groups
constexpr Places kCudnn = {.stride = 3, .padding = 2, .dilation = 4, .groups = 5, .takes_unbatched = false};
// self, weight, padding, output_padding, stride, dilation, groups
constexpr Places kCudnnTransposed = {.stride = 4,
                                     .padding = 2,
                                     .dilation = 5,
                                     .output_padding = 3,
                                     .groups = 6,
                                     .is_transposed = true,
                                     .takes_unbatched = false};
// self, weight, bias, padding, stride, dilation, groups
constexpr Places kMkldnn = {.bias = 2, .stride = 4, .padding = 3, .dilation = 5, .groups = 6, .takes_unbatched = false};
// self, weight, bias, padding, output_padding, stride, dilation, groups
constexpr Places kMiopenTransposed = {.bias = 2,
                                      .stride = 5,
                                      .padding = 3,
                                      .dilation = 6,
                                      .output_padding = 4,
                                      .groups = 7,
                                      .is_transposed = true,
                                      .takes_unbatched = false};
// input, weight, bias, padding, stride
constexpr Places kNnpack = {.bias = 2, .stride = 4, .padding = 3, .takes_unbatched = false, .spatial = 2};

// NNPACK takes no single number for both dims.
std::optional<RuleFailure> check_pairs(const Facts& inputs) {
  for (const std::size_t place : {3, 4}) {
    const auto* list = inputs[place].get<ListFact>();
    if (list != nullptr && *list->elements && (*list->elements)->size() != 2) {
      return misfit("two numbers are expected: " + inputs[place].to_string());
    }
  }
  return std::nullopt;
}

bool is_by_name(const Places& places) { return places.dispatches && places.spatial != 0; }

// What becomes of a bias of another dtype: the kernels that begin with it cast it, those that add it do where it fits,
// oneDNN refuses it; and so do conv1d, conv2d and conv3d themselves.
enum class Bias { same, fitting, any, by_kernel };

Bias bias_taken(const Facts& inputs, const Places& places, const Convolution& conv) {
  if (&places == &kSlow2 || &places == &kSlow3 || &places == &kDilated2 || &places == &kDilated3) return Bias::any;
  if (&places == &kSlowTransposed2) return Bias::fitting;
  const bool padded_by_word = inputs.size() > 4 && inputs[4].get<StrFact>() != nullptr;
  const bool compares = is_by_name(places) && !conv.transposed && !padded_by_word;
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (!places.dispatches || compares || dtype == DType::bf16) return Bias::same;
  if (dtype == DType::f32 || dtype == DType::f16) return Bias::by_kernel;
  if (!conv.transposed) return Bias::any;
  return conv.spatial < 3 ? Bias::fitting : Bias::same;
}

std::optional<RuleFailure> check_bias_dtype(const Facts& inputs, const Places& places, const Convolution& conv) {
  const TensorFact* bias = places.bias < 0 ? nullptr : inputs[static_cast<std::size_t>(places.bias)].tensor();
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (bias == nullptr || !bias->dtype || !dtype || *bias->dtype == *dtype) return std::nullopt;
  const Bias taken = bias_taken(inputs, places, conv);
  if (taken == Bias::any || (taken == Bias::fitting && can_cast(*bias->dtype, *dtype))) return std::nullopt;
  if (taken == Bias::by_kernel) return missing("which kernel runs decides whether it takes a bias of another dtype");
  return misfit("input and bias have different dtypes: " +
                shapes_text(inputs, {0, static_cast<std::size_t>(places.bias)}));
}

RuleResult<std::optional<DType>> shared_dtype(const Facts& inputs, const Places& places, const Convolution& conv) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_REFUSE(check_bias_dtype(inputs, places, conv));
  return dtype;
}

// Of no batch or no channels LibTorch multiplies input and weight element by element and adds the bias, so that their
// dtypes promote; the weight of no batch is a number. The convolutions by name compare dtypes first, in part.
RuleResult<std::optional<DType>> dtype_of_nothing(const Facts& inputs, const Places& places, const Convolution& conv) {
  const std::optional<DType> input = inputs[0].tensor()->dtype;
  const bool by_name = is_by_name(places);
  if (by_name && input && is_complex(*input)) return shared_dtype(inputs, places, conv);
  const Fact factor = tensor_fact(inputs[1].tensor()->dtype, conv.has_no_channels() ? conv.weight : Dims());
  const std::optional<DType> dtype = result_dtype({&inputs[0], &factor});
  const TensorFact* bias = inputs[2].tensor();
  if (bias == nullptr || !bias->dtype || !input || !dtype) return dtype;
  const bool same = by_name && !places.is_transposed && inputs[4].get<StrFact>() == nullptr;
  if (same ? *bias->dtype == *input : can_cast(*bias->dtype, *dtype)) return dtype;
  return misfit("the bias has another dtype than the input: " + shapes_text(inputs, {0, 2}));
}

// The kernels that nothing stands in front of look at the dims from `first` on.
std::optional<RuleFailure> refuse_empty_image(const Facts& inputs, std::size_t first) {
  const Dims& dims = *inputs[0].tensor()->dims;
  for (std::size_t dim = first; dim < dims.size(); ++dim) {
    if (dims[dim] == Dim(Expr(0))) return misfit("the image has no elements: " + inputs[0].to_string());
  }
  return std::nullopt;
}

// What oneDNN has tensors for.
std::optional<RuleFailure> check_library_dtype(const Fact& input) {
  const std::optional<DType> dtype = input.tensor()->dtype;
  if (!dtype || *dtype == DType::i8 || *dtype == DType::u8) return std::nullopt;
  if (*dtype == DType::f32 || *dtype == DType::f16 || *dtype == DType::bf16) return std::nullopt;
  return misfit("oneDNN has no convolution of this dtype: " + input.to_string());
}

template <const Places& places>
RuleResult<Facts> shape_of(const Facts& inputs) {
  if (&places == &kNnpack) FA_REFUSE(check_pairs(inputs));
  FA_RULE(const Convolution conv, read_convolution(inputs, places));
  const bool nothing = conv.dispatches && (conv.has_no_batch() || conv.has_no_channels());
  FA_RULE(const std::optional<DType> dtype,
          nothing ? dtype_of_nothing(inputs, places, conv) : shared_dtype(inputs, places, conv));
  if (&places == &kSlowTransposed2 || &places == &kSlowTransposed3) FA_REFUSE(refuse_empty_image(inputs, 0));
  if (&places == &kSlow2 || &places == &kSlow3) FA_REFUSE(refuse_empty_image(inputs, 1));
  if (&places == &kNnpack && dtype && *dtype != DType::f32) {
    return misfit("NNPACK computes in f32: " + inputs[0].to_string());
  }
  if (&places == &kMkldnn) FA_REFUSE(check_library_dtype(inputs[0]));
  FA_RULE(Dims output, convolution_output(conv, inputs));
  // LibTorch's slow_conv_transpose2d, alone of all, adds a batch dim to an input without one.
  if (&places == &kSlowTransposed2 && !conv.batched) output.insert(output.begin(), Expr(1));
  return one(tensor_fact(dtype, output));
}

template <const Places& places>
RuleResult<Work> work_of(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Convolution conv, read_convolution(inputs, places));
  FA_RULE(const Dims output, dims_at(outputs, 0));
  FA_RULE(const ConvolutionMacs macs, convolution_macs(conv, output));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, macs.all);
  if (&places == &kFusedAddRelu) {
    const bool scaled = !none_at(inputs, 3) && !(number_of(inputs[3]) == 1.0);
    if (scaled) counter.per_output(WorkClass::mul);
    counter.per_output(WorkClass::add);
  }
  if (&places == &kFusedAddRelu || &places == &kFusedRelu) counter.per_output(WorkClass::compare);
  return counter.valid_macs(macs.valid).work();
}

// conv_tbc(self [T, B, Cin], weight [K, Cin, Cout], bias, pad): a 1-d convolution with its dims in another order.
RuleResult<Convolution> read_tbc(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  FA_RULE(const Dims bias, dims_at(inputs, 2));
  FA_RULE(const Expr padding, int_at(inputs, 3));
  if (input.size() != 3 || weight.size() != 3 || bias.size() != 1 || !same_dim(input[2], weight[1]) ||
      !same_dim(weight[2], bias[0])) {
    return misfit("conv_tbc expects [T,B,Cin], [K,Cin,Cout] and [Cout]: " + shapes_text(inputs, {0, 1, 2}));
  }
  Convolution conv;
  conv.may_be_empty = true;  // and a negative padding cuts
  conv.spatial = 1;
  conv.input = {input[1], input[2], input[0]};
  conv.weight = {weight[2], weight[1], weight[0]};
  conv.stride = conv.dilation = {Expr(1)};
  conv.output_padding = {Expr(0)};
  conv.padding_before = conv.padding_after = {padding};
  return conv;
}

RuleResult<Facts> shape_of_tbc(const Facts& inputs) {
  FA_RULE(const Convolution conv, read_tbc(inputs));
  FA_RULE(const Dims output, convolution_output(conv, inputs));
  const bool multiplies = output[2] != Dim(Expr(0)) && conv.weight[2] != Dim(Expr(0));  // a product for each tap
  if (multiplies) {
    FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, {output[2], output[0], output[1]}));
}

RuleResult<Work> work_of_tbc(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Convolution conv, read_tbc(inputs));
  FA_RULE(const Dims output, dims_at(outputs, 0));
  FA_RULE(const ConvolutionMacs macs, convolution_macs(conv, {output[1], output[2], output[0]}));
  return WorkCounter(inputs, outputs).count(WorkClass::mac, macs.all).valid_macs(macs.valid).work();
}

// B batch, K kernel taps, OUT and IN spatial sizes, G groups; n outputs
constexpr char kForward[] = "mac = B*Cout*(Cin/G)*K*OUT";
constexpr char kTransposed[] = "mac = B*Cin*(Cout/G)*K*IN";
constexpr char kEither[] = "mac = B*Cout*(Cin/G)*K*OUT, transposed B*Cin*(Cout/G)*K*IN";
constexpr char kRelu[] = "mac = B*Cout*(Cin/G)*K*OUT, compare = n";
constexpr char kAddRelu[] = "mac = B*Cout*(Cin/G)*K*OUT, add = n, compare = n; alpha other than 1: mul = n";

#define CONV(name, places, formula) \
  { name, shape_of<places>, work_of<places>, formula }

// clang-format off
constexpr OpSpec kRows[] = {
    CONV("aten::_conv_depthwise2d",            kDepthwise2,       kForward),
    CONV("aten::_convolution",                 kGeneral,          kEither),
    CONV("aten::_convolution.deprecated",      kGeneral,          kEither),
    CONV("aten::_convolution_mode",            kMode,             kForward),
    CONV("aten::_mps_convolution",             kMkldnn,           kForward),
    CONV("aten::_mps_convolution_transpose",   kCudnnTransposed,  kTransposed),
    CONV("aten::_nnpack_spatial_convolution",  kNnpack,           kForward),
    CONV("aten::_slow_conv2d_forward",         kSlow2,            kForward),
    CONV("aten::conv1d",                       kPlain1,           kForward),
    CONV("aten::conv1d.padding",               kPlain1,           kForward),
    CONV("aten::conv2d",                       kPlain2,           kForward),
    CONV("aten::conv2d.padding",               kPlain2,           kForward),
    CONV("aten::conv3d",                       kPlain3,           kForward),
    CONV("aten::conv3d.padding",               kPlain3,           kForward),
    CONV("aten::conv_depthwise3d",             kDepthwise3,       kForward),
    {"aten::conv_tbc", shape_of_tbc, work_of_tbc, kForward},
    CONV("aten::conv_transpose1d",             kTransposed1,      kTransposed),
    CONV("aten::conv_transpose2d.input",       kTransposed2,      kTransposed),
    CONV("aten::conv_transpose3d.input",       kTransposed3,      kTransposed),
    CONV("aten::convolution",                  kGeneral,          kEither),
    CONV("aten::convolution_overrideable",     kGeneral,          kEither),
    CONV("aten::cudnn_convolution",            kCudnn,            kForward),
    CONV("aten::cudnn_convolution_add_relu",   kFusedAddRelu,     kAddRelu),
    CONV("aten::cudnn_convolution_relu",       kFusedRelu,        kRelu),
    CONV("aten::cudnn_convolution_transpose",  kCudnnTransposed,  kTransposed),
    CONV("aten::miopen_convolution",           kMkldnn,           kForward),
    CONV("aten::miopen_convolution_add_relu",  kFusedAddRelu,     kAddRelu),
    CONV("aten::miopen_convolution_relu",      kFusedRelu,        kRelu),
    CONV("aten::miopen_convolution_transpose", kMiopenTransposed, kTransposed),
    CONV("aten::miopen_depthwise_convolution", kMkldnn,           kForward),
    CONV("aten::mkldnn_convolution",           kMkldnn,           kForward),
    CONV("aten::slow_conv3d",                  kSlow3,            kForward),
    CONV("aten::slow_conv3d_forward",          kSlow3,            kForward),
    CONV("aten::slow_conv_dilated2d",          kDilated2,         kForward),
    CONV("aten::slow_conv_dilated3d",          kDilated3,         kForward),
    CONV("aten::slow_conv_transpose2d",        kSlowTransposed2,  kTransposed),
    CONV("aten::slow_conv_transpose3d",        kSlowTransposed3,  kTransposed),
    CONV("aten::thnn_conv2d",                  kSlow2,            kForward),
};
// clang-format on
#undef CONV

}  // namespace

std::span<const OpSpec> convolution_ops() { return kRows; }

}  // namespace flopaudit
