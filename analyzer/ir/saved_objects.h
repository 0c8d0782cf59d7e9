// Objects of a model that its own code makes of what they were saved with: `__setstate__`, of a class that has one. A
// front end that runs nothing leaves them to passes/restore_objects.h, where the code is interpreted.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// Of one class.
struct SavedObjects {
  // Entry: `__setstate__`, with all that it calls. Its one object is what is made, with nothing in it yet.
  std::unique_ptr<Program> code;
  struct Instance {
    std::string path;  // in the model
    Fact state;        // what `__setstate__` is given, without the contents of tensors
  };
  std::vector<Instance> instances;
};

}  // namespace flopaudit
