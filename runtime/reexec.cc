#include "runtime/reexec.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/child_stderr.h"
#include "runtime/spawn.h"

extern char** environ;

namespace flopaudit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// On the other paths the CPU's own capabilities decide, but still one thread.
const std::map<std::string, std::map<std::string, std::string>>& paths() {
  static const std::map<std::string, std::map<std::string, std::string>> all = {
      {"standard",
       {{"OMP_NUM_THREADS", "1"},
        {"ONEDNN_MAX_CPU_ISA", "AVX"},
        {"ATEN_CPU_CAPABILITY", "default"},
        {"MKL_ENABLE_INSTRUCTIONS", "SSE4_2"},
        // libm chooses FMA by itself. Before glibc 2.33 the names ended in _Usable.
        {"GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA_Usable,-AVX2_Usable"}}},
      {"avx2",
       {{"OMP_NUM_THREADS", "1"},
        {"ONEDNN_MAX_CPU_ISA", "AVX2"},
        {"ATEN_CPU_CAPABILITY", "avx2"},
        {"MKL_ENABLE_INSTRUCTIONS", "AVX2"}}},
      {"native", {{"OMP_NUM_THREADS", "1"}}},
  };
  return all;
}

std::vector<std::string> environment_of(const std::map<std::string, std::string>& knobs, const ValgrindTool* tool) {
  std::map<std::string, std::string> set = knobs;
  if (tool != nullptr) set["VALGRIND_LIB"] = tool->directory.string();
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    // Options from elsewhere (another tool's, say) must not reach our Valgrind.
    const bool dropped = set.contains(name) || name == "VALGRIND_OPTS" || name == "VALGRIND_LIB" ||
                         std::ranges::count(knob_names(), name) > 0;
    if (!dropped) environment.push_back(text);
  }
  for (const auto& [name, value] : set) environment.push_back(name + "=" + value);
  return environment;
}

// Reads until the child closes its end; false: the time is over.
bool read_until(int fd, std::optional<Clock::time_point> end, ChildStderr& sink) {
  char buffer[4096];
  while (true) {
    int wait_ms = -1;
    if (end) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*end - Clock::now()).count();
      if (left <= 0) return false;
      wait_ms = static_cast<int>(std::min<long>(left, 60'000));
    }
    pollfd poll_fd{fd, POLLIN, 0};
    if (poll(&poll_fd, 1, wait_ms) <= 0) continue;
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    sink.take({buffer, static_cast<std::size_t>(got)});
  }
}

Result<int> wait_for(pid_t child, const ChildRun& run, const std::string& error_output) {
  const int status = wait_for_end(child);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::string message = run.what + " was ended by " + signal_name(WTERMSIG(status));
  if (WTERMSIG(status) == SIGKILL) message += " (out of memory, usually)";
  if (WTERMSIG(status) == SIGILL) message += " (an instruction that is not known here; --path standard avoids them)";
  const std::string words = last_words(error_output);
  if (!words.empty()) message += "; its last words: " + words;
  return Error{run.killed, message};
}

fs::path directory_of_fpcount() {
  if (const char* given = std::getenv("FLOPAUDIT_FPCOUNT_DIR")) return given;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "lib" / "fpcount";
}

std::optional<fs::path> find_program(const std::string& name, const std::string& search_path) {
  for (std::size_t begin = 0; begin <= search_path.size();) {
    const std::size_t end = std::min(search_path.find(':', begin), search_path.size());
    const fs::path candidate = fs::path(search_path.substr(begin, end - begin)) / name;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate)) return candidate;
    begin = end + 1;
  }
  return std::nullopt;
}

