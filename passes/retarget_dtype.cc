// retarget-dtype: --dtype f64 makes a program of f32 compute in f64 (and f32 the other way round).
//
//   parameter "w": Tensor {f32[3,3]}                        parameter "w": Tensor {f64[3,3]}
//   %y: Tensor = aten::zeros([3], 6, ...)             =>    %y: Tensor = aten::zeros([3], 7, ...)
//
// 1. Tensors: inputs, parameters, buffers, tensor constants. Integers, f16 and bf16 stay.
// 2. Constants in the place of a dtype argument. Other ints that happen to be 6 stay.
// The default dtype is the interpreter's: propagate-shapes sets it. Applies only where a dtype is asked for.
#include <set>
#include <string>

#include "passes/dtype_arguments.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

class Retarget {
 public:
  Retarget(Program& program, DType to)
      : program_(program), from_(to == DType::f64 ? DType::f32 : DType::f64), to_(to) {}

  bool run(PassContext& context) {
    for (Fact& input : context.inputs) retype(input);
    if (program_.example_inputs) {
      for (Fact& input : *program_.example_inputs) retype(input);
    }
    for (Object& object : program_.objects) {
      for (Attribute& attribute : object.attributes) retype_attribute(attribute);
    }
    Graph& graph = program_.entry();
    for (Value* parameter : graph.parameters()) retype(parameter->fact);
    for (Value* argument : graph.body.arguments) retype(argument->fact);
    for_each_node(graph.body, [&](Node& node) {
      const std::string op = node.op.full();
      for (std::size_t i = 0; i < node.operands.size(); ++i) {
        if (is_dtype_argument(op, i)) retype_argument(graph, node.operands[i]);
      }
    });
    return changed_;
  }

 private:
  void retype(Fact& fact) {
    if (auto* tensor = fact.get<TensorFact>()) {
      if (tensor->dtype != from_) return;
      tensor->dtype = to_;
      changed_ = true;
    } else if (auto* tuple = fact.get<TupleFact>()) {
      for (Fact& element : tuple->elements) retype(element);
    } else if (auto* list = fact.get<ListFact>()) {
      if (!list->elements) return;
      if (Fact* each = list->elements->element()) retype(*each);
      for (Fact& element : **list->elements) retype(element);
    } else if (auto* dict = fact.get<DictFact>()) {
      if (!dict->items || !*dict->items) return;
      for (auto& [key, value] : **dict->items) retype(value);
    }
  }

  void retype_attribute(Attribute& attribute) {
    const TensorFact* tensor = attribute.value.tensor();
    const bool counts = attribute.is_parameter && tensor != nullptr && tensor->dtype == from_;
    retype(attribute.value);
    if (!counts || !counted_.insert(attribute.tensor_path).second) return;
    const auto elements = element_count(*attribute.value.tensor());
    if (!elements || !elements->constant()) return;
    program_.parameter_bytes += *elements->constant() * (element_bytes(to_) - element_bytes(from_));
  }

  void retype_argument(Graph& graph, Value*& operand) {
    if (operand->origin != Value::Origin::constant) return;
    const auto* number = operand->fact.get<IntFact>();
    if (number == nullptr || !number->value || *number->value != Expr(scalar_type_number(from_))) return;
    operand = graph.constant(operand->type, Fact::integer(scalar_type_number(to_)));
    changed_ = true;
  }

  Program& program_;
  DType from_;
  DType to_;
  std::set<std::string> counted_;  // tensor paths whose bytes are adjusted
  bool changed_ = false;
};

class RetargetDtype : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext& context) override {
    if (!context.retarget_dtype) return Changed::no;
    if (*context.retarget_dtype != DType::f32 && *context.retarget_dtype != DType::f64) {
      return usage_error("--dtype takes f32 or f64, not " + std::string(name(*context.retarget_dtype)));
    }
    return Retarget(program, *context.retarget_dtype).run(context) ? Changed::yes : Changed::no;
  }
};

}  // namespace

std::unique_ptr<Pass> make_retarget_dtype() { return std::make_unique<RetargetDtype>(); }

}  // namespace flopaudit
