#include "tools/front_end.h"

#include <array>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/support/assert.h"
#include "runtime/exec_front_end.h"

namespace flopaudit {
namespace {

struct FrontEnd {
  const char* word;
  Result<std::unique_ptr<Program>> (*load)(const std::string& file, const std::string& method,
                                           const std::vector<Schema>& added);
};

// LibTorch knows what it has registered, and nothing else.
Result<std::unique_ptr<Program>> load_with_libtorch(const std::string& file, const std::string& method,
                                                    const std::vector<Schema>&) {
  return load_in_exec(file, method);
}

constexpr std::array kFrontEnds = {FrontEnd{"torchscript", load_with_torchscript},
                                   FrontEnd{"libtorch", load_with_libtorch}};

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

Result<std::unique_ptr<Program>> load_model(const std::string& word, const std::string& file, const std::string& method,
                                            const std::vector<Schema>& added) {
  const FrontEnd* front_end = find_front_end(word);
  FA_ASSERT(front_end != nullptr, "check_front_end comes first");
  return front_end->load(file, method, added);
}

}  // namespace flopaudit
