#include "runtime/exec_program.h"

#include <unistd.h>

#include "runtime/child_stderr.h"

namespace flopaudit {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "flopaudit-exec";
constexpr int kNotStarted = 127;  // of the dynamic loader, when a library is not there

}  // namespace

Result<fs::path> find_exec_program() {
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& candidate : {folder / kName, folder.parent_path() / "libexec" / "flopaudit" / kName}) {
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return environment_error("this needs " + std::string(kName) +
                           ", the half of flopaudit that has LibTorch, and it is not in " + folder.string() +
                           "; build or install it there");
}

Error task_error(const ChildExit& exit) {
  std::string words = last_words(exit.error_output);
  if (exit.status >= 2 && exit.status <= 4 && !words.empty()) return {static_cast<ErrorKind>(exit.status), words};
  if (words.empty()) words = "it said nothing";
  if (exit.status == kNotStarted) {
    return environment_error(std::string(kName) +
                             " cannot start, it needs the LibTorch that it was built with: " + words);
  }
  return environment_error(std::string(kName) + " ended with status " + std::to_string(exit.status) + ": " + words);
}

}  // namespace flopaudit
