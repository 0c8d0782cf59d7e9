// One test a file testdata/cleanup/<pass>.<case>.ir: a program, a line `---`, and the program after the pass, both as
// LibTorch has them: cleanup_oracle_test.cc makes and checks these files. A case that begins with v3 is of an archive
// of that version.
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/frontend/torchscript/cleanup/old_operators.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ir/printer.h"
#include "analyzer/ir/schema_table.h"
#include "analyzer/ir/verifier.h"
#include "tests/frontend/torchscript/cleanup/case_files.h"
#include "tests/frontend/torchscript/cleanup/pass_by_name.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

class CleanupGolden : public testing::TestWithParam<std::string> {};

TEST_P(CleanupGolden, TextAfterThePass) {
  const CleanupCase its(GetParam());
  const std::string text = read_text_file(source_path("testdata/cleanup/" + GetParam() + ".ir")).value_or("");
  const std::size_t end = text.find("---\n");
  ASSERT_NE(end, std::string::npos) << "no line ---";
  auto program = parse_program(text.substr(0, end));
  ASSERT_TRUE(static_cast<bool>(program)) << program.error().message;
  const Result<void> done = run_cleanup_pass(its.pass, (*program)->entry(), its.version);
  ASSERT_TRUE(static_cast<bool>(done)) << done.error().message;
  const Result<void> verified = verify(**program);
  EXPECT_TRUE(static_cast<bool>(verified)) << verified.error().message;
  number_names(**program);
  const std::string expected = text.substr(end + 4);
  const std::string actual = print(**program);
  EXPECT_TRUE(actual == expected) << first_difference(expected, actual) << "\n" << actual;
}

INSTANTIATE_TEST_SUITE_P(, CleanupGolden, testing::ValuesIn(cleanup_cases(".ir")), test_name_of_case);

TEST(OldOperators, LiveInTheTableAndHaveABody) {
  EXPECT_EQ(old_operators(1).size(), 18U);
  EXPECT_EQ(old_operators(9).size(), 2U);
  EXPECT_TRUE(old_operators(10).empty());
  auto bodies = parse_program(cleanup::old_operator_bodies());
  ASSERT_TRUE(static_cast<bool>(bodies)) << bodies.error().message;
  const Result<void> verified = verify(**bodies);
  EXPECT_TRUE(static_cast<bool>(verified)) << verified.error().message;
  for (const OldOperator& each : old_operators(1)) {
    EXPECT_FALSE(schema_line(each.full_name).empty()) << each.full_name;
    const Result<Schema> schema = Schema::parse(each.schema);
    ASSERT_TRUE(static_cast<bool>(schema)) << schema.error().message;
    const Graph* const body = (*bodies)->find_function(each.full_name);
    ASSERT_NE(body, nullptr) << each.full_name;
    EXPECT_EQ(body->body.arguments.size(), schema->arguments.size()) << each.full_name;
  }
}

TEST(OldOperators, AreAskedForByVersion) {
  EXPECT_EQ(old_schema_for("aten::gelu", 9), "aten::gelu(Tensor self) -> Tensor");
  EXPECT_EQ(old_schema_for("aten::gelu", 10), "");
  EXPECT_EQ(old_schema_for("aten::relu", 1), "");
  EXPECT_EQ(old_schemas_of("aten::div", 3).size(), 6U);
  EXPECT_TRUE(old_schemas_of("aten::div", 4).empty());
  EXPECT_TRUE(old_schemas_of("aten::di", 3).empty());
}

TEST(UpgradeOperators, RefusesACallWithOtherOperands) {
  auto program = parse_program(
      "flopaudit.ir/1\n"
      "program file=\"\" kind=\"scripted\" method=\"\" libtorch=\"2.13.0\" parameters=0 parameter_bytes=0\n\n"
      "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
      "  %y: Tensor = aten::gelu(%x, \"none\")\n"
      "  return (%y)\n"
      "}\n");
  ASSERT_TRUE(static_cast<bool>(program)) << program.error().message;
  const Result<void> done = run_cleanup_pass("clean-up", (*program)->entry(), 9);
  ASSERT_FALSE(static_cast<bool>(done));
  EXPECT_EQ(done.error().message,
            "the call of aten::gelu in f does not have the operands that the operator had in version 9 of the format");
}

}  // namespace
}  // namespace flopaudit
