// Variances, products, sums without nan; native forms of norms; pools over one dim and three; products made of others.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kMaps = "N=1..3 C=1..40 H=3..30 W=3..30 O=2..7";
constexpr const char* kRows = "N=2..40 M=1..90 B=1..4 K=1..30 S=1..12";
constexpr const char* kSome = "N=2..3 C=2..40 H=3..30 W=3..30 O=2..7";

constexpr Recipe kRecipes[] = {
    {"aten::var aten::std aten::var_mean aten::std_mean", "T[N,C,H,W], {true|false}", kMaps},
    {"aten::var.dim aten::std.dim aten::var_mean.dim aten::std_mean.dim",
     "T[N,C,H,W], [{0|1|0, 2|1, 3|0, 1, 2, 3}], {true|false}, {true|false}", kSome},
    {"aten::var.correction aten::std.correction aten::var_mean.correction aten::std_mean.correction",
     "T[N,C,H,W], {none|[1, 2]|[-1]|[0]}, {0|1|none}, {true|false}", kSome},
    {"aten::prod", "T[N,C,H,W], none", kMaps},
    {"aten::prod.dim_int", "T[N,C,H,W], {0|1|2|3}, {true|false}, none", kMaps},
    {"aten::cumprod aten::cumprod_", "T[N,H,C], {0|1|2}, none", kMaps},
    {"aten::nansum", "{T[N,M], {none|[0]|[1]}|T[600,M], [0]|T[B,N,M], [{1|0, 1|2}]}, {true|false}, none", kRows},
    {"aten::nanmean", "{T[N,M], {none|[0]|[1]}|T[B,N,M], [{1|0, 1|2}]}, {true|false}, none", kRows},
    {"aten::logsumexp aten::special_logsumexp", "{T[N,M]|T[B,N,M]}, [{0|1|0, 1|-1}], {true|false}", kRows},
    // --- norms ---
    {"aten::native_layer_norm", "T[N,H,C*4], [<C*4>], {T[C*4], T[C*4]|none, none}, 0.00001", kMaps},
    {"aten::native_group_norm", "T[N,C*4,H,W], {T[C*4], T[C*4]|none, none}, <N>, <C*4>, <H*W>, 4, 0.00001", kMaps},
    {"aten::rms_norm", "{T[N,H,W], [<W>], {T[W]|none}|T[N,H,W], [<H>, <W>], {T[H,W]|none}}, {none|0.00001}", kMaps},
    {"aten::_fused_rms_norm", "T[N,H,W], [<W>], {T[W]|none}, 0.00001", kMaps},
    {"aten::native_batch_norm aten::_native_batch_norm_legit",
     "T[N,C,H,W], {T[C], T[C]|none, none}, T[C], T[C], {true|false}, 0.1, 0.00001", kMaps, DrawnValues::positive},
    {"aten::batch_norm aten::_batch_norm_impl_index",
     "T[N,C,H,W], {T[C], T[C]|none, none}, {T[C], T[C]|none, none}, true, 0.1, 0.00001, false", kMaps,
     DrawnValues::positive},
    {"aten::_native_batch_norm_legit.no_stats", "T[N,C,H,W], {T[C], T[C]|none, none}, true, 0.1, 0.00001", kMaps},
    {"aten::_native_batch_norm_legit_no_training aten::_batch_norm_no_update",
     "T[N,C,H,W], {T[C], T[C]|none, none}, T[C], T[C], 0.1, 0.00001", kMaps, DrawnValues::positive},
    {"aten::instance_norm", "T[N,C,H,W], {T[C], T[C]|none, none}, T[C], T[C], false, 0.1, 0.00001, false", kMaps,
     DrawnValues::positive},
    {"aten::_weight_norm aten::_weight_norm_interface", "{T[N,M], T[N,1], 0|T[N,M,3], T[N,1,1], 0|T[N,M], T[1,M], 1}",
     kRows},
    // --- pools ---
    {"aten::avg_pool1d", "T[N,C,W], [3], [{1|2}], [{0|1}], false, true", kMaps},
    {"aten::avg_pool3d", "T[N,O,7,H,W], [2, 3, 3], [{1|2}, 2, 1], [{0|1}, 1, 0], false, true, none", kMaps},
    {"aten::adaptive_avg_pool1d", "T[N,C,W], [{1|<O>}]", kMaps},
    {"aten::adaptive_avg_pool3d", "T[N,O,7,H,W], [{1, 1, 1|3, <O>, 2|2, 1, 1}]", kMaps},
    {"aten::_adaptive_avg_pool2d", "T[N,C,H,W], [{1, 1|<O>, 3}]", kMaps},
    {"aten::_adaptive_avg_pool3d", "T[N,O,7,H,W], [{1, 1, 1|3, <O>, 2}]", kMaps},
    {"aten::grid_sampler aten::grid_sampler_2d", "T[N,C,H,W], T[N,O,H,2], {{0|1}, {0|1|2}|2, {0|1}}, {true|false}",
     kMaps},
    {"aten::affine_grid_generator",
     "{T[N,2,3], [<N>, <C>, <H>, <W>]|T[N,3,4], [<N>, <C>, <O>, <H>, <W>]}, {true|false}", kMaps},
    {"aten::sum.dim_IntList", "i64[N,C,H], [{1|0}], {true|false}, none", kMaps},
    // --- products ---
    {"aten::addmv aten::addmv_", "T[N], T[N,M], T[M], {1|2|0}, {1|2}", kRows},
    {"aten::addr aten::addr_", "T[N,M], T[N], T[M], {1|2|0}, {1|2}", kRows},
    {"aten::addbmm aten::addbmm_", "T[N,S], T[B,N,K], T[B,K,S], {1|2|0}, {1|2}", kRows},
    {"aten::inner", "{T[N,M], T[K,M]|T[M], T[M]|T[B,N,M], T[K,M]|T[N,M], T[M]}", kRows},
    {"aten::kron", "{T[N,S], T[K,S]|T[N], T[K]|T[N,S], T[S]}", kRows},
    {"aten::tensordot",
     "{T[N,K], T[K,M], [1], [0]|T[K,N], T[K,M], [0], [0]|T[N,K], T[M,K], [1], [1]|T[B,N,S], T[N,S,M], [1, 2], [0, 1]}",
     kRows},
    {"aten::tensordot", "{T[B,N,S], T[S,N,M], [1, 2], [1, 0]|T[N,B,S], T[B,M], [1], [0]}", kRows},
    {"aten::linalg_multi_dot aten::chain_matmul", "[T[N,K], T[K,M]{|, T[M,S]|, T[M,S], T[S,N]}]", kRows},
};

}  // namespace

std::span<const Recipe> statistics_recipes() { return kRecipes; }

}  // namespace flopaudit
