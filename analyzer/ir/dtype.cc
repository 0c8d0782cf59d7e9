#include "analyzer/ir/dtype.h"

#include <array>

#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

enum class Family { integral, floating, complex, quantized };

struct Row {
  DType dtype;
  std::string_view name;
  int bytes;
  Family family;
};

// In the order of c10::ScalarType, whose numbers are part of the TorchScript format: a row's index is its number.
constexpr std::array<Row, 16> kRows = {{
    {DType::u8, "u8", 1, Family::integral},
    {DType::i8, "i8", 1, Family::integral},
    {DType::i16, "i16", 2, Family::integral},
    {DType::i32, "i32", 4, Family::integral},
    {DType::i64, "i64", 8, Family::integral},
    {DType::f16, "f16", 2, Family::floating},
    {DType::f32, "f32", 4, Family::floating},
    {DType::f64, "f64", 8, Family::floating},
    {DType::c32, "c32", 4, Family::complex},
    {DType::c64, "c64", 8, Family::complex},
    {DType::c128, "c128", 16, Family::complex},
    {DType::boolean, "bool", 1, Family::integral},
    {DType::qi8, "qi8", 1, Family::quantized},
    {DType::qu8, "qu8", 1, Family::quantized},
    {DType::qi32, "qi32", 4, Family::quantized},
    {DType::bf16, "bf16", 2, Family::floating},
}};

const Row& row(DType dtype) {
  const auto index = static_cast<std::size_t>(dtype);
  FA_ASSERT(index < kRows.size() && kRows[index].dtype == dtype, "the dtype table is in the order of the enum");
  return kRows[index];
}

}  // namespace

std::string_view name(DType dtype) { return row(dtype).name; }

std::optional<DType> dtype_of_name(std::string_view name) {
  for (const Row& candidate : kRows) {
    if (candidate.name == name) return candidate.dtype;
  }
  return std::nullopt;
}

int scalar_type_number(DType dtype) { return static_cast<int>(row(dtype).dtype); }

std::optional<DType> dtype_of_scalar_type_number(std::int64_t number) {
  if (number < 0 || number >= static_cast<std::int64_t>(kRows.size())) return std::nullopt;
  return kRows[static_cast<std::size_t>(number)].dtype;
}

int element_bytes(DType dtype) { return row(dtype).bytes; }

bool is_floating(DType dtype) { return row(dtype).family == Family::floating; }
bool is_complex(DType dtype) { return row(dtype).family == Family::complex; }
bool is_integral(DType dtype) { return row(dtype).family == Family::integral; }

}  // namespace flopaudit
