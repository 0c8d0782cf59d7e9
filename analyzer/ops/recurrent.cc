// Recurrent layers over whole sequences, by the equations of torch.nn.LSTM, GRU and RNN (PyTorch's documentation):
// every step of every layer and direction has for each gate the products W_ih x and W_hh h, both mac; their biases
// start the accumulators and are free, as in linear; one add joins the two. Then, for each hidden unit,
//   LSTM: 3 sigmoids (exp, add, div), 2 tanh, 3 mul, 1 add      GRU: 2 sigmoids, 1 tanh, 3 mul, 2 add (1 - z counts)
//   RNN: 1 tanh, or 1 compare for relu                          a projection: mac = H*P
// Packed sequences count the steps that are there. Dropout between layers is not counted: inference has none.
// The quantized layers keep the sizes of their weights in packed objects, so that widths come from the states. Their
// products are integer work (int8 cells), unless the dtype argument names f16 (weights stored as f16, f32 arithmetic).
#include <utility>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/recurrent_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// The sizes of one call. A padded input has dims [steps, batch, width], a packed one [rows, width].
struct Recurrence {
  std::optional<DType> dtype;
  Dim steps, batch, rows, width, hidden, output;  // output: of one direction, the projection's size where there is one
  std::int64_t layers = 1, directions = 1;
  bool batch_first = false;
  bool projected = false;
  Dims above_batch;  // dims of the states before the batch, which a plain recurrence takes and gives its result too
  Facts states;
};

RuleResult<Dims> state_dims(const Facts& states, std::size_t index, bool takes_more) {
  FA_RULE(const Dims dims, dims_at(states, index));
  if (dims.size() < 3 || (dims.size() > 3 && !takes_more)) {
    return misfit("a state should have dims for layers, batch and width and is " + states[index].to_string());
  }
  return dims;
}

// The sum and the first of batch_sizes, where its contents are known.
RuleResult<Dims> packed_sizes(const Facts& inputs) {
  FA_RULE(const TensorFact* sizes, tensor_at(inputs, 1));
  if (sizes->dtype && *sizes->dtype != DType::i64) return misfit("batch sizes are i64: " + inputs[1].to_string());
  if (!sizes->contents || sizes->contents->empty()) return Dims{std::nullopt, std::nullopt};
  Expr sum = 0;
  const Expr* before = nullptr;
  for (const auto& entry : *sizes->contents) {
    const auto* size = std::get_if<Expr>(&entry);
    const bool fits = size != nullptr && always_less(*size, 1) != true;
    if (!fits || (before != nullptr && always_less(*before, *size) == true)) {
      return misfit("batch sizes of packed data are positive and do not grow: " + inputs[1].to_string());
    }
    before = size;
    sum += *size;
  }
  return Dims{sum, std::get<Expr>(sizes->contents->front())};
}

std::optional<RuleFailure> read_input(const Facts& inputs, bool packed, Recurrence& r) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  r.dtype = inputs[0].tensor()->dtype;
  if (input.size() != (packed ? 2U : 3U)) {
    const std::string wanted =
        packed ? "packed data has 2 dims" : "the input should have dims for steps, batch and width";
    return misfit(wanted + " and is " + inputs[0].to_string());
  }
  r.width = input.back();
  if (!packed) {
    r.steps = input[r.batch_first ? 1 : 0];
    r.batch = input[r.batch_first ? 0 : 1];
    if (r.steps && always_equal(*r.steps, 0) == true) return misfit("the sequence is empty: " + inputs[0].to_string());
    r.rows = r.steps && r.batch ? Dim(*r.steps * *r.batch) : std::nullopt;
    return std::nullopt;
  }
  FA_RULE(const Dims sizes, packed_sizes(inputs));
  r.batch = sizes[1];
  r.rows = sizes[0] ? sizes[0] : input[0];
  if (sizes[0] && input[0] && always_less(*input[0], *sizes[0]) == true) {
    return misfit("the data has fewer rows than the batch sizes sum to: " + shapes_text(inputs, {0, 1}));
  }
  return std::nullopt;
}

