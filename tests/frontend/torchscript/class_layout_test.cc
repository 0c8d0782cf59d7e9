// What classes declare.
#include "analyzer/frontend/torchscript/class_layout.h"

#include <gmock/gmock.h>

#include "tests/frontend/torchscript/archive_fixture.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

class ClassLayoutTest : public ArchiveFixture {
 protected:
  // The type of `_packed_params : Tensor` in a class.
  std::string packed_type(const std::string& record, const std::string& name, const std::string& declared = "Tensor") {
    const std::size_t dot = name.rfind('.');
    const Archive& archive =
        open({{record, "class " + name.substr(dot + 1) + "(Module):\n  _packed_params : " + declared + "\n"}});
    Code code(archive.container(), archive.root());
    ClassLayouts classes(code);
    const auto layout = classes.find(name);
    if (!layout) return layout.error().message;
    return *layout == nullptr ? "no class" : (*layout)->find("_packed_params")->type.to_string();
  }
};

TEST_F(ClassLayoutTest, OldQuantizedModulesHoldPackedParameters) {
  const std::string conv = "__torch__.torch.nn.quantized.modules.conv.";
  const std::string record = "code/__torch__/torch/nn/quantized/modules/conv.py";
  EXPECT_EQ(packed_type(record, conv + "Conv2d"), "__torch__.torch.classes.quantized.Conv2dPackedParamsBase");
  EXPECT_EQ(packed_type(record, conv + "Conv3d"), "__torch__.torch.classes.quantized.Conv3dPackedParamsBase");
  EXPECT_EQ(packed_type("code/__torch__/torch/nn/quantized/modules/conv/___torch_mangle_12.py",
                        conv + "___torch_mangle_12.Conv2d"),
            "__torch__.torch.classes.quantized.Conv2dPackedParamsBase");
  EXPECT_EQ(packed_type(record, conv + "Conv9d"), "Tensor");
  EXPECT_EQ(packed_type(record, conv + "Conv2d", "List[Tensor]"), "List[Tensor]");
}

TEST_F(ClassLayoutTest, ModulesTheirInterfacesAndOthers) {
  const Archive& archive = open({{"code/__torch__.py",
                                  "class A(Module):\n  x : int\nclass B:\n  x : int\nclass C(ModuleInterface):\n"
                                  "  def f(self, x: Tensor) -> Tensor:\n    pass\n"}});
  Code code(archive.container(), archive.root());
  ClassLayouts classes(code);
  EXPECT_TRUE((*classes.find("__torch__.A"))->is_module);
  EXPECT_FALSE((*classes.find("__torch__.B"))->is_module);
  EXPECT_TRUE((*classes.find("__torch__.C"))->is_module);
  EXPECT_EQ(*classes.find("__torch__.D"), nullptr);
  EXPECT_EQ((*classes.find("__torch__.A"))->find("y"), nullptr);
}

}  // namespace
}  // namespace flopaudit
