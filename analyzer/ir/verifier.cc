#include "analyzer/ir/verifier.h"

#include <string>
#include <unordered_set>

#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Check = Result<void>;

// One graph's checks. Each member function that returns a Check is one invariant.
class GraphVerifier {
 public:
  explicit GraphVerifier(const Graph& graph) : graph_(graph) {
    for (const auto& value : graph.values()) owned_.insert(value.get());
  }

  Check verify() {
    FA_TRY(result_count());
    FA_TRY(default_count());
    FA_TRY(unique_parameters());
    return region(graph_.body, nullptr);
  }

 private:
  // --- a graph ---
  Check result_count() const {
    if (graph_.body.results.size() == graph_.result_types.size()) return {};
    return violation("returns " + std::to_string(graph_.body.results.size()) + " values but declares " +
                     std::to_string(graph_.result_types.size()) + " types");
  }

  Check default_count() const {
    if (graph_.defaults.size() <= graph_.body.arguments.size()) return {};
    return violation("has more defaults than arguments");
  }

  Check unique_parameters() const {
    std::unordered_set<std::string> paths;
    for (const Value* parameter : graph_.parameters()) {
      if (parameter->origin != Value::Origin::parameter) return violation("lists a parameter that is none");
      if (!paths.insert(parameter->name).second) return violation("declares " + text(*parameter) + " twice");
    }
    return {};
  }

  // --- a region and what is visible in it ---
  Check region(const Region& region, const Node* parent) {
    if (region.parent != parent) return violation("has a region whose parent is not the node that owns it", parent);
    std::vector<const Value*> defined_here;
    for (const Value* argument : region.arguments) {
      FA_TRY(owned(argument, parent));
      FA_TRY(argument_points_back(*argument, region, parent));
      FA_TRY(define(*argument, parent, defined_here));
    }
    for (const auto& each : region.nodes) FA_TRY(node(*each, defined_here));
    for (const Value* result : region.results) FA_TRY(visible(result, parent));
    // Values of a region end with it.
    for (const Value* value : defined_here) visible_.erase(value);
    return {};
  }

  Check node(const Node& node, std::vector<const Value*>& defined_here) {
    FA_TRY(id_increases(node));
    for (const Value* operand : node.operands) FA_TRY(visible(operand, &node));
    FA_TRY(if_shape(node));
    FA_TRY(loop_shape(node));
    for (const auto& inner : node.regions) FA_TRY(region(*inner, &node));
    for (const Value* result : node.results) {
      FA_TRY(owned(result, &node));
      FA_TRY(result_points_back(*result, node));
      FA_TRY(define(*result, &node, defined_here));
    }
    FA_TRY(cases_fit(node));
    return work_fits_state(node);
  }

  // Names of results and arguments are unique in the whole graph.
  Check define(const Value& value, const Node* node, std::vector<const Value*>& defined_here) {
    if (!names_.insert(value.name).second) return violation("defines " + text(value) + " twice", node);
    visible_.insert(&value);
    defined_here.push_back(&value);
    return {};
  }

  // The graph owns every value; parameters are the declared ones.
  Check owned(const Value* value, const Node* node) const {
    if (value == nullptr) return violation("has a value that is null", node);
    if (!owned_.contains(value)) return violation("uses " + text(*value) + ", which another graph owns", node);
    return {};
  }

  // A definition comes before its uses, in the same region or one around it.
  Check visible(const Value* value, const Node* node) const {
    FA_TRY(owned(value, node));
    const bool defined = value->origin == Value::Origin::result || value->origin == Value::Origin::argument;
    if (!defined || visible_.contains(value)) return {};
    return violation("uses " + text(*value) + ", which is not defined there", node);
  }

  Check argument_points_back(const Value& value, const Region& region, const Node* node) const {
    if (value.origin == Value::Origin::argument && value.region == &region && value.producer == nullptr) return {};
    return violation("has the argument " + text(value) + ", which does not point back to its region", node);
  }

  Check result_points_back(const Value& value, const Node& node) const {
    if (value.origin == Value::Origin::result && value.producer == &node && value.region == nullptr) return {};
    return violation("has the result " + text(value) + ", which does not point back to its node", &node);
  }

  // --- a node ---
  // Ids rise in pre-order; nodes without one are let pass (before inline-calls there are none).
  Check id_increases(const Node& node) {
    if (node.id == -1) return {};
    if (node.id <= last_id_) {
      return violation("comes after n" + std::to_string(last_id_) + ": ids must rise in pre-order", &node);
    }
    last_id_ = node.id;
    return {};
  }

