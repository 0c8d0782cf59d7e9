#include "passes/pass_factories.h"

namespace flopaudit {

const std::vector<PassInfo>& all_passes() {
  // In pipeline order. The name is also the word on the command line and the stem of the golden tests.
  // clang-format off
  static const std::vector<PassInfo> passes = {
      {"inline-calls",       "replaces every call by its callee's body and numbers the nodes",         make_inline_calls},
      {"resolve-attributes", "turns attribute reads into parameters and constants, names the modules", make_resolve_attributes},
      {"retarget-dtype",     "computes in another floating dtype where --dtype asks for it",           make_retarget_dtype},
      {"propagate-shapes",   "finds shapes, dtypes and trip counts without running the model",         make_propagate_shapes},
      {"prune-branches",     "marks the nodes that are never executed",                                make_prune_branches},
      {"annotate-work",      "counts what each node computes, reads and writes",                       make_annotate_work},
      {"annotate-gradients", "counts what gradients cost that the program itself takes",               make_annotate_gradients},
      {"summarize-modules",  "adds the work up over the module tree",                                  make_summarize_modules},
  };
  // clang-format on
  return passes;
}

}  // namespace flopaudit
