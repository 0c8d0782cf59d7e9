// What a class's `__setstate__` makes of the state that an object was saved with, as far as it can be seen without
// running anything: attributes that are given an element of the state as it is (`self.stride = (state)[3]`). Old
// quantized modules are of this kind but for their packed parameters.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/frontend/torchscript/class_layout.h"
#include "analyzer/frontend/torchscript/pickle.h"

namespace flopaudit {

using StatePath = std::vector<std::int64_t>;  // indices into nested tuples: {3, 0} is state[3][0]

struct StateAttributes {
  // By attribute; nothing: the attribute is given something else. One that is not here is None.
  std::map<std::string, std::optional<StatePath>, std::less<>> paths;
  // `(self).set_weight_bias((state)[0], (state)[1])`, a method that packs both: what old quantized modules do.
  struct Packing {
    std::string op;  // "conv2d_prepack"
    StatePath weight, bias;
  };
  std::optional<Packing> packing;
  // The object is handed on: anything may have happened to it, and nothing above holds.
  bool escapes = false;
  // Nothing else is done to the state: its tensors and lists still are what the pickle says.
  bool is_pure = false;
};

StateAttributes state_attributes(const ClassLayout& layout);

// Nothing: the state has no such element.
std::optional<PickleRef> item_at(const Pickle& pickle, PickleRef state, const StatePath& path);

}  // namespace flopaudit
