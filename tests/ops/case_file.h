// Reads testdata/ops/*.cases: one execution of one op a line.
//
//   aten::bmm  f32[4,10,5] f32[4,5,30]  ->  f32[4,10,30]  mac = 4*10*5*30     # what the case is about
//   aten::bmm  f32[4,10,5] f32[3,5,30]  ->  error "batch sizes differ: 4 and 3"
//   aten::bmm  f32[4,10,?] unknown      ->  missing "unknown"
//
// Facts (analyzer/ir/fact.h) stand for inputs and results. Behind the results, separated by commas, what the work rule
// must say, in arithmetic: a class of work over all dtypes (`mac`) or in one (`mac.f32`), `valid mac`, `bytes_read`,
// `bytes_written`; classes that are not listed must be 0, bytes are checked where listed. `input0 = [1, 2]` is what a
// mutated input must be afterwards. `error` and `missing` name a part of the refusal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/ops/op_spec.h"

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

// The cases of every .cases file in testdata/ops, in file and line order.
std::vector<OpCase> read_op_cases();

}  // namespace flopaudit
