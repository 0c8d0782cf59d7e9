#include "runtime/executor/meta_shape_oracle.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/frontend/libtorch/value_conversion.h"
#include "analyzer/ops/default_dtype.h"
#include "runtime/executor/ivalue_of_fact.h"
#include "runtime/executor/retarget_module.h"
#include "runtime/isolated_call.h"
#include "runtime/shape_question.h"

namespace flopaudit {
namespace {

constexpr std::chrono::seconds kAllCalls{5};
constexpr char kAnswer = '+';
constexpr char kNoAnswer = '-';

std::optional<c10::OperatorHandle> dispatched(const std::string& op) {
  const std::size_t dot = op.find('.', op.find("::"));
  const std::string overload = dot == std::string::npos ? "" : op.substr(dot + 1);
  return c10::Dispatcher::singleton().findSchema({op.substr(0, dot), overload});
}

bool has_tensor(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    if (fact.tensor() != nullptr) return true;
    const auto* list = fact.get<ListFact>();
    return list != nullptr && list->elements && *list->elements && has_tensor(**list->elements);
  });
}

bool is_tensor_or_list_of_them(const c10::TypePtr& type) {
  if (type->kind() == c10::TypeKind::TensorType) return true;
  return type->kind() == c10::TypeKind::ListType &&
         type->expectRef<c10::ListType>().getElementType()->kind() == c10::TypeKind::TensorType;
}

// Why the op is not called at all; empty: it is.
std::string obstacle(const std::string& op, const std::optional<c10::OperatorHandle>& handle, const Facts& inputs) {
  if (std::string why = why_not_asked(op, inputs); !why.empty()) return why;
  if (!handle) return "it is no op of LibTorch's dispatcher";
  const c10::FunctionSchema& schema = handle->schema();
  if (schema.is_vararg() || schema.is_varret() || schema.arguments().size() != inputs.size()) {
    return "its arguments are not those of LibTorch's schema";
  }
  if (!has_tensor(inputs)) return "LibTorch would make a real tensor for it: it has no tensor among its arguments";
  const auto& results = schema.returns();
  const bool tensors_only = std::all_of(results.begin(), results.end(), [](const c10::Argument& result) {
    return is_tensor_or_list_of_them(result.type());
  });
  if (results.empty() || !tensors_only) return "not all of its results are tensors";
  return "";
}

// Tensors without elements, of the meta device; a device that is asked for is that one too.
Result<c10::IValue> meta_value(const Fact& fact, const c10::Argument& argument) {
  if (fact.get<DeviceFact>() != nullptr) return c10::IValue(c10::Device(c10::kMeta));
  const TensorMaker meta_tensor = [](const std::vector<std::int64_t>& sizes, at::ScalarType type) {
    return at::empty(sizes, at::TensorOptions().dtype(type).device(c10::kMeta));
  };
  return ivalue_of(fact, type_of(*argument.type()), argument.name(), meta_tensor);
}

std::string texts_of(const std::vector<c10::IValue>& values) {
  std::string texts;
  for (const c10::IValue& value : values) texts += fact_of(value, 0).to_string() + "\n";
  return texts;
}

std::string call_on_meta(const c10::OperatorHandle& op, const Facts& inputs) {
  try {
    const c10::InferenceMode no_gradients;
    const DefaultDtypeGuard new_tensors(scalar_type_of(default_dtype()));
    std::vector<c10::IValue> arguments;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Result<c10::IValue> value = meta_value(inputs[i], op.schema().arguments()[i]);
      if (!value) return kNoAnswer + value.error().message;
      arguments.push_back(*std::move(value));
    }
    const std::string before = texts_of(arguments);
    std::vector<c10::IValue> stack = arguments;
    op.callBoxed(stack);
    if (texts_of(arguments) != before) return kNoAnswer + std::string("it changes the shape of an argument");
    return kAnswer + texts_of(stack);
  } catch (const std::exception& error) {
    return kNoAnswer + one_sentence(error);
  }
}

RuleResult<Facts> facts_of(const std::string& answer) {
  if (answer.empty() || answer[0] != kAnswer)
    return missing("LibTorch does not say: " + answer.substr(std::min<std::size_t>(1, answer.size())));
  Facts facts;
  for (std::size_t begin = 1; begin < answer.size();) {
    const std::size_t end = answer.find('\n', begin);
    const Result<Fact> fact = Fact::parse(answer.substr(begin, end - begin));
    if (!fact || !fact->is_complete()) return missing("LibTorch's answer has no shape: " + answer.substr(1));
    facts.push_back(*fact);
    begin = end + 1;
  }
  return facts;
}

}  // namespace

RuleResult<Facts> MetaShapeOracle::results_of(const std::string& op, const Facts& inputs) {
  const auto handle = dispatched(op);
  if (std::string why = obstacle(op, handle, inputs); !why.empty()) return missing(std::move(why));
  std::string question = op + " " + std::string(name(default_dtype()));
  for (const Fact& input : inputs) question += " " + input.to_string();
  if (question.size() > kLargestShapeQuestion) return missing("its inputs are too long to be asked for");
  const auto known = known_.find(question);
  if (known != known_.end()) return known->second;
  if (spent_ > kAllCalls) return missing("the time for asking LibTorch is used up");

  const auto start = std::chrono::steady_clock::now();
  const Result<std::string> answer = call_isolated([&] { return call_on_meta(*handle, inputs); }, {});
  spent_ += std::chrono::steady_clock::now() - start;
  RuleResult<Facts> facts = answer ? facts_of(*answer) : missing("LibTorch does not say: " + answer.error().message);
  return known_.emplace(question, std::move(facts)).first->second;
}

}  // namespace flopaudit
