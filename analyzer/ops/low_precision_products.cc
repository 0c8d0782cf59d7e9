// Matrix products with weights of few bits. The products are counted in the dtype in which they are summed: integers
// for _int_mm, the input's for packed weights, whose unpacking costs a mul and an add each (int4: scale and zero point)
// or a mul for each result (int8: scale). 8-bit floats have no dtype name here, so _scaled_mm needs its out_dtype.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/matmul_helpers.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> shape_of_int_mm(const Facts& inputs) {
  FA_RULE(const Dims dims, mm_dims(inputs, 0));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::optional<DType> dtype = inputs[i].tensor()->dtype;
    if (dtype && *dtype != DType::i8 && !(i == 0 && *dtype == DType::u8)) {
      return misfit("an integer product is of 8-bit integers, signed ones on the right side: " +
                    shapes_text(inputs, {0, 1}));
    }
  }
  return one(tensor_fact(DType::i32, dims));
}

RuleResult<Work> work_of_mm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return WorkCounter(inputs, outputs).count(WorkClass::mac, elements * left.back()).work();
}

// [M,K] by `rows` packed weights of K inputs each.
RuleResult<Facts> packed_product(const Facts& inputs, const Dim& rows, const Dim& width) {
  FA_RULE(const Dims input, dims_of_rank(inputs, 0, 2));
  if (width && !same_dim(input[1], width)) {
    return misfit("the packed weight does not fit the input: " + shapes_text(inputs, {0, 1}));
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, {input[0], rows}));
}

// _weight_int8pack_mm(self, mat2 [N,K], scales)
RuleResult<Facts> shape_of_int8(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_of_rank(inputs, 1, 2));
  if (weight[1] && !must_be_multiple(*weight[1], 16)) {  // so many are read at once, past the end of other rows
    return misfit("rows of a multiple of 16 are multiplied: " + inputs[1].to_string());
  }
  const std::optional<DType> packed = inputs[1].tensor()->dtype;
  if (packed && *packed != DType::i8) return misfit("the weight is i8: " + inputs[1].to_string());
  FA_RULE(const Dims scales, dims_at(inputs, 2));
  FA_RULE(const TensorFact* input, tensor_at(inputs, 0));
  const std::optional<DType> given = input->dtype;
  if (given && *given != DType::f32 && *given != DType::f16 && *given != DType::bf16) {
    return misfit("the input is f32, f16 or bf16: " + inputs[0].to_string());
  }
  if (scales.size() != 1 || !same_dim(scales[0], weight[0])) {
    return misfit("a scale for each row of the weight is needed: " + shapes_text(inputs, {1, 2}));
  }
  if (const auto dtype = same_dtype(inputs, 0, 2); !dtype) return dtype.failure();
  return packed_product(inputs, weight[0], weight[1]);
}
RuleResult<Work> work_of_int8(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  return counter.count(WorkClass::mac, elements * input.back()).count(WorkClass::mul, elements).work();
}

Dim scaled(const Dim& dim, std::int64_t factor) { return dim ? Dim(*dim * Expr(factor)) : std::nullopt; }

// _weight_int4pack_mm_for_cpu(self, mat2 [N,K/2], group size, scales and zeros)
RuleResult<Facts> shape_of_int4_cpu(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  if (weight.size() < 2 || !same_dim(product(weight, 2, weight.size()), Expr(1))) {
    return misfit("the packed weight has 2 dims: " + inputs[1].to_string());
  }
  const std::optional<DType> packed = inputs[1].tensor()->dtype;
  if (packed && *packed != DType::u8) return misfit("the packed weight is u8: " + inputs[1].to_string());
  if (const auto dtype = same_dtype(inputs, 0, 3); !dtype) return dtype.failure();
  const std::optional<std::int64_t> group = constant_of(inputs[2]);
  if (group && *group != 32 && *group != 64 && *group != 128 && *group != 256) {
    return misfit("groups are of 32, 64, 128 or 256 weights and not of " + std::to_string(*group));
  }
  FA_RULE(const Dims scales, dims_at(inputs, 3));
  if (scales.size() != 3 || !same_dim(scales[1], weight[0]) || !same_dim(scales[2], Expr(2))) {
    return misfit("a scale and a zero for each group and row are needed: " + shapes_text(inputs, {1, 3}));
  }
  return packed_product(inputs, weight[0], scaled(weight[1], 2));
}
// _weight_int4pack_mm(self, mat2 [N/8, K/(16t), 32, t/2], ...): t inner tiles
RuleResult<Facts> shape_of_int4_tiles(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_of_rank(inputs, 1, 4));
  const auto product = [](const Expr& a, const Expr& b) { return a * b; };
  return packed_product(inputs, scaled(weight[0], 8), lift(product, weight[1], scaled(weight[3], 2 * 16)));
}
RuleResult<Work> work_of_int4(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> result, known_dims_at(outputs, 0));
  const Expr weights = result[1] * input[1];
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, result[0] * weights);
  return counter.count(WorkClass::mul, weights).count(WorkClass::add, weights).work();
}

