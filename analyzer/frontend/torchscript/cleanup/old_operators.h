// Operators that changed their meaning or their arguments between versions of the archive. A call in an older archive
// is matched against the old schema, and upgrade_operators() writes what it meant in terms of today's operators.
#pragma once

#include <string_view>
#include <vector>

namespace flopaudit {

struct OldOperator {
  std::string_view full_name;  // "aten::div.Tensor"
  int changed_in = 0;          // archives below this version mean the old one
  std::string_view schema;     // the old one, in LibTorch's notation
};

// All that differ in an archive of this version, sorted by name.
std::vector<OldOperator> old_operators(int version);

// The schema that the overload has in an archive of this version; empty: today's. When calls are matched, LibTorch
// tries today's overloads first (without those that have an old schema), then the old schemas in the order of the
// overloads.
std::string_view old_schema_for(std::string_view full_name, int version);

// Old schemas by the operator's name without overload, for an operator that has no overload today: none in LibTorch
// 2.13, whose old operators all live on.
std::vector<std::string_view> old_schemas_of(std::string_view name, int version);

namespace cleanup {
// A program as text: a graph for each old operator.
std::string_view old_operator_bodies();
}  // namespace cleanup

}  // namespace flopaudit
