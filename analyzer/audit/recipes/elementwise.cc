// Ops that compute each element by itself.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kFew = "N=1..15";
constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=2..5000";

constexpr Recipe kRecipes[] = {
    {"aten::relu aten::relu_ aten::relu6 aten::relu6_ aten::sigmoid aten::sigmoid_ aten::silu aten::silu_ aten::tanh "
     "aten::tanh_ aten::hardswish aten::hardswish_ aten::hardsigmoid aten::hardsigmoid_ aten::exp aten::exp_ "
     "aten::neg aten::abs aten::square aten::exp2 aten::sin aten::sin_ aten::cos aten::cos_ aten::tan aten::atan "
     "aten::erf "
     "aten::erf_ aten::erfc aten::floor aten::floor_ aten::ceil aten::ceil_ aten::round aten::round_ aten::trunc "
     "aten::trunc_ aten::frac aten::sign aten::sgn "
     "aten::deg2rad "
     "aten::rad2deg aten::selu aten::selu_ aten::mish aten::mish_ aten::log_sigmoid",
     "{T[A,B,C]|T[N]}", kVolume},
    {"aten::sqrt aten::sqrt_ aten::rsqrt aten::reciprocal aten::log aten::log_ aten::log2 aten::log10",
     "{T[A,B,C]|T[N]}", kVolume, DrawnValues::positive},
    {"aten::add.Tensor aten::add_.Tensor aten::sub.Tensor aten::sub_.Tensor aten::rsub.Tensor",
     "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {1|2}", kVolume},
    {"aten::add.Tensor aten::add_.Tensor aten::sub.Tensor aten::sub_.Tensor", "T[A,B,C], {T[C]|T[1,B,1]|T[]}, 1",
     kVolume},
    {"aten::add.Scalar aten::add_.Scalar aten::sub.Scalar aten::sub_.Scalar aten::rsub.Scalar", "T[A,B,C], 0.5, 1",
     kVolume},
    {"aten::mul.Tensor aten::mul_.Tensor aten::div.Tensor aten::div_.Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]}",
     kVolume},
    {"aten::mul.Tensor aten::mul_.Tensor aten::div.Tensor aten::div_.Tensor", "T[A,B,C], {T[C]|T[1,B,1]|T[]}", kVolume},
    {"aten::mul.Scalar aten::mul_.Scalar aten::div.Scalar aten::div_.Scalar", "T[A,B,C], 0.7", kVolume},
    {"aten::to.dtype", "T[A,B,C], {6|7}, false, false, none", kVolume},
    {"aten::to.dtype_layout", "T[A,B,C], {6|7}, 0, none, none, false, false, none", kVolume},
    {"aten::to.other", "T[A,B,C], {f32[2]|f64[2]}, false, false, none", kVolume},
    {"aten::type_as", "T[A,B,C], {f32[2]|f64[2]}", kVolume},
    {"aten::hardtanh aten::hardtanh_ aten::clamp", "T[A,B,C], -1.5, 1.0", kVolume},
    {"aten::leaky_relu aten::leaky_relu_", "{T[A,B,C]|T[N]}, 0.01", kVolume},
    {"aten::gelu", "{T[A,B,C]|T[N]}, \"none\"", kVolume},
    {"aten::gelu", "{T[A,B,C]|T[N]}, \"tanh\"", kVolume},
    {"aten::elu aten::elu_", "T[A,B,C], 1.0, 1, 1", kVolume},
    {"aten::celu aten::celu_", "T[A,B,C], 1.0", kVolume},
    {"aten::softplus", "T[A,B,C], 1, 20", kVolume},
    {"aten::prelu", "T[A,B,C], {T[1]|T[B]}", kVolume},
    {"aten::glu", "T[A,2*B,C], 1", kVolume},
    {"aten::addcmul aten::addcdiv", "{T[A,B,C], T[A,B,C], T[A,B,C]|T[N], T[N], T[N]}, {1|2}", kVolume},
    {"aten::pow.Tensor_Scalar", "{T[A,B,C]|T[N]}, {0.5|1|2|3|-0.5|-1|-2}", kVolume, DrawnValues::positive},
    {"aten::pow.Tensor_Scalar", "{T[A,B,C]|T[N]}, {1.5|2.3|4}", kVolume, DrawnValues::positive},
    {"aten::pow.Tensor_Scalar", "{i64[N]|i64[]}, {0.5|-0.5}", kVolume},
    {"aten::pow.Tensor_Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]}", kVolume, DrawnValues::positive},
    {"aten::maximum aten::minimum", "{T[A,B,C], T[A,B,C]|T[A,B,C], T[C]}", kVolume},
    {"aten::where.self", "bool[A,B,C], T[A,B,C], T[A,B,C]", kVolume},
    {"aten::clamp_min aten::clamp_max", "T[A,B,C], 0.25", kVolume},
    {"aten::bernoulli.p aten::bernoulli_.float", "{T[A,B,C]|T[N]}, 0.3, none", kVolume},
    {"aten::dropout", "{T[A,B,C]|T[N]}, {0.1|0.5}, {true|false}", kVolume},
    {"aten::dropout_ aten::alpha_dropout aten::alpha_dropout_ aten::feature_dropout aten::feature_dropout_ "
     "aten::feature_alpha_dropout aten::feature_alpha_dropout_",
     "T[A,B,C], {0.1|0.5}, false", kVolume},
    {"aten::rand_like", "{T[A,B,C]|T[N]}, none, none, none, none, none", kVolume},
    {"aten::rand aten::randn", "[{<A>, <B>, <C>|<N>}], #T, none, none, none", kVolume},
    {"aten::randn_like", "{T[A,B,C]|T[N]}, none, none, none, none, none", kVolume},
    {"aten::randn", "[<N>], #T, none, none, none", kFew},
    {"aten::randn_like", "T[N], none, none, none, none, none", kFew},
    {"aten::normal_", "T[N], -3.0, 5.0, none", kFew},
    {"aten::normal_", "{T[A,B,C]|T[N]}, {0.0|-3.0}, 5.0, none", kVolume},
    {"aten::normal.float_float", "{0.0|-3.0}, 5.0, [{<A>, <B>|<N>}], none, #T, none, none, none", kVolume},
    {"aten::exponential aten::exponential_", "{T[A,B,C]|T[N]}, {1.0|2.5}, none", kVolume},
    {"aten::uniform_", "{T[A,B,C]|T[N]}, {0.0|-3.0}, 5.0, none", kVolume},
};

}  // namespace

std::span<const Recipe> elementwise_recipes() { return kRecipes; }

}  // namespace flopaudit
