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

// Operations for each element, by class.
using Each = std::vector<std::pair<WorkClass, std::int64_t>>;
using enum WorkClass;
const Each kNothing = {};
const Each kMul = {{mul, 1}};
const Each kAdd = {{add, 1}};
Each of(std::int64_t muls, std::int64_t adds, std::int64_t divs = 0, std::initializer_list<WorkClass> functions = {}) {
  Each each;
  if (muls > 0) each.emplace_back(WorkClass::mul, muls);
  if (adds > 0) each.emplace_back(WorkClass::add, adds);
  if (divs > 0) each.emplace_back(WorkClass::div, divs);
  for (const WorkClass function : functions) each.emplace_back(function, 1);
  return each;
}

// Operands of a product by position; what is added to it, if anything.
struct Product {
  std::vector<std::size_t> factors;
  int summand = -1;
};
// For each element of the result and each operand that needs a gradient, in the order of operands; the last holds for
// all further ones.
struct PerOutput {
  std::vector<Each> each;
};
struct PerInput {
  Each each;
};
// Of vectors; the norm of a matrix by its singular values is another thing.
struct VectorNorm {};
struct Norm {
  std::size_t weight;  // position; the bias is behind it
};
struct AsForward {
  std::int64_t times;
};
struct Attention {};
struct Recurrent {};

using Rule = std::variant<Product, PerOutput, PerInput, VectorNorm, Norm, AsForward, Attention, Recurrent>;

struct Row {
  const char* op;
  std::string formula;
  Rule rule;
};

// "2n mul, n add, n exp".
std::string text_of(const Each& each) {
  std::string text;
  for (const auto& [work_class, count] : each) {
    text +=
        (text.empty() ? "" : ", ") + (count == 1 ? "" : std::to_string(count)) + "n " + std::string(name(work_class));
  }
  return text.empty() ? "0" : text;
}

