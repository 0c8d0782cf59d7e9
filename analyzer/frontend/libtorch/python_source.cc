#include "analyzer/frontend/libtorch/python_source.h"

#include <array>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

namespace flopaudit {
namespace {

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

bool starts_with(const std::string& text, std::string_view start) { return text.compare(0, start.size(), start) == 0; }

// "…/functional.py(2450): batch_norm"
SourceLocation frame_of_stack_line(const std::string& line) {
  const std::size_t close = line.rfind("): ");
  const std::size_t open = close == std::string::npos ? close : line.rfind('(', close);
  if (open == std::string::npos) return {};
  SourceLocation frame{without_machine_prefix(line.substr(0, open)), 0};
  std::from_chars(line.data() + open + 1, line.data() + close, frame.line);
  return frame;
}

// Innermost frame first. What is below torch.jit.trace is the script that traced, not the model.
SourceLocation frame_of_stack(const std::string& stack) {
  SourceLocation innermost;
  std::istringstream lines(stack);
  for (std::string line; std::getline(lines, line);) {
    SourceLocation frame = frame_of_stack_line(line);
    if (frame.file.empty()) continue;
    if (starts_with(frame.file, "torch/jit/")) break;
    if (!starts_with(frame.file, "torch/")) return frame;
    if (innermost.file.empty()) innermost = std::move(frame);
  }
  return innermost;
}

}  // namespace

SourceLocation python_source(const torch::jit::SourceRange& range) {
  const auto generated = range.findSourceRangeThatGenerated();
  if (!generated) {
    const auto place = range.file_line_col();
    if (!place) return {};
    return {std::get<0>(*place), static_cast<int>(std::get<1>(*place))};
  }
  const auto place = generated->file_line_col();
  if (place && !std::get<0>(*place).empty()) {
    return {without_machine_prefix(std::get<0>(*place)), static_cast<int>(std::get<1>(*place))};
  }
  return generated->source() ? frame_of_stack(generated->source()->text_str().str()) : SourceLocation{};
}

std::optional<bool> made_by_tracing(const torch::jit::SourceRange& range) {
  const auto generated = range.findSourceRangeThatGenerated();
  if (!generated || !generated->source()) return std::nullopt;
  return generated->source()->filename().value_or("").empty();
}

}  // namespace flopaudit
