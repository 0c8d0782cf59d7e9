#include "analyzer/ops/synonyms.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

struct Synonym {
  std::string_view name, other;
};

// Sorted by the first. The `unsafe_` and `_unsafe_` forms differ from the others in what autograd may assume alone.
constexpr std::array<Synonym, 61> kSynonyms = {{
    {"aten::_adaptive_avg_pool2d", "aten::adaptive_avg_pool2d"},
    {"aten::_adaptive_avg_pool3d", "aten::adaptive_avg_pool3d"},
    {"aten::_logcumsumexp", "aten::logcumsumexp"},
    {"aten::_pin_memory", "aten::pin_memory"},
    {"aten::_stack", "aten::stack"},
    {"aten::_unsafe_index", "aten::index"},
    {"aten::_unsafe_index_put", "aten::index_put"},
    {"aten::absolute", "aten::abs"},
    {"aten::adjoint", "aten::mH"},
    {"aten::arccos", "aten::acos"},
    {"aten::arccosh", "aten::acosh"},
    {"aten::arcsin", "aten::asin"},
    {"aten::arcsinh", "aten::asinh"},
    {"aten::arctan", "aten::atan"},
    {"aten::arctan2", "aten::atan2"},
    {"aten::arctanh", "aten::atanh"},
    {"aten::clip", "aten::clamp"},
    {"aten::concat", "aten::cat"},
    {"aten::concatenate", "aten::cat"},
    {"aten::divide", "aten::div"},
    {"aten::fix", "aten::trunc"},
    {"aten::greater", "aten::gt"},
    {"aten::greater_equal", "aten::ge"},
    {"aten::less", "aten::lt"},
    {"aten::less_equal", "aten::le"},
    {"aten::matrix_H", "aten::mH"},
    {"aten::moveaxis", "aten::movedim"},
    {"aten::multiply", "aten::mul"},
    {"aten::negative", "aten::neg"},
    {"aten::not_equal", "aten::ne"},
    {"aten::row_stack", "aten::vstack"},
    {"aten::special_digamma", "aten::digamma"},
    {"aten::special_erf", "aten::erf"},
    {"aten::special_erfc", "aten::erfc"},
    {"aten::special_erfinv", "aten::erfinv"},
    {"aten::special_exp2", "aten::exp2"},
    {"aten::special_expit", "aten::sigmoid"},
    {"aten::special_expm1", "aten::expm1"},
    {"aten::special_gammainc", "aten::igamma"},
    {"aten::special_gammaincc", "aten::igammac"},
    {"aten::special_gammaln", "aten::lgamma"},
    {"aten::special_i0", "aten::i0"},
    {"aten::special_log1p", "aten::log1p"},
    {"aten::special_log_softmax", "aten::log_softmax"},
    {"aten::special_logit", "aten::logit"},
    {"aten::special_logsumexp", "aten::logsumexp"},
    {"aten::special_multigammaln", "aten::mvlgamma"},
    {"aten::special_polygamma", "aten::polygamma"},
    {"aten::special_psi", "aten::digamma"},
    {"aten::special_round", "aten::round"},
    {"aten::special_sinc", "aten::sinc"},
    {"aten::special_softmax", "aten::softmax"},
    {"aten::special_xlogy", "aten::xlogy"},
    {"aten::subtract", "aten::sub"},
    {"aten::swapaxes", "aten::transpose"},
    {"aten::swapdims", "aten::transpose"},
    {"aten::trapz", "aten::trapezoid"},
    {"aten::true_divide", "aten::div"},
    {"aten::unsafe_chunk", "aten::chunk"},
    {"aten::unsafe_split", "aten::split"},
    {"aten::unsafe_split_with_sizes", "aten::split_with_sizes"},
}};
static_assert(std::ranges::is_sorted(kSynonyms, {}, &Synonym::name));

}  // namespace

std::string_view other_name(std::string_view name) {
  const auto entry = std::ranges::lower_bound(kSynonyms, name, {}, &Synonym::name);
  return entry != kSynonyms.end() && entry->name == name ? entry->other : std::string_view();
}

}  // namespace flopaudit
