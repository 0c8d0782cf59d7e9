// flopaudit-exec: the half of the program that links LibTorch. flopaudit starts it, with one task a process
// (runtime/exec_program.h); no user does.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "runtime/exec_program.h"

namespace flopaudit {
namespace {

struct Task {
  const char* word;
  std::size_t arguments;
  int (*run)(const std::vector<std::string>& arguments);
};

constexpr Task kTasks[] = {
    {kMeasureTask, 2, run_measure_task}, {kLowerTask, 3, run_lower_task}, {kShapesTask, 0, run_shapes_task}};

int run(std::vector<std::string> arguments) {
  const std::string word = arguments.empty() ? "" : arguments[0];
  if (!arguments.empty()) arguments.erase(arguments.begin());
  for (const Task& task : kTasks) {
    if (word == task.word && arguments.size() == task.arguments) return task.run(arguments);
  }
  std::fputs("flopaudit-exec is started by flopaudit, for what needs LibTorch; run flopaudit --help\n", stderr);
  return static_cast<int>(ErrorKind::usage);
}

// Nobody is left to read the result.
void end_with_the_parent() { prctl(PR_SET_PDEATHSIG, SIGKILL); }

}  // namespace
}  // namespace flopaudit

// Who started it puts the program's name before these sentences.
int main(int argc, char** argv) {
  flopaudit::end_with_the_parent();
  try {
    return flopaudit::run({argv + 1, argv + argc});
  } catch (const std::bad_alloc&) {
    std::fputs("out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "this is a bug in flopaudit, please report it: %s\n", error.what());
  }
  return static_cast<int>(flopaudit::ErrorKind::input);
}
