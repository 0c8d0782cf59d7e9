// Starts a program with the environment of a code path, under Valgrind and fpcount where it is to be counted.
// LibTorch reads these settings when it is loaded, hence always a child.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

struct ChildRun {
  std::vector<std::string> argv;       // program and arguments
  std::string path_name = "standard";  // the code path: standard, avx2 or native
  bool under_valgrind = false;
  std::optional<std::chrono::milliseconds> timeout;  // the child is killed when it takes longer
  std::string what = "the measured process";         // in errors
  ErrorKind killed = ErrorKind::environment;         // what it means when a signal ends it
};

struct ChildExit {
  int status = 0;            // exit status of the child
  std::string error_output;  // its stderr, without Valgrind's noise and without progress lines
};

// The environment variables of a code path (DESIGN.md §2.4). Empty for `native`. Error: usage: an unknown path.
Result<std::map<std::string, std::string>> knobs_of_path(const std::string& path_name);

// The environment of a child on a code path, NAME=VALUE each: ours, with that path's knobs and no others.
Result<std::vector<std::string>> environment_of_path(const std::string& path_name);

// The variables that decide which kernels run; a child gets those of its path and none of the others.
const std::vector<std::string>& knob_names();

// Where Valgrind and our tool are.
struct ValgrindTool {
  std::filesystem::path valgrind;   // the launcher
  std::filesystem::path directory;  // VALGRIND_LIB: the one that holds fpcount
  std::string version;              // "3.19.0"
};
// Looks for `valgrind` in `search_path` (PATH of this process by default) and for lib/fpcount beside the folder of the
// running program: <program>/../../lib/fpcount; FLOPAUDIT_FPCOUNT_DIR names another place. Errors: environment: no
// Valgrind, another version than the one that fpcount was built with, no fpcount.
Result<ValgrindTool> find_valgrind(const std::optional<std::string>& search_path = std::nullopt);

// Runs the child to its end. Its stdout is ours; its stderr is collected, and lines of progress (redrawn with a leading
// carriage return) are passed on at once where our stderr is a terminal.
// Errors: environment: Valgrind is missing, the program cannot be started or took longer than the timeout; `killed`: it
// was ended by a signal, which the message names. An exit status other than 0 is no Error here.
Result<ChildExit> run_child(const ChildRun& run);

}  // namespace flopaudit
