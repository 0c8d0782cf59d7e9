#include "analyzer/report/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::int64_t> sizes(const std::string& text) {
  const auto parsed = parse_sweep(text);
  return parsed ? parsed->sizes : std::vector<std::int64_t>{};
}

TEST(Sweep, SizesAreARangeAStepAFactorOrAList) {
  EXPECT_THAT(sizes("N=1..4"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(sizes("N=7..7"), ElementsAre(7));
  EXPECT_THAT(sizes("N=8..30:8"), ElementsAre(8, 16, 24));
  EXPECT_THAT(sizes("N=1..64:x4"), ElementsAre(1, 4, 16, 64));
  EXPECT_THAT(sizes("N=9223372036854775800..9223372036854775807:5"),
              ElementsAre(9223372036854775800, 9223372036854775805));
  EXPECT_THAT(sizes("N=4,2,2,9"), ElementsAre(2, 4, 9));
  EXPECT_EQ(parse_sweep("H=1..2")->symbol, "H");
}

TEST(Sweep, WhatIsNoSweepIsRefused) {
  for (const char* wrong : {"", "N", "N=", "=1..2", "N=0..2", "N=3..2", "N=1..", "N=1..4:", "N=1..4:0", "N=1..4:x1",
                            "N=1,,2", "N=a", "N=1..4:2:2", "N=-1..3", "N=1.5"}) {
    const auto parsed = parse_sweep(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
    EXPECT_THAT(parsed.error().message, HasSubstr("expected NAME=1..64")) << wrong;
  }
  EXPECT_EQ(parse_sweep("N=1..1000")->sizes.size(), kMostSweepSizes);
  EXPECT_THAT(parse_sweep("N=1..1001").error().message,
              HasSubstr("more than 1000 sizes: give a step, as in N=1..1001:x2"));
}

SweepRow row(std::int64_t size) {
  SweepRow made;
  made.size = size;
  made.macs = Expr(100 * size);
  made.flops = Expr(2 * 100 * size + 7);
  made.bytes_read = Expr(1000 + 40 * size);
  made.bytes_written = Expr(40 * size);
  made.peak_bytes = Range(Expr(80 * size));
  made.arithmetic_intensity = 0.5;
  return made;
}

// Four sizes: one that does not fit, one with nodes that are not counted and a range.
Sweep sweep() {
  Sweep made{"models/m.pt", "forward", {"x=f32[N,8]"}, "N", {row(1), row(10), row(100), row(1000)}};
  made.rows[1] = SweepRow{};
  made.rows[1].size = 10;
  made.rows[1].error = "n0 <aten::cat>: sizes differ";
  made.rows[2].gaps = 2;
  made.rows[2].peak_bytes.reset();
  made.rows[2].flops = {Expr(5), Expr(20007)};
  return made;
}

TEST(Sweep, EveryFormatIsAsCommitted) {
  expect_golden("testdata/reports/sweep.txt", to_text(sweep()));
  expect_golden("testdata/reports/sweep.md", to_markdown(sweep()));
  expect_golden("testdata/reports/sweep.csv", to_csv(sweep()));
  expect_golden("testdata/reports/sweep.json", to_json(sweep()));
  expect_golden("testdata/reports/sweep.svg", to_svg(sweep()));
}

TEST(Sweep, WhatIsNotKnownIsNoZero) {
  const auto json = nlohmann::json::parse(to_json(sweep()));
  EXPECT_FALSE(json["rows"][1].contains("flops"));
  EXPECT_EQ(json["rows"][2]["peak_bytes"], nullptr);
  EXPECT_THAT(to_csv(sweep()), HasSubstr("\r\n10,,,,,,,,,,n0 <aten::cat>: sizes differ\r\n"));
}

// No text of a model becomes markup, and a plot of formulas has no point for them.
TEST(Sweep, ThePlotIsWellFormedWhateverIsInIt) {
  Sweep hostile = sweep();
  hostile.file = "</svg><script>&\x01";
  hostile.symbol = "<N>";
  hostile.rows[0].flops = Range(Expr::symbol("M"));
  const std::string svg = to_svg(hostile);
  EXPECT_EQ(svg.find("<script>"), std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_THAT(svg, HasSubstr("&lt;/svg&gt;&lt;script&gt;&amp;"));
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  for (SweepRow& each : hostile.rows) {
    each = SweepRow{};
    each.size = 3;
  }
  EXPECT_EQ(to_svg(hostile).find("nan"), std::string::npos) << "nothing but zeros";
}

}  // namespace
}  // namespace flopaudit
