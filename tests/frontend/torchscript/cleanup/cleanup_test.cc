// One test a file testdata/cleanup/<pass>.<case>.ir: a program, a line `---`, and the program after the pass, both as
// LibTorch has them: cleanup_oracle_test.cc makes and checks these files. A case that begins with v3 is of an archive
// of that version.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

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

std::unique_ptr<Program> parsed(const std::string& graph) {
  auto program = parse_program(
      "flopaudit.ir/1\n"
      "program file=\"\" kind=\"scripted\" method=\"\" libtorch=\"2.13.0\" parameters=0 parameter_bytes=0\n\n" +
      graph);
  if (!program) throw std::runtime_error(program.error().message);
  return *std::move(program);
}

std::string nodes_of(const Program& program) {
  const std::string text = print(program);
  return text.substr(text.find("graph "));
}

TEST(UpgradeOperators, RefusesACallWithOtherOperands) {
  const auto program = parsed(
      "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
      "  %y: Tensor = aten::gelu(%x, \"none\")\n"
      "  return (%y)\n"
      "}\n");
  const Result<void> done = run_cleanup_pass("clean-up", program->entry(), 9);
  ASSERT_FALSE(static_cast<bool>(done));
  EXPECT_EQ(done.error().message,
            "the call of aten::gelu in f does not have the operands that the operator had in version 9 of the format");
}

// What LibTorch 2.13 made of this code in an archive of version 3:
//
//   def __forked_function():
//     p = torch.relu(w)
//     q = torch.add(u, n)
//     r = torch.relu(v)
//     return torch.div(x, n)
//   return torch.wait(fork(__forked_function))
//
// Of w and u, which both are unused and stand side by side, one stays; the old division in the body is not replaced.
TEST(CleanUp, TheBodyOfAForkIsAGraphOfItsOwn) {
  const auto program = parsed(
      "graph \"f\"(%x: Tensor, %w: Tensor, %n: int, %u: Tensor, %v: Tensor) -> (Tensor) {\n"
      "  %t: Future[Tensor] = prim::fork(%w, %u, %n, %v, %x)\n"
      "    region(%w.1: Tensor, %u.1: Tensor, %n.1: int, %v.1: Tensor, %x.1: Tensor) {\n"
      "      %p: Tensor = aten::relu(%w.1)\n"
      "      %q: Tensor = aten::add.Scalar(%u.1, %n.1, 1)\n"
      "      %r: Tensor = aten::relu(%v.1)\n"
      "      %d: Tensor = aten::div.Scalar(%x.1, %n.1)\n"
      "      yield (%d)\n"
      "    }\n"
      "  %y: Tensor = aten::wait(%t)\n"
      "  return (%y)\n"
      "}\n");
  ASSERT_TRUE(static_cast<bool>(run_cleanup_pass("clean-up", program->entry(), 3)));
  EXPECT_EQ(nodes_of(*program),
            "graph \"f\"(%x: Tensor, %w: Tensor, %n: int, %u: Tensor, %v: Tensor) -> (Tensor) {\n"
            "  %t: Future[Tensor] = prim::fork(%u, %n, %x)\n"
            "    region(%u.1: Tensor, %n.1: int, %x.1: Tensor) {\n"
            "      %d: Tensor = aten::div.Scalar(%x.1, %n.1)\n"
            "      yield (%d)\n"
            "    }\n"
            "  %y: Tensor = aten::wait(%t)\n"
            "  return (%y)\n"
            "}\n");
}

// As LibTorch 2.13 has the old quantized models of its own tests: what made the list stays, the call has no line.
TEST(CleanUp, OldQuantizedConvolutionsLoseTheirParameters) {
  const auto program = parsed(
      "graph \"f\"(%x: Tensor, %p: __torch__.torch.classes.quantized.Conv2dPackedParamsBase, %s: Tuple[int, int]) -> "
      "(Tensor) {\n"
      "  %a: int, %b: int = prim::TupleUnpack(%s)\n"
      "  %l: List[int] = prim::ListConstruct(%a, %b)\n"
      "  %y: Tensor = quantized::conv2d(%x, %p, %l, %l, %l, 1, 0.5, 0) at \"conv.py\":3\n"
      "  return (%y)\n"
      "}\n");
  ASSERT_TRUE(static_cast<bool>(run_cleanup_pass("clean-up", program->entry(), 1)));
  number_names(*program);
  EXPECT_EQ(nodes_of(*program),
            "graph \"f\"(%x.0: Tensor, %p.1: __torch__.torch.classes.quantized.Conv2dPackedParamsBase, "
            "%s.2: Tuple[int, int]) -> (Tensor) {\n"
            "  %a.3: int, %b.4: int = prim::TupleUnpack(%s.2)\n"
            "  %l.5: List[int] = prim::ListConstruct(%a.3, %b.4)\n"
            "  %6: Tensor = quantized::conv2d.new(%x.0, %p.1, 0.5, 0)\n"
            "  return (%6)\n"
            "}\n");
}

// A device that the code names decides comparisons; what is left of it is the assumed one.
TEST(CleanUp, DevicesAreComparedBeforeTheyAreAssumed) {
  const auto program = parsed(
      "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
      "  %d: Device = aten::device(\"cuda:0\")\n"
      "  %c: Device = aten::device(\"cpu\")\n"
      "  %e: bool = aten::eq.device(%d, %c)\n"
      "  %y: Tensor = aten::foreign(%x, %d, %e)\n"
      "  return (%y)\n"
      "}\n");
  ASSERT_TRUE(static_cast<bool>(run_cleanup_pass("clean-up", program->entry(), 10)));
  EXPECT_EQ(nodes_of(*program),
            "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
            "  %y: Tensor = aten::foreign(%x, device(\"cpu\"), false)\n"
            "  return (%y)\n"
            "}\n");
}

// An operator that LibTorch does not know may do anything: its node stays, and what it is given may be written.
TEST(DeadCode, ForeignOperatorsStay) {
  const auto program = parsed(
      "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
      "  %a: Tensor = aten::relu(%x)\n"
      "  %b: Tensor = aten::relu_(%a)\n"
      "  %c: Tensor = their::op(%a)\n"
      "  %d: Tensor = aten::relu(%x)\n"
      "  %e: Tensor = aten::relu_(%d)\n"
      "  return (%x)\n"
      "}\n");
  ASSERT_TRUE(static_cast<bool>(run_cleanup_pass("dead-code", program->entry(), 10)));
  EXPECT_EQ(nodes_of(*program),
            "graph \"f\"(%x: Tensor) -> (Tensor) {\n"
            "  %a: Tensor = aten::relu(%x)\n"
            "  %b: Tensor = aten::relu_(%a)\n"
            "  %c: Tensor = their::op(%a)\n"
            "  return (%x)\n"
            "}\n");
}

}  // namespace
}  // namespace flopaudit
