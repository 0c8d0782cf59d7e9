#include "runtime/executor/weights.h"

#include <ATen/ATen.h>

#include "analyzer/frontend/libtorch/lower.h"
#include "analyzer/frontend/libtorch/model_objects.h"
#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/frontend/libtorch/value_conversion.h"
#include "runtime/executor/ivalue_of_fact.h"
#include "runtime/executor/retarget_module.h"
#include "runtime/executor/stub_schemas.h"

namespace flopaudit {
namespace {

// Whether a tensor of these sizes can stand where the program says `fact`; what it does not state fits.
bool fits(const at::Tensor& tensor, const TensorFact& fact) {
  if (!fact.dims) return true;
  if (fact.dims->size() != static_cast<std::size_t>(tensor.dim())) return false;
  for (std::size_t i = 0; i < fact.dims->size(); ++i) {
    const Dim& dim = (*fact.dims)[i];
    if (dim && dim->constant() && *dim->constant() != tensor.size(static_cast<std::int64_t>(i))) return false;
  }
  return true;
}

// LibTorch takes a 0-dim constant of a program for a number where dtypes are promoted; a clone alone is a tensor.
at::Tensor cloned(const at::Tensor& constant) {
  at::Tensor clone = constant.clone();
  if (clone.dim() == 0) clone.unsafeGetTensorImpl()->set_wrapped_number(true);
  return clone;
}

}  // namespace

Result<Weights> Weights::open(const std::string& model_file, const Program& program, std::uint64_t seed,
                              std::optional<DType> retarget) {
  Weights weights;
  weights.seed_ = seed;
  if (model_file.empty()) return weights;
  FA_ASSIGN(weights.loaded_, load_module(model_file, stub_schemas(program)));
  FA_ASSIGN(LoweredModule lowered, lower(*weights.loaded_, program.method));
  weights.constants_ = std::move(lowered.constants);
  if (retarget == DType::f64) {
    try {
      retarget_module(weights.loaded_->module, weights.constants_, at::kFloat, at::kDouble);
    } catch (const std::exception& error) {
      return input_error("'" + model_file + "' cannot be turned into float64: " + one_sentence(error));
    }
  }
  return weights;
}

std::shared_ptr<torch::jit::CompilationUnit> Weights::compilation_unit() const {
  return loaded_ ? loaded_->module._ivalue()->compilation_unit() : nullptr;
}

Weights::Copy Weights::fresh_copy() const {
  Copy copy;
  copy.seed_ = seed_;
  if (!loaded_) return copy;
  copy.module_ = loaded_->module.deepcopy();
  for (auto& [path, tensor] : describe_objects(*copy.module_).tensors) copy.values_.emplace(path, tensor);
  for (const auto& [name, value] : constants_) {
    copy.values_.emplace(name, value.isTensor() ? c10::IValue(cloned(value.toTensor())) : value);
  }
  return copy;
}

Result<c10::IValue> Weights::Copy::parameter(const Value& value) {
  auto found = values_.find(value.name);
  if (found == values_.end()) {
    if (module_) return input_error("the model has no parameter '" + value.name + "', which the program reads");
    FA_ASSIGN(c10::IValue made, ivalue_of(value.fact, value.type, value.name, seed_, Fill::parameter));
    found = values_.emplace(value.name, std::move(made)).first;
  }
  const TensorFact* fact = value.fact.tensor();
  if (fact == nullptr || !found->second.isTensor()) return found->second;
  const at::Tensor tensor = found->second.toTensor();
  if (!fits(tensor, *fact)) {
    return input_error("the parameter '" + value.name + "' is " + fact_of(tensor, 0).to_string() +
                       " in the model and " + value.fact.to_string() + " in the program");
  }
  if (fact->dtype && dtype_of(tensor.scalar_type()) != fact->dtype) {
    found->second = tensor.to(scalar_type_of(*fact->dtype));
  }
  return found->second;
}

}  // namespace flopaudit
