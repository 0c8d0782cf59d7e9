// The pickles of a TorchScript archive (data.pkl, constants.pkl, traced_inputs.pkl, .debug_pkl), as data. A closed list
// of opcodes and of globals is understood, nothing is ever called, and tensors are what the pickle says of them: dtype,
// sizes, strides, storage key and offset.
//
// The items of one pickle lie in one table and name each other by place, so that shared and cyclic structures cost
// nothing and nothing recurses. What walks a pickle must bound its own depth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/frontend/torchscript/element_type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

using PickleRef = std::uint32_t;  // a place in Pickle::items

struct PickleNone {};
struct PickleList {
  std::vector<PickleRef> elements;
  std::optional<PickleRef> type;  // what names "List[int]", where the pickle says it: type_tag()
};
struct PickleTuple {
  std::vector<PickleRef> elements;
};
struct PickleDict {
  std::vector<std::pair<PickleRef, PickleRef>> items;
  std::optional<PickleRef> type;  // what names "Dict[str, Tensor]"
};
struct PickleDevice {
  std::string name;  // "cpu", "cuda:0"
};
struct PickleComplex {
  double real = 0, imaginary = 0;
};
// A bare name: a storage class, a quantization scheme, a class before it is made.
struct PickleGlobal {
  std::string name;  // "torch.FloatStorage"
};
struct PickleStorage {
  const ElementType* element = nullptr;
  std::string key;  // "0" is the record data/0 beside data.pkl
  std::string device;
  std::int64_t elements = 0;
};
struct PickleTensor {
  PickleStorage storage;
  std::int64_t offset = 0;  // elements into the storage
  std::vector<std::int64_t> sizes, strides;
  bool requires_grad = false;
  bool is_negated =
      false;               // a view of a conjugate's imaginary part: the storage holds the elements with the other sign
  bool is_sparse = false;  // of its storage only the element type is known
  // The quantizer's arguments (scheme, scale, zero point, axis), of a quantized tensor.
  std::optional<PickleRef> quantizer;
};
// An instance of a class of the model (`__torch__...`), or an enum's member.
struct PickleObject {
  PickleRef global = 0;            // its class, a PickleGlobal: Pickle::class_name
  bool is_enum = false;            // `state` is then its value
  std::optional<PickleRef> state;  // a dict of attributes, or what `__setstate__` would be given
};

// Storages and tensors are far larger than all else, and lie in tables of their own.
struct PickleStoragePlace {
  std::uint32_t index = 0;
};
struct PickleTensorPlace {
  std::uint32_t index = 0;
};

using PickleItem =
    std::variant<PickleNone, bool, std::int64_t, double, std::string, PickleComplex, PickleList, PickleTuple,
                 PickleDict, PickleDevice, PickleGlobal, PickleStoragePlace, PickleTensorPlace, PickleObject>;

struct Pickle {
  std::vector<PickleItem> items;
  std::vector<PickleStorage> storages;
  std::vector<PickleTensor> tensors;
  PickleRef root = 0;

  const PickleItem& at(PickleRef ref) const { return items[ref]; }
  // Null where the item is of another kind.
  template <typename T>
  const T* get(PickleRef ref) const {
    if constexpr (std::is_same_v<T, PickleStorage>) {
      const auto* place = std::get_if<PickleStoragePlace>(&items[ref]);
      return place == nullptr ? nullptr : &storages[place->index];
    } else if constexpr (std::is_same_v<T, PickleTensor>) {
      const auto* place = std::get_if<PickleTensorPlace>(&items[ref]);
      return place == nullptr ? nullptr : &tensors[place->index];
    } else {
      return std::get_if<T>(&items[ref]);
    }
  }
  // The elements of a tuple or a list; null: it is neither.
  const std::vector<PickleRef>* sequence(PickleRef ref) const {
    if (const auto* tuple = get<PickleTuple>(ref)) return &tuple->elements;
    const auto* list = get<PickleList>(ref);
    return list == nullptr ? nullptr : &list->elements;
  }
  // "__torch__.a.Net"
  const std::string& class_name(const PickleObject& object) const { return get<PickleGlobal>(object.global)->name; }
};

// What the values of a pickle may take in memory: a few bytes of it can name a text or a list again and again.
inline constexpr std::uint64_t kPickleBudget = std::uint64_t{1} << 30;

// Errors: input: an opcode or a global that no TorchScript writer uses, an end before the end, a stack or a memo that
// does not hold what is asked of it, a tensor that is none, values beyond kPickleBudget. Messages give the byte ("at
// byte 1042").
Result<Pickle> read_pickle(std::string_view bytes);

}  // namespace flopaudit
