// The functions of a module, one to one:
//   1. the entry method's graph is lowered, then each function that a call reaches, in the order in which it is reached
//   2. a block becomes a region, a node a node; operands and results are kept, and names but for their numbers
//   3. a prim::Constant becomes a constant value at its uses; tensors and objects become parameters `CONSTANTS.c<k>`
//   4. the function operand of prim::CallFunction becomes an attribute
// LibTorch inlines nothing here: calls and attribute reads stay, for our own passes.
#include "analyzer/frontend/libtorch/lower.h"

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/version.h>

#include <deque>
#include <set>
#include <unordered_map>

#include "analyzer/frontend/libtorch/constant_names.h"
#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/frontend/libtorch/node_attributes.h"
#include "analyzer/frontend/libtorch/python_source.h"
#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/frontend/libtorch/value_conversion.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

namespace jit = torch::jit;

class Lowering {
 public:
  Lowering(Program& program, const ModelObjects& objects) : program_(program), objects_(objects) {}

  Result<void> run(jit::Function& entry) {
    reach(entry);
    while (!waiting_.empty()) {
      jit::Function& function = *waiting_.front();
      waiting_.pop_front();
      FA_TRY(lower_function(function));
    }
    return {};
  }

  Result<void> run(const jit::Graph& graph) {
    graph_ = program_.functions.emplace_back(std::make_unique<Graph>()).get();
    return lower_body(graph);
  }

  std::map<std::string, c10::IValue> take_constants() { return constant_names_.take_values(); }

 private:
  void reach(jit::Function& function) {
    // A method of a custom class is C++ and has no graph.
    if (jit::tryToGraphFunction(function) == nullptr) return;
    if (reached_.insert(function.qualname().qualifiedName()).second) waiting_.push_back(&function);
  }

  Result<void> lower_function(jit::Function& function) {
    const std::shared_ptr<jit::Graph> source = jit::toGraphFunction(function).graph();
    graph_ = program_.functions.emplace_back(std::make_unique<Graph>()).get();
    graph_->name = function.qualname().qualifiedName();
    for (const c10::Argument& argument : function.getSchema().arguments()) {
      const auto& value = argument.default_value();
      graph_->defaults.push_back(value ? std::optional(fact_of(*value, Fact::kMaxContents)) : std::nullopt);
    }
    return lower_body(*source);
  }

  Result<void> lower_body(const jit::Graph& source) {
    values_.clear();
    FA_TRY(lower_block(*source.block(), graph_->body));
    for (const jit::Value* output : source.outputs()) graph_->result_types.push_back(type_of(*output->type()));
    graph_->rename_in_order();
    return {};
  }

  Result<void> lower_block(const jit::Block& block, Region& region) {
    for (const jit::Value* input : block.inputs()) {
      values_[input] = graph_->add_argument(region, graph_->fresh_name(input->debugName()), type_of(*input->type()));
    }
    for (const jit::Node* node : block.nodes()) {
      if (node->kind() == c10::prim::Constant) {
        lower_constant(*node);
      } else {
        FA_TRY(lower_node(*node, region));
      }
    }
    for (const jit::Value* output : block.outputs()) {
      FA_ASSIGN(Value * value, lowered(*output));
      region.results.push_back(value);
    }
    return {};
  }

  void lower_constant(const jit::Node& node) {
    const jit::Value* output = node.output();
    const auto value = jit::toIValue(output);
    if (!value) return;  // a function: named by the call that uses it
    const Type type = type_of(*output->type());
    if (is_literal(*value)) {
      Fact fact = fact_of(*value, Fact::kMaxContents);
      // The target device is the CPU, whatever the model was saved on (DESIGN.md §2.2).
      if (value->isDevice()) fact = DeviceFact{"cpu"};
      values_[output] = graph_->constant(type, std::move(fact));
    } else {
      values_[output] =
          graph_->parameter(constant_names_.name(node, *value), type, fact_of(*value, Fact::kMaxContents));
    }
  }

  Result<void> lower_node(const jit::Node& source, Region& region) {
    Node& node = *region.nodes.emplace_back(std::make_unique<Node>());
    node.op.name = source.kind().toQualString();
    if (const auto* schema = source.maybeSchema()) node.op.overload = schema->overload_name();
    node.source = python_source(source.sourceRange());
    FA_ASSIGN(node.attributes, node_attributes(source));
    const bool calls_function = source.kind() == c10::prim::CallFunction;
    for (std::size_t i = calls_function ? 1 : 0; i < source.inputs().size(); ++i) {
      FA_ASSIGN(Value * operand, lowered(*source.input(i)));
      node.operands.push_back(operand);
    }
    for (const jit::Block* block : source.blocks()) FA_TRY(lower_region(*block, node));
    if (source.hasAttribute(jit::attr::Subgraph)) FA_TRY(lower_region(*source.g(jit::attr::Subgraph)->block(), node));
    for (const jit::Value* output : source.outputs()) {
      values_[output] = graph_->add_result(node, graph_->fresh_name(output->debugName()), type_of(*output->type()));
    }
    reach_callees(source);
    return {};
  }

