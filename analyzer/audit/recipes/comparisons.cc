// Ops that compare, order and pick, and execute no arithmetic for it: what is drawn holds them to that.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kMaps = "A=1..3 B=1..9 H=6..20 W=6..20";
constexpr const char* kOne = "{T[A,B,C]|T[N]}";
constexpr const char* kTwo = "{T[A,B,C], T[A,B,C]|T[N], T[N]}";

constexpr Recipe kRecipes[] = {
    {"aten::max aten::min aten::median aten::nanmedian aten::isfinite aten::isinf aten::isnan aten::isneginf "
     "aten::isposinf aten::logical_not aten::msort aten::all aten::any",
     kOne, kVolume},
    {"aten::fmax aten::fmin aten::max.other aten::min.other aten::heaviside aten::logical_and aten::eq.Tensor "
     "aten::clamp_max.Tensor aten::clamp_min.Tensor aten::copysign.Tensor aten::equal",
     kTwo, kVolume},
    {"aten::clamp.Tensor", "{T[A,B,C], T[A,B,C], T[A,B,C]|T[N], none, T[N]}", kVolume},
    {"aten::gt.Scalar aten::copysign.Scalar", "{T[A,B,C]|T[N]}, 0.5", kVolume},
    {"aten::hardshrink", "{T[A,B,C]|T[N]}, 0.5", kVolume},
    {"aten::threshold", "{T[A,B,C]|T[N]}, 0.1, 2.0", kVolume},
    {"aten::nan_to_num", "{T[A,B,C]|T[N]}, {none, none, none|0.5, 1.0, -1.0}", kVolume},
    {"aten::amax aten::amin", "T[A,B,C], [{0|1|2|0, 2}], {true|false}", kVolume},
    {"aten::max.dim aten::min.dim aten::median.dim aten::mode", "T[A,B,C], {0|1|2}, {true|false}", kVolume},
    {"aten::aminmax aten::argmax aten::argmin", "T[A,B,C], {0|1|2}, {true|false}", kVolume},
    {"aten::cummax aten::cummin", "T[A,B,C], {0|1|2}", kVolume},
    {"aten::sort aten::argsort", "T[A,B,C], {0|1|2}, {true|false}", kVolume},
    {"aten::topk", "T[A,B,C], 1, {0|1|2}, {true|false}, {true|false}", kVolume},
    {"aten::kthvalue", "T[A,B,C], 1, {0|1|2}, {true|false}", kVolume},
    {"aten::count_nonzero", "T[A,B,C], {none|0|2}", kVolume},
    {"aten::bucketize.Tensor", "T[A,B,C], T[N], {true|false}, {true|false}", kVolume},
    {"aten::searchsorted.Tensor", "{T[A,N], T[A,B]|T[N], T[A,B]}, {true|false}, {true|false}, none, none", kVolume},
    {"aten::isin.Tensor_Tensor", "T[A,B,C], T[N], {true|false}, {true|false}", kVolume},
    {"aten::adaptive_max_pool2d", "T[A,B,H,W], [3, {1|4}]", kMaps},
    {"aten::max_pool1d", "T[A,B,W], [3], [2], [{0|1}], [1], {true|false}", kMaps},
    {"aten::max_pool2d_with_indices", "T[A,B,H,W], [3, 2], [2, {1|2}], [{0|1}, 0], [1, 1], {true|false}", kMaps},
    {"aten::max_pool3d", "T[A,B,5,H,W], [2, 3, 2], [2, 2, 1], [0, 1, 0], [1, 1, 1], {true|false}", kMaps},
};

}  // namespace

std::span<const Recipe> comparison_recipes() { return kRecipes; }

}  // namespace flopaudit
