// Constant strings and devices.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"

namespace flopaudit::cleanup {
namespace {

using Facts = std::vector<Fact>;
using Folded = std::optional<Fact>;

constexpr std::array<std::string_view, 20> kDeviceTypes = {
    "cpu",    "cuda", "fpga", "hip",    "hpu",    "ideep",         "ipu", "lazy",   "maia", "meta",
    "mkldnn", "mps",  "mtia", "opencl", "opengl", "privateuseone", "ve",  "vulkan", "xla",  "xpu"};

// "cuda", "cuda:0"
Folded device(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string type = text.substr(0, colon);
  if (std::find(kDeviceTypes.begin(), kDeviceTypes.end(), type) == kDeviceTypes.end()) return std::nullopt;
  if (colon == std::string::npos) return DeviceFact{text};
  const std::string index = text.substr(colon + 1);
  const bool is_number = !index.empty() && index.size() <= 2 &&
                         std::all_of(index.begin(), index.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || (index.size() > 1 && index[0] == '0')) return std::nullopt;
  return DeviceFact{text};
}

// The overload with an index fails in LibTorch: it stays a node.
Folded to_device(const Facts& operands) {
  const std::string* const text = string_of(operands[0]);
  return operands.size() == 1 && text != nullptr ? device(*text) : std::nullopt;
}

// "cuda" of "cuda:0"
Folded type_of_device(const Facts& operands) {
  const DeviceFact* const found = operands[0].get<DeviceFact>();
  if (found == nullptr) return std::nullopt;
  return Fact::string(found->value.substr(0, found->value.find(':')));
}

// Whole numbers below 1e10 end in a point, all others have 17 digits.
std::string float_text(double x) {
  if (std::fabs(x) < 1e10 && x == std::trunc(x)) {
    return (std::signbit(x) && x == 0 ? "-" : "") + std::to_string(static_cast<std::int64_t>(x)) + ".";
  }
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%.17g", x);
  return digits.data();
}

Folded to_str(const Facts& operands) {
  if (operands[0].is_none()) return Fact::string("None");
  if (const auto b = boolean_of(operands[0])) return Fact::string(*b ? "True" : "False");
  if (const auto i = integer_of(operands[0])) return Fact::string(std::to_string(*i));
  if (const auto x = floating_of(operands[0])) return Fact::string(float_text(*x));
  const std::string* const text = string_of(operands[0]);
  return text != nullptr ? Folded(operands[0]) : std::nullopt;
}

Folded length(const Facts& operands) {
  const std::string* const text = string_of(operands[0]);
  if (text == nullptr) return std::nullopt;
  return Fact::integer(static_cast<std::int64_t>(text->size()));
}

Folded character(const Facts& operands) {
  const std::string* const text = string_of(operands[0]);
  const auto given = integer_of(operands[1]);
  if (text == nullptr || !given) return std::nullopt;
  const auto size = static_cast<std::int64_t>(text->size());
  const std::int64_t index = *given < 0 ? *given + size : *given;
  if (index < 0 || index >= size) return std::nullopt;
  return Fact::string(std::string(1, (*text)[static_cast<std::size_t>(index)]));
}

template <char first, char last, int shift>
Folded letters(const Facts& operands) {
  const std::string* const text = string_of(operands[0]);
  if (text == nullptr) return std::nullopt;
  std::string changed = *text;
  for (char& c : changed) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  return Fact::string(std::move(changed));
}

// The whole string: positions are the defaults 0 and -1, which LibTorch reads as the end.
const std::string* whole_string(const Facts& operands) {
  const bool whole = operands.size() == 4 && integer_of(operands[2]) == 0 && integer_of(operands[3]) == -1;
  return whole ? string_of(operands[0]) : nullptr;
}
Folded starts_with(const Facts& operands) {
  const std::string* const text = whole_string(operands);
  const std::string* const part = text != nullptr ? string_of(operands[1]) : nullptr;
  if (part == nullptr) return std::nullopt;
  return Fact::boolean(text->starts_with(*part));
}
Folded ends_with(const Facts& operands) {
  const std::string* const text = whole_string(operands);
  const std::string* const part = text != nullptr ? string_of(operands[1]) : nullptr;
  if (part == nullptr) return std::nullopt;
  return Fact::boolean(text->ends_with(*part));
}

}  // namespace

std::vector<ConstantRow> text_rows() {
  return {
      {"aten::__getitem__", character},
      {"aten::device", to_device},
      {"aten::endswith", ends_with},
      {"aten::len", length},
      {"aten::lower", letters<'A', 'Z', 'a' - 'A'>},
      {"aten::startswith", starts_with},
      {"aten::str", to_str},
      {"aten::upper", letters<'a', 'z', 'A' - 'a'>},
      {"prim::type", type_of_device},
  };
}

}  // namespace flopaudit::cleanup
