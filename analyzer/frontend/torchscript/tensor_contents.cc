#include "analyzer/frontend/torchscript/tensor_contents.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace flopaudit {
namespace {

// Of deflated storages each read inflates the whole: what that may come to, in bytes, in all.
constexpr std::uint64_t kInflateBudget = std::uint64_t{1} << 26;
// So that no place in bytes passes 63 bits, whatever the element type.
constexpr std::int64_t kStorageLimit = std::int64_t{1} << 58;
// Elements that lie close together are read at once.
constexpr std::int64_t kSpanLimit = 4096;  // bytes

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  return value;
}

Element negated(const Element& element) {
  const auto* number = std::get_if<double>(&element);
  return number == nullptr ? element : Element(-*number);
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
  if (tensor.is_sparse) {
    if (count >= kStorageLimit) return outside(count, tensor.storage);
    return count;
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
  const std::int64_t width = tensor.storage.element->bytes;
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
  const ElementType& type = *tensor.storage.element;
  if (type.format == ElementFormat::none || tensor.is_sparse || tensor.storage.device.starts_with("meta")) {
    return std::optional<Elements>();
  }
  if (count == 0) return std::optional(Elements());
  FA_ASSIGN(const std::optional<std::string> bytes, bytes_of(tensor, places_of(tensor, count)));
  if (!bytes) return std::optional<Elements>();
  Elements elements;
  const auto width = static_cast<std::size_t>(type.bytes);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bits = little_endian(std::string_view(*bytes).substr(i * width, width));
    elements.push_back(element_of_bits(type.format, type.bytes, bits));
    if (tensor.is_negated) elements.back() = negated(elements.back());
  }
  return std::optional(std::move(elements));
}

}  // namespace flopaudit
