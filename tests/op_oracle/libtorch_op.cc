#include "tests/op_oracle/libtorch_op.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/frontend/libtorch/value_conversion.h"
#include "runtime/executor/operator_lookup.h"
#include "tests/op_oracle/exceptions.h"
#include "tests/op_oracle/quantized_values.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

class SilentWarnings : public c10::WarningHandler {
  void process(const c10::Warning&) override {}
};

Result<FoundOperator> operator_of(const std::string& op) {
  const std::size_t dot = op.find('.', op.find("::") + 2);
  if (dot == std::string::npos) return find_operator({op, ""});
  return find_operator({op.substr(0, dot), op.substr(dot + 1)});
}

// `t` of a schema stands for whatever is there.
Type without_variables(Type type) {
  if (type.kind == Kind::var) return Type::of(Kind::any);
  for (Type& argument : type.arguments) argument = without_variables(argument);
  return type;
}

// `int[2] stride`: one number stands for two, as TorchScript's compiler would have written it.
Fact repeated_where_a_list_is_due(const Fact& fact, const c10::Argument& argument) {
  if (!argument.N() || fact.get<IntFact>() == nullptr) return fact;
  return Fact::list(Facts(static_cast<std::size_t>(*argument.N()), fact));
}

Result<std::vector<c10::IValue>> stack_of(const FoundOperator& op, const Facts& inputs) {
  const c10::FunctionSchema& schema = op.entry->schema();
  if (!op.is_vararg && schema.arguments().size() != inputs.size()) {
    return input_error("the schema has " + std::to_string(schema.arguments().size()) + " arguments");
  }
  std::vector<c10::IValue> stack;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool declared = i < schema.arguments().size();
    const Type type = declared ? without_variables(type_of(*schema.arguments()[i].type())) : Type::of(Kind::any);
    const Fact fact = declared ? repeated_where_a_list_is_due(inputs[i], schema.arguments()[i]) : inputs[i];
    const std::string name = "input" + std::to_string(i);
    FA_ASSIGN(c10::IValue value, operand_of(schema.name(), fact, type, name));
    stack.push_back(std::move(value));
  }
  return stack;
}

// Whether there were any.
bool zero_unstated_integers(const Facts& inputs, std::vector<c10::IValue>& stack) {
  bool any = false;
  const auto zero = [&any](const TensorFact* fact, const c10::IValue& value) {
    const bool unstated = fact != nullptr && !fact->contents && is_integral(*fact->dtype);
    if (!unstated || !value.isTensor()) return;
    value.toTensor().zero_();
    any = true;
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    zero(inputs[i].tensor(), stack[i]);
    const auto* list = inputs[i].get<ListFact>();
    if (list == nullptr || !stack[i].isList()) continue;
    for (std::size_t k = 0; k < (*list->elements)->size(); ++k) {
      zero((**list->elements)[k].tensor(), stack[i].toListRef()[k]);
    }
  }
  return any;
}

Facts facts_of(const std::vector<c10::IValue>& values) {
  Facts facts;
  for (const c10::IValue& value : values) {
    // Packed parameters of one dim hold two in LibTorch's saved state: how they are packed is not compared.
    facts.push_back(value.isCustomClass() ? Fact::unknown("packed parameters") : fact_of(value, Fact::kMaxContents));
  }
  return facts;
}

bool has_negative_size(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dims) return false;
  return std::ranges::any_of(*tensor->dims, [](const Dim& dim) { return dim && always_less(*dim, 0) == true; });
}

LibTorchAnswer call(FoundOperator& op, const std::vector<c10::IValue>& inputs) {
  LibTorchAnswer answer;
  try {
    std::vector<c10::IValue> stack = inputs;  // tensors and lists in it are those of `inputs`
    if (op.is_vararg) stack.emplace_back(static_cast<std::int64_t>(inputs.size()));
    op.operation(stack);
    answer.outputs = facts_of(stack);
    answer.inputs_after = facts_of(inputs);
    const c10::FunctionSchema& schema = op.entry->schema();
    if (std::ranges::any_of(answer.outputs, has_negative_size)) {
      answer.why = "LibTorch makes a tensor of a negative size";  // a bug of its own: expand to [-2, 0]
      return answer;
    }
    const bool whole = schema.is_varret() || stack.size() == schema.returns().size();
    answer.kind = whole ? LibTorchAnswer::Kind::returned : LibTorchAnswer::Kind::no_answer;
    if (!whole) answer.why = "the operator leaves no result";  // eq of an int and a bool
  } catch (const std::exception& error) {
    answer.why = one_sentence(error);
    answer.kind = LibTorchAnswer::Kind::refused;
  }
  return answer;
}

}  // namespace

std::optional<std::vector<OpArgument>> arguments_of(const std::string& op) {
  const auto found = operator_of(op);
  if (!found) return std::nullopt;
  std::vector<OpArgument> arguments;
  for (const c10::Argument& argument : found->entry->schema().arguments()) {
    arguments.push_back({argument.name(), without_variables(type_of(*argument.type()))});
  }
  return arguments;
}

LibTorchAnswer ask_libtorch(const std::string& op, const Facts& inputs) {
  at::set_num_threads(1);
  const c10::InferenceMode no_gradients;
  static SilentWarnings silent;
  const c10::WarningUtils::WarningHandlerGuard no_warnings(&silent);
  at::manual_seed(1);

  LibTorchAnswer answer;
  auto found = operator_of(op);
  if (!found) {
    answer.why = found.error().message;
    return answer;
  }
  auto stack = stack_of(*found, inputs);
  if (stack) answer = call(*found, *stack);
  const std::string why = stack ? answer.why : stack.error().message;
  if (why.find("find engine for operation") != std::string::npos) {
    // Some layers are in oneDNN alone, which packs their parameters in its own way.
    at::globalContext().setQEngine(at::QEngine::ONEDNN);
    stack = stack_of(*found, inputs);
    if (stack) answer = call(*found, *stack);
    at::globalContext().setQEngine(at::QEngine::X86);
  }
  if (!stack) {
    answer.why = stack.error().message;
    return answer;
  }
  if (answer.kind == LibTorchAnswer::Kind::refused) {
    const LibTorchAnswer first = answer;
    if (zero_unstated_integers(inputs, *stack)) answer = call(*found, *stack);
    // What zeros do not mend was refused for something else; the first message says what.
    if (answer.kind == LibTorchAnswer::Kind::refused && !refuses_values(first.why)) answer = first;
  }
  if (answer.kind == LibTorchAnswer::Kind::refused) {
    answer.lacks_kernel = lacks_kernel(answer.why);
    if (answer.lacks_kernel || refuses_values(answer.why)) answer.kind = LibTorchAnswer::Kind::no_answer;
  }
  return answer;
}

}  // namespace flopaudit
