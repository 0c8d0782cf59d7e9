// What a shape oracle is asked and what it says, as text between two programs; and what no LibTorch need be asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/ir/dtype.h"
#include "analyzer/ops/shape_oracle.h"

namespace flopaudit {

inline constexpr std::size_t kLargestShapeQuestion = 100'000;  // characters of its text

struct ShapeQuestion {
  std::string op;
  DType default_dtype = DType::f32;  // of the program: default_dtype() where the question is asked
  Facts inputs;
};

// Why LibTorch cannot answer, as far as it shows without LibTorch: no op of its table, an input that is not known or
// symbolic. Empty: it may.
std::string why_not_asked(const std::string& op, const Facts& inputs);

// Lines, the last one empty: the op with the dtype, then a fact a line. Error: input: damaged.
std::string to_text(const ShapeQuestion& question);
Result<ShapeQuestion> question_from_text(std::string_view text);

// Lines, the last one empty: `+` and a fact a line, or `-` with the reason behind it. What cannot be read is missing.
std::string to_text(const RuleResult<Facts>& answer);
RuleResult<Facts> answer_from_text(std::string_view text);

// Whether the text is a whole message: its last line is there.
bool is_whole_message(std::string_view text);

}  // namespace flopaudit
