// Forward, in program order: a result needs a gradient when an operand does. Loops are walked until nothing is new:
// what they carry may need one only from the second trip on.
#include "analyzer/training/gradient_flow.h"

#include <algorithm>
#include <set>
#include <string>

#include "analyzer/ir/effects.h"

namespace flopaudit {
namespace {

bool is_floating_tensor(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  return tensor != nullptr && (!tensor->dtype || is_floating(*tensor->dtype) || is_complex(*tensor->dtype));
}

// The paths of registered parameters. None where the program has no objects: then every weight is taken for one.
std::set<std::string> parameter_paths(const Program& program) {
  std::set<std::string> paths;
  for (const Object& object : program.objects) {
    for (const Attribute& attribute : object.attributes) {
      if (attribute.is_parameter) paths.insert(attribute.tensor_path);
    }
  }
  return paths;
}

bool stops_gradients(const Node& node) {
  static const std::set<std::string> kStops = {"aten::detach", "aten::detach_", "aten::data", "aten::size",
                                               "aten::numel",  "aten::dim",     "aten::item"};
  return kStops.contains(node.op.name);
}

// A value that is a tensor, or may hold some.
bool may_carry(const Value& value) {
  if (value.type.kind == Type::Kind::tensor) return is_floating_tensor(value.fact) || value.fact.is_unknown();
  return is_mutable(value.type) || value.type.kind == Type::Kind::tuple || value.type.kind == Type::Kind::optional;
}

}  // namespace

GradientFlow::GradientFlow(const Program& program) {
  const std::set<std::string> paths = parameter_paths(program);
  for (const Value* parameter : program.entry().parameters()) {
    const bool is_one = program.objects.empty() || paths.contains(parameter->name);
    if (is_one && is_floating_tensor(parameter->fact)) needs_.insert(parameter);
  }
  has_parameters_ = !needs_.empty();
  visit(program.entry().body);
}

GradientFlow::GradientFlow(const Program& program, const std::vector<const Value*>& variables)
    : needs_(variables.begin(), variables.end()) {
  visit(program.entry().body);
}

bool GradientFlow::needs_gradient(const Node& node) const {
  return std::any_of(node.results.begin(), node.results.end(),
                     [this](const Value* result) { return needs_gradient(result); });
}

bool GradientFlow::add(const Value* value) { return may_carry(*value) && needs_.insert(value).second; }

bool GradientFlow::visit(const Region& region) {
  bool found = false;
  for (const auto& node : region.nodes) found = visit(*node) || found;
  return found;
}

bool GradientFlow::visit(const Node& node) {
  if (node.state == WorkState::not_taken || stops_gradients(node)) return false;
  bool found = false;
  if (node.regions.empty()) {
    const bool needs = std::any_of(node.operands.begin(), node.operands.end(),
                                   [this](const Value* operand) { return needs_gradient(operand); });
    if (!needs) return false;
    for (const Value* result : node.results) found = add(result) || found;
    // What is written in place, or a list that is appended to, needs it from then on.
    for (const std::size_t written : written_operands(node)) found = add(node.operands[written]) || found;
    return found;
  }
  const bool is_loop = node.op.name == "prim::Loop";
  for (const auto& region : node.regions) {
    // A loop carries its operands from the third on in the body's arguments behind the trip number.
    const auto carry = [&](const Value* from, std::size_t i) {
      if (needs_gradient(from) && i + 1 < region->arguments.size()) found = add(region->arguments[i + 1]) || found;
    };
    for (std::size_t i = 2; is_loop && i < node.operands.size(); ++i) carry(node.operands[i], i - 2);
    found = visit(*region) || found;
    bool again = is_loop;
    while (again) {
      again = false;
      for (std::size_t i = 1; i < region->results.size(); ++i) {
        const Value* const argument = i < region->arguments.size() ? region->arguments[i] : nullptr;
        if (argument != nullptr && needs_gradient(region->results[i])) again = add(argument) || again;
      }
      if (again) visit(*region);
    }
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      const std::size_t at = is_loop ? i + 1 : i;
      if (at < region->results.size() && needs_gradient(region->results[at])) found = add(node.results[i]) || found;
    }
  }
  return found;
}

}  // namespace flopaudit
