// What a method's arguments might be, from the first op that consumes each: a convolution with a weight [64,3,7,7]
// wants f32[1,3,S,S], an embedding i64[1,T]. For the message that says which --input is missing; never for an analysis.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

struct InputGuess {
  Fact fact;                         // sizes that no weight tells are symbols: S, T
  std::map<std::string, int> usual;  // what these usually are
  std::string why;                   // "n3 (aten::conv2d, model.py:12) with f32[64,3,7,7]"; "": nothing was found
};

// One for each argument after self. `program`: calls are inlined and weights are parameters (after resolve-attributes).
std::vector<InputGuess> guess_inputs(const Program& program);

}  // namespace flopaudit
