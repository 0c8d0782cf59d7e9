#include "analyzer/ops/attention_helpers.h"

namespace flopaudit {

Expr visible_pairs(const Expr& length, const Expr& source, Causal causal) {
  if (causal == Causal::none) return length * source;
  const Expr square = min(length, source);
  const Expr triangle = floor_div(square * (square + Expr(1)), 2);
  if (causal == Causal::from_first) return triangle + (length - square) * source;
  return triangle + square * (source - square);
}

void count_softmax(WorkCounter& counter, const Expr& elements, const Expr& rows) {
  const Expr steps = reduction_steps(elements, rows);
  counter.count(WorkClass::compare, steps).count(WorkClass::add, elements).count(WorkClass::exp, elements);
  counter.count(WorkClass::add, steps).count(WorkClass::div, elements);
}

void count_attention(WorkCounter& counter, const AttentionSizes& sizes, bool added_mask) {
  const Expr widths = sizes.width + sizes.value_width;
  counter.count(WorkClass::mac, sizes.pairs * widths);
  if (!(sizes.visible == sizes.pairs)) counter.valid_macs(sizes.visible * widths);
  counter.count(WorkClass::mul, sizes.pairs);
  if (added_mask) counter.count(WorkClass::add, sizes.pairs);
  count_softmax(counter, sizes.pairs, sizes.rows);
}

bool is_added_mask(const Facts& inputs, std::size_t index) {
  const TensorFact* mask = index < inputs.size() ? inputs[index].tensor() : nullptr;
  return mask != nullptr && mask->dtype && is_floating(*mask->dtype);
}

}  // namespace flopaudit
