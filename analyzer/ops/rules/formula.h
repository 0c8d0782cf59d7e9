// Formula: an expression of a rule file over the arguments and results of one execution. The grammar is in README.md.
//
// Values are facts: ints are symbolic (Expr), floats are doubles, an unknown one makes the answer `missing`. Whole
// floats mix with symbolic ints; other mixtures need a number. Every name, kind and number of arguments is checked when
// the formula is read, so that evaluation refuses only what depends on the inputs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// What a formula, an argument or a result is, as far as its declaration says.
struct FormulaType {
  enum class Kind { number, boolean, text, tensor, other };
  Kind kind = Kind::number;
  bool is_list = false;
  friend bool operator==(const FormulaType&, const FormulaType&) = default;
};
std::string to_string(const FormulaType& type);  // "a number", "a list of tensors"

// One execution, arguments complete and of their declared types.
struct FormulaScope {
  const Facts& inputs;
  const Facts& outputs;
};

struct Formula {
  // One step into a value: an element of a list, a dim of a tensor, or several of them.
  struct Step {
    bool many = false;                // `1:-1`, `:`, or `*` of a list
    std::int64_t begin = 0;           // negative: from the end
    std::optional<std::int64_t> end;  // of several
  };
  enum class Kind { constant, path, call };

  Kind kind = Kind::constant;
  std::string text;  // as written, for messages
  FormulaType type;
  bool many = false;  // stands for several values: only where several may stand

  Fact constant;
  bool of_result = false;  // path: of a result, else of an argument
  std::size_t place = 0;
  std::vector<Step> steps;
  const struct FormulaFunction* function = nullptr;  // call
  std::vector<Formula> arguments;
};

// One value; the formula must not stand for several. `misfit` where it has none for any input like this (division by 0,
// a dim that the tensor does not have), `missing` where it depends on what is not known.
RuleResult<Fact> value_of(const Formula& formula, const FormulaScope& scope);
// All that it stands for.
RuleResult<Facts> values_of(const Formula& formula, const FormulaScope& scope);
// A whole number, a dim or a count.
RuleResult<Expr> whole_number(const Formula& formula, const FormulaScope& scope);
RuleResult<Expr> whole_number(const Fact& value, const std::string& text);
RuleResult<bool> truth(const Formula& formula, const FormulaScope& scope);

}  // namespace flopaudit
