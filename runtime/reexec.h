// Starts a program again with the environment of a code path, under Valgrind and fpcount where it is to be counted.
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
};

struct ChildExit {
  int status = 0;            // exit status of the child
  std::string error_output;  // its stderr, without Valgrind's noise and without progress lines
};

// The environment variables of a code path (DESIGN.md §2.4). Empty for `native`. Error: usage: an unknown path.
Result<std::map<std::string, std::string>> knobs_of_path(const std::string& path_name);

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
// Errors: environment: Valgrind is missing, the program cannot be started, it was killed by a signal (the message names
// it) or took longer than the timeout. An exit status other than 0 is no Error here.
Result<ChildExit> run_child(const ChildRun& run);

}  // namespace flopaudit
