// Quantized ops that are floating ones between a dequantization of their inputs and a quantization of their result
// (quantized_helpers.h): those cost what the floating op costs in f32, and both conversions. Ops that keep the scale of
// their input compare integers.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/quantized_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// --- a floating op between both conversions ---

Facts batch_norm(const Facts& f);
Facts instance_norm(const Facts& f);
Facts first_and_item(const Facts& f);
Facts softmax(const Facts& f);
Facts sum_with_item(const Facts& f);

struct Wrapped {
  const char* op;                    // the floating op's row
  Facts (*arguments)(const Facts&);  // its arguments from those of the quantized op, the quantized tensors in front
  std::size_t quantized_inputs = 1;
  int out = -1;                                // the argument that the result is written into
  bool resizes = false;                        // an out tensor of another shape, into which others copy
  std::size_t least_rank = 0, most_rank = 64;  // of the first, where the quantized op is narrower than the floating one
};

std::optional<RuleFailure> check_rank(const Wrapped& wrapped, const Facts& arguments) {
  const TensorFact* tensor = arguments[0].tensor();
  if (tensor == nullptr || !tensor->dims) return std::nullopt;
  const std::size_t rank = tensor->dims->size();
  if (rank >= wrapped.least_rank && rank <= wrapped.most_rank) return std::nullopt;
  return misfit("the quantized op does not take " + std::to_string(rank) + " dims: " + arguments[0].to_string());
}

// A number that is given as a tensor, which may have any rank.
std::optional<RuleFailure> check_item(const Wrapped& wrapped, const Facts& inputs) {
  if (wrapped.arguments != first_and_item && wrapped.arguments != sum_with_item) return std::nullopt;
  const RuleResult<const TensorFact*> tensor = tensor_at(inputs, 1);
  if (!tensor) return tensor.failure();
  if (!(*tensor)->dims || same_dim(element_count(**tensor), Expr(1))) return std::nullopt;
  return misfit("a tensor of one element is taken for a number: " + inputs[1].to_string());
}

// A result of LibTorch's that is copied into an out tensor, whose shape stays.
RuleResult<Facts> copied_into(const Facts& inputs, std::size_t place, const Fact& result) {
  FA_REFUSE(need_quantized(inputs, place));
  FA_RULE(const Dims dims, dims_at({result}, 0));
  FA_RULE(const Dims out, dims_at(inputs, place));
  if (cannot_expand(dims, out)) {
    return misfit("the result " + text(dims) + " does not fit the out tensor " + inputs[place].to_string());
  }
  return one(inputs[place]);
}

// What a number is added to or multiplied by is copied into the out tensor, or makes it resize: by the number and the
// quantization, which no fact states.
RuleResult<Facts> maybe_copied_into(const Facts& inputs, std::size_t place, const Fact& result) {
  FA_REFUSE(need_quantized(inputs, place));
  FA_RULE(const Dims out, dims_at(inputs, place));
  FA_RULE(const Dims dims, dims_at({result}, 0));
  if (same_dims(dims, out)) return one(inputs[place]);
  return missing("whether the out tensor is resized depends on its quantization");
}

// Where LibTorch quantizes floating numbers, and not in its kernels.
std::optional<RuleFailure> check_zero_point(const Facts& inputs, std::size_t place, std::optional<DType> dtype) {
  const std::optional<std::int64_t> zero_point = constant_of(inputs.at(place));
  if (!zero_point || !dtype || *dtype == DType::qi32) return std::nullopt;
  const std::int64_t least = *dtype == DType::qu8 ? 0 : -128;
  if (*zero_point >= least && *zero_point <= least + 255) return std::nullopt;
  return misfit("the zero point is no number of the dtype: " + inputs[place].to_string());
}

// Of no batch the parameters of groups are not looked at.
Facts looked_at(const Wrapped& wrapped, Facts arguments) {
  const TensorFact* input = arguments[0].tensor();
  const bool groups = wrapped.op == std::string_view("aten::group_norm");
  if ((!groups && wrapped.arguments != instance_norm) || !input->dims || input->dims->empty()) return arguments;
  const std::size_t place = groups ? 2 : 1;
  if ((*input->dims)[0] == Dim(Expr(0))) arguments[place] = arguments[place + 1] = Fact::none();
  return arguments;
}