std::optional<RuleFailure> read_states(CellKind kind, bool packed, Recurrence& r) {
  const bool plain = kind == CellKind::rnn_tanh || kind == CellKind::rnn_relu;
  for (std::size_t i = 0; i < r.states.size(); ++i) {
    FA_RULE(Dims dims, state_dims(r.states, i, plain && !packed));
    r.above_batch.assign(dims.begin() + 1, dims.end() - 2);
    dims.erase(dims.begin() + 1, dims.end() - 2);
    if (!same_dim(dims[0], Expr(r.layers) * Expr(r.directions))) {
      return misfit("the state should have layers * directions = " + std::to_string(r.layers * r.directions) +
                    " rows and is " + r.states[i].to_string());
    }
    FA_RULE(r.batch, agreed(r.batch, dims[1], "batch sizes of input and state"));
    (i == 0 ? r.output : r.hidden) = dims[2];
    const std::optional<DType> dtype = r.states[i].tensor()->dtype;
    if (dtype && r.dtype && *dtype != *r.dtype) {
      return misfit("input and state have different dtypes: " + std::string(name(*r.dtype)) + " and " +
                    r.states[i].to_string());
    }
  }
  if (kind != CellKind::lstm) r.hidden = r.output;
  r.projected = r.output && r.hidden && !(*r.output == *r.hidden);
  return std::nullopt;
}

// W_ih, W_hh, two biases where there are biases, and W_hr where there is a projection, of every layer and direction.
std::optional<RuleFailure> check_weights(const Facts& inputs, std::size_t index, CellKind kind, bool biases,
                                         const Recurrence& r) {
  FA_RULE(const Facts weights, list_at(inputs, index));
  const std::size_t each = 2 + (biases ? 2 : 0) + (r.projected ? 1 : 0);
  if (!always_equal(Expr(static_cast<std::int64_t>(weights.size())),
                    Expr(r.layers) * Expr(r.directions) * Expr(static_cast<std::int64_t>(each)))
           .value_or(false)) {
    return misfit(std::to_string(weights.size()) + " weights for " + std::to_string(r.layers) + " layers and " +
                  std::to_string(r.directions) + " directions of " + std::to_string(each) + " weights");
  }
  const Dim rows = gate_rows(kind, r.hidden);
  const Dim above = r.output ? Dim(*r.output * Expr(r.directions)) : std::nullopt;
  for (std::size_t i = 0; i < weights.size(); i += each) {
    const bool first_layer = i / each < static_cast<std::size_t>(r.directions);
    for (std::size_t j = 0; j < 2; ++j) {
      const Fact& weight = weights[i + j];
      if (weight.tensor() == nullptr || !weight.tensor()->dims) continue;
      const Dims& dims = *weight.tensor()->dims;
      const Dim& columns = j == 1 ? r.output : first_layer ? r.width : above;
      if (dims.size() != 2 || !same_dim(dims[0], rows) || !same_dim(dims[1], columns)) {
        return misfit("weight " + std::to_string(i + j) + " should be " + text({rows, columns}) + " and is " +
                      weight.to_string());
      }
      if (weight.tensor()->dtype && r.dtype && *weight.tensor()->dtype != *r.dtype) {
        return misfit("input and weight have different dtypes: " + inputs[0].to_string() + " and " +
                      weight.to_string());
      }
    }
    const TensorFact* projection = r.projected ? weights[i + each - 1].tensor() : nullptr;
    if (projection != nullptr && projection->dims && !same_dims(*projection->dims, {r.output, r.hidden})) {
      return misfit("a projection should be " + text({r.output, r.hidden}) + " and is " +
                    weights[i + each - 1].to_string());
    }
    for (std::size_t j = 2; biases && j < 4; ++j) {
      const TensorFact* bias = weights[i + j].tensor();
      if (bias == nullptr || !bias->dims) continue;
      const bool same = !bias->dtype || !r.dtype || *bias->dtype == *r.dtype;
      // Without gates a bias is what is added to a product, which it may have the rows of.
      const bool gates = kind == CellKind::lstm || kind == CellKind::gru;
      if (same && !cannot_expand(*bias->dims, gates ? Dims{rows} : Dims{r.batch, rows})) continue;
      return misfit("a bias should be " + text({rows}) + " and is " + weights[i + j].to_string());
    }
  }
  return std::nullopt;
}

