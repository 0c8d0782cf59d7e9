// Quantized convolutions: their shapes and sums, and the packing of their parameters.
#include "analyzer/ops/convolution_helpers.h"
#include "analyzer/ops/quantized_layers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

// input, weight, bias, stride, padding, dilation, transposed, output_padding, groups
constexpr ConvolutionPlaces kPlaces = {.bias = 2,
                                       .stride = 3,
                                       .padding = 4,
                                       .dilation = 5,
                                       .output_padding = 7,
                                       .groups = 8,
                                       .transposed = 6,
                                       .takes_unbatched = false,
                                       .any_dilation = true,
                                       .bounds_output_padding = false,
                                       .truncates = true};

// LibTorch keeps two numbers for a convolution of one dim, of which the second counts.
Fact one_of(const Fact& fact) {
  const auto* list = fact.get<ListFact>();
  if (list == nullptr || !*list->elements || (*list->elements)->empty()) return fact;
  const Facts& numbers = **list->elements;
  return Fact::list({numbers.size() > 1 ? numbers[1] : numbers[0]});
}

bool is_of_one_dim(const Fact& weight) {
  return weight.tensor() != nullptr && weight.tensor()->dims && weight.tensor()->dims->size() == 3;
}

// The number for the dim of 1 in front of the one that counts, and that.
Fact two_of(const Fact& fact, std::int64_t plain) {
  const Fact last = one_of(fact);
  const auto* list = last.get<ListFact>();
  if (list == nullptr || !*list->elements || (*list->elements)->empty()) return fact;
  return Fact::list({Fact::integer(plain), (**list->elements)[0]});
}

// What was packed for one dim is, to an op of two, a kernel of one row.
void widen_to_two(std::vector<Fact>& packed) {
  Dims& weight = *packed[0].get<TensorFact>()->dims;
  weight.insert(weight.begin() + 2, Dim(Expr(1)));
  for (const PackedField field : {kStride, kDilation}) packed[field] = two_of(packed[field], 1);
  for (const PackedField field : {kPadding, kOutputPadding}) packed[field] = two_of(packed[field], 0);
}

RuleResult<Facts> convolution_facts(const Facts& inputs, const Layer& layer) {
  FA_RULE(std::vector<Fact> p, packed_at(inputs, layer.packed, kConvFields));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (layer.one_dim != (input.size() == 3)) {
    return misfit(std::string("the input should have ") + (layer.one_dim ? "3 dims: " : "4 dims or more: ") +
                  inputs[0].to_string());
  }
  const auto* transposed = p[kTransposed].get<BoolFact>();
  if (transposed != nullptr && transposed->value == false) p[kOutputPadding] = Fact::integer(0);  // not looked at
  if (is_of_one_dim(p[0]) && input.size() == 4) {
    widen_to_two(p);
  } else if (is_of_one_dim(p[0])) {
    for (const PackedField field : {kStride, kPadding, kOutputPadding, kDilation}) p[field] = one_of(p[field]);
  }
  return Facts{inputs.at(0), p[0], p[1], p[2], p[3], p[5], p[7], p[4], p[6]};
}

// The tensor that is added to the sum has its shape.
std::optional<RuleFailure> check_residual(const Facts& inputs, const Dims& output) {
  FA_REFUSE(need_quantized(inputs, 1));
  FA_RULE(const Dims residual, dims_at(inputs, 1));
  if (same_dims(residual, output)) return std::nullopt;
  return misfit("what is added should have the shape " + text(output) + ": " + inputs[1].to_string());
}

// A transposed convolution is set up while it is packed, of which oneDNN refuses taps that do not move on.
std::optional<RuleFailure> check_taps(const Facts& inputs, std::size_t spatial) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  FA_RULE(const Facts dilation, list_at(inputs, 5));
  for (std::size_t back = 1; back <= spatial; ++back) {
    const std::optional<Expr> number = integer_of(dilation[dilation.size() - back]);
    const Dim& taps = weight[weight.size() - back];
    if (number && taps && always_less(*number, 1) == true && always_less(1, *taps) == true) {
      return misfit("dilations are at least 1: " + inputs[5].to_string());
    }
  }
  return std::nullopt;
}