template <const Wrapped& wrapped>
RuleResult<Facts> shape_of_wrapped(const Facts& inputs) {
  const Facts arguments = wrapped.arguments(inputs);
  for (std::size_t place = 0; place < wrapped.quantized_inputs; ++place) FA_REFUSE(need_quantized(arguments, place));
  FA_REFUSE(check_rank(wrapped, arguments));
  FA_REFUSE(check_item(wrapped, inputs));
  if (wrapped.arguments == softmax || wrapped.op == std::string_view("aten::matmul")) {
    FA_REFUSE(check_zero_point(inputs, 3, arguments[0].tensor()->dtype));
  }
  if (wrapped.arguments == batch_norm && (none_at(inputs, 1) || none_at(inputs, 2))) {
    return misfit("a quantized batch norm has a weight and a bias");
  }
  if (wrapped.arguments == batch_norm && has_no_elements(arguments[0])) return same_as_first(arguments);  // a copy
  FA_RULE(Facts facts, shape_of(*find_op(wrapped.op), as_floating(looked_at(wrapped, arguments))));
  facts.resize(1);
  TensorFact& result = *facts[0].get<TensorFact>();
  result.dtype = arguments[0].tensor()->dtype;
  if (wrapped.out < 0) return facts;
  const auto place = static_cast<std::size_t>(wrapped.out);
  if (wrapped.quantized_inputs == 1 && !wrapped.resizes) return maybe_copied_into(inputs, place, facts[0]);
  FA_REFUSE(need_quantized(inputs, place));
  result.dtype = inputs[place].tensor()->dtype;
  result.alias_class = inputs[place].tensor()->alias_class;
  return facts;
}

template <const Wrapped& wrapped>
RuleResult<Work> work_of_wrapped(const Facts& inputs, const Facts& outputs) {
  const Facts arguments = looked_at(wrapped, wrapped.arguments(inputs));
  WorkCounter counter(arguments, outputs);
  if (wrapped.arguments == batch_norm && has_no_elements(arguments[0])) return counter.work();
  for (std::size_t place = 0; place < wrapped.quantized_inputs; ++place) {
    FA_RULE(const Expr elements, elements_at(arguments, place));
    count_dequantize(counter, elements, arguments[place].tensor()->dtype);
  }
  // Of the op's own result, which may be smaller than an out tensor that it is copied into.
  FA_RULE(const Facts results, shape_of(*find_op(wrapped.op), as_floating(arguments)));
  FA_RULE(const Expr elements, elements_at(results, 0));
  count_quantize(counter, elements, outputs[0].tensor()->dtype);
  FA_RULE(Work work, counter.work());
  FA_RULE(const Work inside, work_of(*find_op(wrapped.op), as_floating(arguments), results));
  for (const auto& [key, count] : inside.operations) work.add(key.first, key.second, count);
  return work;
}

// cat(qx, dim, scale, zero_point), cat_out(qx, dim, out): each brought to the one scale.
template <bool to_out>
RuleResult<Facts> shape_of_cat(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  for (std::size_t i = 0; i < tensors.size(); ++i) FA_REFUSE(need_quantized(tensors, i));
  FA_RULE(Facts facts, shape_of(*find_op("aten::cat"), {inputs[0], inputs[1]}));
  if (to_out) return copied_into(inputs, 2, facts[0]);
  FA_REFUSE(check_zero_point(inputs, 3, tensors.empty() ? std::nullopt : tensors[0].tensor()->dtype));
  return facts;
}
RuleResult<Work> work_of_cat(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  const Facts read = {inputs[0]};
  WorkCounter counter(read, outputs);
  count_dequantize(counter, elements, outputs[0].tensor()->dtype);
  count_quantize(counter, elements, outputs[0].tensor()->dtype);
  return counter.work();
}

