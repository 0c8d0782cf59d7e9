#include <gtest/gtest.h>

#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

// `tied` is the weight of `first` under a second name; `alias` is the module `first` itself.
constexpr const char* kProgram = R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=12 parameter_bytes=48

object "" class="__torch__.Net" module {
  "first": __torch__.nn.Layer {object("first")}
  "head": __torch__.nn.Head {object("head")}
}

object "first" class="__torch__.nn.Layer" module {
  "weight": Tensor {f32[3,2]} parameter path="first.weight"
  "mean": Tensor {f32[7]} buffer path="first.mean"
}

object "head" class="__torch__.nn.Head" module {
  "alias": __torch__.nn.Layer {object("first")}
  "tied": Tensor {f32[3,2]} parameter path="first.weight"
  "bias": Tensor {f32[5]} parameter path="head.bias"
}

graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor {f32[4,3]}) -> (Tensor) {
  parameter "first.weight": Tensor {f32[3,2]}
  n0: %y: Tensor {f32[4,2]} = aten::mm(%x, param "first.weight") in "first"
    executed 1 work known mac/f32=24
  n1: %z: Tensor {f32[4,2]} = aten::mm(%x, param "first.weight") in "head"
    executed 1 work known mac/f32=24
  n2: %r: Tensor {f32[4,2]} = aten::mm(%x, param "first.weight")
    executed 1 work known mac/f32=24
  return (%r)
}
)";

TEST(SummarizeModules, AddsUpSubtreesAndCountsEachTensorOnce) {
  const PassRun run = run_passes(kProgram, {"summarize-modules"});
  const std::vector<ModuleSummary>& modules = run.context.modules;
  ASSERT_EQ(modules.size(), 3u);
  EXPECT_EQ(modules[0].path, "");
  EXPECT_EQ(modules[0].class_name, "Net");
  EXPECT_EQ(macs(modules[0].work), Range(Expr(3 * 4 * 3 * 2)));
  EXPECT_EQ(modules[0].parameters, 3 * 2 + 5);
  EXPECT_EQ(modules[1].path, "first");
  EXPECT_EQ(macs(modules[1].work), Range(Expr(4 * 3 * 2)));
  EXPECT_EQ(modules[1].parameters, 3 * 2) << "a buffer is no parameter";
  EXPECT_EQ(modules[2].class_name, "Head");
  EXPECT_EQ(modules[2].parameters, 3 * 2 + 5);
}

}  // namespace
}  // namespace flopaudit
