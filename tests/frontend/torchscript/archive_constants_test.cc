// constants.pkl and traced_inputs.pkl.
#include "analyzer/frontend/torchscript/archive_constants.h"

#include <gmock/gmock.h>

#include "analyzer/frontend/torchscript/traced_inputs.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using namespace pickles;
using testing::HasSubstr;

class ArchiveConstantsTest : public ArchiveFixture {};

TEST_F(ArchiveConstantsTest, ATypeAFactAndWhetherItIsPrinted) {
  const std::string one = tensor(storage("LongStorage", "4.storage", 1), 0, ")", ")");
  const Archive& archive =
      open({{"constants/4.storage", bytes(7, 8)},
            {"constants.pkl", program(tuple({one, text("é"), object("__torch__.m", "T", dict({})), list({one}),
                                             tagged(list({integer(1)}), "List[int]")}))}});
  const auto constants = read_constants(archive);
  ASSERT_TRUE(constants) << constants.error().message;
  ASSERT_EQ(constants->size(), 5U);
  const auto words = [&](std::size_t k) {
    const ArchiveConstant& constant = (*constants)[k];
    return constant.type.to_string() + " " + constant.fact.to_string() + (constant.is_literal ? " literal" : "");
  };
  EXPECT_EQ(words(0), "Tensor i64[] = 7");
  EXPECT_EQ(words(1), "str \"é\" literal");
  EXPECT_EQ(words(2), "__torch__.m.T unknown");
  EXPECT_EQ(words(3), "List[Any] [i64[] = 7]");
  EXPECT_EQ(words(4), "List[int] [1] literal");
}

TEST_F(ArchiveConstantsTest, ATableThatIsNone) {
  EXPECT_THAT(read_constants(open({{"constants.pkl", program(list({}))}})).error().message,
              HasSubstr("its record \"constants.pkl\" holds no tuple of constants"));
  EXPECT_TRUE(read_constants(open({{"constants.pkl", program(")")}}))->empty());
}

class TracedInputsTest : public ArchiveFixture {
 protected:
  std::string inputs(const std::string& pickle, const std::string& method = "forward") {
    const auto facts = traced_inputs(open({{"traced_inputs.pkl", pickle}}), method);
    return facts ? Fact::tuple(*facts).to_string() : "nothing";
  }
};

TEST_F(TracedInputsTest, ThoseOfAMethodWithoutElements) {
  const std::string one = tensor(storage("FloatStorage", "0", 12), 0, integers({3, 4}), integers({4, 1}));
  const std::string pickle =
      program(dict({{text("encode"), list({integer(1)})}, {text("forward"), list({one, dict({{text("k"), one}})})}}));
  EXPECT_EQ(inputs(pickle), "(f32[3,4], {\"k\": f32[3,4]})");
  EXPECT_EQ(inputs(pickle, "encode"), "(1,)");
  EXPECT_EQ(inputs(pickle, "decode"), "nothing");
}

TEST_F(TracedInputsTest, DamageIsNoTrouble) {
  EXPECT_EQ(inputs(""), "nothing");
  EXPECT_EQ(inputs(program(integer(1))), "nothing");
  EXPECT_EQ(inputs(program(dict({{text("forward"), integer(1)}}))), "nothing");
  EXPECT_EQ(traced_inputs(open({{"data.pkl", ""}}), "forward"), std::nullopt);
}

}  // namespace
}  // namespace flopaudit