// The integers themselves are compared: relu6, clamp, threshold.
template <const Wrapped& wrapped>
RuleResult<Facts> shape_of_integers(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(Facts results, shape_of(*find_op(wrapped.op), wrapped.arguments(inputs)));
  results[0].get<TensorFact>()->dtype = inputs[0].tensor()->dtype;  // whatever the bounds are
  return results;
}
template <const Wrapped& wrapped>
RuleResult<Work> work_of_integers(const Facts& inputs, const Facts& outputs) {
  return work_of(*find_op(wrapped.op), wrapped.arguments(inputs), outputs);
}

// matmul: integer multiply-accumulates, requantized.
RuleResult<Work> work_of_matmul(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Work inside, work_of(*find_op("aten::matmul"), as_floating(inputs), as_floating(outputs)));
  FA_RULE(const Expr results, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::integer, inside.total(WorkClass::mac) + inside.total(WorkClass::mul));
  count_requantize(counter, results, outputs[0].tensor()->dtype);
  return counter.work();
}

Fact real(double value) { return Fact::floating(value); }
Facts first(const Facts& f) { return {f.at(0)}; }
Facts first_two(const Facts& f) { return {f.at(0), f.at(1)}; }
Facts first_and_item(const Facts& f) { return {f.at(0), Fact(FloatFact{})}; }
Facts sum_with_item(const Facts& f) { return {f.at(0), Fact(FloatFact{}), Fact::integer(1)}; }
Facts first_three(const Facts& f) { return {f.at(0), f.at(1), f.at(2)}; }
Facts sum_of(const Facts& f) { return {f.at(0), f.at(1), Fact::integer(1)}; }
// Of the parameters of a batch norm the elements alone are counted.
Fact in_a_row(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  return tensor == nullptr || !tensor->dims ? fact : tensor_fact(tensor->dtype, {product(*tensor->dims)});
}
Facts batch_norm(const Facts& f) {
  return {f.at(0), in_a_row(f.at(1)), in_a_row(f.at(2)),   in_a_row(f.at(3)), in_a_row(f.at(4)), Fact::boolean(false),
          real(0), f.at(5),           Fact::boolean(false)};
}
Facts layer_norm(const Facts& f) { return {f.at(0), f.at(1), f.at(2), f.at(3), f.at(4), Fact::boolean(false)}; }
Facts instance_norm(const Facts& f) {
  return {f.at(0),      f.at(1),      f.at(2),
          Fact::none(), Fact::none(), Fact::boolean(true),
          real(0),      f.at(3),      Fact::boolean(false)};
}
Facts elu(const Facts& f) { return {f.at(0), f.at(3), f.at(4), f.at(5)}; }
Facts celu(const Facts& f) { return {f.at(0), f.at(3)}; }
Facts softmax(const Facts& f) { return {f.at(0), f.at(1), Fact::none()}; }
Facts reversed_sum(const Facts& f) { return {f.at(1), f.at(0), Fact::integer(1)}; }
Facts reversed(const Facts& f) { return {f.at(1), f.at(0)}; }
Facts dropout(const Facts& f) { return {f.at(0), real(0), f.at(4)}; }  // a copy, whatever the probability

constexpr Wrapped kAdd = {"aten::add.Tensor", sum_of, 2}, kAddScalar = {"aten::add.Scalar", sum_of};
constexpr Wrapped kBatchNorm = {"aten::batch_norm", batch_norm, 1, -1, false, 2, 5};
constexpr Wrapped kBatchNorm1 = {"aten::batch_norm", batch_norm, 1, -1, false, 2, 3};
constexpr Wrapped kBatchNorm2 = {"aten::batch_norm", batch_norm, 1, -1, false, 4, 4};
constexpr Wrapped kBatchNorm3 = {"aten::batch_norm", batch_norm, 1, -1, false, 5, 5};
constexpr Wrapped kCelu = {"aten::celu", celu};
constexpr Wrapped kClamp = {"aten::clamp", first_three}, kElu = {"aten::elu", elu};
constexpr Wrapped kGroupNorm = {"aten::group_norm", layer_norm, 1, -1, false, 3},
                  kHardswish = {"aten::hardswish", first};
