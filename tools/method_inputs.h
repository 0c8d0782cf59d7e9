// Binds --input to the arguments of a method.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"
#include "tools/input_offer.h"

namespace flopaudit {

// One fact for each argument after self. `raw` holds [NAME=]SPEC or [NAME=]@FILE, in the order given; unnamed ones go
// by position. Arguments that are left take their declared default; without any --input, the example inputs of a traced
// file. Errors: usage: missing, extra, unreadable, of another type; a missing one shows the method's signature and the
// line to copy of `offer`, which is asked for then alone.
Result<std::vector<Fact>> bind_inputs(const Program& program, const std::vector<std::string>& raw,
                                      const std::function<InputOffer()>& offer);

// "forward(x: Tensor, scale: float = 1.0)"
std::string signature_text(const Program& program);

}  // namespace flopaudit
