// Recurrent layers and cells, which ATen puts together step by step from products and elementwise functions; a layer of
// LSTM in f32 is oneDNN's, unless it is projected or packed with sequences of several lengths.
#include <numeric>

#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/recurrent_call.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/validation/standard.csv: 1 to 12 steps, 1 to 5 sequences, 4 to 48 wide, 1 to 3 layers, both directions";
constexpr CauseInfo kCauses[] = {
    {"step by step",
     "The input's products of all steps are one, or one a step where the sequences do not lie together in memory; then "
     "each step is a product with the state and elementwise functions, each with what its kernel adds; a projected "
     "state is one product more. Of packed sequences each step has those that are as long.",
     "aten::lstm.input (f64 or projected), gru.input, rnn_tanh.input, rnn_relu.input, the same of packed data, "
     "lstm_cell, gru_cell, rnn_tanh_cell, rnn_relu_cell",
     "standard", "the sum of its parts: linear or bmm, add_, sigmoid_, tanh, mul, sub, relu, mm", kProbes},
};
constexpr const CauseInfo& kSteps = kCauses[0];

enum class Cell { lstm, gru, tanh, relu };

std::int64_t gates_of(Cell cell) { return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1; }

// How the sequences of the input lie in memory.
enum class InputLayout { together, each_step, unknown };

// One direction of one layer.
class LayerParts {
 public:
  LayerParts(Cell cell, const RecurrentCall& call, std::int64_t width, Parts& parts)
      : cell_(cell), layer_(call), width_(width), rows_(gates_of(cell) * call.hidden), parts_(parts) {}

  void input_product(InputLayout layout) {
    if (layer_.packed_product != nullptr || layout == InputLayout::together) return product(rows_of_input(), width_, 1);
    // Each step a matrix of the batch, by the weight as it lies; the bias is added behind.
    const Strides weight = {0, 1, width_};
    const OperandStrides strides = {kRowByRow, width_ == 1 ? kRowByRow : weight};
    parts_.add("aten::bmm", {tensor({layer_.steps, layer_.batch, width_}), tensor({layer_.steps, width_, rows_})}, 1,
               &strides);
    if (!layer_.biases) return;
    parts_.add("aten::add_.Tensor", {tensor({layer_.steps, layer_.batch, rows_}), bias(), Fact::integer(1)});
  }

  void steps() {
    if (layer_.packed.empty()) return steps_of(layer_.batch, layer_.steps);
    for (const std::int64_t batch : layer_.packed) steps_of(batch, 1);
  }

 private:
  std::int64_t rows_of_input() const {
    if (layer_.packed.empty()) return layer_.steps * layer_.batch;
    return std::accumulate(layer_.packed.begin(), layer_.packed.end(), std::int64_t{0});
  }

  void product(std::int64_t rows, std::int64_t width, std::int64_t count) {
    const Fact input = tensor({rows, width});
    if (layer_.packed_product == nullptr) {
      return parts_.add("aten::linear", {input, tensor({rows_, width}), bias()}, count);
    }
    const Fact weight = Fact::tuple({part_tensor(layer_.packed_weight, {rows_, width}), bias()});
    Facts operands = {input, weight};
    if (layer_.packed_weight == DType::qi8) operands.push_back(Fact::boolean(true));
    parts_.add(layer_.packed_product, operands, count);
  }

  // `count` steps of `batch` sequences.
  void steps_of(std::int64_t batch, std::int64_t count) {
    batch_ = batch;
    product(batch_, layer_.output, count);
    switch (cell_) {
      case Cell::lstm: return lstm_step(count);
      case Cell::gru: return gru_step(count);
      case Cell::tanh: whole("aten::add_.Tensor", count); return parts_.add("aten::tanh", {state()}, count);
      case Cell::relu: whole("aten::add_.Tensor", count); return parts_.add("aten::relu", {state()}, count);
    }
  }

  void lstm_step(std::int64_t count) {
    const Fact gates = tensor({batch_, 4 * layer_.hidden});
    parts_.add("aten::add_.Tensor", {gates, gates, Fact::integer(1)}, count);
    each_row("aten::sigmoid_", 3 * count);
    each_row("aten::tanh_", count);
    each_row_of_two("aten::mul.Tensor", 3 * count);
    whole("aten::add_.Tensor", count);
    parts_.add("aten::tanh", {state()}, count);
    if (!layer_.projects()) return;
    const OperandStrides strides = {kRowByRow, Strides{1, layer_.hidden}};
    parts_.add("aten::mm", {state(), tensor({layer_.hidden, layer_.output})}, count, &strides);
  }

