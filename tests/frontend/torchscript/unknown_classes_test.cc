// Objects of classes that are C++ and not LibTorch's: what their methods give is not known, and where the code says
// what it must be (a bound of a loop, an attribute, a result) the code is believed.
#include <gmock/gmock.h>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/printer.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

class UnknownClassesTest : public ArchiveFixture {
 protected:
  // The text of a program whose forward takes an object `o` of such a class, or why there is none.
  std::string text_of(const std::string& body) {
    const std::string code =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n  n : int\n"
        "  def forward(self: __torch__.M, x: Tensor, o: __torch__.torch.classes.my.Object) -> Tensor:\n" +
        body;
    using namespace pickles;
    open({{"version", "3\n"},
          {"code/__torch__.py", code},
          {"constants.pkl", program(")")},
          {"data.pkl",
           program(object("__torch__", "M", dict({{text("training"), boolean(false)}, {text("n"), integer(1)}})))}});
    const auto loaded = load_with_torchscript(file_.string(), "forward");
    return loaded ? print(**loaded) : loaded.error().message;
  }
};

TEST_F(UnknownClassesTest, BoundsOfLoops) {
  const std::string text = text_of("    for i in range((o).size()):\n      x = torch.relu(x)\n    return x\n");
  EXPECT_THAT(text, HasSubstr("prim::unchecked_cast"));
  EXPECT_THAT(text, HasSubstr("prim::Loop"));
  EXPECT_THAT(text_of("    for i in range(\"a\"):\n      x = torch.relu(x)\n    return x\n"),
              HasSubstr("range() takes one to three integers"));
}

TEST_F(UnknownClassesTest, AttributesAnnotationsAndResults) {
  EXPECT_THAT(text_of("    self.n = (o).size()\n    return x\n"), HasSubstr("prim::SetAttr"));
  EXPECT_THAT(text_of("    n = annotate(int, (o).size())\n    return torch.add(x, n)\n"),
              HasSubstr("aten::add.Scalar("));
  EXPECT_THAT(text_of("    return (o).values()\n"), HasSubstr("return (%1)"));
  EXPECT_THAT(text_of("    n = 3\n    if torch.eq(torch.dim(x), 2):\n      n = (o).size()\n    else:\n      pass\n"
                      "    return torch.add(x, n)\n"),
              HasSubstr("aten::add.Scalar("));
}

TEST_F(UnknownClassesTest, ListsOfThem) {
  EXPECT_THAT(text_of("    return torch.reshape(x, [(o).size(), 3])\n"), HasSubstr("aten::reshape("));
  EXPECT_THAT(text_of("    y = annotate(List[Optional[Tensor]], [None, (o).values()])\n    return torch.index(x, y)\n"),
              HasSubstr("aten::index.Tensor("));
  EXPECT_THAT(text_of("    y = (o).size()\n    return torch.reshape(x, [\"a\"])\n"),
              HasSubstr("no overload of aten::reshape takes"));
}

TEST_F(UnknownClassesTest, WhatIsKnownIsHeldToItsType) {
  EXPECT_THAT(text_of("    self.n = \"a\"\n    return x\n"), HasSubstr("the attribute n is a int"));
  EXPECT_THAT(text_of("    return \"a\"\n"), HasSubstr("it returns a str where it declares a Tensor"));
}

}  // namespace
}  // namespace flopaudit
