// What a convention sees of a node: the op whatever its spelling, the class of the innermost module, and the facts of
// its executions. Peers count what a user wrote (nn.Conv2d, F.relu); a file holds what LibTorch recorded of it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"

namespace flopaudit {

struct ModuleView {
  // "conv.Conv2d" for torch.nn.modules.conv.Conv2d; classes of others keep their whole name, without `__torch__.`.
  std::string class_name;
  const Object* object = nullptr;
  // In how many parents' places one and the same module stands; see ModuleIndex.
  std::int64_t places = 1;
};

// The modules of a program by path.
//
// TorchScript writes a module that stands in several places once for each: only its tensors tell that it is one. So
// objects of one class with the same tensors, two at least (tied weights alone are no shared module), count as one.
class ModuleIndex {
 public:
  explicit ModuleIndex(const Program& program);
  const ModuleView& find(const std::string& path) const;  // a view without object where there is none

 private:
  void count_places(const Program& program);
  std::unordered_map<std::string, ModuleView> views_;
  ModuleView none_;
};

struct NodeView {
  const Node& node;
  std::string op;      // "aten::relu": without overload, in-place mark and variants of spelling (see kSpellings)
  ModuleView module;   // the innermost
  bool in(std::string_view class_name) const { return module.class_name == class_name; }
};

NodeView view_of(const Node& node, const ModuleIndex& modules);

// One execution's number from its facts.
using ExecutionRule = RuleResult<Expr> (*)(const NodeView& view, const Facts& inputs, const Facts& outputs);

// Over all executions of the node.
RuleResult<Range> over_executions(const NodeView& view, ExecutionRule rule);

struct OpRow {
  const char* op;  // as in NodeView
  ExecutionRule rule;
};
// Null where there is no row.
ExecutionRule find_rule(const std::vector<OpRow>& rows, const NodeView& view);

// The file was frozen: weights are constants and the modules that held them are gone, so that a tool that counts
// modules has no number for the node.
bool module_is_lost(const NodeView& view);

// The producer of an operand, where it is a node of the same module with that op; else null.
const Node* producer_in_module(const NodeView& view, std::size_t operand, std::string_view op);

}  // namespace flopaudit
