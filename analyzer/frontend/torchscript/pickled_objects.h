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

struct PickledObjects {
  std::vector<Object> objects;
  std::int64_t parameter_count = 0;  // elements of registered parameters, each tensor once
  std::int64_t parameter_bytes = 0;
  bool saved_training = false;  // the model itself or one of its submodules
};

// Where a class has a `__setstate__`, what it plainly copies from its state is known (state_attributes.h); other
// attributes are unknown. Errors: input: those of Archive and PickledValues, an object of a class that the archive does
// not hold, an attribute without a value.
Result<PickledObjects> read_objects(const Archive& archive, ClassLayouts& classes);

}  // namespace flopaudit