// Gates are floating, a rectified unit is real.
std::optional<RuleFailure> check_gates(const Fact& input, CellKind kind) {
  const std::optional<DType> dtype = input.tensor()->dtype;
  if (!dtype) return std::nullopt;
  if (kind != CellKind::rnn_relu && is_integral(*dtype)) return misfit("gates are floating: " + input.to_string());
  if (kind == CellKind::rnn_relu && is_complex(*dtype)) {
    return misfit("complex numbers have no order: " + input.to_string());
  }
  return std::nullopt;
}

// Sequences of one length are a dense batch to an LSTM, which no row may be left over from.
std::optional<RuleFailure> check_rows(const Facts& inputs, CellKind kind, const Recurrence& r) {
  FA_RULE(const TensorFact* sizes, tensor_at(inputs, 1));
  const std::optional<Expr> steps = element_count(*sizes);
  const bool one_step = steps && always_equal(*steps, 1) == true;
  const bool one_length =
      one_step || (sizes->contents && !sizes->contents->empty() && sizes->contents->front() == sizes->contents->back());
  const Dim& rows = inputs[0].tensor()->dims->front();
  if (kind != CellKind::lstm || !one_length || !steps || !r.batch || !rows) return std::nullopt;
  if (same_dim(rows, Dim(*steps * *r.batch))) return std::nullopt;
  return misfit("the data has other rows than the batch sizes: " + shapes_text(inputs, {0, 1}));
}

// Packed weights: an object for each direction of each layer.
std::optional<RuleFailure> check_packed_weights(const Facts& inputs, std::size_t place, const Recurrence& r) {
  const auto* list = inputs[place].get<ListFact>();
  if (list == nullptr || !list->elements || !*list->elements) return std::nullopt;
  const Expr count = static_cast<std::int64_t>((*list->elements)->size());
  if (always_less(count, Expr(r.layers) * Expr(r.directions)) != true) return std::nullopt;
  return misfit(count.to_string() + " packed weights for " + std::to_string(r.layers) + " layers and " +
                std::to_string(r.directions) + " directions");
}

// (input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first), or
// (data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)
RuleResult<Recurrence> recurrence_of(const Facts& inputs, CellKind kind, bool packed, bool quantized) {
  const std::size_t shift = packed ? 1 : 0;
  Recurrence r;
  FA_RULE(const bool biases, bool_at(inputs, 3 + shift));
  FA_RULE(r.layers, constant_at(inputs, 4 + shift));
  FA_RULE(const bool bidirectional, bool_at(inputs, 7 + shift));
  r.directions = bidirectional ? 2 : 1;
  if (r.layers < 1 || r.layers > std::int64_t{1} << 32) {
    return misfit("a recurrent layer of " + std::to_string(r.layers) + " layers");
  }
  if (!packed) {
    FA_RULE(r.batch_first, bool_at(inputs, 8));
  }
  FA_RULE(r.states, states_at(inputs, 1 + shift, kind));
  FA_REFUSE(read_input(inputs, packed, r));
  FA_REFUSE(read_states(kind, packed, r));
  if (!quantized) FA_REFUSE(check_gates(inputs[0], kind));
  if (packed) FA_REFUSE(check_rows(inputs, kind, r));
  if (!quantized) FA_REFUSE(check_weights(inputs, 2 + shift, kind, biases, r));
  if (quantized) FA_REFUSE(check_packed_weights(inputs, 2 + shift, r));
  return r;
}

template <CellKind kind, bool packed, bool quantized = false>
RuleResult<Facts> shape_of_layers(const Facts& inputs) {
  FA_RULE(const Recurrence r, recurrence_of(inputs, kind, packed, quantized));
  const Dim width = r.output ? Dim(*r.output * Expr(r.directions)) : std::nullopt;
  const Dim stacked = Expr(r.layers) * Expr(r.directions);
  Facts results;
  if (packed) {
    results.push_back(tensor_fact(r.dtype, {r.rows, width}));
  } else {
    Dims dims = {r.steps, r.batch, width};
    dims.insert(dims.begin() + 1, r.above_batch.begin(), r.above_batch.end());
    if (r.batch_first) std::swap(dims[0], dims[1]);
    results.push_back(tensor_fact(r.dtype, dims));
  }
  Dims state = {stacked, r.batch, r.output};
  state.insert(state.begin() + 1, r.above_batch.begin(), r.above_batch.end());
  results.push_back(tensor_fact(r.dtype, state));
  if (kind == CellKind::lstm) results.push_back(tensor_fact(r.dtype, {stacked, r.batch, r.hidden}));
  return results;
}