  void gru_step(std::int64_t count) {
    each_row_of_two("aten::add_.Tensor", 2 * count);
    each_row("aten::sigmoid_", 2 * count);
    each_row_of_two("aten::mul_.Tensor", count);
    each_row_of_two("aten::add.Tensor", count);
    parts_.add("aten::tanh_", {state()}, count);
    whole("aten::sub.Tensor", count);
    each_row_of_two("aten::mul_.Tensor", count);
    whole("aten::add_.Tensor", count);
  }

  // A gate is a slice of all of them, so that its rows do not lie together. Rows of single units are one loop, which
  // MKL's functions get as one copy and all others element by element.
  void each_row(std::string_view op, std::int64_t count) {
    if (layer_.hidden == 1) return parts_.add(op, {tensor({batch_})}, count);
    parts_.add(op, {tensor({layer_.hidden})}, count * batch_);
  }
  void each_row_of_two(std::string_view op, std::int64_t count) {
    const Fact row = tensor({layer_.hidden});
    parts_.add(op, with_alpha(op, {row, row}), count * batch_);
  }
  void whole(std::string_view op, std::int64_t count) { parts_.add(op, with_alpha(op, {state(), state()}), count); }
  static Facts with_alpha(std::string_view op, Facts inputs) {
    if (!op.starts_with("aten::mul")) inputs.push_back(Fact::integer(1));
    return inputs;
  }

  Fact tensor(const Sizes& sizes) const { return part_tensor(layer_.dtype, sizes); }
  Fact state() const { return tensor({batch_, layer_.hidden}); }
  Fact bias() const { return layer_.biases ? tensor({rows_}) : Fact::none(); }

  const Cell cell_;
  const RecurrentCall& layer_;
  const std::int64_t width_, rows_;  // of the input; of a weight, all gates
  std::int64_t batch_ = 0;           // of the step
  Parts& parts_;
};

// The widths of the state that is given out and of the one that is kept: of an LSTM two, which a projection makes
// differ.
std::optional<Sizes> widths_of(const Fact& states) {
  Sizes widths;
  const auto* list = states.get<ListFact>();
  if (list != nullptr && (!list->elements || !*list->elements)) return std::nullopt;
  const Facts each = list == nullptr ? Facts{states} : **list->elements;
  for (std::size_t i = 0; i < each.size(); ++i) {
    const auto sizes = sizes_at(each, i);
    if (!sizes || sizes->empty()) return std::nullopt;
    widths.push_back(sizes->back());
  }
  if (widths.empty()) return std::nullopt;
  return Sizes{widths.front(), widths.back()};
}

std::optional<Sizes> contents_of(const Fact& fact) {
  if (fact.tensor() == nullptr || !fact.tensor()->contents) return std::nullopt;
  Sizes numbers;
  for (const Element& element : *fact.tensor()->contents) {
    const Expr* number = std::get_if<Expr>(&element);
    if (number == nullptr || !number->constant()) return std::nullopt;
    numbers.push_back(*number->constant());
  }
  return numbers;
}

// (input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first); of packed data the batch
// sizes come second, and nothing last.
struct Places {
  std::size_t shift = 0;  // 1: packed

  std::size_t states() const { return 1 + shift; }
  std::size_t biases() const { return 3 + shift; }
  std::size_t layers() const { return 4 + shift; }
  std::size_t dropout() const { return 5 + shift; }
  std::size_t train() const { return 6 + shift; }
  std::size_t both() const { return 7 + shift; }
};

// "" where steps, sequences and their width are known.
std::string read_sequences(const KernelCall& call, bool packed, RecurrentCall& layer) {
  const auto input = sizes_at(call.inputs, 0);
  if (!input || input->size() != (packed ? 2U : 3U)) return "a shape is not known";
  if (product(*input) == 0) return "a recurrent layer of nothing has no model";
  layer.width = input->back();
  if (!packed) {
    const auto batch_first = bool_at_place(call.inputs, 8);
    if (!batch_first) return "it is not known whether the batch comes first";
    layer.steps = (*input)[*batch_first ? 1 : 0], layer.batch = (*input)[*batch_first ? 0 : 1];
    return "";
  }
  const auto batches = contents_of(call.inputs[1]);
  if (!batches || batches->empty()) return "how many sequences each step has is not known";
  layer.packed = *batches;
  layer.steps = static_cast<std::int64_t>(batches->size()), layer.batch = batches->front();
  const std::int64_t rows = std::accumulate(batches->begin(), batches->end(), std::int64_t{0});
  return rows == input->front() ? "" : "rows beyond the batch sizes have no model";
}