std::optional<RuleFailure> check_packing(const Facts& inputs, std::size_t spatial, bool transposed) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() != spatial + 2 && (spatial != 1 || weight.size() != 4)) {
    return misfit("a weight of " + std::to_string(spatial + 2) + " dims is expected: " + inputs[0].to_string());
  }
  for (std::size_t place = 2; place < (transposed ? 6 : 5); ++place) {
    FA_RULE(const Facts numbers, list_at(inputs, place));
    if (spatial == 1 ? numbers.empty() : numbers.size() != spatial) {
      return misfit("a number for each dim is expected: " + inputs[place].to_string());
    }
    const std::int64_t least = place == 2 ? 1 : 0;  // of strides, of paddings
    for (std::size_t dim = spatial == 1 ? numbers.size() - 1 : 0; place < 4 && dim < numbers.size(); ++dim) {
      const std::optional<Expr> number = integer_of(numbers[dim]);
      if (number && always_less(*number, least) == true) {
        return misfit("strides are at least 1 and paddings at least 0: " + inputs[place].to_string());
      }
    }
  }
  if (transposed) FA_REFUSE(check_taps(inputs, spatial));
  if (product(weight) == Expr(0)) return misfit("the weight has no elements: " + inputs[0].to_string());
  FA_RULE(const Expr parts, int_at(inputs, transposed ? 6 : 5));
  const bool divides = always_less(parts, 1) != true && (!weight[0] || must_be_multiple(*weight[0], parts));
  if (transposed ? always_less(parts, 2) != true && !divides : always_less(parts, 1) == true) {
    return misfit("the weight is not of so many groups: " + inputs[0].to_string() + " and " + parts.to_string());
  }
  if (none_at(inputs, 1)) return std::nullopt;
  FA_RULE(const Dims bias, dims_at(inputs, 1));
  FA_RULE(const Expr groups, int_at(inputs, transposed ? 6 : 5));
  const Dim channels = !transposed ? weight[0] : weight[1] ? Dim(*weight[1] * groups) : std::nullopt;
  if (same_dims(bias, {channels})) return std::nullopt;
  return misfit("the bias should have one value for each output: " + shapes_text(inputs, {0, 1}));
}

// oneDNN refuses it, which an output without elements does not come to.
std::optional<RuleFailure> check_dilation(const Convolution& conv, const Dims& output) {
  if (product(output) == Expr(0)) return std::nullopt;
  for (const Expr& dilation : conv.dilation) {
    if (always_less(dilation, 1) == true) return misfit("dilation must be at least 1");
  }
  return std::nullopt;
}

}  // namespace

RuleResult<Facts> quantized_convolution_shape(const Facts& inputs, const Layer& layer) {
  FA_REFUSE(check_layer_input(inputs, layer));
  FA_RULE(const Facts facts, convolution_facts(inputs, layer));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const Dims output, convolution_output(conv, facts));
  FA_REFUSE(check_dilation(conv, output));
  if (layer.residual && conv.transposed) return misfit("nothing is added to a transposed convolution");
  if (layer.residual) FA_REFUSE(check_residual(inputs, output));
  return one(tensor_fact(layer_result(inputs, layer), output));
}

RuleResult<Work> quantized_convolution_work(const Facts& inputs, const Facts& outputs, const Layer& layer) {
  FA_RULE(const Facts facts, convolution_facts(inputs, layer));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const Dims output, dims_at(outputs, 0));
  Expr products = 0;
  if (!has_no_elements(outputs[0])) {
    FA_RULE(const ConvolutionMacs macs, convolution_macs(conv, output));
    products = macs.all;
  }
  return layer_work(inputs, outputs, layer, products, !facts[2].is_none(), facts);
}

// --- packing: copies ---

RuleResult<Facts> packed_convolution(const Facts& inputs, std::size_t spatial, bool transposed) {
  const std::size_t shift = transposed ? 1 : 0;
  if (inputs.size() != 6 + shift) return misfit("a packing op with another number of arguments");
  FA_REFUSE(check_packing(inputs, spatial, transposed));
  const Fact none = Fact::list({Fact::integer(0)});
  Fact weight = inputs[0];
  Dims& dims =
      *weight.get<TensorFact>()->dims;  // a convolution of one dim keeps the dim of 1 that it works with to itself
  if (spatial == 1 && dims.size() == 4 && same_dim(dims[2], Expr(1))) dims.erase(dims.begin() + 2);
  return one(Fact::tuple({weight, inputs[1], inputs[2], inputs[3], transposed ? inputs[4] : none, inputs[4 + shift],
                          inputs[5 + shift], Fact::boolean(transposed)}));
}

RuleResult<Facts> packed_field(const Facts& inputs, PackedField field) {
  FA_RULE(std::vector<Fact> packed, packed_at(inputs, 0, kConvFields));
  if (is_of_one_dim(packed[0])) widen_to_two(packed);
  const auto* transposed = packed[kTransposed].get<BoolFact>();
  const auto* list = packed[field].get<ListFact>();
  if (field == kOutputPadding && transposed != nullptr && transposed->value == false && list && *list->elements) {
    return one(Fact::list(Facts((*list->elements)->size(), Fact::integer(0))));  // only transposed ones keep it
  }
  if (packed[field].get<BoolFact>() == nullptr) return one(packed[field]);
  FA_RULE(const bool flag, bool_at(packed, field));
  return one(Fact::integer(flag ? 1 : 0));
}

RuleResult<Facts> unpacked_image(const Facts& inputs) {
  FA_RULE(std::vector<Fact> packed, packed_at(inputs, 0, kConvFields));
  if (is_of_one_dim(packed[0])) widen_to_two(packed);
  return Facts{packed[0], packed[1]};
}

}  // namespace flopaudit
