// Images, sequences and volumes to other sizes.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kSmall = "N=1..3 C=1..20 H=1..40 W=1..40 I=1..60 J=1..60 D=1..9";
constexpr const char* kLarge = "N=1..2 C=1..9 H=1..90 W=1..90 I=40..120 J=90..200 D=1..9";

constexpr Recipe kRecipes[] = {
    {"aten::upsample_nearest2d aten::_upsample_nearest_exact2d", "T[N,C,H,W], [<I>, <J>], {none|1.5}, none", kSmall},
    {"aten::upsample_nearest2d aten::_upsample_nearest_exact2d", "T[N,C,H,W], [<I>, <J>], none, {none|0.7}", kLarge},
    {"aten::upsample_nearest2d aten::_upsample_nearest_exact2d", "T[N,C,H,W], [<H>, <2*W>], none, none", kSmall},
    {"aten::_upsample_nearest_exact2d", "T[N,L,H,W], [<I>, <J>], {none|1.5}, {none|0.7}",
     "N=1..3 L=1..4 H=1..40 W=1..40 I=1..60 J=1..60"},
    {"aten::upsample_nearest2d.vec aten::_upsample_nearest_exact2d.vec", "T[N,C,H,W], none, {[2.0, 2.0]|[1.3, 2.6]}",
     kSmall},
    {"aten::upsample_bilinear2d aten::upsample_bicubic2d", "T[N,C,H,W], [<I>, <J>], {true|false}, {none|1.5}, none",
     kSmall},
    {"aten::upsample_bilinear2d aten::upsample_bicubic2d", "T[N,C,H,W], [<I>, <J>], {true|false}, none, {none|0.7}",
     kLarge},
    {"aten::upsample_bilinear2d aten::upsample_bicubic2d",
     "T[N,C,H,W], {[<H>, <J>]|[<I>, <W>]}, {true|false}, none, none", kSmall},
    {"aten::upsample_bilinear2d.vec aten::upsample_bicubic2d.vec",
     "T[N,C,H,W], none, {true|false}, {[2.0, 2.0]|[1.3, 2.6]}", kSmall},
    {"aten::_upsample_bilinear2d_aa aten::_upsample_bicubic2d_aa", "T[N,C,H,W], [<I>, <1+J>], {true|false}, none, none",
     kSmall},
    {"aten::_upsample_bilinear2d_aa aten::_upsample_bicubic2d_aa",
     "T[N,C,H,W], {[<H>, <J>]|[<I>, <W>]|[<I>, <J>]}, {true|false}, none, none", kLarge},
    {"aten::_upsample_bilinear2d_aa.vec aten::_upsample_bicubic2d_aa.vec",
     "T[N,C,H,1+W], none, {true|false}, {[2.0, 2.0]|[1.3, 0.6]}", kSmall},
    {"aten::_upsample_bilinear2d_aa aten::_upsample_bicubic2d_aa", "T[N,C,H,W], [<I>, 1], {true|false}, none, none",
     kSmall},
    {"aten::upsample_bilinear2d", "T[N,C,1,1], [<I>, <J>], {true|false}, none, none", kLarge},
    {"aten::upsample_nearest2d aten::_upsample_nearest_exact2d", "T[N,C,1,1], [<I>, <J>], none, none", kLarge},
    {"aten::upsample_nearest3d aten::_upsample_nearest_exact3d", "T[N,C,1,1,1], [3, <I>, <J>], none, none, none",
     kSmall},
    {"aten::upsample_trilinear3d", "T[N,C,1,1,1], [2, <1+I>, <1+J>], {true|false}, none, none, none", kSmall},
    {"aten::upsample_nearest1d aten::_upsample_nearest_exact1d", "T[N,C,W], [<J>], {none|0.7}", kSmall},
    {"aten::upsample_nearest1d.vec aten::_upsample_nearest_exact1d.vec", "T[N,C,W], none, {[2.0]|[1.3]}", kSmall},
    {"aten::upsample_linear1d", "T[N,C,W], [<J>], {true|false}, {none|0.7}", kSmall},
    {"aten::upsample_linear1d.vec", "T[N,C,W], none, {true|false}, {[2.0]|[1.3]}", kSmall},
    {"aten::upsample_nearest3d aten::_upsample_nearest_exact3d",
     "T[N,C,D,H,W], [<2*D>, <I>, <J>], none, {none|0.7}, none", kSmall},
    {"aten::upsample_nearest3d.vec aten::_upsample_nearest_exact3d.vec", "T[N,C,D,H,W], none, [1.5, 2.0, 1.3]", kSmall},
    {"aten::upsample_trilinear3d", "T[N,C,D,H,W], [<2*D>, <I>, <J>], {true|false}, none, {none|0.7}, none", kSmall},
    {"aten::upsample_trilinear3d.vec", "T[N,C,D,H,W], none, {true|false}, [1.5, 2.0, 1.3]", kSmall},
};

}  // namespace

std::span<const Recipe> resampling_recipes() { return kRecipes; }

}  // namespace flopaudit
