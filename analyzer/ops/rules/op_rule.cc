#include "analyzer/ops/rules/op_rule.h"

#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/promotion.h"
#include "analyzer/ops/rules/formula_functions.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

using Kind = FormulaType::Kind;

bool is_scalar_of(const Fact& fact, Kind kind) {
  switch (kind) {
    case Kind::tensor: return fact.tensor() != nullptr;
    case Kind::number: return fact.get<IntFact>() || fact.get<FloatFact>() || fact.get<BoolFact>();
    case Kind::boolean: return fact.get<BoolFact>() != nullptr;
    case Kind::text: return fact.get<StrFact>() != nullptr;
    default: return true;
  }
}

bool is_of(const Fact& fact, const FormulaType& type) {
  if (fact.is_unknown()) return true;
  if (!type.is_list) return is_scalar_of(fact, type.kind);
  const auto* list = fact.get<ListFact>();
  if (list == nullptr) return fact.get<TupleFact>() != nullptr;
  if (!list->elements || !*list->elements) return true;
  for (const Fact& element : **list->elements) {
    if (!element.is_none() && !element.is_unknown() && !is_scalar_of(element, type.kind)) return false;
  }
  return true;
}

// The fact as the declaration wants it.
RuleResult<Fact> argument_of(const OpRule::Argument& argument, const Fact& fact) {
  if (fact.is_none()) {
    if (argument.is_optional || argument.type.kind == Kind::other) return fact;
    return misfit("`" + argument.name + "` is None");
  }
  const bool stands_for_many = argument.list_size > 0 && is_scalar_of(fact, argument.type.kind);
  if (stands_for_many) return Fact::list(Facts(static_cast<std::size_t>(argument.list_size), fact));
  if (is_of(fact, argument.type)) return fact;
  return misfit("`" + argument.name + "` is declared as " + to_string(argument.type) + " and is " + fact.to_string());
}

RuleResult<Facts> arguments_of(const OpRule& rule, const Facts& given) {
  if (given.size() > rule.arguments.size()) {
    return misfit("its rule takes " + std::to_string(rule.arguments.size()) + " arguments, not " +
                  std::to_string(given.size()));
  }
  Facts arguments;
  for (std::size_t i = 0; i < rule.arguments.size(); ++i) {
    const OpRule::Argument& argument = rule.arguments[i];
    if (i >= given.size() && !argument.default_value)
      return misfit("the argument `" + argument.name + "` is not given");
    FA_RULE(Fact fact, argument_of(argument, i < given.size() ? given[i] : argument.default_value->snapshot()));
    arguments.push_back(std::move(fact));
  }
  return arguments;
}

// `x` unknown: nothing. Kept apart from a refusal, which goes on.
template <typename T>
RuleResult<std::optional<T>> if_known(const RuleResult<T>& result) {
  if (result) return std::optional<T>(*result);
  if (result.failure().kind == RuleFailure::Kind::misfit) return result.failure();
  return std::optional<T>();
}

RuleResult<Dim> dim_of(const Fact& fact, const Formula& formula) {
  FA_RULE(const std::optional<Expr> dim, if_known(whole_number(fact, formula.text)));
  if (dim && dim->constant() && *dim->constant() < 0) {
    return misfit("`" + formula.text + "` is " + dim->to_string() + ", which is no size");
  }
  return Dim(dim);
}

RuleResult<Dims> dims_of(const std::vector<Formula>& formulas, const FormulaScope& scope) {
  Dims dims;
  for (const Formula& formula : formulas) {
    const RuleResult<Facts> values = values_of(formula, scope);
    if (!values && values.failure().kind == RuleFailure::Kind::missing && !formula.many) {
      dims.emplace_back();
      continue;
    }
    if (!values) return values.failure();
    for (const Fact& value : *values) {
      FA_RULE(Dim dim, dim_of(value, formula));
      dims.push_back(std::move(dim));
    }
  }
  return dims;
}

RuleResult<Dims> shape_of(const ShapeFormula& shape, const FormulaScope& scope);

RuleResult<Dims> broadcast_of(const std::vector<ShapeFormula>& shapes, const FormulaScope& scope) {
  Dims result;
  for (const ShapeFormula& each : shapes) {
    FA_RULE(const Dims dims, shape_of(each, scope));
    const auto both = broadcast(result, dims);
    if (!both) return misfit("shapes " + text(result) + " and " + text(dims) + " do not broadcast");
    result = *both;
  }
  return result;
}

RuleResult<Dims> shape_of(const ShapeFormula& shape, const FormulaScope& scope) {
  switch (shape.kind) {
    case ShapeFormula::Kind::dims: return dims_of(shape.dims, scope);
    case ShapeFormula::Kind::broadcast: return broadcast_of(shape.choices, scope);
    case ShapeFormula::Kind::choice: {
      FA_RULE(const bool first, truth(*shape.formula, scope));
      return shape_of(shape.choices[first ? 0 : 1], scope);
    }
    default: break;
  }
  FA_RULE(const Fact fact, value_of(*shape.formula, scope));
  if (fact.is_none()) return misfit("`" + shape.formula->text + "` is None");
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dims) return missing("the shape of `" + shape.formula->text + "` is not known");
  return *tensor->dims;
}

RuleResult<DType> dtype_of(const DTypeFormula& dtype, const FormulaScope& scope);

RuleResult<DType> promoted(const std::vector<DTypeFormula>& dtypes, const FormulaScope& scope) {
  FA_RULE(DType result, dtype_of(dtypes[0], scope));
  for (const DTypeFormula& each : dtypes) {
    FA_RULE(const DType next, dtype_of(each, scope));
    const auto both = promote_types(result, next);
    if (!both)
      return missing("there is no common dtype of " + std::string(name(result)) + " and " + std::string(name(next)));
    result = *both;
  }
  return result;
}

