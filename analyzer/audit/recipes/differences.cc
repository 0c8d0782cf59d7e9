// Differences of neighbours, integrals over them, the bilinear form.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..7 B=1..40 C=1..40 D=1..3 N=1..60";
// A gradient needs one more than its order at the ends.
constexpr const char* kGradients = "A=3..7 B=3..40 C=3..40 N=3..60";

constexpr Recipe kRecipes[] = {
    {"aten::diff", "{T[A,B,C], {1|2|0}, {0|1|2}|T[N], {1|3}, 0}, none, none", kVolume},
    {"aten::diff", "{T[A,B,C], 1, {1, T[A,1,C], none|1, none, T[A,D,C]|2, T[A,B,1], T[A,B,D]}}", kVolume},
    {"aten::trapezoid.x aten::trapz.x aten::cumulative_trapezoid.x",
     "{T[A,B,C], {T[C], -1|T[B], 1|T[A,B,C], {0|1|2}}|T[N], T[N], 0}", kVolume},
    {"aten::trapezoid.dx aten::trapz.dx aten::cumulative_trapezoid.dx", "{T[A,B,C], 0.5, {0|1|2}|T[N], 2, 0}", kVolume},
    {"aten::gradient.scalarint", "{T[A,B,C], {none|0.5}, {none|1|2}|T[N], 0.5, none}, {1|2}", kGradients},
    {"aten::gradient.scalararray", "T[A,B,C], 0.5, [{0|1, 2|2}], {1|2}", kGradients},
    {"aten::gradient.array", "T[A,B,C], [{0|1, 2|2}], {1|2}", kGradients},
    {"aten::gradient.scalarrayint", "T[A,B,C], {[0.5], 1|[0.5, 1.5, 2.0], none}, {1|2}", kGradients},
    {"aten::gradient.scalarrayarray", "T[A,B,C], [0.5, 1.5], [{0, 1|1, 2}], {1|2}", kGradients},
    {"aten::bilinear", "{T[N,I], T[N,J]|T[2,N,I], T[2,N,J]}, T[K,I,J], {none|T[K]}", "N=1..20 I=1..20 J=1..20 K=1..9"},
};

}  // namespace

std::span<const Recipe> difference_recipes() { return kRecipes; }

}  // namespace flopaudit
