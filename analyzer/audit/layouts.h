// How the tensors of a program lie in memory, as far as the program tells: strides, from the ops that make or change
// them. Kernels depend on it: a sum over the channels of a permuted tensor is another loop than over those of a plain
// one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

using Strides = std::vector<std::int64_t>;

// Stands for the strides of a tensor that lies row by row, whatever its sizes: they may change from run to run of a
// node.
inline const Strides kRowByRow = {-1};

// Row by row, as a tensor that is made anew lies.
Strides row_major(const std::vector<std::int64_t>& sizes);
// Whether elements lie row by row; strides of dims of 1 do not matter.
bool is_row_major(const std::vector<std::int64_t>& sizes, const Strides& strides);
// As ATen's view: each run of dims that lie together may be cut anew. Nothing: it cannot be a view.
std::optional<Strides> viewed(const std::vector<std::int64_t>& from, const Strides& strides,
                              const std::vector<std::int64_t>& to);
// Whether ATen takes four dims for maps whose channels lie together (its suggested memory format): by the strides of
// channels, columns, rows and images, each at least as large as what lies inside; gaps do not matter.
bool lies_by_channel(const std::vector<std::int64_t>& sizes, const Strides& strides);
// The dims from the largest stride to the smallest, where the elements fill their memory; nothing where they do not.
std::optional<std::vector<std::size_t>> memory_order(const std::vector<std::int64_t>& sizes, const Strides& strides);

class Layouts {
 public:
  // All of a program that can be told: parameters and inputs lie row by row; what a loop or a branch makes is not
  // known.
  static Layouts of(const Program& program);
  // kRowByRow, or strides; nothing: not known.
  std::optional<Strides> strides(const Value& value) const;
  // Of what a list of tensors is made of, in its order; empty where that is not known.
  std::vector<std::optional<Strides>> elements(const Value& list) const;

  // Of all operands of a node, and then of the elements of those that are lists: as they were met in a run, where that
  // is told, else by the program.
  std::vector<std::optional<Strides>> of_operands(const Node& node) const;
  void meet(int node, std::vector<std::optional<Strides>> strides) { met_[node] = std::move(strides); }

 private:
  std::map<int, std::vector<std::optional<Strides>>> met_;  // by node
  std::map<const Value*, Strides> strides_;
  std::map<const Value*, const Node*> lists_;  // lists that are made of values, and how
};

}  // namespace flopaudit
