// Points of grids over volumes and images, pools at random places.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolumes = "N=1..3 C=1..9 D=2..6 H=2..9 W=2..9 O=1..5 P=1..6";

constexpr Recipe kRecipes[] = {
    {"aten::grid_sampler_3d aten::grid_sampler", "T[N,C,D,H,W], T[N,O,P,W,3], {0|1}, {0|1}, {true|false}", kVolumes},
    {"aten::_grid_sampler_2d_cpu_fallback", "f32[N,C,H,W], f32[N,P,O,2], {0|1|2}, {0|1}, {true|false}", kVolumes},
    {"aten::grid_sampler_2d", "T[N,C,H,W], T[N,P,O,2], 2, 2, {true|false}", kVolumes},
    {"aten::fractional_max_pool2d", "T[N,C,8+H,8+W], [2, 3], [{1|<O>}, <P>], T[N,C,2]", kVolumes, DrawnValues::unit},
    {"aten::fractional_max_pool3d", "T[N,C,8+D,8+H,8+W], [2, 3, 1], [<O>, {1|<P>}, <P>], T[N,C,3]", kVolumes,
     DrawnValues::unit},
};

}  // namespace

std::span<const Recipe> sample_recipes() { return kRecipes; }

}  // namespace flopaudit
