// Recurrent layers and cells.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kSteps = "L=1..12 B=1..5 I=4..48*4 H=4..32*4";
constexpr const char* kCell = "B=1..12 I=1..90 H=1..70";
constexpr const char* kManySteps = "L=1..40 B=1..150 I=1..90 H=1..90";
constexpr const char* kProjected = "L=1..12 B=1..9 I=1..48 H=1..40 P=41..60";
constexpr const char* kPacked = "B=1..9 I=1..60 H=1..40";

constexpr Recipe kRecipes[] = {
    {"aten::gru.input", "T[L,B,I], T[1,B,H], [T[3*H,I], T[3*H,H], T[3*H], T[3*H]], true, 1, 0.0, false, false, false",
     kSteps, DrawnValues::small},
    {"aten::gru.input",
     "T[L,B,I], T[2,B,H], [T[3*H,I], T[3*H,H], T[3*H,I], T[3*H,H]], false, 1, 0.0, false, true, false", kSteps,
     DrawnValues::small},
    {"aten::lstm.input",
     "T[L,B,I], [T[1,B,H], T[1,B,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H]], true, 1, 0.0, false, false, false", kSteps,
     DrawnValues::small},
    {"aten::lstm.input",
     "T[L,B,I], [T[2,B,H], T[2,B,H]], [T[4*H,I], T[4*H,H], T[4*H,I], T[4*H,H]], false, 1, 0.0, false, true, false",
     kSteps, DrawnValues::small},
    {"aten::rnn_tanh.input", "T[L,B,I], T[1,B,H], [T[H,I], T[H,H], T[H], T[H]], true, 1, 0.0, false, false, false",
     kSteps, DrawnValues::small},
    {"aten::rnn_tanh.input", "T[L,B,I], T[2,B,H], [T[H,I], T[H,H], T[H,I], T[H,H]], false, 1, 0.0, false, true, false",
     kSteps, DrawnValues::small},
    {"aten::rnn_relu.input", "T[L,B,I], T[1,B,H], [T[H,I], T[H,H], T[H], T[H]], true, 1, 0.0, false, false, false",
     kSteps, DrawnValues::small},
    {"aten::rnn_relu.input", "T[L,B,I], T[2,B,H], [T[H,I], T[H,H], T[H,I], T[H,H]], false, 1, 0.0, false, true, false",
     kSteps, DrawnValues::small},
    {"aten::gru.input", "T[B,L,I], T[1,B,H], [T[3*H,I], T[3*H,H], T[3*H], T[3*H]], true, 1, 0.0, false, false, true",
     kSteps, DrawnValues::small},
    {"aten::lstm_cell", "T[B,I], [T[B,H], T[B,H]], T[4*H,I], T[4*H,H], {T[4*H], T[4*H]|none, none}", kCell,
     DrawnValues::small},
    {"aten::gru_cell", "T[B,I], T[B,H], T[3*H,I], T[3*H,H], {T[3*H], T[3*H]|none, none}", kCell, DrawnValues::small},
    {"aten::rnn_tanh_cell aten::rnn_relu_cell", "T[B,I], T[B,H], T[H,I], T[H,H], {T[H], T[H]|none, none}", kCell,
     DrawnValues::small},
    {"aten::rnn_tanh.input", "T[B,L,I], T[1,B,H], [T[H,I], T[H,H], T[H], T[H]], true, 1, 0.0, false, false, true",
     kSteps, DrawnValues::small},
    {"aten::rnn_relu.input", "T[B,L,I], T[2,B,H], [T[H,I], T[H,H], T[H,I], T[H,H]], false, 1, 0.0, false, true, true",
     kSteps, DrawnValues::small},
    {"aten::gru.input", "T[B,L,I], T[1,B,H], [T[3*H,I], T[3*H,H], T[3*H], T[3*H]], true, 1, 0.0, false, false, true",
     kManySteps, DrawnValues::small},
    {"aten::lstm.input",
     "T[B,L,I], [T[1,B,H], T[1,B,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H]], true, 1, 0.0, false, false, true",
     kManySteps, DrawnValues::small},
    {"aten::lstm.input",
     "T[1,B,I], [T[1,B,H], T[1,B,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H]], true, 1, 0.0, false, false, false",
     kManySteps, DrawnValues::small},
    {"aten::lstm.input",
     "T[B,L,I], [T[2,B,H], T[2,B,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H], T[4*H,H], T[4*H,H], T[4*H], T[4*H]], true, "
     "2, "
     "0.0, false, false, true",
     kSteps, DrawnValues::small},
    // Projected states.
    {"aten::lstm.input",
     "T[L,B,I], [T[1,B,P], T[1,B,H]], [T[4*H,I], T[4*H,P], T[4*H], T[4*H], T[P,H]], true, 1, 0.0, false, false, "
     "{true|false}",
     kProjected, DrawnValues::small},
    {"aten::lstm.input",
     "T[L,B,I], [T[4,B,P], T[4,B,H]], [T[4*H,I], T[4*H,P], T[P,H], T[4*H,I], T[4*H,P], T[P,H], T[4*H,2*P], T[4*H,P], "
     "T[P,H], T[4*H,2*P], T[4*H,P], T[P,H]], false, 2, 0.0, false, true, false",
     kProjected, DrawnValues::small},
    // Packed sequences.
    {"aten::lstm.data",
     "T[2*B+3,I], i64[3] = (<B+2>, <B>, 1), [T[1,B+2,H], T[1,B+2,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H]], true, 1, "
     "0.0, false, false",
     kPacked, DrawnValues::small},
    {"aten::lstm.data",
     "T[8*B+4,I], i64[6] = (<2*B+1>, <2*B+1>, <2*B>, <B>, <B>, 2), [T[4,2*B+1,H], T[4,2*B+1,H]], [T[4*H,I], T[4*H,H], "
     "T[4*H,I], T[4*H,H], T[4*H,2*H], T[4*H,H], T[4*H,2*H], T[4*H,H]], false, 2, 0.0, false, true",
     kPacked, DrawnValues::small},
    {"aten::gru.data",
     "T[2*B+3,I], i64[3] = (<B+2>, <B>, 1), T[1,B+2,H], [T[3*H,I], T[3*H,H], T[3*H], T[3*H]], true, 1, 0.0, false, "
     "false",
     kPacked, DrawnValues::small},
    {"aten::gru.data",
     "T[8*B+4,I], i64[6] = (<2*B+1>, <2*B+1>, <2*B>, <B>, <B>, 2), T[4,2*B+1,H], [T[3*H,I], T[3*H,H], T[3*H,I], "
     "T[3*H,H], T[3*H,2*H], T[3*H,H], T[3*H,2*H], T[3*H,H]], false, 2, 0.0, false, true",
     kPacked, DrawnValues::small},
    {"aten::rnn_tanh.data aten::rnn_relu.data",
     "T[2*B+3,I], i64[3] = (<B+2>, <B>, 1), T[1,B+2,H], [T[H,I], T[H,H], T[H], T[H]], true, 1, 0.0, false, false",
     kPacked, DrawnValues::small},
    {"aten::rnn_tanh.data aten::rnn_relu.data",
     "T[8*B+4,I], i64[6] = (<2*B+1>, <2*B+1>, <2*B>, <B>, <B>, 2), T[4,2*B+1,H], [T[H,I], T[H,H], T[H,I], T[H,H], "
     "T[H,2*H], T[H,H], T[H,2*H], T[H,H]], false, 2, 0.0, false, true",
     kPacked, DrawnValues::small},
    {"aten::lstm.data",
     "T[2*B+3,I], i64[3] = (<B+2>, <B>, 1), [T[1,B+2,P], T[1,B+2,H]], [T[4*H,I], T[4*H,P], T[4*H], T[4*H], T[P,H]], "
     "true, 1, 0.0, false, false",
     kProjected, DrawnValues::small},
    {"aten::lstm.data",
     "T[3*B,I], i64[3] = (<B>, <B>, <B>), [T[1,B,H], T[1,B,H]], [T[4*H,I], T[4*H,H], T[4*H], T[4*H]], true, 1, 0.0, "
     "false, false",
     kPacked, DrawnValues::small},
    // Gates of a single unit are slices whose elements lie apart.
    {"aten::lstm.input",
     "T[L,B,I], [T[1,B,1], T[1,B,1]], [T[4,I], T[4,1], T[4], T[4]], true, 1, 0.0, false, false, false", kSteps,
     DrawnValues::small},
    {"aten::gru.input", "T[L,B,I], T[1,B,1], [T[3,I], T[3,1], T[3], T[3]], true, 1, 0.0, false, false, false", kSteps,
     DrawnValues::small},
    {"aten::lstm_cell", "T[B,I], [T[B,1], T[B,1]], T[4,I], T[4,1], {T[4], T[4]|none, none}", kCell, DrawnValues::small},
    {"aten::gru_cell", "T[B,I], T[B,1], T[3,I], T[3,1], {T[3], T[3]|none, none}", kCell, DrawnValues::small},
};

}  // namespace

std::span<const Recipe> recurrent_recipes() { return kRecipes; }

}  // namespace flopaudit
