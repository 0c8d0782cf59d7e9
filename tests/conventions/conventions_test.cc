#include "analyzer/conventions/conventions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "analyzer/ir/parser.h"

namespace flopaudit {
namespace {

// Two nodes: one of 10 mac and 3 add in each of 2 executions, one of 5 mul, 1 div, 7 exp and 4 integer operations.
std::unique_ptr<Program> program() {
  auto result = std::make_unique<Program>();
  result->functions.push_back(std::make_unique<Graph>());
  Region& body = result->entry().body;
  Work first;
  first.add(WorkClass::mac, DType::f32, 10);
  first.add(WorkClass::add, DType::f32, 3);
  body.nodes.push_back(std::make_unique<Node>());
  body.nodes.back()->work = times(Range(2), first);
  Work second;
  second.add(WorkClass::mul, DType::f64, 5);
  second.add(WorkClass::div, DType::f32, 1);
  second.add(WorkClass::exp, DType::f32, 7);
  second.add(WorkClass::integer, DType::i64, 4);
  body.nodes.push_back(std::make_unique<Node>());
  body.nodes.back()->work = times(Range(1), second);
  return result;
}

TEST(Conventions, FlopsAreTwiceTheMacsAndTheLooseArithmetic) {
  const Result<const Convention*> flops = find_convention("flops");
  ASSERT_TRUE(flops);
  EXPECT_EQ((*flops)->total(*program()).value, Range(2 * (2 * 10 + 3) + 5 + 1));
  EXPECT_STREQ((*flops)->unit, "FLOP");
}

TEST(Conventions, MacsAreMacsAlone) {
  const Result<const Convention*> macs = find_convention("macs");
  ASSERT_TRUE(macs);
  EXPECT_EQ((*macs)->total(*program()).value, Range(2 * 10));
  EXPECT_STREQ((*macs)->unit, "MAC");
}

TEST(Conventions, ATotalNamesWhatItLeavesOut) {
  auto left = program();
  Node& second = *left->entry().body.nodes.back();
  second.id = 1;
  second.op = {"my::op", ""};
  second.state = WorkState::no_rule;
  second.why = "there is no rule for my::op";
  const ConventionTotal total = (*find_convention("macs"))->total(*left);
  EXPECT_EQ(total.value, Range(2 * 10));
  ASSERT_EQ(total.left_out.size(), 1U);
  EXPECT_EQ(total.left_out[0].op, "my::op");
  EXPECT_EQ(total.left_out[0].nodes, 1);
  EXPECT_EQ(total.left_out[0].why, "there is no rule for my::op");
  EXPECT_FALSE(total.by_node.contains(1));
}

TEST(Conventions, AreSortedAndSayWhatTheyCount) {
  const std::vector<const Convention*>& rows = all_conventions();
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(std::string(rows[i - 1]->name), rows[i]->name);
  for (const Convention* row : rows) {
    EXPECT_THAT(row->unit, testing::AnyOf(testing::StrEq("FLOP"), testing::StrEq("MAC"))) << row->name;
    EXPECT_NE(std::string(row->counts), "") << row->name;
    EXPECT_NE(std::string(row->differs), "") << row->name;
  }
}

// A module with several tensors in the places of two parents is one module there: thop hooks it twice and adds its sum
// twice, ptflops adds it twice.
TEST(Conventions, AModuleInTwoPlacesCountsAsItsPeersCountIt) {
  const auto shared = parse_program(R"(flopaudit.ir/1
program file="m.pt" kind="traced" method="forward" libtorch="2.13.0" parameters=110 parameter_bytes=440

object "" class="__torch__.Net" module {
  "a": __torch__.Half {object("a")}
  "b": __torch__.___torch_mangle_1.Half {object("b")}
}

object "a" class="__torch__.Half" module {
  "l": __torch__.torch.nn.modules.linear.Linear {object("a.l")}
}

object "a.l" class="__torch__.torch.nn.modules.linear.Linear" module {
  "weight": Tensor {f32[10,10]} parameter path="a.l.weight"
  "bias": Tensor {f32[10]} parameter path="a.l.bias"
}

object "b" class="__torch__.___torch_mangle_1.Half" module {
  "l": __torch__.torch.nn.modules.linear.___torch_mangle_2.Linear {object("b.l")}
}

object "b.l" class="__torch__.torch.nn.modules.linear.___torch_mangle_2.Linear" module {
  "weight": Tensor {f32[10,10]} parameter path="a.l.weight"
  "bias": Tensor {f32[10]} parameter path="a.l.bias"
}

graph "__torch__.Net.forward"(%self: __torch__.Net {object("")}, %x: Tensor {f32[1,10]}) -> (Tensor) {
  parameter "a.l.weight": Tensor {f32[10,10]}
  parameter "a.l.bias": Tensor {f32[10]}
  n0: %y: Tensor {f32[1,10]} = aten::linear(%x, param "a.l.weight", param "a.l.bias") in "a.l"
    executed 1 work known mac/f32=100
  n1: %z: Tensor {f32[1,10]} = aten::linear(%y, param "a.l.weight", param "a.l.bias") in "b.l"
    executed 1 work known mac/f32=100
  return (%z)
}
)");
  ASSERT_TRUE(shared) << shared.error().message;
  const auto value = [&](const char* name) { return (*find_convention(name))->total(**shared).value; };
  EXPECT_EQ(value("macs"), Range(2 * 100));
  EXPECT_EQ(value("thop-0.1.1"), Range(2 * 100 * 2 * 2));
  EXPECT_EQ(value("thop-2"), Range(2 * 100));
  EXPECT_EQ(value("ptflops"), Range(2 * (100 + 10) * 2));
}

TEST(Conventions, AnUnknownNameListsThoseThatExist) {
  const Result<const Convention*> none = find_convention("gflops");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_THAT(none.error().message, testing::AllOf(testing::HasSubstr("`gflops`"), testing::HasSubstr("flops, fvcore, macs")));
}

}  // namespace
}  // namespace flopaudit
