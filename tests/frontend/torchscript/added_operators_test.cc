// Operators that LibTorch does not have: declared by a rule file they are called like any other, else they are opaque.
#include <gmock/gmock.h>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/printer.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::Not;

class AddedOperatorsTest : public ArchiveFixture {
 protected:
  // The text of a program whose forward has these lines, or why there is none.
  std::string text_of(const std::string& body, const std::vector<std::string>& declared) {
    open_forward(body);
    std::vector<Schema> added;
    for (const std::string& line : declared) added.push_back(*Schema::parse(line));
    const auto program = load_with_torchscript(file_.string(), "forward", added);
    return program ? print(**program) : program.error().message;
  }
};

TEST_F(AddedOperatorsTest, DefaultsAreFilledInAndKeywordsFindTheirPlace) {
  const std::string body = "    return ops.my.op(x, factor=2.5)\n";
  const std::string declared = text_of(body, {"my::op(Tensor x, int[2] stride=1, *, float factor=1.) -> Tensor"});
  EXPECT_THAT(declared, HasSubstr("my::op(%x, [1, 1]: List[int], 2.5)")) << "a number for all of a list";
  const std::string opaque = text_of(body, {});
  EXPECT_THAT(opaque, HasSubstr("my::op[keywords=\"factor\"](%x, 2.5)"));
}

TEST_F(AddedOperatorsTest, ResultsHaveTheDeclaredTypes) {
  const std::string body =
      "    y = torch.add(x, ops.my.size(x))\n    a, b, = ops.my.two(x)\n    return torch.mul(y, b)\n";
  const std::string declared = text_of(body, {"my::size(Tensor x) -> int", "my::two(Tensor x) -> (Tensor, float)"});
  EXPECT_THAT(declared, HasSubstr("aten::add.Scalar(")) << "of a tensor and an int";
  EXPECT_THAT(declared, HasSubstr("aten::mul.Scalar(")) << "of a tensor and a float";
  EXPECT_THAT(text_of(body, {}), Not(HasSubstr(".Scalar(")));
}

TEST_F(AddedOperatorsTest, TheOverloadThatFitsIsTaken) {
  const std::vector<std::string> both = {"my::op.n(int n) -> Tensor", "my::op.x(Tensor x) -> Tensor"};
  EXPECT_THAT(text_of("    return ops.my.op(x)\n", both), HasSubstr("my::op.x(%x)"));
  EXPECT_THAT(text_of("    return ops.my.op(3)\n", both), HasSubstr("my::op.n(3)"));
  EXPECT_THAT(text_of("    return ops.my.op(\"a\")\n", both), HasSubstr("no overload of my::op takes"));
}

// LibTorch's own operators are what LibTorch says that they are.
TEST_F(AddedOperatorsTest, AKnownOperatorIsNotDeclaredAnew) {
  const std::string text = text_of("    return torch.relu(x)\n", {"aten::relu(Tensor x, int more=1) -> Tensor"});
  EXPECT_THAT(text, HasSubstr("aten::relu(%x) at"));
}

}  // namespace
}  // namespace flopaudit
