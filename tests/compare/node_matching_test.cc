#include "analyzer/compare/node_matching.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/compare/sample_report.h"

namespace flopaudit {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// The plain table: quadratic, and surely right.
std::size_t longest_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      best[i][j] = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
    }
  }
  return best[a.size()][b.size()];
}

void expect_in_order(const Pairs& pairs, const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    RC_ASSERT(pairs[i].first < a.size());
    RC_ASSERT(pairs[i].second < b.size());
    RC_ASSERT(a[pairs[i].first] == b[pairs[i].second]);
    if (i > 0) RC_ASSERT(pairs[i - 1].first < pairs[i].first);
    if (i > 0) RC_ASSERT(pairs[i - 1].second < pairs[i].second);
  }
}

rc::Gen<std::vector<std::string>> words() {
  return rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "c"));
}

RC_GTEST_PROP(Align, IsALongestCommonSubsequence, ()) {
  const auto a = *words();
  const auto b = *words();
  const Pairs pairs = align(a, b);
  expect_in_order(pairs, a, b);
  RC_ASSERT(pairs.size() == longest_common(a, b));
}

// Two lists that share little, far past kMostEdits: still in order, and what can be paired without thought is.
TEST(Align, StaysFastWhereAlmostAllDiffers) {
  std::vector<std::string> a, b;
  for (int i = 0; i < 200'000; ++i) {
    a.push_back("a" + std::to_string(i));
    b.push_back(i % 1000 == 0 ? a.back() : "b" + std::to_string(i));
  }
  EXPECT_EQ(align(a, b).size(), 200U);
}

std::vector<std::string> texts(const std::vector<ComparedNode>& a, const std::vector<ComparedNode>& b) {
  std::vector<std::string> all;
  for (const NodeMatch& match : match_nodes(a, b)) {
    all.push_back((match.a ? "n" + std::to_string(a[*match.a].id) : "-") + " " +
                  (match.b ? "n" + std::to_string(b[*match.b].id) : "-"));
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST(MatchNodes, WithinAModuleInOrder) {
  const std::vector<ComparedNode> a = {node(0, "conv", "l", 4), node(1, "relu", "l", 1), node(2, "conv", "l", 6)};
  const std::vector<ComparedNode> b = {node(0, "conv", "l", 4), node(1, "norm", "l", 2), node(2, "relu", "l", 1),
                                       node(3, "conv", "l", 6)};
  EXPECT_EQ(texts(a, b), Texts({"n0 n0", "- n1", "n1 n2", "n2 n3"}));
}

TEST(MatchNodes, PrefersTheOneWithTheSameShapes) {
  const std::vector<ComparedNode> a = {node(0, "conv", "l", 4, "f32[8]")};
  const std::vector<ComparedNode> b = {node(0, "conv", "l", 4, "f32[4]"), node(1, "conv", "l", 4, "f32[8]")};
  EXPECT_EQ(texts(a, b), Texts({"- n0", "n0 n1"}));
}

TEST(MatchNodes, AChangedShapeIsTheSameNode) {
  const std::vector<ComparedNode> a = {node(0, "conv", "l", 4, "f32[8]"), node(1, "relu", "l", 1)};
  const std::vector<ComparedNode> b = {node(0, "conv", "l", 8, "f32[16]"), node(1, "relu", "l", 1)};
  EXPECT_EQ(texts(a, b), Texts({"n0 n0", "n1 n1"}));
}

TEST(MatchNodes, ARenamedModuleIsFoundByWhatItHolds) {
  const std::vector<ComparedNode> a = {node(0, "conv", "layer4.0", 4), node(1, "relu", "layer4.0", 1),
                                       node(2, "linear", "fc", 3)};
  const std::vector<ComparedNode> b = {node(0, "conv", "stage4.0", 4), node(1, "relu", "stage4.0", 1),
                                       node(2, "linear", "fc", 3), node(3, "exp", "extra", 1)};
  EXPECT_EQ(texts(a, b), Texts({"n0 n0", "n1 n1", "n2 n2", "- n3"}));
}

TEST(MatchNodes, AnotherStructureIsNoRenaming) {
  const std::vector<ComparedNode> a = {node(0, "conv", "old", 4)};
  const std::vector<ComparedNode> b = {node(0, "linear", "new", 4)};
  EXPECT_EQ(texts(a, b), Texts({"n0 -", "- n0"}));
}

}  // namespace
}  // namespace flopaudit
