#include "analyzer/ops/convolution_helpers.h"

#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

Dim times(const Dim& a, const Expr& b) { return a ? Dim(*a * b) : a; }

// `stride`, `dilation`, ...: one number, or one a spatial dim; `plain` where the overload has no such argument.
RuleResult<std::vector<Expr>> per_dim(const Facts& inputs, int place, std::size_t spatial, std::int64_t plain) {
  if (place < 0) return std::vector<Expr>(spatial, Expr(plain));
  return ints_at(inputs, static_cast<std::size_t>(place), spatial);
}

std::optional<RuleFailure> read_same_padding(Convolution& conv) {
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    if (always_equal(conv.stride[dim], 1) == false) return misfit("padding \"same\" needs a stride of 1");
    if (!conv.kernel(dim)) return missing("the kernel size is unknown");
    const Expr total = conv.dilation[dim] * (*conv.kernel(dim) - Expr(1));
    conv.padding_before[dim] = floor_div(total, 2);
    conv.padding_after[dim] = total - conv.padding_before[dim];
  }
  return std::nullopt;
}

std::optional<RuleFailure> read_padding(Convolution& conv, const Facts& inputs, int place) {
  conv.padding_before = conv.padding_after = std::vector<Expr>(conv.spatial, Expr(0));
  if (place < 0) return std::nullopt;
  const auto index = static_cast<std::size_t>(place);
  const auto* word = index < inputs.size() ? inputs[index].get<StrFact>() : nullptr;
  if (word != nullptr) {
    if (!word->value) return missing("padding is an unknown string");
    if (*word->value == "valid") return std::nullopt;
    if (*word->value == "same") return read_same_padding(conv);
    return misfit("padding is neither \"valid\" nor \"same\": " + inputs[index].to_string());
  }
  const RuleResult<std::vector<Expr>> padding = ints_at(inputs, index, conv.spatial);
  if (!padding) return padding.failure();
  for (const Expr& side : *padding) {
    if (always_less(side, 0) == true) return misfit("a negative padding: " + inputs[index].to_string());
  }
  conv.padding_before = conv.padding_after = *padding;
  return std::nullopt;
}

std::optional<RuleFailure> read_output_padding(Convolution& conv, const Facts& inputs,
                                               const ConvolutionPlaces& places) {
  const RuleResult<std::vector<Expr>> padding = per_dim(inputs, places.output_padding, conv.spatial, 0);
  if (!padding) return padding.failure();
  conv.output_padding = *padding;
  for (const Expr& size : conv.output_padding) {
    if (conv.dispatches && always_less(size, 0) == true) {
      return misfit("a negative output padding: " + size.to_string());
    }
  }
  if (!conv.transposed) return std::nullopt;
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    const Expr& size = conv.output_padding[dim];
    if (always_less(size, 0) == true) return misfit("a negative output padding: " + size.to_string());
    if (places.bounds_output_padding && always_less(size, max(conv.stride[dim], conv.dilation[dim])) == false) {
      return misfit("output padding " + size.to_string() + " must be smaller than the stride " +
                    conv.stride[dim].to_string() + " or the dilation " + conv.dilation[dim].to_string());
    }
  }
  return std::nullopt;
}

std::optional<RuleFailure> read_groups(Convolution& conv, const Facts& inputs, int place) {
  if (place == ConvolutionPlaces::kDepthwise) {
    if (!conv.channels()) return missing("the number of channels is unknown");
    conv.groups = *conv.channels();
  } else if (place >= 0) {
    const RuleResult<Expr> groups = int_at(inputs, static_cast<std::size_t>(place));
    if (!groups) return groups.failure();
    conv.groups = *groups;
  }
  if (always_less(conv.groups, 1) == true) return misfit("groups must be at least 1");
  return std::nullopt;
}

Dim output_size(const Convolution& conv, std::size_t dim) {
  if (!conv.size(dim) || !conv.kernel(dim)) return std::nullopt;
  const Expr reach = conv.dilation[dim] * (*conv.kernel(dim) - Expr(1));  // from the first tap to the last
  const Expr padding = conv.padding_before[dim] + conv.padding_after[dim];
  if (conv.transposed) {
    return (*conv.size(dim) - Expr(1)) * conv.stride[dim] - padding + reach + conv.output_padding[dim] + Expr(1);
  }
  const Expr room = *conv.size(dim) + padding - reach - Expr(1);
  if (conv.truncates && room.constant().value_or(0) < 0) return Expr(1) - floor_div(Expr(0) - room, conv.stride[dim]);
  return floor_div(room, conv.stride[dim]) + Expr(1);
}

