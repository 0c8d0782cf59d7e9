// Sums, pools and normalisations.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kMaps = "N=1..3 C=1..40 H=3..30 W=3..30 O=2..7";

constexpr Recipe kRecipes[] = {
    {"aten::batch_norm", "T[N,C,H,W], {T[C], T[C]|none, none}, T[C], T[C], false, 0.1, 0.00001, true", kMaps,
     DrawnValues::positive},
    {"aten::batch_norm", "T[H,C], T[C], T[C], T[C], T[C], false, 0.1, 0.00001, true", kMaps, DrawnValues::positive},
    {"aten::layer_norm", "T[N,H,C*4], [<C*4>], {T[C*4], T[C*4]|none, none}, 0.00001, true", kMaps},
    {"aten::group_norm", "T[N,C*4,H,W], 4, T[C*4], T[C*4], 0.00001, true", kMaps},
    {"aten::instance_norm", "T[N,C,H,W], T[C], T[C], none, none, true, 0.1, 0.00001, true", kMaps},
    {"aten::adaptive_avg_pool2d", "T[N,C,H,W], [1, 1]", kMaps},
    {"aten::adaptive_avg_pool2d", "T[N,C,H,W], [<O>, <O>]", kMaps},
    {"aten::avg_pool2d", "T[N,C,H,W], [3, 3], [{1|2}, 2], [{0|1}, 1], false, true, none", kMaps},
    {"aten::avg_pool2d", "T[N,C,H,W], [2, 2], [2, 2], [0, 0], false, true, none", kMaps},
    {"aten::max_pool2d", "T[N,C,H,W], [3, 3], [2, 2], [1, 1], [1, 1], false", kMaps},
    {"aten::sum aten::mean", "T[N,C,H,W], none", kMaps},
    {"aten::sum.dim_IntList aten::mean.dim", "T[N,C,H,W], [{2, 3|-1|3|1, 2, 3}], {true|false}, none", kMaps},
    {"aten::sum.dim_IntList aten::mean.dim", "T[N,C,H,W], [{0|1|2|0, 1|1, 2}], {true|false}, none", kMaps},
    {"aten::softmax.int aten::log_softmax.int", "T[N,H,C*3], -1, none", kMaps},
    {"aten::softmax.int aten::log_softmax.int", "T[N,C,H,W], 1, none", kMaps},
    {"aten::softmax.int aten::log_softmax.int", "T[N*H*W,C*3], 1, none", kMaps},
    {"aten::_softmax aten::_log_softmax", "{T[N,H,C*3], -1|T[N*H*W,C*3], 1|T[N,C,H,W], 1}, false", kMaps},
    {"aten::_safe_softmax", "{T[N,H,C*3], -1|T[N,C,H,W], 1}, none", kMaps},
    {"aten::var.dim aten::std.dim", "T[N,C,H,W], [{-1|2, 3}], true, false", kMaps},
    {"aten::linalg_vector_norm", "T[N,H,C*4], 2, [-1], true, none", kMaps},
    {"aten::linalg_vector_norm", "{T[N,C,H,W], 2, [{0, 2|1, 3|0, 3|0, 2, 3}]|T[N,H,C], 2, [0, 2]}, {true|false}, none",
     kMaps},
    {"aten::norm.ScalarOpt_dim", "T[N,H,C*4], 2, [-1], true", kMaps},
    {"aten::cumsum", "T[N,H,C], {1|2}, none", kMaps},
};

}  // namespace

std::span<const Recipe> reduction_recipes() { return kRecipes; }

}  // namespace flopaudit
