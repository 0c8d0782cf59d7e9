#include "analyzer/ops/element_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

using Numbers = std::vector<double>;

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53: a double holds every integer up to here

// As the dtype stores it; nothing: the dtype is not modelled here, or the number does not fit.
std::optional<double> stored(double value, DType dtype) {
  switch (dtype) {
    case DType::f64: return value;
    case DType::f32: return static_cast<double>(static_cast<float>(value));
    case DType::boolean: return value != 0 ? 1.0 : 0.0;
    case DType::i64:
    case DType::i32: {
      const double limit = dtype == DType::i32 ? 2147483647.0 : kLargestInteger;
      if (!(std::abs(value) <= limit)) return std::nullopt;
      return std::trunc(value);
    }
    default: return std::nullopt;
  }
}

struct Operand {
  Numbers numbers;
  std::vector<std::int64_t> dims;
  std::optional<DType> dtype;  // nothing: a number of the program
};

std::optional<Operand> operand_of(const Fact& fact) {
  if (const auto number = number_of(fact)) {
    if (std::abs(*number) > kLargestInteger && !fact.get<FloatFact>()) return std::nullopt;
    return Operand{{*number}, {}, std::nullopt};
  }
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->contents || !tensor->dims || !tensor->dtype) return std::nullopt;
  Operand operand{{}, {}, tensor->dtype};
  for (const Dim& dim : *tensor->dims) {
    const auto size = dim ? dim->constant() : std::nullopt;
    if (!size) return std::nullopt;
    operand.dims.push_back(*size);
  }
  for (const Element& element : *tensor->contents) {
    const auto number = number_of(element);
    if (!number || (is_integral(*tensor->dtype) && std::abs(*number) > kLargestInteger)) return std::nullopt;
    operand.numbers.push_back(*number);
  }
  return operand;
}

// The element of an operand that stands at the index-th place of a result of these dims.
double broadcast_element(const Operand& operand, const std::vector<std::int64_t>& dims, std::size_t index) {
  std::size_t place = 0;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::size_t from_end = dims.size() - 1 - i;
    const auto size = static_cast<std::size_t>(dims[from_end]);
    const std::size_t at = index % size;
    index /= size;
    if (i >= operand.dims.size()) continue;
    const auto own = static_cast<std::size_t>(operand.dims[operand.dims.size() - 1 - i]);
    if (own != 1) place += at * stride;
    stride *= own;
  }
  return operand.numbers[place];
}

using Unary = double (*)(double);
using Binary = double (*)(double, double);

struct UnaryRow {
  std::string_view op;
  Unary apply;
};
double same(double a) { return a; }
constexpr std::array kUnary = {
    UnaryRow{"aten::abs", [](double a) { return std::abs(a); }},
    UnaryRow{"aten::ceil", [](double a) { return std::ceil(a); }},
    UnaryRow{"aten::clone", same},
    UnaryRow{"aten::floor", [](double a) { return std::floor(a); }},
    UnaryRow{"aten::logical_not", [](double a) { return a == 0 ? 1.0 : 0.0; }},
    UnaryRow{"aten::neg", [](double a) { return -a; }},
    UnaryRow{"aten::reciprocal", [](double a) { return 1 / a; }},
    UnaryRow{"aten::round", [](double a) { return std::nearbyint(a); }},
    UnaryRow{"aten::sqrt", [](double a) { return std::sqrt(a); }},
    UnaryRow{"aten::to.device", same},
    UnaryRow{"aten::to.dtype", same},
    UnaryRow{"aten::to.other", same},
    UnaryRow{"aten::trunc", [](double a) { return std::trunc(a); }},
};

