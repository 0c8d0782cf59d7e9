// Activation functions, per element, as their published equations by the rows of DESIGN.md §2.3.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// gelu(x, approximate): x * 0.5 * (1 + erf(x / sqrt 2)) is 1 erf, 3 mul, 1 add. "tanh" is 0.5 * x * (1 +
// tanh(c * (x + 0.044715 * x*x*x))): 1 tanh, 6 mul, 2 add.
RuleResult<Work> work_of_gelu(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::string approximate, string_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  if (approximate == "tanh") {
    return counter.per_output(WorkClass::tanh).per_output(WorkClass::mul, 6).per_output(WorkClass::add, 2).work();
  }
  return counter.per_output(WorkClass::erf).per_output(WorkClass::mul, 3).per_output(WorkClass::add).work();
}

// glu(x, dim): the first half of the dim times the sigmoid of the second.
RuleResult<Facts> shape_of_glu(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  if (dims.empty()) return misfit("glu of a 0-dim tensor: " + inputs[0].to_string());
  if (dims[dim]) {
    if (!must_be_multiple(*dims[dim], 2)) {
      return misfit("glu halves a dim that is odd: " + inputs[0].to_string());
    }
    dims[dim] = floor_div(*dims[dim], 2);
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// prelu(x, weight): the weight has one element, or one a channel.
RuleResult<Facts> shape_of_prelu(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  const std::optional<Expr> slopes = element_count(weight);
  if (slopes && slopes->constant() && !(*slopes == Expr(1))) {
    const Dim channels = input.size() > 1 ? input[1] : Dim(Expr(1));
    if (!same_dim(channels, slopes)) {
      return misfit("input has " + channels->to_string() + " channels and the weight " + slopes->to_string() + ": " +
                    shapes_text(inputs, {0, 1}));
    }
  }
  return same_as_first(inputs);
}

constexpr auto kCompare = WorkClass::compare;
constexpr auto kMul = WorkClass::mul;
constexpr auto kAdd = WorkClass::add;
constexpr auto kDiv = WorkClass::div;
constexpr auto kExp = WorkClass::exp;
constexpr auto kLog = WorkClass::log;
constexpr auto kTanh = WorkClass::tanh;

constexpr WorkRule kRelu = per_output<kCompare>;
constexpr WorkRule kTwoBounds = per_output<kCompare, kCompare>;                     // min(max(x, a), b)
constexpr WorkRule kSigmoid = per_output<kExp, kAdd, kDiv>;                         // 1 / (1 + exp(-x))
constexpr WorkRule kSilu = per_output<kExp, kAdd, kDiv, kMul>;                      // x * sigmoid(x)
constexpr WorkRule kHardsigmoid = per_output<kAdd, kCompare, kCompare, kDiv>;       // relu6(x + 3) / 6
constexpr WorkRule kHardswish = per_output<kAdd, kCompare, kCompare, kMul, kDiv>;   // x * relu6(x + 3) / 6
constexpr WorkRule kLeakyRelu = per_output<kCompare, kMul>;                         // x > 0 ? x : slope*x
constexpr WorkRule kElu = per_output<kCompare, kExp, kAdd, kMul>;                   // x > 0 ? x : a*(exp(x) - 1)
constexpr WorkRule kSelu = per_output<kCompare, kExp, kAdd, kMul, kMul>;            // scale * elu(x)
constexpr WorkRule kCelu = per_output<kCompare, kDiv, kExp, kAdd, kMul>;            // a*(exp(x/a) - 1)
constexpr WorkRule kSoftplus = per_output<kCompare, kMul, kExp, kAdd, kLog, kDiv>;  // log(1 + exp(b*x)) / b
constexpr WorkRule kMish = per_output<kExp, kAdd, kLog, kTanh, kMul>;               // x * tanh(log(1 + exp(x)))
constexpr WorkRule kLogSigmoid = per_output<kCompare, kExp, kAdd, kLog, kAdd>;      // min(x,0) - log(1+exp(-|x|))
constexpr WorkRule kSoftshrink = per_output<kCompare, kCompare, kAdd>;

constexpr char kTwoBoundsText[] = "compare = 2n";
constexpr char kSigmoidText[] = "exp = n, add = n, div = n";
constexpr char kSiluText[] = "exp = n, add = n, div = n, mul = n";
constexpr char kHardsigmoidText[] = "add = n, compare = 2n, div = n";
constexpr char kHardswishText[] = "add = n, compare = 2n, mul = n, div = n";
constexpr char kLeakyReluText[] = "compare = n, mul = n";
constexpr char kEluText[] = "compare = n, exp = n, add = n, mul = n";
constexpr char kGeluText[] = "erf = n, mul = 3n, add = n; approximate tanh: tanh = n, mul = 6n, add = 2n";

// n: elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name                  shape rule                 work rule     formula
    {"aten::celu",           same_as_first,             kCelu,        "compare = n, div = n, exp = n, add = n, mul = n"},
    {"aten::elu",            same_as_first,             kElu,         kEluText},
    {"aten::gelu",           same_as_first,             work_of_gelu, kGeluText},
    {"aten::glu",            shape_of_glu,              kSilu,        kSiluText},
    {"aten::hardshrink",     same_as_first,             kRelu,        "compare = n"},
    {"aten::hardsigmoid",    same_as_first,             kHardsigmoid, kHardsigmoidText},
    {"aten::hardswish",      same_as_first,             kHardswish,   kHardswishText},
    {"aten::hardtanh",       same_as_first,             kTwoBounds,   kTwoBoundsText},
    {"aten::leaky_relu",     same_as_first,             kLeakyRelu,   kLeakyReluText},
    {"aten::log_sigmoid",    same_as_first,             kLogSigmoid,  "compare = n, exp = n, add = 2n, log = n"},
    {"aten::mish",           same_as_first,             kMish,        "exp = n, add = n, log = n, tanh = n, mul = n"},
    {"aten::prelu",          shape_of_prelu,            kLeakyRelu,   kLeakyReluText},
    {"aten::relu",           same_as_first,             kRelu,        "compare = n"},
    {"aten::relu6",          same_as_first,             kTwoBounds,   kTwoBoundsText},
    {"aten::selu",           same_as_first,             kSelu,        "compare = n, exp = n, add = n, mul = 2n"},
    {"aten::sigmoid",        float_like_first,          kSigmoid,     kSigmoidText},
    {"aten::silu",           same_as_first,             kSilu,        kSiluText},
    {"aten::softplus",       same_as_first,             kSoftplus,    "compare = n, mul = n, exp = n, add = n, log = n, div = n"},
    {"aten::softshrink",     same_as_first,             kSoftshrink,  "compare = 2n, add = n"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> activation_ops() { return kRows; }

}  // namespace flopaudit
