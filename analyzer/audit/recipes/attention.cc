// Attention, by itself and in the fast paths that project its operands.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kHeads = "B=1..3 A=1..6 L=1..90 E=4..40*4 F=8..200";

constexpr Recipe kRecipes[] = {
    {"aten::scaled_dot_product_attention", "T[B,A,Q,E], T[B,A,L,E], T[B,A,L,E], {none|T[Q,L]}, 0.0, false, none, false",
     "B=1..2 A=1..4 Q=8..260 L=8..260 E=8..64*4"},
    {"aten::scaled_dot_product_attention", "T[B,A,L,E], T[B,A,L,E], T[B,A,L,E], none, 0.0, false, none, false",
     "B=1..3 A=2..6 L=16|49|50|64|100|196|197 E=32|64"},
    {"aten::scaled_dot_product_attention", "T[B,A,L,E], T[B,A,L,E], T[B,A,L,E], none, 0.0, true, none, false",
     "B=1..2 A=1..4 L=8..260 E=8..64*4"},
    {"aten::scaled_dot_product_attention", "T[1,2,L,E], T[1,2,L,E], T[1,2,L,E], none, 0.0, true, none, false",
     "L=300..1100 E=16|32"},
    {"aten::_native_multi_head_attention",
     "T[B,L,A*E], T[B,L,A*E], T[B,L,A*E], <A*E>, <A>, T[3*A*E,A*E], T[3*A*E], T[A*E,A*E], T[A*E], none, false, "
     "true, none",
     "B=1..2 A=2..6 L=10..80 E=8..32*4", DrawnValues::small},
    {"aten::_native_multi_head_attention",
     "T[B,L,A*E], T[B,L,A*E], T[B,L,A*E], <A*E>, <A>, T[3*A*E,A*E], T[3*A*E], T[A*E,A*E], T[A*E], {none, true, true, "
     "none|bool[L,L], false, true, 0|bool[B,L], true, false, 1|bool[B,A,L,L], true, true, 2|T[L,L], true, true, 0}",
     kHeads, DrawnValues::small},
    {"aten::_transformer_encoder_layer_fwd",
     "T[B,L,A*E], <A*E>, <A>, T[3*A*E,A*E], T[3*A*E], T[A*E,A*E], T[A*E], {true|false}, {true|false}, 0.00001, T[A*E], "
     "T[A*E], T[A*E], T[A*E], T[F,A*E], T[F], T[A*E,F], T[A*E], {none, none|bool[L,L], 0|bool[B,L], 1|bool[B,A,L,L], "
     "2}",
     kHeads, DrawnValues::small},
    {"aten::_transformer_encoder_layer_fwd",
     "T[B,L,A*E], <A*E>, <A>, T[3*A*E,A*E], T[3*A*E], T[A*E,A*E], T[A*E], {true|false}, {true|false}, 0.00001, T[A*E], "
     "T[A*E], T[A*E], T[A*E], T[F,A*E], T[F], T[A*E,F], T[A*E], none, none",
     "B=1..3 A=1..12 L=1..200 E=1..64 F=1..400", DrawnValues::small},
    {"aten::_transform_bias_rescale_qkv", "T[B,L,3*A*E], T[3*A*E], <A>", "B=1..3 A=1..12 L=1..90 E=1..70"},
    {"aten::_masked_softmax", "T[B,A,L,L], {bool[L,L], -1, 0|bool[B,L], 3, 1|bool[B,A,L,L], -1, 2}", kHeads},
};

}  // namespace

std::span<const Recipe> attention_recipes() { return kRecipes; }

}  // namespace flopaudit
