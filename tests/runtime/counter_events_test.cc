#include "runtime/counter_events.h"

#include <gtest/gtest.h>

#include <set>

namespace flopaudit {
namespace {

TEST(CounterEvents, EveryRowCountsBothPrecisionsAndNamesAnEventOnce) {
  for (const CounterEventRow& row : counter_event_rows()) {
    std::set<std::string_view> names;
    std::set<Precision> precisions;
    for (const CounterEvent& event : row.events) {
      EXPECT_TRUE(names.insert(event.papi_name).second) << row.name << " " << event.papi_name;
      EXPECT_GT(event.flops, 0);
      precisions.insert(event.precision);
    }
    EXPECT_EQ(precisions.size(), 2U) << row.name;
    // Conversions have no precision of their own.
    EXPECT_EQ(row.weights[static_cast<std::size_t>(Event::cvt_ff)], 0);
    EXPECT_EQ(row.weights[static_cast<std::size_t>(Event::cvt_fi)], 0);
  }
}

TEST(CounterEvents, ARowIsFoundByFamilyAndModel) {
  const CounterEventRow* row = counter_events_of({"GenuineIntel", 6, 0x8F});
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "Intel Sapphire Rapids, Emerald Rapids");
  EXPECT_EQ(counter_events_of({"GenuineIntel", 6, 0x3C}), nullptr) << "Haswell counts no floating point";
  EXPECT_EQ(counter_events_of({"AuthenticAMD", 25, 17}), nullptr) << "Zen 4 does not tell the precisions apart";
}

TEST(CounterEvents, IntelFoldsMinMaxAndEstimatesButNoCompares) {
  Counts lanes;
  lanes[Event::add_sp] = 10;
  lanes[Event::fma_sp] = 7;
  lanes[Event::minmax_sp] = 5;
  lanes[Event::cmp_sp] = 1000;
  lanes[Event::cvt_fi] = 1000;
  lanes[Event::div_dp] = 3;
  Counts expected;
  expected[Event::add_sp] = 10 + 2 * 7 + 5;
  expected[Event::add_dp] = 3;
  EXPECT_EQ(weighted_totals(lanes, counter_event_rows().front().weights), expected);
}

TEST(CounterEvents, TheProcessorHasAName) {
  const CpuIdentity cpu = cpu_identity();
  EXPECT_EQ(cpu.vendor.size(), 12U);
  EXPECT_GT(cpu.family, 0U);
}

}  // namespace
}  // namespace flopaudit
