// A TorchScript file as a Program, without LibTorch: nothing of the file is run, and its weights are not read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/frontend/frontend.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ir/saved_objects.h"
#include "analyzer/ir/schema.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The same program as load_with_libtorch() gives, to the letter of its text. Operators that LibTorch does not
// have are called as `added` declares them; what nobody declares is opaque. Errors: input (missing, damaged, not
// TorchScript, code that LibTorch never writes: one sentence each), usage (no such method: lists those that exist).
// `saved`: gets the objects whose attributes a `__setstate__` makes; they have no value in the program.
Result<std::unique_ptr<Program>> load_with_torchscript(const std::string& file, const std::string& method,
                                                       const std::vector<Schema>& added = {},
                                                       std::vector<SavedObjects>* saved = nullptr);

// What a file holds, beside the program of any one method.
struct ModelContents {
  std::vector<MethodSignature> methods;  // of the model itself, in the order of the file
  std::vector<Object> objects;           // modules and others, pre-order from the model
  std::int64_t parameter_count = 0;      // elements of registered parameters, each tensor once
  std::int64_t parameter_bytes = 0;
};

// Errors: input: as above.
Result<ModelContents> read_contents(const std::string& file);

}  // namespace flopaudit
