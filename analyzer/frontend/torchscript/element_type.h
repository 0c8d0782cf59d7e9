// The element types that a storage in a pickle can have: the IR's, and those that the IR has no word for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/ir/dtype.h"
#include "analyzer/ir/fact.h"

namespace flopaudit {

// How the bits of an element are a number.
enum class ElementFormat : std::uint8_t {
  none,  // complex and quantized numbers: the IR keeps no elements of them
  unsigned_integer,
  signed_integer,
  boolean,
  float64,
  float32,
  float16,
  bfloat16,
  float8_e5m2,
  float8_e4m3fn,
  float8_e5m2fnuz,
  float8_e4m3fnuz,
  float8_e8m0fnu,
};

struct ElementType {
  std::string_view storage;    // "torch.FloatStorage"
  std::optional<DType> dtype;  // nothing: the IR has no word for it
  int bytes = 0;
  ElementFormat format = ElementFormat::none;

  bool is_floating() const { return format >= ElementFormat::float64; }
};

// Null: no element type's storage.
const ElementType* element_type_of_storage(std::string_view name);

// The number that `bits` are, of a format that is a number.
Element element_of_bits(ElementFormat format, int bytes, std::uint64_t bits);

}  // namespace flopaudit
