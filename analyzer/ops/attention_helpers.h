// What the attention ops share: softmax(Q K' * scale + mask) V over `rows` queries, by its published equation.
#pragma once

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// Which keys a query at position i of L sees among S.
enum class Causal { none, from_first, from_last };  // j <= i; j <= i + S - L
// How many (query, key) pairs of an L x S square are seen.
Expr visible_pairs(const Expr& length, const Expr& source, Causal causal);

struct AttentionSizes {
  Expr pairs = 0;    // of a query and a key, over all batches and heads
  Expr visible = 0;  // of those, the ones that no causal mask hides
  Expr rows = 0;     // queries, over all batches and heads: each is a row of the softmax
  Expr width = 0;    // E, the width of a query and a key
  Expr value_width = 0;
};

// Two products, the scale of the scores, a mask that is added, and the softmax.
void count_attention(WorkCounter& counter, const AttentionSizes& sizes, bool added_mask);

void count_softmax(WorkCounter& counter, const Expr& elements, const Expr& rows);

// A floating mask is added; a bool one selects, which is free.
bool is_added_mask(const Facts& inputs, std::size_t index);

}  // namespace flopaudit
