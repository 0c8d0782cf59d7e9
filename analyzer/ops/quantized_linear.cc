// Quantized linear layers: their shapes and sums, and the packing of their parameters.
#include <cmath>

#include "analyzer/ops/quantized_layers.h"

namespace flopaudit {
namespace {

// Integers have a value for each output, of f32 but where oneDNN adds an activation; what is added to the products of
// f16 weights expands.
std::optional<RuleFailure> check_bias(const std::vector<Fact>& packed, const Layer& layer, const Dims& output) {
  const TensorFact* bias = packed[1].tensor();
  const std::optional<DType> weight = packed[0].tensor()->dtype;
  if (bias == nullptr || !bias->dims || !weight) return std::nullopt;
  const bool half = !is_quantized(*weight);
  const bool fits = half ? !cannot_expand(*bias->dims, {output.back()}) : same_dims(*bias->dims, {output.back()});
  if (bias->dims->size() != 1 || !fits) {
    return misfit("the bias should have one value for each output: " + packed[1].to_string());
  }
  return half || layer.leaky || layer.activation ? std::nullopt : need_f32(packed[1]);
}

// Of a weight that is no integers the first two dims are packed.
RuleResult<Dims> packed_dims(const std::vector<Fact>& packed) {
  FA_RULE(Dims dims, dims_at(packed, 0));
  const std::optional<DType> dtype = packed[0].tensor()->dtype;
  if (dtype && !is_quantized(*dtype) && dims.size() > 2) dims.resize(2);
  return dims;
}

// The scale that an input is given is an f32, whose reciprocal is multiplied by.
std::optional<RuleFailure> check_scale(const Fact& scale) {
  const std::optional<double> number = number_of(scale);
  if (!number || std::isfinite(1 / static_cast<float>(*number))) return std::nullopt;
  return misfit("a scale is not 0 and has a reciprocal: " + scale.to_string());
}

}  // namespace

// X [..., K] and a weight of [N, K]
RuleResult<Facts> quantized_linear_shape(const Facts& inputs, const Layer& layer) {
  FA_REFUSE(check_layer_input(inputs, layer));
  if (layer.dynamic && !layer.searched) FA_REFUSE(check_scale(inputs[1]));
  FA_RULE(Dims output, dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, layer.packed, kLinearFields));
  FA_RULE(const Dims weight, packed_dims(packed));
  if (output.empty() || weight.size() != 2 || !same_dim(output.back(), weight[1])) {
    return misfit("the input's last dim and the weight's do not fit: " + inputs[0].to_string() + " and " +
                  packed[0].to_string());
  }
  // A dynamic layer takes what was packed as f16 too, as the layer of f16 takes integers.
  if (!layer.dynamic || !layer.searched) FA_REFUSE(need_quantized(packed, 0));
  if (layer.dynamic && output.size() < 2) {
    return misfit("a dynamic layer takes 2 dims or more: " + inputs[0].to_string());
  }
  output.back() = weight[0];
  FA_REFUSE(check_bias(packed, layer, output));
  return one(tensor_fact(layer_result(inputs, layer), output));
}

RuleResult<Work> quantized_linear_work(const Facts& inputs, const Facts& outputs, const Layer& layer) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, layer.packed, kLinearFields));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(packed, 0));
  FA_RULE(const Expr out, elements_at(outputs, 0));
  Layer actual = layer;
  const std::optional<DType> dtype = packed[0].tensor()->dtype;
  if (layer.dynamic && dtype) actual.half_weight = !is_quantized(*dtype);
  return layer_work(inputs, outputs, actual, out * weight[1], !packed[1].is_none(), {inputs[0], packed[0], packed[1]});
}

// --- packing and unpacking: copies ---

// Of f16 LibTorch takes more dims than the layer, and reads as many numbers as the first two have.
RuleResult<Facts> packed_linear(const Facts& inputs, bool half) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() < 2 || (!half && weight.size() != 2)) {
    return misfit("a weight of 2 dims is expected: " + inputs[0].to_string());
  }
  if (product(weight) == Expr(0) && product(weight, 0, 2) != Expr(0)) {
    return misfit("the weight has no elements: " + inputs[0].to_string());
  }
  if (inputs.at(1).tensor() != nullptr && !half) {
    FA_RULE(const Dims bias, dims_at(inputs, 1));
    if (!same_dims(bias, {weight[0]})) {
      return misfit("the bias should have one value for each output: " + shapes_text(inputs, {0, 1}));
    }
  }
  Fact stored = inputs[0];
  if (half) stored.get<TensorFact>()->dims = Dims{weight[0], weight[1]};
  return one(Fact::tuple({stored, inputs.at(1)}));
}

RuleResult<Facts> unpacked(const Facts& inputs, std::size_t fields) {
  FA_RULE(std::vector<Fact> packed, packed_at(inputs, 0, fields));
  TensorFact* weight = packed[0].get<TensorFact>();
  if (weight != nullptr && weight->dtype && !is_quantized(*weight->dtype)) {
    weight->dtype = DType::f32;
    if (weight->dims && weight->dims->size() > 2) weight->dims->resize(2);
  }
  return Facts{packed[0], packed[1]};
}

}  // namespace flopaudit
