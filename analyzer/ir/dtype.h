// The element types of tensors, as short names (`f32`, `i64`) and as TorchScript's ScalarType numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace flopaudit {

enum class DType : std::uint8_t { u8, i8, i16, i32, i64, f16, f32, f64, c32, c64, c128, boolean, qi8, qu8, qi32, bf16 };

std::string_view name(DType dtype);                         // "f32"; boolean is "bool"; c64 is complex of two f32
std::optional<DType> dtype_of_name(std::string_view name);  // the inverse
int scalar_type_number(DType dtype);                        // TorchScript's int for it: f32 is 6
std::optional<DType> dtype_of_scalar_type_number(std::int64_t number);
int element_bytes(DType dtype);

bool is_floating(DType dtype);  // f16 bf16 f32 f64
bool is_complex(DType dtype);
bool is_integral(DType dtype);  // integers and bool; not quantized

}  // namespace flopaudit
