// One step of a recurrent layer, by the same equations as recurrent.cc: two products for each gate, biases free, one
// add to join them, then the gates. The products of quantized cells are integer work; their weights may be packed
// objects, so that widths come from input and state.
// The fused cells of CUDA get the products ready-made and add the biases themselves.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/recurrent_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

struct Cell {
  Dims input;  // [batch, width]
  Dims state;  // [batch, hidden]
  std::optional<DType> dtype;
};

RuleResult<Dims> rows_at(const Facts& facts, std::size_t index, const char* what) {
  FA_RULE(const Dims dims, dims_at(facts, index));
  if (dims.size() != 2) {
    return misfit(std::string(what) + " should have dims for batch and width and is " + facts[index].to_string());
  }
  return dims;
}

// (input, hx, w_ih, w_hh, b_ih, b_hh, ...)
RuleResult<Cell> cell_of(const Facts& inputs, CellKind kind) {
  FA_RULE(const Facts states, states_at(inputs, 1, kind));
  Cell cell;
  FA_RULE(cell.input, rows_at(inputs, 0, "the input of a cell"));
  FA_RULE(cell.state, rows_at(states, 0, "a state"));
  for (std::size_t i = 1; i < states.size(); ++i) {
    FA_RULE(const Dims other, rows_at(states, i, "a state"));
    FA_RULE(cell.state[0], agreed(cell.state[0], other[0], "batch sizes of the states"));
    FA_RULE(cell.state[1], agreed(cell.state[1], other[1], "widths of the states"));
  }
  FA_RULE(cell.state[0], agreed(cell.state[0], cell.input[0], "batch sizes of state and input"));
  cell.dtype = inputs[0].tensor()->dtype;
  return cell;
}

std::optional<RuleFailure> check_weight(const Facts& inputs, std::size_t index, const Dim& rows, const Dim& columns) {
  const TensorFact* weight = inputs[index].tensor();
  if (weight == nullptr || !weight->dims) return std::nullopt;
  const Dims& dims = *weight->dims;
  if (dims.size() == 2 && same_dim(dims[0], rows) && same_dim(dims[1], columns)) return std::nullopt;
  return misfit("the weight should be " + text({rows, columns}) + " and is " + inputs[index].to_string());
}

// Biases stretch to the gates.
std::optional<RuleFailure> check_bias(const Facts& inputs, std::size_t index, const Dims& gates) {
  const RuleResult<const TensorFact*> bias = optional_tensor_at(inputs, index);
  if (!bias) return std::nullopt;  // its shape changes nothing
  if (*bias == nullptr || !(*bias)->dims || !cannot_expand(*(*bias)->dims, gates)) return std::nullopt;
  return misfit("the bias should be " + text({gates[1]}) + " and is " + inputs[index].to_string());
}

// Of one of the two products and its bias.
RuleResult<std::optional<DType>> dtype_of_product(const Fact& vector, const Fact& weight, const Fact& bias) {
  const Facts operands = {vector, weight, bias};
  FA_RULE(const std::optional<DType> dtype, same_dtype(operands, 0, 1));
  if (bias.tensor() == nullptr) return dtype;
  return same_dtype(operands, 0, 2);
}

// That of the input is added to that of the state in place, but where a GRU adds them anew; an LSTM's gates are then
// multiplied with its second state. Gates are floating, where one tanh is all it makes numbers of integers, and a
// rectified unit is real.
RuleResult<std::optional<DType>> dtype_of_cell(const Facts& inputs, CellKind kind) {
  FA_RULE(const Facts states, states_at(inputs, 1, kind));
  FA_RULE(const std::optional<DType> input, dtype_of_product(inputs[0], inputs[2], inputs[4]));
  FA_RULE(const std::optional<DType> gates, dtype_of_product(states[0], inputs[3], inputs[5]));
  if (!input || !gates) return std::optional<DType>();
  if (kind == CellKind::rnn_relu && is_complex(*gates)) {
    return misfit("complex numbers have no order: " + states[0].to_string());
  }
  if (!can_cast(*input, *gates))
    return misfit("the state cannot hold what the input adds: " + shapes_text(inputs, {0}));
  if (is_integral(*gates) && kind == CellKind::rnn_tanh) return std::optional(default_dtype());
  if (is_integral(*gates) && kind != CellKind::rnn_relu) {
    return misfit("gates are floating: " + states[0].to_string());
  }
  if (kind == CellKind::gru) return std::optional(promote_types(*input, *gates));
  const std::optional<DType> other = kind == CellKind::lstm ? states[1].tensor()->dtype : gates;
  return other ? std::optional(promote_types(*gates, *other)) : other;
}

