// Constant comparisons, logic and identity.
#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"

namespace flopaudit::cleanup {
namespace {

using Facts = std::vector<Fact>;
using Folded = std::optional<Fact>;

enum class Order { less, equal, greater, none };

template <typename T>
Order order_of_values(const T& a, const T& b) {
  if (a < b) return Order::less;
  if (a == b) return Order::equal;
  return a > b ? Order::greater : Order::none;  // none: not a number
}

std::optional<Order> order(const Facts& operands) {
  if (const auto pair = number_pair(operands)) {
    return pair->integers ? order_of_values(pair->i, pair->j) : order_of_values(pair->x, pair->y);
  }
  if (operands.size() != 2) return std::nullopt;
  const std::string* const text = string_of(operands[0]);
  const std::string* const other = string_of(operands[1]);
  if (text == nullptr || other == nullptr) return std::nullopt;
  return order_of_values(*text, *other);
}

std::optional<bool> equal(const Facts& operands) {
  if (const auto found = order(operands)) return *found == Order::equal;
  if (operands.size() != 2) return std::nullopt;
  const auto a = boolean_of(operands[0]), b = boolean_of(operands[1]);
  if (a && b) return *a == *b;
  const DeviceFact* const device = operands[0].get<DeviceFact>();
  const DeviceFact* const other = operands[1].get<DeviceFact>();
  if (device != nullptr && other != nullptr) return *device == *other;
  return std::nullopt;
}

Folded answer(std::optional<bool> found) { return found ? Folded(Fact::boolean(*found)) : std::nullopt; }

Folded eq(const Facts& operands) { return answer(equal(operands)); }
Folded ne(const Facts& operands) {
  const auto found = equal(operands);
  return found ? Folded(Fact::boolean(!*found)) : std::nullopt;
}
template <Order first, Order second>
Folded is_one_of(const Facts& operands) {
  const auto found = order(operands);
  return found ? Folded(Fact::boolean(*found == first || *found == second)) : std::nullopt;
}

// Each string is made anew where it is written, and none is another.
std::optional<bool> same(const Facts& operands) {
  if (operands[0].is_none() || operands[1].is_none()) return operands[0].is_none() && operands[1].is_none();
  const auto a = boolean_of(operands[0]), b = boolean_of(operands[1]);
  if (a && b) return *a == *b;
  const auto i = integer_of(operands[0]), j = integer_of(operands[1]);
  if (i && j) return *i == *j;
  if (string_of(operands[0]) != nullptr && string_of(operands[1]) != nullptr) return false;
  return std::nullopt;
}
Folded is(const Facts& operands) { return answer(same(operands)); }
Folded is_not(const Facts& operands) {
  const auto found = same(operands);
  return found ? Folded(Fact::boolean(!*found)) : std::nullopt;
}

Folded not_(const Facts& operands) {
  const auto a = boolean_of(operands[0]);
  return a ? Folded(Fact::boolean(!*a)) : std::nullopt;
}

template <typename Bools, typename Ints>
Folded bitwise(const Facts& operands, Bools bools, Ints ints) {
  if (operands.size() != 2) return std::nullopt;
  const auto a = boolean_of(operands[0]), b = boolean_of(operands[1]);
  if (a && b) return Fact::boolean(bools(*a, *b));
  const auto i = integer_of(operands[0]), j = integer_of(operands[1]);
  if (i && j) return Fact::integer(ints(*i, *j));
  return std::nullopt;
}
Folded and_(const Facts& operands) {
  return bitwise(
      operands, [](bool a, bool b) { return a && b; }, [](auto i, auto j) { return i & j; });
}
Folded or_(const Facts& operands) {
  return bitwise(
      operands, [](bool a, bool b) { return a || b; }, [](auto i, auto j) { return i | j; });
}
Folded xor_(const Facts& operands) {
  return bitwise(
      operands, [](bool a, bool b) { return a != b; }, [](auto i, auto j) { return i ^ j; });
}

template <bool left>
Folded shift(const Facts& operands) {
  const auto i = integer_of(operands[0]), by = integer_of(operands[1]);
  if (!i || !by || *by < 0 || *by > 63) return std::nullopt;
  if (left) return Fact::integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(*i) << *by));
  return Fact::integer(*i >> *by);
}

Folded itself(const Facts& operands) { return operands[0]; }
Folded unwrapped(const Facts& operands) { return operands[0].is_none() ? std::nullopt : Folded(operands[0]); }
Folded yes(const Facts&) { return Fact::boolean(true); }

}  // namespace

std::vector<ConstantRow> comparison_rows() {
  return {
      {"aten::__and__", and_},
      {"aten::__is__", is},
      {"aten::__isnot__", is_not},
      {"aten::__lshift__", shift<true>},
      {"aten::__not__", not_},
      {"aten::__or__", or_},
      {"aten::__rshift__", shift<false>},
      {"aten::__xor__", xor_},
      {"aten::_unwrap_optional", unwrapped},
      {"aten::eq", eq},
      {"aten::ge", is_one_of<Order::greater, Order::equal>},
      {"aten::gt", is_one_of<Order::greater, Order::greater>},
      {"aten::is_scripting", yes},
      {"aten::le", is_one_of<Order::less, Order::equal>},
      {"aten::lt", is_one_of<Order::less, Order::less>},
      {"aten::ne", ne},
      {"prim::unchecked_cast", itself},
  };
}

}  // namespace flopaudit::cleanup
