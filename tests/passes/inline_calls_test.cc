// inline-calls and resolve-attributes beyond their golden examples: what they refuse, and what they leave alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pass_fixture.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

PassContext vector_input() {
  PassContext context;
  context.inputs = {Fact::tensor(DType::f32, {2})};
  return context;
}

constexpr const char* kHead = R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

object "" class="__torch__.Net" module {
  "layer": __torch__.Activation {object("layer")}
  "sizes": List[int] {[1, 2]}
  "grows": List[int] {[]}
}

object "layer" class="__torch__.Relu" module {
  "training": bool {false}
}
)";

TEST(InlineCalls, RecursionIsAnError) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {
  %y: Tensor = prim::CallFunction[function="f"](%x) at "net.py":3
  return (%y)
}

graph "f"(%x: Tensor) -> (Tensor) {
  %y: Tensor = prim::CallFunction[function="f"](%x) at "net.py":8
  return (%y)
}
)",
                                 {"inline-calls"});
  EXPECT_THAT(run.error, HasSubstr("calls f from within itself (net.py:8)"));
}

// f0 calls f1 twice, f1 calls f2 twice, ...: 2^40 nodes out of 80; the limit must be met without making them.
TEST(InlineCalls, AnExplosionOfCallsMeetsTheLimit) {
  std::string text = std::string(kHead) +
                     "\ngraph \"__torch__.Net.forward\"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {\n"
                     "  %y: Tensor = prim::CallFunction[function=\"f0\"](%x)\n  return (%y)\n}\n";
  for (int i = 0; i < 40; ++i) {
    const std::string call = "prim::CallFunction[function=\"f" + std::to_string(i + 1) + "\"]";
    text += "\ngraph \"f" + std::to_string(i) + "\"(%x: Tensor) -> (Tensor) {\n  %y: Tensor = " + call +
            "(%x)\n  %z: Tensor = " + call + "(%y)\n  return (%z)\n}\n";
  }
  text += "\ngraph \"f40\"(%x: Tensor) -> (Tensor) {\n  %y: Tensor = aten::relu(%x)\n  return (%y)\n}\n";
  EXPECT_THAT(run_passes(text, {"inline-calls"}).error, HasSubstr("nodes after inlining its calls"));
}

// The same with functions that do nothing: 2^40 calls make no node.
TEST(InlineCalls, AnExplosionOfEmptyCallsMeetsTheLimit) {
  std::string text = std::string(kHead) +
                     "\ngraph \"__torch__.Net.forward\"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {\n"
                     "  %y: Tensor = prim::CallFunction[function=\"f0\"](%x)\n  return (%y)\n}\n";
  for (int i = 0; i < 40; ++i) {
    const std::string call = "prim::CallFunction[function=\"f" + std::to_string(i + 1) + "\"](%x)\n";
    text += "\ngraph \"f" + std::to_string(i) + "\"(%x: Tensor) -> (Tensor) {\n  %y: Tensor = " + call +
            "  %z: Tensor = " + call + "  return (%z)\n}\n";
  }
  text += "\ngraph \"f40\"(%x: Tensor) -> (Tensor) {\n  return (%x)\n}\n";
  EXPECT_THAT(run_passes(text, {"inline-calls"}).error, HasSubstr("nodes after inlining its calls"));
}

// Calls are spelled out once a call, not once a node.
TEST(InlineCalls, TheNodesOfACallShareItsStack) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {
  %y: Tensor = prim::CallFunction[function="f"](%x)
  %z: Tensor = prim::CallFunction[function="f"](%y)
  return (%z)
}

graph "f"(%x: Tensor) -> (Tensor) {
  %y: Tensor = aten::relu(%x)
  %z: Tensor = aten::neg(%y)
  return (%z)
}
)",
                                 {"inline-calls"});
  ASSERT_EQ(run.error, "");
  const auto stack_of = [&run](int id) { return &run.node(id).calls.frames(); };
  EXPECT_EQ(stack_of(0), stack_of(1));
  EXPECT_EQ(stack_of(2), stack_of(3));
  EXPECT_NE(stack_of(0), stack_of(2));
}

// The static type is an interface; the object behind it tells which method is meant.
TEST(InlineCalls, ACallThroughAnInterfaceFindsTheObjectsClass) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {
  %layer: __torch__.Activation = prim::GetAttr[name="layer"](%self)
  %y: Tensor = prim::CallMethod[name="forward"](%layer, %x)
  return (%y)
}

graph "__torch__.Relu.forward"(%self: __torch__.Relu, %x: Tensor) -> (Tensor) {
  %y: Tensor = aten::relu(%x)
  return (%y)
}
)",
                                 {"inline-calls", "resolve-attributes"});
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.node(1).op.name, "aten::relu");
  EXPECT_EQ(run.node(1).module, "layer");
}

TEST(InlineCalls, ACallWithoutABodyStays) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (Tensor) {
  %y: Tensor = prim::CallFunction[function="elsewhere"](%x)
  return (%y)
}
)",
                                 {"inline-calls", "propagate-shapes", "annotate-work"}, vector_input());
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.node(0).state, WorkState::no_rule);
}

TEST(ResolveAttributes, AListThatIsChangedInPlaceStaysARead) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (int, int) {
  n0: %sizes: List[int] = prim::GetAttr[name="sizes"](%self)
  n1: %size: int = aten::len.t(%sizes)
  n2: %grows: List[int] = prim::GetAttr[name="grows"](%self)
  n3: %same: List[int] = aten::append.t(%grows, %size)
  n4: %again: List[int] = prim::GetAttr[name="grows"](%self)
  n5: %grown: int = aten::len.t(%again)
  return (%size, %grown)
}
)",
                                 {"resolve-attributes", "propagate-shapes"}, vector_input());
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(run.text, HasSubstr("aten::len.t([1, 2]"));
  EXPECT_EQ(run.node(2).op.name, "prim::GetAttr");
  EXPECT_EQ(run.node(5).results.front()->fact.to_string(), "1") << "read after the append";
}

TEST(ResolveAttributes, AWrittenAttributeIsFollowedByTheInterpreter) {
  const PassRun run = run_passes(std::string(kHead) + R"(
graph "__torch__.Net.forward"(%self: __torch__.Net, %x: Tensor) -> (bool) {
  n0: %layer: __torch__.Activation = prim::GetAttr[name="layer"](%self)
  n1: %before: bool = prim::GetAttr[name="training"](%layer)
  n2: prim::SetAttr[name="training"](%layer, true)
  n3: %after: bool = prim::GetAttr[name="training"](%layer)
  return (%after)
}
)",
                                 {"resolve-attributes", "propagate-shapes"}, vector_input());
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.node(1).results.front()->fact.to_string(), "false");
  EXPECT_EQ(run.node(3).results.front()->fact.to_string(), "true");
}

}  // namespace
}  // namespace flopaudit
