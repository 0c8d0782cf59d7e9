#include "analyzer/ops/promotion.h"

#include <algorithm>

#include "analyzer/ops/default_dtype.h"

namespace flopaudit {
namespace {

thread_local DType g_default_dtype = DType::f32;

enum class Category { boolean, integral, floating, complex, other };

Category category(DType dtype) {
  if (dtype == DType::boolean) return Category::boolean;
  if (is_integral(dtype)) return Category::integral;
  if (is_floating(dtype)) return Category::floating;
  if (is_complex(dtype)) return Category::complex;
  return Category::other;
}

DType complex_dtype(DType real) {
  if (real == DType::f64) return DType::c128;
  return real == DType::f16 ? DType::c32 : DType::c64;
}

DType promote_integers(DType a, DType b) {
  if (a != DType::u8 && b != DType::u8) return element_bytes(a) >= element_bytes(b) ? a : b;
  const DType other = a == DType::u8 ? b : a;
  return other == DType::i8 ? DType::i16 : other;  // u8 fits every wider signed type; beside i8 both widen
}

DType promote_floats(DType a, DType b) {
  if (element_bytes(a) == element_bytes(b)) return DType::f32;  // f16 beside bf16
  return element_bytes(a) > element_bytes(b) ? a : b;
}

// A complex number of the program: facts write it as the pair of its parts.
bool is_complex_number(const Fact& fact) {
  const auto* pair = fact.get<TupleFact>();
  return pair != nullptr && pair->elements.size() == 2 && pair->elements[0].get<FloatFact>() &&
         pair->elements[1].get<FloatFact>();
}

// How an operand takes part: a tensor with dims, a 0-dim tensor, or a Python number.
enum class Rank { dims, zero, number };
struct Operand {
  DType dtype;
  Rank rank;
};

// Measured on LibTorch 2.13: a 0-dim tensor that is a constant of the program is to every operator what a Python number
// is, whatever the width of its dtype.
DType dtype_as_number(DType dtype) {
  if (is_complex(dtype)) return complex_dtype(default_dtype());
  return is_floating(dtype) ? default_dtype() : dtype;
}

Rank rank_of(const TensorFact& tensor) {
  if (tensor.is_number) return Rank::number;
  return tensor.dims && tensor.dims->empty() ? Rank::zero : Rank::dims;
}

std::optional<DType> promote(const std::optional<DType>& a, const std::optional<DType>& b) {
  if (!a) return b;
  return b ? promote_types(*a, *b) : a;
}

// The dtype of the stronger rank stands, unless the weaker one is of a higher category.
std::optional<DType> combine(const std::optional<DType>& strong, const std::optional<DType>& weak) {
  if (!strong || !weak) return strong ? strong : weak;
  if (is_complex(*strong)) return strong;
  if (is_floating(*strong)) return is_complex(*weak) ? complex_dtype(*strong) : strong;
  if (*strong == DType::boolean || is_floating(*weak) || is_complex(*weak)) return promote_types(*strong, *weak);
  return strong;
}

std::optional<DType> combine_operands(const std::vector<Operand>& operands) {
  std::optional<DType> by_rank[3];
  for (const Operand& operand : operands) {
    std::optional<DType>& entry = by_rank[static_cast<int>(operand.rank)];
    entry = promote(entry, operand.dtype);
  }
  return combine(by_rank[0], combine(by_rank[1], by_rank[2]));
}

}  // namespace

DType default_dtype() { return g_default_dtype; }
DefaultDtypeScope::DefaultDtypeScope(DType dtype) : before_(g_default_dtype) { g_default_dtype = dtype; }
DefaultDtypeScope::~DefaultDtypeScope() { g_default_dtype = before_; }

std::optional<DType> promote_types(DType a, DType b) {
  if (a == b) return a;
  const Category low = std::min(category(a), category(b));
  const Category high = std::max(category(a), category(b));
  if (high == Category::other) return std::nullopt;
  if (high == Category::complex) {
    const DType first = is_complex(a) ? a : complex_dtype(a);
    const DType second = is_complex(b) ? b : complex_dtype(b);
    if (low == Category::boolean || low == Category::integral) return is_complex(a) ? a : b;
    return element_bytes(first) >= element_bytes(second) ? first : second;
  }
  if (low != high) return category(a) == high ? a : b;
  return high == Category::integral ? promote_integers(a, b) : promote_floats(a, b);
}

std::optional<DType> result_dtype(const std::vector<const Fact*>& facts) {
  std::vector<Operand> operands;
  std::vector<std::size_t> unknown_rank;
  for (const Fact* fact : facts) {
    if (const TensorFact* tensor = fact->tensor()) {
      if (!tensor->dtype) return std::nullopt;
      if (!tensor->dims) unknown_rank.push_back(operands.size());
      const DType dtype = tensor->is_number ? dtype_as_number(*tensor->dtype) : *tensor->dtype;
      operands.push_back({dtype, rank_of(*tensor)});
    } else if (fact->get<FloatFact>()) {
      operands.push_back({default_dtype(), Rank::number});
    } else if (fact->get<IntFact>()) {
      operands.push_back({DType::i64, Rank::number});
    } else if (fact->get<BoolFact>()) {
      operands.push_back({DType::boolean, Rank::number});
    } else if (is_complex_number(*fact)) {
      operands.push_back({complex_dtype(default_dtype()), Rank::number});
    } else if (!fact->is_none()) {
      return std::nullopt;
    }
  }
  const std::optional<DType> answer = combine_operands(operands);
  // Every way in which the unknown ranks may turn out must give the same dtype.
  for (std::size_t choice = 1; choice < (std::size_t{1} << std::min<std::size_t>(unknown_rank.size(), 8)); ++choice) {
    std::vector<Operand> variant = operands;
    for (std::size_t bit = 0; bit < unknown_rank.size(); ++bit) {
      if (choice >> bit & 1U) variant[unknown_rank[bit]].rank = Rank::zero;
    }
    if (combine_operands(variant) != answer) return std::nullopt;
  }
  return answer;
}

bool can_cast(DType from, DType to) {
  const Category source = category(from);
  const Category target = category(to);
  if (source == Category::other || target == Category::other) return from == to;
  if (target == Category::boolean) return source == Category::boolean;
  return source <= std::max(target, Category::integral);
}

DType real_dtype(DType dtype) {
  switch (dtype) {
    case DType::c32: return DType::f16;
    case DType::c64: return DType::f32;
    case DType::c128: return DType::f64;
    default: return dtype;
  }
}

}  // namespace flopaudit
