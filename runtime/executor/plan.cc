#include "runtime/executor/plan.h"

#include <set>
#include <unordered_map>
#include <unordered_set>

#include "runtime/executor/type_conversion.h"

namespace flopaudit {
namespace {

const std::unordered_map<std::string, StepKind> kOwnKinds = {
    {"prim::If", StepKind::conditional},
    {"prim::Loop", StepKind::loop},
    {"prim::fork", StepKind::fork},
    {"aten::wait", StepKind::wait},
    {"prim::CallMethod", StepKind::call_method},
    {"prim::CallFunction", StepKind::call_function},
    {"prim::Enter", StepKind::enter},
    {"prim::Exit", StepKind::exit},
    {"prim::GetAttr", StepKind::get_attribute},
    {"prim::SetAttr", StepKind::set_attribute},
    {"prim::CreateObject", StepKind::create_object},
    {"prim::ListConstruct", StepKind::list_construct},
    {"prim::ListUnpack", StepKind::list_unpack},
    {"prim::TupleConstruct", StepKind::tuple_construct},
    {"prim::TupleUnpack", StepKind::tuple_unpack},
    {"prim::TupleIndex", StepKind::tuple_index},
    {"prim::TupleSlice", StepKind::tuple_slice},
    {"prim::DictConstruct", StepKind::dict_construct},
    {"prim::isinstance", StepKind::is_instance},
    {"prim::unchecked_cast", StepKind::pass_through},
    {"prim::Uninitialized", StepKind::uninitialized},
    {"prim::RaiseException", StepKind::raise},
    // Their only effect is text, and stdout is the report's.
    {"aten::warn", StepKind::ignore},
    {"aten::_print", StepKind::ignore},
    {"prim::Print", StepKind::ignore},
};

bool constructs(StepKind kind) {
  return kind == StepKind::list_construct || kind == StepKind::dict_construct || kind == StepKind::create_object;
}

class Planner {
 public:
  Planner(const Graph& graph, torch::jit::CompilationUnit* unit) : graph_(graph), unit_(unit) {}

  Result<GraphPlan> run() {
    FA_TRY(plan_region(graph_.body, plan_.body));
    plan_.slot_count = static_cast<int>(slots_.size());
    return std::move(plan_);
  }

 private:
  int slot(const Value* value) {
    const auto [entry, inserted] = slots_.emplace(value, static_cast<int>(slots_.size()));
    const bool is_preset = value->origin == Value::Origin::parameter || value->origin == Value::Origin::constant;
    if (inserted && is_preset) plan_.presets.emplace_back(entry->second, value);
    return entry->second;
  }

  std::vector<int> slots(const std::vector<Value*>& values) {
    std::vector<int> result;
    for (const Value* value : values) result.push_back(slot(value));
    return result;
  }

  Result<void> plan_region(const Region& region, RegionPlan& plan) {
    plan.arguments = slots(region.arguments);
    for (const auto& node : region.nodes) {
      FA_ASSIGN(Step step, plan_node(*node));
      plan.steps.push_back(std::move(step));
    }
    plan.results = slots(region.results);
    mark_releases(region, plan);
    return {};
  }

  Result<Step> plan_node(const Node& node) {
    Step step;
    step.node = &node;
    step.is_measured = node.op.name.rfind("prim::", 0) != 0;
    if (step.is_measured) ++plan_.measured_steps;
    step.operands = slots(node.operands);
    const auto own = kOwnKinds.find(node.op.name);
    if (own != kOwnKinds.end()) {
      step.kind = own->second;
      const Result<void> details = plan_details(node, step);
      if (!details) return input_error(describe(node) + " cannot be run: " + details.error().message);
    } else {
      auto found = find_operator(node.op);
      if (found) {
        step.op = *std::move(found);
      } else {
        step.kind = StepKind::unavailable;
        step.name = describe(node) + " cannot run here: " + found.error().message;
      }
    }
    for (const auto& region : node.regions) {
      FA_TRY(plan_region(*region, step.regions.emplace_back()));
    }
    step.results = slots(node.results);
    return step;
  }

  Result<void> plan_details(const Node& node, Step& step) {
    const auto attribute = [&](const char* key) {
      const auto found = node.attributes.find(key);
      return found == node.attributes.end() ? std::string() : found->second;
    };
    step.name = attribute(step.kind == StepKind::call_function ? "function" : "name");
    if (step.kind == StepKind::is_instance) {
      FA_ASSIGN(step.tested_types, torch_types_of(attribute("types"), unit_));
    }
    if (step.kind == StepKind::tuple_slice) step.name = attribute("beg") + ":" + attribute("end");
    if (node.results.empty()) return {};
    const Type& result_type = node.results[0]->type;
    if (constructs(step.kind)) {
      FA_ASSIGN(step.type, torch_type_of(result_type, unit_));
    } else if (step.kind == StepKind::tuple_construct && result_type.kind == Type::Kind::named && unit_ != nullptr) {
      FA_ASSIGN(step.type, torch_type_of(result_type, unit_));
    }
    return {};
  }

  // A value of this region is released after the last step that reads it, in itself or in its regions. Values from
  // outside are their own region's concern: a loop's body runs again.
  void mark_releases(const Region& region, RegionPlan& plan) {
    std::unordered_set<const Value*> alive(region.results.begin(), region.results.end());
    std::unordered_set<const Value*> own(region.arguments.begin(), region.arguments.end());
    for (const auto& node : region.nodes) own.insert(node->results.begin(), node->results.end());
    for (std::size_t i = plan.steps.size(); i-- > 0;) {
      Step& step = plan.steps[i];
      std::set<int> released;
      const auto read = [&](const Value* value) {
        if (own.contains(value) && alive.insert(value).second) released.insert(slot(value));
      };
      for (const Value* result : step.node->results) read(result);
      for (const Value* operand : step.node->operands) read(operand);
      for (const auto& inner : step.node->regions) for_each_read(*inner, read);
      step.released.assign(released.begin(), released.end());
    }
  }

  template <typename Read>
  static void for_each_read(const Region& region, const Read& read) {
    for_each_node(region, [&](const Node& node) {
      for (const Value* operand : node.operands) read(operand);
      for (const auto& inner : node.regions) {
        for (const Value* result : inner->results) read(result);
      }
    });
    for (const Value* result : region.results) read(result);
  }

  const Graph& graph_;
  torch::jit::CompilationUnit* unit_;
  GraphPlan plan_;
  std::unordered_map<const Value*, int> slots_;
};

}  // namespace

Result<GraphPlan> make_plan(const Graph& graph, torch::jit::CompilationUnit* unit) {
  return Planner(graph, unit).run();
}

}  // namespace flopaudit