// Of an empty output oneDNN makes nothing, and looks at nothing more.
bool makes_nothing(const Convolution& conv) {
  if (!conv.truncates || conv.transposed) return false;
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    if (output_size(conv, dim) == Dim(Expr(0))) return true;
  }
  return false;
}

std::optional<RuleFailure> check_channels(const Convolution& conv, const Facts& inputs) {
  if (makes_nothing(conv)) return std::nullopt;
  const Dim expected = conv.transposed ? conv.weight[0] : times(conv.weight[1], conv.groups);
  if (expected && conv.channels() && !must_be_equal(*expected, *conv.channels())) {
    return misfit("input has " + conv.channels()->to_string() + " channels and the weight expects " +
                  expected->to_string() + ": " + shapes_text(inputs, {0, 1}));
  }
  if (!conv.weight[0]) return std::nullopt;
  if (always_less(*conv.weight[0], 1) == true) return misfit("the weight has no channels: " + inputs[1].to_string());
  if (!must_be_multiple(*conv.weight[0], conv.groups)) {
    return misfit(conv.weight[0]->to_string() + (conv.transposed ? " input" : " output") +
                  " channels are no multiple of " + conv.groups.to_string() + " groups");
  }
  return std::nullopt;
}

// A dispatching convolution refuses an empty image and an empty weight, but for no batch and for no channels.
std::optional<RuleFailure> check_elements(const Convolution& conv, const Facts& inputs) {
  if (!conv.dispatches || conv.has_no_channels()) return std::nullopt;
  if (product(conv.weight) == Expr(0)) return misfit("the weight has no elements: " + inputs[1].to_string());
  if (conv.has_no_batch() || product(conv.input) != Expr(0)) return std::nullopt;
  return misfit("the image has no elements: " + inputs[0].to_string());
}

std::optional<RuleFailure> check_bias(const Convolution& conv, const Facts& inputs, int place) {
  if (place < 0) return std::nullopt;
  const auto index = static_cast<std::size_t>(place);
  const RuleResult<const TensorFact*> bias = optional_tensor_at(inputs, index);
  if (!bias) {
    if (bias.failure().kind == RuleFailure::Kind::missing) return std::nullopt;  // it changes neither shape nor work
    return bias.failure();
  }
  if (*bias == nullptr || !(*bias)->dims) return std::nullopt;
  const Dims& dims = *(*bias)->dims;
  if (dims.size() == 1 && same_dim(dims[0], conv.output_channels())) return std::nullopt;
  return misfit("the bias should have one value for each output channel: " + shapes_text(inputs, {1, index}));
}

// A kernel's dims and the input's: [N,] C and as many.
std::optional<RuleFailure> read_ranks(Convolution& conv, const Facts& inputs, const ConvolutionPlaces& places) {
  if (conv.weight.size() < 3) return misfit("the weight has no kernel dims: " + shapes_text(inputs, {0, 1}));
  conv.spatial = conv.weight.size() - 2;
  if (places.spatial != 0 && conv.spatial != places.spatial) {
    return misfit("the weight should have " + std::to_string(places.spatial) +
                  " kernel dims: " + shapes_text(inputs, {0, 1}));
  }
  conv.batched = conv.input.size() == conv.weight.size();
  if (conv.batched || (places.takes_unbatched && conv.input.size() + 1 == conv.weight.size())) return std::nullopt;
  return misfit("input has " + std::to_string(conv.input.size()) + " dims and the weight " +
                std::to_string(conv.weight.size()) + ": " + shapes_text(inputs, {0, 1}));
}

// The kernels below the convolutions take a number a dim and nothing else; the others take one for all.
std::optional<RuleFailure> check_lengths(const Convolution& conv, const Facts& inputs,
                                         const ConvolutionPlaces& places) {
  for (const int place : {places.kernel, places.stride, places.padding, places.output_padding, places.dilation}) {
    if (place < 0) continue;
    const RuleResult<Dims> numbers = ints_at(inputs, static_cast<std::size_t>(place));
    if (!numbers || (*numbers).size() == conv.spatial) continue;  // what is no list is refused where it is read
    return misfit("this kernel takes " + std::to_string(conv.spatial) +
                  " numbers: " + shapes_text(inputs, {1, static_cast<std::size_t>(place)}));
  }
  return std::nullopt;
}

}  // namespace

Dim Convolution::output_channels() const { return transposed ? times(weight[1], groups) : weight[0]; }

