// Every row of the op registry is an operator of LibTorch's own registry, name and overload.
#include <gtest/gtest.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <set>
#include <string>

#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

// prim:: ops that LibTorch's interpreter implements itself and does not register.
const std::set<std::string> kOfTheInterpreter = {"prim::DictConstruct", "prim::ListConstruct", "prim::TupleConstruct"};

// Registered by torchvision's library, and by builds of LibTorch with XNNPACK: not in this one.
bool registered_elsewhere(const std::string& name) {
  return name.starts_with("torchvision::") || name.starts_with("prepacked::");
}

TEST(OpNames, EveryRowIsAnOperatorOfLibTorch) {
  std::set<std::string> known;
  for (const auto& op : torch::jit::getAllOperators()) {
    const std::string& overload = op->schema().overload_name();
    known.insert(op->schema().name() + (overload.empty() ? "" : "." + overload));
  }
  ASSERT_GT(known.size(), 1000U);
  for (const OpSpec* row : all_ops()) {
    if (kOfTheInterpreter.contains(row->name) || registered_elsewhere(row->name)) continue;
    EXPECT_TRUE(known.contains(row->name)) << row->name << " is no operator of LibTorch";
  }
}

}  // namespace
}  // namespace flopaudit
