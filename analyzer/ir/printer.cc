#include "analyzer/ir/printer.h"

#include <unordered_map>
#include <utility>

#include "analyzer/ir/text_format.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

std::string range_text(const Range& range) {
  const auto one = [](const Expr& expr) {
    return expr.is_constant() ? expr.to_string() : "<" + expr.to_string() + ">";
  };
  return range.exact() ? one(range.min) : one(range.min) + ".." + one(range.max);
}

std::string source_text(const SourceLocation& source) {
  if (source == SourceLocation{}) return {};
  return " at " + quoted(source.file.str()) + ":" + std::to_string(source.line);
}

template <typename List, typename Print>
std::string joined(const List& list, const Print& print_one) {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += ", ";
    text += print_one(element);
  }
  return "(" + text + ")";
}

std::string facts_text(const std::vector<Fact>& facts) {
  return joined(facts, [](const Fact& fact) { return fact.to_string(); });
}

// `Tensor {f32[2]}`
std::string typed_text(const Type& type, const Fact& fact) {
  return fact.is_unknown() ? type.to_string() : type.to_string() + " {" + fact.to_string() + "}";
}

std::string value_name_text(const Value& value) {
  return "%" + (is_plain_name(value.name) ? value.name : quoted(value.name));
}

std::string declaration_text(const Value* value) {
  return value_name_text(*value) + ": " + typed_text(value->type, value->fact);
}

std::string operand_text(const Value* value) {
  switch (value->origin) {
    case Value::Origin::result:
    case Value::Origin::argument: return value_name_text(*value);
    case Value::Origin::parameter: return "param " + quoted(value->name);
    case Value::Origin::constant: break;
  }
  const std::string literal = value->fact.to_string();
  return implied_type(value->fact) == value->type ? literal : literal + ": " + value->type.to_string();
}

std::string op_text(const OpName& op) {
  const bool plain = is_plain_op_name(op.name) && (op.overload.empty() || is_plain_name(op.overload));
  return plain ? op.full() : "op " + quoted(op.name) + " " + quoted(op.overload);
}

// The calls of a graph as a tree: nodes of one call share one line of the table.
class CallTable {
 public:
  // The number of the innermost call, -1 without calls.
  int number_of(const CallStack& calls) {
    if (last_ != nullptr && *last_ == calls) return last_number_;
    int number = -1;
    for (const CallFrame& frame : calls.frames()) {
      std::string line = number < 0 ? "" : " under " + std::to_string(number);
      line += " " + quoted(frame.function.str());
      if (!frame.module.empty()) line += " on " + quoted(frame.module.str());
      line += source_text(frame.source);
      const auto [entry, inserted] = numbers_.try_emplace(line, static_cast<int>(lines_.size()));
      if (inserted) lines_.push_back(std::move(line));
      number = entry->second;
    }
    last_ = &calls;
    last_number_ = number;
    return number;
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::unordered_map<std::string, int> numbers_;
  std::vector<std::string> lines_;
  const CallStack* last_ = nullptr;
  int last_number_ = -1;
};

class GraphPrinter {
 public:
  explicit GraphPrinter(std::string& out) : out_(out) {}

  void graph(const Graph& graph) {
    out_ += "\ngraph " + quoted(graph.name) + joined(graph.body.arguments, declaration_text) + " -> ";
    out_ += joined(graph.result_types, [](const Type& type) { return type.to_string(); }) + " {\n";
    if (!graph.defaults.empty()) {
      out_ += "  defaults " +
              joined(graph.defaults,
                     [](const std::optional<Fact>& fact) { return fact ? fact->to_string() : std::string("_"); }) +
              "\n";
    }
    for (const Value* parameter : graph.parameters()) {
      out_ += "  parameter " + quoted(parameter->name) + ": " + typed_text(parameter->type, parameter->fact) + "\n";
    }
    for_each_node(graph.body, [&](const Node& node) { calls_.number_of(node.calls); });
    for (std::size_t i = 0; i < calls_.lines().size(); ++i) {
      out_ += "  call " + std::to_string(i) + calls_.lines()[i] + "\n";
    }
    nodes(graph.body, "  ", "return");
    out_ += "}\n";
  }

 private:
  void nodes(const Region& region, const std::string& indent, const char* last_word) {
    for (const auto& each : region.nodes) node(*each, indent);
    out_ += indent + last_word + " " + joined(region.results, operand_text) + "\n";
  }

