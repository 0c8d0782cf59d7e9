// The factories of all passes, one a .cc file of this folder. Included by those files and by pass_list.cc and
// restore_objects.cc alone.
#pragma once

#include <memory>

#include "passes/pass.h"

namespace flopaudit {

std::unique_ptr<Pass> make_inline_calls();
std::unique_ptr<Pass> make_resolve_attributes();
std::unique_ptr<Pass> make_retarget_dtype();
std::unique_ptr<Pass> make_propagate_shapes();
std::unique_ptr<Pass> make_prune_branches();
std::unique_ptr<Pass> make_annotate_work();
std::unique_ptr<Pass> make_annotate_gradients();
std::unique_ptr<Pass> make_summarize_modules();

}  // namespace flopaudit
