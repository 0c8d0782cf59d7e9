// `xla`: the `flops` of XLA's HloCostAnalysis for the same graph. Source: xla/service/hlo_cost_analysis.cc of
// openxla/xla 001918b. 2 for a multiply-add; 1 for each element of an elementwise op, comparisons, conversions and
// selections too, of any dtype; a reduction 1 a step. Transcendental functions (sqrt among them) are a column of their
// own there. A convolution leaves out padding. No cost: batch norm (not done there), gathers, layout. A loop's body counts
// once, and of two branches the dearer.
//
// How an op becomes HLO is ours to say: its work, by the table of flopaudit, is what the parts add up to.
#include "analyzer/conventions/convention_list.h"
#include "analyzer/conventions/layer_shapes.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/support/expr_log2.h"

namespace flopaudit {
namespace {

// Of sizes from 1 on.
Expr floor_log2(const Expr& size) { return ceil_log2(size + Expr(1)) - Expr(1); }

RuleResult<Expr> nothing(const NodeView&, const Facts&, const Facts&) { return Expr(0); }
RuleResult<Expr> per_output(const NodeView&, const Facts&, const Facts& outputs) { return elements_at(outputs, 0); }

// n * ceil(log2 n) of all elements, however long the rows.
RuleResult<Expr> sort(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return elements * ceil_log2(elements);
}

// 8 for each element and each factor floor(log2 length), multiplied over the dims.
RuleResult<Expr> fft(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  const bool to_real = view.op.ends_with("irfft") || view.op.ends_with("irfft2") || view.op.ends_with("irfftn");
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> real, known_dims_at(to_real ? outputs : inputs, 0));
  std::vector<bool> transformed(real.size(), false);
  if (view.op.ends_with("2") || view.op.ends_with("n")) {
    FA_RULE(const Fact* dims, fact_at(inputs, 2));
    if (dims->is_none()) {
      transformed.assign(real.size(), true);
    } else {
      FA_RULE(const std::vector<std::int64_t> named, constants_at(inputs, 2));
      for (const std::int64_t dim : named) {
        const std::int64_t wrapped = dim < 0 ? dim + static_cast<std::int64_t>(real.size()) : dim;
        if (wrapped >= 0 && wrapped < static_cast<std::int64_t>(real.size())) {
          transformed[static_cast<std::size_t>(wrapped)] = true;
        }
      }
    }
  } else {
    FA_RULE(const std::int64_t dim, constant_at(inputs, 2));
    const std::int64_t wrapped = dim < 0 ? dim + static_cast<std::int64_t>(real.size()) : dim;
    if (wrapped < 0 || wrapped >= static_cast<std::int64_t>(real.size())) return missing("the dim is not there");
    transformed[static_cast<std::size_t>(wrapped)] = true;
  }
  Expr factors = 1;
  for (std::size_t dim = 0; dim < real.size(); ++dim) {
    if (transformed[dim]) factors *= floor_log2(real[dim]);
  }
  return Expr(8) * factors * product_of(real);
}

const std::vector<OpRow>& rows() {
  static const std::vector<OpRow> table = {
      {"aten::abs", per_output},         {"aten::argsort", sort},      {"aten::batch_norm", nothing},
      {"aten::bitwise_not", per_output}, {"aten::ceil", per_output},   {"aten::embedding", nothing},
      {"aten::fft_fft", fft},            {"aten::fft_fft2", fft},      {"aten::fft_fftn", fft},
      {"aten::fft_ifft", fft},           {"aten::fft_ifft2", fft},     {"aten::fft_ifftn", fft},
      {"aten::fft_irfft", fft},          {"aten::fft_irfft2", fft},    {"aten::fft_irfftn", fft},
      {"aten::fft_rfft", fft},           {"aten::fft_rfft2", fft},     {"aten::fft_rfftn", fft},
      {"aten::floor", per_output},       {"aten::gather", nothing},    {"aten::index_select", nothing},
      {"aten::msort", sort},             {"aten::neg", per_output},    {"aten::round", per_output},
      {"aten::sign", per_output},        {"aten::sort", sort},         {"aten::topk", sort},
      {"aten::where", per_output},
  };
  return table;
}

Expr total_of(const Work& work, std::initializer_list<WorkClass> classes) {
  Expr sum;
  for (const WorkClass work_class : classes) sum += work.total(work_class);
  return sum;
}

// By the work of the op's own row.
RuleResult<Expr> by_work(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  const OpSpec* row = find_op(view.node.op.full());
  if (row == nullptr || !has_work(*row)) return Expr(0);
  FA_RULE(const Work work, work_of(*row, inputs, outputs));
  if (depends_on_elements(*row)) {
    FA_RULE(const Work least, least_work_of(*row, inputs, outputs));
    if (!(least == work)) return missing("the work depends on the elements of a tensor");
  }
  Expr products = work.total(WorkClass::mac);
  if (view.op == "aten::convolution" && !work.valid_mac.empty()) {
    products = Expr(0);
    for (const auto& [key, count] : work.operations) {
      if (key.first != WorkClass::mac) continue;
      const auto valid = work.valid_mac.find(key.second);
      products += valid == work.valid_mac.end() ? count : valid->second;
    }
  }
  return Expr(2) * products + total_of(work, {WorkClass::mul, WorkClass::add, WorkClass::div, WorkClass::compare,
                                              WorkClass::convert, WorkClass::integer});
}

// Of one execution, however often a loop runs it; [0, ...] where a branch may not run it at all.
RuleResult<Range> of_node(const NodeView& view) {
  const Node& node = view.node;
  const ExecutionRule special = find_rule(rows(), view);
  if (special == nullptr && (node.state == WorkState::no_rule || node.state == WorkState::no_shape)) {
    return missing(node.why);
  }
  // A custom operator has a rule of the user's, which XLA knows nothing of.
  if (special == nullptr && node.state == WorkState::known && find_op(node.op.full()) == nullptr) {
    return missing("an operator of the user's is a custom call, whose cost XLA does not know");
  }
  if (node.cases.empty()) return over_executions(view, special == nullptr ? by_work : special);
  const Execution& first = node.cases.front();
  RuleResult<Expr> cost = (special == nullptr ? by_work : special)(view, first.inputs, first.outputs);
  if (!cost) return cost.failure();
  return Range(min(first.count.min, Expr(1)), Expr(1)) * Range(*cost);
}

}  // namespace

const Convention kXla = {
    "xla", "FLOP",
    "as XLA's cost analysis (001918b): 2 for a multiply-add, 1 for each add, mul, div, comparison, conversion, "
    "selection, neg, abs and rounding, of integers too; padding of convolutions is left out",
    "sqrt is a transcendental; batch_norm is 0; sort n*ceil(log2 n), fft 8*n*floor(log2) multiplied over the dims; a "
    "loop's body counts once, of two branches the dearer",
    of_node, true};

}  // namespace flopaudit
