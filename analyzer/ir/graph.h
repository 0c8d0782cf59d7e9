// The IR: SSA with regions. A Program is what a front end makes of a model file: functions as they are in the file,
// the tree of objects (modules) with their attributes, and the entry method. After inline-calls the entry graph alone
// matters. Text form: analyzer/ir/printer.h and parser.h; invariants: verifier.h.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/shared_text.h"
#include "analyzer/ir/type.h"
#include "analyzer/ir/work.h"

namespace flopaudit {

struct Node;
struct Region;

struct SourceLocation {
  SharedText file;  // as recorded in the model: "torchvision/models/resnet.py"; empty: not known
  int line = 0;
  friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

// One call on the way from the entry method to a node, outermost first.
struct CallFrame {
  SharedText function;    // callee: "__torch__.torchvision.models.resnet.ResNet.forward"
  SharedText module;      // path of the object it was called on, "" for the model itself or a free function
  SourceLocation source;  // of the call
  friend bool operator==(const CallFrame&, const CallFrame&) = default;
};

// The calls on the way to a node. The nodes of one call share one list.
class CallStack {
 public:
  CallStack() = default;  // of a node of the entry method
  explicit CallStack(std::vector<CallFrame> frames)
      : frames_(frames.empty() ? nullptr : std::make_shared<const std::vector<CallFrame>>(std::move(frames))) {}

  const std::vector<CallFrame>& frames() const {
    static const std::vector<CallFrame> kNone;
    return frames_ ? *frames_ : kNone;
  }
  bool empty() const { return frames_ == nullptr; }
  friend bool operator==(const CallStack& a, const CallStack& b) {
    return a.frames_ == b.frames_ || a.frames() == b.frames();
  }

 private:
  std::shared_ptr<const std::vector<CallFrame>> frames_;
};

struct Value {
  enum class Origin { result, argument, parameter, constant };

  Origin origin = Origin::result;
  std::uint32_t number = 0;  // its place in Graph::values()
  std::string name;          // unique in its graph for results and arguments: "x.5"; parameters: the attribute path
  Type type;                 // static type
  Fact fact;                 // what is known beyond the type; for constants their value
  Node* producer = nullptr;  // of a result
  Region* region = nullptr;  // of an argument
  // A constant tensor too large to be printed is named by path (`CONSTANTS.c0`) and has origin parameter.
};

struct OpName {
  std::string name;      // "aten::conv2d", "prim::If"
  std::string overload;  // "Tensor" of aten::add.Tensor, often empty

  std::string full() const { return overload.empty() ? name : name + "." + overload; }
  bool is_aten() const { return name.rfind("aten::", 0) == 0; }
  friend bool operator==(const OpName&, const OpName&) = default;
};

// Consecutive executions of a node that saw the same facts.
struct Execution {
  Range count = Expr(1);
  std::vector<Fact> inputs;
  std::vector<Fact> outputs;
  friend bool operator==(const Execution&, const Execution&) = default;
};

struct Region {
  Node* parent = nullptr;  // null: the body of a graph
  std::vector<Value*> arguments;
  std::list<std::unique_ptr<Node>> nodes;
  std::vector<Value*> results;  // what the region yields
};

struct Node {
  OpName op;
  std::vector<Value*> operands;
  std::vector<Value*> results;
  // Constant attributes that are not operands: `name` of prim::GetAttr, SetAttr, CallMethod; `function` of
  // prim::CallFunction; `types` of prim::isinstance. Printed sorted.
  std::map<std::string, std::string> attributes;
  std::vector<std::unique_ptr<Region>> regions;  // prim::If: then, else; prim::Loop: body

  SourceLocation source;
  CallStack calls;     // filled by inline-calls
  std::string module;  // path of the innermost module: "layer2.0.bn1"; filled by resolve-attributes
  int id = -1;         // n<id>, pre-order over regions; given by inline-calls, never changed

  // Written by propagate-shapes.
  Range executions;              // how often the node runs in one run of the method
  std::vector<Execution> cases;  // in order; empty when it never runs or was not reached
  // Written by annotate-work.
  WorkState state = WorkState::not_annotated;
  std::string why;      // of no_rule and no_shape: the reason, in words
  std::string formula;  // the row's formula text
  WorkTotal work;       // of all executions
};

class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;  // nodes point into it
  Graph& operator=(const Graph&) = delete;

  std::string name;  // qualified name of the function
  Region body;
  std::vector<Type> result_types;
  // Argument defaults that the file declares, by position; nullopt: required.
  std::vector<std::optional<Fact>> defaults;

