// Which values of a scope may be one and the same object, as LibTorch sees it: without regard to the order of nodes,
// and without looking into calls. What comes from outside, leaves, or lies in a container is one of "all the others": a
// write to it can always be seen.
#pragma once

#include <unordered_map>
#include <vector>

#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {

class AliasAnalysis {
 public:
  explicit AliasAnalysis(const Scope& scope);

  // The node itself, not its regions, writes to what can be seen from outside.
  bool writes_to_outside(const Node& node) const;

  // What the value may be is needed from now on...
  void set_live(const Value* value);
  // ...and the node, or a node of its regions, writes to some of that.
  bool writes_to_live(const Node& node) const;

 private:
  void analyze(const Region& region);
  void analyze(const Node& node);
  bool analyze_language(const Node& node);
  void analyze_if(const Node& node);
  void analyze_loop(const Node& node);
  void analyze_container(const Node& node);
  void analyze_conservatively(const Node& node);
  void analyze_normalization(const Node& node, std::size_t training, std::size_t first_statistic);
  void analyze_schema(const Node& node);

  bool can_alias(const Value* value) const { return cleanup::can_alias(value->type, scope_.context); }
  int element(const Value* value);
  void is_outside(const Value* value);
  void points_to(const Value* from, const Value* to);
  void writes(const Node& node, const Value* value);

  void count_uses(const Region& region);
  void find_outside();
  void find_writes(const Region& region, std::vector<int>& of_region);
  // All that is reached along the edges from the elements of the stack gets its flag, unless it has it.
  static void flood(const std::vector<std::vector<int>>& edges, std::vector<int> stack, std::vector<bool>& flag,
                    std::vector<int>* newly_reached = nullptr);

  const Scope& scope_;
  struct Uses {
    int count = 0;
    const Node* last_user = nullptr;  // null: the results of the scope, or of a region
    bool in_scope_results = false;
  };
  std::unordered_map<const Value*, Uses> uses_;
  // An element is an object, or a value that may be one of several: it points to them. An element without pointers is
  // an object.
  std::unordered_map<const Value*, int> elements_;
  std::vector<std::vector<int>> points_to_, pointed_from_;  // by element
  std::vector<bool> outside_;                               // by element: may be one that is seen from outside
  std::vector<bool> needed_;                                // by element: set_live() came by
  std::vector<bool> live_;                                  // by element: may be an object that a needed one may be
  std::unordered_map<const Node*, std::vector<int>> own_writes_;
  std::unordered_map<const Node*, std::vector<int>> writes_;  // with those of its regions
};

}  // namespace flopaudit::cleanup
