#include "analyzer/ir/dot_clusters.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace flopaudit {
namespace {

// Boxes in boxes; what lies deeper stays in the last one. Real models need about ten.
constexpr int kMaxDepth = 32;

// The part of `module` below `base`, empty when it does not lie there.
std::string_view below(std::string_view module, std::string_view base) {
  if (base.empty()) return module;
  const bool inside =
      module.size() > base.size() && module.substr(0, base.size()) == base && module[base.size()] == '.';
  return inside ? module.substr(base.size() + 1) : std::string_view();
}

// A box that holds only another box becomes one with it.
void fold(DotCluster& cluster) {
  for (DotCluster::Item& item : cluster.items) {
    auto* const child = std::get_if<std::unique_ptr<DotCluster>>(&item);
    if (child == nullptr) continue;
    fold(**child);
    auto* const only =
        (*child)->items.size() == 1 ? std::get_if<std::unique_ptr<DotCluster>>(&(*child)->items[0]) : nullptr;
    if (only == nullptr) continue;
    std::unique_ptr<DotCluster> grandchild = std::move(*only);
    grandchild->label = (*child)->label + "." + grandchild->label;
    *child = std::move(grandchild);
  }
}

}  // namespace

DotCluster cluster_by_module(const Region& region, const std::string& base, const DotSelection& selection) {
  DotCluster root;
  selection.for_each_drawn(region, [&](const Node& node) {
    DotCluster* here = &root;
    std::string_view rest = below(node.module, base);
    for (int depth = 0; !rest.empty() && depth < kMaxDepth; ++depth) {
      const std::string label(rest.substr(0, rest.find('.')));
      rest.remove_prefix(std::min(rest.size(), label.size() + 1));
      auto* const last = here->items.empty() ? nullptr : std::get_if<std::unique_ptr<DotCluster>>(&here->items.back());
      if (last != nullptr && (*last)->label == label) {
        here = last->get();
        continue;
      }
      auto made = std::make_unique<DotCluster>();
      made->label = label;
      made->path = node.module.substr(0, node.module.size() - rest.size() - (rest.empty() ? 0 : 1));
      made->key = selection.vertex(node) + "." + std::to_string(depth);
      DotCluster* const next = made.get();
      here->items.emplace_back(std::move(made));
      here = next;
    }
    here->items.emplace_back(&node);
  });
  fold(root);
  return root;
}

}  // namespace flopaudit
