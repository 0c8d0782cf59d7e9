// Which values may share storage, and who touched it last: what the dataflow view needs for its ordering edges.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

// Fed with the nodes of a region in program order. Values join a class when a node may make one alias the other, not
// before: what happened to the two until then stays unordered.
class AliasClasses {
 public:
  // The earlier nodes that must run before this one because it writes what they read or wrote, or reads what they
  // wrote.
  std::vector<const Node*> nodes_before(const Node& node);

 private:
  struct Touched {
    std::vector<const Node*> writers;  // last ones: nothing orders one after another
    std::vector<const Node*> readers;  // since then
  };

  void join_aliases(const Node& node, const TouchedValues& values);
  std::size_t class_of(const Value* value);
  std::size_t root(std::size_t index);
  std::size_t join(std::size_t a, std::size_t b);

  std::unordered_map<const Value*, std::size_t> index_;
  std::vector<std::size_t> parent_;  // union-find
  std::vector<Touched> touched_;     // of roots
};

}  // namespace flopaudit
