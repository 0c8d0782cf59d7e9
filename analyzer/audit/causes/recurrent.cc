// Recurrent layers and cells, which ATen puts together step by step from products and elementwise functions; an LSTM in
// f32 is oneDNN's and has no model.
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/validation/standard.csv: 1 to 12 steps, 1 to 5 sequences, 4 to 48 wide, 1 to 3 layers, both directions";
constexpr CauseInfo kCauses[] = {
    {"step by step",
     "The input's products of all steps are one, then each step is a product with the state and elementwise functions, "
     "each with what its kernel adds.",
     "aten::lstm.input (f64), gru.input, rnn_tanh.input, rnn_relu.input", "standard",
     "the sum of its parts: linear, add_, sigmoid_, tanh, mul, sub, relu", kProbes},
};
constexpr const CauseInfo& kSteps = kCauses[0];

enum class Cell { lstm, gru, tanh, relu };

std::int64_t gates_of(Cell cell) { return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1; }

// One direction of one layer, or a cell.
struct Layer {
  Cell cell = Cell::lstm;
  DType dtype = DType::f32;
  std::int64_t steps = 1, batch = 1, width = 0, hidden = 0;
  bool biases = false;
};

class LayerParts {
 public:
  LayerParts(const Layer& layer, Parts& parts) : layer_(layer), parts_(parts) {}

  // The product of the input of all steps. Where a batch comes first it lies otherwise in memory, and the bias is added
  // behind.
  void input_product(bool lies_otherwise) {
    const std::int64_t rows = gates_of(layer_.cell) * layer_.hidden;
    const Fact input = tensor({layer_.steps, layer_.batch, layer_.width}), weight = tensor({rows, layer_.width});
    if (!lies_otherwise || !layer_.biases) return parts_.add("aten::linear", {input, weight, bias(rows)});
    parts_.add("aten::linear", {input, weight, Fact::none()});
    parts_.add("aten::add_.Tensor", {tensor({layer_.steps, layer_.batch, rows}), tensor({rows}), Fact::integer(1)});
  }

  void steps(std::int64_t count) {
    const std::int64_t rows = gates_of(layer_.cell) * layer_.hidden;
    const Fact state = tensor({layer_.batch, layer_.hidden});
    parts_.add("aten::linear", {state, tensor({rows, layer_.hidden}), bias(rows)}, count);
    switch (layer_.cell) {
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
  Fact bias(std::int64_t rows) const { return layer_.biases ? tensor({rows}) : Fact::none(); }

  const Layer& layer_;
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
template <Cell cell>
void explain_layers(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto classes = precision_of(dtype);
  const auto biases = bool_at_place(call.inputs, 3), both = bool_at_place(call.inputs, 7);
  const auto batch_first = bool_at_place(call.inputs, 8), train = bool_at_place(call.inputs, 6);
  const auto layers = ints_at_place(call.inputs, 4, 1);
  const auto hidden = call.inputs.size() > 1 ? hidden_of(call.inputs[1]) : std::nullopt;
  if (!input || input->size() != 3 || !biases || !both || !batch_first || !train || !layers || !hidden) {
    return out.refuse("a shape or flag is not known, or the state is projected");
  }
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (cell == Cell::lstm && classes->f32) return out.refuse("oneDNN's LSTM has no model");
  if (*train && layers->front() > 1 && number_at_place(call.inputs, 5) != 0.0) {
    return out.refuse("dropout between recurrent layers has no model");
  }
  const bool together = input->front() == 1 || (*input)[1] == 1;
  if (cell != Cell::lstm && *batch_first && !together) return out.refuse("a batch that comes first has no model");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Layer layer{cell,    *dtype, (*input)[*batch_first ? 1 : 0], (*input)[*batch_first ? 0 : 1], (*input)[2],
              *hidden, *biases};
  const std::int64_t directions = *both ? 2 : 1;
  Parts parts(out);
  for (std::int64_t i = 0; i < layers->front(); ++i) {
    const bool lies_otherwise = i == 0 && *batch_first && layer.batch > 1 && layer.steps > 1;
    for (std::int64_t direction = 0; direction < directions; ++direction) {
      LayerParts each(layer, parts);
      each.input_product(lies_otherwise);
      each.steps(layer.steps);
    }
    layer.width = directions * layer.hidden;
  }
  parts.explain(kSteps, *annotated);
}

constexpr auto kLstm = explain_layers<Cell::lstm>;
constexpr auto kGru = explain_layers<Cell::gru>;
constexpr auto kTanh = explain_layers<Cell::tanh>;
constexpr auto kRelu = explain_layers<Cell::relu>;

constexpr KernelModel kModels[] = {
    {"aten::gru.input", kGru},
    {"aten::lstm.input", kLstm},
    {"aten::rnn_relu.input", kRelu},
    {"aten::rnn_tanh.input", kTanh},
};

}  // namespace

std::span<const KernelModel> recurrent_models() { return kModels; }
std::span<const CauseInfo> recurrent_causes() { return kCauses; }

}  // namespace flopaudit
