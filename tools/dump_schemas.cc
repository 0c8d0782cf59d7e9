// dump_schemas: prints analyzer/ir/schemas/libtorch-<version>.txt as it is for the LibTorch that this is linked with.
// A test compares the committed file with it; where LibTorch changes, run this and read the difference.
#include <cstdio>
#include <string>
#include <vector>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/frontend/libtorch/registered_schemas.h"

int main() {
  const std::vector<std::string> lines = flopaudit::registered_schemas();
  std::printf(
      "# LibTorch %s: the schemas of its %zu operators, by name and in the order in which it tries them; written by "
      "tools/dump_schemas.cc\n",
      flopaudit::libtorch_version().c_str(), lines.size());
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  return std::fflush(stdout) == 0 ? 0 : 1;
}
