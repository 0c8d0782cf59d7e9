// prune-branches: marks the nodes that are never executed.
//
//   n3: prim::If(false)             n3: prim::If(false)
//     then: n4: aten::relu(%x)  =>    then: n4: aten::relu(%x)
//                                             work not_taken
//
// A node that no execution reached, in a branch that is not taken or a loop body that does not run, gets the state
// not_taken. It stays in the IR, because ids never change and the executor decides by the same conditions; reports and
// drawings leave it out. Does nothing where shapes were not propagated.
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

class PruneBranches : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext&) override {
    bool propagated = false;
    for_each_node(program.entry().body, [&](const Node& node) { propagated = propagated || !node.cases.empty(); });
    if (!propagated) return Changed::no;
    Changed changed = Changed::no;
    for_each_node(program.entry().body, [&](Node& node) {
      if (!node.cases.empty() || node.state == WorkState::not_taken) return;
      node.state = WorkState::not_taken;
      changed = Changed::yes;
    });
    return changed;
  }
};

}  // namespace

std::unique_ptr<Pass> make_prune_branches() { return std::make_unique<PruneBranches>(); }

}  // namespace flopaudit
