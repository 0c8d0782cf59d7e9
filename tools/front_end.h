// The ways to read a model file, by the words of --front-end. One more is one row in front_end.cc.
#pragma once

#include <memory>
#include <string>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/schema.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Without --front-end.
inline constexpr const char* kDefaultFrontEnd = "torchscript";

// Errors: usage: lists the words.
Result<void> check_front_end(const std::string& word);

// `word` has passed check_front_end. `added`: operators that LibTorch does not have, as a rule file declares them.
// Errors: those of every front end (analyzer/frontend/frontend.h); environment: what the front end needs is not there.
Result<std::unique_ptr<Program>> load_model(const std::string& word, const std::string& file, const std::string& method,
                                            const std::vector<Schema>& added);

}  // namespace flopaudit
