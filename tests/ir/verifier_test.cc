// Each invariant of the verifier, violated once.
#include "analyzer/ir/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/ir/parser.h"
#include "tests/ir/sample_program.h"

namespace flopaudit {
namespace {

constexpr const char* kHeader =
    "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n";

std::unique_ptr<Program> parsed(const std::string& text) {
  auto program = parse_program(text);
  if (program) return std::move(*program);
  ADD_FAILURE() << program.error().message;
  return nullptr;
}

std::string complaint(const Program& program) {
  const auto result = verify(program);
  return result ? "valid" : result.error().message;
}

// --- what text can say ---
struct Row {
  const char* nodes;
  const char* complaint;
};
class VerifierText : public testing::TestWithParam<Row> {};

TEST_P(VerifierText, FindsIt) {
  const auto program = parsed(std::string(kHeader) + "graph \"f\"(%x: Tensor, %c: bool) -> () {\n" + GetParam().nodes +
                              "\nreturn () }\n");
  ASSERT_NE(program, nullptr);
  EXPECT_THAT(complaint(*program), testing::HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, VerifierText,
    testing::Values(
        Row{"aten::relu(%x)", "valid"},
        Row{"prim::If(%c) then() { %a: int = aten::len(%x) yield () } else() { aten::neg(%a) yield () }",
            "aten::neg: uses %a, which is not defined there"},
        Row{"prim::If(%c) then() { %a: int = aten::len(%x) yield () } else() { yield () } aten::neg(%a)",
            "aten::neg: uses %a, which is not defined there"},
        Row{"%r: int = prim::If(%c) then() { %a: int = aten::len(%x) yield (%a) } else() { yield (%a) }",
            "prim::If of %r: uses %a, which is not defined there"},
        Row{"prim::If() then() { yield () } else() { yield () }", "prim::If: must have one operand"},
        Row{"prim::If(%c) then() { yield () }", "prim::If: must have two regions"},
        Row{"prim::If(%c) then(%a: int) { yield () } else() { yield () }", "must have branches without arguments"},
        Row{"%a: int = prim::If(%c) then() { yield (1) } else() { yield () }",
            "a branch that yields 0 values for 1 results"},
        Row{"prim::Loop(3) body(%i: int) { yield (true) }", "must have the operands max_trip_count, condition"},
        Row{"prim::Loop(3, true)", "prim::Loop: must have one region, the body"},
        Row{"prim::Loop(3, true) body() { yield (true) }", "must have a body with the arguments i"},
        Row{"prim::Loop(3, true) body(%i: int) { yield () }", "must have a body that yields the condition"},
        Row{"n1: aten::relu(%x)\nn1: aten::relu(%x)", "n1 aten::relu: comes after n1: ids must rise"},
        Row{"n1: prim::If(%c) then() { n3: aten::relu(%x) yield () } else() { n2: aten::relu(%x) yield () }",
            "n2 aten::relu: comes after n3: ids must rise"},
        Row{"n0: aten::relu(%x)\nn7: aten::relu(%x)", "valid"},
        Row{"aten::relu(%x) executed 1 cases 1 case 1 () -> ()", "a case that does not have one fact for each"},
        Row{"aten::relu(%x) in \"layer1\" work known why \"so\"", "in \"layer1\": is known but gives a reason: so"},
        Row{"aten::relu(%x) work zero mac/f32=8", "is zero but has operations"},
        Row{"aten::relu(%x) work no_shape valid/f32=8", "is no_shape but has operations"},
        Row{"aten::relu(%x) work zero read=8", "valid"}));

TEST(Verifier, GraphsAndObjectsAreUnique) {
  const std::string graph = "graph \"f\"() -> () { return () }\n";
  EXPECT_THAT(complaint(*parsed(kHeader + graph + graph)), testing::HasSubstr("two graphs \"f\""));
  const std::string object = "object \"a\" class=\"A\" {}\n";
  EXPECT_THAT(complaint(*parsed(kHeader + object + object + graph)), testing::HasSubstr("two objects \"a\""));
}

TEST(Verifier, ResultsAndDefaultsFitTheGraph) {
  EXPECT_THAT(complaint(*parsed(kHeader + std::string("graph \"f\"() -> (int) { return () }"))),
              testing::HasSubstr("returns 0 values but declares 1 types"));
  EXPECT_THAT(complaint(*parsed(kHeader + std::string("graph \"f\"() -> () { defaults (1) return () }"))),
              testing::HasSubstr("more defaults than arguments"));
}

// --- what only a pass can break ---
class VerifierPointers : public testing::Test {
 protected:
  void SetUp() override {
    program_ = parsed(kSampleText);
    ASSERT_NE(program_, nullptr);
    ASSERT_EQ(complaint(*program_), "valid");
  }
  Graph& graph() { return program_->entry(); }
  Node& node(int id) {
    Node* found = nullptr;
    for_each_node(graph().body, [&](Node& each) {
      if (each.id == id) found = &each;
    });
    return *found;
  }
  std::unique_ptr<Program> program_;
};

TEST_F(VerifierPointers, ProgramWithoutGraphs) {
  program_->functions.clear();
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("has no graph"));
}

TEST_F(VerifierPointers, NamesAreUnique) {
  node(2).results[0]->name = "y";
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("n2 prim::isinstance: defines %y twice"));
}

TEST_F(VerifierPointers, ResultPointsToItsNode) {
  node(1).results[0]->producer = &node(0);
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("result %y, which does not point back to its node"));
}

TEST_F(VerifierPointers, ArgumentPointsToItsRegion) {
  node(6).regions[0]->arguments[0]->region = &graph().body;
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("argument %i, which does not point back to its region"));
}

TEST_F(VerifierPointers, RegionPointsToItsNode) {
  node(3).regions[1]->parent = &node(6);
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("n3 prim::If: has a region whose parent is not the node"));
}

TEST_F(VerifierPointers, ValuesBelongToTheGraph) {
  Graph other;
  node(1).operands[2] = other.constant(Type::of(Type::Kind::none), Fact::none());
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("uses constant none, which another graph owns"));
  node(1).operands[2] = nullptr;
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("has a value that is null"));
}

TEST_F(VerifierPointers, OperandsComeBeforeTheirUses) {
  auto& nodes = graph().body.nodes;
  nodes.splice(nodes.end(), nodes, nodes.begin());
  node(0).id = 99;
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("uses %5, which is not defined there"));
}

TEST_F(VerifierPointers, ParametersAreUnique) {
  graph().parameter("other", Type::of(Type::Kind::tensor), Fact())->name = "conv1.weight";
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("declares parameter \"conv1.weight\" twice"));
  graph().parameters()[1]->origin = Value::Origin::constant;
  EXPECT_THAT(complaint(*program_), testing::HasSubstr("lists a parameter that is none"));
}

}  // namespace
}  // namespace flopaudit
