// The tree of objects of a loaded model: modules and instances of script classes, pre-order, with their attributes.
// Shared objects and tied tensors keep the path under which they were met first.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

struct ModelObjects {
  std::vector<Object> objects;
  std::unordered_map<const c10::ivalue::Object*, std::string> paths;
  std::vector<c10::ClassTypePtr> classes;  // of `objects`, by position
  // Every tensor under every path that leads to it through attributes (and elements of lists, tuples and dicts), tied
  // ones under each: of a deep copy of the model the paths are the same even where ties are not.
  std::map<std::string, at::Tensor> tensors;
  std::int64_t parameter_count = 0;  // elements of registered parameters, each tensor once
  std::int64_t parameter_bytes = 0;
};

ModelObjects describe_objects(const torch::jit::Module& module);

}  // namespace flopaudit
