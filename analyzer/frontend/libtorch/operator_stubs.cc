#include "analyzer/frontend/libtorch/operator_stubs.h"

#include <torch/csrc/jit/runtime/operator.h>
#include <torch/library.h>

#include <deque>
#include <exception>
#include <set>

#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

// What is defined lives as long as its library.
std::deque<torch::Library>& libraries() {
  static std::deque<torch::Library> all;
  return all;
}

std::set<std::string, std::less<>>& stubs() {
  static std::set<std::string, std::less<>> names;
  return names;
}

std::vector<std::string> schemas_for(const std::string& name, const StubSchemas& known) {
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  std::vector<std::string> lines;
  for (const std::string_view line : extension_schema_lines_of(name)) lines.emplace_back(line);
  if (lines.empty()) lines.push_back(name + "(...) -> Tensor");
  return lines;
}

}  // namespace

bool define_stub(const std::string& name, const StubSchemas& known) {
  const auto symbol = c10::Symbol::fromQualString(name);
  if (is_stub(name) || !torch::jit::getAllOperatorsFor(symbol).empty()) return false;
  try {
    torch::Library& library = libraries().emplace_back(torch::Library::FRAGMENT, symbol.ns().toUnqualString(),
                                                       std::nullopt, __FILE__, __LINE__);
    for (const std::string& schema : schemas_for(name, known)) library.def(schema.c_str());
  } catch (const std::exception&) {
    return false;
  }
  stubs().insert(name);
  return true;
}

bool is_stub(std::string_view name) { return stubs().contains(name); }

}  // namespace flopaudit
