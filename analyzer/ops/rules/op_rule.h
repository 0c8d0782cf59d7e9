// OpRule: the rules of an operator as a rule file states them, in place of the functions of a row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/schema.h"
#include "analyzer/ops/rules/formula.h"

namespace flopaudit {

// What `shape 0 = ...` says.
struct ShapeFormula {
  enum class Kind { dims, of_tensor, broadcast, choice };
  Kind kind = Kind::dims;
  std::vector<Formula> dims;          // dims: what stands in the brackets
  std::optional<Formula> formula;     // of_tensor: the tensor; choice: the condition
  std::vector<ShapeFormula> choices;  // broadcast: any number; choice: two
};

// What `dtype 0 = ...` says.
struct DTypeFormula {
  enum class Kind { word, of_tensor, of_number, promote, choice };
  Kind kind = Kind::word;
  DType word = DType::f32;
  std::optional<Formula> formula;     // of_tensor; of_number: TorchScript's number of a dtype; choice: the condition
  std::vector<DTypeFormula> choices;  // promote: any number; choice: two
};

struct OpRule {
  struct Argument {
    std::string name;
    FormulaType type;
    bool is_optional = false;    // `Tensor?`
    std::int64_t list_size = 0;  // `int[2]`: one number stands for so many
    std::optional<Fact> default_value;
  };
  struct Output {
    std::string name;
    FormulaType type;
    bool is_float = false;              // of a number
    std::optional<ShapeFormula> shape;  // of a tensor
    std::optional<DTypeFormula> dtype;  // nothing: that of the first tensor argument
    std::optional<Formula> value;       // of a number or bool; nothing: not known
  };
  struct Requirement {
    Formula condition;
    std::string message;
  };
  struct WorkLine {
    WorkClass work_class = WorkClass::mac;
    bool is_valid_mac = false;
    std::optional<DType> dtype;  // nothing: that of the first result, where it is a tensor, else of the first argument
    Formula count;
  };

  std::string name;    // "my::op.overload"
  std::string origin;  // "rules.txt:3"
  Schema schema;       // the declaration, for front ends
  std::vector<Argument> arguments;
  std::vector<Output> outputs;
  std::vector<Requirement> requirements;
  std::vector<WorkLine> work_lines;
  bool is_zero = false;  // `work zero`
  std::string formula;   // the work lines, for reports

  bool says_work() const { return is_zero || !work_lines.empty(); }
  RuleResult<Facts> shape(const Facts& given) const;
  RuleResult<Work> work(const Facts& given, const Facts& results) const;
};

}  // namespace flopaudit
