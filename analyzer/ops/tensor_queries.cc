// Questions about a tensor that need no element of it. Answers under the stated assumptions: the device is the CPU,
// nothing requires a gradient, autocast is off (DESIGN.md §2.2).
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> size(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  std::vector<Fact> sizes;
  for (const Dim& dim : dims) sizes.push_back(maybe_int(dim));
  return one(Fact::list(std::move(sizes)));
}

RuleResult<Facts> size_of_dim(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  if (dims.empty()) return misfit("a 0-dim tensor has no size(" + inputs[1].to_string() + ")");
  return one(maybe_int(dims[dim]));
}

// The size of the first dim: len(tensor).
RuleResult<Facts> length(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("a 0-dim tensor has no length");
  return one(maybe_int(dims[0]));
}

RuleResult<Facts> rank(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  return one(Fact::integer(static_cast<std::int64_t>(dims.size())));
}

RuleResult<Facts> elements(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  return one(maybe_int(element_count(dims)));
}

RuleResult<Facts> shape_as_tensor(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  TensorFact result;
  result.dtype = DType::i64;
  result.dims = Dims{Dim(Expr(static_cast<std::int64_t>(dims.size())))};
  result.contents.emplace();
  for (const Dim& dim : dims) {
    if (!dim) {
      result.contents.reset();
      break;
    }
    result.contents->emplace_back(*dim);
  }
  return one(result);
}

RuleResult<Facts> dtype_number(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (!tensor->dtype) return one(maybe_int(std::nullopt));
  return one(Fact::integer(scalar_type_number(*tensor->dtype)));
}

template <bool (*test)(DType)>
RuleResult<Facts> dtype_test(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  return one(maybe_bool(tensor->dtype ? std::optional(test(*tensor->dtype)) : std::nullopt));
}
bool is_quantized(DType dtype) { return !is_floating(dtype) && !is_complex(dtype) && !is_integral(dtype); }
bool is_signed(DType dtype) { return dtype != DType::u8 && dtype != DType::boolean && dtype != DType::qu8; }

RuleResult<Facts> element_size(const Facts& inputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return one(Fact::integer(element_bytes(dtype)));
}

RuleResult<Facts> byte_count(const Facts& inputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return one(Fact::integer(elements * Expr(element_bytes(dtype))));
}

RuleResult<Facts> device(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  static_cast<void>(tensor);
  return one(DeviceFact{"cpu"});
}

// Strided tensors only: TorchScript's Layout is the int 0.
RuleResult<Facts> strided(const Facts&) { return one(Fact::integer(0)); }
RuleResult<Facts> no(const Facts&) { return one(Fact::boolean(false)); }
RuleResult<Facts> yes(const Facts&) { return one(Fact::boolean(true)); }
RuleResult<Facts> nothing(const Facts&) { return one(Fact::none()); }

RuleResult<Facts> same_size(const Facts& inputs) {
  FA_RULE(const Dims a, dims_at(inputs, 0));
  FA_RULE(const Dims b, dims_at(inputs, 1));
  const Facts sizes_a = *size(inputs);
  const Facts sizes_b = *size({inputs[1]});
  return one(maybe_bool(compare_facts(Comparison::eq, sizes_a[0], sizes_b[0])));
}

// Strides and storage are not tracked.
RuleResult<Facts> some_truth(const Facts&) { return one(maybe_bool(std::nullopt)); }
RuleResult<Facts> some_int(const Facts&) { return one(maybe_int(std::nullopt)); }
RuleResult<Facts> stride(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t dim, constant_at(inputs, 1));
  const auto rank = static_cast<std::int64_t>(dims.size());
  if (dim < -rank || dim >= rank) {
    return misfit("dim " + std::to_string(dim) + " of a tensor of " + std::to_string(rank) + " dims");
  }
  return some_int(inputs);
}
RuleResult<Facts> strides(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  return one(Fact::list(Facts(dims.size(), maybe_int(std::nullopt))));
}

