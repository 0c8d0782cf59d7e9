#include "analyzer/ir/memory/sharing.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/ir/effects.h"

namespace flopaudit {
namespace {

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 5> kCopiesWhereItMust = {"aten::contiguous", "aten::flatten", "aten::ravel",
                                                                "aten::reshape", "aten::reshape_as"};
// Views that keep the order of the elements.
constexpr std::array<std::string_view, 11> kKeepsRows = {
    "aten::alias",   "aten::data",      "aten::detach", "aten::dropout",   "aten::lift_fresh", "aten::positive",
    "aten::squeeze", "aten::unflatten", "aten::view",   "aten::unsqueeze", "aten::view_as"};
// Views of the elements between two places of a dim: they lie row by row when it is the outermost dim.
constexpr std::array<std::string_view, 8> kAlongDim = {"aten::chunk",  "aten::narrow",      "aten::select",
                                                       "aten::slice",  "aten::split",       "aten::split_with_sizes",
                                                       "aten::unbind", "aten::tensor_split"};

bool is_outermost_dim(const Node& node) {
  // chunk and the splits have their dim last, the others behind the tensor.
  const bool last = node.op.name == "aten::chunk" || node.op.name.find("split") != std::string::npos;
  const std::size_t at = last ? 2 : 1;
  if (node.operands.size() <= at) return false;
  const auto* dim = node.operands[at]->fact.get<IntFact>();
  return dim != nullptr && dim->value && *dim->value == Expr(0);
}

}  // namespace

Sharing sharing_of(const Node& node) {
  if (is_opaque(node)) return Sharing::either;
  // Their schemas do not say that what they give are views of what they take.
  if (node.op.name == "aten::broadcast_tensors" || node.op.name == "aten::meshgrid") return Sharing::shared;
  if (aliased_operands(node).empty()) return Sharing::fresh;
  if (node.op.name == "aten::resize_" || node.op.name == "aten::resize_as_") return Sharing::fresh;
  if (!written_operands(node).empty()) return Sharing::shared;
  if (contains(kCopiesWhereItMust, node.op.name)) return Sharing::as_lies;
  // What may be a view or a copy (a cast, an expansion to a sum) is a copy where it writes.
  const bool may_write = node.state == WorkState::no_shape || node.state == WorkState::no_rule;
  return may_write || node.work.bytes_written.max != Expr(0) ? Sharing::fresh : Sharing::shared;
}

bool keeps_rows(const Node& node, Sharing sharing) {
  switch (sharing) {
    case Sharing::as_lies: return true;
    case Sharing::either: return false;
    case Sharing::shared:
      return contains(kKeepsRows, node.op.name) || !written_operands(node).empty() ||
             (contains(kAlongDim, node.op.name) && is_outermost_dim(node));
    case Sharing::fresh: break;
  }
  return true;
}

}  // namespace flopaudit
