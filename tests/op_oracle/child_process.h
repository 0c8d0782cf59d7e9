// Work in a child process: an operator that brings the process down, or never returns, costs the test one line.
#pragma once

#include <functional>
#include <string>

namespace flopaudit {

struct ChildEnd {
  std::string output;  // what it wrote to stdout and stderr
  std::string death;   // "killed by signal 11"; empty: it ended by itself
  std::string step;    // what it had announced last
};

// In the child: names what comes next, for the case that it does not come back.
void announce_step(const std::string& step);

// Runs `work` in a fork of this process with at most `cpu_seconds` and a bounded address space. Call it before LibTorch
// has threads of its own.
ChildEnd run_in_child(const std::function<void()>& work, unsigned cpu_seconds);

}  // namespace flopaudit
