#include "analyzer/ops/derived_ops.h"

#include <algorithm>
#include <optional>

#include "analyzer/ir/schema_table.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/out_dtypes.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/synonyms.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- which form a schema is, and of what ---

bool is_written_tensor(const SchemaValue& value) { return value.is_written() && value.type_text == "Tensor"; }

// "aten::add_" -> "aten::add", "aten::__iand__" -> "aten::__and__"; empty: no name of an in-place form.
std::string functional_name(const std::string& name) {
  if (name.ends_with("__")) {
    const std::size_t at = name.find("::__i");
    return at == std::string::npos ? "" : name.substr(0, at + 4) + name.substr(at + 5);
  }
  return name.ends_with("_") ? name.substr(0, name.size() - 1) : "";
}

bool is_in_place(const Schema& schema) {
  return !functional_name(schema.name).empty() && !schema.arguments.empty() &&
         is_written_tensor(schema.arguments.front()) && schema.results.size() == 1 &&
         schema.results.front().alias == schema.arguments.front().alias;
}

// What a factory has beside the arguments of its out= form, which takes it from the out tensor.
bool is_tensor_option(const SchemaValue& argument) {
  return argument.keyword_only && (argument.name == "dtype" || argument.name == "layout" || argument.name == "device" ||
                                   argument.name == "pin_memory");
}

// The operand that an in-place form writes is `self`, whatever the functional form calls it (dropout: `input`).
bool same_argument(const Schema& form, std::size_t index, const SchemaValue& argument, bool is_out) {
  const SchemaValue& own = form.arguments[index];
  return own.type_text == argument.type_text && (own.name == argument.name || (index == 0 && !is_out));
}

// DerivedForm::places of a form that takes what its base takes.
std::optional<std::vector<int>> places_of_same_types(const Schema& form, const Schema& base) {
  std::vector<int> places;
  if (form.arguments.size() != base.arguments.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.arguments.size(); ++i) {
    if (form.arguments[i].type_text != base.arguments[i].type_text) return std::nullopt;
    places.push_back(static_cast<int>(i));
  }
  return places;
}

// DerivedForm::places, where the base has the first `count` arguments of the form, by name and type.
std::optional<std::vector<int>> places_of(const Schema& form, std::size_t count, const Schema& base, bool is_out) {
  std::vector<int> places;
  std::size_t next = 0;
  for (const SchemaValue& argument : base.arguments) {
    if (next < count && same_argument(form, next, argument, is_out)) {
      places.push_back(static_cast<int>(next++));
    } else if (is_out && is_tensor_option(argument)) {
      places.push_back(argument.name == "dtype" ? DerivedForm::kDtypeOfOut : DerivedForm::kNone);
    } else {
      return std::nullopt;
    }
  }
  return next == count ? std::optional(std::move(places)) : std::nullopt;
}

bool writes_nothing(const Schema& schema, std::size_t results) {
  return schema.results.size() == results &&
         std::none_of(schema.results.begin(), schema.results.end(),
                      [](const SchemaValue& result) { return result.is_written(); });
}

using Kind = DerivedForm::Kind;

// Which form a schema is, and the name of what it derives from; no name: it is none.
std::pair<Kind, std::string> kind_of(const Schema& schema) {
  if (is_in_place(schema)) return {Kind::in_place, functional_name(schema.name)};
  if (schema.out_count() > 0) return {Kind::out, schema.name};
  if (const std::string_view other = other_name(schema.name); !other.empty())
    return {Kind::synonym, std::string(other)};
  constexpr std::string_view kCopy = "_copy";
  if (!schema.name.ends_with(kCopy) || schema.results.empty()) return {Kind::copy, ""};
  return {Kind::copy, schema.name.substr(0, schema.name.size() - kCopy.size())};
}

// --- facts ---

std::optional<RuleFailure> check_cast(const TensorFact& computed, const Fact& target) {
  const std::optional<DType> dtype = target.tensor()->dtype;
  if (!dtype || !computed.dtype || can_cast(*computed.dtype, *dtype)) return std::nullopt;
  return misfit("a result of " + std::string(name(*computed.dtype)) + " cannot be written into " + target.to_string());
}

