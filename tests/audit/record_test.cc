#include "analyzer/audit/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/sample_record.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

TEST(Record, WrittenAndReadIsTheSame) {
  Record record = sample_record();
  record.nodes[1].seconds = {1e-5, 0.25};
  record.nodes[2].error = "it failed";
  record.nodes[3].not_run = "n1 (my::op) cannot run here";
  record.outputs_equal_forward = std::nullopt;
  record.outputs_equal_reason = "the forward cannot run in f64";
  record.partial = true;
  record.error = "n2: it failed";
  const std::string text = to_json(record);
  const Result<Record> read = record_from_json(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->ir, record.ir);
  EXPECT_EQ(read->seed, record.seed);
  EXPECT_EQ(read->nodes[0].counts, record.nodes[0].counts);
  EXPECT_EQ(read->nodes[1].seconds, record.nodes[1].seconds);
  EXPECT_EQ(read->nodes[2].error, "it failed");
  EXPECT_EQ(read->outputs_equal_forward, std::nullopt);
  EXPECT_EQ(read->calibration.kernels[0].measured, record.calibration.kernels[0].measured);
}

TEST(Record, WhatTheReadingsTakeInIsKept) {
  Record record = sample_record();
  CounterView fused{Event::fma_sp, {}};
  fused[Event::fma_sp] = fused[Event::fma_dp] = 2;
  record.calibration.views = {fused};
  const std::string text = to_json(record);
  EXPECT_THAT(text, HasSubstr(R"("views":[{"slot":"FMA_SP","takes_in":{"FMA_SP":2,"FMA_DP":2}}])"));
  const Result<Record> read = record_from_json(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->calibration.views, record.calibration.views);
  EXPECT_EQ(to_json(*read), text);
}

TEST(Record, NoCountsStayNoCounts) {
  Record record = sample_record();
  for (NodeMeasurement& node : record.nodes) node.counts.clear();
  const Result<Record> read = record_from_json(to_json(record));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->nodes[0].counts.empty());
}

std::string error_of(const std::string& text) {
  const Result<Record> read = record_from_json(text);
  if (read) return "it was read";
  EXPECT_EQ(read.error().kind, ErrorKind::input);
  EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
  return read.error().message;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the text: " + from);
  return text.replace(at, from.size(), to);
}

TEST(Record, DamagedViewsAreRefused) {
  Record record = sample_record();
  CounterView adds{Event::add_sp, {}};
  adds[Event::add_sp] = 1;
  record.calibration.views = {adds};
  const std::string text = to_json(record);
  EXPECT_THAT(error_of(replaced(text, R"("slot":"ADD_SP")", R"("slot":"SUM")")), HasSubstr("the slot `SUM`"));
  EXPECT_THAT(error_of(replaced(text, R"("takes_in":{"ADD_SP":1})", R"("takes_in":{"ADD_SP":"x"})")),
              HasSubstr("`takes_in` of a view of the counter"));
  EXPECT_THAT(error_of(replaced(text, R"("takes_in":)", R"("takes":)")), HasSubstr("`takes_in` is missing"));
}

TEST(Record, WhatIsNoRecordIsRefused) {
  EXPECT_THAT(error_of(""), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("[1, 2]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("{}"), HasSubstr("no `schema`"));
  EXPECT_THAT(error_of(R"({"schema": "flopaudit.record/2"})"), HasSubstr("flopaudit.record/2"));
  EXPECT_THAT(error_of(R"({"schema": "flopaudit.record/1"})"), HasSubstr("`flopaudit` is missing in the record"));
}

TEST(Record, DamageIsNamed) {
  const std::string text = to_json(sample_record());
  EXPECT_THAT(error_of(replaced(text, "\"repetitions\": 2", "\"repetitions\": \"2\"")), HasSubstr("`repetitions`"));
  EXPECT_THAT(error_of(replaced(text, "\"repetitions\": 2", "\"repetitions\": 99999999999")),
              HasSubstr("`repetitions`"));
  EXPECT_THAT(error_of(replaced(text, "ADD_SP", "ADD_XP")), HasSubstr("`ADD_XP`"));
  EXPECT_THAT(error_of(replaced(text, "\"iteration\":", "\"turn\":")), HasSubstr("`iteration` is missing in node n0"));
  EXPECT_THAT(error_of(text.substr(0, text.size() / 2)), HasSubstr("not a JSON object"));
}

TEST(Record, AnotherIrIsRefused) {
  const std::string text = to_json(sample_record());
  EXPECT_THAT(error_of(replaced(text, "mac/f32=16384", "mac/f32=16385")), HasSubstr("do not belong together"));
}

}  // namespace
}  // namespace flopaudit
