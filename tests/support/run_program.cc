#include "tests/support/run_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace flopaudit {
namespace {

// An unlinked file: the child writes, we read afterwards, and no pipe can fill up.
int temporary_file() {
  std::string name = "/tmp/flopaudit-test-XXXXXX";
  const int file = mkstemp(name.data());
  if (file < 0) throw std::runtime_error("cannot make a temporary file");
  unlink(name.c_str());
  return file;
}

std::string contents(int file) {
  std::string text;
  char buffer[65536];
  lseek(file, 0, SEEK_SET);
  for (ssize_t got = 0; (got = read(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  close(file);
  return text;
}

[[noreturn]] void run_child(const std::vector<std::string>& arguments, const ProgramOptions& options, int out,
                            int err) {
  dup2(open("/dev/null", O_RDONLY), 0);
  dup2(out, 1);
  dup2(err, 2);
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  if (options.user != 0 && (setgid(options.user) != 0 || setuid(options.user) != 0)) _exit(125);
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  const int out = temporary_file();
  const int err = temporary_file();
  const pid_t child = fork();
  if (child == 0) run_child(arguments, options, out, err);
  int status = 0;
  waitpid(child, &status, 0);
  ProgramRun run;
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  run.out = contents(out);
  run.err = contents(err);
  return run;
}

}  // namespace flopaudit
