// Special functions, remainders and powers; changes of type and numbers written into tensors.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kOne = "{T[A,B,C]|T[N]}";
constexpr const char* kTwo = "{T[A,B,C], T[A,B,C]|T[N], T[N]}";

constexpr Recipe kRecipes[] = {
    {"aten::digamma aten::lgamma aten::i0 aten::special_i1 aten::special_i1e aten::special_erfcx "
     "aten::special_log_ndtr "
     "aten::special_airy_ai aten::special_bessel_j0 aten::special_bessel_j1 aten::special_modified_bessel_i0 "
     "aten::special_modified_bessel_i1 aten::special_spherical_bessel_j0 aten::angle aten::frexp.Tensor",
     kOne, kVolume},
    {"aten::special_bessel_y0 aten::special_bessel_y1 aten::special_modified_bessel_k0 "
     "aten::special_modified_bessel_k1 "
     "aten::special_scaled_modified_bessel_k0 aten::special_scaled_modified_bessel_k1",
     kOne, kVolume, DrawnValues::positive},
    {"aten::special_ndtri", kOne, kVolume, DrawnValues::unit},
    {"aten::erfinv", kOne, kVolume, DrawnValues::small},
    {"aten::angle", "{Z[A,B,C]|Z[N]}", kVolume},
    {"aten::polygamma", "{0|1|2}, {T[A,B,C]|T[N]}", kVolume},
    {"aten::polygamma_", "{T[A,B,C]|T[N]}, {0|1}", kVolume},
    {"aten::mvlgamma", "{T[A,B,C]|T[N]}, {1|2|3}", kVolume, DrawnValues::positive},
    {"aten::igamma aten::igammac aten::special_zeta", kTwo, kVolume, DrawnValues::positive},
    {"aten::special_zeta.other_scalar aten::special_xlog1py.other_scalar", "{T[A,B,C]|T[N]}, 2.5", kVolume,
     DrawnValues::positive},
    {"aten::special_zeta.self_scalar aten::special_xlog1py.self_scalar", "2.5, {T[A,B,C]|T[N]}", kVolume,
     DrawnValues::positive},
    {"aten::nextafter", kTwo, kVolume},
    {"aten::logcumsumexp", "{T[A,B,C], {0|1|2}|T[N], 0}", kVolume},
    // --- remainders ---
    {"aten::fmod.Tensor aten::remainder.Tensor", "{T[A,B,C], T[A,B,C]|T[A,B,C], T[C]|T[N], T[N]}", kVolume},
    {"aten::floor_divide", "{T[A,B,C], T[A,B,C]|T[N], T[N]|T[A,B,C], T[]}", kVolume},
    {"aten::fmod.Scalar aten::remainder.Scalar aten::floor_divide.Scalar", "{T[A,B,C]|T[N]}, {0.7|-3}", kVolume},
    {"aten::remainder.Scalar_Tensor", "{0.7|-3}, {T[A,B,C]|T[N]}", kVolume},
    {"aten::div.Tensor_mode aten::div_.Tensor_mode aten::divide.Tensor_mode",
     "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {\"trunc\"|\"floor\"}", kVolume},
    {"aten::div.Scalar_mode aten::div_.Scalar_mode", "{T[A,B,C]|T[N]}, 0.7, {\"trunc\"|\"floor\"}", kVolume},
    // --- powers ---
    {"aten::pow.Scalar aten::float_power.Scalar", "{2.5|0.3|1}, {T[A,B,C]|T[N]}", kVolume},
    {"aten::float_power.Tensor_Scalar", "{T[A,B,C]|T[N]}, {0.5|1|2|3|-1|2.3}", kVolume, DrawnValues::positive},
    {"aten::float_power.Tensor_Tensor", kTwo, kVolume, DrawnValues::positive},
    // --- changes of type ---
    {"aten::_cast_Byte aten::_cast_Char aten::_cast_Double aten::_cast_Float aten::_cast_Half aten::_cast_Int "
     "aten::_cast_Long aten::_cast_Short",
     "T[A,B,C], false", kVolume, DrawnValues::positive},
    {"aten::_to_copy", "T[A,B,C], {5|6|7|4|15}, none, none, none, false, none", kVolume},
    {"aten::to.dtype", "{T|f16|i64|bf16}[A,B,C], {5|6|7|4|15}, false, false, none", kVolume},
    {"aten::to.device", "T[A,B,C], device(\"cpu\"), {5|6|7|4|15}, false, false, none", kVolume},
    {"aten::to.prim_Device", "T[A,B,C], none, {5|6|7|4|15}, false, false", kVolume},
    {"aten::copy_.Tensor", "{T|f16}[A,B,C], {T[A,B,C]|T[]}", kVolume},
    {"aten::copy_.float", "{T|f16}[A,B,C], 2.5", kVolume},
    {"aten::copy_.int", "{T|f16}[A,B,C], 2", kVolume},
    {"aten::to.prim_dtype", "T[A,B,C], {5|6|7|4|15}, false, false", kVolume},
    {"aten::copy aten::copy_", "{T|f16}[A,B,C], {T[A,B,C]|T[C]|T[1]}, false", kVolume},
    {"aten::full", "[<A>, <B>], 2.5, {#T|5|15}, none, none, none", kVolume},
    {"aten::ones", "[<A>, <B>], {#T|5|15}, none, none, none", kVolume},
    {"aten::full_like", "{T|f16|bf16}[A,B,C], 2.5, none, none, none, none, none", kVolume},
    {"aten::ones_like", "{T|f16|bf16}[A,B,C], none, none, none, none, none", kVolume},
    {"aten::new_full", "{T|f16|bf16}[A,B,C], [<B>], 2.5, none, none, none, none", kVolume},
    {"aten::new_ones", "{T|f16|bf16}[A,B,C], [<B>], none, none, none, none", kVolume},
    {"aten::scalar_tensor", "2.5, {#T|5|15}, none, none, none", kVolume},
    {"aten::fill.Scalar aten::fill_.Scalar", "{T|f16|bf16}[A,B,C], 2.5", kVolume},
    {"aten::fill.Tensor aten::fill_.Tensor", "{T|f16|bf16}[A,B,C], {T|f16}[]", kVolume},
    {"aten::masked_fill.Scalar aten::masked_fill_.Scalar", "{T|f16|bf16}[A,B,C], bool[B,C], 2.5", kVolume},
    {"aten::masked_fill.Tensor aten::masked_fill_.Tensor", "{T[A,B,C], bool[B,C], T[]|f16[A,B,C], bool[B,C], f16[]}",
     kVolume},
    {"aten::constant_pad_nd", "{T|f16|bf16}[A,B,C], [1, <A>], {0|2.5}", kVolume},
    {"aten::index_fill.int_Scalar", "{T|f16|bf16}[A,2,C], 1, i64[A], 2.5", kVolume},
    {"aten::index_fill.int_Tensor", "{T|f16|bf16}[A,2,C], 1, i64[A], T[]", kVolume},
    {"aten::item aten::Float.Tensor", "{T|f16}[]", kVolume},
    {"aten::signbit", "{T|f16}[A,B,C]", kVolume},
    {"aten::fill_diagonal_", "{T|f16}[B,C], 2.5, false", kVolume},
    {"aten::take_along_dim", "{T|f16}[A,2,C], i64[A,B,C], 1", kVolume},
    {"aten::gather", "{T|f16}[A,2,C], 1, i64[A,B,C], false", kVolume},
    {"aten::scatter.value", "{T|f16}[A,2,C], 1, i64[A,B,C], 2.5", kVolume},
    {"aten::scatter.src", "{T[A,2,C], 1, i64[A,B,C], T[A,B,C]|f16[A,2,C], 1, i64[A,B,C], f16[A,B,C]}", kVolume},
};

}  // namespace

std::span<const Recipe> special_function_recipes() { return kRecipes; }

}  // namespace flopaudit
