// Ops whose results have sizes that only the data tells. Their shape rules leave these sizes open; here stands what is
// known of them all the same: what they count, and the most that they can be. One op is one row in data_sizes.cc.
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

struct DataSize {
  const char* op;                                    // without overload
  const char* word;                                  // the symbol's, before the node: nms(n12)
  const char* what;                                  // "how many boxes it keeps"
  std::optional<Expr> (*most)(const Facts& inputs);  // null: no bound is known
  // The tensor of which the size counts the elements that are not 0. Null: it counts something else.
  const TensorFact* (*counted)(const Facts& inputs);
};

// Null: the op has no row.
const DataSize* find_data_size(std::string_view op);

}  // namespace flopaudit
