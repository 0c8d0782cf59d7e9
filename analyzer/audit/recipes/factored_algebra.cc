// Factors of matrices and what is solved with them, ops that are put together from those, and spectra.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kSmall = "B=1..4 N=1..16 M=1..16 R=1..9 K=1..12";
constexpr const char* kFew = "B=1..3 N=1..40 R=1..3 E=1..4 K=1..8";
constexpr const char* kRows = "N=1..30 M=1..100 V=1..12 K=2..9 B=1..4";

constexpr Recipe kRecipes[] = {
    {"aten::einsum.sublist", "T[M,K], [0, 1], T[K,N], [1, 2], [0, 2]", "M=4..70 K=4..300 N=4..70"},
    {"aten::einsum.sublist", "T[B,M], [0, 1], T[B,N], [0, 30], {[0]|[30, 0]|[1]}", "B=2..5 M=4..70 N=4..70"},
    // --- tensors as matrices, condition numbers ---
    {"aten::linalg_tensorinv", "{T[K,2,2*K], 2|T[2*K,K,2], 1|T[2,K,2,K], 2}", "K=1..20"},
    {"aten::linalg_tensorsolve", "{T[K,2,2*K], T[K,2], none|T[2,K,2,K], T[2,K], none|T[2*K,K,2], T[K,2], [0]}",
     "K=1..8"},
    {"aten::linalg_cond", "{T[N,N]|T[B,N,N]}, {1|-1|inf|-inf}", kSmall},
    {"aten::linalg_cond", "{T[N,M]|T[B,N,M]}, {none|2|-2}", kSmall},
    {"aten::nuclear_norm", "T[N,M], {true|false}", kSmall},
    {"aten::nuclear_norm.dim", "T[B,N,M], {[1, 2]|[0, 1]}, {true|false}", kSmall},
    {"aten::linalg_matrix_norm", "T[B,N,M], {2|-2}, {[-2, -1]|[0, 2]}, {true|false}, none", kSmall},
    {"aten::linalg_matrix_norm.str_ord", "T[B,N,M], \"nuc\", [-2, -1], {true|false}, none", kSmall},
    {"aten::linalg_cond.p_str", "{T[N,N]|T[B,N,N]}, {\"fro\"|\"nuc\"}", kSmall},
    // --- powers, covariances, norms, exponentials ---
    {"aten::vander", "T[N], {none|1|<M>}, {true|false}", kRows},
    {"aten::linalg_vander", "{T[N]|T[B,N]}, {none|<K>}", "B=1..4 N=2..30 K=2..9"},
    {"aten::cov", "{T[V,M]|T[M]|T[V,K]}, 1, none, none", kRows},
    {"aten::corrcoef", "{T[V,M]|T[M]|T[V,K]}", kRows},
    {"aten::norm_except_dim", "{T[N,M]|T[B,N,M]}, {2|1}, {0|1|-1}", kRows},
    {"aten::linalg_matrix_exp aten::matrix_exp", "{T[N,N]|T[B,N,N]}", kSmall},
    // --- solves with factors ---
    {"aten::linalg_lu_solve",
     "{T[1,1], i32[1] = (1,), T[1,R]|T[2,2], i32[2] = (2, 2), T[2,R]|T[3,3], i32[3] = (1, 3, 3), T[3,R]}, true, "
     "{true|false}",
     kFew},
    {"aten::linalg_lu_solve",
     "{T[4,4], i32[4] = (1, 2, 3, 4), T[R,4]|T[2,3,3], i32[2,3] = (1, 2, 3, 3, 3, 3), T[2,R,3]}, false, {true|false}",
     kFew},
    {"aten::linalg_lu_solve",
     "{T[5,5], i32[5] = (5, 2, 3, 4, 5), T[5,K]|T[9,9], i32[9] = (1, 2, 3, 4, 5, 6, 7, 8, 9), T[9,K]}, true, false",
     "K=1..14"},
    {"aten::linalg_lu_solve",
     "T[18,18], i32[18] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18), T[18,K], true, false",
     "K=1..14"},
    {"aten::linalg_lu_solve",
     "{T[12,12], i32[12] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), T[12,K], true|T[11,11], i32[11] = (1, 2, 3, 4, 5, "
     "6, 7, 8, 9, 10, 11), T[11,K], true|T[10,10], i32[10] = (1, 2, 3, 4, 5, "
     "6, "
     "7, 8, 9, 10), T[10,1], true}, true",
     "K=1..14"},
    {"aten::lu_solve",
     "{T[3,R], T[3,3], i32[3] = (1, 3, 3)|T[2,2,R], T[2,2,2], i32[2,2] = (1, 2, 2, 2)|T[7,K], T[7,7], i32[7] = (1, 3, "
     "3, 4, 7, 7, 7)}",
     kFew},
    {"aten::cholesky_inverse", "{T[N,N]|T[B,N,N]}, {true|false}", "B=1..3 N=1..32", DrawnValues::definite},
    {"aten::_cholesky_solve_helper", "{T[E,1], T[E,E]|T[B,K,R], T[B,K,K]}, {true|false}", kFew},
    // --- factors ---
    {"aten::linalg_ldl_factor", "{T[N,N]|T[B,N,N]}, {true|false}", "B=1..3 N=1..32"},
    {"aten::linalg_ldl_factor_ex", "{T[N,N]|T[B,N,N]}, {true|false}, false", "B=1..3 N=1..32", DrawnValues::definite},
    {"aten::linalg_ldl_solve",
     "{T[2,2], i32[2] = (1, 2), T[2,R]|T[3,3], i32[3] = (1, 2, 3), T[3,R]|T[2,2], i32[2] = (-2, -2), T[2,R]}, false",
     kSmall},
    {"aten::linalg_ldl_solve",
     "{T[8,8], i32[8] = (1, 2, 3, 4, 5, 6, 7, 8), T[8,R]|T[7,7], i32[7] = (-2, -2, 3, -5, -5, 6, 7), T[7,R]|T[2,4,4], "
     "i32[2,4] = (1, 2, 3, 4, 1, -3, -3, 4), T[2,4,R]}, false",
     kSmall},
    {"aten::linalg_lstsq", "{T[N,M], T[N,R]|T[B,N,M], T[B,N,R]}, none, \"gels\"", "B=1..3 N=1..40 M=1..40 R=1..6"},
    {"aten::linalg_lstsq", "T[N+E,N], T[N+E,R], none, {\"gelsd\"|\"gelss\"}", "N=1..25 E=0..15 R=1..6"},
    {"aten::geqrf", "{T[N,M]|T[B,N,M]}", "B=1..3 N=1..20 M=1..20"},
    {"aten::linalg_qr", "{T[N,M]|T[B,N,M]}, {\"reduced\"|\"complete\"|\"r\"}", "B=1..3 N=1..20 M=1..20"},
    {"aten::qr", "{T[N,M]|T[B,N,M]}, {true|false}", "B=1..3 N=1..20 M=1..20"},
    {"aten::orgqr aten::linalg_householder_product", "{T[N+K,K+E], T[K]|T[B,N+K,K], T[B,K]}",
     "B=1..3 N=8..30 K=1..12 E=0..8"},
    {"aten::ormqr", "T[N+K,K], T[K], T[N+K,M], true, {true|false}", "N=0..18 K=1..12 M=1..20"},
    {"aten::ormqr", "T[B,N+K,K], T[B,K], T[B,N+K,M], true, {true|false}", "B=1..3 N=4..24*4 K=4 M=1..20"},
    // --- spectra ---
    {"aten::linalg_eigh aten::linalg_eigvalsh", "{T[N,N]|T[B,N,N]}, {\"L\"|\"U\"}", "B=1..3 N=1..25"},
    {"aten::linalg_eigh aten::linalg_eigvalsh", "T[N,N], \"L\"", "N=1..40", DrawnValues::definite},
    {"aten::_linalg_eigh", "T[N,N], \"L\", {true|false}", "N=1..40"},
    {"aten::linalg_eig aten::linalg_eigvals aten::_linalg_eigvals", "{T[N,N]|T[B,N,N]}", "B=1..3 N=1..40"},
    {"aten::linalg_svdvals", "{T[N,M]|T[B,N,M]}, none", "B=1..3 N=1..40 M=1..40"},
    {"aten::linalg_svd", "{T[N,M]|T[B,N,M]}, {true|false}, none", "B=1..3 N=1..40 M=1..40"},
    {"aten::_linalg_svd", "T[N,M], {true|false}, {true|false}, none", "N=1..40 M=1..40"},
    {"aten::svd", "T[N,M], {true|false}, {true|false}", "N=1..40 M=1..40"},
    // --- pseudo-inverses and ranks ---
    {"aten::pinverse", "{T[N,M]|T[B,N,M]}, 0.000001", kSmall},
    {"aten::linalg_pinv", "{T[N,M]|T[B,N,M]}, 0.000001, false", kSmall},
    {"aten::linalg_pinv.rcond_tensor", "T[N,M], T[], false", kSmall, DrawnValues::positive},
    {"aten::linalg_pinv.atol_rtol_float", "{T[N,M], none, none, false|T[B,N,N], 0.01, none, true}", kSmall},
    {"aten::linalg_pinv.atol_rtol_tensor", "T[N,M], {none|T[]}, {none|T[]}, false", kSmall, DrawnValues::positive},
    {"aten::linalg_matrix_rank", "{T[N,M]|T[B,N,M]}, 0.01, false", kSmall},
    {"aten::linalg_matrix_rank.tol_tensor", "T[N,M], T[], false", kSmall, DrawnValues::positive},
    {"aten::linalg_matrix_rank.atol_rtol_float", "{T[N,M], none, none, false|T[B,N,N], 0.01, none, true}", kSmall},
    {"aten::linalg_matrix_rank.atol_rtol_tensor", "T[N,M], {none|T[]}, {none|T[]}, false", kSmall,
     DrawnValues::positive},
};

}  // namespace

std::span<const Recipe> factored_algebra_recipes() { return kRecipes; }

}  // namespace flopaudit
