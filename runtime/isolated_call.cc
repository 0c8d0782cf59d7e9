#include "runtime/isolated_call.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>

namespace flopaudit {
namespace {

using Clock = std::chrono::steady_clock;

void limit(int resource, rlim_t amount) {
  const rlimit both{amount, amount};
  setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

std::uint64_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void answer_and_exit(int pipe_end, const std::function<std::string()>& question,
                                  const CallLimits& limits) {
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  limit(RLIMIT_AS, address_space() + limits.more_memory);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.time.count() / 1000 + 1));
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  const std::string answer = question();
  for (std::size_t done = 0; done < answer.size();) {
    const ssize_t written = write(pipe_end, answer.data() + done, answer.size() - done);
    if (written <= 0) _exit(1);
    done += static_cast<std::size_t>(written);
  }
  _exit(0);
}

// Until the child closes its end; `why` where it is to be stopped before.
std::string read_answer(int pipe_end, const CallLimits& limits, std::string& why) {
  const Clock::time_point deadline = Clock::now() + limits.time;
  std::string answer;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{pipe_end, POLLIN, 0};
    const int ready = left <= 0 ? 0 : poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      why = "it took more than " + std::to_string(limits.time.count()) + " ms";
      return answer;
    }
    const ssize_t got = read(pipe_end, buffer.data(), buffer.size());
    if (got <= 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
    if (answer.size() > limits.answer) {
      why = "its answer is longer than " + std::to_string(limits.answer) + " bytes";
      return answer;
    }
  }
}

}  // namespace

Result<std::string> call_isolated(const std::function<std::string()>& question, const CallLimits& limits) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return environment_error("no pipe for another process");
  std::fflush(nullptr);  // else the child would write it a second time
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    answer_and_exit(ends[1], question, limits);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return environment_error("no other process can be started");
  }
  std::string why;
  std::string answer = read_answer(ends[0], limits, why);
  close(ends[0]);
  if (!why.empty()) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!why.empty()) return environment_error(why);
  if (WIFSIGNALED(status)) return environment_error("it died of signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return environment_error("it ended with status " + std::to_string(WEXITSTATUS(status)));
  return answer;
}

}  // namespace flopaudit
