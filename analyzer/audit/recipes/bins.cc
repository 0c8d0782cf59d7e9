// Histograms and counts, quantiles, reductions at indices. Drawn integers are 0 or 1.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70 K=1..60";
constexpr const char* kRows = "A=2..6 B=2..40 C=1..50 N=2..70 K=1..60";
constexpr const char* kQuantile = "A=1..6 B=1..30 C=1..30 N=1..70 K=1..9";

constexpr Recipe kRecipes[] = {
    {"aten::histc", "{T[A,B,C]|T[N]}, <K>, {0|-1.0}, {0|1.5}", kVolume},
    {"aten::histogram.bin_ct",
     "{T[A,B,C], <K>, {none|[-1.0, 1.5]}, {none|T[A,B,C]}|T[N], <K>, none, none}, {true|false}", kVolume},
    {"aten::histogram.bins_tensor", "T[N], T[5] = (-1.0, 0.0, 0.5, 1.5, 2.0), {none|T[N]}, {true|false}", kVolume},
    {"aten::bincount", "{i64[4] = (0, 2, 1, 5), {T[4]|none}|i64[5] = (3, 2, 1, 3, 0), T[5]}, {0|9}", kVolume},
    {"aten::quantile", "{T[A,B,C], T[K], {none|0|1|2}|T[N], T[], none}, {true|false}, \"linear\"", kQuantile,
     DrawnValues::unit},
    {"aten::quantile",
     "{T[A,B,C], T[K], {none|0|1|2}|T[N], T[], none}, false, {\"lower\"|\"higher\"|\"nearest\"|\"midpoint\"}",
     kQuantile, DrawnValues::unit},
    {"aten::nanquantile", "{T[A,B,C], T[K], {none|0|1|2}|T[N], T[], none}, {true|false}, \"linear\"", kQuantile,
     DrawnValues::unit},
    {"aten::nanquantile",
     "{T[A,B,C], T[K], {none|0|1|2}|T[N], T[], none}, false, {\"lower\"|\"higher\"|\"nearest\"|\"midpoint\"}",
     kQuantile, DrawnValues::unit},
    {"aten::quantile.scalar aten::nanquantile.scalar",
     "{T[A,B,C], 0.3, {none|0|1|2}|T[N], 0.9, none}, {true|false}, "
     "{\"linear\"|\"lower\"|\"higher\"|\"nearest\"|\"midpoint\"}",
     kQuantile},
    {"aten::index_reduce",
     "{T[A,B,C], {0, i64[K], T[K,B,C]|1, i64[K], T[A,K,C]|2, i64[K], T[A,B,K]}|T[N], 0, i64[K], T[K]|T[B,C], 0, "
     "i64[K], T[K,C]}, {\"mean\"|\"prod\"|\"amax\"}, {true|false}",
     kRows},
    {"aten::put", "{T[A,B,C]|T[N]}, i64[K], T[K], {true|false}", kRows},
    {"aten::allclose aten::isclose",
     "{T[A,B,C], {T[A,B,C]|T[C]|T[B,1]|T[]}|T[N], T[N]|T[C], T[A,B,C]}, 0.00001, 0.00000001, {true|false}", kVolume},
    {"aten::sum_to_size", "T[A,B,C], {[<C>]|[<B>, 1]|[1, <B>, <C>]|[<A>, 1, 1]|[1, 1]|[<A>, <B>, <C>]}", kVolume},
    {"aten::_test_serialization_subcmul", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, 2", kVolume},
    {"aten::_add_relu.Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {1|2}", kVolume},
    {"aten::_add_relu.Scalar", "{T[A,B,C]|T[N]}, 0.5, {1|2}", kVolume},
};

}  // namespace

std::span<const Recipe> bin_recipes() { return kRecipes; }

}  // namespace flopaudit
