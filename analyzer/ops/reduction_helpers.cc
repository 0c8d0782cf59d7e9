#include "analyzer/ops/reduction_helpers.h"

namespace flopaudit {

RuleResult<Dims> reduced_dims(const Facts& inputs, const Places& places) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (places.dim < 0) return Dims();
  FA_RULE(const std::vector<bool> mask, dims_mask_at(inputs, static_cast<std::size_t>(places.dim), input.size()));
  bool keep = false;
  if (places.keepdim >= 0) {
    FA_RULE(keep, bool_at(inputs, static_cast<std::size_t>(places.keepdim)));
  }
  Dims output;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!mask[i]) {
      output.push_back(input[i]);
    } else if (keep) {
      output.push_back(Expr(1));
    }
  }
  return output;
}

RuleResult<std::optional<DType>> reduced_dtype(const Facts& inputs, const Places& places, ResultType type) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  std::optional<DType> dtype = tensor->dtype;
  const bool given = places.dtype >= 0 && !none_at(inputs, static_cast<std::size_t>(places.dtype));
  if (given) {
    FA_RULE(dtype, dtype_argument_at(inputs, static_cast<std::size_t>(places.dtype), dtype));
  } else if (type == ResultType::boolean) {
    return std::optional(dtype == DType::u8 ? DType::u8 : DType::boolean);  // LibTorch keeps the bytes of old masks
  } else if (type == ResultType::index) {
    return std::optional(DType::i64);
  } else if (type == ResultType::sum && dtype && is_integral(*dtype)) {
    return std::optional(DType::i64);
  }
  if (type != ResultType::floating && type != ResultType::real) return dtype;
  if (dtype && is_integral(*dtype)) {
    return misfit("this reduction needs a floating dtype and the input is " + inputs[0].to_string());
  }
  return dtype && type == ResultType::real ? std::optional(real_dtype(*dtype)) : dtype;
}

std::optional<RuleFailure> refuse_empty(const Facts& inputs, const Places& places) {
  RuleResult<Dims> input = dims_at(inputs, 0);
  if (!input) return std::nullopt;
  const bool all = places.dim < 0 || none_at(inputs, static_cast<std::size_t>(places.dim));
  std::vector<bool> mask(input->size(), true);
  if (!all) {
    const auto given = dims_mask_at(inputs, static_cast<std::size_t>(places.dim), input->size());
    if (!given) return given.failure();
    mask = *given;
  }
  for (std::size_t i = 0; i < input->size(); ++i) {
    const Dim& dim = (*input)[i];
    if (mask[i] && dim && *dim == Expr(0))
      return misfit("nothing to reduce: a dim of size 0 in " + inputs[0].to_string());
  }
  return std::nullopt;
}

std::optional<RuleFailure> refuse_complex_input(const Facts& inputs) {
  const TensorFact* tensor = inputs.empty() ? nullptr : inputs[0].tensor();
  if (tensor == nullptr || !tensor->dtype || !is_complex(*tensor->dtype)) return std::nullopt;
  return misfit("complex numbers have no order: " + inputs[0].to_string());
}

RuleResult<ReductionSizes> reduction_sizes(const Facts& inputs, const Facts& outputs) {
  ReductionSizes sizes;
  FA_RULE(sizes.elements, elements_at(inputs, 0));
  FA_RULE(sizes.outputs, elements_at(outputs, 0));
  sizes.steps = reduction_steps(sizes.elements, sizes.outputs);
  return sizes;
}

}  // namespace flopaudit