  // prim::If(condition): then, else without arguments, each yielding as many values as the node has results.
  Check if_shape(const Node& node) const {
    if (node.op.name != "prim::If") return {};
    if (node.operands.size() != 1) return violation("must have one operand, the condition", &node);
    if (node.regions.size() != 2) return violation("must have two regions, then and else", &node);
    for (const auto& branch : node.regions) {
      if (!branch->arguments.empty()) return violation("must have branches without arguments", &node);
      if (branch->results.size() != node.results.size()) {
        return violation("has a branch that yields " + std::to_string(branch->results.size()) + " values for " +
                             std::to_string(node.results.size()) + " results",
                         &node);
      }
    }
    return {};
  }

  // prim::Loop(max_trip_count, condition, carried...): body(i, carried...) yields (condition, carried...).
  Check loop_shape(const Node& node) const {
    if (node.op.name != "prim::Loop") return {};
    const std::size_t carried = node.results.size();
    if (node.operands.size() != carried + 2) {
      return violation("must have the operands max_trip_count, condition and one for each result", &node);
    }
    if (node.regions.size() != 1) return violation("must have one region, the body", &node);
    const Region& body = *node.regions.front();
    if (body.arguments.size() != carried + 1) {
      return violation("must have a body with the arguments i and one for each result", &node);
    }
    if (body.results.size() != carried + 1) {
      return violation("must have a body that yields the condition and one value for each result", &node);
    }
    return {};
  }

  Check cases_fit(const Node& node) const {
    for (const Execution& execution : node.cases) {
      if (execution.inputs.size() != node.operands.size() || execution.outputs.size() != node.results.size()) {
        return violation("has a case that does not have one fact for each operand and result", &node);
      }
    }
    return {};
  }

  // Known work needs no reason, and only known work has operations.
  Check work_fits_state(const Node& node) const {
    const bool settled = node.state == WorkState::known || node.state == WorkState::zero;
    if (settled && !node.why.empty()) {
      return violation("is " + std::string(name(node.state)) + " but gives a reason: " + node.why, &node);
    }
    if (node.state != WorkState::known && (!node.work.operations.empty() || !node.work.valid_mac.empty())) {
      return violation("is " + std::string(name(node.state)) + " but has operations", &node);
    }
    return {};
  }

  // --- messages ---
  static std::string text(const Value& value) {
    switch (value.origin) {
      case Value::Origin::parameter: return "parameter " + quoted(value.name);
      case Value::Origin::constant: return "constant " + value.fact.to_string();
      default: return "%" + value.name;
    }
  }

  Error violation(const std::string& what, const Node* node = nullptr) const {
    std::string where = "graph " + quoted(graph_.name);
    if (node != nullptr) {
      where += ", " + (node->id == -1 ? std::string() : "n" + std::to_string(node->id) + " ") + node->op.full();
      if (node->id == -1 && !node->results.empty()) where += " of %" + node->results.front()->name;
      if (!node->module.empty()) where += " in " + quoted(node->module);
    }
    return input_error("the IR is invalid: " + where + ": " + what);
  }

  const Graph& graph_;
  std::unordered_set<const Value*> owned_;
  std::unordered_set<const Value*> visible_;
  std::unordered_set<std::string> names_;
  int last_id_ = -1;
};

Check has_entry(const Program& program) {
  if (!program.functions.empty()) return {};
  return input_error("the IR is invalid: the program has no graph");
}

Check unique_functions(const Program& program) {
  std::unordered_set<std::string> names;
  for (const auto& function : program.functions) {
    if (!names.insert(function->name).second) {
      return input_error("the IR is invalid: there are two graphs " + quoted(function->name));
    }
  }
  return {};
}

Check unique_objects(const Program& program) {
  std::unordered_set<std::string> paths;
  for (const Object& object : program.objects) {
    if (!paths.insert(object.path).second) {
      return input_error("the IR is invalid: there are two objects " + quoted(object.path));
    }
  }
  return {};
}

}  // namespace

Result<void> verify(const Program& program) {
  FA_TRY(has_entry(program));
  FA_TRY(unique_functions(program));
  FA_TRY(unique_objects(program));
  for (const auto& function : program.functions) FA_TRY(GraphVerifier(*function).verify());
  return {};
}

}  // namespace flopaudit
