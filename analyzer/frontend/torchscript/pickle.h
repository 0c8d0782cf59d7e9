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
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/dtype.h"
#include "analyzer/support/result.h"

namespace flopaudit {

using PickleRef = std::uint32_t;  // a place in Pickle::items

struct PickleNone {};
struct PickleList {
  std::vector<PickleRef> elements;
  std::string type;  // "List[int]", where the pickle says it
};
struct PickleTuple {
  std::vector<PickleRef> elements;
};
struct PickleDict {
  std::vector<std::pair<PickleRef, PickleRef>> items;
  std::string type;  // "Dict[str, Tensor]"
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
  DType dtype = DType::f32;
  std::string key;  // "0" is the record data/0 beside data.pkl
  std::string device;
  std::int64_t elements = 0;
};
struct PickleTensor {
  PickleStorage storage;
  std::int64_t offset = 0;  // elements into the storage
  std::vector<std::int64_t> sizes, strides;
  bool requires_grad = false;
  // The quantizer's arguments (scheme, scale, zero point, axis), of a quantized tensor.
  std::optional<PickleRef> quantizer;
};
// An instance of a class of the model (`__torch__...`), or an enum's member.
struct PickleObject {
  std::string class_name;
  bool is_enum = false;            // `state` is then its value
  std::optional<PickleRef> state;  // a dict of attributes, or what `__setstate__` would be given
};

using PickleItem = std::variant<PickleNone, bool, std::int64_t, double, std::string, PickleComplex, PickleList,
                                PickleTuple, PickleDict, PickleDevice, PickleGlobal, PickleStorage, PickleTensor,
                                PickleObject>;

struct Pickle {
  std::vector<PickleItem> items;
  PickleRef root = 0;

  const PickleItem& at(PickleRef ref) const { return items[ref]; }
  template <typename T>
  const T* get(PickleRef ref) const {
    return std::get_if<T>(&items[ref]);
  }
};

// Errors: input: an opcode or a global that no TorchScript writer uses, an end before the end, a stack or a memo that
// does not hold what is asked of it, a tensor that is none. Messages give the byte ("at byte 1042").
Result<Pickle> read_pickle(std::string_view bytes);

}  // namespace flopaudit
