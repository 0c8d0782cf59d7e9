// LibTorch's registry against ours, both ways: every overload of any namespace that has a tensor argument is a row, or
// derives from one, or testdata/ops/not_modelled.txt says why not. (That every row is an operator of LibTorch:
// op_names_test.) What the interpreter runs itself (`prim::If`, `prim::CallMethod`) has no tensor argument in its
// schema.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "analyzer/ir/schema_table.h"
#include "analyzer/ops/op_registry.h"
#include "tests/support/paths.h"

namespace flopaudit {
namespace {

struct Entry {
  int line = 0;
  std::string pattern;  // a full name, where `*` stands for any text
  std::string reason;
  std::set<std::string> names = {};  // the ops that it names
};

// `aten::_foreach_*  the reason`: two spaces or more between the two; `#` begins a comment line.
std::vector<Entry> read_entries() {
  std::vector<Entry> entries;
  std::ifstream file(source_path("testdata/ops/not_modelled.txt"));
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text[0] == '#') continue;
    const std::size_t end = text.find("  ");
    const std::size_t reason = text.find_first_not_of(' ', end);
    if (end == std::string::npos || reason == std::string::npos) {
      ADD_FAILURE() << "not_modelled.txt:" << line << ": there is no reason behind two spaces";
      continue;
    }
    entries.push_back({line, text.substr(0, end), text.substr(reason)});
  }
  return entries;
}

bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= name.size(); ++at) {
    if (matches(rest, name.substr(at))) return true;
  }
  return false;
}

bool has_tensor_argument(const Schema& schema) {
  for (const SchemaValue& argument : schema.arguments) {
    if (argument.type_text.find("Tensor") != std::string::npos) return true;
  }
  return false;
}

TEST(NotModelled, EveryOverloadWithATensorIsModelledOrListedWithAReason) {
  std::vector<Entry> entries = read_entries();
  ASSERT_FALSE(entries.empty());
  for (const std::string_view line : schema_lines()) {
    const Result<Schema> schema = Schema::parse(line);
    ASSERT_TRUE(schema);
    if (!has_tensor_argument(*schema)) continue;
    const std::string name = schema->full_name();
    const bool modelled = find_op(name) != nullptr;
    bool listed = false;
    for (Entry& entry : entries) {
      if (!matches(entry.pattern, name)) continue;
      EXPECT_FALSE(modelled) << "not_modelled.txt:" << entry.line << ": " << entry.pattern << " names " << name
                             << ", which is modelled";
      entry.names.insert(name);
      listed = true;
    }
    EXPECT_TRUE(modelled || listed) << name << " has no row and is not in testdata/ops/not_modelled.txt";
  }
  for (const Entry& entry : entries) {
    EXPECT_FALSE(entry.names.empty()) << "not_modelled.txt:" << entry.line << ": LibTorch has no " << entry.pattern;
    for (const Entry& other : entries) {
      EXPECT_FALSE(other.line != entry.line && std::ranges::includes(other.names, entry.names))
          << "not_modelled.txt:" << entry.line << ": " << entry.pattern << " names nothing that line " << other.line
          << " does not";
    }
  }
}

TEST(NotModelled, PatternsMatchWhatTheySay) {
  EXPECT_TRUE(matches("aten::_foreach_*", "aten::_foreach_add.List"));
  EXPECT_TRUE(matches("aten::*_backward*", "aten::glu_backward.grad_input"));
  EXPECT_TRUE(matches("aten::a", "aten::a"));
  EXPECT_FALSE(matches("aten::a", "aten::a.out"));
  EXPECT_FALSE(matches("aten::*_backward", "aten::glu_backward.out"));
}

}  // namespace
}  // namespace flopaudit
