// Running results along a dim (rows of it are counted apart), and differences and integrals of neighbours.
//   logcumsumexp: log(exp a + exp b) step by step, as max + log(1 + exp(-|a - b|))
//   trapezoid: sum of (y[i] + y[i+1]) * dx[i], halved (the trapezoidal rule)
//   gradient: central differences (f[i+1] - f[i-1]) / 2h, one-sided at the ends
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/reduction_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

constexpr Places kDtypeSecond = {-1, -1, 2}, kNoDtype = {};

// cumsum(self, dim, dtype)
template <const Places& places, ResultType type>
RuleResult<Facts> shape_of_scan(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_RULE(facts[0].get<TensorFact>()->dtype, reduced_dtype(inputs, places, type));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  const RuleResult<std::size_t> dim = dim_at(inputs, 1, input.size());
  if (!dim) return dim.failure();
  return facts;
}

// cummax(self, dim): values and where they are.
RuleResult<Facts> shape_of_cummax(const Facts& inputs) {
  const TensorFact* tensor = inputs[0].tensor();  // one number or none is not compared
  const bool compares =
      tensor == nullptr || !tensor->dims || !(tensor->dims->empty() || element_count(*tensor) == Expr(0));
  if (compares) FA_REFUSE(refuse_complex_input(inputs));
  const bool nothing = has_no_elements(inputs[0]);  // of which the dim is not looked at
  FA_RULE(Facts facts, nothing ? same_as_first(inputs) : (shape_of_scan<kNoDtype, ResultType::same>(inputs)));
  facts.push_back(facts[0]);
  facts[1].get<TensorFact>()->dtype = DType::i64;
  return facts;
}

template <WorkClass... classes>
RuleResult<Work> work_of_scan(const Facts& inputs, const Facts& outputs) {
  if (has_no_elements(inputs[0])) return copies(inputs, outputs);
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  const auto [rows, elements] = rows_along(dims, dim);
  WorkCounter counter(inputs, outputs);
  (counter.count(classes, reduction_steps(elements, rows)), ...);
  return counter.work();
}

// --- diff(self, n, dim, prepend, append) ---

struct Joined {
  Dims dims;
  std::size_t dim = 0;
  std::optional<DType> dtype;
};

RuleResult<Joined> joined_for_diff(const Facts& inputs) {
  Joined joined;
  FA_RULE(joined.dims, dims_at(inputs, 0));
  if (joined.dims.empty()) return misfit("diff of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(joined.dim, dim_at(inputs, 2, joined.dims.size()));
  std::vector<const Fact*> operands = {&inputs[0]};
  for (const std::size_t place : {3, 4}) {
    if (place >= inputs.size() || none_at(inputs, place)) continue;
    FA_RULE(const Dims more, dims_at(inputs, place));
    bool fits = more.size() == joined.dims.size();
    for (std::size_t i = 0; fits && i < more.size(); ++i) {
      if (i != joined.dim) fits = same_dim(joined.dims[i], more[i]).has_value();
    }
    if (!fits) return misfit("what is joined differs in another dim: " + shapes_text(inputs, {0, place}));
    Dim& size = joined.dims[joined.dim];
    size = lift([](const Expr& a, const Expr& b) { return a + b; }, size, more[joined.dim]);
    operands.push_back(&inputs[place]);
  }
  joined.dtype = result_dtype(operands);
  return joined;
}

RuleResult<Facts> shape_of_diff(const Facts& inputs) {
  FA_RULE(Joined joined, joined_for_diff(inputs));
  FA_RULE(const Expr order, int_at(inputs, 1));
  if (!must_be_at_least(order, 0)) return misfit("diff needs n of at least 0, not " + order.to_string());
  Dim& size = joined.dims[joined.dim];
  if (size) size = max(Expr(0), *size - order);
  return one(tensor_fact(joined.dtype, joined.dims));
}

RuleResult<Work> work_of_diff(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Joined joined, joined_for_diff(inputs));
  FA_RULE(const std::int64_t order, constant_at(inputs, 1));
  const std::optional<Expr> others = [&] {
    Dims rest = joined.dims;
    rest[joined.dim] = Expr(1);
    return product(rest);
  }();
  if (!others || !joined.dims[joined.dim]) return missing("a dim is unknown: " + inputs[0].to_string());
  if (order > 1 << 20) return missing("more than 2^20 differences");
  const Expr size = *joined.dims[joined.dim];
  Expr differences = 0;
  for (std::int64_t step = 1; step <= order; ++step) {
    differences += max(Expr(0), size - Expr(step));
    if (size.constant() && *size.constant() <= step) break;
  }
  return WorkCounter(inputs, outputs).count(WorkClass::add, differences * *others).work();
}

