#include "tests/frontend/torchscript/cleanup/random_jit_graph.h"

#include <array>
#include <map>
#include <random>
#include <vector>

namespace flopaudit {
namespace {

using Scope = std::map<std::string, std::vector<std::string>>;  // type -> names of values that are visible

constexpr std::array<const char*, 8> kTypes = {"Tensor", "int",      "bool",          "float",
                                               "int[]",  "Tensor[]", "(Tensor, int)", "(int, int)"};

// An op on operands of these types: what is between the commas of its operands, the type of its result.
struct Template {
  const char* op;
  std::vector<const char*> operands;
  const char* result;  // "": none
  int weight = 2;
};

const std::vector<Template>& templates() {
  static const std::vector<Template> kAll = {
      {"prim::Constant[value=3]", {}, "int"},
      {"prim::Constant[value=0]", {}, "int"},
      {"prim::Constant[value=1]", {}, "bool"},
      {"prim::Constant[value=0]", {}, "bool"},
      {"prim::Constant[value=2.5]", {}, "float"},
      {"aten::relu", {"Tensor"}, "Tensor"},
      {"aten::mm", {"Tensor", "Tensor"}, "Tensor"},
      {"aten::multiply", {"Tensor", "Tensor"}, "Tensor"},
      {"aten::t", {"Tensor"}, "Tensor", 3},
      {"aten::detach", {"Tensor"}, "Tensor"},
      {"aten::select", {"Tensor", "int", "int"}, "Tensor"},
      {"aten::relu_", {"Tensor"}, "Tensor", 3},
      {"aten::add_", {"Tensor", "Tensor", "int"}, "Tensor", 3},
      {"aten::size", {"Tensor", "int"}, "int"},
      {"aten::dim", {"Tensor"}, "int"},
      {"aten::add", {"int", "int"}, "int", 3},
      {"aten::mul", {"int", "int"}, "int"},
      {"aten::neg", {"int"}, "int"},
      {"aten::lt", {"int", "int"}, "bool", 3},
      {"aten::eq", {"int", "int"}, "bool"},
      {"aten::__not__", {"bool"}, "bool"},
      {"aten::__is__", {"bool", "bool"}, "bool", 1},
      {"aten::Bool", {"int"}, "bool"},
      {"aten::mul", {"float", "float"}, "float"},
      {"aten::Int", {"float"}, "int"},
      {"aten::Float", {"int"}, "float"},
      {"prim::ListConstruct", {"int", "int"}, "int[]"},
      {"prim::ListConstruct", {"Tensor", "Tensor"}, "Tensor[]"},
      {"aten::append", {"int[]", "int"}, "int[]"},
      {"aten::append", {"Tensor[]", "Tensor"}, "Tensor[]"},
      {"aten::len", {"int[]"}, "int"},
      {"aten::__getitem__", {"int[]", "int"}, "int"},
      {"aten::__getitem__", {"Tensor[]", "int"}, "Tensor"},
      {"aten::cat", {"Tensor[]", "int"}, "Tensor"},
      {"prim::TupleConstruct", {"Tensor", "int"}, "(Tensor, int)", 3},
      {"prim::TupleConstruct", {"int", "int"}, "(int, int)", 3},
      {"prim::unchecked_cast", {"Tensor"}, "Tensor", 1},
      {"prim::Print", {"Tensor"}, "", 1},
  };
  return kAll;
}

class Drawing {
 public:
  Drawing(unsigned seed, bool live_loops) : random_(seed), live_loops_(live_loops) {}

  std::string graph() {
    Scope scope;
    std::string arguments;
    for (const char* type :
         {"Tensor", "Tensor", "int", "bool", "float", "int[]", "Tensor[]", "(Tensor, int)", "(int, int)"}) {
      const std::string name = fresh();
      arguments += (arguments.empty() ? "" : ", ") + name + " : " + type;
      scope[type].push_back(name);
    }
    body(scope, 1, 6 + below(12));
    std::string results;
    for (int i = 1 + below(2); i > 0; --i) results += (results.empty() ? "" : ", ") + any(scope, type());
    return "graph(" + arguments + "):\n" + numbers_ + text_ + "  return (" + results + ")\n";
  }

 private:
  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  std::string fresh() { return "%v" + std::to_string(++count_); }
  std::string type() { return kTypes[static_cast<std::size_t>(below(static_cast<int>(kTypes.size())))]; }
  // Often one of the last.
  std::string any(const Scope& scope, const std::string& type) {
    const std::vector<std::string>& names = scope.at(type);
    const int size = static_cast<int>(names.size());
    const int from_end = below(2) == 0 ? below(size) : below(size < 4 ? size : 4);
    return names[static_cast<std::size_t>(size - 1 - from_end)];
  }
  void line(int depth, const std::string& text) {
    text_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
  }

  void body(Scope& scope, int depth, int nodes) {
    for (int i = 0; i < nodes; ++i) {
      const int kind = below(10);
      if (kind == 0 && depth < 8) {
        draw_if(scope, depth);
      } else if (kind == 1 && depth < 8) {
        draw_loop(scope, depth);
      } else if (kind == 2) {
        draw_unpacking(scope, depth);
      } else {
        draw_node(scope, depth);
      }
    }
  }

