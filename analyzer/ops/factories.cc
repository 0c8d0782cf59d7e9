// Tensors made from nothing: shape from a list of sizes, dtype given or the default one. Ranges count the arithmetic of
// their definition, start + i*step; other fills none. Small known elements are kept, shapes may depend on them.
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/draw_bounds.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// The element types that contents are kept in without rounding of their own.
bool holds(DType dtype, const Element& element) {
  if (std::holds_alternative<Expr>(element)) return dtype == DType::i64 || dtype == DType::boolean;
  return dtype == DType::f64 ||
         (dtype == DType::f32 &&
          std::get<double>(element) == static_cast<double>(static_cast<float>(std::get<double>(element))));
}

std::optional<Element> element_of(const Fact& fact) {
  if (const auto* floating = fact.get<FloatFact>()) {
    return floating->value ? std::optional<Element>(*floating->value) : std::nullopt;
  }
  const std::optional<Expr> integer = integer_of(fact);
  return integer ? std::optional<Element>(*integer) : std::nullopt;
}

// As an element of the dtype: a floating one is known as a number or not at all.
std::optional<Element> converted(const Element& element, DType dtype) {
  if (dtype == DType::boolean) {
    const std::optional<double> truth = number_of(element);
    return truth ? std::optional<Element>(Expr(*truth != 0)) : std::nullopt;
  }
  if (!is_floating(dtype)) return element;
  const std::optional<double> number = number_of(element);
  return number ? std::optional<Element>(*number) : std::nullopt;
}

void fill_contents(TensorFact& tensor, const std::optional<Element>& value) {
  const std::optional<Expr> elements = element_count(tensor);
  if (!value || !elements || !elements->constant() || !tensor.dtype) return;
  const std::optional<Element> element = converted(*value, *tensor.dtype);
  const std::int64_t count = *elements->constant();
  if (count < 0 || count > static_cast<std::int64_t>(Fact::kMaxContents)) return;
  if (element && holds(*tensor.dtype, *element)) tensor.contents = Elements(static_cast<std::size_t>(count), *element);
}

// The dtype that a Python number or list of them has: bool, i64, or the default float.
std::optional<DType> dtype_of_number(const Fact& fact) {
  if (fact.get<BoolFact>()) return DType::boolean;
  if (fact.get<IntFact>()) return DType::i64;
  if (fact.get<FloatFact>()) return default_dtype();
  if (const TensorFact* tensor = fact.tensor()) return tensor->dtype;
  return std::nullopt;
}

std::optional<RuleFailure> check_sizes(const Dims& sizes) {
  for (const Dim& size : sizes) {
    if (size && always_less(*size, 0) == true) return misfit("a size is negative: " + text(sizes));
  }
  return std::nullopt;
}

// zeros(size, dtype) and its like; `value` is known where the rule knows it.
RuleResult<Facts> made(const Facts& inputs, std::size_t size, std::size_t dtype, std::optional<DType> otherwise,
                       const std::optional<Element>& value) {
  FA_RULE(Dims sizes, ints_at(inputs, size));
  FA_REFUSE(check_sizes(sizes));
  TensorFact tensor;
  tensor.dims = std::move(sizes);
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, dtype, otherwise));
  fill_contents(tensor, value);
  return one(tensor);
}

RuleResult<Facts> shape_of_empty(const Facts& inputs) { return made(inputs, 0, 1, default_dtype(), std::nullopt); }
RuleResult<Facts> shape_of_zeros(const Facts& inputs) { return made(inputs, 0, 1, default_dtype(), Element(0)); }
RuleResult<Facts> shape_of_ones(const Facts& inputs) { return made(inputs, 0, 1, default_dtype(), Element(1)); }
RuleResult<Facts> shape_of_full(const Facts& inputs) {
  FA_RULE(const Fact* value, fact_at(inputs, 1));
  return made(inputs, 0, 2, dtype_of_number(*value), element_of(*value));
}

// randint([low,] high, size, dtype): integers in the default dtype unless given; Python's own default is written out.
RuleResult<Facts> shape_of_randint(const Facts& inputs) {
  if (const auto high = int_at(inputs, 0); !high) return high.failure();
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 2, default_dtype()));
  FA_REFUSE(check_draw(dtype, Fact::integer(0), inputs[0]));
  return made(inputs, 1, 2, default_dtype(), std::nullopt);
}
RuleResult<Facts> shape_of_randint_low(const Facts& inputs) {
  for (const std::size_t bound : {0, 1}) {
    if (const auto number = int_at(inputs, bound); !number) return number.failure();
  }
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 3, default_dtype()));
  FA_REFUSE(check_draw(dtype, inputs[0], inputs[1]));
  return made(inputs, 2, 3, default_dtype(), std::nullopt);
}

