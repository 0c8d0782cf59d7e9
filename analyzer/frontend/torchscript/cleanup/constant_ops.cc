#include "analyzer/frontend/torchscript/cleanup/constant_ops.h"

#include <algorithm>
#include <string_view>

#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"
#include "analyzer/support/assert.h"

namespace flopaudit::cleanup {
namespace {

using Facts = std::vector<Fact>;

// Sorted once by name: the rows of all families.
const ConstantRow* find_row(std::string_view op) {
  static const std::vector<ConstantRow> kRows = [] {
    std::vector<ConstantRow> rows = number_rows();
    for (auto family : {math_rows, comparison_rows, text_rows}) {
      const std::vector<ConstantRow> more = family();
      rows.insert(rows.end(), more.begin(), more.end());
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.op < b.op; });
    return rows;
  }();
  const auto found = std::lower_bound(kRows.begin(), kRows.end(), op,
                                      [](const ConstantRow& row, std::string_view name) { return row.op < name; });
  return found != kRows.end() && found->op == op ? &*found : nullptr;
}

std::optional<Facts> fold_tuple(const Node& node) {
  if (node.op.name == "prim::TupleConstruct") {
    Facts elements;
    for (const Value* operand : node.operands) elements.push_back(operand->fact);
    return Facts{Fact::tuple(std::move(elements))};
  }
  const TupleFact* const tuple = node.operands.at(0)->fact.get<TupleFact>();
  if (tuple == nullptr) return std::nullopt;
  const Facts& elements = tuple->elements;
  if (node.op.name == "prim::TupleUnpack") {
    if (elements.size() != node.results.size()) return std::nullopt;
    return elements;
  }
  const auto size = static_cast<std::int64_t>(elements.size());
  if (node.op.name == "prim::TupleIndex") {
    std::int64_t index = integer_of(node.operands.at(1)->fact).value_or(size);
    if (index < 0) index += size;
    if (index < 0 || index >= size) return std::nullopt;
    return Facts{elements[static_cast<std::size_t>(index)]};
  }
  const std::int64_t begin = std::stoll(node.attributes.at("beg"));
  const std::int64_t end = std::stoll(node.attributes.at("end"));
  if (begin < 0 || end < begin || end > size) return std::nullopt;
  return Facts{Fact::tuple(Facts(elements.begin() + begin, elements.begin() + end))};
}

// A constant of the type that the value has, not of the one it is declared with.
bool is_instance(const Type& of_value, const Type& candidate) {
  if (of_value == candidate) return true;
  const auto fits = [&of_value](const Type& each) { return is_instance(of_value, each); };
  switch (candidate.kind) {
    case Type::Kind::any: return true;
    case Type::Kind::number:
      return of_value.kind == Type::Kind::integer || of_value.kind == Type::Kind::floating ||
             of_value.kind == Type::Kind::complex;
    case Type::Kind::optional: return of_value.kind == Type::Kind::none || fits(candidate.arguments.at(0));
    case Type::Kind::union_of: return std::any_of(candidate.arguments.begin(), candidate.arguments.end(), fits);
    case Type::Kind::tuple: {
      if (of_value.kind != candidate.kind || of_value.arguments.size() != candidate.arguments.size()) return false;
      for (std::size_t i = 0; i < candidate.arguments.size(); ++i) {
        if (!is_instance(of_value.arguments[i], candidate.arguments[i])) return false;
      }
      return true;
    }
    default: return false;
  }
}

std::optional<Facts> fold_isinstance(const Node& node) {
  const auto words = node.attributes.find("types");
  if (words == node.attributes.end()) return std::nullopt;
  const Result<Type> candidates = Type::parse("Union[" + words->second + "]");
  if (!candidates) return std::nullopt;
  const Value& value = *node.operands.at(0);
  const Type type = value.fact.is_none() ? Type::of(Type::Kind::none) : type_of_constant(value.fact, value.type);
  return Facts{Fact::boolean(is_instance(type, *candidates))};
}

}  // namespace

std::optional<Facts> fold_constants(const Node& node) {
  const std::string& op = node.op.name;
  if (op.rfind("prim::Tuple", 0) == 0) return fold_tuple(node);
  if (op == "prim::isinstance") return fold_isinstance(node);
  const ConstantRow* const row = find_row(op);
  if (row == nullptr || node.results.size() != 1) return std::nullopt;
  Facts operands;
  for (const Value* operand : node.operands) operands.push_back(operand->fact);
  std::optional<Fact> result = row->fold(operands);
  if (!result) return std::nullopt;
  return Facts{*std::move(result)};
}

Type type_of_constant(const Fact& value, const Type& declared) {
  using Kind = Type::Kind;
  if (declared.kind == Kind::complex || declared.kind == Kind::named) return declared;
  if (value.get<IntFact>() != nullptr) return Type::of(Kind::integer);
  if (value.get<FloatFact>() != nullptr) return Type::of(Kind::floating);
  if (value.get<BoolFact>() != nullptr) return Type::of(Kind::boolean);
  if (value.get<StrFact>() != nullptr) return Type::of(Kind::string);
  if (value.get<DeviceFact>() != nullptr) return Type::of(Kind::device);
  const TupleFact* const tuple = value.get<TupleFact>();
  if (tuple == nullptr) return declared;
  Type type = Type::of(Kind::tuple);
  for (std::size_t i = 0; i < tuple->elements.size(); ++i) {
    const Fact& element = tuple->elements[i];
    const bool fits = declared.kind == Kind::tuple && declared.arguments.size() == tuple->elements.size();
    const Type& declared_element = fits ? declared.arguments[i] : Type::of(Kind::any);
    type.arguments.push_back(element.is_none() ? Type::of(Kind::none) : type_of_constant(element, declared_element));
  }
  return type;
}

}  // namespace flopaudit::cleanup