template <CellKind kind, bool quantized>
RuleResult<Facts> shape_of_cell(const Facts& inputs) {
  FA_RULE(const Cell cell, cell_of(inputs, kind));
  const Dim rows = gate_rows(kind, cell.state[1]);
  FA_REFUSE(check_weight(inputs, 2, rows, cell.input[1]));
  FA_REFUSE(check_weight(inputs, 3, rows, cell.state[1]));
  std::optional<DType> dtype = cell.dtype;
  if (!quantized) {
    FA_RULE(dtype, dtype_of_cell(inputs, kind));
    for (const std::size_t bias : {4, 5}) FA_REFUSE(check_bias(inputs, bias, {cell.state[0], rows}));
  }
  return Facts(kind == CellKind::lstm ? 2 : 1, tensor_fact(dtype, cell.state));
}

template <CellKind kind, bool quantized>
RuleResult<Work> work_of_cell(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> state, known_dims_at(outputs, 0));
  const Expr units = state[0] * state[1];
  WorkCounter counter(inputs, outputs);
  const DType dtype = *outputs[0].tensor()->dtype;
  FA_RULE(const Facts states, states_at(inputs, 1, kind));
  const auto multiply = [&](const Fact& vector, const Expr& width) {
    counter.in_dtype(quantized ? std::optional(DType::i8) : vector.tensor()->dtype);
    counter.count(WorkClass::mac, units * Expr(gates_of(kind)) * width);
  };
  multiply(inputs[0], input[1]);
  multiply(states[0], state[1]);
  const std::optional<DType> summed = states[0].tensor()->dtype;
  if (!quantized && summed && is_integral(*summed) && *summed != dtype) {  // integers, whose tanh alone is floating
    return counter.count(WorkClass::add, units).in_dtype(dtype).count(WorkClass::tanh, units).work();
  }
  count_gates(counter.in_dtype(dtype), kind, units);
  if (quantized) {  // one byte a weight, where they are packed away
    FA_RULE(const Expr bytes, bytes_of({inputs[0], Fact::tuple(states), inputs[4], inputs[5]}));
    counter.reads(bytes + Expr(gates_of(kind)) * state[1] * (input[1] + state[1]));
  }
  return counter.work();
}

// --- fused cells: (input_gates, hidden_gates, state, input_bias, hidden_bias) -> new states and a workspace ---

template <CellKind kind>
RuleResult<Facts> shape_of_fused_cell(const Facts& inputs) {
  FA_RULE(const Dims state, rows_at(inputs, 2, "a state"));
  const Dim rows = gate_rows(kind, state[1]);
  for (std::size_t i = 0; i < 2; ++i) {
    FA_RULE(const Dims gates, rows_at(inputs, i, "gates"));
    if (!same_dim(gates[0], state[0]) || !same_dim(gates[1], rows)) {
      return misfit("the gates should be " + text({state[0], rows}) + " and are " + inputs[i].to_string());
    }
  }
  const std::optional<DType> dtype = inputs[2].tensor()->dtype;
  const std::int64_t kept = kind == CellKind::lstm ? 4 : 5;  // what a backward pass wants of each unit
  Facts results(kind == CellKind::lstm ? 2 : 1, tensor_fact(dtype, state));
  results.push_back(tensor_fact(dtype, {state[0], state[1] ? Dim(*state[1] * Expr(kept)) : std::nullopt}));
  return results;
}

