// `fvcore`: FlopCountAnalysis(model, inputs).total() of fvcore 0.1.5.post20221221, on the trace that the file holds.
// Sources: fvcore/nn/jit_handles.py and flop_count.py. Ops without a handle are 0 there, listed by unsupported_ops().
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "analyzer/conventions/convention_list.h"
#include "analyzer/ops/einsum_terms.h"
#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {
namespace {

using Labels = std::set<std::string>;

RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  if (conv.padding_in_words) return Expr(0);  // traces as _convolution_mode, which has no handle
  return conv.input[0] * product_of(conv.weight) * product_of(conv.transposed ? conv.input : conv.output, 2);
}

RuleResult<Expr> linear(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  return product_of(shapes.left) * shapes.right[0];
}

// Batch dims of the second factor do not count.
RuleResult<Expr> product(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  if (shapes.right.size() < 2) return missing("fvcore raises on a product with a vector");
  return product_of(shapes.left) * shapes.right.back();
}

template <int affine, int plain>
RuleResult<Expr> norm(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  if (input.size() < 2 || input.size() > 5) return missing("fvcore raises on a norm of other than 2 to 5 dims");
  return product_of(input) * Expr(is_affine(view, inputs) ? affine : plain);
}

RuleResult<Expr> batch_norm(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const bool training, bool_at(inputs, 5));
  if (training) return norm<5, 4>(view, inputs, outputs);
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return elements * Expr(is_affine(view, inputs) ? 2 : 1);
}

template <int times>
RuleResult<Expr> per_output(const NodeView&, const Facts&, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return elements * Expr(times);
}

RuleResult<Expr> per_input(const NodeView&, const Facts& inputs, const Facts&) { return elements_at(inputs, 0); }

// A scripted cell is one op; traced, it is its two linear maps and what fvcore has no handle for.
template <std::int64_t gates>
RuleResult<Expr> cell(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const std::optional<CellShapes> shapes, cell_shapes(view, inputs, gates));
  if (!shapes) return Expr(0);
  return shapes->batch * Expr(gates) * shapes->hidden_size * (shapes->input_size + shapes->hidden_size);
}

// fvcore hooks modules, and a hooked nn.TransformerEncoderLayer does not run fused; the attention in it still does.
RuleResult<Expr> encoder_layer(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr source, elements_at(inputs, 0));
  FA_RULE(const TensorFact* norm_weight, optional_tensor_at(inputs, 10));
  FA_RULE(const std::vector<Expr> feedforward, known_dims_at(inputs, 14));  // [width, embed_dim]
  if (feedforward.size() != 2) return missing("the feedforward weight has no 2 dims");
  return Expr(2) * source * (Expr(norm_weight != nullptr ? 5 : 4) + feedforward[0]);
}

// --- einsum: numpy.einsum_path(equation, ..., optimize="optimal"), its printed operation count halved ---

struct Contraction {
  std::int64_t cost = 0;
  std::vector<Labels> operands;
};

std::int64_t size_of(const Labels& labels, const std::map<std::string, std::int64_t>& sizes) {
  std::int64_t size = 1;
  for (const std::string& label : labels) {
    if (__builtin_mul_overflow(size, sizes.at(label), &size)) return INT64_MAX / 4;
  }
  return size;
}

// Contracts operands i and j (or all, where `all`), and adds what that costs.
Contraction contract(const Contraction& from, std::size_t i, std::size_t j, bool all, const Labels& output,
                     const std::map<std::string, std::int64_t>& sizes) {
  Contraction to{from.cost, {}};
  Labels used;
  Labels kept = output;
  for (std::size_t k = 0; k < from.operands.size(); ++k) {
    if (all || k == i || k == j) {
      used.insert(from.operands[k].begin(), from.operands[k].end());
    } else {
      kept.insert(from.operands[k].begin(), from.operands[k].end());
      to.operands.push_back(from.operands[k]);
    }
  }
  Labels result;
  for (const std::string& label : used) {
    if (kept.contains(label)) result.insert(label);
  }
  const std::int64_t terms = all ? static_cast<std::int64_t>(from.operands.size()) : 2;
  const std::int64_t factor = std::max<std::int64_t>(1, terms - 1) + (result.size() < used.size() ? 1 : 0);
  to.cost += std::min<std::int64_t>(size_of(used, sizes), INT64_MAX / 64) * factor;
  to.operands.push_back(std::move(result));
  return to;
}