  Value* add_result(Node& node, std::string value_name, Type type);
  Value* add_argument(Region& region, std::string value_name, Type type);
  // The one value of a parameter path; made at the first call.
  Value* parameter(const std::string& path, const Type& type, const Fact& fact);
  Value* constant(const Type& type, Fact value);  // interned by type and printed value
  // A name that no value of this graph has yet: `wish`, else `wish.1`, `wish.2`... Taken by the next add_*, not before.
  std::string fresh_name(const std::string& wish);
  // Names every result and argument anew, in the order of their definitions, so that a name does not tell by what
  // detours the graph was made: `x.7` becomes `x`, or `x.1` where that is taken, and what has a number for a name the
  // next number. The parameters are those that are used, in the order of their first use. Values that nothing holds any
  // more are gone.
  void rename_in_order();

  const std::vector<Value*>& parameters() const { return parameter_order_; }  // in order of first mention
  // Every value made, also those of nodes that are gone since then.
  const std::vector<std::unique_ptr<Value>>& values() const { return values_; }

 private:
  void rename_in_order(Region& region, int& next_number, std::vector<bool>& used);
  Value* make_value(Value::Origin origin, std::string value_name, Type type, Fact fact);

  std::vector<std::unique_ptr<Value>> values_;
  std::unordered_map<std::string, Value*> parameters_;
  std::vector<Value*> parameter_order_;
  std::unordered_map<std::string, Value*> constants_;
  std::unordered_map<std::string, int> names_;  // name -> next suffix
};

// Something of every value of a graph, at hand without a search: an array over Value::number.
template <typename T>
class PerValue {
 public:
  PerValue() = default;
  explicit PerValue(const Graph& graph) : entries_(graph.values().size()) {}

  T& operator[](const Value* value) {
    if (value->number >= entries_.size()) entries_.resize(value->number + 1 + value->number / 2);
    return entries_[value->number];
  }
  // T() where nothing was stored.
  T get(const Value* value) const { return value->number < entries_.size() ? entries_[value->number] : T(); }

 private:
  std::vector<T> entries_;
};

// An attribute of an object: a tensor (parameter, buffer or plain attribute), another object, or a plain value.
struct Attribute {
  std::string name;
  Type type;
  Fact value;                 // tensors: dtype, dims, contents when small; objects: ObjectFact
  bool is_parameter = false;  // registered as parameter
  bool is_buffer = false;
  // Canonical path of a tensor: where the same tensor was met first, so that tied parameters share one path.
  std::string tensor_path;
};

struct Object {
  std::string path;        // "" is the model; "layer1.0.conv1"
  std::string class_name;  // "__torch__.torch.nn.modules.conv.Conv2d"
  std::vector<Attribute> attributes;
  bool is_module = true;

  const Attribute* find(std::string_view name) const;
};

// What the model has beside its program, counted once a tensor however often it is shared.
struct Program {
  std::string file;    // as given by the user
  std::string kind;    // "traced" or "scripted"
  std::string method;  // "forward"
  std::string libtorch_version;
  std::int64_t parameter_count = 0;  // elements of registered parameters
  std::int64_t parameter_bytes = 0;
  bool saved_training = false;  // the file was saved in training mode; it is analysed and run in eval mode all the same

  std::vector<std::unique_ptr<Graph>> functions;  // entry first, then in the order in which they were reached
  std::vector<Object> objects;                    // pre-order from the model

  // Example inputs that a traced file carries, for `method`; nullopt: none.
  std::optional<std::vector<Fact>> example_inputs;

  Graph& entry() { return *functions.front(); }
  const Graph& entry() const { return *functions.front(); }
  Graph* find_function(std::string_view name);
  const Object* find_object(std::string_view path) const;
};

// Whether an annotated program executes none of it: what stands in branches never taken. An empty region may run.
bool never_runs(const Node& node);
bool never_runs(const Region& region);

// Every node under a region, pre-order over regions.
template <typename Visit>
void for_each_node(const Region& region, const Visit& visit) {
  for (const auto& node : region.nodes) {
    visit(*node);
    for (const auto& inner : node->regions) for_each_node(*inner, visit);
  }
}
template <typename Visit>
void for_each_node(Region& region, const Visit& visit) {
  for (auto& node : region.nodes) {
    visit(*node);
    for (auto& inner : node->regions) for_each_node(*inner, visit);
  }
}

}  // namespace flopaudit
