#include "tests/fuzz/each_in_child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace flopaudit {
namespace {

using Read = std::string (*)(const std::string& file);

// Reads the file, says what came of it through `out`.
[[noreturn]] void read_in_child(Read read, const ChildLimits& limits, const std::string& file, int out) {
  const rlimit seconds{limits.seconds, limits.seconds};
  ::setrlimit(RLIMIT_CPU, &seconds);
  ::alarm(20 * limits.seconds);
  const rlimit bytes{limits.bytes, limits.bytes};
  if (limits.bytes > 0) ::setrlimit(RLIMIT_DATA, &bytes);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const std::string answer = read(file);
  if (::write(out, answer.data(), answer.size()) < 0) std::_Exit(1);
  std::_Exit(0);
}

std::string all_of(int in) {
  std::string text;
  char block[4096];
  for (ssize_t n; (n = ::read(in, block, sizeof block)) > 0;) text.append(block, static_cast<std::size_t>(n));
  ::close(in);
  return text;
}

std::string outcome(Read read, const ChildLimits& limits, const std::string& file) {
  int channel[2];
  if (::pipe(channel) != 0) std::abort();
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    ::close(channel[0]);
    read_in_child(read, limits, file, channel[1]);
  }
  ::close(channel[1]);
  const std::string answer = all_of(channel[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return answer;
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU || signal == SIGALRM || signal == SIGKILL) return "HANG";
    return "CRASH: signal " + std::to_string(signal);
  }
  return "CRASH: exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

int read_each_in_child(Read read, const ChildLimits& limits) {
  for (std::string file; std::getline(std::cin, file);) {
    std::cout << file << '\t' << outcome(read, limits, file) << '\n' << std::flush;
  }
  return 0;
}

}  // namespace flopaudit