constexpr Wrapped kInstanceNorm = {"aten::instance_norm", instance_norm, 1, -1, false, 3},
                  kLayerNorm = {"aten::layer_norm", layer_norm};
constexpr Wrapped kLeaky = {"aten::leaky_relu", first_two}, kMatmul = {"aten::matmul", first_two, 2};
constexpr Wrapped kMul = {"aten::mul.Tensor", first_two, 2}, kMulScalar = {"aten::mul.Scalar", first_two};
constexpr Wrapped kPrelu = {"aten::prelu", first_two}, kRelu6 = {"aten::relu6", first};
constexpr Wrapped kSigmoid = {"aten::sigmoid", first}, kSoftmax = {"aten::softmax.int", softmax};
constexpr Wrapped kThreshold = {"aten::threshold", first_three};
constexpr Wrapped kAddOut = {"aten::add.Tensor", sum_of, 2, 2}, kAddScalarOut = {"aten::add.Scalar", sum_of, 1, 2};
constexpr Wrapped kMulOut = {"aten::mul.Tensor", first_two, 2, 2},
                  kMulScalarOut = {"aten::mul.Scalar", first_two, 1, 2};
constexpr Wrapped kAddTensor = {"aten::add.Scalar", sum_with_item}, kMulTensor = {"aten::mul.Scalar", first_and_item};
constexpr Wrapped kAddTensorOut = {"aten::add.Scalar", sum_with_item, 1, 2};
constexpr Wrapped kMulTensorOut = {"aten::mul.Scalar", first_and_item, 1, 2};
constexpr Wrapped kAddReversed = {"aten::add.Scalar", reversed_sum}, kMulReversed = {"aten::mul.Scalar", reversed};
constexpr Wrapped kMulReluScalarOut = {"aten::mul.Scalar", first_two, 1, 2, true};
constexpr Wrapped kMulReluTensorOut = {"aten::mul.Scalar", first_and_item, 1, 2, true};
constexpr Wrapped kDropout = {"aten::dropout", dropout};

// n inputs, o outputs
constexpr char kBoth[] =
    "the op in f32; dequantize: integer = n, convert = n, mul = n; quantize: div = o, convert += o, integer += 3o";
constexpr char kCat[] = "dequantize: integer = n, convert = n, mul = n; quantize: div = n, convert += n, integer += 3n";
constexpr char kIntegers[] = "integer = n per comparison";
constexpr char kMatmulText[] = "integer = B*M*N*K + 3o, convert = 2o, mul = o";

#define WRAPPED(name, op) \
  { name, shape_of_wrapped<op>, work_of_wrapped<op>, kBoth }
#define INTEGERS(name, op) \
  { name, shape_of_integers<op>, work_of_integers<op>, kIntegers }

