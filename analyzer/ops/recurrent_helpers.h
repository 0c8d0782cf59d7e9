// What recurrent layers and cells share: the four kinds of cell and their work, by the equations of torch.nn.LSTM, GRU
// and RNN (recurrent.cc says what a step counts).
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

enum class CellKind { lstm, gru, rnn_tanh, rnn_relu };

std::int64_t gates_of(CellKind kind);  // 4, 3, 1, 1: rows of a weight for each hidden unit

// The work of `units` hidden units in one step, all but the two products.
void count_gates(WorkCounter& counter, CellKind kind, const Expr& units);

// The hidden state is one tensor, or for an LSTM a list of two: hidden and cell state.
RuleResult<Facts> states_at(const Facts& inputs, std::size_t index, CellKind kind);

// The dim that both facts agree on; refuses sizes that differ: "<what>: 3 and 4".
RuleResult<Dim> agreed(const Dim& a, const Dim& b, const std::string& what);

// `gates` rows for each hidden unit.
Dim gate_rows(CellKind kind, const Dim& hidden);

}  // namespace flopaudit
