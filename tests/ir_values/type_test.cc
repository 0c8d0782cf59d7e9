#include "analyzer/ir/type.h"

#include <gtest/gtest.h>

#include <string>

#include "analyzer/ir/type_parser.h"

namespace flopaudit {
namespace {

class TypeText : public ::testing::TestWithParam<const char*> {};

TEST_P(TypeText, PrintsAsRead) {
  const Result<Type> type = Type::parse(GetParam());
  ASSERT_TRUE(type) << type.error().message;
  EXPECT_EQ(type->to_string(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, TypeText,
                         ::testing::Values("Tensor", "int", "float", "bool", "complex", "number", "str", "NoneType",
                                           "Device", "Generator", "Any", "List[int]", "Optional[Tensor]",
                                           "Tuple[Tensor, int]", "Tuple[()]", "Dict[str, List[Tensor]]",
                                           "Future[Tensor]", "Union[Tensor, int, NoneType]", "t",
                                           "__torch__.torch.nn.modules.conv.___torch_mangle_12.Conv2d", "QScheme",
                                           "RRef[Tensor]", "List"));

TEST(Type, KindsOfWords) {
  EXPECT_EQ(Type::parse("List[int]")->kind, Type::Kind::list);
  EXPECT_EQ(*Type::parse(" List[ int ]"), Type::list_of(Type::of(Type::Kind::integer)));
  EXPECT_EQ(Type::parse("__torch__.Net")->kind, Type::Kind::named);
  EXPECT_EQ(Type::parse("tVal")->kind, Type::Kind::var);
  EXPECT_EQ(Type::parse("Stream")->kind, Type::Kind::other);
  EXPECT_EQ(Type::parse("None")->kind, Type::Kind::none);
}

TEST(Type, PrefixStopsBehindTheType) {
  std::size_t position = 3;
  const std::string text = "%x:List[int] = aten::size(%y)";
  EXPECT_EQ(parse_type_prefix(text, position)->to_string(), "List[int]");
  EXPECT_EQ(text.substr(position), " = aten::size(%y)");
}

TEST(Type, ErrorsNameThePlace) {
  EXPECT_EQ(Type::parse("List[int").error().message, "cannot read \"List[int\": expected ']' at column 9");
  EXPECT_EQ(Type::parse("").error().kind, ErrorKind::usage);
  EXPECT_EQ(Type::parse("").error().message, "cannot read \"\": expected a type at column 1");
  EXPECT_EQ(Type::parse("int int").error().message, "cannot read \"int int\": unexpected text at column 5");
  EXPECT_EQ(Type::parse("Dict[str]").error().message,
            "cannot read \"Dict[str]\": Dict takes 2 types, not 1 at column 5");
}

TEST(Type, HostileNestingIsAnError) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "List[";
  EXPECT_FALSE(Type::parse(text));
}

}  // namespace
}  // namespace flopaudit
