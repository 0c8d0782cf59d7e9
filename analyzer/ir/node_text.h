// How messages and reports name a node and its place.
#pragma once

#include <string>

#include "analyzer/ir/graph.h"

namespace flopaudit {

std::string node_name(int id);                          // "n12"
std::string source_text(const SourceLocation& source);  // "torchvision/models/resnet.py:269", "" when not known
// "n7 (aten::linear in module layer1.fc, torch/nn/functional.py:12)"
std::string describe(const Node& node);

}  // namespace flopaudit