RuleResult<Convolution> read_convolution(const Facts& inputs, const ConvolutionPlaces& places) {
  Convolution conv;
  FA_RULE(conv.input, dims_at(inputs, 0));
  FA_RULE(conv.weight, dims_at(inputs, 1));
  FA_REFUSE(read_ranks(conv, inputs, places));
  if (places.kernel >= 0) {
    FA_REFUSE(check_lengths(conv, inputs, places));
    FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, static_cast<std::size_t>(places.kernel), conv.spatial));
    if (!same_dims(Dims(conv.weight.begin() + 2, conv.weight.end()), Dims(kernel.begin(), kernel.end()))) {
      return misfit("the weight has another kernel: " +
                    shapes_text(inputs, {1, static_cast<std::size_t>(places.kernel)}));
    }
  }
  conv.transposed = places.is_transposed;
  conv.truncates = places.truncates;
  conv.dispatches = places.dispatches;
  conv.may_be_empty = places.may_be_empty;
  if (places.transposed >= 0) {
    FA_RULE(conv.transposed, bool_at(inputs, static_cast<std::size_t>(places.transposed)));
  }
  FA_RULE(conv.stride, per_dim(inputs, places.stride, conv.spatial, 1));
  FA_RULE(conv.dilation, per_dim(inputs, places.dilation, conv.spatial, 1));
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    const bool no_kernel = conv.dispatches && (conv.has_no_batch() || conv.has_no_channels());
    const std::int64_t least_dilation = no_kernel ? 0 : 1;  // which the kernels look at
    const bool stands_still = !places.any_dilation && always_less(conv.dilation[dim], least_dilation) == true;
    if (always_less(conv.stride[dim], 1) == true || stands_still) {
      return misfit("stride and dilation must be at least 1");
    }
  }
  FA_REFUSE(read_groups(conv, inputs, places.groups));
  FA_REFUSE(read_padding(conv, inputs, places.padding));
  FA_REFUSE(read_output_padding(conv, inputs, places));
  FA_REFUSE(check_channels(conv, inputs));
  FA_REFUSE(check_elements(conv, inputs));
  FA_REFUSE(check_bias(conv, inputs, places.bias));
  return conv;
}

RuleResult<Dims> convolution_output(const Convolution& conv, const Facts& inputs) {
  Dims output;
  if (conv.batched) output.push_back(conv.input[0]);
  // Of no channels LibTorch makes none, however many the weight has.
  const bool makes_no_channels = conv.dispatches && conv.has_no_channels();
  output.push_back(makes_no_channels ? Dim(Expr(0)) : conv.output_channels());
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    output.push_back(output_size(conv, dim));
    const bool known = output.back() && output.back()->constant();
    const bool may_be_empty =
        conv.may_be_empty || (conv.transposed ? conv.dispatches && conv.has_no_batch() : conv.truncates && known);
    if (output.back() && !must_be_at_least(*output.back(), may_be_empty ? 0 : 1)) {
      return misfit(std::string(conv.transposed ? "the padding leaves nothing of the output: "
                                                : "the kernel is larger than the padded input: ") +
                    shapes_text(inputs, {0, 1}));
    }
  }
  return output;
}

RuleResult<ConvolutionMacs> convolution_macs(const Convolution& conv, const Dims& output) {
  const std::optional<Expr> lead =
      product({conv.batched ? conv.input[0] : Dim(Expr(1)), conv.weight[0], conv.weight[1]});
  if (!lead) return missing("a dim of the convolution is unknown");
  if (product(output) == Expr(0)) return ConvolutionMacs{0, 0};
  ConvolutionMacs macs{*lead, *lead};
  for (std::size_t dim = 0; dim < conv.spatial; ++dim) {
    const Dim& result = output[output.size() - conv.spatial + dim];
    if (!conv.size(dim) || !result || !conv.kernel(dim)) return missing("a dim of the convolution is unknown");
    const std::optional<std::int64_t> kernel = conv.kernel(dim)->constant();
    if (!kernel) return missing("the kernel size is symbolic");
    // The side that slides, and the side that its taps fall onto: a transposed convolution is one seen from the output.
    const Expr& slides = conv.transposed ? *conv.size(dim) : *result;
    const Expr& meets = conv.transposed ? *result : *conv.size(dim);
    FA_RULE(const Expr inside,
            taps_inside(meets, slides, *kernel, conv.stride[dim], conv.padding_before[dim], conv.dilation[dim]));
    macs.all *= slides * Expr(*kernel);
    macs.valid *= inside;
  }
  return macs;
}

}  // namespace flopaudit
