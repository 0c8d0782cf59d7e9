// Real TorchScript files by others (FLOPAUDIT_CORPUS): every op that their methods can reach has a rule, whether or not
// some input reaches it. Files named *malicious* are never loaded.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/ops/op_registry.h"
#include "passes/interpreter/interpreter.h"

namespace flopaudit {
namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".md" || name.find("malicious") != std::string::npos) continue;
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The ops of a program that no row and no part of the interpreter knows, each with its number of nodes.
std::map<std::string, int> unknown_ops(const Program& program) {
  std::map<std::string, int> unknown;
  for (const auto& function : program.functions) {
    for_each_node(function->body, [&unknown](const Node& node) {
      if (!Interpreter::interprets(node.op.name) && find_op(node.op.full()) == nullptr) ++unknown[node.op.full()];
    });
  }
  return unknown;
}

TEST(Corpus, EveryOpOfEveryFileThatLoadsHasARule) {
  const char* folder = std::getenv("FLOPAUDIT_CORPUS");
  if (folder == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  std::map<std::string, std::set<std::string>> users;
  int loaded = 0;
  for (const auto& file : files_of(folder)) {
    const auto program = load_with_libtorch(file.string(), "forward");
    if (!program) {
      std::cout << "  does not load: " << file.filename().string() << ": " << program.error().message << '\n';
      continue;
    }
    ++loaded;
    for (const auto& [op, nodes] : unknown_ops(**program)) users[op].insert(file.filename().string());
  }
  std::cout << "  " << loaded << " files load\n";
  EXPECT_GT(loaded, 0) << "no file of " << folder << " loads";
  for (const auto& [op, files] : users) {
    ADD_FAILURE() << op << " has no row; " << files.size() << " files use it, " << *files.begin() << " for one";
  }
}

}  // namespace
}  // namespace flopaudit