// --- trapezoid(y, dx, dim), trapezoid(y, x, dim) ---

Dim less_one(const Dim& dim) { return dim ? Dim(max(Expr(0), *dim - Expr(1))) : std::nullopt; }

// What lies between samples times what lies between their x. Only x of 1 dim are held against the number of samples;
// others broadcast after the differences are taken, so that one x leaves no interval, and one interval fits it.
std::optional<Dims> intervals_of(Dims samples, Dims x, std::size_t dim) {
  if (x.size() == 1 && !same_dim(x[0], samples[dim])) return std::nullopt;
  const bool per_sample = x.size() == 1;
  if (x.size() < samples.size()) x.insert(x.begin(), samples.size() - x.size(), Dim(Expr(1)));
  if (per_sample) std::swap(x[dim], x.back());
  for (Dims* dims : {&samples, &x}) (*dims)[dim] = less_one((*dims)[dim]);
  return broadcast(samples, x);
}

template <bool cumulative>
RuleResult<Facts> shape_of_trapezoid(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("trapezoid of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (!cumulative && dims[dim] == Dim(Expr(0))) {  // zeros, whatever the dtype and the widths
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
    return one(tensor_fact(dtype, dims));
  }
  for (const std::size_t place : {0, 1}) {
    const TensorFact* tensor = inputs[place].tensor();
    if (inputs[place].get<BoolFact>() != nullptr || (tensor != nullptr && tensor->dtype == DType::boolean)) {
      return misfit("trapezoid of bools: " + inputs[place].to_string());
    }
  }
  if (inputs[1].tensor() != nullptr) {
    FA_RULE(const Dims x, dims_at(inputs, 1));
    const std::optional<Dims> spaced = intervals_of(dims, x, dim);
    if (!spaced) return misfit("there should be one x for each sample: " + shapes_text(inputs, {0, 1}));
    dims = *spaced;
    const Fact spread = tensor_fact(inputs[1].tensor()->dtype, {Dim(Expr(1))});  // with dims, as it is used
    dtype = result_dtype({&inputs[0], &spread});
  } else {
    dims[dim] = less_one(dims[dim]);
  }
  if (dtype && is_integral(*dtype)) dtype = default_dtype();
  if (!cumulative) {
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
  }
  return one(tensor_fact(dtype, dims));
}

template <bool cumulative>
RuleResult<Work> work_of_trapezoid(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  const auto [rows, elements] = rows_along(dims, dim);
  if (elements == Expr(0)) return WorkCounter(inputs, outputs).work();
  const Expr intervals = elements - rows;
  const Expr halves = cumulative ? intervals : rows;
  WorkCounter counter(inputs, outputs);
  if (inputs[1].tensor() != nullptr && inputs[1].tensor()->dims && inputs[1].tensor()->dims->empty()) {
    return counter.count(WorkClass::add, intervals).count(WorkClass::div, cumulative ? Expr(0) : rows).work();
  }
  counter.count(WorkClass::add, intervals).count(WorkClass::mul, intervals);
  counter.count(WorkClass::add, reduction_steps(intervals, rows)).count(WorkClass::div, halves);
  if (inputs[1].tensor() != nullptr) {  // the widths
    FA_RULE(const std::vector<Expr> x, known_dims_at(inputs, 1));
    const auto [x_rows, x_elements] = rows_along(x, x.size() == dims.size() ? dim : x.size() - 1);
    counter.count(WorkClass::add, reduction_steps(x_elements, x_rows));
  }
  return counter.work();
}

// --- gradient(self, spacing, dim, edge_order): one result for each dim, along all of them where none is named ---