// new_zeros(self, size, dtype): the dtype is self's unless given.
RuleResult<Facts> made_new(const Facts& inputs, std::size_t dtype, const std::optional<Element>& value) {
  FA_RULE(const TensorFact* self, tensor_at(inputs, 0));
  return made(inputs, 1, dtype, self->dtype, value);
}
RuleResult<Facts> shape_of_new_empty(const Facts& inputs) { return made_new(inputs, 2, std::nullopt); }
RuleResult<Facts> shape_of_new_zeros(const Facts& inputs) { return made_new(inputs, 2, Element(0)); }
RuleResult<Facts> shape_of_new_ones(const Facts& inputs) { return made_new(inputs, 2, Element(1)); }
RuleResult<Facts> shape_of_new_full(const Facts& inputs) {
  FA_RULE(const Fact* value, fact_at(inputs, 2));
  return made_new(inputs, 3, element_of(*value));
}

// zeros_like(self, dtype)
RuleResult<Facts> made_like(const Facts& inputs, std::size_t dtype, const std::optional<Element>& value) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& tensor = *facts[0].get<TensorFact>();
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, dtype, tensor.dtype));
  if (tensor.dims) fill_contents(tensor, value);
  return facts;
}
RuleResult<Facts> shape_of_empty_like(const Facts& inputs) { return made_like(inputs, 1, std::nullopt); }
RuleResult<Facts> shape_of_zeros_like(const Facts& inputs) { return made_like(inputs, 1, Element(0)); }
RuleResult<Facts> shape_of_ones_like(const Facts& inputs) { return made_like(inputs, 1, Element(1)); }
RuleResult<Facts> shape_of_full_like(const Facts& inputs) {
  FA_RULE(const Fact* value, fact_at(inputs, 1));
  return made_like(inputs, 2, element_of(*value));
}

// --- ranges ---

RuleFailure wrong_way(const Fact& start, const Fact& end, const Fact& step) {
  return misfit("a range from " + start.to_string() + " does not come to " + end.to_string() + " in steps of " +
                step.to_string());
}

// ceil((end - start) / step), in ints where all are.
RuleResult<Expr> range_length(const Fact& start, const Fact& end, const Fact& step) {
  const std::optional<Expr> from = integer_of(start), to = integer_of(end), by = integer_of(step);
  if (from && to && by) {
    if (*by == Expr(0)) return misfit("the step of a range is 0");
    const bool up = always_less(0, *by) == true, down = always_less(*by, 0) == true;
    if ((up && always_less(*to, *from) == true) || (down && always_less(*from, *to) == true)) {
      return wrong_way(start, end, step);
    }
    return max(Expr(0), ceil_div(*to - *from, *by));
  }
  const std::optional<double> low = number_of(start), high = number_of(end), stride = number_of(step);
  if (!low || !high || !stride) return missing("a bound of the range is unknown");
  if (*stride == 0) return misfit("the step of a range is 0");
  const double length = std::ceil((*high - *low) / *stride);
  if ((*high - *low) / *stride < 0) return wrong_way(start, end, step);
  if (!(length < 9e15)) return misfit("the range is too long");
  return Expr(static_cast<std::int64_t>(length));
}

// A bound as a range of i64 takes it: towards 0. Other integer dtypes divide before they round.
Fact truncated(const Fact& bound) {
  const std::optional<double> number = bound.get<FloatFact>() ? number_of(bound) : std::nullopt;
  return number && std::abs(*number) < 9e15 ? Fact::integer(static_cast<std::int64_t>(*number)) : bound;
}

RuleResult<Facts> range(const Facts& inputs, Fact start, Fact end, Fact step, std::size_t dtype) {
  TensorFact tensor;
  bool integers = true;
  for (const Fact* bound : {&start, &end, &step}) {
    if (bound->is_unknown()) return missing("a bound of the range is unknown");
    integers = integers && (bound->get<IntFact>() || bound->get<BoolFact>());
  }
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, dtype, integers ? DType::i64 : default_dtype()));
  if (tensor.dtype == DType::i64) {
    for (Fact* bound : {&start, &end, &step}) *bound = truncated(*bound);
  }
  RuleResult<Expr> length = range_length(start, end, step);
  if (!length && length.failure().kind == RuleFailure::Kind::misfit) return length.failure();
  tensor.dims = Dims{length ? Dim(*length) : Dim()};
  const std::optional<Expr> from = integer_of(start), by = integer_of(step);
  const auto count = length ? length->constant() : std::nullopt;
  if (tensor.dtype == DType::i64 && from && by && count && *count <= static_cast<std::int64_t>(Fact::kMaxContents)) {
    tensor.contents.emplace();
    for (std::int64_t i = 0; i < *count; ++i) tensor.contents->emplace_back(*from + Expr(i) * *by);
  }
  return one(tensor);
}

