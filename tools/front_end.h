// The ways to read a model file, by the words of --front-end. One more is one row in front_end.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/frontend/gate/admission.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ir/schema.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Without --front-end.
inline constexpr const char* kDefaultFrontEnd = "torchscript";

// Errors: usage: lists the words.
Result<void> check_front_end(const std::string& word);

// Whether the front end runs parts of the file: it then takes an admitted one only. `word` has passed check_front_end.
bool runs_the_file(const std::string& word);

struct ModelToLoad {
  std::string file;
  std::string method;
  std::vector<Schema> added;  // operators that LibTorch does not have, as a rule file declares them
  std::optional<Admitted> admitted;
};

// Errors: those of every front end (analyzer/frontend/frontend.h); environment: what the front end needs is not there.
Result<std::unique_ptr<Program>> load_model(const std::string& word, const ModelToLoad& model);

}  // namespace flopaudit