// An elementwise op whose operands that need a gradient cost the same each.
Row per_element(const char* op, const Each& each) { return {op, text_of(each), PerOutput{{each}}}; }

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
      {"aten::add", "0, n mul for an alpha that is not 1; sums over what was broadcast", PerOutput{{kNothing}}},
      {"aten::sub", "0; sums over what was broadcast", PerOutput{{kNothing}}},
      {"aten::rsub", "0; sums over what was broadcast", PerOutput{{kNothing}}},
      {"aten::mul", "n mul for each factor; sums over what was broadcast", PerOutput{{kMul}}},
      {"aten::div", "n div; n mul, n div for the divisor", PerOutput{{of(0, 0, 1), of(1, 0, 1)}}},
      {"aten::maximum", kMasked, PerOutput{{kMul}}},
      {"aten::minimum", kMasked, PerOutput{{kMul}}},
      {"aten::where", kMasked, PerOutput{{kMul}}},
      {"aten::masked_fill", kMasked, PerOutput{{kMul}}},
      per_element("aten::lerp", of(1, 1)),
      // elementwise, of one operand
      {"aten::abs", kMasked, PerOutput{{kMul}}},
      per_element("aten::celu", of(2, 1)),
      {"aten::clamp", kMasked, PerOutput{{kMul}}},
      {"aten::clamp_max", kMasked, PerOutput{{kMul}}},
      {"aten::clamp_min", kMasked, PerOutput{{kMul}}},
      per_element("aten::cos", of(1, 0, 0, {sin})),
      per_element("aten::elu", of(2, 1)),
      per_element("aten::erf", of(3, 0, 0, {exp})),
      per_element("aten::exp", kMul),
      per_element("aten::gelu", of(7, 2, 0, {erf, exp})),
      per_element("aten::glu", of(4, 1)),
      {"aten::hardsigmoid", kMasked, PerOutput{{kMul}}},
      per_element("aten::hardswish", of(2, 1)),
      {"aten::hardtanh", kMasked, PerOutput{{kMul}}},
      {"aten::leaky_relu", kMasked, PerOutput{{kMul}}},
      per_element("aten::log", of(0, 0, 1)),
      per_element("aten::log1p", of(0, 1, 1)),
      per_element("aten::log_sigmoid", of(1, 1, 1, {exp})),
      per_element("aten::mish", of(5, 4, 2, {exp, log, tanh})),
      per_element("aten::neg", kNothing),
      per_element("aten::pow", of(2, 0, 0, {pow})),
      per_element("aten::prelu", kMul),
      per_element("aten::reciprocal", of(2, 0)),
      {"aten::relu", kMasked, PerOutput{{kMul}}},
      {"aten::relu6", kMasked, PerOutput{{kMul}}},
      per_element("aten::rsqrt", of(3, 0)),
      per_element("aten::selu", of(2, 1)),
      per_element("aten::sigmoid", of(2, 1)),
      per_element("aten::silu", of(3, 3, 1, {exp})),
      per_element("aten::sin", of(1, 0, 0, {cos})),
      per_element("aten::softplus", of(1, 1, 1, {exp})),
      per_element("aten::sqrt", of(1, 0, 1)),
      per_element("aten::square", of(2, 0)),
      per_element("aten::tanh", of(2, 1)),
      {"aten::threshold", kMasked, PerOutput{{kMul}}},
      // along a dim
      per_element("aten::cumsum", kAdd),
      per_element("aten::log_softmax", of(1, 2, 0, {exp})),
      per_element("aten::softmax", of(2, 2)),
      {"aten::logsumexp", "n mul, n add of the operand (and exp)", PerInput{of(1, 1, 0, {exp})}},
      {"aten::amax", kMoved, PerOutput{{kNothing}}},
      {"aten::amin", kMoved, PerOutput{{kNothing}}},
      {"aten::max", kMoved, PerOutput{{kNothing}}},
      {"aten::min", kMoved, PerOutput{{kNothing}}},
      {"aten::sort", kMoved, PerOutput{{kNothing}}},
      {"aten::sum", kMoved, PerOutput{{kNothing}}},
      {"aten::topk", kMoved, PerOutput{{kNothing}}},
      per_element("aten::mean", of(0, 0, 1)),
      {"aten::std", "2 mul, 1 add for each element of the operand", PerInput{of(2, 1)}},
      {"aten::var", "2 mul, 1 add for each element of the operand", PerInput{of(2, 1)}},
      {"aten::norm", "1 mul, 1 div for each element of the operand", VectorNorm{}},
      {"aten::linalg_norm", "1 mul, 1 div for each element of the operand, of vectors", VectorNorm{}},
      {"aten::linalg_vector_norm", "1 mul, 1 div for each element of the operand", VectorNorm{}},
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
      {"aten::adaptive_max_pool2d", kScattered, PerOutput{{kAdd}}},
      {"aten::max_pool1d", kScattered, PerOutput{{kAdd}}},
      {"aten::max_pool2d", kScattered, PerOutput{{kAdd}}},
      {"aten::max_pool3d", kScattered, PerOutput{{kAdd}}},
      {"aten::grid_sampler", "twice the forward: the places have a gradient too", AsForward{2}},
      {"aten::upsample_bicubic2d", kForwardText, AsForward{1}},
      {"aten::upsample_bilinear2d", kForwardText, AsForward{1}},
      {"aten::upsample_linear1d", kForwardText, AsForward{1}},
      {"aten::upsample_trilinear3d", kForwardText, AsForward{1}},
      {"torchvision::roi_align", kForwardText, AsForward{1}},
      {"aten::upsample_nearest1d", kScattered, PerOutput{{kAdd}}},
      {"aten::upsample_nearest2d", kScattered, PerOutput{{kAdd}}},
      {"aten::upsample_nearest3d", kScattered, PerOutput{{kAdd}}},
      {"aten::embedding", kScattered, PerOutput{{kAdd}}},
      {"aten::gather", kScattered, PerOutput{{kAdd}}},
      {"aten::index", kScattered, PerOutput{{kAdd}}},
      {"aten::index_add", kMoved, PerInput{kNothing}},
      {"aten::index_select", kScattered, PerOutput{{kAdd}}},
      {"aten::scatter_add", kMoved, PerInput{kNothing}},
      {"aten::take", kScattered, PerOutput{{kAdd}}},
      {"aten::unfold", kScattered, PerOutput{{kAdd}}},
      {"aten::expand", "sums over what was expanded", PerOutput{{kNothing}}},
      {"aten::expand_as", "sums over what was expanded", PerOutput{{kNothing}}},
      {"aten::repeat", "sums over what was repeated", PerOutput{{kNothing}}},
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

