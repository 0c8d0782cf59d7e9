// Bags of embeddings, rows scaled down to a norm. Drawn indices are 0 or 1, offsets are given.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kBags = "V=2..40 D=1..70 N=4..60 K=1..3 L=3|4";
constexpr const char* kWide = "V=2..9 D=90..600 N=4..40 K=1..3 L=3|4";

constexpr Recipe kRecipes[] = {
    {"aten::embedding_bag",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none|2, false, none}, "
     "{true|false}",
     kBags},
    {"aten::embedding_bag",
     "T[V,D], i32[N], i32[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none}, {true|false}", kBags},
    {"aten::embedding_bag",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none}, false", kWide},
    {"aten::_embedding_bag aten::_embedding_bag_forward_only",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, 2, false, none, {true|false}, -1", kBags},
    {"aten::_embedding_bag aten::_embedding_bag_forward_only",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none}, false, -1", kWide},
    {"aten::embedding_bag.padding_idx",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none|2, "
     "false, none}, {true|false}, {none|0|1|-1}",
     kBags},
    {"aten::_embedding_bag aten::_embedding_bag_forward_only",
     "T[V,D], i64[N], i64[3] = (0, <K>, <L>), false, {0, false, {none|T[N]}|1, false, none}, "
     "{true|false}, {-1|0|1}",
     kBags},
    {"aten::renorm", "{T[N,D], {2|1|3}, {0|1}|T[V,K,D], 2, {0|1|2}}, {0.1|1.0|3.0}", kBags},
};

}  // namespace

std::span<const Recipe> embedding_bag_recipes() { return kRecipes; }

}  // namespace flopaudit
