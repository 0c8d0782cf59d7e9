#include "tests/op_oracle/compare_facts.h"

#include <algorithm>
#include <cmath>

namespace flopaudit {
namespace {

bool dims_agree(const TensorFact& stated, const TensorFact& real) {
  if (!stated.dims) return true;
  if (!real.dims || stated.dims->size() != real.dims->size()) return false;
  return std::ranges::equal(*stated.dims, *real.dims, [](const Dim& a, const Dim& b) { return !a || a == b; });
}

double rounding_of(DType dtype) {
  switch (dtype) {
    case DType::f64: return 1e-12;
    case DType::f32: return 1e-5;
    case DType::f16: return 1e-2;
    case DType::bf16: return 5e-2;
    default: return 0;
  }
}

bool numbers_agree(double a, double b, double rounding) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= rounding * std::max(1.0, std::abs(b));
}

bool elements_agree(const TensorFact& stated, const TensorFact& real) {
  if (!stated.contents) return true;
  if (!real.contents) return false;
  const double rounding = rounding_of(*real.dtype);
  const auto same = [rounding](const Element& a, const Element& b) {
    return a == b || numbers_agree(number_of(a).value_or(NAN), number_of(b).value_or(0), rounding);
  };
  return std::equal(stated.contents->begin(), stated.contents->end(), real.contents->begin(), real.contents->end(), same);
}

bool tensors_agree(const TensorFact& stated, const TensorFact& real, bool with_elements) {
  return (!stated.dtype || stated.dtype == real.dtype) && dims_agree(stated, real) &&
         (!with_elements || elements_agree(stated, real));
}

bool lists_agree(const Facts& stated, const Facts& real, bool with_elements) {
  return std::ranges::equal(
      stated, real, [&](const Fact& a, const Fact& b) { return difference(a, b, with_elements).empty(); });
}

bool dicts_agree(const DictFact& stated, const DictFact& real, bool with_elements) {
  if (!stated.items || !*stated.items) return true;
  if (!real.items || !*real.items) return false;
  return std::ranges::equal(**stated.items, **real.items, [&](const auto& a, const auto& b) {
    return a.first == b.first && difference(a.second, b.second, with_elements).empty();
  });
}

bool agree(const Fact& stated, const Fact& real, bool with_elements) {
  if (stated.is_unknown() || real.is_unknown()) return true;
  if (stated.variant().index() != real.variant().index()) return false;
  if (const auto* tensor = stated.tensor()) return tensors_agree(*tensor, *real.tensor(), with_elements);
  if (const auto* list = stated.get<ListFact>()) {
    const auto& elements = *real.get<ListFact>()->elements;
    return !list->elements || !*list->elements || lists_agree(**list->elements, *elements, with_elements);
  }
  if (const auto* tuple = stated.get<TupleFact>()) {
    return lists_agree(tuple->elements, real.get<TupleFact>()->elements, with_elements);
  }
  if (const auto* dict = stated.get<DictFact>()) return dicts_agree(*dict, *real.get<DictFact>(), with_elements);
  if (const auto* integer = stated.get<IntFact>()) return !integer->value || stated == real;
  if (const auto* boolean = stated.get<BoolFact>()) return !boolean->value || stated == real;
  if (const auto* string = stated.get<StrFact>()) return !string->value || stated == real;
  if (const auto* floating = stated.get<FloatFact>()) {
    return !floating->value || numbers_agree(*floating->value, *real.get<FloatFact>()->value, 1e-6);
  }
  return stated == real;
}

}  // namespace

std::string difference(const Fact& stated, const Fact& real, bool with_elements) {
  if (agree(stated, real, with_elements)) return "";
  return stated.to_string() + " is stated, LibTorch has " + real.to_string();
}

std::string difference(const Facts& stated, const Facts& real, bool with_elements) {
  if (stated.size() == real.size() && lists_agree(stated, real, with_elements)) return "";
  return facts_text(stated) + " is stated, LibTorch has " + facts_text(real);
}

std::string facts_text(const Facts& facts) {
  std::string text;
  for (const Fact& fact : facts) text += (text.empty() ? "" : "  ") + fact.to_string();
  return text;
}

}  // namespace flopaudit
