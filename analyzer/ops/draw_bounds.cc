#include "analyzer/ops/draw_bounds.h"

#include <limits>

namespace flopaudit {
namespace {

struct Bounds {
  std::int64_t least, most;
};
template <typename T>
constexpr Bounds kOf = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};

std::optional<Bounds> bounds_of(DType dtype) {
  switch (dtype) {
    case DType::boolean: return Bounds{0, 1};
    case DType::u8: return kOf<std::uint8_t>;
    case DType::i8: return kOf<std::int8_t>;
    case DType::i16: return kOf<std::int16_t>;
    case DType::i32: return kOf<std::int32_t>;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<RuleFailure> check_draw(std::optional<DType> dtype, const Fact& low, const Fact& high) {
  if (dtype && is_complex(*dtype)) return misfit("random integers are no complex numbers");
  const std::optional<Expr> least = integer_of(low), end = integer_of(high);
  const std::string range = "that is at least " + low.to_string() + " and less than " + high.to_string();
  if (least && end && always_less(*least, *end) == false) return misfit("there is no integer " + range);
  const std::optional<std::int64_t> from = constant_of(low), to = constant_of(high);
  const std::optional<Bounds> holds = dtype ? bounds_of(*dtype) : std::nullopt;
  if (holds && ((from && *from < holds->least) || (to && *to - 1 > holds->most))) {
    return misfit(std::string(name(*dtype)) + " does not hold every integer " + range);
  }
  return std::nullopt;
}

}  // namespace flopaudit
