// Reads formulas, shapes and dtypes of a rule file. Errors: usage, without the place (line_cursor.h).
#pragma once

#include <string>
#include <vector>

#include "analyzer/ops/rules/formula.h"
#include "analyzer/ops/rules/line_cursor.h"

namespace flopaudit {

// An argument or a result that formulas can name.
struct FormulaName {
  std::string name;
  FormulaType type;
  bool of_result = false;
  std::size_t place = 0;
};

class FormulaParser {
 public:
  FormulaParser(LineCursor& cursor, const std::vector<FormulaName>& names) : cursor_(cursor), names_(names) {}

  Result<Formula> number();     // one number
  Result<Formula> condition();  // one bool
  Result<Formula> tensor();     // a path to one tensor
  Result<Formula> dim();        // one number, or several

  // `(a, b)`, each read by `read_one`.
  template <typename ReadOne>
  Result<void> in_brackets(std::string_view open, std::string_view close, const ReadOne& read_one) {
    FA_TRY(cursor_.expect(open));
    if (cursor_.accept(close)) return {};
    do {
      FA_TRY(read_one());
    } while (cursor_.accept(","));
    return cursor_.expect(close);
  }

 private:
  Result<Formula> any(int depth = 0);  // of any type; may stand for several values
  using Level = Result<Formula> (FormulaParser::*)(int depth);
  Result<Formula> conjunction(int depth);
  Result<Formula> negation(int depth);
  Result<Formula> comparison(int depth);
  Result<Formula> sum(int depth);
  Result<Formula> product(int depth);
  Result<Formula> factor(int depth);
  Result<Formula> primary(int depth);
  Result<Formula> literal();
  Result<Formula> path();
  Result<void> step(Formula& path);
  Result<Formula> call_by_name(int depth);
  Result<Formula> chain(int depth, Level operand, const std::vector<std::string_view>& signs);
  Result<Formula> call(std::string_view function, std::vector<Formula> arguments, std::size_t begin);
  Result<Formula> one(Result<Formula> formula, FormulaType::Kind kind, std::size_t begin);

  LineCursor& cursor_;
  const std::vector<FormulaName>& names_;
};

}  // namespace flopaudit
