// Facts on drawn values: the text form reads back, and join is what holds of both.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/ir/fact.h"

namespace flopaudit {
namespace {

// Rare interactions of two simplifications need thousands of draws; RapidCheck's own default is 100. A given RC_PARAMS
// (a seed to repeat) wins.
[[maybe_unused]] const int kConfigured = setenv("RC_PARAMS", "max_success=2000 max_discard_ratio=100", 0);

double draw_double() { return std::bit_cast<double>(*rc::gen::arbitrary<std::int64_t>()); }

Expr draw_dim() {
  if (*rc::gen::inRange(0, 2) == 0) return *rc::gen::inRange<std::int64_t>(0, 1000);
  const Expr n = Expr::symbol(*rc::gen::element<std::string>("N", "H", "trips(n3)"));
  return floor_div(n + Expr(*rc::gen::inRange<std::int64_t>(0, 5)), *rc::gen::inRange<std::int64_t>(1, 4));
}

Expr draw_integer() { return *rc::gen::arbitrary<bool>() ? draw_dim() : Expr(*rc::gen::arbitrary<std::int64_t>()); }

Fact draw_tensor() {
  TensorFact tensor;
  if (*rc::gen::arbitrary<bool>()) tensor.dtype = dtype_of_scalar_type_number(*rc::gen::inRange(0, 16));
  if (*rc::gen::inRange(0, 3) == 0) {
    const bool floating = *rc::gen::arbitrary<bool>();
    tensor.dtype = floating ? DType::f32 : DType::i64;
    tensor.contents.emplace();
    const int count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
      floating ? tensor.contents->emplace_back(draw_double()) : tensor.contents->emplace_back(draw_integer());
    }
    tensor.dims = Dims{Expr(count)};
  } else if (*rc::gen::inRange(0, 4) != 0) {
    tensor.dims.emplace();
    const int rank = *rc::gen::inRange(0, 5);
    for (int i = 0; i < rank; ++i) tensor.dims->push_back(*rc::gen::inRange(0, 4) == 0 ? Dim() : Dim(draw_dim()));
  }
  return tensor;
}

Fact draw_float() {
  if (*rc::gen::arbitrary<bool>()) return FloatFact{};
  if (*rc::gen::arbitrary<bool>()) return float_fact({draw_dim(), *rc::gen::inRange<std::int64_t>(1, 9)});
  return float_fact({draw_dim(), 1, *rc::gen::element(1.3, 0.1, 1e-7, 1e15)});
}

Fact draw_leaf() {
  switch (*rc::gen::inRange(0, 12)) {
    case 0: return Fact::none();
    case 1: return Fact::integer(*rc::gen::arbitrary<std::int64_t>());
    case 2: return Fact::integer(draw_dim());
    case 3: return Fact::floating(draw_double());
    case 4: return Fact::boolean(*rc::gen::arbitrary<bool>());
    case 5: return Fact::string(*rc::gen::arbitrary<std::string>());
    case 6: return DeviceFact{"cpu"};
    case 7: return ObjectFact{*rc::gen::arbitrary<std::string>()};
    case 8: return *rc::gen::arbitrary<bool>() ? Fact(IntFact{}) : draw_float();
    case 9: return *rc::gen::arbitrary<bool>() ? Fact(BoolFact{}) : Fact(StrFact{});
    case 10: return *rc::gen::arbitrary<bool>() ? Fact::unknown_list() : Fact::unknown("drawn");
    default: return draw_tensor();
  }
}

Fact draw_fact(int depth) {
  const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 6);
  if (kind < 2) return draw_leaf();
  if (kind == 5) {
    const Dim length = *rc::gen::inRange(0, 3) == 0 ? Dim() : Dim(draw_dim());
    return Fact::uniform_list(length, draw_fact(depth - 1));
  }
  std::vector<Fact> elements;
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) elements.push_back(draw_fact(depth - 1));
  if (kind == 2) return Fact::list(std::move(elements));
  if (kind == 3) return Fact::tuple(std::move(elements));
  std::vector<std::pair<Fact, Fact>> items;
  for (Fact& element : elements) items.emplace_back(draw_leaf(), std::move(element));
  return Fact::dict(std::move(items));
}

RC_GTEST_PROP(FactProperties, TextReadsBackAsTheSame, ()) {
  const Fact fact = draw_fact(3);
  const Result<Fact> again = Fact::parse(fact.to_string());
  RC_ASSERT(static_cast<bool>(again));
  const bool equal = *again == fact;
  RC_ASSERT(equal);
  RC_ASSERT(again->to_string() == fact.to_string());
}

RC_GTEST_PROP(FactProperties, JoinIsCommutativeAndIdempotent, ()) {
  const Fact a = draw_fact(2);
  const Fact b = draw_fact(2);
  RC_ASSERT(join(a, b).to_string() == join(b, a).to_string());
  RC_ASSERT(join(a, a).to_string() == a.to_string());
  RC_ASSERT(join(join(a, b), b).to_string() == join(a, b).to_string());
}

RC_GTEST_PROP(FactProperties, SnapshotIsEqual, ()) {
  const Fact fact = draw_fact(3);
  const bool equal = fact.snapshot() == fact;
  RC_ASSERT(equal);
  RC_ASSERT(fact.snapshot().is_complete() == fact.is_complete());
}

RC_GTEST_PROP(FactProperties, AnyBytesAreReadOrRefused, (const std::string& text)) {
  const Result<Fact> fact = Fact::parse(text);
  if (fact) RC_ASSERT(static_cast<bool>(Fact::parse(fact->to_string())));
}

// Texts near the grammar: pieces of it in any order.
RC_GTEST_PROP(FactProperties, PiecesOfTheGrammarAreReadOrRefused, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "[", "]", "(", ")", "{", "}", ",", ":", "f32", "i64", "?", "*", "3", "-", "2.5", " ", "=", "<", ">", "N", "\"",
      "\\", "none", "0x", "1p", "/", "inf", "bool", "//", "device", " x "));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  const Result<Fact> fact = Fact::parse(text);
  if (fact) RC_ASSERT(Fact::parse(fact->to_string())->to_string() == fact->to_string());
}

}  // namespace
}  // namespace flopaudit
