// Totals of one module, written by the pass summarize-modules and printed by the reports.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/ir/work.h"

namespace flopaudit {

// Totals over a subtree include the subtree.
struct ModuleSummary {
  std::string path;             // "" is the model
  std::string class_name;       // short: "Conv2d"
  WorkTotal work;               // of the nodes in the subtree
  std::int64_t parameters = 0;  // elements of registered parameters in the subtree, each tensor once
};

}  // namespace flopaudit
