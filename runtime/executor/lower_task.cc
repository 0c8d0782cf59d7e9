// flopaudit-exec's task `lower`: the front end through LibTorch, its program written as text to a descriptor.
#include <cstdio>
#include <cstdlib>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/ir/printer.h"
#include "runtime/exec_program.h"
#include "runtime/spawn.h"

namespace flopaudit {
namespace {

Result<void> lower_to(int descriptor, const std::string& file, const std::string& method) {
  FA_ASSIGN(const std::unique_ptr<Program> program, load_with_libtorch(file, method));
  if (!write_all(descriptor, print(*program))) return environment_error("no memory for the text of the program");
  return {};
}

}  // namespace

int run_lower_task(const std::vector<std::string>& arguments) {
  const Result<void> done = lower_to(std::atoi(arguments[2].c_str()), arguments[0], arguments[1]);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return static_cast<int>(done.error().kind);
}

}  // namespace flopaudit
