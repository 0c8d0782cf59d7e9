// Python lines as a model file records them, as text alone: shared by both front ends.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// A path without what is particular to a machine: all up to site-packages or the standard library, else all but the
// last two components.
std::string without_machine_prefix(const std::string& path);

// Looks for the line of the model in a Python stack that tracing recorded, innermost frame first: the first frame
// outside torch, or the innermost one where the model consists of torch's own modules.
class StackReader {
 public:
  // One line of the stack, without its newline. False: what follows does not matter.
  bool read(std::string_view line);
  const SourceLocation& location() const { return location_; }

 private:
  SourceLocation location_;
};

// All of a stack.
SourceLocation frame_of_stack(std::string_view stack);

}  // namespace flopaudit
