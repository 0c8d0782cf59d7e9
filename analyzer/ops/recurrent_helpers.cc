#include "analyzer/ops/recurrent_helpers.h"

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

std::int64_t gates_of(CellKind kind) {
  switch (kind) {
    case CellKind::lstm: return 4;
    case CellKind::gru: return 3;
    default: return 1;
  }
}

void count_gates(WorkCounter& counter, CellKind kind, const Expr& units) {
  const auto count = [&](WorkClass work_class, std::int64_t times) { counter.count(work_class, units * Expr(times)); };
  count(WorkClass::add, gates_of(kind));  // the two products of each gate meet
  if (kind == CellKind::rnn_relu) {
    count(WorkClass::compare, 1);
    return;
  }
  const bool lstm = kind == CellKind::lstm;
  count(WorkClass::tanh, lstm ? 2 : 1);
  if (kind == CellKind::rnn_tanh) return;
  const std::int64_t sigmoids = gates_of(kind) - 1;
  count(WorkClass::exp, sigmoids);
  count(WorkClass::div, sigmoids);
  count(WorkClass::mul, 3);  // f*c, i*g, o*tanh(c); or r*h, (1-z)*n, z*h
  count(WorkClass::add, sigmoids + (lstm ? 1 : 2));
}

RuleResult<Facts> states_at(const Facts& inputs, std::size_t index, CellKind kind) {
  Facts states;
  if (kind == CellKind::lstm) {
    FA_RULE(states, list_at(inputs, index));
    if (states.size() != 2) return misfit("an LSTM needs a hidden and a cell state: " + shapes_text(inputs, {index}));
  } else {
    FA_RULE(const Fact* state, fact_at(inputs, index));
    states.push_back(*state);
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    const RuleResult<const TensorFact*> state = tensor_at(states, i);
    if (!state) return state.failure();
  }
  return states;
}

RuleResult<Dim> agreed(const Dim& a, const Dim& b, const std::string& what) {
  if (std::optional<Dim> both = same_dim(a, b)) return *both;
  return misfit(what + ": " + a->to_string() + " and " + b->to_string());
}

Dim gate_rows(CellKind kind, const Dim& hidden) {
  return hidden ? Dim(*hidden * Expr(gates_of(kind))) : std::nullopt;
}

}  // namespace flopaudit
