#include "analyzer/compare/budget.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/compare/sample_report.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

ComparedReport model() {
  ComparedReport report = report_of({node(0, "aten::conv2d", "layer1", 600), node(1, "aten::add.Tensor", "layer1", 40),
                                     node(2, "aten::add.Scalar", "fc", 60), node(3, "aten::linear", "fc", 300)});
  report.modules[0].parameters = 900;
  return report;
}

// The states of the lines, as words.
std::string states(const std::string& budget_text, const ComparedReport& report) {
  const auto budget = parse_budget(budget_text, "budget");
  if (!budget) return budget.error().message;
  const auto check = check_budget(*budget, report);
  if (!check) return check.error().message;
  std::string words;
  for (const BudgetFinding& finding : check->findings)
    words += (words.empty() ? "" : " ") + std::string(name(finding.state));
  return words;
}

TEST(Budget, HoldsAtTheLimitAndBreaksPastIt) {
  EXPECT_EQ(states("flops <= 1000", model()), "holds");  // 600 + 40 + 60 + 300
  EXPECT_EQ(states("flops <= 999", model()), "broken");
  EXPECT_EQ(states("flops <= 0.9999k", model()), "broken");
  EXPECT_EQ(states("flops < 1000", model()), "broken");
  EXPECT_EQ(states("flops < 1000.5", model()), "holds");
  EXPECT_EQ(states("flops >= 1000\nflops > 1000", model()), "holds broken");
  EXPECT_EQ(states("flops = 1000\nflops = 1000.5\nflops == 999", model()), "holds broken broken");
}

TEST(Budget, HasModulesOpsSharesAndComments) {
  EXPECT_EQ(states("layer1: flops <= 640\nlayer1: flops <= 639 # too little", model()), "holds broken");
  EXPECT_EQ(states("aten::add: flops <= 100\naten::add.Scalar: flops <= 59", model()), "holds broken");
  EXPECT_EQ(states("aten::add : nodes = 2\n\n# nothing\nlayer1: params <= 900", model()), "holds holds");
  EXPECT_EQ(states("layer1: flops <= 64%\nlayer1: flops <= 63.99%", model()), "holds broken");
  EXPECT_EQ(states("gaps <= 25%\nlayer1: gaps = 0", model()), "holds holds");
}

TEST(Budget, WhatIsNotKnownIsNoPass) {
  ComparedReport report = model();
  report.totals[0].figure = at_least(700);
  report.totals[3].figure = known(2);
  EXPECT_EQ(states("flops <= 1000", report), "undecided");
  EXPECT_EQ(states("flops <= 600", report), "broken");  // too much already
  EXPECT_EQ(states("flops >= 600", report), "holds");   // what is missing only adds
  EXPECT_EQ(states("flops <= 1000\ngaps <= 1", report), "undecided broken");
  EXPECT_EQ(states("flops <= 1000\ngaps <= 2", report), "holds holds");  // the budget itself accepts two
  report.totals[0].figure = unknown();
  EXPECT_EQ(states("flops <= 1000\ngaps <= 2", report), "undecided holds");
}

TEST(Budget, FormulasAndRangesAreDecidedForAllSizesOrNot) {
  ComparedReport report = model();
  report.totals[0].figure = symbolic("32*N");
  EXPECT_EQ(states("flops <= 1000\nflops >= 32\nflops <= 31", report), "undecided holds broken");
  report.totals[0].figure = {Range(Expr(10), Expr(20))};
  EXPECT_EQ(states("flops <= 20\nflops <= 19\nflops <= 9\nflops = 10", report), "holds undecided broken undecided");
}

TEST(Budget, ErrorsNameTheLine) {
  EXPECT_EQ(states("# none\n", model()), "budget: no limit in it: write lines like `flops <= 4.2G`");
  EXPECT_NE(states("flops 3", model()).find("budget:1: no <=, <, >=, > or ="), std::string::npos);
  EXPECT_NE(states("\nflops <= much", model()).find("budget:2: `much` is no number"), std::string::npos);
  EXPECT_NE(states("<= 3", model()).find("budget:1: no quantity"), std::string::npos);
  EXPECT_NE(states("layer9: flops <= 3", model()).find("the report has no module `layer9`"), std::string::npos);
  EXPECT_NE(states("aten::ad: flops <= 3", model()).find("the report has no op `aten::ad`"), std::string::npos);
  EXPECT_NE(states("flopps <= 3", model()).find("no `flopps`; there are flops, nodes, parameters, gaps"),
            std::string::npos);
  EXPECT_NE(states("layer1: parsecs <= 3", model()).find("`layer1` has no `parsecs`"), std::string::npos);
  EXPECT_NE(states("unexplained <= 0.1%", model()).find("no `unexplained`"), std::string::npos);
}

TEST(Budget, UpdatingWritesThePresentFiguresAndNothingElse) {
  const std::string text = "# keep me\nflops <= 4.2G   # and me\nlayer1: flops <= 1%\nflops < 3\nflops > 3\ngaps = 0\n";
  const auto budget = parse_budget(text, "budget");
  ASSERT_TRUE(budget);
  const ComparedReport report = model();
  const auto check = check_budget(*budget, report);
  ASSERT_TRUE(check);
  const std::string updated = updated_budget(*check);
  EXPECT_EQ(updated,
            "# keep me\nflops <= 1000   # and me\nlayer1: flops <= 64.0000%\nflops < 1001\nflops > 999\ngaps = 0\n");
  EXPECT_EQ(states(updated, model()), "holds holds holds holds holds");
  EXPECT_EQ(states(first_budget(model()), model()), "holds holds holds");
}

TEST(Budget, UpdatingKeepsTheLimitOfWhatIsNotKnown) {
  ComparedReport report = model();
  report.totals[0].figure = symbolic("32*N");
  const auto budget = parse_budget("flops <= 12\n", "budget");
  const auto check = check_budget(*budget, report);
  ASSERT_TRUE(check);
  EXPECT_EQ(updated_budget(*check), "flops <= 12\n");
}

TEST(Budget, EveryViewIsAsCommitted) {
  const auto budget =
      parse_budget("flops <= 1k\nlayer1: flops <= 60%\nfc: flops >= 2\nparameters <= 12N\n", "budget.txt");
  EXPECT_FALSE(budget);
  const auto good = parse_budget("flops <= 1k\nlayer1: flops <= 60%\nfc: flops >= 2\ngaps = 0\n", "budget.txt");
  ASSERT_TRUE(good);
  ComparedReport report = model();
  report.modules[1].figures[0] = unknown();
  const auto check = check_budget(*good, report);
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_FALSE(check->holds());
  expect_golden("testdata/compare/check.txt", to_text(*check));
  expect_golden("testdata/compare/check.md", to_markdown(*check));
  expect_golden("testdata/compare/check.csv", to_csv(*check));
  expect_golden("testdata/compare/check.json", to_json(*check));
}

}  // namespace
}  // namespace flopaudit
