// Reads one graph of the text form (printer.h). Beside analyzer/ir/parser.cc nobody needs it.
#pragma once

#include <memory>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/text_cursor.h"

namespace flopaudit {

// The word `graph` is taken already.
Result<std::unique_ptr<Graph>> parse_graph(TextCursor& cursor);

// What objects, parameters and values share: `Tensor {f32[2]}`.
struct TypedFact {
  Type type;
  Fact fact;
};
Result<TypedFact> parse_typed_fact(TextCursor& cursor);

}  // namespace flopaudit