  void node(const Node& node, const std::string& indent) {
    out_ += indent;
    if (node.id != -1) out_ += "n" + std::to_string(node.id) + ": ";
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      out_ += (i == 0 ? "" : ", ") + declaration_text(node.results[i]);
    }
    if (!node.results.empty()) out_ += " = ";
    out_ += op_text(node.op) + attributes_text(node) + joined(node.operands, operand_text);
    if (!node.module.empty()) out_ += " in " + quoted(node.module);
    out_ += source_text(node.source);
    if (const int call = calls_.number_of(node.calls); call >= 0) out_ += " call " + std::to_string(call);
    out_ += "\n";
    annotations(node, indent + "  ");
    for (std::size_t i = 0; i < node.regions.size(); ++i) {
      const Region& inner = *node.regions[i];
      out_ += indent + "  ";
      out_ += region_label(node.op, i);
      out_ += joined(inner.arguments, declaration_text) + " {\n";
      nodes(inner, indent + "    ", "yield");
      out_ += indent + "  }\n";
    }
  }

  static std::string attributes_text(const Node& node) {
    if (node.attributes.empty()) return {};
    std::string text;
    for (const auto& [key, value] : node.attributes) {
      text += (text.empty() ? "" : ", ") + (is_plain_name(key) ? key : quoted(key)) + "=" + quoted(value);
    }
    return "[" + text + "]";
  }

  void annotations(const Node& node, const std::string& indent) {
    const bool reached = node.executions != Range() || !node.cases.empty();
    const bool implied = has_implied_case(node);
    std::string line;
    if (reached) line += " executed " + range_text(node.executions);
    if (reached && !implied) line += " cases " + std::to_string(node.cases.size());
    line += work_text(node);
    if (!line.empty()) out_ += indent + line.substr(1) + "\n";
    if (implied) return;
    for (const Execution& each : node.cases) {
      out_ += indent + "case " + range_text(each.count) + " " + facts_text(each.inputs) + " -> " +
              facts_text(each.outputs) + "\n";
    }
  }

  static std::string work_text(const Node& node) {
    const WorkTotal& work = node.work;
    const bool annotated = node.state != WorkState::not_annotated || work != WorkTotal{};
    std::string text;
    if (annotated) text += " work " + std::string(name(node.state));
    for (const auto& [key, count] : work.operations) {
      text += " " + std::string(name(key.first)) + "/" + std::string(name(key.second)) + "=" + range_text(count);
    }
    for (const auto& [dtype, count] : work.valid_mac) {
      text += " valid/" + std::string(name(dtype)) + "=" + range_text(count);
    }
    if (work.bytes_read != Range()) text += " read=" + range_text(work.bytes_read);
    if (work.bytes_written != Range()) text += " written=" + range_text(work.bytes_written);
    if (!node.formula.empty()) text += " formula " + quoted(node.formula);
    if (!node.why.empty()) text += " why " + quoted(node.why);
    return text;
  }

  std::string& out_;
  CallTable calls_;
};

void print_object(std::string& out, const Object& object) {
  out += "\nobject " + quoted(object.path) + " class=" + quoted(object.class_name);
  out += object.is_module ? " module {\n" : " {\n";
  for (const Attribute& attribute : object.attributes) {
    out += "  " + quoted(attribute.name) + ": " + typed_text(attribute.type, attribute.value);
    if (attribute.is_parameter) out += " parameter";
    if (attribute.is_buffer) out += " buffer";
    if (!attribute.tensor_path.empty()) out += " path=" + quoted(attribute.tensor_path);
    out += "\n";
  }
  out += "}\n";
}

}  // namespace

std::string print(const Program& program) {
  std::string out(kTextFormat);
  out += "\nprogram file=" + quoted(program.file) + " kind=" + quoted(program.kind) +
         " method=" + quoted(program.method) + " libtorch=" + quoted(program.libtorch_version) +
         " parameters=" + std::to_string(program.parameter_count) +
         " parameter_bytes=" + std::to_string(program.parameter_bytes) + "\n";
  if (program.example_inputs) out += "example_inputs " + facts_text(*program.example_inputs) + "\n";
  for (const Object& object : program.objects) print_object(out, object);
  for (const auto& function : program.functions) GraphPrinter(out).graph(*function);
  return out;
}

}  // namespace flopaudit
