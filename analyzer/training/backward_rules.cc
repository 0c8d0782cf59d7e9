// The derivative of each op written out, g being the gradient of its result: products by their factors, all else per
// element. Sources are the derivatives themselves; LibTorch's own kernels may fuse, recompute or keep more.
#include "analyzer/training/backward_rules.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <variant>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

// Operands of a product by position; what is added to it, if anything.
struct Product {
  std::vector<std::size_t> factors;
  int summand = -1;
};
// FLOPs for each element: of the result for each operand that needs a gradient, in the order of operands; the last
// holds for all further ones.
struct PerOutput {
  std::vector<std::int64_t> flops;
};
struct PerInput {
  std::int64_t flops;
};
struct Norm {
  std::size_t weight;  // position; the bias is behind it
};
struct AsForward {
  std::int64_t times;
};
struct Attention {};
struct Recurrent {};

using Rule = std::variant<Product, PerOutput, PerInput, Norm, AsForward, Attention, Recurrent>;

struct Row {
  const char* op;
  const char* formula;
  Rule rule;
};

constexpr const char* kFactors = "M mac for each factor that needs a gradient; n add for a bias";
constexpr const char* kMoved = "0: the gradient is moved";
constexpr const char* kScattered = "n add: each gradient is added to its place";
constexpr const char* kMasked = "n mul: by 0 or a slope";
constexpr const char* kNormText =
    "5n mul, 5n add (statistics of the batch or group); 2n mul, 3n add for weight and bias alone";
