// Looks at a model file before anything loads it: what kind of file is it, and is its zip directory sound? Both front
// ends start here, so that a wrong file gets one clear sentence instead of a loader's guess. Reads the zip's directory
// only, never an entry's contents.
#pragma once

#include <string>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct ModelFile {
  std::string path;
  std::string root;                // the folder inside the zip that holds everything: "resnet18"
  bool has_traced_inputs = false;  // traced_inputs.pkl: example inputs (traced, written by LibTorch 2.x)
};

// A TorchScript archive. Errors: input: missing, a directory, no permission, empty, not a zip, damaged or truncated,
// two entries of one name, and each other kind of file that people take for TorchScript, named.
Result<ModelFile> inspect_model_file(const std::string& path);

// The same, and the archive as it was opened for it: for those who read on.
Result<Archive> open_model_archive(const std::string& path);

// An error as it may be shown, whatever names of the file's own stand in it: one line of bounded length.
Error in_one_line(Error error);

}  // namespace flopaudit
