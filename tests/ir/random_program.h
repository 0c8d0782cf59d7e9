// Valid programs at random, for properties: every field of graph.h takes ordinary and nasty values.
#pragma once

#include <memory>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// To be called inside of rc::check: draws from RapidCheck.
std::unique_ptr<Program> draw_program();

}  // namespace flopaudit
