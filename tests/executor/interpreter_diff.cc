// interpreter_diff FILE [SPEC...]: where the two interpreters differ on a file, for who writes a rule.
#include <cstdio>

#include "tests/executor/differential.h"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto comparison = flopaudit::compare_interpreters(argv[1], {argv + 2, argv + argc});
  if (!comparison) {
    std::printf("%s\n", comparison.error().message.c_str());
    return 3;
  }
  std::printf("%zu nodes, %zu runs, %zu values, %zu layouts, %zu left out; outputs: %s\n", comparison->nodes,
              comparison->runs, comparison->values, comparison->layouts, comparison->left_out,
              comparison->outputs.c_str());
  if (!comparison->failure.empty()) std::printf("failed: %s\n", comparison->failure.c_str());
  for (const std::string& mismatch : comparison->mismatches) std::printf("%s\n", mismatch.c_str());
  return comparison->mismatches.empty() && comparison->failure.empty() ? 0 : 1;
}
