// Random numbers cost no work of the model, and arithmetic all the same: raw bits are scaled to a range.
#include <algorithm>
#include <array>

#include "analyzer/audit/causes/elements.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes = "testdata/validation/standard.csv; 1 to 1001 elements, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"random numbers", "Raw random bits are scaled to [0, 1) and from there to the range that is asked for.",
     "aten::rand_like, uniform_, bernoulli.p, bernoulli_.float, dropout in training", "standard",
     "uniform: 2n + 1 add, 2n mul; bernoulli: n add, n mul in f64", kProbes},
    {"scaled mask", "Dropout divides the drawn mask by what it keeps and multiplies by it.",
     "aten::dropout in training", "standard",
     "n div and n mul, where 2n mul are annotated; f32: 2 mul more when n mod 4 is 2 or 3", kProbes},
};
constexpr const CauseInfo& kDrawn = kCauses[0];
constexpr const CauseInfo& kMask = kCauses[1];

void explain_uniform(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || result->elements == 0) return;
  out.add(kDrawn, result->classes.add, 2 * result->elements + 1);
  out.add(kDrawn, result->classes.mul, 2 * result->elements);
}

void add_bernoulli(std::int64_t elements, Explanation& out) {
  out.add(kDrawn, FlopClass::add_f64, elements);
  out.add(kDrawn, FlopClass::mul_f64, elements);
}

void explain_bernoulli(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (result) add_bernoulli(result->elements, out);
}

void explain_dropout(const KernelCall& call, Explanation& out) {
  const auto train = bool_at_place(call.inputs, 2);
  if (!train) return out.refuse("it is not known whether it trains");
  if (!*train) return;  // the operand itself
  check_layout(call, Layout::alike, out);
  const auto result = result_of(call, out);
  const auto probability = number_at_place(call.inputs, 1);
  if (!result) return;
  if (!probability || *probability <= 0 || *probability >= 1)
    return out.refuse("dropout of nothing or all has no model");
  const std::int64_t n = result->elements;
  add_bernoulli(n, out);
  out.add(kMask, result->classes.div, n);
  out.add(kMask, result->classes.mul, -n + pair_tail(n, result->classes));
}

// Where it does not train it is the operand itself.
void explain_idle_dropout(const KernelCall& call, Explanation& out) {
  if (bool_at_place(call.inputs, 2) != false) out.refuse("this kind of dropout has no model where it trains");
}

constexpr KernelModel kModels[] = {
    {"aten::bernoulli.p", explain_bernoulli, Layout::alike},
    {"aten::bernoulli_.float", explain_bernoulli, Layout::alike},
    {"aten::alpha_dropout", explain_idle_dropout, Layout::any},
    {"aten::alpha_dropout_", explain_idle_dropout, Layout::any},
    {"aten::dropout", explain_dropout, Layout::any},
    {"aten::dropout_", explain_idle_dropout, Layout::any},
    {"aten::feature_alpha_dropout", explain_idle_dropout, Layout::any},
    {"aten::feature_alpha_dropout_", explain_idle_dropout, Layout::any},
    {"aten::feature_dropout", explain_idle_dropout, Layout::any},
    {"aten::feature_dropout_", explain_idle_dropout, Layout::any},
    {"aten::rand_like", explain_uniform, Layout::alike},
    {"aten::uniform_", explain_uniform, Layout::alike},
};

}  // namespace

bool draws_random_numbers(std::string_view op) {
  constexpr std::array<std::string_view, 24> kNames = {"_sample_dirichlet",
                                                       "_standard_gamma",
                                                       "alpha_dropout",
                                                       "bernoulli",
                                                       "binomial",
                                                       "cauchy",
                                                       "dropout",
                                                       "exponential",
                                                       "feature_alpha_dropout",
                                                       "feature_dropout",
                                                       "geometric",
                                                       "log_normal",
                                                       "multinomial",
                                                       "native_dropout",
                                                       "normal",
                                                       "normal_functional",
                                                       "poisson",
                                                       "rand",
                                                       "rand_like",
                                                       "randn",
                                                       "randn_like",
                                                       "rrelu",
                                                       "rrelu_with_noise",
                                                       "uniform"};
  constexpr std::string_view kNamespace = "aten::";
  if (!op.starts_with(kNamespace)) return false;
  std::string_view name = op.substr(kNamespace.size());
  name = name.substr(0, name.find('.'));
  if (name.ends_with('_')) name.remove_suffix(1);
  return std::ranges::find(kNames, name) != kNames.end();
}

std::span<const KernelModel> random_models() { return kModels; }
std::span<const CauseInfo> random_causes() { return kCauses; }

}  // namespace flopaudit