// A fused ReLU is the lower clamp of the quantization.
// clang-format off
constexpr OpSpec kRows[] = {
    WRAPPED("_quantized::add",                        kAdd),
    WRAPPED("aten::quantized_batch_norm",             kBatchNorm),
    WRAPPED("quantized::add",                         kAdd),
    WRAPPED("quantized::add.Scalar",                  kAddScalar),
    WRAPPED("quantized::add.Scalar2",                 kAddReversed),
    WRAPPED("quantized::add.Scalar_out",              kAddScalarOut),
    WRAPPED("quantized::add.out",                     kAddOut),
    WRAPPED("quantized::add_out",                     kAddOut),
    WRAPPED("quantized::add_relu",                    kAdd),
    WRAPPED("quantized::add_relu.Scalar",             kAddScalar),
    WRAPPED("quantized::add_relu.Scalar2",            kAddReversed),
    WRAPPED("quantized::add_relu.Scalar_out",         kAddScalarOut),
    WRAPPED("quantized::add_relu.out",                kAddOut),
    WRAPPED("quantized::add_relu_out",                kAddOut),
    WRAPPED("quantized::add_scalar",                  kAddScalar),
    WRAPPED("quantized::add_scalar.Tensor",           kAddTensor),
    WRAPPED("quantized::add_scalar_out",              kAddScalarOut),
    WRAPPED("quantized::add_scalar_out.Tensor",       kAddTensorOut),
    WRAPPED("quantized::add_scalar_relu",             kAddScalar),
    WRAPPED("quantized::add_scalar_relu.Tensor",      kAddTensor),
    WRAPPED("quantized::add_scalar_relu_out",         kAddScalarOut),
    WRAPPED("quantized::add_scalar_relu_out.Tensor",  kAddTensorOut),
    WRAPPED("quantized::batch_norm",                  kBatchNorm),
    WRAPPED("quantized::batch_norm1d",                kBatchNorm1),
    WRAPPED("quantized::batch_norm1d_relu",           kBatchNorm1),
    WRAPPED("quantized::batch_norm2d",                kBatchNorm2),
    WRAPPED("quantized::batch_norm2d_relu",           kBatchNorm2),
    WRAPPED("quantized::batch_norm3d",                kBatchNorm3),
    WRAPPED("quantized::batch_norm3d_relu",           kBatchNorm3),
    WRAPPED("quantized::batch_norm_relu",             kBatchNorm),
    {"quantized::cat", shape_of_cat<false>, work_of_cat, kCat},
    {"quantized::cat_out", shape_of_cat<true>, work_of_cat, kCat},
    {"quantized::cat_relu", shape_of_cat<false>, work_of_cat, kCat},
    {"quantized::cat_relu_out", shape_of_cat<true>, work_of_cat, kCat},
    WRAPPED("quantized::celu",                        kCelu),
    INTEGERS("quantized::clamp",                      kClamp),
    WRAPPED("quantized::dropout",                     kDropout),
    WRAPPED("quantized::elu",                         kElu),
    WRAPPED("quantized::group_norm",                  kGroupNorm),
    WRAPPED("quantized::hardswish",                   kHardswish),
    WRAPPED("quantized::instance_norm",               kInstanceNorm),
    WRAPPED("quantized::layer_norm",                  kLayerNorm),
    WRAPPED("quantized::leaky_relu",                  kLeaky),
    {"quantized::matmul", shape_of_wrapped<kMatmul>, work_of_matmul, kMatmulText},
    WRAPPED("quantized::mul",                         kMul),
    WRAPPED("quantized::mul.Scalar",                  kMulScalar),
    WRAPPED("quantized::mul.Scalar2",                 kMulReversed),
    WRAPPED("quantized::mul.Scalar_out",              kMulScalarOut),
    WRAPPED("quantized::mul.out",                     kMulOut),
    WRAPPED("quantized::mul_out",                     kMulOut),
    WRAPPED("quantized::mul_relu",                    kMul),
    WRAPPED("quantized::mul_relu.Scalar",             kMulScalar),
    WRAPPED("quantized::mul_relu.Scalar2",            kMulReversed),
    WRAPPED("quantized::mul_relu.Scalar_out",         kMulReluScalarOut),
    WRAPPED("quantized::mul_relu.out",                kMulOut),
    WRAPPED("quantized::mul_relu_out",                kMulOut),
    WRAPPED("quantized::mul_scalar",                  kMulScalar),
    WRAPPED("quantized::mul_scalar.Tensor",           kMulTensor),
    WRAPPED("quantized::mul_scalar_out",              kMulScalarOut),
    WRAPPED("quantized::mul_scalar_out.Tensor",       kMulTensorOut),
    WRAPPED("quantized::mul_scalar_relu",             kMulScalar),
    WRAPPED("quantized::mul_scalar_relu.Tensor",      kMulTensor),
    WRAPPED("quantized::mul_scalar_relu_out",         kMulReluScalarOut),
    WRAPPED("quantized::mul_scalar_relu_out.Tensor",  kMulReluTensorOut),
    WRAPPED("quantized::prelu",                       kPrelu),
    INTEGERS("quantized::relu6",                      kRelu6),
    WRAPPED("quantized::sigmoid",                     kSigmoid),
    WRAPPED("quantized::softmax",                     kSoftmax),
    INTEGERS("quantized::threshold",                  kThreshold),
};
// clang-format on
#undef WRAPPED
#undef INTEGERS

}  // namespace

std::span<const OpSpec> quantized_ops() { return kRows; }

}  // namespace flopaudit