// What `valgrind --version` prints: "valgrind-3.19.0".
Result<std::string> version_of(const fs::path& valgrind) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return environment_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  FileDescriptor reader(ends[0]);
  FileDescriptor writer(ends[1]);
  FA_ASSIGN(const pid_t child,
            spawn({valgrind.string(), "--version"}, environment_of({}, nullptr), {-1, writer.get(), writer.get()}));
  writer.close();
  ChildStderr text(false);
  read_until(reader.get(), std::nullopt, text);
  if (wait_for_end(child) != 0)
    return environment_error(valgrind.string() + " --version failed; install Valgrind again");
  const std::string version = last_words(text.text());
  const std::string prefix = "valgrind-";
  return version.starts_with(prefix) ? version.substr(prefix.size()) : version;
}

}  // namespace

Result<std::vector<std::string>> environment_of_path(const std::string& path_name) {
  FA_ASSIGN(const auto knobs, knobs_of_path(path_name));
  return environment_of(knobs, nullptr);
}

Result<std::map<std::string, std::string>> knobs_of_path(const std::string& path_name) {
  const auto found = paths().find(path_name);
  if (found == paths().end())
    return usage_error("unknown code path \"" + path_name + "\"; one of standard, avx2, native");
  return found->second;
}

const std::vector<std::string>& knob_names() {
  // DNNL_MAX_CPU_ISA is oneDNN's older name; MKL_CBWR and OPENBLAS_CORETYPE choose BLAS kernels.
  static const std::vector<std::string> names = {
      "ATEN_CPU_CAPABILITY",     "DNNL_MAX_CPU_ISA", "GLIBC_TUNABLES",     "MKL_CBWR",
      "MKL_ENABLE_INSTRUCTIONS", "OMP_NUM_THREADS",  "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE"};
  return names;
}

Result<ValgrindTool> find_valgrind(const std::optional<std::string>& search_path) {
  const char* path = std::getenv("PATH");
  const std::optional<fs::path> valgrind = find_program("valgrind", search_path.value_or(path == nullptr ? "" : path));
  if (!valgrind)
    return environment_error(
        "the software counter needs Valgrind, and no program valgrind is in PATH; install it with `apt-get install "
        "valgrind`, or use --counters none");
  FA_ASSIGN(const std::string version, version_of(*valgrind));
  if (version != FLOPAUDIT_VALGRIND_VERSION)
    return environment_error("Valgrind " + version + " is installed, and the software counter was built with " +
                             FLOPAUDIT_VALGRIND_VERSION + "; build flopaudit again, or install that version");
  const fs::path directory = directory_of_fpcount();
  if (access((directory / "fpcount-amd64-linux").c_str(), X_OK) != 0)
    return environment_error("the Valgrind tool fpcount is not in " + directory.string() +
                             "; build flopaudit again, or set FLOPAUDIT_FPCOUNT_DIR to where it is");
  return ValgrindTool{*valgrind, directory, version};
}

Result<ChildExit> run_child(const ChildRun& run) {
  FA_ASSIGN(const auto knobs, knobs_of_path(run.path_name));
  std::vector<std::string> argv = run.argv;
  std::optional<ValgrindTool> tool;
  if (run.under_valgrind) {
    FA_ASSIGN(tool, find_valgrind());
    argv.insert(argv.begin(), {tool->valgrind.string(), "--quiet", "--vgdb=no", "--tool=fpcount"});
  }

  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return environment_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  FileDescriptor reader(ends[0]);
  FileDescriptor writer(ends[1]);
  FA_ASSIGN(const pid_t child, spawn(argv, environment_of(knobs, tool ? &*tool : nullptr), {-1, -1, writer.get()}));
  writer.close();

  ChildStderr errors(isatty(STDERR_FILENO) == 1);
  std::optional<Clock::time_point> end;
  if (run.timeout) end = Clock::now() + *run.timeout;
  if (!read_until(reader.get(), end, errors)) {
    kill(child, SIGKILL);
    wait_for_end(child);
    return environment_error(run.what + " took longer than " + std::to_string(run.timeout->count() / 1000) +
                             " s and was stopped");
  }
  FA_ASSIGN(const int status, wait_for(child, run, errors.text()));
  return ChildExit{status, errors.text()};
}

}  // namespace flopaudit
