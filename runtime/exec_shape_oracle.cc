#include "runtime/exec_shape_oracle.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "analyzer/ops/default_dtype.h"
#include "runtime/exec_program.h"
#include "runtime/shape_question.h"

namespace flopaudit {
namespace {

using Clock = std::chrono::steady_clock;

// LibTorch's libraries may have to come from a slow disk first. The answers themselves are bounded by who gives them.
constexpr std::chrono::seconds kLongestWait{30};

// False: the other end is closed.
bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// A whole message, or what came until the other end was closed or the time was over.
std::string receive(int socket, bool& in_time) {
  const Clock::time_point deadline = Clock::now() + kLongestWait;
  std::string text;
  std::array<char, 4096> buffer{};
  while (!is_whole_message(text)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{socket, POLLIN, 0};
    const int ready = left <= 0 ? 0 : poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    in_time = ready > 0;
    if (!in_time) break;
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

ExecShapeOracle::~ExecShapeOracle() { stop(); }

// It has nothing to lose: no file, no state.
void ExecShapeOracle::stop() {
  if (child_ == 0) return;
  kill(child_, SIGKILL);
  wait_for_end(child_);
  child_ = 0;
}

Result<void> ExecShapeOracle::start() {
  FA_ASSIGN(const std::filesystem::path program, find_exec_program());
  FA_ASSIGN(std::vector<std::string> environment, environment_of_path("native"));
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return environment_error(std::string("no socket for flopaudit-exec: ") + std::strerror(errno));
  }
  socket_.set(ends[0]);
  const FileDescriptor theirs(ends[1]);
  errors_.set(memfd_create("flopaudit-errors", MFD_CLOEXEC));
  FA_ASSIGN(child_, spawn({program.string(), kShapesTask}, std::move(environment),
                          {theirs.get(), theirs.get(), errors_.get()}));
  return {};
}

Error ExecShapeOracle::ended() {
  const int status = wait_for_end(child_);
  child_ = 0;
  if (WIFSIGNALED(status)) return environment_error("flopaudit-exec was ended by " + signal_name(WTERMSIG(status)));
  return task_error({WEXITSTATUS(status), read_from_start(errors_.get())});
}

Result<std::string> ExecShapeOracle::ask(const std::string& question) {
  if (child_ == 0) FA_TRY(start());
  bool in_time = true;
  std::string answer;
  if (send_all(socket_.get(), question)) answer = receive(socket_.get(), in_time);
  if (is_whole_message(answer)) return answer;
  if (in_time) return ended();
  stop();
  return environment_error("flopaudit-exec gave no answer in " + std::to_string(kLongestWait.count()) + " s");
}

RuleResult<Facts> ExecShapeOracle::results_of(const std::string& op, const Facts& inputs) {
  if (std::string why = why_not_asked(op, inputs); !why.empty()) return missing(std::move(why));
  const std::string question = to_text(ShapeQuestion{op, default_dtype(), inputs});
  if (question.size() > kLargestShapeQuestion) return missing("its inputs are too long to be asked for");
  if (why_no_more_.empty()) {
    const Result<std::string> answer = ask(question);
    if (answer) return answer_from_text(*answer);
    why_no_more_ = "LibTorch cannot be asked: " + answer.error().message;
  }
  return missing(why_no_more_);
}

}  // namespace flopaudit
