// flopaudit-exec: the program that links LibTorch. flopaudit does not, and starts it for what only LibTorch can do,
// each time as a child with one task. Its command line is private to the two programs, which are built and installed
// together.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analyzer/support/result.h"
#include "runtime/reexec.h"

namespace flopaudit {

// Beside the running program, or where an installation has it: ../libexec/flopaudit. Error: environment: in neither.
Result<std::filesystem::path> find_exec_program();

// The error of a task that ended with a status other than 0: its own sentence and kind, which it gives as last line of
// stderr and as exit status; environment where it did not get as far.
Error task_error(const ChildExit& exit);

// The tasks: flopaudit-exec's first argument. The other half of each is in runtime/executor, `int run_*_task(arguments
// after the first)`, which gives the exit status.
inline constexpr const char* kMeasureTask = "measure";  // request file, result file (runtime/measure_child.h)
inline constexpr const char* kLowerTask = "lower";      // model file, method, descriptor to write to
inline constexpr const char* kShapesTask =
    "shapes";  // questions on stdin, answers on stdout (runtime/shape_question.h)

int run_measure_task(const std::vector<std::string>& arguments);
int run_lower_task(const std::vector<std::string>& arguments);
int run_shapes_task(const std::vector<std::string>& arguments);

}  // namespace flopaudit
