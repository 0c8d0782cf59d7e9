// Draws calls of an op by its recipes, and makes one program of them: a node a call, none of which feeds another. The
// same seed gives the same calls, whatever other ops are asked for beside.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/audit/recipes/recipe.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct DrawnCall {
  std::string op;  // full name
  DType dtype = DType::f32;
  Facts inputs;  // numbers in all dims
  DrawnValues values = DrawnValues::normal;
  std::size_t first_out = SIZE_MAX;  // operands from here on are out tensors
};

struct DrawOptions {
  std::uint64_t seed = 0;
  int draws = 8;  // of each op and type
  std::vector<DType> dtypes = {DType::f32, DType::f64};
  std::string path = "standard";  // sizes are those that the path's models are stated for
};

// `ops` empty: ops_to_draw. Operands that the op's shape rule refuses are drawn again.
// A form of an op is drawn by the op's recipe.
// Errors: usage: an op without a recipe; input: a recipe that draws nothing that fits.
Result<std::vector<DrawnCall>> draw_calls(const std::vector<std::string>& ops, const DrawOptions& options);

// The ops that are drawn where none is named: those that have a recipe, and the in-place forms, out= forms and second
// names of ops that have one; on another path than the standard one those that have a recipe and a model there.
std::vector<std::string> ops_to_draw(const std::string& path);

struct DrawnProgram {
  std::unique_ptr<Program> program;
  std::vector<Fact> inputs;  // of its arguments
  std::vector<int> nodes;    // the node of each call
};
// Errors: input: an op that LibTorch has no schema of.
Result<DrawnProgram> program_of(const std::vector<DrawnCall>& calls);

}  // namespace flopaudit
