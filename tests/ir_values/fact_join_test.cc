// Facts as the interpreter uses them: join, identity, snapshots, completeness, sizes.
#include <gtest/gtest.h>

#include <string>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/fact_symbols.h"

namespace flopaudit {
namespace {

Fact read(const std::string& text) {
  Result<Fact> fact = Fact::parse(text);
  EXPECT_TRUE(fact) << text << ": " << fact.error().message;
  return fact ? *fact : Fact();
}

struct JoinCase {
  const char* a;
  const char* b;
  const char* joined;
};

class Join : public ::testing::TestWithParam<JoinCase> {};

TEST_P(Join, HoldsOfBoth) {
  const auto& [a, b, joined] = GetParam();
  EXPECT_EQ(join(read(a), read(b)).to_string(), joined);
  EXPECT_EQ(join(read(b), read(a)).to_string(), joined);
  EXPECT_EQ(join(read(a), read(a)).to_string(), read(a).to_string());
}

INSTANTIATE_TEST_SUITE_P(
    All, Join,
    ::testing::Values(
        JoinCase{"f32[1,2]", "f32[1,3]", "f32[1,?]"}, JoinCase{"f32[1,2]", "f64[1,2]", "?[1,2]"},
        JoinCase{"f32[1,2]", "f32[1]", "one_of(f32[1], f32[1,2])"}, JoinCase{"i64[] = 1", "i64[] = 2", "i64[]"},
        JoinCase{"f32[] = nan", "f32[] = nan", "f32[] = nan"}, JoinCase{"1", "2", "int"},
        JoinCase{"<N>", "<N + 0>", "<N>"}, JoinCase{"1.0", "2.0", "float"}, JoinCase{"0.0", "-0.0", "float"},
        JoinCase{"true", "false", "bool"}, JoinCase{"\"a\"", "\"b\"", "str"}, JoinCase{"1", "1.0", "one_of(1, 1.0)"},
        JoinCase{"none", "f32[1]", "one_of(none, f32[1])"}, JoinCase{"none", "none", "none"},
        JoinCase{"unknown", "3", "unknown"}, JoinCase{"(1, 2)", "(1, 3)", "(1, int)"},
        JoinCase{"(1, 2)", "(1,)", "one_of((1,), (1, 2))"}, JoinCase{"[1, 2]", "[3, 2]", "[int, 2]"},
        JoinCase{"list", "[1]", "list"}, JoinCase{"[1, 2]", "[1]", "[int x ?]"},
        JoinCase{"[]", "[f32[1], f32[2]]", "[f32[?] x ?]"},
        JoinCase{"[f32[1,8] x T]", "[f32[1,8] x T]", "[f32[1,8] x T]"},
        JoinCase{"[f32[1,8] x T]", "[f32[2,8] x T]", "[f32[?,8] x T]"},
        JoinCase{"[f32[1] x T]", "[f32[1] x T + 1]", "[f32[1] x ?]"}, JoinCase{"[f32[1] x T]", "[]", "[f32[1] x ?]"},
        JoinCase{"[f32[1] x T]", "[f32[1]]", "[f32[1] x ?]"}, JoinCase{"[f32[1] x ?]", "[f32[1] x T]", "[f32[1] x ?]"},
        JoinCase{"[f32[1] x T]", "list", "list"}, JoinCase{"[f32[1] x T]", "[3 x T]", "[one_of(f32[1], 3) x T]"},
        JoinCase{"{\"k\": 1}", "{\"k\": 2}", "{\"k\": int}"}, JoinCase{"{\"k\": 1}", "{\"l\": 1}", "dict"},
        JoinCase{"object(\"a\")", "object(\"b\")", "one_of(object(\"a\"), object(\"b\"))"},
        JoinCase{"device(\"cpu\")", "device(\"cuda:0\")", "one_of(device(\"cpu\"), device(\"cuda:0\"))"},
        JoinCase{"one_of(none, f32[1])", "none", "one_of(none, f32[1])"},
        JoinCase{"one_of(none, f32[1])", "f32[2]", "one_of(none, f32[?])"},
        JoinCase{"one_of(none, f32[1])", "one_of(none, (3,))", "one_of(none, f32[1], (3,))"},
        JoinCase{"one_of(none, f32[1])", "unknown", "unknown"}, JoinCase{"one_of(f32[], f32[1])", "f32[*]", "f32[*]"},
        JoinCase{"one_of(none, f32[])", "f32[*]", "one_of(none, f32[*])"},
        JoinCase{"one_of(f32[], f32[1], f32[1,1], f32[1,1,1])", "f32[2,2,2,2]", "f32[*]"},
        JoinCase{"one_of(none, f32[], f32[1], f32[1,1])", "3", "unknown"}));

TEST(Join, SaysWhy) {
  EXPECT_EQ(join(read("none"), read("1")).get<UnknownFact>()->why, "differs between branches");
  EXPECT_EQ(join(read("f32[1]"), read("f32[2]")).tensor()->why, "differs between branches");
  EXPECT_EQ(join(read("f32[1]"), read("f32[1]")).tensor()->why, "");
  TensorFact unknown;
  unknown.why = "n7: no rule for aten::nonzero";
  EXPECT_EQ(join(unknown, read("f32[1]")).tensor()->why, "n7: no rule for aten::nonzero");
  EXPECT_EQ(join(Fact::unknown("n3"), read("1")).get<UnknownFact>()->why, "n3");
}

TEST(Join, KeepsTheIdentityOfOneList) {
  const Fact list = read("[1]");
  EXPECT_EQ(join(list, list).get<ListFact>()->elements, list.get<ListFact>()->elements);
  EXPECT_NE(join(list, read("[1]")).get<ListFact>()->elements, list.get<ListFact>()->elements);
}

// None of them is of one kind with another, and what is left of one is that.
TEST(OneOf, IsNoMoreThanItsAlternatives) {
  EXPECT_EQ(read("one_of(f32[2], f32[3])").to_string(), "f32[?]");
  EXPECT_EQ(read("one_of(3)").to_string(), "3");
  EXPECT_EQ(read("one_of(f32[1], none, unknown)").to_string(), "unknown");
  const Fact optional = read("one_of(f32[N], none)");
  EXPECT_TRUE(optional.is_unknown());
  EXPECT_FALSE(optional.is_complete());
  ASSERT_NE(optional.alternatives(), nullptr);
  EXPECT_EQ(optional.alternatives()->front().to_string(), "none");
  EXPECT_EQ(Fact().alternatives(), nullptr);
  EXPECT_FALSE(optional == Fact());
  EXPECT_FALSE(optional == read("one_of(none, f32[M])"));
  EXPECT_EQ(optional, read("one_of(none, f32[N])"));
  EXPECT_EQ(substitute(optional, {{"N", Expr(3)}}).to_string(), "one_of(none, f32[3])");
  EXPECT_FALSE(Fact::parse("one_of()"));
  EXPECT_FALSE(Fact::parse("one_of(none"));
}

TEST(OneOf, ASnapshotSharesNoState) {
  const Fact list = read("[1]");
  const Fact optional = join(list, Fact::none());
  const Fact before = optional.snapshot();
  (*list.get<ListFact>()->elements)->push_back(Fact::integer(2));
  EXPECT_EQ(optional.to_string(), "one_of(none, [1, 2])");
  EXPECT_EQ(before.to_string(), "one_of(none, [1])");
}

TEST(Join, KeepsACommonAliasClass) {
  TensorFact a;
  a.alias_class = 4;
  TensorFact b = a;
  EXPECT_EQ(join(Fact(a), Fact(b)).tensor()->alias_class, 4);
  b.alias_class = 5;
  EXPECT_EQ(join(Fact(a), Fact(b)).tensor()->alias_class, 0);
}

TEST(Fact, CopiesOfAListShareItsState) {
  const Fact list = read("[1]");
  const Fact alias = list;
  const Fact before = list.snapshot();
  (*list.get<ListFact>()->elements)->push_back(Fact::integer(2));
  EXPECT_EQ(alias.to_string(), "[1, 2]");
  EXPECT_EQ(before.to_string(), "[1]");
}

// Of few enough facts a number of elements is written out, each a value of its own; a hostile product of them is not.
TEST(Fact, AUniformListOfANumberIsWrittenOut) {
  const Fact lists = read("[[1] x 3]");
  EXPECT_EQ(lists.to_string(), "[[1], [1], [1]]");
  const std::vector<Fact>& each = **lists.get<ListFact>()->elements;
  (*each[1].get<ListFact>()->elements)->clear();
  EXPECT_EQ(lists.to_string(), "[[1], [], [1]]");
  EXPECT_EQ(read("[[[1 x 4000] x 4000] x 4000]").get<ListFact>()->elements->length(), Dim(Expr(4000)));
  EXPECT_EQ(read("[1 x T]").get<ListFact>()->elements->length(), Dim(Expr::symbol("T")));
  EXPECT_EQ(read("list").get<ListFact>()->elements->length(), std::nullopt);
}

TEST(Fact, TheLengthOfAListIsSubstituted) {
  const Fact list = read("[f32[N,T] x T]");
  EXPECT_EQ(symbols_of(list), (std::set<std::string>{"N", "T"}));
  EXPECT_EQ(substitute(list, {{"T", Expr(2)}}).to_string(), "[f32[N,2], f32[N,2]]");
  EXPECT_EQ(substitute(list, {{"T", Expr::symbol("S")}}).to_string(), "[f32[N,S] x S]");
  EXPECT_EQ(list.to_string(), "[f32[N,T] x T]");
}

TEST(Fact, SnapshotIsDeep) {
  const Fact inner = read("[1]");
  const Fact outer = Fact::tuple({inner, Fact::dict({{Fact::string("k"), inner}})});
  const Fact before = outer.snapshot();
  (*inner.get<ListFact>()->elements)->clear();
  EXPECT_EQ(before.to_string(), "([1], {\"k\": [1]})");
  EXPECT_EQ(outer.to_string(), "([], {\"k\": []})");
}

TEST(Fact, AListThatHoldsItselfDoesNotHang) {
  const Fact list = read("[1]");
  (*list.get<ListFact>()->elements)->push_back(list);
  EXPECT_FALSE(list.is_complete());
  EXPECT_FALSE(list.snapshot().is_complete());
  EXPECT_EQ(list.to_string().substr(0, 7), "[1, [1,");
  (*list.get<ListFact>()->elements)->clear();  // breaks the cycle, for the leak checker
}

TEST(Fact, ManyPathsToOneListDoNotExplode) {
  Fact fact = read("[1, 2]");
  for (int level = 0; level < 60; ++level) fact = Fact::list({fact, fact});
  EXPECT_FALSE(fact.snapshot().is_complete());
  EXPECT_EQ(fact, fact);
}

class Complete : public ::testing::TestWithParam<const char*> {};
TEST_P(Complete, IsComplete) { EXPECT_TRUE(read(GetParam()).is_complete()); }
INSTANTIATE_TEST_SUITE_P(All, Complete,
                         ::testing::Values("f32[1,N]", "f32[]", "3", "<N>", "none", "[]", "{\"k\": (1, true)}",
                                           "device(\"cpu\")", "object(\"a\")", "[f32[2] x T]"));

class Incomplete : public ::testing::TestWithParam<const char*> {};
TEST_P(Incomplete, IsNotComplete) { EXPECT_FALSE(read(GetParam()).is_complete()); }
INSTANTIATE_TEST_SUITE_P(All, Incomplete,
                         ::testing::Values("f32[1,?]", "f32[*]", "?[1]", "int", "float", "bool", "str", "list", "dict",
                                           "unknown", "[1, int]", "[f32[2] x ?]", "[f32[?] x T]", "{\"k\": list}",
                                           "(1, f32[*])", "<overflow>"));

TEST(Fact, ElementCount) {
  EXPECT_EQ(element_count(*read("f32[2,3,N]").tensor()), Expr(2 * 3) * Expr::symbol("N"));
  EXPECT_EQ(element_count(*read("f32[]").tensor()), Expr(1));
  EXPECT_EQ(element_count(*read("f32[2,?]").tensor()), std::nullopt);
  EXPECT_EQ(element_count(*read("f32[*]").tensor()), std::nullopt);
  EXPECT_EQ(element_count(*read("f32[4294967296,4294967296,0]").tensor()), Expr(0));
  EXPECT_TRUE(element_count(*read("f32[4294967296,4294967296]").tensor())->is_overflow());
}

}  // namespace
}  // namespace flopaudit