  Result<void> lower_region(const jit::Block& block, Node& node) {
    Region& region = *node.regions.emplace_back(std::make_unique<Region>());
    region.parent = &node;
    return lower_block(block, region);
  }

  Result<Value*> lowered(const jit::Value& value) {
    const auto found = values_.find(&value);
    if (found != values_.end()) return found->second;
    return input_error("'" + program_.file + "' uses the function value %" + value.debugName() + " in " + graph_->name +
                       " other than by calling it, which flopaudit does not read");
  }

  void reach_callees(const jit::Node& node) {
    if (node.kind() == c10::prim::CallFunction) {
      if (auto type = node.input(0)->type()->cast<c10::FunctionType>()) reach(*type->function());
    } else if (node.kind() == c10::prim::CallMethod) {
      const std::string& name = node.s(jit::attr::name);
      const c10::TypePtr& type = node.input(0)->type();
      if (auto class_type = type->cast<c10::ClassType>()) {
        if (jit::Function* method = class_type->findMethod(name)) reach(*method);
      } else if (type->kind() == c10::TypeKind::InterfaceType) {
        reach_implementations(*type, name);
      }
    }
  }

  // Which object stands behind an interface is known only when the attributes are resolved: every class of the model
  // that implements it is reached.
  void reach_implementations(const c10::Type& interface, const std::string& name) {
    for (const c10::ClassTypePtr& type : objects_.classes) {
      if (!type->isSubtypeOf(interface)) continue;
      if (jit::Function* method = type->findMethod(name)) reach(*method);
    }
  }

  Program& program_;
  const ModelObjects& objects_;
  ConstantNames constant_names_;
  std::set<std::string> reached_;
  std::deque<jit::Function*> waiting_;
  Graph* graph_ = nullptr;
  std::unordered_map<const jit::Value*, Value*> values_;
};

// Traced: the file carries the inputs it was traced with, or the entry's first operator or call that has debug
// information was made by tracing (attribute reads tell nothing: they have no line in either kind). Without both, and
// without nodes, it counts as scripted: nothing depends on it but the word in the report.
std::string kind_of(const LoadedModule& loaded, jit::Function& entry) {
  if (loaded.file.has_traced_inputs) return "traced";
  for (const jit::Node* node : jit::toGraphFunction(entry).graph()->nodes()) {
    const bool is_call = node->kind() == c10::prim::CallMethod || node->kind() == c10::prim::CallFunction;
    if (!is_call && node->kind().ns() != c10::namespaces::aten) continue;
    const auto traced = made_by_tracing(node->sourceRange());
    if (traced) return *traced ? "traced" : "scripted";
  }
  return "scripted";
}

std::optional<std::vector<Fact>> example_inputs(const LoadedModule& loaded, const std::string& method) {
  const auto inputs = traced_inputs(loaded.file, method);
  if (!inputs) return std::nullopt;
  std::vector<Fact> facts;
  for (const c10::IValue& input : *inputs) facts.push_back(fact_of(input, 0));
  return facts;
}

}  // namespace

Result<LoweredModule> lower(const LoadedModule& loaded, const std::string& method_name) {
  try {
    FA_ASSIGN(const jit::Method method, find_method(loaded, method_name));
    LoweredModule lowered;
    lowered.program = std::make_unique<Program>();
    Program& program = *lowered.program;
    program.file = loaded.file.path;
    program.method = method_name;
    program.kind = kind_of(loaded, method.function());
    program.libtorch_version = libtorch_version();
    program.saved_training = loaded.saved_training;
    program.example_inputs = example_inputs(loaded, method_name);

    ModelObjects objects = describe_objects(loaded.module);
    program.parameter_count = objects.parameter_count;
    program.parameter_bytes = objects.parameter_bytes;
    Lowering lowering(program, objects);
    FA_TRY(lowering.run(method.function()));
    lowered.constants = lowering.take_constants();
    program.objects = std::move(objects.objects);
    return lowered;
  } catch (const std::exception& error) {
    return input_error("'" + loaded.file.path + "' cannot be lowered: " + one_sentence(error));
  }
}

Result<std::unique_ptr<Program>> lower_graph(const jit::Graph& graph) {
  auto program = std::make_unique<Program>();
  program->kind = "scripted";
  program->libtorch_version = libtorch_version();
  const ModelObjects no_objects;
  FA_TRY(Lowering(*program, no_objects).run(graph));
  return program;
}

Result<std::unique_ptr<Program>> load_with_libtorch(const std::string& file, const std::string& method) {
  FA_ASSIGN(const LoadedModule loaded, load_module(file));
  FA_ASSIGN(LoweredModule lowered, lower(loaded, method));
  return std::move(lowered.program);
}

std::string libtorch_version() {
  return std::to_string(TORCH_VERSION_MAJOR) + "." + std::to_string(TORCH_VERSION_MINOR) + "." +
         std::to_string(TORCH_VERSION_PATCH);
}

}  // namespace flopaudit
