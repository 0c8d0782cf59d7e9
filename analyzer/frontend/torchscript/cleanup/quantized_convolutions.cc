// quantized-convolutions: an old call that gives stride, padding, dilation and groups, which lie in the packed
// parameters as well, becomes the call without them.
//
//   %y: Tensor = quantized::conv2d(%x, %p, %stride, %padding, %dilation, %groups, 1.0, 0)
//                                          =>   %y: Tensor = quantized::conv2d.new(%x, %p, 1.0, 0)
//
// LibTorch does so last of all, to the methods of modules, so that what made the lists stays behind, though nothing
// uses it; and it gives the new node no line and its result no name.
#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/frontend/torchscript/cleanup/replacements.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {
namespace {

constexpr std::array<std::string_view, 4> kConvolutions = {"quantized::conv2d", "quantized::conv2d_relu",
                                                           "quantized::conv3d", "quantized::conv3d_relu"};

}  // namespace

void shorten_quantized_convolutions(const Scope& scope) {
  Replacements replacements;
  for_each_node_of_scope(scope.top, [&](Node& node) {
    if (node.operands.size() != 8 || node.results.size() != 1) return;
    if (std::find(kConvolutions.begin(), kConvolutions.end(), node.op.name) == kConvolutions.end()) return;
    node.op.overload = "new";
    node.operands = {node.operands[0], node.operands[1], node.operands[6], node.operands[7]};
    node.source = {};
    const Value* const named = node.results[0];
    node.results.clear();
    replacements.replace(named, scope.graph.add_result(node, fresh_number(scope.graph), named->type));
  });
  replacements.apply(scope.top);
}

}  // namespace flopaudit::cleanup
