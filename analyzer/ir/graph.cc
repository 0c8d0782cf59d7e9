#include "analyzer/ir/graph.h"

#include <algorithm>
#include <utility>

namespace flopaudit {

Value* Graph::make_value(Value::Origin origin, std::string value_name, Type type, Fact fact) {
  values_.push_back(std::make_unique<Value>());
  Value* const value = values_.back().get();
  value->origin = origin;
  value->number = static_cast<std::uint32_t>(values_.size() - 1);
  value->name = std::move(value_name);
  value->type = std::move(type);
  value->fact = std::move(fact);
  return value;
}

Value* Graph::add_result(Node& node, std::string value_name, Type type) {
  names_.try_emplace(value_name, 1);
  Value* const value = make_value(Value::Origin::result, std::move(value_name), std::move(type), {});
  value->producer = &node;
  node.results.push_back(value);
  return value;
}

Value* Graph::add_argument(Region& region, std::string value_name, Type type) {
  names_.try_emplace(value_name, 1);
  Value* const value = make_value(Value::Origin::argument, std::move(value_name), std::move(type), {});
  value->region = &region;
  region.arguments.push_back(value);
  return value;
}

Value* Graph::parameter(const std::string& path, const Type& type, const Fact& fact) {
  Value*& value = parameters_[path];
  if (value == nullptr) {
    value = make_value(Value::Origin::parameter, path, type, fact);
    parameter_order_.push_back(value);
  }
  return value;
}

Value* Graph::constant(const Type& type, Fact value) {
  // Neither text contains a newline, so the key is unambiguous.
  Value*& interned = constants_[type.to_string() + "\n" + value.to_string()];
  if (interned == nullptr) interned = make_value(Value::Origin::constant, {}, type, value.snapshot());
  return interned;
}

std::string Graph::fresh_name(const std::string& wish) {
  const auto taken = names_.find(wish);
  if (taken == names_.end()) return wish;
  for (int& suffix = taken->second;; ++suffix) {
    std::string candidate = wish + "." + std::to_string(suffix);
    if (!names_.contains(candidate)) return candidate;
  }
}

namespace {

bool is_number(std::string_view name) { return name.find_first_not_of("0123456789") == std::string_view::npos; }

// "x" of "x.7" and of "x.7.1".
std::string_view without_number(std::string_view name) {
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0; dot = name.rfind('.')) {
    if (!is_number(name.substr(dot + 1))) break;
    name = name.substr(0, dot);
  }
  return name;
}

}  // namespace

void Graph::rename_in_order() {
  names_.clear();
  parameter_order_.clear();
  int next_number = 0;
  std::vector<bool> used(values_.size());
  rename_in_order(body, next_number, used);
  const auto is_unused = [&used](const auto& entry) { return !used[entry.second->number]; };
  std::erase_if(parameters_, is_unused);
  std::erase_if(constants_, is_unused);
  std::erase_if(values_, [&used](const auto& value) { return !used[value->number]; });
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i]->number = static_cast<std::uint32_t>(i);
}

void Graph::rename_in_order(Region& region, int& next_number, std::vector<bool>& used) {
  const auto rename = [&](Value& value) {
    const std::string wish(without_number(value.name));
    value.name = is_number(wish) ? std::to_string(next_number++) : fresh_name(wish);
    names_.try_emplace(value.name, 1);
    used[value.number] = true;
  };
  const auto use = [&](Value* value) {
    if (value->origin == Value::Origin::parameter && !used[value->number]) parameter_order_.push_back(value);
    used[value->number] = true;
  };
  for (Value* argument : region.arguments) rename(*argument);
  for (const auto& node : region.nodes) {
    for (Value* operand : node->operands) use(operand);
    for (const auto& inner : node->regions) rename_in_order(*inner, next_number, used);
    for (Value* result : node->results) rename(*result);
  }
  for (Value* result : region.results) use(result);
}

const Attribute* Object::find(std::string_view name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

Graph* Program::find_function(std::string_view name) {
  for (const auto& function : functions) {
    if (function->name == name) return function.get();
  }
  return nullptr;
}

const Object* Program::find_object(std::string_view path) const {
  for (const Object& object : objects) {
    if (object.path == path) return &object;
  }
  return nullptr;
}

bool never_runs(const Node& node) { return node.state == WorkState::not_taken || node.executions.max == Expr(0); }

bool never_runs(const Region& region) {
  return !region.nodes.empty() && std::ranges::all_of(region.nodes, [](const auto& node) { return never_runs(*node); });
}

}  // namespace flopaudit
