// Which values of a program need a gradient when its parameters are trained.
#pragma once

#include <unordered_set>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

class GradientFlow {
 public:
  explicit GradientFlow(const Program& program);
  // What needs a gradient when one is taken by these.
  GradientFlow(const Program& program, const std::vector<const Value*>& variables);
  // Parameters of the model (not its buffers) of a floating type, and what ops compute from them, whatever lists and
  // tuples it goes through. Results of comparisons, integers and what is detached need none.
  bool needs_gradient(const Value* value) const { return needs_.contains(value); }
  bool needs_gradient(const Node& node) const;  // any of its results
  // The file has no parameters: frozen, or IR without objects whose weights are all constants.
  bool has_parameters() const { return has_parameters_; }

 private:
  bool visit(const Region& region);  // whether anything new was found
  bool visit(const Node& node);
  bool add(const Value* value);

  std::unordered_set<const Value*> needs_;
  bool has_parameters_ = false;
};

}  // namespace flopaudit