struct BinaryRow {
  std::string_view op;
  Binary apply;
};
double least(double a, double b) { return std::isnan(a) || a < b ? a : b; }
double most(double a, double b) { return std::isnan(a) || a > b ? a : b; }
double sum(double a, double b) { return a + b; }
double difference(double a, double b) { return a - b; }
double product(double a, double b) { return a * b; }
double quotient(double a, double b) { return a / b; }
constexpr std::array kBinary = {
    BinaryRow{"aten::add.Scalar", sum},
    BinaryRow{"aten::add.Tensor", sum},
    BinaryRow{"aten::div.Scalar", quotient},
    BinaryRow{"aten::div.Tensor", quotient},
    BinaryRow{"aten::eq.Scalar", [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    BinaryRow{"aten::eq.Tensor", [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    BinaryRow{"aten::ge.Scalar", [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
    BinaryRow{"aten::ge.Tensor", [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
    BinaryRow{"aten::gt.Scalar", [](double a, double b) { return a > b ? 1.0 : 0.0; }},
    BinaryRow{"aten::gt.Tensor", [](double a, double b) { return a > b ? 1.0 : 0.0; }},
    BinaryRow{"aten::le.Scalar", [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    BinaryRow{"aten::le.Tensor", [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    BinaryRow{"aten::lt.Scalar", [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    BinaryRow{"aten::lt.Tensor", [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    BinaryRow{"aten::max.other", most},
    BinaryRow{"aten::maximum", most},
    BinaryRow{"aten::min.other", least},
    BinaryRow{"aten::minimum", least},
    BinaryRow{"aten::mul.Scalar", product},
    BinaryRow{"aten::mul.Tensor", product},
    BinaryRow{"aten::ne.Scalar", [](double a, double b) { return a != b ? 1.0 : 0.0; }},
    BinaryRow{"aten::ne.Tensor", [](double a, double b) { return a != b ? 1.0 : 0.0; }},
    BinaryRow{"aten::sub.Scalar", difference},
    BinaryRow{"aten::sub.Tensor", difference},
};

// Of all elements, which an integer or an extremum does not depend on the order of.
constexpr std::array kReductions = {
    BinaryRow{"aten::max", most},
    BinaryRow{"aten::min", least},
};

template <typename Rows>
auto find_row(const Rows& rows, std::string_view op) {
  const auto found = std::find_if(rows.begin(), rows.end(), [op](const auto& row) { return row.op == op; });
  return found == rows.end() ? nullptr : &*found;
}

bool is_one(const Fact& fact) { return number_of(fact) == 1.0; }

// A number of the program takes the dtype of the tensors that it meets.
std::optional<DType> common_floating(const std::vector<Operand>& operands) {
  std::optional<DType> common;
  for (const Operand& operand : operands) {
    if (!operand.dtype || !is_floating(*operand.dtype)) continue;
    if (common && *common != *operand.dtype) return std::nullopt;
    common = operand.dtype;
  }
  return common;
}

// searchsorted(sequence, values, out_int32, right, side, sorter): in a sorted sequence of one dim.
std::optional<Numbers> found_places(const Operand& sequence, const Operand& values, const Facts& inputs) {
  const bool plain = inputs.size() >= 6 && inputs[4].is_none() && inputs[5].is_none();
  const auto* right = plain ? inputs[3].get<BoolFact>() : nullptr;
  const Numbers& sorted = sequence.numbers;
  if (right == nullptr || !right->value || sequence.dims.size() != 1 || !std::ranges::is_sorted(sorted))
    return std::nullopt;
  Numbers places;
  for (const double value : values.numbers) {
    if (std::isnan(value)) return std::nullopt;
    const auto place =
        *right->value ? std::ranges::upper_bound(sorted, value) : std::ranges::lower_bound(sorted, value);
    places.push_back(static_cast<double>(place - sorted.begin()));
  }
  return places;
}

std::optional<Numbers> numbers_of(std::string_view op, const Facts& inputs, const TensorFact& result,
                                  const std::vector<std::int64_t>& dims, std::size_t count) {
  const auto first = operand_of(inputs[0]);
  if (!first) return std::nullopt;
  Numbers numbers;
  if (const auto* row = find_row(kUnary, op)) {
    if (first->numbers.size() != count) return std::nullopt;
    for (const double number : first->numbers) numbers.push_back(row->apply(number));
    return numbers;
  }
  if (const auto* row = find_row(kReductions, op); row != nullptr && inputs.size() == 1 && !first->numbers.empty()) {
    double reduced = first->numbers.front();
    for (const double number : first->numbers) reduced = row->apply(reduced, number);
    return Numbers{reduced};
  }
  if (op == "aten::searchsorted.Scalar" || op == "aten::searchsorted.Tensor") {
    const auto values = operand_of(inputs[1]);
    return values ? found_places(*first, *values, inputs) : std::nullopt;
  }
  const auto* row = find_row(kBinary, op);
  if (row == nullptr || inputs.size() < 2 || (inputs.size() > 2 && !is_one(inputs[2]))) return std::nullopt;
  const auto second = operand_of(inputs[1]);
  if (!second) return std::nullopt;
  const std::vector<Operand> operands = {*first, *second};
  const std::optional<DType> floating =
      result.dtype && is_floating(*result.dtype) ? result.dtype : common_floating(operands);
  for (std::size_t i = 0; i < count; ++i) {
    double sides[2];
    for (std::size_t side = 0; side < 2; ++side) {
      sides[side] = broadcast_element(operands[side], dims, i);
      if (!floating) continue;
      const auto rounded = stored(sides[side], *floating);
      if (!rounded) return std::nullopt;
      sides[side] = *rounded;
    }
    numbers.push_back(row->apply(sides[0], sides[1]));
  }
  return numbers;
}

}  // namespace

void fill_elements(std::string_view op, const Facts& inputs, Facts& results) {
  if (inputs.empty() || results.size() != 1 || inputs[0].tensor() == nullptr || !inputs[0].tensor()->contents) return;
  auto* result = results[0].get<TensorFact>();
  if (result == nullptr || result->contents || !result->dims || !result->dtype) return;
  std::vector<std::int64_t> dims;
  std::size_t count = 1;
  for (const Dim& dim : *result->dims) {
    const auto size = dim ? dim->constant() : std::nullopt;
    if (!size || *size < 1 || *size > static_cast<std::int64_t>(Fact::kMaxContents)) return;
    dims.push_back(*size);
    count *= static_cast<std::size_t>(*size);
    if (count > Fact::kMaxContents) return;
  }
  const auto numbers = numbers_of(op, inputs, *result, dims, count);
  if (!numbers || numbers->size() != count) return;
  Elements elements;
  for (const double number : *numbers) {
    const auto value = stored(number, *result->dtype);
    if (!value) return;
    if (is_floating(*result->dtype)) {
      elements.emplace_back(*value);
    } else {
      elements.emplace_back(Expr(static_cast<std::int64_t>(*value)));
    }
  }
  result->contents = std::move(elements);
}

}  // namespace flopaudit