// The number that stands for the CPU.
RuleResult<Facts> cpu_number(const Facts&) { return one(Fact::integer(-1)); }

// result_type(a, b), of tensors and numbers.
RuleResult<Facts> result_type(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  const std::optional<DType> dtype = result_dtype({a, b});
  return one(dtype ? Fact::integer(scalar_type_number(*dtype)) : maybe_int(std::nullopt));
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::_shape_as_tensor", shape_as_tensor),
    ROW("aten::_version", some_int),
    ROW("aten::cudnn_is_acceptable", no),
    ROW("aten::dim", rank),
    ROW("aten::element_size", element_size),
    ROW("aten::get_device", cpu_number),
    ROW("aten::is_autocast_cpu_enabled", no),
    ROW("aten::is_autocast_enabled", no),
    ROW("aten::is_complex", dtype_test<is_complex>),
    ROW("aten::is_conj", some_truth),
    ROW("aten::is_contiguous", some_truth),
    ROW("aten::is_contiguous.memory_format", some_truth),
    ROW("aten::is_distributed", no),
    ROW("aten::is_floating_point", dtype_test<is_floating>),
    ROW("aten::is_grad_enabled", no),
    ROW("aten::is_inference", some_truth),
    ROW("aten::is_leaf", yes),
    ROW("aten::is_neg", some_truth),
    ROW("aten::is_non_overlapping_and_dense", some_truth),
    ROW("aten::is_pinned", no),
    ROW("aten::is_same_size", same_size),
    ROW("aten::is_scripting", yes),
    ROW("aten::is_set_to", some_truth),
    ROW("aten::is_signed", dtype_test<is_signed>),
    ROW("aten::is_strides_like_format", some_truth),
    ROW("aten::len.Tensor", length),
    ROW("aten::numel", elements),
    ROW("aten::output_nr", some_int),
    ROW("aten::result_type.Scalar", result_type),
    ROW("aten::result_type.Scalar_Scalar", result_type),
    ROW("aten::result_type.Scalar_Tensor", result_type),
    ROW("aten::result_type.Tensor", result_type),
    ROW("aten::retains_grad", no),
    ROW("aten::size", size),
    ROW("aten::size.int", size_of_dim),
    ROW("aten::storage_offset", some_int),
    ROW("aten::stride", strides),
    ROW("aten::stride.int", stride),
    ROW("aten::sym_is_contiguous", some_truth),
    ROW("aten::sym_numel", elements),
    ROW("aten::sym_size", size),
    ROW("aten::sym_size.int", size_of_dim),
    ROW("aten::sym_storage_offset", some_int),
    ROW("aten::sym_stride", strides),
    ROW("aten::sym_stride.int", stride),
    ROW("prim::device", device),
    ROW("prim::dtype", dtype_number),
    ROW("prim::grad", nothing),
    ROW("prim::is_cpu", yes),
    ROW("prim::is_cuda", no),
    ROW("prim::is_ipu", no),
    ROW("prim::is_maia", no),
    ROW("prim::is_meta", no),
    ROW("prim::is_mkldnn", no),
    ROW("prim::is_mps", no),
    ROW("prim::is_mtia", no),
    ROW("prim::is_nested", no),
    ROW("prim::is_quantized", dtype_test<is_quantized>),
    ROW("prim::is_sparse", no),
    ROW("prim::is_sparse_csr", no),
    ROW("prim::is_vulkan", no),
    ROW("prim::is_xla", no),
    ROW("prim::is_xpu", no),
    ROW("prim::itemsize", element_size),
    ROW("prim::layout", strided),
    ROW("prim::name", nothing),
    ROW("prim::nbytes", byte_count),
    ROW("prim::requires_grad", no),
};
// clang-format on
#undef ROW

}  // namespace

std::span<const OpSpec> tensor_query_ops() { return kRows; }

}  // namespace flopaudit
