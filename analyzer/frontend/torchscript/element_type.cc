#include "analyzer/frontend/torchscript/element_type.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace flopaudit {
namespace {

using Format = ElementFormat;

constexpr std::array<ElementType, 24> kTypes = {{
    {"torch.BFloat16Storage", DType::bf16, 2, Format::bfloat16},
    {"torch.BoolStorage", DType::boolean, 1, Format::boolean},
    {"torch.ByteStorage", DType::u8, 1, Format::unsigned_integer},
    {"torch.CharStorage", DType::i8, 1, Format::signed_integer},
    {"torch.ComplexDoubleStorage", DType::c128, 16, Format::none},
    {"torch.ComplexFloatStorage", DType::c64, 8, Format::none},
    {"torch.ComplexHalfStorage", DType::c32, 4, Format::none},
    {"torch.DoubleStorage", DType::f64, 8, Format::float64},
    {"torch.Float8_e4m3fnStorage", std::nullopt, 1, Format::float8_e4m3fn},
    {"torch.Float8_e4m3fnuzStorage", std::nullopt, 1, Format::float8_e4m3fnuz},
    {"torch.Float8_e5m2Storage", std::nullopt, 1, Format::float8_e5m2},
    {"torch.Float8_e5m2fnuzStorage", std::nullopt, 1, Format::float8_e5m2fnuz},
    {"torch.Float8_e8m0fnuStorage", std::nullopt, 1, Format::float8_e8m0fnu},
    {"torch.FloatStorage", DType::f32, 4, Format::float32},
    {"torch.HalfStorage", DType::f16, 2, Format::float16},
    {"torch.IntStorage", DType::i32, 4, Format::signed_integer},
    {"torch.LongStorage", DType::i64, 8, Format::signed_integer},
    {"torch.QInt32Storage", DType::qi32, 4, Format::none},
    {"torch.QInt8Storage", DType::qi8, 1, Format::none},
    {"torch.QUInt8Storage", DType::qu8, 1, Format::none},
    {"torch.ShortStorage", DType::i16, 2, Format::signed_integer},
    {"torch.UInt16Storage", std::nullopt, 2, Format::unsigned_integer},
    {"torch.UInt32Storage", std::nullopt, 4, Format::unsigned_integer},
    {"torch.UInt64Storage", std::nullopt, 8, Format::unsigned_integer},
}};

// What the greatest exponent stands for.
enum class Special : std::uint8_t {
  ieee,  // infinity and not a number
  fn,    // a number, but not a number where the mantissa is all ones
  fnuz,  // a number; the negative zero is not a number
};

// Sign, exponent, mantissa, from the highest bit down.
double small_float(std::uint64_t bits, int exponent_bits, int mantissa_bits, int bias, Special special) {
  const std::uint64_t ones = (std::uint64_t{1} << mantissa_bits) - 1;
  const int greatest = (1 << exponent_bits) - 1;
  const int exponent = static_cast<int>(bits >> mantissa_bits) & greatest;
  const std::uint64_t mantissa = bits & ones;
  const double sign = ((bits >> (exponent_bits + mantissa_bits)) & 1U) != 0 ? -1 : 1;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (special == Special::ieee && exponent == greatest) return mantissa == 0 ? sign * HUGE_VAL : nan;
  if (special == Special::fn && exponent == greatest && mantissa == ones) return nan;
  if (special == Special::fnuz && sign < 0 && exponent == 0 && mantissa == 0) return nan;
  const bool is_normal = exponent != 0;
  const double digits = static_cast<double>(mantissa + (is_normal ? ones + 1 : 0));
  return sign * std::ldexp(digits, (is_normal ? exponent : 1) - bias - mantissa_bits);
}

// All of it an exponent.
double e8m0(std::uint64_t bits) {
  return bits == 0xff ? std::numeric_limits<double>::quiet_NaN() : std::ldexp(1, static_cast<int>(bits) - 127);
}

std::int64_t sign_extended(std::uint64_t bits, int bytes) {
  const int unused = 64 - 8 * bytes;
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

}  // namespace

const ElementType* element_type_of_storage(std::string_view name) {
  for (const ElementType& type : kTypes) {
    if (type.storage == name) return &type;
  }
  return nullptr;
}

Element element_of_bits(ElementFormat format, int bytes, std::uint64_t bits) {
  switch (format) {
    case Format::none: break;
    case Format::unsigned_integer: return Expr(static_cast<std::int64_t>(bits));
    case Format::signed_integer: return Expr(sign_extended(bits, bytes));
    case Format::boolean: return Expr(std::int64_t{bits != 0});
    case Format::float64: return std::bit_cast<double>(bits);
    case Format::float32: return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case Format::float16: return small_float(bits, 5, 10, 15, Special::ieee);
    case Format::bfloat16: return small_float(bits, 8, 7, 127, Special::ieee);
    case Format::float8_e5m2: return small_float(bits, 5, 2, 15, Special::ieee);
    case Format::float8_e4m3fn: return small_float(bits, 4, 3, 7, Special::fn);
    case Format::float8_e5m2fnuz: return small_float(bits, 5, 2, 16, Special::fnuz);
    case Format::float8_e4m3fnuz: return small_float(bits, 4, 3, 8, Special::fnuz);
    case Format::float8_e8m0fnu: return e8m0(bits);
  }
  return 0.0;
}

}  // namespace flopaudit
