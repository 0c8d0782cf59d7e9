// Recurrent layers and cells, which ATen puts together step by step from products and elementwise functions; a layer of
// LSTM in f32 is oneDNN's.
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
     "each step is a product with the state and elementwise functions, each with what its kernel adds.",
     "aten::lstm.input (f64), gru.input, rnn_tanh.input, rnn_relu.input, lstm_cell, gru_cell, rnn_tanh_cell, "
     "rnn_relu_cell",
     "standard", "the sum of its parts: linear or bmm, add_, sigmoid_, tanh, mul, sub, relu", kProbes},
};
constexpr const CauseInfo& kSteps = kCauses[0];

enum class Cell { lstm, gru, tanh, relu };

std::int64_t gates_of(Cell cell) { return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1; }

constexpr const char* kSingleUnits = "gates of single hidden units have no model";

// How the sequences of the input lie in memory.
enum class InputLayout { together, each_step, unknown };

// One direction of one layer.
class LayerParts {
 public:
  LayerParts(Cell cell, const RecurrentCall& call, std::int64_t width, Parts& parts)
      : cell_(cell), layer_(call), width_(width), rows_(gates_of(cell) * call.hidden), parts_(parts) {}

  void input_product(InputLayout layout) {
    if (layout == InputLayout::together) {
      const Fact input = tensor({layer_.steps, layer_.batch, width_});
      return parts_.add("aten::linear", {input, tensor({rows_, width_}), bias()});
    }
    // Each step a matrix of the batch, by the weight as it lies; the bias is added behind.
    const Strides weight = {0, 1, width_};
    const OperandStrides strides = {kRowByRow, width_ == 1 ? kRowByRow : weight};
    parts_.add("aten::bmm", {tensor({layer_.steps, layer_.batch, width_}), tensor({layer_.steps, width_, rows_})}, 1,
               &strides);
    if (!layer_.biases) return;
    parts_.add("aten::add_.Tensor", {tensor({layer_.steps, layer_.batch, rows_}), bias(), Fact::integer(1)});
  }

  // Whether gates of single units of several sequences would be sliced, whose loop is another one.
  bool slices_single_units() const { return rows_ > layer_.hidden && layer_.hidden == 1 && layer_.batch > 1; }

  void steps(std::int64_t count) {
    const Fact state = tensor({layer_.batch, layer_.hidden});
    parts_.add("aten::linear", {state, tensor({rows_, layer_.hidden}), bias()}, count);
    switch (cell_) {
      case Cell::lstm: return lstm_step(count);
      case Cell::gru: return gru_step(count);
      case Cell::tanh: whole("aten::add_.Tensor", count); return parts_.add("aten::tanh", {state}, count);
      case Cell::relu: whole("aten::add_.Tensor", count); return parts_.add("aten::relu", {state}, count);
    }
  }

 private:
  void lstm_step(std::int64_t count) {
    const Fact gates = tensor({layer_.batch, 4 * layer_.hidden});
    parts_.add("aten::add_.Tensor", {gates, gates, Fact::integer(1)}, count);
    each_row("aten::sigmoid_", 3 * count);
    each_row("aten::tanh_", count);
    each_row_of_two("aten::mul.Tensor", 3 * count);
    whole("aten::add_.Tensor", count);
    parts_.add("aten::tanh", {tensor({layer_.batch, layer_.hidden})}, count);
  }

  void gru_step(std::int64_t count) {
    each_row_of_two("aten::add_.Tensor", 2 * count);
    each_row("aten::sigmoid_", 2 * count);
    each_row_of_two("aten::mul_.Tensor", count);
    each_row_of_two("aten::add.Tensor", count);
    parts_.add("aten::tanh_", {tensor({layer_.batch, layer_.hidden})}, count);
    whole("aten::sub.Tensor", count);
    each_row_of_two("aten::mul_.Tensor", count);
    whole("aten::add_.Tensor", count);
  }

  // A gate is a slice of all of them, so that its rows do not lie together.
  void each_row(std::string_view op, std::int64_t count) {
    parts_.add(op, {tensor({layer_.hidden})}, count * layer_.batch);
  }
  void each_row_of_two(std::string_view op, std::int64_t count) {
    const Fact row = tensor({layer_.hidden});
    parts_.add(op, with_alpha(op, {row, row}), count * layer_.batch);
  }
  void whole(std::string_view op, std::int64_t count) {
    const Fact state = tensor({layer_.batch, layer_.hidden});
    parts_.add(op, with_alpha(op, {state, state}), count);
  }
  static Facts with_alpha(std::string_view op, Facts inputs) {
    if (!op.starts_with("aten::mul")) inputs.push_back(Fact::integer(1));
    return inputs;
  }

  Fact tensor(const Sizes& sizes) const { return part_tensor(layer_.dtype, sizes); }
  Fact bias() const { return layer_.biases ? tensor({rows_}) : Fact::none(); }

