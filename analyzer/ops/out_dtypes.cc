#include "analyzer/ops/out_dtypes.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

// Sorted. What LibTorch computes elementwise into the out tensor, casting, or copies into it in the end.
constexpr auto kCasting = std::to_array<std::string_view>({
    "aten::_fft_c2r", "aten::abs", "aten::acos", "aten::acosh", "aten::add.Tensor", "aten::addcdiv", "aten::addcmul",
    "aten::addr", "aten::angle", "aten::asin", "aten::asinh", "aten::atan", "aten::atan2", "aten::atanh",
    "aten::bitwise_and.Scalar", "aten::bitwise_and.Tensor", "aten::bitwise_left_shift.Tensor",
    "aten::bitwise_left_shift.Tensor_Scalar", "aten::bitwise_or.Scalar", "aten::bitwise_or.Tensor",
    "aten::bitwise_right_shift.Tensor", "aten::bitwise_right_shift.Tensor_Scalar", "aten::bitwise_xor.Scalar",
    "aten::bitwise_xor.Tensor", "aten::cat", "aten::chain_matmul", "aten::cholesky_inverse", "aten::cholesky_solve",
    "aten::clamp.Tensor", "aten::clamp_max.Tensor", "aten::clamp_min.Tensor", "aten::column_stack",
    "aten::copysign.Scalar", "aten::copysign.Tensor", "aten::cos", "aten::cosh", "aten::deg2rad", "aten::diff",
    "aten::digamma", "aten::div.Tensor", "aten::div.Tensor_mode", "aten::dstack", "aten::eq.Scalar", "aten::eq.Tensor",
    "aten::erf", "aten::erfc", "aten::erfinv", "aten::exp", "aten::exp2", "aten::expm1", "aten::fft_hfft",
    "aten::fft_hfft2", "aten::fft_hfftn", "aten::fft_irfft", "aten::fft_irfft2", "aten::fft_irfftn",
    "aten::floor_divide", "aten::fmax", "aten::fmin", "aten::fmod.Scalar", "aten::fmod.Tensor", "aten::gcd",
    "aten::ge.Scalar", "aten::ge.Tensor", "aten::geqrf", "aten::ger", "aten::glu", "aten::gt.Scalar", "aten::gt.Tensor",
    "aten::hstack", "aten::huber_loss", "aten::hypot", "aten::i0", "aten::igamma", "aten::igammac", "aten::inner",
    "aten::kron", "aten::lcm", "aten::ldexp.Tensor", "aten::le.Scalar", "aten::le.Tensor", "aten::lerp.Scalar",
    "aten::lerp.Tensor", "aten::lgamma", "aten::linalg_cond", "aten::linalg_cond.p_str",
    "aten::linalg_householder_product", "aten::linalg_matrix_power", "aten::linalg_matrix_rank",
    "aten::linalg_matrix_rank.atol_rtol_float", "aten::linalg_matrix_rank.atol_rtol_tensor",
    "aten::linalg_matrix_rank.tol_tensor", "aten::linalg_pinv", "aten::linalg_pinv.atol_rtol_float",
    "aten::linalg_pinv.atol_rtol_tensor", "aten::linalg_pinv.rcond_tensor", "aten::linalg_tensorinv",
    "aten::linalg_tensorsolve", "aten::log", "aten::log10", "aten::log1p", "aten::log2", "aten::logaddexp",
    "aten::logaddexp2", "aten::logical_and", "aten::logical_not", "aten::logical_or", "aten::logical_xor",
    "aten::logit", "aten::logsumexp", "aten::lt.Scalar", "aten::lt.Tensor", "aten::matrix_power", "aten::max",
    "aten::max.other", "aten::maximum", "aten::min", "aten::min.other", "aten::minimum", "aten::mse_loss",
    "aten::mul.Tensor", "aten::mvlgamma", "aten::nanmean", "aten::ne.Scalar", "aten::ne.Tensor", "aten::nextafter",
    "aten::orgqr", "aten::outer", "aten::polygamma", "aten::pow.Scalar", "aten::pow.Tensor_Scalar",
    "aten::pow.Tensor_Tensor", "aten::rad2deg", "aten::reciprocal", "aten::remainder.Scalar", "aten::remainder.Tensor",
    "aten::rsqrt", "aten::sigmoid", "aten::sin", "aten::sinc", "aten::sinh", "aten::smooth_l1_loss",
    "aten::special_airy_ai", "aten::special_bessel_j0", "aten::special_bessel_j1", "aten::special_bessel_y0",
    "aten::special_bessel_y1", "aten::special_entr", "aten::special_erfcx", "aten::special_i0e", "aten::special_i1",
    "aten::special_i1e", "aten::special_log_ndtr", "aten::special_modified_bessel_i0",
    "aten::special_modified_bessel_i1", "aten::special_modified_bessel_k0", "aten::special_modified_bessel_k1",
    "aten::special_ndtr", "aten::special_ndtri", "aten::special_scaled_modified_bessel_k0",
    "aten::special_scaled_modified_bessel_k1", "aten::special_spherical_bessel_j0", "aten::special_xlog1py",
    "aten::special_xlog1py.other_scalar", "aten::special_xlog1py.self_scalar", "aten::special_zeta",
    "aten::special_zeta.other_scalar", "aten::special_zeta.self_scalar", "aten::sqrt", "aten::square", "aten::stack",
    "aten::std.correction", "aten::std.dim", "aten::sub.Tensor", "aten::tan", "aten::tanh", "aten::threshold",
    "aten::var.correction", "aten::var.dim", "aten::vstack", "aten::xlogy.Scalar_Other", "aten::xlogy.Scalar_Self",
    "aten::xlogy.Tensor",
});
static_assert(std::ranges::is_sorted(kCasting));

constexpr auto kComputesAsOut = std::to_array<std::string_view>({
    "aten::cumprod", "aten::cumsum", "aten::mean", "aten::nansum", "aten::prod", "aten::sum",
});

}  // namespace

bool casts_into_out(std::string_view row) { return std::ranges::binary_search(kCasting, row); }

bool computes_as_out(std::string_view row) {
  return std::ranges::binary_search(kComputesAsOut, row.substr(0, row.find('.')));
}

}  // namespace flopaudit
