#include "analyzer/conventions/node_view.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/ir/program_constant.h"

namespace flopaudit {
namespace {

// Ops that are one op in other words: what tracing, scripting and older versions of LibTorch call it.
const std::map<std::string_view, std::string_view>& spellings() {
  static const std::map<std::string_view, std::string_view> rows = {
      {"aten::_adaptive_avg_pool2d", "aten::adaptive_avg_pool2d"},
      {"aten::_adaptive_avg_pool3d", "aten::adaptive_avg_pool3d"},
      {"aten::_batch_norm_impl_index", "aten::batch_norm"},
      {"aten::_convolution", "aten::convolution"},
      {"aten::_convolution_mode", "aten::convolution"},
      {"aten::_log_softmax", "aten::log_softmax"},
      {"aten::_prelu_kernel", "aten::prelu"},
      {"aten::_softmax", "aten::softmax"},
      {"aten::conv1d", "aten::convolution"},
      {"aten::conv2d", "aten::convolution"},
      {"aten::conv3d", "aten::convolution"},
      {"aten::conv_transpose1d", "aten::convolution"},
      {"aten::conv_transpose2d", "aten::convolution"},
      {"aten::conv_transpose3d", "aten::convolution"},
      {"aten::grid_sampler_2d", "aten::grid_sampler"},
      {"aten::grid_sampler_3d", "aten::grid_sampler"},
      {"aten::max_pool1d_with_indices", "aten::max_pool1d"},
      {"aten::max_pool2d_with_indices", "aten::max_pool2d"},
      {"aten::max_pool3d_with_indices", "aten::max_pool3d"},
      {"aten::multiply", "aten::mul"},
      {"aten::native_batch_norm", "aten::batch_norm"},
      {"aten::native_layer_norm", "aten::layer_norm"},
      {"aten::special_log_softmax", "aten::log_softmax"},
      {"aten::special_softmax", "aten::softmax"},
  };
  return rows;
}

// "aten::add_" -> "aten::add"; "aten::__and__" stays.
std::string plain_name(std::string name) {
  if (name.ends_with('_') && !name.ends_with("__")) name.pop_back();
  const auto found = spellings().find(name);
  return found == spellings().end() ? name : std::string(found->second);
}

// "__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d" -> "conv.Conv2d"
std::string plain_class(const std::string& class_name) {
  std::string plain;
  for (std::size_t start = 0; start <= class_name.size();) {
    const std::size_t dot = std::min(class_name.find('.', start), class_name.size());
    const std::string_view part = std::string_view(class_name).substr(start, dot - start);
    if (part != "__torch__" && !part.starts_with("___torch_mangle_")) {
      plain += (plain.empty() ? "" : ".") + std::string(part);
    }
    start = dot + 1;
  }
  constexpr std::string_view kOwn = "torch.nn.modules.";
  return plain.starts_with(kOwn) ? plain.substr(kOwn.size()) : plain;
}

}  // namespace

ModuleIndex::ModuleIndex(const Program& program) {
  for (const Object& object : program.objects) {
    if (object.is_module) views_.emplace(object.path, ModuleView{plain_class(object.class_name), &object, 1});
  }
  count_places(program);
}

const ModuleView& ModuleIndex::find(const std::string& path) const {
  const auto found = views_.find(path);
  return found == views_.end() ? none_ : found->second;
}

// 1. A module is known by its class and the tensors right in it.
// 2. A walk from the model meets it once in each place; twice under one parent is one place.
void ModuleIndex::count_places(const Program& program) {
  std::map<std::string, std::int64_t> places;
  std::unordered_map<std::string, std::string> keys;
  for (const Object& object : program.objects) {
    std::size_t tensors = 0;
    std::string key = find(object.path).class_name;
    for (const Attribute& attribute : object.attributes) {
      if (attribute.tensor_path.empty()) continue;
      ++tensors;
      key += "\n" + attribute.tensor_path;
    }
    if (object.is_module && tensors >= 2) keys.emplace(object.path, std::move(key));
  }
  std::set<std::pair<std::string, std::string>> seen;  // parent, key
  for (const auto& [path, key] : keys) {
    const std::size_t dot = path.rfind('.');
    const std::string parent = dot == std::string::npos ? "" : path.substr(0, dot);
    if (seen.insert({parent, key}).second) ++places[key];
  }
  for (const auto& [path, key] : keys) views_.find(path)->second.places = places[key];
}

NodeView view_of(const Node& node, const ModuleIndex& modules) {
  return {node, plain_name(node.op.name), modules.find(node.module)};
}

RuleResult<Range> over_executions(const NodeView& view, ExecutionRule rule) {
  Range sum;
  if (view.node.cases.empty()) {  // shapes were not propagated: what the values say has to do
    Facts inputs;
    Facts outputs;
    for (const Value* operand : view.node.operands) inputs.push_back(operand->fact);
    for (const Value* result : view.node.results) outputs.push_back(result->fact);
    RuleResult<Expr> cost = rule(view, inputs, outputs);
    if (!cost) return cost.failure();
    return view.node.executions * Range(*cost);
  }
  for (const Execution& execution : view.node.cases) {
    RuleResult<Expr> cost = rule(view, execution.inputs, execution.outputs);
    if (!cost) return cost.failure();
    sum += execution.count * Range(*cost);
  }
  return sum;
}

ExecutionRule find_rule(const std::vector<OpRow>& rows, const NodeView& view) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const OpRow& r) { return view.op == r.op; });
  return row == rows.end() ? nullptr : row->rule;
}

bool module_is_lost(const NodeView& view) {
  static const std::set<std::string_view> weighted = {"aten::batch_norm",    "aten::convolution", "aten::group_norm",
                                                      "aten::instance_norm", "aten::layer_norm",  "aten::linear"};
  if (!weighted.contains(view.op)) return false;
  return std::any_of(view.node.operands.begin(), view.node.operands.end(), [](const Value* operand) {
    const bool is_constant = operand->origin == Value::Origin::constant || is_program_constant(*operand);
    return is_constant && operand->fact.tensor() != nullptr;
  });
}

const Node* producer_in_module(const NodeView& view, std::size_t operand, std::string_view op) {
  if (operand >= view.node.operands.size()) return nullptr;
  const Node* producer = view.node.operands[operand]->producer;
  const bool fits = producer != nullptr && producer->op.name == op && producer->module == view.node.module;
  return fits ? producer : nullptr;
}

}  // namespace flopaudit