// In what the node computes: of its result, of its first operand where that is a list or unknown.
DType dtype_of(const Node& node) {
  for (const Execution& execution : node.cases) {
    for (const auto* facts : {&execution.outputs, &execution.inputs}) {
      const TensorFact* tensor = facts->empty() ? nullptr : facts->front().tensor();
      if (tensor != nullptr && tensor->dtype) return *tensor->dtype;
    }
  }
  return DType::f32;
}

Range times(std::int64_t count, const Range& range) { return Range(Expr(count)) * range; }
Range half(const Range& range) { return {floor_div(range.min, Expr(2)), floor_div(range.max, Expr(2))}; }

bool is_arithmetic(WorkClass work_class) {
  return work_class == mul || work_class == add || work_class == div || work_class == WorkClass::sqrt;
}

// What the forward computes, `count` times: a mac as the mul and the add that it is, unless it is `without_macs`.
WorkTotal as_forward(const WorkTotal& forward, std::int64_t count, bool without_macs) {
  WorkTotal work;
  for (const auto& [key, amount] : forward.operations) {
    const auto& [work_class, dtype] = key;
    if (is_arithmetic(work_class)) work.add(work_class, dtype, times(count, amount));
    if (work_class != mac || without_macs) continue;
    work.add(mul, dtype, times(count, amount));
    work.add(add, dtype, times(count, amount));
  }
  return work;
}

// A product or its like: what of it needs a gradient.
class Gradients {
 public:
  Gradients(const NodeView& view, const GradientFlow& flow)
      : node_(view.node), flow_(flow), dtype_(dtype_of(view.node)) {}

  bool needs(std::size_t i) const { return i < node_.operands.size() && flow_.needs_gradient(node_.operands[i]); }

  RuleResult<WorkTotal> operator()(const Product& product) const {
    WorkTotal work;
    for (const std::size_t factor : product.factors) {
      if (needs(factor)) work.add(mac, dtype_, macs(node_.work));
    }
    if (product.summand >= 0 && needs(static_cast<std::size_t>(product.summand))) {
      FA_RULE(const Range sums, outputs(node_));
      work.add(add, dtype_, sums);
    }
    return work;
  }

  RuleResult<WorkTotal> operator()(const PerOutput& per_output) const {
    FA_RULE(const Range result, outputs(node_));
    WorkTotal work;
    std::size_t place = 0;
    for (std::size_t i = 0; i < node_.operands.size(); ++i) {
      const bool is_tensor = node_.operands[i]->type.kind == Type::Kind::tensor;
      const std::size_t mine = std::min(place, per_output.each.size() - 1);
      place += is_tensor ? 1 : 0;
      if (!needs(i)) continue;
      add_each(work, per_output.each[mine], result);
      if (!is_tensor) continue;
      FA_RULE(const Range sums, broadcast_sums(i));
      work.add(add, dtype_, sums);
    }
    return work;
  }

  RuleResult<WorkTotal> operator()(const PerInput& per_input) const {
    FA_RULE(const Range all, operand(node_, 0));
    WorkTotal work;
    add_each(work, per_input.each, all);
    return work;
  }