RuleResult<Facts> shape_of_arange(const Facts& inputs) {
  FA_RULE(const Fact* end, fact_at(inputs, 0));
  return range(inputs, Fact::integer(0), *end, Fact::integer(1), 1);
}
RuleResult<Facts> shape_of_arange_start(const Facts& inputs) {
  FA_RULE(const Fact* end, fact_at(inputs, 1));
  return range(inputs, inputs[0], *end, Fact::integer(1), 2);
}
RuleResult<Facts> shape_of_arange_step(const Facts& inputs) {
  FA_RULE(const Fact* step, fact_at(inputs, 2));
  return range(inputs, inputs[0], inputs[1], *step, 3);
}
RuleResult<Facts> shape_of_randperm(const Facts& inputs) {
  FA_RULE(const Expr count, int_at(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 1, DType::i64));
  FA_REFUSE(check_sizes({Dim(count)}));
  return one(tensor_fact(dtype, {Dim(count)}));
}
// from_file(filename, shared, size, dtype): what is in the file is not looked at.
RuleResult<Facts> shape_of_from_file(const Facts& inputs) {
  FA_RULE(const std::optional<Expr> size, optional_int_at(inputs, 2));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 3, default_dtype()));
  FA_REFUSE(check_sizes({Dim(size.value_or(Expr(0)))}));
  return one(tensor_fact(dtype, {Dim(size.value_or(Expr(0)))}));
}
RuleResult<Facts> shape_of_eye(const Facts& inputs) {
  FA_RULE(const Expr size, int_at(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 1, default_dtype()));
  FA_REFUSE(check_sizes({Dim(size)}));
  return one(tensor_fact(dtype, {Dim(size), Dim(size)}));
}

// --- tensors of Python numbers ---

// Collects dims and elements of a nested list; `depth` counts the lists around it.
RuleResult<bool> collect(const Fact& fact, std::size_t depth, TensorFact& tensor, std::vector<const Fact*>& leaves,
                         std::vector<std::optional<Element>>& elements) {
  const auto* list = fact.get<ListFact>();
  if (list == nullptr) {
    if (fact.is_unknown()) return missing("an element of the tensor is unknown");
    leaves.push_back(&fact);
    elements.push_back(element_of(fact));
    return true;
  }
  if (!list->elements || !list->elements->length()) return missing("a list of unknown length");
  const Expr length = *list->elements->length();
  if (tensor.dims->size() <= depth) tensor.dims->push_back(length);
  if (!(*(*tensor.dims)[depth] == length)) return misfit("a tensor of lists of different lengths: " + fact.to_string());
  if (const Fact* element = list->elements->element()) {
    FA_RULE([[maybe_unused]] const bool done, collect(*element, depth + 1, tensor, leaves, elements));
    return false;
  }
  bool whole = true;
  for (const Fact& element : **list->elements) {
    FA_RULE(const bool done, collect(element, depth + 1, tensor, leaves, elements));
    whole = whole && done;
  }
  return whole;
}

// tensor(data, dtype, device, requires_grad)
std::optional<RuleFailure> check_gradient(const Facts& inputs, const TensorFact& tensor) {
  const auto* required = inputs.size() > 3 ? inputs[3].get<BoolFact>() : nullptr;
  if (required == nullptr || required->value != true || !tensor.dtype || !is_integral(*tensor.dtype))
    return std::nullopt;
  return misfit("a gradient needs a floating or complex dtype and the tensor is " + std::string(name(*tensor.dtype)));
}

