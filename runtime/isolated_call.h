// A call in a process of its own: what it changes, breaks or exhausts is gone with it. For code that is asked one small
// question and might crash, hang or grow on hostile arguments.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "analyzer/support/result.h"

namespace flopaudit {

struct CallLimits {
  std::chrono::milliseconds time{1000};
  std::uint64_t more_memory = std::uint64_t{1} << 30;  // bytes of address space beyond what the process has already
  std::size_t answer = std::size_t{1} << 16;           // bytes of text
};

// Runs `question` in a fork of this process and gives back its text. It must not throw, and sees stdout and stderr
// closed. The process must not have threads whose locks the question needs. Errors: environment, why there is no answer
// ("it took more than 1000 ms").
Result<std::string> call_isolated(const std::function<std::string()>& question, const CallLimits& limits);

}  // namespace flopaudit
