#include "analyzer/frontend/python_frames.h"

#include <array>
#include <charconv>
#include <utility>

namespace flopaudit {
namespace {

// "…/functional.py(2450): batch_norm"
SourceLocation frame_of_line(std::string_view line) {
  const std::size_t close = line.rfind("): ");
  const std::size_t open = close == std::string_view::npos ? close : line.rfind('(', close);
  if (open == std::string_view::npos) return {};
  SourceLocation frame{without_machine_prefix(std::string(line.substr(0, open))), 0};
  std::from_chars(line.data() + open + 1, line.data() + close, frame.line);
  return frame;
}

}  // namespace

std::string without_machine_prefix(const std::string& path) {
  if (path.empty() || path[0] != '/') return path;
  constexpr std::array<std::string_view, 2> kPackageFolders = {"/site-packages/", "/dist-packages/"};
  for (const std::string_view folder : kPackageFolders) {
    const std::size_t found = path.rfind(folder);
    if (found != std::string::npos) return path.substr(found + folder.size());
  }
  const std::size_t library = path.rfind("/lib/python");
  if (library != std::string::npos) {
    const std::size_t slash = path.find('/', library + 5);
    if (slash != std::string::npos) return path.substr(slash + 1);
  }
  const std::size_t last = path.rfind('/');
  if (last == std::string::npos || last == 0) return path;
  const std::size_t before = path.rfind('/', last - 1);
  return before == std::string::npos ? path : path.substr(before + 1);
}

bool StackReader::read(std::string_view line) {
  SourceLocation frame = frame_of_line(line);
  if (frame.file.empty()) return true;
  // What is below torch.jit.trace is the script that traced, not the model.
  if (frame.file.str().starts_with("torch/jit/")) return false;
  if (!frame.file.str().starts_with("torch/")) {
    location_ = std::move(frame);
    return false;
  }
  if (location_.file.empty()) location_ = std::move(frame);
  return true;
}

SourceLocation frame_of_stack(std::string_view stack) {
  StackReader reader;
  while (!stack.empty()) {
    const std::size_t end = stack.find('\n');
    if (!reader.read(stack.substr(0, end)) || end == std::string_view::npos) break;
    stack.remove_prefix(end + 1);
  }
  return reader.location();
}

}  // namespace flopaudit