RuleResult<Expr> known(const Dim& dim, const char* what) {
  if (!dim) return missing(std::string(what) + " is unknown");
  return *dim;
}

// Macs of all layers and directions for one row: the gates' two products, and the projection.
RuleResult<Expr> macs_of_row(CellKind kind, const Recurrence& r) {
  FA_RULE(const Expr width, known(r.width, "the width of the input"));
  FA_RULE(const Expr hidden, known(r.hidden, "the hidden size"));
  FA_RULE(const Expr output, known(r.output, "the width of the state"));
  const Expr directions = r.directions;
  const Expr gates = hidden * Expr(gates_of(kind));
  const Expr projection = r.projected ? hidden * output : Expr(0);
  const Expr first = gates * (width + output) + projection;
  const Expr above = gates * (output * directions + output) + projection;
  return directions * (first + Expr(r.layers - 1) * above);
}

template <CellKind kind, bool packed>
RuleResult<Work> work_of_layers(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Recurrence r, recurrence_of(inputs, kind, packed, false));
  if (!r.above_batch.empty()) return missing("states of more than 3 dims");
  FA_RULE(const Expr macs, macs_of_row(kind, r));
  FA_RULE(const Expr rows, known(r.rows, "the number of steps"));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, rows * macs);
  count_gates(counter, kind, rows * Expr(r.layers) * Expr(r.directions) * *r.hidden);
  return counter.work();
}

// `dtype` stands behind the shared arguments of quantized_lstm; packed weights have a byte for each mac of a row.
template <CellKind kind, bool packed>
RuleResult<Work> work_of_quantized_layers(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Recurrence r, recurrence_of(inputs, kind, packed, true));
  FA_RULE(const Expr macs, macs_of_row(kind, r));
  FA_RULE(const Expr rows, known(r.rows, "the number of steps"));
  std::optional<DType> weights = DType::qi8;
  if (inputs.size() > 9) {
    FA_RULE(weights, dtype_argument_at(inputs, 9, DType::qi8));
  }
  const bool half = weights == DType::f16;
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(half ? DType::f32 : DType::i8).count(WorkClass::mac, rows * macs).in_dtype(r.dtype);
  count_gates(counter, kind, rows * Expr(r.layers) * Expr(r.directions) * *r.hidden);
  Facts read = r.states;
  read.push_back(inputs[0]);
  if (packed) read.push_back(inputs[1]);
  FA_RULE(const Expr bytes, bytes_of(read));
  return counter.reads(bytes + macs * Expr(half ? 2 : 1)).work();
}

// mkldnn_rnn_layer(input, w_ih, w_hh, b_ih, b_hh, hx, cx, reverse, batch_sizes, mode, hidden_size, num_layers,
// has_biases, bidirectional, batch_first, train): one direction of one layer of an LSTM (mode 2; oneDNN runs no other
// here), always [steps, batch, width]. Its fourth result is a workspace for training, undefined in inference.
RuleResult<Facts> shape_of_onednn_layer(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 9));
  FA_RULE(const Expr hidden, int_at(inputs, 10));
  if (input.size() != 3) return misfit("the input should have 3 dims: " + inputs[0].to_string());
  if (input[0] == Dim(Expr(0)) || input[1] == Dim(Expr(0))) {
    return misfit("oneDNN takes no empty sequences: " + inputs[0].to_string());
  }
  if (mode != 2) return misfit("oneDNN's recurrent layer is an LSTM (mode 2), not mode " + std::to_string(mode));
  for (std::size_t weight = 1; weight <= 2; ++weight) {
    FA_RULE(const Dims dims, dims_at(inputs, weight));
    if (dims.size() != 2 || !same_dim(dims[0], gate_rows(CellKind::lstm, hidden)) ||
        !same_dim(dims[1], weight == 1 ? input[2] : Dim(hidden))) {
      return misfit("a weight does not fit the input and " + hidden.to_string() +
                    " hidden units: " + shapes_text(inputs, {0, weight}));
    }
    FA_RULE(const Dims bias, dims_at(inputs, weight + 2));
    if (!same_dim(product(bias), dims[0])) {
      return misfit("a bias should have a value for each row of its weight: " +
                    shapes_text(inputs, {weight, weight + 2}));
    }
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype && *dtype != DType::f32 && *dtype != DType::bf16 && *dtype != DType::f16) {
    return misfit("oneDNN knows f32, bf16 and f16: " + inputs[0].to_string());
  }
  Facts results = one(tensor_fact(dtype, {input[0], input[1], Dim(hidden)}));
  for (std::size_t state = 5; state <= 6; ++state) {
    FA_RULE(const Dims dims, dims_at(inputs, state));
    if (input[1] && !same_dim(product(dims), Dim(*input[1] * hidden))) {
      return misfit("a state should hold " + hidden.to_string() +
                    " units for each sequence: " + shapes_text(inputs, {0, state}));
    }
    results.push_back(tensor_fact(dtype, dims));
  }
  FA_RULE(const bool train, bool_at(inputs, 15));
  results.push_back(train ? tensor_fact(DType::u8, {std::nullopt}) : Fact::none());  // the workspace of a backward pass
  return results;
}

