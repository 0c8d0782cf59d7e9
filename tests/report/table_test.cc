#include "analyzer/report/table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

const Table kTable{{{"op"}, {"FLOPs", true}}, {{"aten::mm", "1,200"}, {"a,\"b\"\n", "3"}}};

TEST(Table, AlignsTextByColumn) {
  const Table table{{{"op"}, {"FLOPs", true}}, {{"aten::mm", "1,200"}, {"relu", "3"}}};
  EXPECT_EQ(to_text(table), "op        FLOPs\naten::mm  1,200\nrelu          3\n");
}

TEST(Table, FitsATerminalByShorteningTextsInTheirMiddle) {
  const Table table{{{"source"}, {"FLOPs", true}}, {{"torch/nn/modules/conv.py:560", "1,200"}, {"a.py:1", "3"}}};
  EXPECT_EQ(to_text(table, {24, false}),
            "source             FLOPs\ntorch/n....py:560  1,200\na.py:1                 3\n");
  EXPECT_EQ(to_text(table, {0, true}).substr(0, 10), "\033[1msource");
  EXPECT_EQ(to_text(table, {200, false}), to_text(table));
}

// Numbers are never cut, and no column of text below what can be read: then lines are too long.
TEST(Table, ATerminalThatIsTooNarrowGetsLongLines) {
  const Table table{{{"source"}, {"FLOPs", true}}, {{"torch/nn/modules/conv.py:560", "1,200,000,000"}}};
  EXPECT_EQ(to_text(table, {10, false}), "source                FLOPs\ntorc...y:560  1,200,000,000\n");
}

TEST(Table, QuotesCsvAsRfc4180Says) {
  EXPECT_EQ(to_csv(kTable), "op,FLOPs\r\naten::mm,\"1,200\"\r\n\"a,\"\"b\"\"\n\",3\r\n");
}

TEST(Table, EscapesWhatMarkdownReads) {
  const Table table{{{"a|b"}, {"n", true}}, {{"x_y", "1"}}};
  EXPECT_EQ(to_markdown(table), "| a\\|b | n |\n| --- | ---: |\n| x\\_y | 1 |\n");
}

// Cells as they are printed; what is empty is null, and so no 0 to who sums it.
TEST(Table, JsonOfAPage) {
  const Table table{{{"op"}, {"share", true}}, {{"aten::mm", "0.0000"}, {"", ""}}};
  const auto json = nlohmann::json::parse(to_json(table, {"Ops", {"a note"}}));
  EXPECT_EQ(json["schema"], "flopaudit.table/1");
  EXPECT_EQ(json["title"], "Ops");
  EXPECT_EQ(json["notes"], nlohmann::json({"a note"}));
  EXPECT_EQ(json["columns"][1], nlohmann::json({{"header", "share"}, {"numeric", true}}));
  EXPECT_EQ(json["rows"][0][1], "0.0000");
  EXPECT_EQ(json["rows"][1], nlohmann::json({nullptr, nullptr}));
}

TEST(Units, SeparatesThousands) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1000), "1,000");
  EXPECT_EQ(with_separators(-1234567), "-1,234,567");
}

TEST(Units, KeepsFourDigitsUnderAPrefix) {
  EXPECT_EQ(with_prefix(9999.0), "9999");
  EXPECT_EQ(with_prefix(1814073344.0), "1.814 G");
  EXPECT_EQ(with_prefix(999960.0), "1.000 M");
  EXPECT_EQ(with_prefix(123456789.0), "123.5 M");
}

TEST(Units, ShowsRangesAndFormulas) {
  EXPECT_EQ(with_prefix(Range(Expr(0), Expr(20000))), "0..20.00 k");
  EXPECT_EQ(with_prefix(Range(Expr::symbol("N") * Expr(3))), (Expr::symbol("N") * Expr(3)).to_string());
  EXPECT_EQ(magnitude(Range(Expr(1), Expr(7))), 7.0);
  EXPECT_EQ(magnitude(Range(Expr::symbol("N"))), std::nullopt);
}

TEST(Units, SaysBytesAndShares) {
  EXPECT_EQ(bytes(400), "400 B");
  EXPECT_EQ(bytes(46758048), "46.76 MB");
  EXPECT_EQ(percent(0.0312), "3.12 %");
  EXPECT_EQ(percent(0.452), "45.2 %");
}

}  // namespace
}  // namespace flopaudit
