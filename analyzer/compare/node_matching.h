// Which node of one report is which of another: by module path and structure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/compare/compared_report.h"

namespace flopaudit {

// One node of A, one of B, or the same node in both; indices into the two lists.
struct NodeMatch {
  std::optional<std::size_t> a;
  std::optional<std::size_t> b;
};

// 1. Nodes of modules with the same path are aligned in order: first those that are equal in op and shapes, then,
// between
//    those, the ones of the same op.
// 2. A module that one side alone has is taken for one that the other side alone has when both hold the same ops in the
//    same order: it was renamed or moved.
// 3. What is left was added or removed.
// In order of A, what B alone has after what stands before it in B.
std::vector<NodeMatch> match_nodes(const std::vector<ComparedNode>& a, const std::vector<ComparedNode>& b);

// Longest common subsequence of two lists of keys, as pairs of positions in order. Where the lists differ in very much
// (kMostEdits), the k-th occurrence of a key is paired with the k-th as long as the pairs do not cross: never
// quadratic.
inline constexpr std::size_t kMostEdits = 1000;
std::vector<std::pair<std::size_t, std::size_t>> align(const std::vector<std::string>& a,
                                                       const std::vector<std::string>& b);

}  // namespace flopaudit
