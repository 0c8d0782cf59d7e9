// data.pkl as the table of the model's objects: what libtorch/model_objects makes of the loaded module, without loading
// it. Modules and instances of script classes, pre-order, in eval mode; shared objects and tied tensors keep the path
// under which they were met first.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/frontend/torchscript/class_layout.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// An object of a class with a `__setstate__` that does more than is plainly seen, and what it was saved with.
struct UnmadeObject {
  std::size_t object;  // its place among the objects
  Fact state;          // without the contents of tensors
};

struct PickledObjects {
  std::vector<Object> objects;
  std::int64_t parameter_count = 0;  // elements of registered parameters, each tensor once
  std::int64_t parameter_bytes = 0;
  bool saved_training = false;  // the model itself or one of its submodules
  std::vector<UnmadeObject> unmade;
};

// Where a class has a `__setstate__`, what it plainly copies from its state is known (state_attributes.h); other
// attributes are unknown, and the object is among the unmade ones. Errors: input: those of Archive and PickledValues,
// an object of a class that the archive does not hold, an attribute without a value.
Result<PickledObjects> read_objects(const Archive& archive, ClassLayouts& classes);

}  // namespace flopaudit