template <CellKind kind>
RuleResult<Work> work_of_fused_cell(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr units, elements_at(inputs, 2));
  WorkCounter counter(inputs, outputs);
  for (std::size_t bias = 3; bias <= 4; ++bias) {
    if (bias < inputs.size() && !none_at(inputs, bias)) counter.count(WorkClass::add, units * Expr(gates_of(kind)));
  }
  count_gates(counter, kind, units);
  return counter.work();
}

constexpr auto kLstm = CellKind::lstm;
constexpr auto kGru = CellKind::gru;
constexpr auto kTanh = CellKind::rnn_tanh;
constexpr auto kRelu = CellKind::rnn_relu;

// u = batch * H hidden units; I input, H hidden
constexpr char kLstmText[] = "mac = u*4*(I + H); add = 8u, mul = 3u, exp = 3u, div = 3u, tanh = 2u";
constexpr char kGruText[] = "mac = u*3*(I + H); add = 7u, mul = 3u, exp = 2u, div = 2u, tanh = u";
constexpr char kTanhText[] = "mac = u*(I + H); add = u, tanh = u";
constexpr char kReluText[] = "mac = u*(I + H); add = u, compare = u";
constexpr char kQuantizedLstmText[] = "integer = u*4*(I + H); add = 8u, mul = 3u, exp = 3u, div = 3u, tanh = 2u";
constexpr char kQuantizedGruText[] = "integer = u*3*(I + H); add = 7u, mul = 3u, exp = 2u, div = 2u, tanh = u";
constexpr char kQuantizedTanhText[] = "integer = u*(I + H); add = u, tanh = u";
constexpr char kQuantizedReluText[] = "integer = u*(I + H); add = u, compare = u";
constexpr char kFusedLstmText[] = "add = 8u, 4u more for each bias; mul = 3u, exp = 3u, div = 3u, tanh = 2u";
constexpr char kFusedGruText[] = "add = 7u, 3u more for each bias; mul = 3u, exp = 2u, div = 2u, tanh = u";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule                  work rule                  formula
    {"aten::_thnn_fused_gru_cell",              shape_of_fused_cell<kGru>,  work_of_fused_cell<kGru>,  kFusedGruText},
    {"aten::_thnn_fused_lstm_cell",             shape_of_fused_cell<kLstm>, work_of_fused_cell<kLstm>, kFusedLstmText},
    {"aten::gru_cell",                          shape_of_cell<kGru, false>,  work_of_cell<kGru, false>,  kGruText},
    {"aten::lstm_cell",                         shape_of_cell<kLstm, false>, work_of_cell<kLstm, false>, kLstmText},
    {"aten::quantized_gru_cell",                shape_of_cell<kGru, true>,   work_of_cell<kGru, true>,   kQuantizedGruText},
    {"aten::quantized_lstm_cell",               shape_of_cell<kLstm, true>,  work_of_cell<kLstm, true>,  kQuantizedLstmText},
    {"aten::quantized_rnn_relu_cell",           shape_of_cell<kRelu, true>,  work_of_cell<kRelu, true>,  kQuantizedReluText},
    {"aten::quantized_rnn_tanh_cell",           shape_of_cell<kTanh, true>,  work_of_cell<kTanh, true>,  kQuantizedTanhText},
    {"aten::rnn_relu_cell",                     shape_of_cell<kRelu, false>, work_of_cell<kRelu, false>, kReluText},
    {"aten::rnn_tanh_cell",                     shape_of_cell<kTanh, false>, work_of_cell<kTanh, false>, kTanhText},
    {"quantized::quantized_gru_cell_dynamic",   shape_of_cell<kGru, true>,   work_of_cell<kGru, true>,   kQuantizedGruText},
    {"quantized::quantized_lstm_cell_dynamic",  shape_of_cell<kLstm, true>,  work_of_cell<kLstm, true>,  kQuantizedLstmText},
    {"quantized::quantized_rnn_relu_cell_dynamic", shape_of_cell<kRelu, true>, work_of_cell<kRelu, true>, kQuantizedReluText},
    {"quantized::quantized_rnn_tanh_cell_dynamic", shape_of_cell<kTanh, true>, work_of_cell<kTanh, true>, kQuantizedTanhText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> recurrent_cell_ops() { return kRows; }

}  // namespace flopaudit