// _convert_weight_to_int4pack(_for_cpu)(weight, inner tiles)
RuleResult<Facts> shape_of_pack_cpu(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_of_rank(inputs, 0, 2));
  if (weight[0] && always_equal(mod(*weight[0], 16), 0) == false) {
    return misfit("rows are packed by 16: " + inputs[0].to_string());
  }
  if (inputs[0].tensor()->dtype && *inputs[0].tensor()->dtype != DType::i32) {
    return misfit("weights of i32 are packed: " + inputs[0].to_string());
  }
  if (weight[1] && always_equal(mod(*weight[1], 2), 0) == false) {
    return misfit("two weights of a row share a byte: " + inputs[0].to_string());
  }
  return one(tensor_fact(DType::u8, {weight[0], weight[1] ? Dim(floor_div(*weight[1], 2)) : std::nullopt}));
}
RuleResult<Facts> shape_of_pack_tiles(const Facts& inputs) {  // [N, K/2] of two values a byte
  FA_RULE(const Dims weight, dims_of_rank(inputs, 0, 2));
  FA_RULE(const std::int64_t tiles, constant_at(inputs, 1));
  if (tiles != 2 && tiles != 4 && tiles != 8) {
    return misfit("inner tiles are 2, 4 or 8 and not " + std::to_string(tiles));
  }
  const auto quotient = [](const Dim& dim, std::int64_t divisor) {
    return dim ? Dim(floor_div(*dim, divisor)) : std::nullopt;
  };
  return one(tensor_fact(DType::i32, {quotient(weight[0], 8), quotient(scaled(weight[1], 2), tiles * 16), Dim(Expr(32)),
                                      Dim(Expr(tiles / 2))}));
}

// _scaled_mm(self [M,K], mat2 [K,N], scale_a, scale_b, bias, scale_result, out_dtype, ...); _scaled_mm_v2 has out_dtype
// at 9. One byte an element of the operands.
template <std::size_t dtype_place>
RuleResult<Facts> shape_of_scaled_mm(const Facts& inputs) {
  FA_RULE(const Dims dims, mm_dims(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, dtype_place, std::nullopt));
  return one(tensor_fact(dtype, dims));
}
RuleResult<Work> work_of_scaled_mm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr left, elements_at(inputs, 0));
  FA_RULE(const Expr right, elements_at(inputs, 1));
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, elements * dims[1]).count(WorkClass::mul, elements * Expr(2));
  return counter.reads(left + right).work();
}

// _grouped_mm(self, mat2, offs, bias, out_dtype): a batch of products, of which the groups of one side may lie end to
// end: [T,K] x [G,K,N] -> [T,N], [G,M,K] x [K,T] -> [M,T], [M,T] x [T,N] -> [G,M,N]
RuleResult<Facts> shape_of_grouped_mm(const Facts& inputs) {
  FA_RULE(const Dims left, dims_at(inputs, 0));
  FA_RULE(const Dims right, dims_at(inputs, 1));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(const std::optional<DType> asked, dtype_argument_at(inputs, 4, dtype));
  if (dtype && *dtype != DType::f32 && *dtype != DType::bf16 && *dtype != DType::f16) {
    return misfit("grouped products are of f32, bf16 or f16: " + inputs[0].to_string());
  }
  if (dtype && asked != dtype) return misfit("grouped products keep their dtype: " + inputs[4].to_string());
  if (!none_at(inputs, 3)) return misfit("grouped products have no bias yet");
  if (left.size() == 3 && right.size() == 3) {
    FA_RULE(const Dims dims, bmm_dims(inputs, 0));
    return one(tensor_fact(dtype, dims));
  }
  if (left.size() < 2 || right.size() < 2 || left.size() > 3 || right.size() > 3) {
    return misfit("grouped products are of 2 or 3 dims: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(const Dims offsets, dims_of_rank(inputs, 2, 1));
  const TensorFact& ends = *inputs[2].tensor();
  if (ends.dtype && *ends.dtype != DType::i32) return misfit("offsets are i32: " + inputs[2].to_string());
  // Of two matrices the groups are slices of the inner dim, which LibTorch does not compare.
  if (left.size() + right.size() > 4) FA_REFUSE(check_inner(inputs, 0, left.back(), 1, right[right.size() - 2]));
  const Dim& rows = left[left.size() - 2];
  const Dims* batch = left.size() == 3 ? &left : right.size() == 3 ? &right : nullptr;
  if (batch != nullptr && !same_dim((*batch)[0], offsets[0])) {
    return misfit("an offset a group is needed: " + shapes_text(inputs, {0, 1, 2}));
  }
  if (batch != nullptr) return one(tensor_fact(dtype, {rows, right.back()}));
  return one(tensor_fact(dtype, {offsets[0], rows, right.back()}));
}
RuleResult<Work> work_of_grouped_mm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> right, known_dims_at(inputs, 1));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  const bool end_to_end = left.size() == 2 && right.size() == 2;  // the groups share out the summed dim
  const Expr macs = end_to_end ? left[0] * left[1] * right[1] : elements * left.back();
  return WorkCounter(inputs, outputs).count(WorkClass::mac, macs).work();
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule             work rule          formula
    {"aten::_convert_weight_to_int4pack",       shape_of_pack_tiles,   copies,            ""},
    {"aten::_convert_weight_to_int4pack_for_cpu", shape_of_pack_cpu,   copies,            ""},
    {"aten::_grouped_mm",                       shape_of_grouped_mm,   work_of_grouped_mm, "mac = the groups' M*K*N"},
    {"aten::_int_mm",                           shape_of_int_mm,       work_of_mm,        "integer = M*K*N"},
    {"aten::_scaled_mm",                        shape_of_scaled_mm<6>, work_of_scaled_mm, "mac = M*K*N, mul = 2*M*N"},
    {"aten::_scaled_mm_v2",                     shape_of_scaled_mm<9>, work_of_scaled_mm, "mac = M*K*N, mul = 2*M*N"},
    {"aten::_weight_int4pack_mm",               shape_of_int4_tiles,   work_of_int4,      "mac = M*K*N, mul = add = K*N"},
    {"aten::_weight_int4pack_mm_for_cpu",       shape_of_int4_cpu,     work_of_int4,      "mac = M*K*N, mul = add = K*N"},
    {"aten::_weight_int8pack_mm",               shape_of_int8,         work_of_int8,      "mac = M*K*N, mul = M*N"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> low_precision_product_ops() { return kRows; }

}  // namespace flopaudit