std::optional<RecurrentCall> read(const KernelCall& call, bool packed, Explanation& out) {
  const auto refuse = [&out](const std::string& why) {
    out.refuse(why);
    return std::nullopt;
  };
  const Places at = {packed ? std::size_t{1} : 0};
  const auto biases = bool_at_place(call.inputs, at.biases()), both = bool_at_place(call.inputs, at.both());
  const auto train = bool_at_place(call.inputs, at.train());
  const auto layers = ints_at_place(call.inputs, at.layers(), 1);
  const auto widths = call.inputs.size() > at.states() ? widths_of(call.inputs[at.states()]) : std::nullopt;
  if (!biases || !both || !train || !layers || !widths) return refuse("a shape or flag is not known");
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!precision_of(dtype)) return refuse("only f32 and f64 have a model");
  if (*train && layers->front() > 1 && number_at_place(call.inputs, at.dropout()) != 0.0)
    return refuse("dropout between recurrent layers has no model");
  RecurrentCall layer;
  layer.dtype = *dtype;
  layer.output = widths->front(), layer.hidden = widths->back();
  layer.layers = layers->front(), layer.directions = *both ? 2 : 1;
  layer.biases = *biases;
  const std::string why = read_sequences(call, packed, layer);
  return why.empty() ? std::optional(layer) : refuse(why);
}

// ATen joins steps and sequences into the rows of one matrix where that is a view: with biases it minds the sizes of 1
// less.
InputLayout layout_of_input(const KernelCall& call, const RecurrentCall& layer) {
  const auto strides = strides_at(call, 0);
  if (!strides || strides->back() != 1) return InputLayout::unknown;
  const bool batch_first = bool_at_place(call.inputs, 8) == true;
  const std::int64_t step = (*strides)[batch_first ? 1 : 0], sequence = (*strides)[batch_first ? 0 : 1];
  const bool view = sequence == layer.width && step == layer.batch * sequence;
  const bool contiguous =
      (layer.batch == 1 || sequence == layer.width) && (layer.steps == 1 || step == layer.batch * layer.width);
  return view || (contiguous && layer.biases) ? InputLayout::together : InputLayout::each_step;
}

// oneDNN takes sequences of one length, packed or not, and copies what does not lie step by step.
bool takes_onednn(const RecurrentCall& lstm) {
  const bool of_one_length = lstm.packed.empty() || lstm.packed.front() == lstm.packed.back();
  return lstm.dtype == DType::f32 && !lstm.projects() && of_one_length;
}

// MKL's product of an odd number of rows, 9 or 11 wide, with a vector adds more where the vector does not begin at a
// multiple of 16 bytes: states after the first one do not.
bool minds_place_of_state(const RecurrentCall& layer, Cell cell) {
  const bool single = layer.batch == 1 || (!layer.packed.empty() && layer.packed.back() == 1);
  const bool odd = cell != Cell::lstm && (layer.hidden == 9 || layer.hidden == 11);
  return layer.dtype == DType::f32 && single && odd && layer.layers * layer.directions > 1;
}

template <Cell cell, bool packed>
void explain_layers(const KernelCall& call, Explanation& out) {
  const auto layer = read(call, packed, out);
  if (!layer) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (cell == Cell::lstm && takes_onednn(*layer)) return explain_onednn_lstm(*layer, *annotated, out);
  for (std::size_t i = packed ? 0 : 1; i < call.inputs.size(); ++i) {
    if (sizes_at(call.inputs, i) && !lie_together_at(call, i, 0))
      return out.refuse("a state or packed data with gaps has no model");
  }
  if (minds_place_of_state(*layer, cell))
    return out.refuse("a product with a state of 9 or 11 that does not begin at a multiple of 16 bytes has no model");
  const InputLayout layout = packed ? InputLayout::together : layout_of_input(call, *layer);
  if (layout == InputLayout::unknown) return out.refuse("an input whose features do not lie together has no model");
  Parts parts(out);
  for (std::int64_t i = 0; i < layer->layers; ++i) {
    for (std::int64_t direction = 0; direction < layer->directions; ++direction) {
      LayerParts each(cell, *layer, layer->width_of(i), parts);
      each.input_product(i == 0 ? layout : InputLayout::together);
      each.steps();
    }
  }
  parts.explain(kSteps, *annotated);
}

// (input, hx, w_ih, w_hh, b_ih, b_hh): one step of one layer.
template <Cell cell>
void explain_cell(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(call.inputs, 3);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!input || input->size() != 2 || !weight || weight->size() != 2) return out.refuse("a shape is not known");
  if (!precision_of(dtype)) return out.refuse("only f32 and f64 have a model");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  RecurrentCall step;
  step.dtype = *dtype;
  step.batch = (*input)[0], step.width = (*input)[1], step.hidden = step.output = (*weight)[1];
  step.biases = call.inputs.size() > 5 && !is_none_at(call.inputs, 4) && !is_none_at(call.inputs, 5);
  Parts parts(out);
  LayerParts each(cell, step, step.width, parts);
  each.input_product(InputLayout::together);
  each.steps();
  parts.explain(kSteps, *annotated);
}

