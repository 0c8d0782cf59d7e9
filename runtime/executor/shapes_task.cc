// flopaudit-exec's task `shapes`: answers one question after the other until stdin is closed.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "analyzer/ops/default_dtype.h"
#include "runtime/exec_program.h"
#include "runtime/executor/meta_shape_oracle.h"
#include "runtime/shape_question.h"
#include "runtime/spawn.h"

namespace flopaudit {
namespace {

// Empty: there is no more.
std::string next_question() {
  std::string text;
  std::array<char, 4096> buffer{};
  while (!is_whole_message(text)) {
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return "";
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

int run_shapes_task(const std::vector<std::string>&) {
  MetaShapeOracle oracle;
  for (std::string text = next_question(); !text.empty(); text = next_question()) {
    const Result<ShapeQuestion> question = question_from_text(text);
    if (!question) {
      std::fprintf(stderr, "%s\n", question.error().message.c_str());
      return static_cast<int>(question.error().kind);
    }
    const DefaultDtypeScope scope(question->default_dtype);
    if (!write_all(STDOUT_FILENO, to_text(oracle.results_of(question->op, question->inputs)))) break;
  }
  return 0;
}

}  // namespace flopaudit