constexpr const char* kForwardText = "as the forward: each tap the other way";

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      // products
      {"aten::addbmm", kFactors, Product{{1, 2}, 0}},
      {"aten::addmm", kFactors, Product{{1, 2}, 0}},
      {"aten::addmv", kFactors, Product{{1, 2}, 0}},
      {"aten::baddbmm", kFactors, Product{{1, 2}, 0}},
      {"aten::bilinear", kFactors, Product{{0, 1, 2}, 3}},
      {"aten::bmm", kFactors, Product{{0, 1}}},
      {"aten::convolution", kFactors, Product{{0, 1}, 2}},
      {"aten::dot", kFactors, Product{{0, 1}}},
      {"aten::linear", kFactors, Product{{0, 1}, 2}},
      {"aten::matmul", kFactors, Product{{0, 1}}},
      {"aten::mm", kFactors, Product{{0, 1}}},
      {"aten::mv", kFactors, Product{{0, 1}}},
      {"aten::scaled_dot_product_attention",
       "M/2 mac for each of query, key, value and the weights between them; 4 FLOPs for each weight (softmax)",
       Attention{}},
      {"aten::gru", "2M mac, of the first layer's input too; as the forward elsewhere", Recurrent{}},
      {"aten::lstm", "2M mac, of the first layer's input too; as the forward elsewhere", Recurrent{}},
      {"aten::rnn_relu", "2M mac, of the first layer's input too; as the forward elsewhere", Recurrent{}},
      {"aten::rnn_tanh", "2M mac, of the first layer's input too; as the forward elsewhere", Recurrent{}},
      // elementwise, of several operands
      {"aten::add", "0, n mul for an alpha that is not 1; sums over what was broadcast", PerOutput{{0}}},
      {"aten::sub", "0; sums over what was broadcast", PerOutput{{0}}},
      {"aten::rsub", "0; sums over what was broadcast", PerOutput{{0}}},
      {"aten::mul", "n mul for each factor; sums over what was broadcast", PerOutput{{1}}},
      {"aten::div", "n div; n mul, n div for the divisor", PerOutput{{1, 2}}},
      {"aten::maximum", kMasked, PerOutput{{1}}},
      {"aten::minimum", kMasked, PerOutput{{1}}},
      {"aten::where", kMasked, PerOutput{{1}}},
      {"aten::masked_fill", kMasked, PerOutput{{1}}},
      {"aten::lerp", "n mul, n add", PerOutput{{2}}},
      // elementwise, of one operand
      {"aten::abs", kMasked, PerOutput{{1}}},
      {"aten::celu", "2n mul, n add", PerOutput{{3}}},
      {"aten::clamp", kMasked, PerOutput{{1}}},
      {"aten::clamp_max", kMasked, PerOutput{{1}}},
      {"aten::clamp_min", kMasked, PerOutput{{1}}},
      {"aten::cos", "n mul (and n sin)", PerOutput{{1}}},
      {"aten::elu", "2n mul, n add", PerOutput{{3}}},
      {"aten::erf", "3n mul (and n exp)", PerOutput{{3}}},
      {"aten::exp", "n mul", PerOutput{{1}}},
      {"aten::gelu", "7n mul, 2n add (and n erf, n exp)", PerOutput{{9}}},
      {"aten::glu", "as of sigmoid and mul: 4n mul, n add", PerOutput{{5}}},
      {"aten::hardsigmoid", kMasked, PerOutput{{1}}},
      {"aten::hardswish", "2n mul, n add", PerOutput{{3}}},
      {"aten::hardtanh", kMasked, PerOutput{{1}}},
      {"aten::leaky_relu", kMasked, PerOutput{{1}}},
      {"aten::log", "n div", PerOutput{{1}}},
      {"aten::log1p", "n add, n div", PerOutput{{2}}},
      {"aten::log_sigmoid", "n mul, n add, n div (and n exp)", PerOutput{{3}}},
      {"aten::mish", "5n mul, 4n add, 2n div (and exp, log, tanh)", PerOutput{{11}}},
      {"aten::neg", "0", PerOutput{{0}}},
      {"aten::pow", "2n mul (and n pow)", PerOutput{{2}}},
      {"aten::prelu", "2n mul", PerOutput{{1}}},
      {"aten::reciprocal", "2n mul", PerOutput{{2}}},
      {"aten::relu", kMasked, PerOutput{{1}}},
      {"aten::relu6", kMasked, PerOutput{{1}}},
      {"aten::rsqrt", "3n mul", PerOutput{{3}}},
      {"aten::selu", "2n mul, n add", PerOutput{{3}}},
      {"aten::sigmoid", "2n mul, n add", PerOutput{{3}}},
      {"aten::silu", "3n mul, 3n add, n div (and n exp)", PerOutput{{7}}},
      {"aten::sin", "n mul (and n cos)", PerOutput{{1}}},
      {"aten::softplus", "n mul, n add, n div (and n exp)", PerOutput{{3}}},
      {"aten::sqrt", "n mul, n div", PerOutput{{2}}},
      {"aten::square", "2n mul", PerOutput{{2}}},
      {"aten::tanh", "2n mul, n add", PerOutput{{3}}},
      {"aten::threshold", kMasked, PerOutput{{1}}},
      // along a dim
      {"aten::cumsum", "n add", PerOutput{{1}}},
      {"aten::log_softmax", "n mul, 2n add (and n exp)", PerOutput{{3}}},
      {"aten::softmax", "2n mul, 2n add", PerOutput{{4}}},
      {"aten::logsumexp", "n mul, n add of the operand (and exp)", PerInput{2}},
      {"aten::amax", kMoved, PerOutput{{0}}},
      {"aten::amin", kMoved, PerOutput{{0}}},
      {"aten::max", kMoved, PerOutput{{0}}},
      {"aten::min", kMoved, PerOutput{{0}}},
      {"aten::sort", kMoved, PerOutput{{0}}},
      {"aten::sum", kMoved, PerOutput{{0}}},
      {"aten::topk", kMoved, PerOutput{{0}}},
      {"aten::mean", "n div", PerOutput{{1}}},
      {"aten::std", "2 mul, 1 add for each element of the operand", PerInput{3}},
      {"aten::var", "2 mul, 1 add for each element of the operand", PerInput{3}},
      {"aten::norm", "1 mul, 1 div for each element of the operand", PerInput{2}},
      {"aten::linalg_vector_norm", "1 mul, 1 div for each element of the operand", PerInput{2}},
      // norms
      {"aten::batch_norm", kNormText, Norm{1}},
      {"aten::group_norm", kNormText, Norm{2}},
      {"aten::instance_norm", kNormText, Norm{1}},
      {"aten::layer_norm", kNormText, Norm{2}},
      // windows and places
      {"aten::adaptive_avg_pool1d", kForwardText, AsForward{1}},
      {"aten::adaptive_avg_pool2d", kForwardText, AsForward{1}},
      {"aten::adaptive_avg_pool3d", kForwardText, AsForward{1}},
      {"aten::avg_pool1d", kForwardText, AsForward{1}},
      {"aten::avg_pool2d", kForwardText, AsForward{1}},
      {"aten::avg_pool3d", kForwardText, AsForward{1}},
      {"aten::adaptive_max_pool2d", kScattered, PerOutput{{1}}},
      {"aten::max_pool1d", kScattered, PerOutput{{1}}},
      {"aten::max_pool2d", kScattered, PerOutput{{1}}},
      {"aten::max_pool3d", kScattered, PerOutput{{1}}},
      {"aten::grid_sampler", "twice the forward: the places have a gradient too", AsForward{2}},
      {"aten::upsample_bicubic2d", kForwardText, AsForward{1}},
      {"aten::upsample_bilinear2d", kForwardText, AsForward{1}},
      {"aten::upsample_linear1d", kForwardText, AsForward{1}},
      {"aten::upsample_trilinear3d", kForwardText, AsForward{1}},
      {"torchvision::roi_align", kForwardText, AsForward{1}},
      {"aten::upsample_nearest1d", kScattered, PerOutput{{1}}},
      {"aten::upsample_nearest2d", kScattered, PerOutput{{1}}},
      {"aten::upsample_nearest3d", kScattered, PerOutput{{1}}},
      {"aten::embedding", kScattered, PerOutput{{1}}},
      {"aten::gather", kScattered, PerOutput{{1}}},
      {"aten::index", kScattered, PerOutput{{1}}},
      {"aten::index_add", kMoved, PerInput{0}},
      {"aten::index_select", kScattered, PerOutput{{1}}},
      {"aten::scatter_add", kMoved, PerInput{0}},
      {"aten::take", kScattered, PerOutput{{1}}},
      {"aten::expand", "sums over what was expanded", PerOutput{{0}}},
      {"aten::expand_as", "sums over what was expanded", PerOutput{{0}}},
      {"aten::repeat", "sums over what was repeated", PerOutput{{0}}},
  };
  return all;
}

