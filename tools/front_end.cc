#include "tools/front_end.h"

#include <array>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/support/assert.h"
#include "passes/restore_objects.h"
#include "runtime/exec_front_end.h"

namespace flopaudit {
namespace {

struct FrontEnd {
  const char* word;
  bool runs_the_file;
  Result<std::unique_ptr<Program>> (*load)(const ModelToLoad& model);
};

Result<std::unique_ptr<Program>> load_directly(const ModelToLoad& model) {
  std::vector<SavedObjects> saved;
  FA_ASSIGN(std::unique_ptr<Program> program, load_with_torchscript(model.file, model.method, model.added, &saved));
  restore_objects(*program, std::move(saved));
  return program;
}

// LibTorch knows what it has registered, and nothing else.
Result<std::unique_ptr<Program>> load_through_libtorch(const ModelToLoad& model) {
  FA_ASSERT(model.admitted.has_value(), "LibTorch is given admitted files only");
  return load_in_exec(*model.admitted, model.method);
}

constexpr std::array kFrontEnds = {FrontEnd{"torchscript", false, load_directly},
                                   FrontEnd{"libtorch", true, load_through_libtorch}};

const FrontEnd* find_front_end(const std::string& word) {
  for (const FrontEnd& front_end : kFrontEnds) {
    if (word == front_end.word) return &front_end;
  }
  return nullptr;
}

}  // namespace

Result<void> check_front_end(const std::string& word) {
  if (find_front_end(word) != nullptr) return {};
  std::string words;
  for (const FrontEnd& front_end : kFrontEnds) words += (words.empty() ? "" : " or ") + std::string(front_end.word);
  return usage_error("--front-end " + word + ": expected " + words);
}

bool runs_the_file(const std::string& word) {
  const FrontEnd* front_end = find_front_end(word);
  FA_ASSERT(front_end != nullptr, "check_front_end comes first");
  return front_end->runs_the_file;
}

Result<std::unique_ptr<Program>> load_model(const std::string& word, const ModelToLoad& model) {
  const FrontEnd* front_end = find_front_end(word);
  FA_ASSERT(front_end != nullptr, "check_front_end comes first");
  return front_end->load(model);
}

}  // namespace flopaudit
