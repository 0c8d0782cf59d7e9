#include "analyzer/frontend/libtorch/python_source.h"

#include "analyzer/frontend/python_frames.h"

namespace flopaudit {

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