// Every order of pairs whose intermediate results are not larger than the largest operand or the output.
std::int64_t optimal_cost(const Contraction& start, const Labels& output, std::int64_t largest,
                          const std::map<std::string, std::int64_t>& sizes) {
  std::vector<Contraction> states = {start};
  const auto cheapest = [&] {
    return *std::min_element(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
  };
  for (std::size_t left = start.operands.size(); left > 1; --left) {
    std::vector<Contraction> next;
    for (const Contraction& state : states) {
      for (std::size_t i = 0; i < left; ++i) {
        for (std::size_t j = i + 1; j < left; ++j) {
          Contraction result = contract(state, i, j, false, output, sizes);
          if (size_of(result.operands.back(), sizes) <= largest) next.push_back(std::move(result));
        }
      }
    }
    if (next.empty()) return contract(cheapest(), 0, 0, true, output, sizes).cost;
    states = std::move(next);
  }
  return cheapest().cost;
}

// It prints the count with four digits and reads it back.
std::int64_t halved_as_printed(std::int64_t cost) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3e", static_cast<double>(cost));
  return static_cast<std::int64_t>(std::floor(std::strtod(text, nullptr) / 2));
}

// Two equations are special, in any letters: abc,abd->acd and abc,adc->adb.
bool is_equation(const EinsumTerms& terms, const char* a, const char* b, const char* output) {
  if (terms.inputs.size() != 2 || terms.has_ellipsis) return false;
  std::map<std::string, char> names;
  std::string found;
  for (const auto* term : {&terms.inputs[0], &terms.inputs[1], &terms.output}) {
    for (const std::string& label : *term) {
      found += names.try_emplace(label, static_cast<char>('a' + names.size())).first->second;
    }
    found += ' ';
  }
  return found == std::string(a) + " " + b + " " + output + " ";
}

RuleResult<Expr> einsum(const NodeView&, const Facts& inputs, const Facts&) {
  constexpr std::size_t kMostOperands = 6;  // the orders to try grow as the square of a factorial
  FA_RULE(const EinsumTerms terms, einsum_terms(inputs));
  if (is_equation(terms, "abc", "abd", "acd")) return product_of(terms.shapes[0]) * terms.shapes[1].back();
  if (is_equation(terms, "abc", "adc", "adb")) return product_of(terms.shapes[0]) * terms.shapes[1][1];
  if (terms.inputs.size() > kMostOperands) return missing("an einsum of more operands than six");
  std::map<std::string, std::int64_t> sizes;
  for (const auto& [label, size] : terms.sizes) {
    const auto constant = size.constant();
    if (!constant) return missing("fvcore rounds the operation count of an einsum, which takes numbers");
    sizes.emplace(label, *constant);
  }
  Contraction start;
  const Labels output(terms.output.begin(), terms.output.end());
  std::int64_t largest = size_of(output, sizes);
  for (const EinsumTerms::Term& term : terms.inputs) {
    start.operands.emplace_back(term.begin(), term.end());
    std::int64_t size = 1;  // of the operand as it is, a repeated letter twice
    for (const std::string& label : term) size *= sizes.at(label);
    largest = std::max(largest, size);
  }
  const bool at_once = start.operands.size() <= 2 || terms.labels() == output;
  const std::int64_t cost = at_once ? contract(start, 0, 0, true, output, sizes).cost
                                    : optimal_cost(start, output, largest, sizes);
  return Expr(halved_as_printed(cost + 1));
}

const std::vector<OpRow>& rows() {
  static const std::vector<OpRow> table = {
      {"aten::_transformer_encoder_layer_fwd", encoder_layer},
      {"aten::adaptive_avg_pool2d", per_input},
      {"aten::addmm", product},
      {"aten::batch_norm", batch_norm},
      {"aten::bmm", product},
      {"aten::convolution", convolution},
      {"aten::einsum", einsum},
      {"aten::grid_sampler", per_output<4>},
      {"aten::group_norm", norm<5, 4>},
      {"aten::gru_cell", cell<3>},
      {"aten::instance_norm", norm<5, 4>},
      {"aten::layer_norm", norm<5, 4>},
      {"aten::linear", linear},
      {"aten::lstm_cell", cell<4>},
      {"aten::matmul", product},
      {"aten::mm", product},
      {"aten::rnn_relu_cell", cell<1>},
      {"aten::rnn_tanh_cell", cell<1>},
      {"aten::upsample_bilinear2d", per_output<4>},
      {"aten::upsample_nearest2d", per_output<1>},
  };
  return table;
}

RuleResult<Range> of_node(const NodeView& view) {
  const ExecutionRule rule = find_rule(rows(), view);
  return rule == nullptr ? Range() : over_executions(view, rule);
}

}  // namespace

const Convention kFvcore = {
    "fvcore", "MAC",
    "as fvcore 0.1.5: a multiply-add of products and convolutions; batch_norm 2 an element, other norms 5 (1 and 4 "
    "without weight); nearest and bilinear upsampling 1 and 4 an output; adaptive_avg_pool2d 1 an input",
    "softmax, activations, other pools, elementwise ops, RNNs, fused attention and padding='same' are 0; a product's "
    "second factor lends no batch dims",
    of_node};

}  // namespace flopaudit
