// Ranges, windows, and writing at indices. Drawn integers are 0 or 1.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kCount = "N=1..2000 K=1..40";
constexpr const char* kRows = "R=2..30 C=2..70 K=1..20 N=1..90";

constexpr Recipe kRecipes[] = {
    {"aten::fft_fftfreq aten::fft_rfftfreq", "{<N>|<K>}, 0.5, #T, none, none, none", kCount},
    {"aten::arange", "{<N>|<K>}, {#T|4}, none, none, none", kCount},
    {"aten::arange.start", "3, <N+3>, #T, none, none, none", kCount},
    {"aten::arange.start_step", "0, <2*N>, 2, {#T|4}, none, none, none", kCount},
    {"aten::range", "0, {<N>|<K>}, #T, none, none, none", kCount},
    {"aten::range.step", "0, <2*N>, 2, #T, none, none, none", kCount},
    {"aten::linspace", "-1.0, 2.5, {<N>|<K>}, #T, none, none, none", kCount},
    {"aten::hann_window aten::hamming_window aten::blackman_window aten::bartlett_window",
     "{<N>|<K>}, #T, none, none, none", kCount},
    {"aten::hann_window.periodic aten::hamming_window.periodic aten::blackman_window.periodic "
     "aten::bartlett_window.periodic",
     "{<N>|<K>}, {true|false}, #T, none, none, none", kCount},
    {"aten::hamming_window.periodic_alpha", "<N>, {true|false}, 0.6, #T, none, none, none", kCount},
    {"aten::hamming_window.periodic_alpha_beta", "<N>, {true|false}, 0.6, 0.3, #T, none, none, none", kCount},
    {"aten::index_add aten::index_add_",
     "{T[R,C], 0, i64[K], T[K,C]|T[R,C], 1, i64[K], T[R,K]|T[R], 0, i64[K], T[K]}, {1|2}", kRows},
    {"aten::index_add aten::index_add_",
     "{T[R,2,C], 0, i64[K], T[K,2,C]|T[R,2,C], 2, i64[K], T[R,2,K]|T[R,2,C], 1, i64[K], T[R,K,C]}, {1|2}", kRows},
    {"aten::index_put aten::index_put.hacked_twin aten::index_put_ aten::index_put_.hacked_twin",
     "T[R,C], {[i64[K]], T[K,C]|[i64[K], i64[K]], T[K]}, {true|false}", kRows},
    {"aten::scatter_add aten::scatter_add_", "{T[R,C], 0, i64[K,C], T[K,C]|T[R,C], 1, i64[R,K], T[R,K]}", kRows},
    {"aten::scatter.reduce aten::scatter_.reduce", "T[R,C], 0, i64[K,C], T[K,C], {\"add\"|\"multiply\"}", kRows},
    {"aten::scatter.value_reduce aten::scatter_.value_reduce", "T[R,C], 0, i64[K,C], 0.5, {\"add\"|\"multiply\"}",
     kRows},
    {"aten::scatter_reduce.two aten::scatter_reduce_.two",
     "T[R,C], 0, i64[K,C], T[K,C], {\"sum\"|\"mean\"|\"prod\"|\"amax\"}, true", kRows},
    {"aten::col2im", "T[2,3*6,R*C], [<R+1>, <C+2>], [2, 3], [1, 1], [0, 0], [1, 1]", kRows},
    {"aten::col2im", "T[3*6,R*C], [<2*R>, <3*C>], [2, 3], [1, 1], [0, 0], [2, 3]", kRows},
    {"aten::col2im", "T[2,9,R*C], [<R>, <C>], [3, 3], [1, 1], [1, 1], [1, 1]", kRows},
};

}  // namespace

std::span<const Recipe> factory_recipes() { return kRecipes; }

}  // namespace flopaudit
