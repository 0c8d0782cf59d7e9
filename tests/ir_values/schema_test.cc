// The notation of schemas, and look-ups in the table. That the table is LibTorch's:
// tests/frontend/schema_table_test.cc.
#include "analyzer/ir/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

Schema parsed(std::string_view text) {
  Result<Schema> schema = Schema::parse(text);
  EXPECT_TRUE(schema) << schema.error().message;
  return schema ? *schema : Schema();
}

TEST(Schema, ArgumentsAndResults) {
  const Schema schema = parsed("aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)");
  EXPECT_EQ(schema.name, "aten::add_");
  EXPECT_EQ(schema.overload, "Tensor");
  ASSERT_EQ(schema.arguments.size(), 3U);
  EXPECT_TRUE(schema.arguments[0].is_written());
  EXPECT_FALSE(schema.arguments[1].alias);
  EXPECT_FALSE(schema.arguments[1].keyword_only);
  EXPECT_EQ(schema.arguments[2].name, "alpha");
  EXPECT_TRUE(schema.arguments[2].keyword_only);
  EXPECT_EQ(schema.arguments[2].default_text, "1");
  EXPECT_EQ(schema.arguments[2].type, Type::of(Type::Kind::number));
  ASSERT_EQ(schema.results.size(), 1U);
  EXPECT_EQ(schema.results[0].alias, schema.arguments[0].alias);
}

TEST(Schema, TypesAreThoseOfAnnotations) {
  const Schema schema = parsed(
      "my::op(SymInt[2]? size, (str, tVal)[] pairs, Dict(str, t)(a) items, ScalarType? dtype=None, __torch__.K k) -> "
      "()");
  ASSERT_EQ(schema.arguments.size(), 5U);
  EXPECT_EQ(schema.arguments[0].type.to_string(), "Optional[List[int]]");
  EXPECT_EQ(schema.arguments[0].type_text, "SymInt[2]?");
  EXPECT_EQ(schema.arguments[1].type.to_string(), "List[Tuple[str, tVal]]");
  EXPECT_EQ(schema.arguments[2].type.to_string(), "Dict[str, t]");
  EXPECT_EQ(schema.arguments[3].type.to_string(), "Optional[int]");
  EXPECT_EQ(schema.arguments[4].type.to_string(), "__torch__.K");
  EXPECT_TRUE(schema.results.empty());
}

TEST(Schema, MarksOfListsAndOfTheirElements) {
  const Schema schema =
      parsed("my::op(Tensor(a!)[] x, Tensor[](b!) y, Tensor(c -> *) z, Tensor(d)? w) -> Tensor(a|b)[]");
  EXPECT_TRUE(schema.arguments[0].alias->of_elements);
  EXPECT_FALSE(schema.arguments[1].alias->of_elements);
  EXPECT_TRUE(schema.arguments[1].is_written());
  EXPECT_EQ(schema.arguments[2].alias->after, "*");
  EXPECT_FALSE(schema.arguments[2].is_written());
  EXPECT_EQ(schema.arguments[3].type_text, "Tensor?");
  EXPECT_EQ(schema.results[0].alias->before, "a|b");
}

TEST(Schema, DefaultsHoldCommasAndQuotes) {
  const Schema schema = parsed(R"x(my::op(int[] a=[0, 1], str b="\"(,)", *, float c=1.) -> (Tensor values, ...))x");
  EXPECT_EQ(schema.arguments[0].default_text, "[0, 1]");
  EXPECT_EQ(schema.arguments[1].default_text, R"x("\"(,)")x");
  EXPECT_EQ(schema.arguments[2].default_text, "1.");
  EXPECT_TRUE(schema.any_results);
}

TEST(Schema, EveryLineOfTheTableRoundTrips) {
  const std::vector<std::string_view> lines = schema_lines();
  ASSERT_GT(lines.size(), 4000U);
  for (const std::string_view line : lines) {
    const Result<Schema> schema = Schema::parse(line);
    ASSERT_TRUE(schema) << schema.error().message;
    EXPECT_EQ(schema->to_string(), line);
  }
}

TEST(Schema, DamagedTextIsAnErrorWithAColumn) {
  const std::string_view whole = "aten::add(Tensor(a!) self, int[2] x=[1, 2], *, Dict(str, t) y) -> (Tensor(a!), int)";
  ASSERT_TRUE(Schema::parse(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Result<Schema> schema = Schema::parse(whole.substr(0, length));
    ASSERT_FALSE(schema) << whole.substr(0, length);
    EXPECT_THAT(schema.error().message, testing::HasSubstr("column"));
  }
  for (const char* bad : {"add(Tensor x) -> ()", "aten::add(Tensor) -> ()", "aten::add(Tensor x) -> Tensor,",
                          "aten::add(Tensor() x) -> ()", "aten::add(Tensor x, ..., Tensor y) -> ()"}) {
    EXPECT_FALSE(Schema::parse(bad)) << bad;
  }
  EXPECT_FALSE(Schema::parse("a::b(" + std::string(1000, '(') + "int" + std::string(1000, ')') + " x) -> ()"));
}

TEST(SchemaTable, FindsEveryLineAndNothingElse) {
  EXPECT_EQ(schema_table_version(), "2.13.0");
  for (const std::string_view line : schema_lines()) EXPECT_EQ(schema_line(line.substr(0, line.find('('))), line);
  for (const char* none :
       {"", "aten::", "aten::add.", "aten::add.Tens", "aten::add.Tensor(Tensor self, Tensor other, *, ",
        "# LibTorch 2.13.0: the schemas", "zzz::z", "A::a", "aten"}) {
    EXPECT_EQ(schema_line(none), "") << none;
  }
  EXPECT_FALSE(find_schema("aten::no_such_op"));
  ASSERT_TRUE(find_schema("aten::bmm"));
  EXPECT_EQ(find_schema("aten::bmm")->arguments.size(), 2U);
}

TEST(SchemaTable, OperatorsOfOthersAreInATableOfTheirOwn) {
  const std::vector<std::string_view> lines = extension_schema_lines_of("torchvision::nms");
  ASSERT_EQ(lines.size(), 1U);
  const Result<Schema> schema = Schema::parse(lines[0]);
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->to_string(), lines[0]);
  EXPECT_FALSE(extension_schema_lines_of("torchvision::roi_pool").empty());  // the last line
  EXPECT_FALSE(extension_schema_lines_of("detectron2::box_iou_rotated").empty());
  EXPECT_TRUE(extension_schema_lines_of("torchvision::nm").empty());
  EXPECT_TRUE(schema_lines_of("torchvision::nms").empty());
}

TEST(SchemaTable, OverloadsOfAName) {
  const std::vector<std::string_view> lines = schema_lines_of("aten::mul");
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("aten::mul.Tensor(")));
  EXPECT_THAT(lines,
              testing::Each(testing::AnyOf(testing::StartsWith("aten::mul("), testing::StartsWith("aten::mul."))));
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(std::ranges::count_if(schema_lines(), [](std::string_view line) {
              return line.starts_with("aten::mul(") || line.starts_with("aten::mul.");
            })));
  EXPECT_TRUE(schema_lines_of("aten::mu").empty());
  EXPECT_TRUE(schema_lines_of("").empty());
}

}  // namespace
}  // namespace flopaudit
