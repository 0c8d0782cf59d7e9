#include "tests/frontend/watched_child.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <csignal>

namespace flopaudit {
namespace {

// The text at an address of another process. Read in small pieces, because a page behind its end may not be there.
std::string text_at(pid_t process, std::uint64_t address) {
  std::string text;
  for (char letter = 0; text.size() < PATH_MAX; text += letter) {
    iovec here{&letter, 1};
    iovec there{reinterpret_cast<void*>(address + text.size()), 1};
    if (::process_vm_readv(process, &here, 1, &there, 1, 0) != 1 || letter == 0) break;
  }
  return text;
}

void note(pid_t child, const __ptrace_syscall_info& call, Deeds& deeds) {
  switch (call.entry.nr) {
#ifdef SYS_open
    case SYS_open: deeds.opened.push_back(text_at(child, call.entry.args[0])); break;
#endif
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
#endif
    case SYS_clone:
    case SYS_clone3:
    case SYS_execve:
    case SYS_execveat:
    case SYS_socket: ++deeds.started; break;
    case SYS_openat:
    case SYS_openat2: deeds.opened.push_back(text_at(child, call.entry.args[1])); break;
    default: break;
  }
}

}  // namespace

std::optional<Deeds> deeds_of(const std::function<void()>& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
    ::raise(SIGSTOP);
    run();
    ::_exit(0);
  }
  Deeds deeds;
  ::waitpid(child, &deeds.status, 0);
  if (!WIFSTOPPED(deeds.status)) return std::nullopt;
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int signal = 0;
  while (::ptrace(PTRACE_SYSCALL, child, nullptr, signal) == 0 && ::waitpid(child, &deeds.status, 0) == child &&
         WIFSTOPPED(deeds.status)) {
    signal = WSTOPSIG(deeds.status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(deeds.status);
    __ptrace_syscall_info call{};
    if (signal == 0 && ::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof call, &call) > 0 && call.op == PTRACE_SYSCALL_INFO_ENTRY) {
      note(child, call, deeds);
    }
  }
  return deeds;
}

}  // namespace flopaudit
