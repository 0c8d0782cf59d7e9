// Losses of elements and of classes. Drawn integers are 0 or 1.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kClasses = "N=1..300 C=3..50 H=1..12 W=1..12";
constexpr const char* kReductions = "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {0|1|2}";

constexpr Recipe kRecipes[] = {
    {"aten::mse_loss aten::l1_loss aten::soft_margin_loss", kReductions, kVolume},
    {"aten::smooth_l1_loss", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {0|1|2}, {1.0|0.5|0.0}", kVolume},
    {"aten::huber_loss", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {0|1|2}, {1.0|0.5}", kVolume},
    {"aten::kl_div", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {0|1|2}, {false|true}", kVolume, DrawnValues::positive},
    {"aten::nll_loss aten::nll_loss_nd aten::nll_loss_forward", "T[N,C], i64[N], {none|T[C]}, {0|1|2}, -100", kClasses},
    {"aten::nll_loss2d aten::nll_loss_nd aten::nll_loss2d_forward",
     "T[2,C,H,W], i64[2,H,W], {none|T[C]}, {0|1|2}, -100", kClasses},
};

}  // namespace

std::span<const Recipe> loss_recipes() { return kRecipes; }

}  // namespace flopaudit
