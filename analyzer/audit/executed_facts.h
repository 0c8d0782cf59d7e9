// Executed results against annotated ones.
#pragma once

#include <string>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// "" when nothing contradicts; else one clause: "result 0 is f32[1,7], annotated f32[1,8]". What the annotation leaves
// unknown contradicts nothing.
std::string fact_difference(const std::vector<Fact>& annotated, const std::vector<Fact>& executed);
// The same of facts as text. Error: input, a text that is no fact.
Result<std::string> shape_difference(const std::vector<Fact>& annotated, const std::vector<std::string>& executed);

}  // namespace flopaudit