RuleResult<Work> work_of_onednn_layer(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const Expr hidden, int_at(inputs, 10));
  const Expr units = input[0] * input[1] * hidden;
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, units * Expr(4) * (input[2] + hidden));
  count_gates(counter, CellKind::lstm, units);
  return counter.work();
}

constexpr auto kLstm = CellKind::lstm;
constexpr auto kGru = CellKind::gru;
constexpr auto kTanh = CellKind::rnn_tanh;
constexpr auto kRelu = CellKind::rnn_relu;

// u = rows*layers*directions*H hidden units; I input, H hidden, P state width (the projection's, else H), D directions
constexpr char kLstmText[] =
    "mac = u*4*(I + P), upper layers u*4*(D*P + P), projection u*P; add = 8u, mul = exp = div = 3u, tanh = 2u";
constexpr char kGruText[] =
    "mac = u*3*(I + H), upper layers u*3*(D*H + H); add = 7u, mul = 3u, exp = 2u, div = 2u, tanh = u";
constexpr char kTanhText[] = "mac = u*(I + H), upper layers u*(D*H + H); add = u, tanh = u";
constexpr char kReluText[] = "mac = u*(I + H), upper layers u*(D*H + H); add = u, compare = u";
constexpr char kQuantizedLstmText[] = "as lstm, mac as integer; with dtype f16 as mac of f32";
constexpr char kQuantizedGruText[] = "as gru, mac as integer";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                            shape rule                             work rule                              formula
    {"aten::gru.data",                 shape_of_layers<kGru, true>,           work_of_layers<kGru, true>,            kGruText},
    {"aten::gru.input",                shape_of_layers<kGru, false>,          work_of_layers<kGru, false>,           kGruText},
    {"aten::lstm.data",                shape_of_layers<kLstm, true>,          work_of_layers<kLstm, true>,           kLstmText},
    {"aten::lstm.input",               shape_of_layers<kLstm, false>,         work_of_layers<kLstm, false>,          kLstmText},
    {"aten::mkldnn_rnn_layer",         shape_of_onednn_layer,                 work_of_onednn_layer,                  kLstmText},
    {"aten::quantized_gru.data",       shape_of_layers<kGru, true, true>,     work_of_quantized_layers<kGru, true>,  kQuantizedGruText},
    {"aten::quantized_gru.input",      shape_of_layers<kGru, false, true>,    work_of_quantized_layers<kGru, false>, kQuantizedGruText},
    {"aten::quantized_lstm.data",      shape_of_layers<kLstm, true, true>,    work_of_quantized_layers<kLstm, true>, kQuantizedLstmText},
    {"aten::quantized_lstm.input",     shape_of_layers<kLstm, false, true>,   work_of_quantized_layers<kLstm, false>, kQuantizedLstmText},
    {"aten::rnn_relu.data",            shape_of_layers<kRelu, true>,          work_of_layers<kRelu, true>,           kReluText},
    {"aten::rnn_relu.input",           shape_of_layers<kRelu, false>,         work_of_layers<kRelu, false>,          kReluText},
    {"aten::rnn_tanh.data",            shape_of_layers<kTanh, true>,          work_of_layers<kTanh, true>,           kTanhText},
    {"aten::rnn_tanh.input",           shape_of_layers<kTanh, false>,         work_of_layers<kTanh, false>,          kTanhText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> recurrent_ops() { return kRows; }

}  // namespace flopaudit