  const Cell cell_;
  const RecurrentCall& layer_;
  const std::int64_t width_, rows_;  // of the input; of a weight, all gates
  Parts& parts_;
};

// The width of the states: of the first of a list, or of a tensor.
std::optional<std::int64_t> hidden_of(const Fact& states) {
  const auto* list = states.get<ListFact>();
  if (list == nullptr) {
    const auto sizes = sizes_at({states}, 0);
    return sizes && !sizes->empty() ? std::optional(sizes->back()) : std::nullopt;
  }
  if (!list->elements || !*list->elements || (*list->elements)->empty()) return std::nullopt;
  std::optional<std::int64_t> hidden;
  for (const Fact& state : **list->elements) {
    const auto sizes = sizes_at({state}, 0);
    if (!sizes || sizes->empty() || (hidden && *hidden != sizes->back())) return std::nullopt;  // a projection
    hidden = sizes->back();
  }
  return hidden;
}

// (input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)
std::optional<RecurrentCall> read(const KernelCall& call, Explanation& out) {
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  const auto input = sizes_at(call.inputs, 0);
  const auto biases = bool_at_place(call.inputs, 3), both = bool_at_place(call.inputs, 7);
  const auto batch_first = bool_at_place(call.inputs, 8), train = bool_at_place(call.inputs, 6);
  const auto layers = ints_at_place(call.inputs, 4, 1);
  const auto hidden = call.inputs.size() > 1 ? hidden_of(call.inputs[1]) : std::nullopt;
  if (!input || input->size() != 3 || !biases || !both || !batch_first || !train || !layers || !hidden)
    return refuse("a shape or flag is not known, or the state is projected");
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!precision_of(dtype)) return refuse("only f32 and f64 have a model");
  if (*train && layers->front() > 1 && number_at_place(call.inputs, 5) != 0.0)
    return refuse("dropout between recurrent layers has no model");
  RecurrentCall layer;
  layer.dtype = *dtype;
  layer.steps = (*input)[*batch_first ? 1 : 0], layer.batch = (*input)[*batch_first ? 0 : 1];
  layer.width = (*input)[2], layer.hidden = *hidden;
  layer.layers = layers->front(), layer.directions = *both ? 2 : 1;
  layer.biases = *biases;
  if (product(*input) == 0) return refuse("a recurrent layer of nothing has no model");
  return layer;
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

template <Cell cell>
void explain_layers(const KernelCall& call, Explanation& out) {
  const auto layer = read(call, out);
  if (!layer) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  // Copies what does not lie step by step.
  if (cell == Cell::lstm && layer->dtype == DType::f32) return explain_onednn_lstm(*layer, *annotated, out);
  const InputLayout layout = layout_of_input(call, *layer);
  if (layout == InputLayout::unknown) return out.refuse("an input whose features do not lie together has no model");
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    if (sizes_at(call.inputs, i) && !lie_together_at(call, i, 0)) return out.refuse("a state with gaps has no model");
  }
  Parts parts(out);
  for (std::int64_t i = 0; i < layer->layers; ++i) {
    for (std::int64_t direction = 0; direction < layer->directions; ++direction) {
      LayerParts each(cell, *layer, layer->width_of(i), parts);
      if (each.slices_single_units()) return out.refuse(kSingleUnits);
      each.input_product(i == 0 ? layout : InputLayout::together);
      each.steps(layer->steps);
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
  step.batch = (*input)[0], step.width = (*input)[1], step.hidden = (*weight)[1];
  step.biases = call.inputs.size() > 5 && !is_none_at(call.inputs, 4) && !is_none_at(call.inputs, 5);
  Parts parts(out);
  LayerParts each(cell, step, step.width, parts);
  if (each.slices_single_units()) return out.refuse(kSingleUnits);
  each.input_product(InputLayout::together);
  each.steps(1);
  parts.explain(kSteps, *annotated);
}

constexpr auto kLstm = explain_layers<Cell::lstm>;
constexpr auto kGru = explain_layers<Cell::gru>;
constexpr auto kTanh = explain_layers<Cell::tanh>;
constexpr auto kRelu = explain_layers<Cell::relu>;

constexpr KernelModel kModels[] = {
    {"aten::gru.input", kGru, Layout::any},       {"aten::gru_cell", explain_cell<Cell::gru>},
    {"aten::lstm.input", kLstm, Layout::any},     {"aten::lstm_cell", explain_cell<Cell::lstm>},
    {"aten::rnn_relu.input", kRelu, Layout::any}, {"aten::rnn_relu_cell", explain_cell<Cell::relu>},
    {"aten::rnn_tanh.input", kTanh, Layout::any}, {"aten::rnn_tanh_cell", explain_cell<Cell::tanh>},
};

}  // namespace

std::span<const KernelModel> recurrent_models() { return kModels; }
std::span<const CauseInfo> recurrent_causes() { return kCauses; }

}  // namespace flopaudit
