// Pickles as LibTorch writes them, from parts: program(tuple({integer(1), text("a")})).
#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace flopaudit::pickles {

inline std::string bytes(std::uint64_t value, int count) {
  std::string written;
  // Past the eighth all are 0: a shift by 64 is not defined.
  for (int i = 0; i < count; ++i) written += i < 8 ? static_cast<char>((value >> (8 * i)) & 0xff) : '\0';
  return written;
}

inline std::string program(const std::string& value) { return "\x80\x02" + value + "."; }
inline std::string none() { return "N"; }
inline std::string boolean(bool value) { return value ? "\x88" : "\x89"; }
inline std::string integer(std::int64_t value) { return "\x8a\x08" + bytes(static_cast<std::uint64_t>(value), 8); }
inline std::string floating(double value) {
  const std::string little = bytes(std::bit_cast<std::uint64_t>(value), 8);
  return "G" + std::string(little.rbegin(), little.rend());
}
inline std::string text(const std::string& value) { return "X" + bytes(value.size(), 4) + value; }
inline std::string put(int place) { return "q" + bytes(static_cast<std::uint64_t>(place), 1); }
inline std::string get(int place) { return "h" + bytes(static_cast<std::uint64_t>(place), 1); }

inline std::string tuple(const std::vector<std::string>& elements) {
  std::string written = "(";
  for (const std::string& element : elements) written += element;
  return written + "t";
}
inline std::string list(const std::vector<std::string>& elements) {
  std::string written = "](";
  for (const std::string& element : elements) written += element;
  return written + "e";
}
inline std::string integers(std::initializer_list<std::int64_t> values) {
  std::vector<std::string> elements;
  for (const std::int64_t value : values) elements.push_back(integer(value));
  return tuple(elements);
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string written = "}(";
  for (const auto& [key, value] : items) written += key + value;
  return written + "u";
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tagged(const std::string& value, const std::string& type) {
  return global("torch.jit._pickle", "restore_type_tag") + tuple({value, text(type)}) + "R";
}
// `state` is a dict of attributes, or what `__setstate__` is given.
inline std::string object(const std::string& module, const std::string& name, const std::string& state) {
  return global(module, name) + ")\x81" + state + "b";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t elements,
                           const std::string& device = "cpu") {
  return tuple({text("storage"), global("torch", type), text(key), text(device), integer(elements)}) + "Q";
}
inline std::string tensor(const std::string& in_storage, std::int64_t offset, const std::string& sizes,
                          const std::string& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple({in_storage, integer(offset), sizes, strides, boolean(false),
                global("collections", "OrderedDict") + ")R"}) +
         "R";
}

}  // namespace flopaudit::pickles
