#include "analyzer/frontend/torchscript/tensor_contents.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// Of deflated storages each read inflates the whole: what that may come to, in bytes, in all.
constexpr std::uint64_t kInflateBudget = std::uint64_t{1} << 26;
// So that no place in bytes passes 63 bits, whatever the element type.
constexpr std::int64_t kStorageLimit = std::int64_t{1} << 58;
// Elements that lie close together are read at once.
constexpr std::int64_t kSpanLimit = 4096;  // bytes

template <typename Unsigned>
Unsigned little_endian(const char* bytes) {
  Unsigned value = 0;
  for (std::size_t i = sizeof(Unsigned); i-- > 0;) {
    value = static_cast<Unsigned>(value << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

template <typename Number, typename Unsigned>
Number number(const char* bytes) {
  return std::bit_cast<Number>(little_endian<Unsigned>(bytes));
}

// IEEE 754 binary16: sign, 5 bits of exponent, 10 of mantissa.
double half(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = (bits >> 10U) & 0x1fU;
  const int mantissa = bits & 0x3ffU;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  if (exponent == 31) return mantissa == 0 ? sign * HUGE_VAL : std::nan("");
  return sign * std::ldexp(mantissa + 1024, exponent - 25);
}

// The upper half of a binary32.
double brain(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U); }

Element integer(std::int64_t value) { return Expr(value); }

Element element(DType dtype, const char* bytes) {
  switch (dtype) {
    case DType::u8: return integer(number<std::uint8_t, std::uint8_t>(bytes));
    case DType::i8: return integer(number<std::int8_t, std::uint8_t>(bytes));
    case DType::i16: return integer(number<std::int16_t, std::uint16_t>(bytes));
    case DType::i32: return integer(number<std::int32_t, std::uint32_t>(bytes));
    case DType::i64: return integer(number<std::int64_t, std::uint64_t>(bytes));
    case DType::boolean: return integer(*bytes != 0 ? 1 : 0);
    case DType::f16: return half(little_endian<std::uint16_t>(bytes));
    case DType::bf16: return brain(little_endian<std::uint16_t>(bytes));
    case DType::f32: return static_cast<double>(number<float, std::uint32_t>(bytes));
    case DType::f64: return number<double, std::uint64_t>(bytes);
    default: break;
  }
  FA_ASSERT(false, "only elements that are a number each are read");
  return 0.0;
}

// Where each element lies in its storage, row-major.
std::vector<std::int64_t> places_of(const PickleTensor& tensor, std::size_t count) {
  std::vector<std::int64_t> places;
  std::vector<std::int64_t> index(tensor.sizes.size(), 0);
  // Unsigned: a stride that is never used, of a dimension of size 1, may be any number, and is added and taken back.
  auto place = static_cast<std::uint64_t>(tensor.offset);
  for (std::size_t i = 0; i < count; ++i) {
    places.push_back(static_cast<std::int64_t>(place));
    for (std::size_t dim = index.size(); dim-- > 0;) {
      const auto stride = static_cast<std::uint64_t>(tensor.strides[dim]);
      place += stride;
      if (++index[dim] < tensor.sizes[dim]) break;
      place -= stride * static_cast<std::uint64_t>(tensor.sizes[dim]);
      index[dim] = 0;
    }
  }
  return places;
}

Error outside(std::int64_t count, const PickleStorage& storage) {
  return input_error("has a tensor of " + std::to_string(count) + " elements that reaches beyond its storage of " +
                     std::to_string(storage.elements));
}

}  // namespace

Result<std::int64_t> checked_element_count(const PickleTensor& tensor) {
  std::int64_t count = 1;
  bool empty = false;
  for (const std::int64_t size : tensor.sizes) empty = empty || size == 0;
  if (empty) return 0;
  for (const std::int64_t size : tensor.sizes) {
    if (__builtin_mul_overflow(count, size, &count)) return input_error("has a tensor of more than 2^63 elements");
  }
  std::int64_t lowest = tensor.offset, highest = tensor.offset;
  for (std::size_t dim = 0; dim < tensor.sizes.size(); ++dim) {
    std::int64_t reach = 0;
    std::int64_t& end = tensor.strides[dim] < 0 ? lowest : highest;
    if (__builtin_mul_overflow(tensor.sizes[dim] - 1, tensor.strides[dim], &reach) ||
        __builtin_add_overflow(end, reach, &end)) {
      return outside(count, tensor.storage);
    }
  }
  if (lowest < 0 || highest >= std::min(tensor.storage.elements, kStorageLimit)) {
    return outside(count, tensor.storage);
  }
  return count;
}

Result<std::optional<std::string>> TensorContents::bytes_of(const PickleTensor& tensor,
                                                            const std::vector<std::int64_t>& places) {
  const ContainerRecord* record = archive_.storage(pickle_name_, tensor.storage.key);
  if (record == nullptr) return archive_.damaged(pickle_name_ + "/" + tensor.storage.key, "is missing");
  const Container& container = archive_.container();
  const std::int64_t width = element_bytes(tensor.storage.dtype);
  const auto [lowest, highest] = std::ranges::minmax(places);
  const std::int64_t elements = highest - lowest + 1;
  const bool at_once = record->deflated || elements <= kSpanLimit / width;
  if (record->deflated) {
    inflated_ += record->size;
    if (inflated_ > kInflateBudget) return std::optional<std::string>();
  }
  std::string bytes;
  if (at_once) {
    FA_ASSIGN(const std::string span, container.read_part(*record, static_cast<std::uint64_t>(lowest * width),
                                                          static_cast<std::uint64_t>(elements * width)));
    for (const std::int64_t place : places) {
      bytes.append(span, static_cast<std::size_t>((place - lowest) * width), static_cast<std::size_t>(width));
    }
  } else {
    for (const std::int64_t place : places) {
      FA_ASSIGN(const std::string one, container.read_part(*record, static_cast<std::uint64_t>(place * width),
                                                           static_cast<std::uint64_t>(width)));
      bytes += one;
    }
  }
  return std::optional(std::move(bytes));
}

Result<std::optional<Elements>> TensorContents::read(const PickleTensor& tensor, std::size_t count) {
  const DType dtype = tensor.storage.dtype;
  const bool has_numbers = is_floating(dtype) || is_integral(dtype);
  if (!has_numbers || tensor.storage.device.starts_with("meta")) return std::optional<Elements>();
  if (count == 0) return std::optional(Elements());
  FA_ASSIGN(const std::optional<std::string> bytes, bytes_of(tensor, places_of(tensor, count)));
  if (!bytes) return std::optional<Elements>();
  Elements elements;
  const auto width = static_cast<std::size_t>(element_bytes(dtype));
  for (std::size_t i = 0; i < count; ++i) elements.push_back(element(dtype, bytes->data() + i * width));
  return std::optional(std::move(elements));
}

}  // namespace flopaudit
