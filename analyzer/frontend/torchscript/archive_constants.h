// The constant table of an archive (constants.pkl): what `CONSTANTS.c3` in its code stands for.
#pragma once

#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct ArchiveConstant {
  Type type;
  Fact fact;
  // The IR prints the value itself (numbers, texts, devices, lists of them). All else is a parameter `CONSTANTS.c<k>`.
  bool is_literal = false;
};

// By number. Errors: input: those of Archive and PickledValues, a table that is none.
Result<std::vector<ArchiveConstant>> read_constants(const Archive& archive);

}  // namespace flopaudit
