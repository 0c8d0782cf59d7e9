#include "tests/op_oracle/quantized_values.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/frontend/libtorch/value_conversion.h"
#include "analyzer/ops/op_registry.h"
#include "runtime/executor/ivalue_of_fact.h"
#include "runtime/executor/operator_lookup.h"
#include "tests/op_oracle/exceptions.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;
using Facts = std::vector<Fact>;

bool is_quantized(const TensorFact& tensor) {
  return tensor.dtype == DType::qu8 || tensor.dtype == DType::qi8 || tensor.dtype == DType::qi32;
}

// Tables of embeddings have a scale and a zero point a row, all others one of the whole. Those of 4 bits hold two
// numbers a byte, for which facts have no dtype.
at::Tensor quantized(const std::string& op, const at::Tensor& floating, DType dtype) {
  constexpr double kScale = 0.1;
  if (op.starts_with("quantized::embedding") && floating.dim() > 0) {
    const at::Tensor scales = at::full({floating.size(0)}, kScale), zeros = at::zeros({floating.size(0)});
    const bool half_bytes = op.find("4bit") != std::string::npos;
    return at::quantize_per_channel(floating, scales, zeros, 0, half_bytes ? at::kQUInt4x2 : scalar_type_of(dtype));
  }
  const std::int64_t zero_point = dtype == DType::qu8 ? 64 : 0;
  return at::quantize_per_tensor(floating, kScale, zero_point, scalar_type_of(dtype));
}

bool holds_quantized(const Fact& fact) {
  if (const TensorFact* tensor = fact.tensor()) return is_quantized(*tensor);
  const auto* list = fact.get<ListFact>();
  return list != nullptr && list->elements && *list->elements && std::ranges::any_of(**list->elements, holds_quantized);
}

Result<c10::IValue> quantized_tensor(const std::string& op, const Fact& fact, const std::string& name) {
  TensorFact floating = *fact.tensor();
  floating.dtype = DType::f32;
  floating.contents.reset();
  FA_ASSIGN(const c10::IValue value, ivalue_of(Fact(floating), Type::of(Kind::tensor), name, /*seed=*/1, Fill::input));
  return c10::IValue(quantized(op, value.toTensor(), *fact.tensor()->dtype));
}

Result<c10::IValue> list_of_tensors(const std::string& op, const ListFact& list, const std::string& name) {
  c10::List<at::Tensor> tensors;
  for (const Fact& element : **list.elements) {
    const std::string place = name + "." + std::to_string(tensors.size());
    FA_ASSIGN(const c10::IValue value, operand_of(op, element, Type::of(Kind::tensor), place));
    if (!value.isTensor()) return input_error("'" + name + "' is no list of tensors");
    tensors.push_back(value.toTensor());
  }
  return c10::IValue(tensors);
}

// --- packed parameters: the packing operator on the fields, which stand in the fact in another order ---

struct Packing {
  std::string op;
  std::vector<std::size_t> fields;
};

bool has_quantized_weight(const Facts& fields) { return !fields.empty() && holds_quantized(fields[0]); }

// (weight, bias, stride, padding, output_padding, dilation, groups, transposed)
Packing packing_of_convolution(const Facts& fields, bool three_dims) {
  const auto* transposed = fields[7].get<BoolFact>();
  const TensorFact* weight = fields[0].tensor();
  const bool is_transposed = transposed != nullptr && transposed->value == true;
  const bool one_dim = weight != nullptr && weight->dims && weight->dims->size() == 3;
  const std::string dims = three_dims ? "3d" : one_dim ? "1d" : "2d";
  if (is_transposed) return {"quantized::conv_transpose" + dims + "_prepack", {0, 1, 2, 3, 4, 5, 6}};
  return {"quantized::conv" + dims + "_prepack", {0, 1, 2, 3, 5, 6}};
}

// Nothing: such objects are not packed here.
std::optional<Packing> packing_of(const std::string& class_name, const Facts& fields) {
  const bool whole = fields.size() == 8;
  if (class_name.ends_with(".Conv2dPackedParamsBase") && whole) return packing_of_convolution(fields, false);
  if (class_name.ends_with(".Conv3dPackedParamsBase") && whole) return packing_of_convolution(fields, true);
  if (class_name.ends_with(".EmbeddingPackedParamsBase") && fields.size() == 1) {
    return Packing{"quantized::embedding_bag_prepack", {0}};
  }
  if (class_name.ends_with("quantized.LinearPackedParamsBase") && fields.size() == 2) {
    const bool half = !has_quantized_weight(fields);
    return Packing{half ? "quantized::linear_prepack_fp16" : "quantized::linear_prepack", {0, 1}};
  }
  if (class_name.ends_with(".CellParamsBase") && fields.size() == 5) {
    return Packing{"quantized::make_quantized_cell_params_dynamic", {0, 1, 2, 3, 4}};
  }
  if (class_name.ends_with(".CellParamsBase") && fields.size() == 2) {
    return Packing{"quantized::make_quantized_cell_params_fp16", {0, 1}};
  }
  return std::nullopt;
}

Result<c10::IValue> packed(const std::string& op_name, const Packing& packing, const Facts& fields,
                           const std::string& name) {
  FA_ASSIGN(FoundOperator op, find_operator({packing.op, ""}));
  if (const auto why = why_not_asked_refused(packing.op)) {
    Facts arguments;
    for (const std::size_t field : packing.fields) arguments.push_back(fields[field]);
    if (!shape_of(*find_op(packing.op), arguments)) return input_error("'" + name + "' is not packed: " + *why);
  }
  const std::vector<c10::Argument>& arguments = op.entry->schema().arguments();
  std::vector<c10::IValue> stack;
  for (std::size_t i = 0; i < packing.fields.size(); ++i) {
    const std::string field = name + "." + std::to_string(packing.fields[i]);
    FA_ASSIGN(c10::IValue value,
              operand_of(op_name, fields[packing.fields[i]], type_of(*arguments.at(i).type()), field));
    stack.push_back(std::move(value));
  }
  try {
    op.operation(stack);
    return stack.at(0);
  } catch (const std::exception& error) {
    return input_error("'" + name + "' cannot be packed: " + one_sentence(error));
  }
}

}  // namespace

Result<c10::IValue> operand_of(const std::string& op, const Fact& fact, const Type& type, const std::string& name) {
  if (fact.tensor() != nullptr && is_quantized(*fact.tensor())) return quantized_tensor(op, fact, name);
  if (const auto* list = fact.get<ListFact>(); list != nullptr && holds_quantized(fact)) {
    return list_of_tensors(op, *list, name);
  }
  if (const auto* tuple = fact.get<TupleFact>(); tuple != nullptr && type.kind == Kind::named) {
    const auto packing = packing_of(type.name, tuple->elements);
    if (packing) return packed(op, *packing, tuple->elements, name);
  }
  return ivalue_of(fact, type, name, /*seed=*/1, Fill::input);
}

}  // namespace flopaudit
