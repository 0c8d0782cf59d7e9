// Which ops LibTorch has a CPU kernel of: the table of the judge against the dispatcher.
#include <ATen/core/dispatch/Dispatcher.h>
#include <gtest/gtest.h>

#include "analyzer/audit/cpu_kernels.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

// Nothing: the dispatcher does not know the op, as those that TorchScript alone has.
std::optional<bool> runs_on_a_cpu(const std::string& op) {
  using c10::DispatchKey;
  const std::size_t dot = op.find('.');
  const auto found = c10::Dispatcher::singleton().findOp(
      {op.substr(0, dot), dot == std::string::npos ? std::string() : op.substr(dot + 1)});
  if (!found) return std::nullopt;
  for (const DispatchKey key : {DispatchKey::CPU, DispatchKey::QuantizedCPU, DispatchKey::MkldnnCPU,
                                DispatchKey::CompositeImplicitAutograd, DispatchKey::CompositeExplicitAutograd,
                                DispatchKey::CompositeExplicitAutogradNonFunctional, DispatchKey::BackendSelect}) {
    if (found->hasKernelForDispatchKey(key)) return true;
  }
  return false;
}

TEST(CpuKernels, AreThoseOfTheDispatcher) {
  std::vector<const OpSpec*> ops = all_ops();
  const std::vector<const OpSpec*> forms = all_derived_ops();
  ops.insert(ops.end(), forms.begin(), forms.end());
  std::size_t known = 0;
  for (const OpSpec* op : ops) {
    const std::optional<bool> runs = runs_on_a_cpu(op->name);
    if (!runs) continue;
    ++known;
    EXPECT_EQ(has_cpu_kernel(op->name), *runs) << op->name;
  }
  EXPECT_GT(known, 1000U);
}

TEST(CpuKernels, AreMissingForOpsOfOtherDevicesAlone) {
  EXPECT_FALSE(has_cpu_kernel("aten::cudnn_convolution"));
  EXPECT_FALSE(has_cpu_kernel("aten::mm.dtype"));
  EXPECT_TRUE(has_cpu_kernel("aten::mm"));
}

}  // namespace
}  // namespace flopaudit
