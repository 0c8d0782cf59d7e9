// Matrices, norms and distances. The sizes are those of real models and a few above: small ones that LAPACK treats
// without blocks, and some where blocks begin.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kRows = "B=1..3 N=1..30 M=1..100 P=1..25 Q=1..25 R=26..90 S=1..90";
constexpr const char* kSmall = "B=1..4 N=1..16 M=1..16 R=1..9";
constexpr const char* kTiny = "B=1..4 N=1..4 E=1..8 R=1..4";
constexpr const char* kLarge = "B=1..2 N=17..70 M=17..70 R=1..9";

constexpr Recipe kRecipes[] = {
    // --- norms ---
    {"aten::linalg_vector_norm", "T[N,M], {2|1|0|3|0.5|inf}, {[-1]|[0]|none}, {true|false}, none", kRows},
    {"aten::norm.ScalarOpt_dim", "T[B,N,M], {2|1|3|inf}, {[-1]|[1]}, {true|false}", kRows},
    {"aten::norm.ScalarOpt_dim_dtype", "T[B,N,M], {2|1}, [-1], {true|false}, #T", kRows},
    {"aten::norm.ScalarOpt_dtype", "T[N,M], {2|1}, #T", kRows},
    {"aten::norm.Scalar", "T[N,M], {2|1|0|3|inf}", kRows},
    {"aten::linalg_norm", "T[N,M], {none|1|inf}, none, {true|false}, none", kRows},
    {"aten::linalg_norm", "T[B,N,M], {none|2|1}, [{-1|1}], false, none", kRows},
    {"aten::linalg_norm.ord_str", "T[N,M], \"fro\", none, {true|false}, none", kRows},
    {"aten::linalg_matrix_norm", "T[B,N,M], {1|inf}, [-2, -1], {true|false}, none", kRows},
    {"aten::linalg_matrix_norm.str_ord", "T[B,N,M], \"fro\", [-2, -1], {true|false}, none", kRows},
    {"aten::frobenius_norm.dim", "T[B,N,M], [-2, -1], {true|false}", kRows},
    // --- distances and products of vectors ---
    {"aten::cdist aten::_cdist_forward", "{T[P,M], T[Q,M]|T[B,P,M], T[B,Q,M]}, {2.0|1.0|0.0|inf}, {none|0|2}", kRows},
    {"aten::cdist aten::_cdist_forward", "{T[P,M], T[Q,M]|T[B,P,M], T[B,Q,M]}, {3.0|0.5}, none",
     "B=1..3 M=1..60 P=1..9 Q=1..9"},
    {"aten::cdist aten::_cdist_forward", "{T[R,M], T[S,M]|T[B,S,M], T[B,R,M]}, 2.0, none", kRows},
    {"aten::_euclidean_dist", "{T[R,M], T[S,M]|T[B,S,M], T[B,R,M]}", kRows},
    {"aten::pdist aten::_pdist_forward", "T[N,M], {2.0|1.0|0.0|inf}", kRows},
    {"aten::dist", "T[N,M], T[N,M], {2|1|inf}", kRows},
    {"aten::pairwise_distance", "T[N,M], T[N,M], {2.0|1.0}, 0.000001, {true|false}", kRows},
    {"aten::cosine_similarity", "T[N,M], T[N,M], {1|0}, 0.00000001", kRows},
    {"aten::cross aten::linalg_cross", "{T[N,3], T[N,3], 1|T[3,M], T[3,M], 0|T[B,N,3], T[B,N,3], -1}", kRows},
    {"aten::trace", "T[S,N]", kRows},
    {"aten::outer aten::ger", "T[N], T[M]", kRows},
    {"aten::vdot", "T[M], T[M]", kRows},
    {"aten::linalg_vecdot", "{T[N,M], T[N,M], 0|T[M], T[M], -1|T[B,N,M], T[B,N,M], {-1|1}}", kRows},
    {"aten::linalg_matmul", "{T[N,M], T[M,S]|T[B,N,M], T[B,M,S]|T[N,M], T[M]}", kRows},
    // --- LU ---
    {"aten::det aten::linalg_det aten::logdet aten::slogdet aten::linalg_slogdet aten::_linalg_det "
     "aten::_linalg_slogdet",
     "{T[N,N]|T[B,N,N]}", kSmall},
    {"aten::inverse aten::linalg_inv", "{T[N,N]|T[B,N,N]}", kSmall},
    {"aten::linalg_inv_ex", "{T[N,N]|T[B,N,N]}, false", kSmall},
    {"aten::linalg_lu_factor aten::linalg_lu", "{T[N,N]|T[B,N,N]}, true", kSmall},
    {"aten::linalg_lu_factor_ex aten::_lu_with_info", "{T[N,N]|T[B,N,N]}, true, false", kSmall},
    {"aten::linalg_solve", "{T[N,N], T[N,R]|T[B,N,N], T[B,N,R]|T[N,N], T[N]}, true", kSmall},
    {"aten::linalg_solve_ex aten::_linalg_solve_ex", "{T[N,N], T[N,R]|T[B,N,N], T[B,N,R]}, true, false", kSmall},
    {"aten::linalg_inv_ex", "T[N,N], false", kLarge},
    // --- triangles ---
    {"aten::linalg_solve_triangular", "{T[E,E], T[E,1]|T[B,E,E], T[B,E,1]}, {true|false}, true, {true|false}", kTiny},
    {"aten::linalg_solve_triangular", "{T[N,N], T[N,R]|T[B,N,N], T[B,N,R]}, {true|false}, true, {true|false}", kTiny},
    {"aten::triangular_solve", "{T[E,1], T[E,E]|T[B,E,1], T[B,E,E]}, {true|false}, false, {true|false}", kTiny},
    {"aten::cholesky_solve", "{T[E,1], T[E,E]|T[B,E,1], T[B,E,E]}, {true|false}", kTiny},
    {"aten::linalg_cholesky aten::cholesky", "{T[N,N]|T[B,N,N]}, {true|false}", kSmall, DrawnValues::definite},
    {"aten::linalg_cholesky_ex", "{T[N,N]|T[B,N,N]}, {true|false}, false", kSmall, DrawnValues::definite},
    {"aten::linalg_cholesky aten::cholesky", "T[N,N], false", kLarge, DrawnValues::definite},
    {"aten::linalg_matrix_power aten::matrix_power", "{T[N,N]|T[B,N,N]}, {0|1|2|3|5|6|9}", kSmall},
    // --- what has no model ---
    {"aten::linalg_qr", "T[N,M], \"reduced\"", kSmall},
    {"aten::linalg_svdvals", "T[N,M], none", kSmall},
    {"aten::linalg_svd", "T[N,M], false, none", kSmall},
    {"aten::linalg_eigh aten::linalg_eigvalsh", "T[N,N], \"L\"", kSmall, DrawnValues::definite},
    {"aten::linalg_pinv.atol_rtol_float", "T[N,M], none, none, false", kSmall},
    {"aten::linalg_matrix_exp aten::matrix_exp", "{T[N,N]|T[B,N,N]}", kSmall},
};

}  // namespace

std::span<const Recipe> linear_algebra_recipes() { return kRecipes; }

}  // namespace flopaudit
