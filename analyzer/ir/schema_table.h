// The schemas of every operator that LibTorch registers, compiled in: schemas/libtorch-2.13.0.txt, text with one schema
// a line, written by tools/dump_schemas.cc: sorted by the operators' names, the overloads of one name in the order in
// which LibTorch tries them. Nothing is parsed before it is asked for: a look-up is a binary search in the text.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/ir/schema.h"

namespace flopaudit {

// The version of LibTorch that the table was taken from: "2.13.0".
std::string_view schema_table_version();

// The line of "aten::add.Tensor"; empty: LibTorch has no such operator.
std::string_view schema_line(std::string_view full_name);
std::optional<Schema> find_schema(std::string_view full_name);

// The lines of all overloads of "aten::add", in LibTorch's order: of several that fit a call the first is taken.
std::vector<std::string_view> schema_lines_of(std::string_view name);
// As above, of the operators of extension libraries (torchvision, torch_scatter, ...): schemas/extensions.txt.
std::vector<std::string_view> extension_schema_lines_of(std::string_view name);
// All lines of LibTorch's.
std::vector<std::string_view> schema_lines();

}  // namespace flopaudit
