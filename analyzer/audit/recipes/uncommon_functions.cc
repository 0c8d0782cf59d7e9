// Functions of one element or two that few models use.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kOne = "{T[A,B,C]|T[N]}";
constexpr const char* kTwo = "{T[A,B,C], T[A,B,C]|T[N], T[N]}";

constexpr Recipe kRecipes[] = {
    {"aten::asin aten::asin_ aten::acos aten::acos_ aten::atanh aten::atanh_", kOne, kVolume, DrawnValues::small},
    {"aten::expm1 aten::expm1_ aten::sinh aten::sinh_ aten::cosh aten::cosh_ aten::asinh aten::asinh_ aten::sinc "
     "aten::sinc_ "
     "aten::special_ndtr aten::special_i0e",
     kOne, kVolume},
    {"aten::log1p aten::log1p_ aten::acosh aten::acosh_ aten::special_entr", kOne, kVolume, DrawnValues::positive},
    {"aten::logit aten::logit_", "{T[A,B,C]|T[N]}, 0.1", kVolume},
    {"aten::logit aten::logit_", "{T[A,B,C]|T[N]}, none", kVolume, DrawnValues::positive},
    {"aten::hypot aten::atan2 aten::atan2_ aten::logaddexp aten::logaddexp2 "
     "aten::hypot_ "
     "aten::ldexp.Tensor",
     kTwo, kVolume},
    {"aten::xlogy.Tensor aten::xlogy_.Tensor aten::special_xlog1py aten::polar", kTwo, kVolume, DrawnValues::positive},
    {"aten::xlogy.Scalar_Other aten::xlogy_.Scalar_Other", "{T[A,B,C]|T[N]}, 2.5", kVolume, DrawnValues::positive},
    {"aten::xlogy.Scalar_Self", "2.5, {T[A,B,C]|T[N]}", kVolume, DrawnValues::positive},
    {"aten::lerp.Scalar aten::lerp_.Scalar", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {0.3|0.5|0.7}", kVolume},
    {"aten::lerp.Tensor aten::lerp_.Tensor", "{T[A,B,C], T[A,B,C], T[A,B,C]|T[N], T[N], T[N]}", kVolume},
    {"aten::log_sigmoid_forward", kOne, kVolume},
    {"aten::_prelu_kernel", "{T[A,B,C], T[1,B,1]|T[N], T[1]}", kVolume},
    {"aten::softshrink", "{T[A,B,C]|T[N]}, 0.5", kVolume},
    {"aten::round.decimals", "{T[A,B,C]|T[N]}, {2|0|-1}", kVolume},
    {"aten::special_expit aten::special_expm1 aten::special_log1p aten::special_sinc aten::arccos aten::arcsinh", kOne,
     kVolume, DrawnValues::small},
    {"aten::multiply.Tensor aten::multiply_.Tensor aten::true_divide.Tensor aten::divide.Tensor", kTwo, kVolume},
    {"aten::subtract.Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {1|2}", kVolume},
};

}  // namespace

std::span<const Recipe> uncommon_function_recipes() { return kRecipes; }

}  // namespace flopaudit