  void draw_node(Scope& scope, int depth) {
    int total = 0;
    for (const Template& each : templates()) total += each.weight;
    int drawn = below(total);
    const Template* chosen = nullptr;
    for (const Template& each : templates()) {
      chosen = &each;
      if ((drawn -= each.weight) < 0) break;
    }
    std::string operands;
    for (const char* operand : chosen->operands) operands += (operands.empty() ? "" : ", ") + any(scope, operand);
    const std::string call = std::string(chosen->op) + "(" + operands + ")";
    if (*chosen->result == '\0') return line(depth, call);
    const std::string name = fresh();
    if (is_number(chosen->result) && chosen->operands.empty()) return add_number(scope, name, chosen->result, call);
    line(depth, name + " : " + chosen->result + " = " + call);
    if (chosen->operands.empty()) constants_[name] = std::string(" : ") + chosen->result + " = " + call;
    scope[chosen->result].push_back(name);
  }

  static bool is_number(const std::string& type) { return type == "int" || type == "float"; }
  void add_number(Scope& scope, const std::string& name, const std::string& type, const std::string& call) {
    numbers_ += "  " + name + " : " + type + " = " + call + "\n";
    scope[type].push_back(name);
  }

  void draw_unpacking(Scope& scope, int depth) {
    const bool ints = below(2) == 0;
    const std::string tuple = any(scope, ints ? "(int, int)" : "(Tensor, int)");
    const std::string first = ints ? "int" : "Tensor";
    if (below(3) > 0) {
      const std::string a = fresh(), b = fresh();
      line(depth, a + " : " + first + ", " + b + " : int = prim::TupleUnpack(" + tuple + ")");
      scope[first].push_back(a);
      scope["int"].push_back(b);
      return;
    }
    const std::string index = fresh(), element = fresh();
    add_number(scope, index, "int", std::string("prim::Constant[value=") + (below(2) == 0 ? "-2" : "0") + "]()");
    line(depth, element + " : " + first + " = prim::TupleIndex(" + tuple + ", " + index + ")");
    scope[first].push_back(element);
  }

  std::vector<std::string> drawn_types() {
    std::vector<std::string> types;
    for (int i = below(4); i > 0; --i) types.push_back(type());
    return types;
  }
  std::string declared(const std::vector<std::string>& names, const std::vector<std::string>& types) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : ", ") + names[i] + " : " + types[i];
    return text.empty() ? text : text + " = ";
  }
  // A constant is made where it is yielded.
  std::string yielded(const Scope& scope, const std::string& type, int depth) {
    const std::string drawn = any(scope, type);
    const auto constant = constants_.find(drawn);
    if (constant == constants_.end()) return drawn;
    const std::string another = fresh();
    line(depth, another + constant->second);
    return another;
  }
  std::string yielded(const Scope& scope, const std::vector<std::string>& types, int depth) {
    std::string text;
    for (const std::string& each : types) text += (text.empty() ? "" : ", ") + yielded(scope, each, depth);
    return text;
  }
  std::vector<std::string> fresh_for(const std::vector<std::string>& types) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < types.size(); ++i) names.push_back(fresh());
    return names;
  }
  static void add(Scope& scope, const std::vector<std::string>& names, const std::vector<std::string>& types) {
    for (std::size_t i = 0; i < names.size(); ++i) scope[types[i]].push_back(names[i]);
  }

  void draw_if(Scope& scope, int depth) {
    const std::vector<std::string> types = drawn_types();
    const std::vector<std::string> names = fresh_for(types);
    line(depth, declared(names, types) + "prim::If(" + any(scope, "bool") + ")");
    for (int branch = 0; branch < 2; ++branch) {
      Scope inner = scope;
      line(depth + 1, "block" + std::to_string(branch) + "():");
      body(inner, depth + 2, below(5));
      const std::string results = yielded(inner, types, depth + 2);
      line(depth + 2, "-> (" + results + ")");
    }
    add(scope, names, types);
  }

  void draw_loop(Scope& scope, int depth) {
    const std::vector<std::string> types = drawn_types();
    const std::vector<std::string> names = fresh_for(types);
    std::string yes = any(scope, "bool");
    if (below(2) == 0 || constants_.contains(yes)) {
      yes = fresh();
      line(depth, yes + " : bool = prim::Constant[value=1]()");
    }
    std::string operands = any(scope, "int") + ", " + yes;
    for (const std::string& each : types) operands += ", " + any(scope, each);
    line(depth, declared(names, types) + "prim::Loop(" + operands + ")");
    const std::vector<std::string> arguments = fresh_for(types);
    const std::string trip = fresh();
    std::string header = trip + " : int";
    for (std::size_t i = 0; i < types.size(); ++i) header += ", " + arguments[i] + " : " + types[i];
    line(depth + 1, "block0(" + header + "):");
    Scope inner = scope;
    inner["int"].push_back(trip);
    add(inner, arguments, types);
    body(inner, depth + 2, below(6));
    if (live_loops_) line(depth + 2, "prim::Print(" + trip + ")");
    const std::string next = any(inner, "bool");
    std::string results = below(2) == 0 || constants_.contains(next) ? yes : next;
    if (!types.empty()) results += ", " + yielded(inner, types, depth + 2);
    line(depth + 2, "-> (" + results + ")");
    add(scope, names, types);
  }

  std::mt19937 random_;
  bool live_loops_;
  std::map<std::string, std::string> constants_;  // name -> the text that makes another one
  int count_ = 0;
  std::string numbers_, text_;
};

}  // namespace

std::string random_jit_graph(unsigned seed, bool live_loops) { return Drawing(seed, live_loops).graph(); }

}  // namespace flopaudit