RuleResult<DType> dtype_of(const DTypeFormula& dtype, const FormulaScope& scope) {
  switch (dtype.kind) {
    case DTypeFormula::Kind::word: return dtype.word;
    case DTypeFormula::Kind::promote: return promoted(dtype.choices, scope);
    case DTypeFormula::Kind::choice: {
      FA_RULE(const bool first, truth(*dtype.formula, scope));
      return dtype_of(dtype.choices[first ? 0 : 1], scope);
    }
    default: break;
  }
  const std::string& where = dtype.formula->text;
  FA_RULE(const Fact fact, value_of(*dtype.formula, scope));
  if (fact.is_none()) return misfit("`" + where + "` is None");
  if (dtype.kind == DTypeFormula::Kind::of_number) {
    const auto number = constant_of(fact);
    if (!number) return missing("`" + where + "` is not known");
    const auto word = dtype_of_scalar_type_number(*number);
    return word ? RuleResult<DType>(*word) : misfit("`" + where + "` is " + fact.to_string() + ", which is no dtype");
  }
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dtype) return missing("the dtype of `" + where + "` is not known");
  return *tensor->dtype;
}

const Fact* first_tensor_in(const Facts& facts) {
  for (const Fact& fact : facts) {
    if (fact.tensor() != nullptr || fact.is_unknown()) return &fact;
    const auto* list = fact.get<ListFact>();
    if (list == nullptr || !list->elements || !*list->elements) continue;
    if (const Fact* found = first_tensor_in(**list->elements)) return found;
  }
  return nullptr;
}

// Of the first tensor argument that is given; without one, what LibTorch gives a new tensor.
std::optional<DType> default_dtype_of(const Facts& arguments) {
  const Fact* first = first_tensor_in(arguments);
  if (first == nullptr) return default_dtype();
  return first->tensor() ? first->tensor()->dtype : std::nullopt;
}

RuleResult<Fact> tensor_of(const OpRule::Output& output, const FormulaScope& scope) {
  TensorFact tensor;
  if (output.dtype) {
    FA_RULE(tensor.dtype, if_known(dtype_of(*output.dtype, scope)));
  } else {
    tensor.dtype = default_dtype_of(scope.inputs);
  }
  FA_RULE(tensor.dims, if_known(shape_of(*output.shape, scope)));
  return Fact(std::move(tensor));
}

RuleResult<Fact> output_of(const OpRule::Output& output, const FormulaScope& scope) {
  if (output.type.kind == Kind::tensor) return tensor_of(output, scope);
  const RuleResult<Fact> value = output.value ? value_of(*output.value, scope) : missing("");
  if (!value && value.failure().kind == RuleFailure::Kind::misfit) return value.failure();
  if (output.type.kind == Kind::boolean) return value ? *value : Fact(BoolFact{});
  if (output.is_float) return Fact(FloatFact{value ? number_of(*value) : std::nullopt});
  if (!value) return Fact(IntFact{});
  FA_RULE(Expr number, whole_number(*value, output.value->text));
  return Fact::integer(std::move(number));
}

// What must hold of symbolic sizes for a condition that they decide.
void note_sizes(const Formula& condition, const FormulaScope& scope) {
  if (condition.kind != Formula::Kind::call || condition.arguments.size() != 2) return;
  const std::string_view sign = condition.function->name;
  if (sign == "and") {
    for (const Formula& part : condition.arguments) note_sizes(part, scope);
    return;
  }
  const RuleResult<Expr> left = whole_number(condition.arguments[0], scope);
  const RuleResult<Expr> right = whole_number(condition.arguments[1], scope);
  if (!left || !right) return;
  if (sign == "==") must_be_equal(*left, *right);
  if (sign == ">=") must_be_at_least(*left, *right);
  if (sign == "<=") must_be_at_least(*right, *left);
  if (sign == ">") must_be_at_least(*left, *right + 1);
  if (sign == "<") must_be_at_least(*right, *left + 1);
}

}  // namespace

RuleResult<Facts> OpRule::shape(const Facts& given) const {
  FA_RULE(const Facts inputs, arguments_of(*this, given));
  Facts results;
  const FormulaScope scope = {inputs, results};
  for (const Requirement& requirement : requirements) {
    // What cannot be decided is taken to hold, as rows take it, and is stated (size_conditions.h).
    FA_RULE(const std::optional<bool> holds, if_known(truth(requirement.condition, scope)));
    if (holds && !*holds) return misfit(requirement.message);
    if (!holds) note_sizes(requirement.condition, scope);
  }
  for (const Output& output : outputs) {
    FA_RULE(Fact result, output_of(output, scope));
    results.push_back(std::move(result));
  }
  return results;
}

RuleResult<Work> OpRule::work(const Facts& given, const Facts& results) const {
  FA_RULE(const Facts inputs, arguments_of(*this, given));
  const FormulaScope scope = {inputs, results};
  std::optional<DType> own_dtype = default_dtype_of(inputs);
  if (!results.empty() && results[0].tensor()) own_dtype = results[0].tensor()->dtype;
  WorkCounter counter(inputs, results);
  std::optional<Expr> valid_macs;
  for (const WorkLine& line : work_lines) {
    FA_RULE(const Expr count, whole_number(line.count, scope));
    if (count.constant() && *count.constant() < 0) {
      return misfit("the work `" + line.count.text + "` is " + count.to_string());
    }
    counter.in_dtype(line.dtype ? line.dtype : own_dtype);
    if (line.is_valid_mac) {
      counter.valid_macs(count);  // behind the macs: the parser puts it last
    } else {
      counter.count(line.work_class, count);
    }
  }
  return counter.work();
}

}  // namespace flopaudit