// --- packed weights, of 8 bits or f16: products as the dynamic layers', of all steps of the input at once ---

template <Cell cell, bool packed>
void explain_packed_layers(const KernelCall& call, Explanation& out) {
  auto layer = read(call, packed, out);
  if (!layer) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (layer->dtype != DType::f32) return out.refuse("only f32 has a model");
  if (layer->projects()) return out.refuse("a projected state has no model with packed weights");
  layer->packed_product = "quantized::linear_dynamic";
  // quantized_lstm says of what dtype its weights are: 8 bits where nothing is said.
  const auto number = cell == Cell::lstm ? ints_at_place(call.inputs, 9, 1) : std::nullopt;
  if (number && *number == Sizes{scalar_type_number(DType::f16)}) {
    layer->packed_product = "quantized::linear_dynamic_fp16", layer->packed_weight = DType::f32;
  }
  Parts parts(out);
  for (std::int64_t i = 0; i < layer->layers; ++i) {
    for (std::int64_t direction = 0; direction < layer->directions; ++direction) {
      LayerParts each(cell, *layer, layer->width_of(i), parts);
      each.input_product(InputLayout::together);
      each.steps();
    }
  }
  parts.explain(kSteps, *annotated);
}

// (input, hx, w_ih, w_hh, b_ih, b_hh), the biases within the packed weights.
template <Cell cell>
void explain_packed_cell(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto widths = widths_of(call.inputs[1]);
  const auto* weight = call.inputs[2].get<TupleFact>();
  const auto annotated = annotated_of(call, out);
  if (!input || input->size() != 2 || !widths || !annotated) return out.refuse("a shape is not known");
  if (weight == nullptr || weight->elements.size() != 2) {
    return out.refuse("what the parameters were packed from is not known");
  }
  const bool of_8_bits = dtype_at_place(weight->elements, 0) == DType::qi8;
  RecurrentCall step;
  step.batch = (*input)[0], step.width = (*input)[1], step.hidden = step.output = widths->front();
  step.biases = !weight->elements[1].is_none();
  step.packed_product = of_8_bits ? "quantized::linear_dynamic" : "quantized::linear_dynamic_fp16";
  step.packed_weight = of_8_bits ? DType::qi8 : DType::f32;
  Parts parts(out);
  LayerParts each(cell, step, step.width, parts);
  each.input_product(InputLayout::together);
  each.steps();
  parts.explain(kSteps, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::quantized_gru.data", explain_packed_layers<Cell::gru, true>, Layout::any},
    {"aten::quantized_gru.input", explain_packed_layers<Cell::gru, false>, Layout::any},
    {"aten::quantized_lstm.data", explain_packed_layers<Cell::lstm, true>, Layout::any},
    {"aten::quantized_lstm.input", explain_packed_layers<Cell::lstm, false>, Layout::any},
    {"quantized::quantized_gru_cell_dynamic", explain_packed_cell<Cell::gru>},
    {"quantized::quantized_lstm_cell_dynamic", explain_packed_cell<Cell::lstm>},
    {"quantized::quantized_rnn_relu_cell_dynamic", explain_packed_cell<Cell::relu>},
    {"quantized::quantized_rnn_tanh_cell_dynamic", explain_packed_cell<Cell::tanh>},
    {"aten::gru.data", explain_layers<Cell::gru, true>, Layout::any},
    {"aten::gru.input", explain_layers<Cell::gru, false>, Layout::any},
    {"aten::gru_cell", explain_cell<Cell::gru>},
    {"aten::lstm.data", explain_layers<Cell::lstm, true>, Layout::any},
    {"aten::lstm.input", explain_layers<Cell::lstm, false>, Layout::any},
    {"aten::lstm_cell", explain_cell<Cell::lstm>},
    {"aten::rnn_relu.data", explain_layers<Cell::relu, true>, Layout::any},
    {"aten::rnn_relu.input", explain_layers<Cell::relu, false>, Layout::any},
    {"aten::rnn_relu_cell", explain_cell<Cell::relu>},
    {"aten::rnn_tanh.data", explain_layers<Cell::tanh, true>, Layout::any},
    {"aten::rnn_tanh.input", explain_layers<Cell::tanh, false>, Layout::any},
    {"aten::rnn_tanh_cell", explain_cell<Cell::tanh>},
};

}  // namespace

std::span<const KernelModel> recurrent_models() { return kModels; }
std::span<const CauseInfo> recurrent_causes() { return kCauses; }

}  // namespace flopaudit
