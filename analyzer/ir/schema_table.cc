#include "analyzer/ir/schema_table.h"

#include <string>
#include <unordered_map>

#include "analyzer/support/assert.h"

namespace flopaudit {

// schema_text.cc.in
extern const std::string_view kSchemaText;
extern const std::string_view kExtensionSchemaText;

namespace {

std::string_view line_at(std::string_view table, std::size_t begin) {
  return table.substr(begin, table.find('\n', begin) - begin);
}

// "aten::add" of "aten::add.Tensor(..." or of "aten::add.Tensor".
std::string_view name_of(std::string_view line) {
  const std::size_t colons = line.find("::");
  return colons == std::string_view::npos ? line : line.substr(0, line.find_first_of(".(", colons));
}

// Where the first line begins whose name is not less than this. The comment at the top is less than any name.
std::size_t lower_bound(std::string_view table, std::string_view name) {
  std::size_t low = 0, high = table.size();  // both are where a line begins, or the end
  while (low < high) {
    std::size_t begin = low + (high - low) / 2;
    while (begin > low && table[begin - 1] != '\n') --begin;
    const std::string_view line = line_at(table, begin);
    if (line.front() == '#' || name_of(line) < name) {
      low = begin + line.size() + 1;
    } else {
      high = begin;
    }
  }
  return low;
}

std::vector<std::string_view> lines_of(std::string_view table, std::string_view name) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = lower_bound(table, name); begin < table.size();) {
    const std::string_view line = line_at(table, begin);
    if (name_of(line) != name) break;
    lines.push_back(line);
    begin += line.size() + 1;
  }
  return lines;
}

}  // namespace

// The first line: "# LibTorch 2.13.0: ..."
std::string_view schema_table_version() {
  constexpr std::string_view kStart = "# LibTorch ";
  return kSchemaText.substr(kStart.size(), kSchemaText.find(':') - kStart.size());
}

std::string_view schema_line(std::string_view full_name) {
  // A program names few operators, and each of them often.
  constexpr std::size_t kMost = 10'000;
  thread_local std::unordered_map<std::string, std::string_view> known;
  if (known.size() > kMost) known.clear();
  const auto [entry, is_new] = known.try_emplace(std::string(full_name));
  if (!is_new) return entry->second;
  const std::string start = entry->first + "(";
  for (const std::string_view line : schema_lines_of(name_of(full_name))) {
    if (!line.starts_with(start)) continue;
    entry->second = line;
    break;
  }
  return entry->second;
}

std::optional<Schema> find_schema(std::string_view full_name) {
  const std::string_view line = schema_line(full_name);
  if (line.empty()) return std::nullopt;
  Result<Schema> schema = Schema::parse(line);
  FA_ASSERT(static_cast<bool>(schema), std::string(line).c_str());
  return *std::move(schema);
}

std::vector<std::string_view> schema_lines_of(std::string_view name) { return lines_of(kSchemaText, name); }

std::vector<std::string_view> extension_schema_lines_of(std::string_view name) {
  return lines_of(kExtensionSchemaText, name);
}

std::vector<std::string_view> schema_lines() {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < kSchemaText.size();) {
    const std::string_view line = line_at(kSchemaText, begin);
    if (line[0] != '#') lines.push_back(line);
    begin += line.size() + 1;
  }
  return lines;
}

}  // namespace flopaudit
