// What LibTorch's meta kernels say of one op's results, and what is never asked of them.
#include "runtime/executor/meta_shape_oracle.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/ops/default_dtype.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Facts facts_of(const std::vector<const char*>& texts) {
  Facts facts;
  for (const char* text : texts) facts.push_back(*Fact::parse(text));
  return facts;
}

// The results as text, or why there are none.
std::string asked(MetaShapeOracle& oracle, const std::string& op, const std::vector<const char*>& inputs) {
  const RuleResult<Facts> facts = oracle.results_of(op, facts_of(inputs));
  if (!facts) {
    EXPECT_EQ(facts.failure().kind, RuleFailure::Kind::missing) << "never an error";
    return facts.failure().why;
  }
  std::string text;
  for (const Fact& fact : *facts) text += (text.empty() ? "" : " ") + fact.to_string();
  return text;
}
std::string asked(const std::string& op, const std::vector<const char*>& inputs) {
  MetaShapeOracle oracle;
  return asked(oracle, op, inputs);
}

TEST(MetaShapeOracle, GivesShapesAndDtypesOfAllResults) {
  EXPECT_EQ(asked("aten::mm", {"f32[4,5]", "f32[5,6]"}), "f32[4,6]");
  EXPECT_EQ(asked("aten::add.Tensor", {"i64[4,1]", "f32[]", "1"}), "f32[4,1]");
  EXPECT_EQ(asked("aten::topk", {"bf16[2,10]", "3", "-1", "true", "true"}), "bf16[2,3] i64[2,3]");
  EXPECT_EQ(asked("aten::split.Tensor", {"f32[7,2]", "3", "0"}), "[f32[3,2], f32[3,2], f32[1,2]]");
  EXPECT_EQ(asked("aten::cat", {"[f32[2,3], f64[4,3]]", "0"}), "f64[6,3]");
  EXPECT_EQ(asked("aten::mul.Scalar", {"i64[0,2]", "2.5"}), "f32[0,2]");
  EXPECT_EQ(asked("aten::_test_string_default", {"f32[2,3]", "\"\\\"'\\\\\"", "\"\\\"'\\\\\""}), "f32[2,3]");
}

TEST(MetaShapeOracle, TakesTheDefaultDtypeOfTheProgram) {
  MetaShapeOracle oracle;  // one: what it remembers is remembered with the dtype
  EXPECT_EQ(asked(oracle, "aten::div.Tensor", {"i64[2]", "i64[2]"}), "f32[2]");
  const DefaultDtypeScope scope(DType::f64);
  EXPECT_EQ(asked(oracle, "aten::div.Tensor", {"i64[2]", "i64[2]"}), "f64[2]");
}

TEST(MetaShapeOracle, MakesNoRealTensors) {
  // 2^50 elements: only meta tensors are so large.
  EXPECT_EQ(asked("aten::relu_", {"f32[1048576,1073741824]"}), "f32[1048576,1073741824]");
  // A device that is asked for is meta too.
  EXPECT_EQ(asked("aten::new_zeros", {"f32[2]", "[1048576, 1073741824]", "none", "none", "device(\"cpu\")", "none"}),
            "f32[1048576,1073741824]");
  EXPECT_THAT(asked("aten::zeros", {"[4]", "none", "none", "none", "none"}),
              HasSubstr("no tensor among its arguments"));
}

TEST(MetaShapeOracle, IsNotAskedWhatIsNotKnown) {
  EXPECT_EQ(asked("aten::mm", {"f32[N,5]", "f32[5,6]"}), "its input f32[N,5] is symbolic, and LibTorch wants numbers");
  EXPECT_EQ(asked("aten::reshape", {"f32[4]", "[<N>, 2]"}),
            "its input [<N>, 2] is symbolic, and LibTorch wants numbers");
  EXPECT_EQ(asked("aten::mm", {"f32[?,5]", "f32[5,6]"}), "its input f32[?,5] is not known");
  EXPECT_EQ(asked("aten::mm", {"f32[*]", "f32[5,6]"}), "its input f32[*] is not known");
  EXPECT_EQ(asked("aten::mm", {"unknown", "f32[5,6]"}), "its input unknown is not known");
  EXPECT_EQ(asked("aten::mm", {"f32[4,5]"}), "its arguments are not those of LibTorch's schema");
}

TEST(MetaShapeOracle, AsksOnlyOpsOfTheDispatcher) {
  const std::string no_op = "it is no op of LibTorch's dispatcher";
  EXPECT_EQ(asked("my::op", {"f32[2]"}), no_op);
  EXPECT_EQ(asked("aten::no_such_op", {"f32[2]"}), no_op);
  EXPECT_EQ(asked("aten::save", {"f32[2]", "\"/tmp/flopaudit-oracle\""}), no_op);  // of TorchScript's interpreter
  EXPECT_EQ(asked("aten::len.Tensor", {"f32[2]"}), no_op);
  EXPECT_EQ(asked("aten::is_pinned", {"f32[2]", "none"}), "not all of its results are tensors");
  EXPECT_EQ(asked("", {}), no_op);
  EXPECT_EQ(asked("aten::", {}), no_op);
}

TEST(MetaShapeOracle, DataAndMissingKernelsGiveTheReason) {
  for (const std::string& answer :
       {asked("aten::nonzero", {"f32[2]"}), asked("aten::masked_select", {"f32[2]", "bool[2]"}),
        asked("aten::_foobar", {"f32[2]", "true", "true", "true"}),  // has a CPU kernel alone
        asked("aten::mm", {"f32[4,5]", "f32[4,6]"}),                 // does not fit: that is not its finding
        asked("aten::expand", {"f32[1]", "[1073741824, 1073741824, 1073741824]", "false"})}) {
    EXPECT_THAT(answer, StartsWith("LibTorch does not say: "));
    EXPECT_THAT(answer, testing::Not(HasSubstr("\n")));
    EXPECT_THAT(answer, testing::Not(HasSubstr("frame #")));
  }
}

// The answer would be right for the node and wrong for whoever reads the argument after it.
TEST(MetaShapeOracle, AnOpThatReshapesItsArgumentGetsNoAnswer) {
  EXPECT_THAT(asked("aten::t_", {"f32[2,3]"}), HasSubstr("it changes the shape of an argument"));
}

// A list of 2^31 views fits into no memory, and no answer: the process goes on.
TEST(MetaShapeOracle, AHugeAnswerIsGivenUp) {
  EXPECT_THAT(asked("aten::unbind.int", {"f32[2147483647,2]", "0"}), StartsWith("LibTorch does not say: "));
  EXPECT_EQ(asked("aten::mm", {"f32[4,5]", "f32[5,6]"}), "f32[4,6]");
}

// The state that is shared by what comes after.
TEST(MetaShapeOracle, LeavesNoTrace) {
  at::manual_seed(7);
  const auto expected = at::rand({1}).item<double>();
  at::manual_seed(7);
  EXPECT_EQ(asked("aten::rand_like", {"f32[5]", "none", "none", "none", "none", "none"}), "f32[5]");
  EXPECT_EQ(asked("aten::bernoulli", {"f32[5]", "none"}), "f32[5]");
  EXPECT_EQ(at::rand({1}).item<double>(), expected);
}

}  // namespace
}  // namespace flopaudit