RuleResult<Facts> shape_of_tensor(const Facts& inputs) {
  FA_RULE(const Fact* data, fact_at(inputs, 0));
  if (data->tensor() != nullptr) return same_as_first(inputs);
  TensorFact tensor;
  tensor.dims = Dims();
  std::vector<const Fact*> leaves;
  std::vector<std::optional<Element>> elements;
  FA_RULE(const bool whole, collect(*data, 0, tensor, leaves, elements));
  std::optional<DType> dtype = default_dtype();
  if (!leaves.empty()) dtype = result_dtype(leaves);
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, 1, dtype));
  FA_REFUSE(check_gradient(inputs, tensor));
  bool known = whole && tensor.dtype && elements.size() <= Fact::kMaxContents;
  for (std::optional<Element>& element : elements) {
    if (element && tensor.dtype) element = converted(*element, *tensor.dtype);
    known = known && element && holds(*tensor.dtype, *element);
  }
  if (known) {
    tensor.contents.emplace();
    for (const std::optional<Element>& element : elements) tensor.contents->push_back(*element);
  }
  return one(tensor);
}

// NumToTensor and scalar_tensor: a 0-dim tensor of the number. A float stays a double in the first.
RuleResult<Facts> shape_of_number(const Facts& inputs) {
  FA_RULE(const Fact* number, fact_at(inputs, 0));
  if (number->is_unknown()) return missing("the number is unknown");
  TensorFact tensor;
  tensor.dims = Dims();
  tensor.dtype = number->get<FloatFact>() ? DType::f64 : dtype_of_number(*number);
  fill_contents(tensor, element_of(*number));
  return one(tensor);
}
RuleResult<Facts> shape_of_scalar_tensor(const Facts& inputs) {
  FA_RULE(const Fact* number, fact_at(inputs, 0));
  TensorFact tensor;
  tensor.dims = Dims();
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, 1, default_dtype()));
  fill_contents(tensor, element_of(*number));
  return one(tensor);
}

constexpr WorkRule kRange = per_output<WorkClass::mul, WorkClass::add>;
constexpr char kRangeText[] = "mul = n, add = n";

// n: elements of the result. Rows without a formula: no arithmetic, bytes only.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                        shape rule              work rule    formula
    {"aten::arange",               shape_of_arange,        kRange,      kRangeText},
    {"aten::arange.start",         shape_of_arange_start,  kRange,      kRangeText},
    {"aten::arange.start_step",    shape_of_arange_step,   kRange,      kRangeText},
    {"aten::as_tensor.list",       shape_of_tensor,        nullptr,     ""},
    {"aten::empty.memory_format",  shape_of_empty,         nullptr,     ""},
    {"aten::empty_like",           shape_of_empty_like,    nullptr,     ""},
    {"aten::eye",                  shape_of_eye,           writes_only, ""},
    {"aten::from_file",            shape_of_from_file,     nullptr,     ""},
    {"aten::full",                 shape_of_full,          writes_only, ""},
    {"aten::full_like",            shape_of_full_like,     writes_only, ""},
    {"aten::new_empty",            shape_of_new_empty,     nullptr,     ""},
    {"aten::new_full",             shape_of_new_full,      writes_only, ""},
    {"aten::new_ones",             shape_of_new_ones,      writes_only, ""},
    {"aten::new_zeros",            shape_of_new_zeros,     writes_only, ""},
    {"aten::ones",                 shape_of_ones,          writes_only, ""},
    {"aten::ones_like",            shape_of_ones_like,     writes_only, ""},
    {"aten::rand",                 shape_of_empty,         writes_only, ""},
    {"aten::rand_like",            shape_of_empty_like,    writes_only, ""},
    {"aten::randint",              shape_of_randint,       writes_only, ""},
    {"aten::randint.low",          shape_of_randint_low,   writes_only, ""},
    {"aten::randn",                shape_of_empty,         writes_only, ""},
    {"aten::randn_like",           shape_of_empty_like,    writes_only, ""},
    {"aten::randperm",             shape_of_randperm,      writes_only, ""},
    {"aten::scalar_tensor",        shape_of_scalar_tensor, nullptr,     ""},
    {"aten::tensor",               shape_of_tensor,        nullptr,     ""},
    {"aten::tensor.bool",          shape_of_tensor,        nullptr,     ""},
    {"aten::tensor.float",         shape_of_tensor,        nullptr,     ""},
    {"aten::tensor.int",           shape_of_tensor,        nullptr,     ""},
    {"aten::zeros",                shape_of_zeros,         writes_only, ""},
    {"aten::zeros_like",           shape_of_zeros_like,    writes_only, ""},
    {"prim::NumToTensor.Scalar",   shape_of_number,        nullptr,     ""},
    {"prim::NumToTensor.bool",     shape_of_number,        nullptr,     ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> factory_ops() { return kRows; }

}  // namespace flopaudit
