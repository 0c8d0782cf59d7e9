#include "runtime/spawn.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace flopaudit {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

void FileDescriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<pid_t> spawn(std::vector<std::string> argv, std::vector<std::string> environment, const Streams& streams) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const auto& [ours, theirs] : {std::pair(streams.input, STDIN_FILENO), std::pair(streams.output, STDOUT_FILENO),
                                     std::pair(streams.errors, STDERR_FILENO)}) {
    if (ours >= 0) posix_spawn_file_actions_adddup2(&actions, ours, theirs);
  }
  const std::string program = argv[0];
  std::vector<char*> arguments = pointers_to(argv);
  std::vector<char*> variables = pointers_to(environment);
  pid_t child = 0;
  const int code = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) return environment_error("cannot start " + program + ": " + std::strerror(code));
  return child;
}

int wait_for_end(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string signal_name(int number) {
  const char* abbreviation = sigabbrev_np(number);
  return abbreviation == nullptr ? "signal " + std::to_string(number) : "SIG" + std::string(abbreviation);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string read_from_start(int fd) {
  std::string text;
  std::array<char, 65536> buffer{};
  off_t position = 0;
  while (true) {
    const ssize_t got = pread(fd, buffer.data(), buffer.size(), position);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    position += got;
  }
}

}  // namespace flopaudit
