// The picture of a program as JSON, for the HTML report.
#pragma once

#include <nlohmann/json.hpp>

#include "analyzer/ir/picture.h"

namespace flopaudit {

// {"vertices": [{"id", "shape" unless op, "op", "label", "module", "type", "source", "not_taken", "undecided"}...],
//  "labels": [text...], "edges": [[from, to, label, kind]...], "root": {"items": [vertex | box...]}}
// Vertices, and the labels of edges, are meant by their places; what is false or empty is left out. A box is {"kind",
// "id", "label", "module", "not_taken", "undecided", "condition", "items"}.
nlohmann::ordered_json picture_json(const Picture& picture);

}  // namespace flopaudit