template <std::size_t dim_place>
RuleResult<Facts> shape_of_gradient(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(std::vector<bool> mask, dims_mask_at(inputs, dim_place, dims.size()));
  if (inputs[dim_place] == Fact::list({})) mask.assign(dims.size(), false);  // here alone none is none
  if (dims.empty() && !none_at(inputs, dim_place) && !(inputs[dim_place] == Fact::list({}))) {
    return misfit("a 0-dim tensor has no dim to name: " + shapes_text(inputs, {0, dim_place}));
  }
  FA_RULE(const Expr order, int_at(inputs, dim_place + 1));
  if (order.constant() && *order.constant() != 1 && *order.constant() != 2) {
    return misfit("the edges of a gradient are of order 1 or 2, not " + order.to_string());
  }
  std::optional<DType> dtype = inputs[0].tensor()->dtype;
  const bool any = std::ranges::find(mask, true) != mask.end();
  if (dtype == DType::u8 || (any && dtype == DType::boolean)) {
    return misfit("the gradient of bools or u8: " + inputs[0].to_string());
  }
  if (dtype && is_integral(*dtype)) dtype = default_dtype();
  std::vector<Fact> results;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!mask[i]) continue;
    if (dims[i] && !must_be_at_least(*dims[i], order + Expr(1))) {
      return misfit("gradient needs more elements along each dim: " + inputs[0].to_string());
    }
    results.push_back(tensor_fact(dtype, dims));
  }
  const auto* spacing = dim_place == 2 ? inputs[1].get<ListFact>() : nullptr;
  if (spacing != nullptr && spacing->elements && *spacing->elements && (*spacing->elements)->size() != results.size()) {
    return misfit("a spacing for each dim is needed: " + shapes_text(inputs, {0, 1}));
  }
  return one(Fact::list(std::move(results)));
}
RuleResult<Work> work_of_gradient(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Fact> results, list_at(outputs, 0));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  const Expr count = elements * Expr(static_cast<std::int64_t>(results.size()));
  const std::optional<DType> dtype = results.empty() ? std::nullopt : results[0].tensor()->dtype;
  WorkCounter counter(inputs, outputs);
  return counter.in_dtype(dtype).count(WorkClass::add, count).count(WorkClass::div, count).work();
}

constexpr auto kCompare = WorkClass::compare, kAdd = WorkClass::add, kExp = WorkClass::exp, kLog = WorkClass::log;
constexpr WorkRule kLogCumSumExp = work_of_scan<kCompare, kAdd, kExp, kAdd, kLog, kAdd>;

constexpr ShapeRule kCumulative = shape_of_scan<kDtypeSecond, ResultType::sum>;
constexpr char kGradientText[] = "add = n, div = n per dim";
constexpr char kTrapezoidText[] = "m intervals: add = m, mul = m, add = m - rows, div = rows; x: add = its intervals";
constexpr char kRunningText[] = "m intervals: add = m, mul = m, add = m - rows, div = m; x: add = its intervals";

// n elements in
// clang-format off
constexpr OpSpec kRows[] = {
    // name                           shape rule                            work rule                     formula
    {"aten::cummax",                  shape_of_cummax,                      work_of_scan<kCompare>,       "compare = n - rows"},
    {"aten::cummin",                  shape_of_cummax,                      work_of_scan<kCompare>,       "compare = n - rows"},
    {"aten::cumprod",                 kCumulative,                          work_of_scan<WorkClass::mul>, "mul = n - rows"},
    {"aten::cumsum",                  kCumulative,                          work_of_scan<kAdd>,           "add = n - rows"},
    {"aten::cumulative_trapezoid.dx", shape_of_trapezoid<true>,             work_of_trapezoid<true>,      kRunningText},
    {"aten::cumulative_trapezoid.x",  shape_of_trapezoid<true>,             work_of_trapezoid<true>,      kRunningText},
    {"aten::diff",                    shape_of_diff,                        work_of_diff,                 "add = the elements of each difference"},
    {"aten::gradient.array",          shape_of_gradient<1>,                 work_of_gradient,             kGradientText},
    {"aten::gradient.scalararray",    shape_of_gradient<2>,                 work_of_gradient,             kGradientText},
    {"aten::gradient.scalarint",      shape_of_gradient<2>,                 work_of_gradient,             kGradientText},
    {"aten::gradient.scalarrayarray", shape_of_gradient<2>,                 work_of_gradient,             kGradientText},
    {"aten::gradient.scalarrayint",   shape_of_gradient<2>,                 work_of_gradient,             kGradientText},
    {"aten::logcumsumexp",            shape_of_scan<kNoDtype, ResultType::floating>, kLogCumSumExp,       "n - rows steps: compare = 1, add = 3, exp = 1, log = 1"},
    {"aten::trapezoid.dx",            shape_of_trapezoid<false>,            work_of_trapezoid<false>,     kTrapezoidText},
    {"aten::trapezoid.x",             shape_of_trapezoid<false>,            work_of_trapezoid<false>,     kTrapezoidText},
    {"aten::trapz.dx",                shape_of_trapezoid<false>,            work_of_trapezoid<false>,     kTrapezoidText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> scan_ops() { return kRows; }

}  // namespace flopaudit
