// The committed table of schemas is what the LibTorch at hand registers. Where it is not: build/bin/dump_schemas writes
// it anew, and the difference says which rows are to be looked at.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/frontend/libtorch/registered_schemas.h"
#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

TEST(SchemaTable, IsThatOfTheLibTorchAtHand) {
  EXPECT_EQ(schema_table_version(), libtorch_version());
  const std::vector<std::string> registered = registered_schemas();
  const std::vector<std::string_view> lines = schema_lines();
  const std::vector<std::string> table(lines.begin(), lines.end());
  const std::set<std::string> ours(table.begin(), table.end()), theirs(registered.begin(), registered.end());
  std::vector<std::string> difference;
  std::ranges::set_symmetric_difference(theirs, ours, std::back_inserter(difference));
  for (const std::string& line : difference) ADD_FAILURE() << line;
  EXPECT_EQ(table, registered);
}

// Our types of a schema are those that LibTorch gives its values.
TEST(SchemaTable, TypesAreThoseOfLibTorch) {
  const std::vector<std::string> lines = registered_schemas();
  const std::vector<std::vector<std::string>> types = registered_types();
  ASSERT_EQ(lines.size(), types.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Result<Schema> schema = Schema::parse(lines[i]);
    ASSERT_TRUE(schema) << lines[i];
    std::vector<std::string> ours;
    for (const SchemaValue& argument : schema->arguments) ours.push_back(argument.type.to_string());
    for (const SchemaValue& result : schema->results) ours.push_back(result.type.to_string());
    EXPECT_EQ(ours, types[i]) << lines[i];
  }
}

}  // namespace
}  // namespace flopaudit
