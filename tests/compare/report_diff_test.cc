#include "analyzer/compare/report_diff.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/compare/sample_report.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

ComparedReport before() {
  return report_of({node(0, "aten::conv2d", "layer1", 40), node(1, "aten::relu", "layer1", 2),
                    node(2, "aten::linear", "fc", 16), node(3, "aten::exp", "old", 4)});
}

// A conv doubled, a norm added, the module `old` renamed, fc gone.
ComparedReport after() {
  return report_of({node(0, "aten::conv2d", "layer1", 80, "f32[4]"), node(1, "aten::batch_norm", "layer1", 8),
                    node(2, "aten::relu", "layer1", 2), node(3, "aten::exp", "new", 4)});
}

TEST(ReportDiff, FindsWhatChanged) {
  const ComparedReport a = before();
  const ComparedReport b = after();
  const auto diff = diff_reports(a, b);
  ASSERT_TRUE(diff) << diff.error().message;
  EXPECT_EQ(diff->count(NodeChangeKind::same), 1);
  EXPECT_EQ(diff->count(NodeChangeKind::changed), 1);
  EXPECT_EQ(diff->count(NodeChangeKind::moved), 1);
  EXPECT_EQ(diff->count(NodeChangeKind::added), 1);
  EXPECT_EQ(diff->count(NodeChangeKind::removed), 1);
  EXPECT_FALSE(diff->is_equal());
  EXPECT_EQ(change_of(diff->totals[0].a, diff->totals[0].b), Expr((80 + 8 + 2 + 4) - (40 + 2 + 16 + 4)));
  // The largest change first.
  EXPECT_EQ(diff->ops[0].key, "aten::conv2d");
  EXPECT_EQ(diff->ops[1].key, "aten::linear");
  EXPECT_EQ(diff->ops[1].b, std::nullopt);
  EXPECT_EQ(diff->modules[0].key, "layer1");
}

TEST(ReportDiff, OfAReportWithItselfIsEmpty) {
  const ComparedReport a = before();
  const auto diff = diff_reports(a, a);
  ASSERT_TRUE(diff);
  EXPECT_TRUE(diff->is_equal());
  EXPECT_TRUE(diff->ops.empty());
  EXPECT_NE(to_text(*diff, {}).find("no difference"), std::string::npos);
}

TEST(ReportDiff, UnknownIsNoNumber) {
  ComparedReport a = before();
  ComparedReport b = before();
  b.totals[0].figure = at_least(62);
  b.nodes[2].figures[0] = unknown();
  b.nodes[2].state = "no_rule";
  const auto diff = diff_reports(a, b);
  ASSERT_TRUE(diff);
  EXPECT_FALSE(diff->is_equal());
  EXPECT_EQ(change_of(diff->totals[0].a, diff->totals[0].b), std::nullopt);
  const std::string text = to_text(*diff, {});
  EXPECT_NE(text.find(">= 62"), std::string::npos) << text;
  const auto json = nlohmann::json::parse(to_json(*diff));
  EXPECT_EQ(json["totals"][0]["change"], nullptr);
  EXPECT_EQ(json["totals"][0]["complete"], false);
  EXPECT_EQ(json["nodes"][0]["b"]["flops"], nullptr);
}

TEST(ReportDiff, FormulasAreSubtracted) {
  ComparedReport a = before();
  ComparedReport b = before();
  a.totals[0].figure = symbolic("32*N + 4");
  b.totals[0].figure = symbolic("40*N");
  const auto diff = diff_reports(a, b);
  ASSERT_TRUE(diff);
  EXPECT_EQ(change_of(diff->totals[0].a, diff->totals[0].b)->to_string(), "8*N - 4");
}

TEST(ReportDiff, AnAnalysisAndAnAuditAreNotCompared) {
  const ComparedReport a = before();
  ComparedReport b = before();
  b.kind = "audit";
  const auto diff = diff_reports(a, b);
  ASSERT_FALSE(diff);
  EXPECT_EQ(diff.error().kind, ErrorKind::usage);
}

TEST(ReportDiff, EveryViewIsAsCommitted) {
  const ComparedReport a = before();
  const ComparedReport b = after();
  const auto diff = diff_reports(a, b);
  ASSERT_TRUE(diff);
  expect_golden("testdata/compare/diff.txt", to_text(*diff, {}));
  expect_golden("testdata/compare/diff_top_1.txt", to_text(*diff, {1}));
  expect_golden("testdata/compare/diff.md", to_markdown(*diff, {}));
  expect_golden("testdata/compare/diff.csv", to_csv(*diff));
  expect_golden("testdata/compare/diff.json", to_json(*diff));
}

}  // namespace
}  // namespace flopaudit
