// Losses put together from many ops, of margins and of alignments. Drawn integers are 0 or 1.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kRows = "N=1..60 C=1..40 A=1..5";
constexpr const char* kClasses = "N=1..300 C=3..50 H=1..12 W=1..12";
constexpr const char* kSteps = "S=0..9 T=1..30 C=2..12";

constexpr Recipe kRecipes[] = {
    {"aten::binary_cross_entropy", "{T[A,B,C], T[A,B,C], {none|T[A,B,C]|T[C]}|T[N], T[N], {none|T[N]}}, {0|1|2}",
     kVolume, DrawnValues::unit},
    {"aten::binary_cross_entropy_with_logits",
     "{T[A,B,C], T[A,B,C], {none|T[A,B,C]|T[C]}, {none|T[C]|T[B,1]|T[A,B,C]}|T[N], T[N], none, none}, {0|1|2}",
     kVolume},
    {"aten::poisson_nll_loss", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, {false|true}, {false|true}, 0.00000001, {0|1|2}",
     kVolume, DrawnValues::positive},
    {"aten::margin_ranking_loss", "{T[A,B,C], T[A,B,C], T[A,B,C]|T[N], T[N], T[N]}, 0.5, {0|1|2}", kVolume},
    {"aten::hinge_embedding_loss", "{T[A,B,C], T[A,B,C]|T[N], T[N]}, 1.0, {0|1|2}", kVolume},
    {"aten::triplet_margin_loss",
     "{T[N,C], T[N,C], T[N,C]|T[A,N,C], T[A,N,C], T[A,N,C]}, 1.0, {2.0|1.0|3.0}, 0.000001, {false|true}, {0|1|2}",
     kRows},
    {"aten::cosine_embedding_loss", "{T[N,C], T[N,C], T[N]|T[C], T[C], T[]}, 0.5, {0|1|2}", kRows},
    {"aten::cross_entropy_loss", "{T[N,C], i64[N]|T[2,C,H,W], i64[2,H,W]}, none, {0|1|2}, -100, 0.0", kClasses},
    {"aten::cross_entropy_loss", "{T[N,C], i64[N]|T[2,C,H,W], i64[2,H,W]}, {none|T[C]}, {0|1|2}, -100, 0.1", kClasses},
    {"aten::cross_entropy_loss", "{T[N,C], T[N,C]|T[2,C,H,W], T[2,C,H,W]}, {none|T[C]}, {0|1|2}, -100, {0.0|0.1}",
     kClasses},
    {"aten::multi_margin_loss", "{T[N,C], i64[N]|T[C], i64[]}, {1|2}, 1.0, {none|T[C]}, {0|1|2}", "N=1..60 C=2..40"},
    {"aten::multilabel_margin_loss aten::multilabel_margin_loss_forward",
     "{T[3,4], i64[3,4] = (0, 2, -1, -1, 1, 1, 3, 2, -1, 0, 0, 0)|T[5], i64[5] = (3, 0, -1, 0, 0)|T[N,C], i64[N,C]}, "
     "{0|1|2}",
     "N=1..8 C=2..7"},
    {"aten::ctc_loss.IntList", "T[T,2,C], i64[2,S], [<T>, <T>], [<S>, <S>], 0, {0|1|2}, {true|false}", kSteps},
    {"aten::ctc_loss.Tensor", "T[T,2,C], i64[2,S], i64[2] = (<T>, <T>), i64[2] = (<S>, <S>), 0, {0|1|2}, {true|false}",
     kSteps},
    {"aten::_ctc_loss", "T[T,2,C], i64[2,S], [<T>, <T>], [<S>, <S>], 0, {true|false}", kSteps},
    {"aten::_ctc_loss.Tensor", "T[T,2,C], i64[2,S], i64[2] = (<T>, <T>), i64[2] = (<S>, <S>), 0, {true|false}", kSteps},
};

}  // namespace

std::span<const Recipe> composed_loss_recipes() { return kRecipes; }

}  // namespace flopaudit
