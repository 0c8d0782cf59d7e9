#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

std::string position(std::size_t index) { return "input " + std::to_string(index + 1); }

RuleFailure not_a(const char* kind, const Fact& fact, std::size_t index) {
  if (const auto* unknown = fact.get<UnknownFact>()) {
    return missing(position(index) + " is unknown" + (unknown->why.empty() ? "" : ": " + unknown->why));
  }
  return misfit(position(index) + " should be " + kind + " and is " + fact.to_string());
}

std::string because(const TensorFact& tensor) { return tensor.why.empty() ? "" : ": " + tensor.why; }

}  // namespace

RuleResult<const Fact*> fact_at(const Facts& inputs, std::size_t index) {
  if (index >= inputs.size()) return misfit(position(index) + " is not given");
  return &inputs[index];
}

bool none_at(const Facts& inputs, std::size_t index) { return index < inputs.size() && inputs[index].is_none(); }

RuleResult<const TensorFact*> tensor_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (const TensorFact* tensor = fact->tensor()) return tensor;
  return not_a("a tensor", *fact, index);
}

RuleResult<const TensorFact*> optional_tensor_at(const Facts& inputs, std::size_t index) {
  if (none_at(inputs, index)) return static_cast<const TensorFact*>(nullptr);
  return tensor_at(inputs, index);
}

RuleResult<Dims> dims_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, index));
  if (!tensor->dims) return missing("the rank of " + position(index) + " is unknown" + because(*tensor));
  return *tensor->dims;
}

RuleResult<std::vector<Expr>> known_dims_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Dims dims, dims_at(inputs, index));
  std::vector<Expr> known;
  for (const Dim& dim : dims) {
    if (!dim) return missing("a dim of " + position(index) + " is unknown: " + inputs[index].to_string());
    known.push_back(*dim);
  }
  return known;
}

RuleResult<Expr> elements_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, index));
  Expr product = 1;
  for (const Expr& dim : dims) product *= dim;
  return product;
}

RuleResult<DType> dtype_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, index));
  if (!tensor->dtype) return missing("the dtype of " + position(index) + " is unknown" + because(*tensor));
  return *tensor->dtype;
}

std::optional<Expr> integer_of(const Fact& fact) {
  if (const auto* integer = fact.get<IntFact>()) return integer->value;
  if (const auto* boolean = fact.get<BoolFact>(); boolean && boolean->value) return Expr(*boolean->value ? 1 : 0);
  return std::nullopt;
}

std::optional<std::int64_t> constant_of(const Fact& fact) {
  const std::optional<Expr> value = integer_of(fact);
  return value ? value->constant() : std::nullopt;
}

std::optional<double> number_of(const Fact& fact) {
  if (const auto* floating = fact.get<FloatFact>()) return floating->value;
  const std::optional<std::int64_t> integer = constant_of(fact);
  return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

RuleResult<Expr> int_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (std::optional<Expr> value = integer_of(*fact)) return *value;
  if (fact->get<IntFact>() || fact->get<BoolFact>()) return missing(position(index) + " is an unknown int");
  return not_a("an int", *fact, index);
}

RuleResult<std::int64_t> constant_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Expr value, int_at(inputs, index));
  if (std::optional<std::int64_t> constant = value.constant()) return *constant;
  return missing(position(index) + " is no number but " + value.to_string());
}

RuleResult<std::optional<Expr>> optional_int_at(const Facts& inputs, std::size_t index) {
  if (none_at(inputs, index)) return std::optional<Expr>();
  FA_RULE(Expr value, int_at(inputs, index));
  return std::optional<Expr>(std::move(value));
}

RuleResult<bool> bool_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const std::int64_t value, constant_at(inputs, index));
  return value != 0;
}

RuleResult<double> number_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (std::optional<double> value = number_of(*fact)) return *value;
  if (fact->get<FloatFact>() || fact->get<IntFact>() || fact->get<BoolFact>()) {
    return missing(position(index) + " is an unknown number");
  }
  return not_a("a number", *fact, index);
}

RuleResult<std::string> string_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const auto* string = fact->get<StrFact>();
  if (string == nullptr) return not_a("a string", *fact, index);
  if (!string->value) return missing(position(index) + " is an unknown string");
  return *string->value;
}

RuleResult<std::vector<Fact>> list_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (const auto* tuple = fact->get<TupleFact>()) return tuple->elements;
  const auto* list = fact->get<ListFact>();
  if (list == nullptr) return not_a("a list", *fact, index);
  if (!list->elements || !*list->elements) return missing(position(index) + " is a list of unknown length");
  return **list->elements;
}

RuleResult<Dims> ints_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const std::vector<Fact> elements, list_at(inputs, index));
  Dims values;
  for (const Fact& element : elements) values.push_back(integer_of(element));
  return values;
}

RuleResult<std::vector<std::int64_t>> constants_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const std::vector<Fact> elements, list_at(inputs, index));
  std::vector<std::int64_t> values;
  for (const Fact& element : elements) {
    const std::optional<std::int64_t> value = constant_of(element);
    if (!value) return missing(position(index) + " holds no plain int: " + element.to_string());
    values.push_back(*value);
  }
  return values;
}

RuleResult<std::vector<Expr>> ints_at(const Facts& inputs, std::size_t index, std::size_t count) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (std::optional<Expr> one = integer_of(*fact)) return std::vector<Expr>(count, *one);
  FA_RULE(const Dims list, ints_at(inputs, index));
  if (list.size() != count && list.size() != 1) {
    return misfit(position(index) + " should hold " + std::to_string(count) + " ints and is " + fact->to_string());
  }
  std::vector<Expr> values;
  for (const Dim& value : list) {
    if (!value) return missing(position(index) + " holds an unknown int: " + fact->to_string());
    values.push_back(*value);
  }
  if (values.size() != count) values.assign(count, Expr(values.front()));
  return values;
}

RuleResult<std::optional<DType>> dtype_argument_at(const Facts& inputs, std::size_t index,
                                                   std::optional<DType> otherwise) {
  if (none_at(inputs, index)) return otherwise;
  FA_RULE(const std::int64_t number, constant_at(inputs, index));
  const std::optional<DType> dtype = dtype_of_scalar_type_number(number);
  if (!dtype) return misfit(position(index) + " is no dtype: " + std::to_string(number));
  return dtype;
}

std::string shapes_text(const Facts& inputs, std::initializer_list<std::size_t> indices) {
  std::string text;
  std::size_t done = 0;
  for (const std::size_t index : indices) {
    if (done > 0)
      text += ++done == indices.size() ? " and " : ", ";
    else
      ++done;
    text += index < inputs.size() ? inputs[index].to_string() : "nothing";
  }
  return text;
}

}  // namespace flopaudit