bool differ(const Dims& a, const Dims& b) {
  if (a.size() != b.size()) return true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_dim(a[i], b[i])) return true;
  }
  return false;
}

std::optional<RuleFailure> check_same_dtype(const TensorFact& computed, const Facts& inputs, std::size_t place) {
  const TensorFact* out = place < inputs.size() ? inputs[place].tensor() : nullptr;
  if (out == nullptr || !out->dtype || !computed.dtype || *computed.dtype == *out->dtype) return std::nullopt;
  return misfit("the out tensor should be " + std::string(name(*computed.dtype)) + ": " + inputs[place].to_string());
}

// The functional result in the dtype of the tensor that it is written to.
RuleResult<Fact> written_into(const Fact& computed, const Facts& inputs, std::size_t place) {
  FA_RULE(const TensorFact* target, tensor_at(inputs, place));
  TensorFact result = *computed.tensor();
  FA_REFUSE(check_cast(result, inputs[place]));
  if (result.dtype != target->dtype) result.contents.reset();
  result.dtype = target->dtype;
  result.alias_class = target->alias_class;
  return Fact(std::move(result));
}

RuleResult<Facts> shape_in_place(const Facts& computed, const Facts& inputs) {
  FA_RULE(const TensorFact* self, tensor_at(inputs, 0));
  FA_RULE(Fact result, written_into(computed[0], inputs, 0));
  TensorFact& tensor = *result.get<TensorFact>();
  if (self->dims && tensor.dims && differ(*self->dims, *tensor.dims)) {
    return misfit("a result of shape " + text(*tensor.dims) +
                  " does not fit into the tensor it is written to: " + inputs[0].to_string());
  }
  if (self->dims) tensor.dims = self->dims;
  return one(std::move(result));
}

// The casts of results that are written in another dtype than they are computed in.
RuleResult<Work> casts(const Facts& computed, const Facts& outputs) {
  Work work;
  for (std::size_t i = 0; i < outputs.size() && i < computed.size(); ++i) {
    FA_RULE(const DType from, dtype_at(computed, i));
    FA_RULE(const DType to, dtype_at(outputs, i));
    if (from == to) continue;
    FA_RULE(const Expr elements, elements_at(outputs, i));
    FA_RULE(const Work cast, WorkCounter(computed, outputs)
                                 .in_dtype(real_dtype(is_integral(to) ? from : to))
                                 .count(WorkClass::convert, elements)
                                 .work());
    for (const auto& [key, count] : cast.operations) work.add(key.first, key.second, count);
  }
  return work;
}

// The row behind synonyms and copies.
const OpSpec& row_of(const OpSpec& op) { return op.form == nullptr ? op : row_of(*op.form->base); }

void read_out_dtypes(DerivedForm& form, const Schema& base) {
  if (form.kind == Kind::in_place && !computes_as_out(form.base->name)) return;
  const bool is_copy = form.base->form != nullptr && form.base->form->kind == Kind::copy;
  const std::string_view row = row_of(*form.base).name;
  form.casts = !is_copy && casts_into_out(row);
  if (!computes_as_out(row)) return;
  for (std::size_t i = 0; i < base.arguments.size(); ++i) {
    if (base.arguments[i].name == "dtype") form.dtype = static_cast<int>(i);
  }
}

}  // namespace

Facts base_inputs(const DerivedForm& form, const Facts& inputs) {
  Facts facts;
  for (const int place : form.places) {
    if (place >= 0 && static_cast<std::size_t>(place) < inputs.size()) {
      facts.push_back(inputs[static_cast<std::size_t>(place)]);
      continue;
    }
    const TensorFact* out = form.first_out < inputs.size() ? inputs[form.first_out].tensor() : nullptr;
    if (place == DerivedForm::kDtypeOfOut && out != nullptr && out->dtype) {
      facts.push_back(Fact::integer(scalar_type_number(*out->dtype)));
    } else {
      facts.push_back(Fact::none());
    }
  }
  if (form.dtype >= 0) {
    Fact& dtype = facts.at(static_cast<std::size_t>(form.dtype));
    const TensorFact* out = form.first_out < inputs.size() ? inputs[form.first_out].tensor() : nullptr;
    if (dtype.is_none() && out != nullptr && out->dtype) dtype = Fact::integer(scalar_type_number(*out->dtype));
  }
  return facts;
}

