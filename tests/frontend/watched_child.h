// Runs something in a child process and watches what it asks of the system: files opened, processes and connections
// started. For files that must not get anything done.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace flopaudit {

struct Deeds {
  std::vector<std::string> opened;  // paths, in order
  int started = 0;                  // processes, threads, programs, sockets
  int status = 0;                   // of waitpid
};

// Nothing: this system lets no process watch another.
std::optional<Deeds> deeds_of(const std::function<void()>& run);

}  // namespace flopaudit