  RuleResult<WorkTotal> operator()(const VectorNorm&) const {
    if (node_.op.overload == "ord_str") return missing("the backward of a matrix norm is not known");
    // linalg_norm(x, ord, dim): all dims as one vector where no order is given, else along as many dims as are named.
    if (node_.op.name == "aten::linalg_norm" && !is_none(1) && !is_vector())
      return missing("the backward of a matrix norm is not known");
    return (*this)(PerInput{of(1, 0, 1)});
  }

  RuleResult<WorkTotal> operator()(const Norm& norm) const {
    FA_RULE(const Range all, outputs(node_));
    const bool affine = needs(norm.weight) || needs(norm.weight + 1);
    WorkTotal work;
    add_each(work, needs(0) ? of(5, 5) : affine ? of(2, 3) : kNothing, all);
    return work;
  }

  RuleResult<WorkTotal> operator()(const AsForward& each) const { return as_forward(node_.work, each.times, false); }

  RuleResult<WorkTotal> operator()(const Attention&) const {
    const Range product = half(macs(node_.work));
    const bool weights = needs(0) || needs(1);
    WorkTotal work;
    for (const bool each : {needs(0), needs(1), needs(2), weights}) {
      if (each) work.add(mac, dtype_, product);
    }
    if (weights) add_each(work, of(2, 2), node_.work.total(exp));
    return work;
  }

  RuleResult<WorkTotal> operator()(const Recurrent&) const {
    WorkTotal work = as_forward(node_.work, 1, true);
    work.add(mac, dtype_, times(2, macs(node_.work)));
    return work;
  }

 private:
  void add_each(WorkTotal& work, const Each& each, const Range& elements) const {
    for (const auto& [work_class, count] : each) work.add(work_class, dtype_, times(count, elements));
  }

  bool is_none(std::size_t i) const {
    return i >= node_.operands.size() || node_.operands[i]->fact.get<NoneFact>() != nullptr;
  }
  // The operand `dim` names one, or there is but one.
  bool is_vector() const {
    const auto* dims = node_.operands.size() < 3 ? nullptr : node_.operands[2]->fact.get<ListFact>();
    if (dims != nullptr) return dims->elements != nullptr && dims->elements->length() == Dim(Expr(1));
    const TensorFact* tensor = node_.operands[0]->fact.tensor();
    return tensor != nullptr && tensor->dims && tensor->dims->size() == 1;
  }

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
  DType dtype_;
};

// einsum has its factors in a list.
bool is_einsum(const NodeView& view) { return view.op == "aten::einsum"; }

}  // namespace

BackwardWork::BackwardWork(WorkTotal of_classes)
    : work(std::move(of_classes)), macs(flopaudit::macs(work)), flops(flopaudit::flops(work)) {}

std::vector<BackwardRow> all_backward_rows() {
  std::vector<BackwardRow> all = {{"aten::einsum", "2M mac"}};
  for (const Row& row : rows()) all.push_back({row.op, row.formula});
  std::sort(all.begin(), all.end(), [](const BackwardRow& a, const BackwardRow& b) { return a.op < b.op; });
  return all;
}

RuleResult<BackwardWork> backward_of(const NodeView& view, const GradientFlow& flow) {
  const Node& node = view.node;
  if (node.state == WorkState::no_rule || node.state == WorkState::no_shape) return missing(node.why);
  if (is_einsum(view)) {
    WorkTotal work;
    work.add(mac, dtype_of(node), times(2, macs(node.work)));
    return BackwardWork(std::move(work));
  }
  if (const Row* row = find_row(view.op)) {
    FA_RULE(WorkTotal work, std::visit(Gradients(view, flow), row->rule));
    return BackwardWork(std::move(work));
  }
  // What computes nothing forward moves elements: the gradient is moved back.
  if (node.state == WorkState::zero) return BackwardWork();
  return missing("no rule for the backward of " + view.op);
}

}  // namespace flopaudit
