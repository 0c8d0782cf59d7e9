#include "tests/frontend/front_end_texts.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/printer.h"

namespace flopaudit {
namespace {

constexpr char kTraining[] = "saved_training ";

std::string text_of(Program& program, CompareWhat what) {
  if (what == CompareWhat::objects) {
    program.functions.clear();
    program.kind.clear();
  }
  return print(program) + kTraining + (program.saved_training ? "true\n" : "false\n");
}

// The first method of "'m.pt' has no method 'forward'; its methods are a, b".
std::string first_method(const std::string& sentence) {
  const std::string before = "its methods are ";
  const std::size_t found = sentence.find(before);
  if (found == std::string::npos) return "";
  const std::size_t start = found + before.size();
  return sentence.substr(start, sentence.find(',', start) - start);
}

}  // namespace

std::string method_of(const std::string& text) {
  const std::string before = " method=\"";
  const std::size_t found = text.find(before);
  if (found == std::string::npos) return "";
  const std::size_t start = found + before.size();
  return text.substr(start, text.find('"', start) - start);
}

Result<std::string> in_child(const std::function<Result<std::string>()>& make, int seconds) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return environment_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::alarm(static_cast<unsigned>(seconds));
    const Result<std::string> made = make();
    const std::string text = made ? "+" + *made : "-" + made.error().message;
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t wrote = ::write(ends[1], text.data() + done, text.size() - done);
      if (wrote <= 0) break;
      done += static_cast<std::size_t>(wrote);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[1 << 16];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return input_error("does not end");
  if (WIFSIGNALED(status)) return input_error("crashes with signal " + std::to_string(WTERMSIG(status)));
  if (text.empty()) return input_error("crashes");
  if (text[0] == '-') return input_error(text.substr(1));
  return text.substr(1);
}

Result<std::string> libtorch_text(const std::string& file, const std::string& method, CompareWhat what) {
  auto program = load_with_libtorch(file, method.empty() ? "forward" : method);
  if (!program && method.empty() && !first_method(program.error().message).empty()) {
    program = load_with_libtorch(file, first_method(program.error().message));
  }
  if (!program) return program.error();
  return text_of(**program, what);
}

Result<std::string> direct_text(const std::string& file, const std::string& method, CompareWhat what) {
  FA_ASSIGN(const std::unique_ptr<Program> program, load_with_torchscript(file, method));
  return text_of(*program, what);
}

}  // namespace flopaudit
