// How reports name nodes, inputs and places: shared by the analysis and the audit views.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/node_text.h"

namespace flopaudit {

// Reports list every node but the program's own plumbing (prim::).
bool is_reported(const Node& node);

std::string file_name(const std::string& path);  // without its folders

std::vector<std::string> input_texts(const Node& node);  // facts of the first execution, else what is known
std::vector<std::string> output_texts(const Node& node);
// Inputs of the method (analyzer/ir/entry_arguments.h), without TorchScript's suffix (`x.1` is `x`), with their facts.
std::vector<std::pair<std::string, std::string>> input_names(const Program& program);

}  // namespace flopaudit
