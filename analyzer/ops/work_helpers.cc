#include "analyzer/ops/work_helpers.h"

#include "analyzer/ops/complex_work.h"

namespace flopaudit {
namespace {

std::optional<DType> first_dtype(const Facts& facts) {
  if (facts.empty()) return std::nullopt;
  const TensorFact* tensor = facts[0].tensor();
  return tensor ? tensor->dtype : std::nullopt;
}

RuleResult<Expr> bytes_of_fact(const Fact& fact) {
  if (fact.is_unknown()) return missing("an input or result is unknown");
  if (const auto* tuple = fact.get<TupleFact>()) return bytes_of(tuple->elements);
  if (const auto* list = fact.get<ListFact>()) {
    if (!list->elements || !list->elements->length()) return missing("a list of unknown length");
    if (const Fact* element = list->elements->element()) {
      FA_RULE(const Expr each, bytes_of_fact(*element));
      return *list->elements->length() * each;
    }
    return bytes_of(**list->elements);
  }
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr) return Expr(0);
  const std::optional<Expr> elements = element_count(*tensor);
  if (!elements || !tensor->dtype) {
    return missing("shape or dtype is unknown: " + fact.to_string() + (tensor->why.empty() ? "" : ": " + tensor->why));
  }
  return *elements * Expr(element_bytes(*tensor->dtype));
}

}  // namespace

RuleResult<Expr> bytes_of(const Facts& facts) {
  Expr bytes = 0;
  for (const Fact& fact : facts) {
    FA_RULE(const Expr more, bytes_of_fact(fact));
    bytes += more;
  }
  return bytes;
}

WorkCounter::WorkCounter(const Facts& inputs, const Facts& outputs)
    : inputs_(inputs), outputs_(outputs), dtype_(first_dtype(outputs)) {}

WorkCounter& WorkCounter::in_dtype(std::optional<DType> dtype) {
  dtype_ = dtype;
  return *this;
}

WorkCounter& WorkCounter::count(WorkClass work_class, const Expr& operations) {
  if (failure_) return *this;
  if (!dtype_) {
    failure_ = missing("the dtype of the computation is unknown");
  } else if (is_integral(*dtype_)) {
    work_.add(WorkClass::integer, *dtype_, operations);
  } else if (is_floating(*dtype_)) {
    work_.add(work_class, *dtype_, operations);
  } else if (is_complex(*dtype_)) {
    const std::span<const RealStep> steps = complex_steps(work_class);
    if (steps.empty()) failure_ = missing("no rule for " + std::string(name(work_class)) + " of complex numbers");
    for (const RealStep& step : steps) {
      work_.add(step.work_class, real_dtype(*dtype_), operations * Expr(step.times));
    }
  } else if (work_class == WorkClass::sqrt || is_transcendental(work_class)) {
    failure_ = missing("no rule for " + std::string(name(work_class)) + " of quantized numbers");
  } else {
    work_.add(WorkClass::integer, *dtype_, operations);
  }
  return *this;
}

WorkCounter& WorkCounter::per_output(WorkClass work_class, std::int64_t times) {
  if (failure_) return *this;
  const RuleResult<Expr> elements = elements_at(outputs_, 0);
  if (!elements) {
    failure_ = elements.failure();
    return *this;
  }
  return count(work_class, *elements * Expr(times));
}

WorkCounter& WorkCounter::valid_macs(const Expr& macs) {
  if (failure_ || !dtype_ || !(is_floating(*dtype_) || is_complex(*dtype_))) return *this;
  const Expr scaled = is_complex(*dtype_) ? macs * Expr(4) : macs;
  const DType real = real_dtype(*dtype_);
  const auto all = work_.operations.find({WorkClass::mac, real});
  if (all != work_.operations.end() && !(all->second == scaled)) work_.valid_mac[real] = scaled;
  return *this;
}

WorkCounter& WorkCounter::reads(const Expr& bytes) {
  reads_ = bytes;
  return *this;
}

RuleResult<Work> WorkCounter::work() const {
  if (failure_) return *failure_;
  Work result = work_;
  if (reads_) {
    result.bytes_read = *reads_;
  } else {
    FA_RULE(result.bytes_read, bytes_of(inputs_));
  }
  FA_RULE(result.bytes_written, bytes_of(outputs_));
  return result;
}

RowsAlongDim rows_along(const std::vector<Expr>& dims, std::size_t dim) {
  RowsAlongDim along;
  for (std::size_t i = 0; i < dims.size(); ++i) along.rows *= i == dim ? Expr(1) : dims[i];
  if (!dims.empty()) along.elements = along.rows * dims[dim];
  return along;
}

Expr reduction_steps(const Expr& elements, const Expr& outputs) {
  return elements == Expr(0) ? Expr(0) : elements - outputs;
}

RuleResult<Expr> taps_inside(const Expr& input, const Expr& output, std::int64_t kernel, const Expr& stride,
                             const Expr& padding, const Expr& dilation) {
  if (kernel > kMaxTaps) return missing("the kernel has more than 2^20 taps in one dim");
  const Expr last = (output - Expr(1)) * stride - padding + Expr(kernel - 1) * dilation;
  const bool pads = always_less_equal(padding, 0) != true || always_less(last, input) != true;
  return pads ? window_taps(input, output, Expr(kernel), stride, padding, dilation) : output * Expr(kernel);
}

RuleResult<Work> copies(const Facts& inputs, const Facts& outputs) { return WorkCounter(inputs, outputs).work(); }

RuleResult<Work> writes_only(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  counter.reads(Expr());
  return counter.work();
}

}  // namespace flopaudit