const Row* find_row(std::string_view op) {
  static const std::map<std::string_view, const Row*> index = [] {
    std::map<std::string_view, const Row*> all;
    for (const Row& row : rows()) all.emplace(row.op, &row);
    return all;
  }();
  const auto found = index.find(op);
  return found == index.end() ? nullptr : found->second;
}

std::optional<Expr> elements_of(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  return tensor == nullptr ? std::nullopt : element_count(*tensor);
}

// Elements of a result or an operand over all executions.
RuleResult<Range> elements(const Node& node, std::vector<Fact> Execution::*facts, std::size_t position) {
  Range sum;
  for (const Execution& execution : node.cases) {
    const std::vector<Fact>& all = execution.*facts;
    const auto count = position < all.size() ? elements_of(all[position]) : std::nullopt;
    if (!count) return missing("the size of " + node.op.full() + " is not known");
    sum += execution.count * Range(*count);
  }
  return sum;
}
RuleResult<Range> outputs(const Node& node) { return elements(node, &Execution::outputs, 0); }
RuleResult<Range> operand(const Node& node, std::size_t i) { return elements(node, &Execution::inputs, i); }

Range times(std::int64_t count, const Range& range) { return Range(Expr(count)) * range; }
Range half(const Range& range) { return {floor_div(range.min, Expr(2)), floor_div(range.max, Expr(2))}; }
BackwardWork of_macs(const Range& macs) { return {macs, times(2, macs)}; }
BackwardWork of_flops(const Range& flops) { return {Range(), flops}; }

// A product or its like: what of it needs a gradient.
class Gradients {
 public:
  Gradients(const NodeView& view, const GradientFlow& flow) : node_(view.node), flow_(flow) {}

  bool needs(std::size_t i) const { return i < node_.operands.size() && flow_.needs_gradient(node_.operands[i]); }

  RuleResult<BackwardWork> operator()(const Product& product) const {
    BackwardWork work;
    for (const std::size_t factor : product.factors) {
      if (needs(factor)) work += of_macs(macs(node_.work));
    }
    if (product.summand >= 0 && needs(static_cast<std::size_t>(product.summand))) {
      FA_RULE(const Range sums, outputs(node_));
      work += of_flops(sums);
    }
    return work;
  }

