#include "tests/op_oracle/child_process.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace flopaudit {
namespace {

constexpr std::size_t kStepBytes = 4096;
constexpr rlim_t kAddressSpace = rlim_t{8} << 30;

char* step_page() {
  static char* page = static_cast<char*>(
      mmap(nullptr, kStepBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, /*fd=*/-1, /*offset=*/0));
  return page;
}

void limit(int resource, rlim_t amount) {
  const rlimit both{amount, amount};
  setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

std::string read_all(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, got);
  std::fclose(file);
  return text;
}

}  // namespace

void announce_step(const std::string& step) {
  const std::size_t length = std::min(step.size(), kStepBytes - 1);
  std::memcpy(step_page(), step.data(), length);
  step_page()[length] = '\0';
}

ChildEnd run_in_child(const std::function<void()>& work, unsigned cpu_seconds) {
  announce_step("");
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  std::FILE* output = std::tmpfile();
  if (output == nullptr) return {"", "no temporary file", ""};
  const pid_t child = fork();
  if (child == 0) {
    dup2(fileno(output), STDOUT_FILENO);
    dup2(fileno(output), STDERR_FILENO);
    limit(RLIMIT_CPU, cpu_seconds);
    limit(RLIMIT_AS, kAddressSpace);
    limit(RLIMIT_CORE, 0);
    work();
    std::cout.flush();
    std::fflush(nullptr);
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) return {"", "no child process", ""};
  ChildEnd end{read_all(output), "", step_page()};
  if (WIFSIGNALED(status)) end.death = "killed by signal " + std::to_string(WTERMSIG(status));
  return end;
}

}  // namespace flopaudit
