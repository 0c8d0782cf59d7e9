#include "runtime/executor/retarget_module.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>

#include "analyzer/frontend/libtorch/model_objects.h"

namespace flopaudit {
namespace {

namespace jit = torch::jit;

void retarget_tensor(at::Tensor tensor, c10::ScalarType from, c10::ScalarType to) {
  if (tensor.defined() && tensor.scalar_type() == from) tensor.set_data(tensor.to(to));
}

bool declares_scalar_type(const c10::Argument& argument) {
  c10::TypePtr type = argument.real_type();
  if (const auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  return type->kind() == c10::TypeKind::ScalarTypeType;
}

void retarget_arguments(jit::Node& node, c10::ScalarType from, c10::ScalarType to) {
  const auto* schema = node.maybeSchema();
  if (schema == nullptr) return;
  const auto& arguments = schema->arguments();
  for (std::size_t i = 0; i < arguments.size() && i < node.inputs().size(); ++i) {
    if (!declares_scalar_type(arguments[i])) continue;
    const auto value = jit::toIValue(node.input(i));
    if (!value || !value->isInt() || value->toInt() != static_cast<std::int64_t>(from)) continue;
    jit::WithInsertPoint guard(&node);
    node.replaceInput(i, node.owningGraph()->insertConstant(static_cast<std::int64_t>(to)));
  }
}

void retarget_block(jit::Block& block, c10::ScalarType from, c10::ScalarType to) {
  for (jit::Node* node : block.nodes()) {
    retarget_arguments(*node, from, to);
    for (jit::Block* inner : node->blocks()) retarget_block(*inner, from, to);
    if (node->hasAttribute(jit::attr::Subgraph)) retarget_block(*node->g(jit::attr::Subgraph)->block(), from, to);
  }
}

}  // namespace

void retarget_module(const jit::Module& module, const std::map<std::string, c10::IValue>& constants,
                     c10::ScalarType from, c10::ScalarType to) {
  for (const auto& [path, tensor] : describe_objects(module).tensors) retarget_tensor(tensor, from, to);
  for (const auto& [name, value] : constants) {
    if (value.isTensor()) retarget_tensor(value.toTensor(), from, to);
  }
  for (jit::Function* function : module._ivalue()->compilation_unit()->get_functions()) {
    if (jit::GraphFunction* graph_function = jit::tryToGraphFunction(*function)) {
      retarget_block(*graph_function->graph()->block(), from, to);
    }
  }
}

}  // namespace flopaudit