  RuleResult<BackwardWork> operator()(const PerOutput& per_output) const {
    FA_RULE(const Range result, outputs(node_));
    BackwardWork work;
    std::size_t place = 0;
    for (std::size_t i = 0; i < node_.operands.size(); ++i) {
      const bool is_tensor = node_.operands[i]->type.kind == Type::Kind::tensor;
      const std::size_t mine = std::min(place, per_output.flops.size() - 1);
      place += is_tensor ? 1 : 0;
      if (!needs(i)) continue;
      work += of_flops(times(per_output.flops[mine], result));
      if (!is_tensor) continue;
      FA_RULE(const Range sums, broadcast_sums(i));
      work += of_flops(sums);
    }
    return work;
  }

  RuleResult<BackwardWork> operator()(const PerInput& per_input) const {
    FA_RULE(const Range all, operand(node_, 0));
    return of_flops(times(per_input.flops, all));
  }

  RuleResult<BackwardWork> operator()(const Norm& norm) const {
    FA_RULE(const Range all, outputs(node_));
    const bool affine = needs(norm.weight) || needs(norm.weight + 1);
    return of_flops(times(needs(0) ? 10 : affine ? 5 : 0, all));
  }

  RuleResult<BackwardWork> operator()(const AsForward& as_forward) const {
    return of_flops(times(as_forward.times, flops(node_.work)));
  }

  RuleResult<BackwardWork> operator()(const Attention&) const {
    const Range product = half(macs(node_.work));
    const bool weights = needs(0) || needs(1);
    BackwardWork work;
    for (const bool each : {needs(0), needs(1), needs(2), weights}) {
      if (each) work += of_macs(product);
    }
    if (weights) work += of_flops(times(4, node_.work.total(WorkClass::exp)));
    return work;
  }

  RuleResult<BackwardWork> operator()(const Recurrent&) const {
    const Range product = macs(node_.work);
    const Range all = flops(node_.work), rest = {all.min - Expr(2) * product.min, all.max - Expr(2) * product.max};
    BackwardWork work = of_macs(times(2, product));
    work += of_flops(rest);
    return work;
  }

 private:
  // An operand that has fewer elements than the result stood for several of them: its gradients are added up.
  RuleResult<Range> broadcast_sums(std::size_t i) const {
    Range sum;
    for (const Execution& execution : node_.cases) {
      const auto mine = i < execution.inputs.size() ? elements_of(execution.inputs[i]) : std::nullopt;
      const auto result = execution.outputs.empty() ? std::nullopt : elements_of(execution.outputs[0]);
      if (!mine || !result) return missing("the size of " + node_.op.full() + " is not known");
      if (spreads(execution.inputs[i], execution.outputs[0])) sum += execution.count * Range(*result - *mine);
    }
    return sum;
  }
  // Elementwise, with the result's dims but for some that are 1 or not there.
  static bool spreads(const Fact& from, const Fact& to) {
    const auto& small = *from.tensor()->dims;
    const auto& large = *to.tensor()->dims;
    if (small.size() > large.size() || small == large) return false;
    const std::size_t ahead = large.size() - small.size();
    for (std::size_t i = 0; i < small.size(); ++i) {
      if (small[i] != large[i + ahead] && small[i] != Dim(Expr(1))) return false;
    }
    return true;
  }

  const Node& node_;
  const GradientFlow& flow_;
};

// einsum has its factors in a list.
bool is_einsum(const NodeView& view) { return view.op == "aten::einsum"; }

}  // namespace

std::vector<BackwardRow> all_backward_rows() {
  std::vector<BackwardRow> all = {{"aten::einsum", "2M mac"}};
  for (const Row& row : rows()) all.push_back({row.op, row.formula});
  std::sort(all.begin(), all.end(),
            [](const BackwardRow& a, const BackwardRow& b) { return std::string_view(a.op) < b.op; });
  return all;
}

RuleResult<BackwardWork> backward_of(const NodeView& view, const GradientFlow& flow) {
  const Node& node = view.node;
  if (node.state == WorkState::no_rule || node.state == WorkState::no_shape) return missing(node.why);
  if (is_einsum(view)) return of_macs(times(2, macs(node.work)));
  if (const Row* row = find_row(view.op)) return std::visit(Gradients(view, flow), row->rule);
  // What computes nothing forward moves elements: the gradient is moved back.
  if (node.state == WorkState::zero) return BackwardWork();
  return missing("no rule for the backward of " + view.op);
}

}  // namespace flopaudit
