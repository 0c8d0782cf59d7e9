// The example inputs that a traced file carries (traced_inputs.pkl, written by LibTorch 2.x).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/ir/fact.h"

namespace flopaudit {

// Of a method, without the elements of tensors. Nothing: there are none, or none that can be read: they are a
// convenience, without which the user gives --input.
std::optional<std::vector<Fact>> traced_inputs(const Archive& archive, const std::string& method);

}  // namespace flopaudit
