// Reads testdata/conventions/*.cases: one model of one or two nodes a case, and what each convention makes of it.
//
//   Linear 10-5 with bias                                        the case's name, from the first column
//     linear.Linear  aten::linear  f32[7,10] f32[5,10] f32[5]  ->  f32[7,5]
//     flops = 2*350, macs = 350, fvcore = 7*10*5, ptflops = 7*(50 + 5)
//     torchprofile leaves out "part of the reason"
//
// A node's line names the class of its module as the conventions do (`-` for a class of the user's), the op, its inputs
// and, behind the arrow, its results. The other lines say the numbers, in arithmetic; a convention that is not named
// must say 0.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

struct CaseNode {
  std::string layer;
  std::string op;
  Facts inputs;
  Facts outputs;
};

struct ConventionCase {
  std::string file, name;
  int line = 0;
  std::vector<CaseNode> nodes;
  std::map<std::string, Expr> values;           // by convention
  std::map<std::string, std::string> left_out;  // by convention: a part of the reason
  std::string problem;                          // why a line could not be read
};

inline void PrintTo(const ConventionCase& test, std::ostream* stream) { *stream << test.name; }

// Of every file, in file and line order.
std::vector<ConventionCase> read_convention_cases();

}  // namespace flopaudit
