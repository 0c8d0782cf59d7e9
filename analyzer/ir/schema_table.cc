#include "analyzer/ir/schema_table.h"

#include <algorithm>
#include <string>

#include "analyzer/support/assert.h"

namespace flopaudit {

extern const std::string_view kSchemaText;  // schema_text.cc.in

namespace {

std::string_view line_at(std::size_t begin) { return kSchemaText.substr(begin, kSchemaText.find('\n', begin) - begin); }

// Where the first line begins that is not less than the key. Lines end with '\n', which is less than all that they
// hold.
std::size_t lower_bound(std::string_view key) {
  std::size_t low = 0, high = kSchemaText.size();  // both are where a line begins, or the end
  while (low < high) {
    std::size_t begin = low + (high - low) / 2;
    while (begin > low && kSchemaText[begin - 1] != '\n') --begin;
    const std::string_view line = line_at(begin);
    if (line < key) {
      low = begin + line.size() + 1;
    } else {
      high = begin;
    }
  }
  return low;
}

// The lines of a range that begin with the prefix.
void add_lines(const std::string& prefix, std::vector<std::string_view>& lines) {
  for (std::size_t begin = lower_bound(prefix); begin < kSchemaText.size();) {
    const std::string_view line = line_at(begin);
    if (!line.starts_with(prefix)) return;
    lines.push_back(line);
    begin += line.size() + 1;
  }
}

}  // namespace

// The first line: "# LibTorch 2.13.0: ..."
std::string_view schema_table_version() {
  constexpr std::string_view kStart = "# LibTorch ";
  return kSchemaText.substr(kStart.size(), kSchemaText.find(':') - kStart.size());
}

std::string_view schema_line(std::string_view full_name) {
  if (full_name.find("::") == std::string_view::npos) return {};
  const std::string key = std::string(full_name) + "(";
  const std::size_t begin = lower_bound(key);
  if (begin >= kSchemaText.size()) return {};
  const std::string_view line = line_at(begin);
  return line.starts_with(key) ? line : std::string_view();
}

std::optional<Schema> find_schema(std::string_view full_name) {
  const std::string_view line = schema_line(full_name);
  if (line.empty()) return std::nullopt;
  Result<Schema> schema = Schema::parse(line);
  FA_ASSERT(static_cast<bool>(schema), std::string(line).c_str());
  return *std::move(schema);
}

std::vector<std::string_view> schema_lines_of(std::string_view name) {
  std::vector<std::string_view> lines;
  if (name.find("::") == std::string_view::npos) return lines;
  add_lines(std::string(name) + "(", lines);
  add_lines(std::string(name) + ".", lines);
  return lines;
}

std::vector<std::string_view> schema_lines() {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < kSchemaText.size();) {
    const std::string_view line = line_at(begin);
    if (line[0] != '#') lines.push_back(line);
    begin += line.size() + 1;
  }
  return lines;
}

}  // namespace flopaudit
