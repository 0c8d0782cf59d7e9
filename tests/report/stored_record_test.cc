// A record of a real run, judged and printed without counters and without LibTorch.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/audit/judge.h"
#include "analyzer/ir/parser.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/dot_view.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::json;

Record stored_record() {
  const auto record =
      record_from_json(*read_text_file(source_path("testdata/records/conv_bn_relu_traced.record.json")));
  if (!record) throw std::runtime_error(record.error().message);
  return *record;
}

std::string printed(const Record& record, std::string (*print)(const AuditReport&)) {
  const auto program = parse_program(record.ir);
  if (!program) throw std::runtime_error(program.error().message);
  const auto judgement = judge(record, **program);
  if (!judgement) throw std::runtime_error(judgement.error().message);
  return print(make_audit_report(record, **program, *judgement));
}

TEST(StoredRecord, IsReportedAsCommitted) {
  const Record record = stored_record();
  expect_golden("testdata/reports/conv_bn_relu_traced.txt", printed(record, to_text));
  expect_golden("testdata/reports/conv_bn_relu_traced.json", printed(record, to_json));
  expect_golden("testdata/reports/conv_bn_relu_traced.dot",
                printed(record, [](const AuditReport& report) { return *to_dot(report); }));
}

TEST(StoredRecord, AMismatchHasARedBorderInDot) {
  Record record = stored_record();
  const auto by_discrepancy = [](const AuditReport& report) { return *to_dot(report); };
  EXPECT_EQ(printed(record, by_discrepancy).find("red border"), std::string::npos);
  for (Counts& counts : record.nodes.front().counts) counts[Event::add_sp] += 1000;
  EXPECT_NE(printed(record, by_discrepancy).find("red border: mismatch"), std::string::npos);
  const auto by_flops = [](const AuditReport& report) { return *to_dot(report, {DotColor::flops}); };
  EXPECT_NE(printed(record, by_flops).find("share of FLOPs"), std::string::npos);
}

// The judge is honest: no measured number enters an expected one.
TEST(StoredRecord, OneChangedCountTurnsExactlyOneNode) {
  const Record record = stored_record();
  const json before = json::parse(printed(record, to_json));
  for (std::size_t changed = 0; changed < record.nodes.size(); ++changed) {
    Record tampered = record;
    for (Counts& counts : tampered.nodes[changed].counts) counts[Event::add_sp] += 1000;
    const json after = json::parse(printed(tampered, to_json));
    ASSERT_EQ(after["nodes"].size(), before["nodes"].size());
    for (std::size_t i = 0; i < before["nodes"].size(); ++i) {
      const bool is_changed = before["nodes"][i]["id"] == "n" + std::to_string(record.nodes[changed].id);
      EXPECT_EQ(after["nodes"][i]["expected"], before["nodes"][i]["expected"]);
      EXPECT_EQ(after["nodes"][i]["verdict"], is_changed ? json("mismatch") : before["nodes"][i]["verdict"]);
    }
  }
}

}  // namespace
}  // namespace flopaudit
