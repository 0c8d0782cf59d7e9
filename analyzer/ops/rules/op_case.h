// A case: one execution of one op in one line, with what its rules must say.
//
//   aten::bmm  f32[4,10,5] f32[4,5,30]  ->  f32[4,10,30]  mac = 4*10*5*30     # what the case is about
//   aten::bmm  f32[4,10,5] f32[3,5,30]  ->  error "batch sizes differ: 4 and 3"
//   aten::bmm  f32[4,10,?] unknown      ->  missing "unknown"
//
// Facts (analyzer/ir/fact.h) stand for inputs and results. Behind the results, separated by commas, what the work rule
// must say, in arithmetic: a class of work over all dtypes (`mac`) or in one (`mac.f32`), `valid mac`, `bytes_read`,
// `bytes_written`; classes that are not listed must be 0, bytes are checked where listed; `least add` is the least
// where `add` depends on the elements of a tensor and is the most. `input0 = [1, 2]` is what a mutated input must be
// afterwards. `error` and `missing` name a part of the refusal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/ops/op_spec.h"
#include "analyzer/ops/rules/line_cursor.h"

namespace flopaudit {

struct OpCase {
  std::string file;
  int line = 0;
  std::string op;
  Facts inputs;
  Facts outputs;
  std::map<std::string, Expr> work;  // "mac", "valid mac", "bytes_read"
  std::map<std::size_t, Fact> inputs_after;
  std::string error, missing;  // the refusal, empty: none
  std::string problem;         // why the line could not be read
};

// Reads the whole line into the case. Error: usage, without the place.
Result<void> read_case(LineCursor& cursor, OpCase& result);

// What the op's row says otherwise than the case: one sentence each, none where the case holds.
std::vector<std::string> problems_of(const OpCase& op_case, const OpSpec& row);

}  // namespace flopaudit