std::unique_ptr<DerivedOp> derive_op(std::string_view full_name, const OpSpec* (*known)(std::string_view)) {
  const std::optional<Schema> schema = find_schema(full_name);
  if (!schema || schema->any_arguments) return nullptr;
  const auto [kind, base_name] = kind_of(*schema);
  if (base_name.empty()) return nullptr;
  const bool same = kind == Kind::synonym || kind == Kind::copy;
  const std::size_t count = schema->arguments.size() - (kind == Kind::out ? schema->results.size() : 0);
  for (const std::string_view line : schema_lines_of(base_name)) {
    const Result<Schema> base = Schema::parse(line);
    if (!base || base->any_arguments || !writes_nothing(*base, schema->results.size())) continue;
    std::optional<std::vector<int>> places =
        same ? places_of_same_types(*schema, *base) : places_of(*schema, count, *base, kind == Kind::out);
    if (!places || (kind == Kind::copy && !base->results.front().alias)) continue;
    const OpSpec* row = known(base->full_name());
    if (row == nullptr) continue;
    auto derived = std::make_unique<DerivedOp>();
    derived->name = full_name;
    derived->form.kind = kind;
    derived->form.base = row;
    derived->form.places = *std::move(places);
    derived->form.first_out = count;
    if (kind == Kind::in_place) derived->form.first_out = 0;
    if (kind == Kind::out || kind == Kind::in_place) read_out_dtypes(derived->form, *base);
    derived->form.changes_shape = kind == Kind::in_place && base->results.front().alias.has_value();
    derived->spec = {derived->name.c_str(), nullptr, nullptr, row->formula, &derived->form};
    return derived;
  }
  return nullptr;
}

RuleResult<Facts> shape_of_derived(const DerivedForm& form, const Facts& inputs) {
  FA_RULE(Facts computed, shape_of(*form.base, base_inputs(form, inputs)));
  if (form.changes_shape || form.kind == Kind::synonym || form.kind == Kind::copy) return computed;
  if (form.kind == Kind::in_place) {
    if (!form.casts) FA_REFUSE(check_same_dtype(*computed[0].tensor(), inputs, 0));
    return shape_in_place(computed, inputs);
  }
  Facts results;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    const std::size_t out = form.first_out + i;
    if (computed[i].is_none()) return misfit("a result that is not asked for cannot be written");
    if (!form.casts) FA_REFUSE(check_same_dtype(*computed[i].tensor(), inputs, out));
    FA_RULE(Fact result, written_into(computed[i], inputs, out));
    results.push_back(std::move(result));
  }
  return results;
}

namespace {

// Of work_of and least_work_of the one that is asked for.
using Asked = RuleResult<Work> (*)(const OpSpec&, const Facts&, const Facts&);

RuleResult<Work> asked_of_derived(const DerivedForm& form, const Facts& inputs, const Facts& outputs, Asked asked) {
  const Facts read = base_inputs(form, inputs);
  if (form.kind == Kind::copy) return copies(read, outputs);
  if (form.kind == Kind::synonym) return asked(*form.base, read, outputs);
  if (!has_work(*form.base)) return form.kind == Kind::out ? copies(read, outputs) : RuleResult<Work>(Work());
  FA_RULE(const Facts computed, shape_of(*form.base, read));
  FA_RULE(Work work, asked(*form.base, read, computed));
  FA_RULE(const Work cast, casts(computed, outputs));
  for (const auto& [key, count] : cast.operations) work.add(key.first, key.second, count);
  const bool writes = !(work.bytes_written == Expr(0));  // dropout in eval hands on its input
  if (writes) {
    FA_RULE(work.bytes_written, bytes_of(outputs));
  }
  return work;
}

}  // namespace

RuleResult<Work> work_of_derived(const DerivedForm& form, const Facts& inputs, const Facts& outputs) {
  return asked_of_derived(form, inputs, outputs, work_of);
}

RuleResult<Work> least_work_of_derived(const DerivedForm& form, const Facts& inputs, const Facts& outputs) {
  return asked_of_derived(form, inputs, outputs, least_work_of);
}

}  // namespace flopaudit
