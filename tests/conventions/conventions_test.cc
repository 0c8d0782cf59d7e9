#include "analyzer/conventions/conventions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

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
  EXPECT_EQ((*flops)->value(*program()), Range(2 * (2 * 10 + 3) + 5 + 1));
  EXPECT_STREQ((*flops)->unit, "FLOP");
}

TEST(Conventions, MacsAreMacsAlone) {
  const Result<const Convention*> macs = find_convention("macs");
  ASSERT_TRUE(macs);
  EXPECT_EQ((*macs)->value(*program()), Range(2 * 10));
  EXPECT_STREQ((*macs)->unit, "MAC");
}

TEST(Conventions, AnUnknownNameListsThoseThatExist) {
  const Result<const Convention*> none = find_convention("gflops");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_THAT(none.error().message, testing::AllOf(testing::HasSubstr("`gflops`"), testing::HasSubstr("flops, macs")));
}

}  // namespace
}  // namespace flopaudit
