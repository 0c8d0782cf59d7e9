#include "runtime/exec_front_end.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "analyzer/ir/parser.h"
#include "runtime/exec_program.h"
#include "runtime/spawn.h"

namespace flopaudit {

Result<std::unique_ptr<Program>> load_in_exec(const Admitted& admitted, const std::string& method) {
  const std::string& file = admitted.model_file();
  FA_ASSIGN(const std::filesystem::path program, find_exec_program());
  // In memory, without a name, and inherited: nothing is written to the disk, and stdout stays the report's.
  const FileDescriptor text(memfd_create("flopaudit-ir", 0));
  if (text.get() < 0) return environment_error(std::string("no memory for the IR's text: ") + std::strerror(errno));
  ChildRun child;
  child.argv = {program.string(), kLowerTask, file, method, std::to_string(text.get())};
  child.path_name = "native";
  child.what = "LibTorch, reading '" + file + "',";
  child.killed = ErrorKind::input;
  FA_ASSIGN(const ChildExit exit, run_child(child));
  if (exit.status != 0) return task_error(exit);
  std::fputs(exit.error_output.c_str(), stderr);  // LibTorch's own warnings
  return parse_program(read_from_start(text.get()));
}

}  // namespace flopaudit
