#include "analyzer/report/node_text.h"

#include "analyzer/ir/entry_arguments.h"

namespace flopaudit {
namespace {

// A value of which nothing is known but its static type prints as that type.
std::string known_text(const Value& value) {
  return value.fact.is_unknown() ? value.type.to_string() : value.fact.to_string();
}

std::vector<std::string> texts(const std::vector<Value*>& values, const std::vector<Fact>* facts) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool use_fact = facts != nullptr && i < facts->size() && !(*facts)[i].is_unknown();
    all.push_back(use_fact ? (*facts)[i].to_string() : known_text(*values[i]));
  }
  return all;
}

bool all_digits(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }

}  // namespace

bool is_reported(const Node& node) { return node.op.name.rfind("prim::", 0) != 0; }

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> input_texts(const Node& node) {
  return texts(node.operands, node.cases.empty() ? nullptr : &node.cases.front().inputs);
}

std::vector<std::string> output_texts(const Node& node) {
  return texts(node.results, node.cases.empty() ? nullptr : &node.cases.front().outputs);
}

std::vector<std::pair<std::string, std::string>> input_names(const Program& program) {
  std::vector<std::pair<std::string, std::string>> names;
  const auto& arguments = program.entry().body.arguments;
  for (std::size_t i = first_input(program); i < arguments.size(); ++i) {
    const Value& argument = *arguments[i];
    std::string name = argument.name;
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos && dot > 0 && dot + 1 < name.size() && all_digits(name.substr(dot + 1)))
      name.resize(dot);
    names.emplace_back(std::move(name), known_text(argument));
  }
  return names;
}

}  // namespace flopaudit
