#include "runtime/counter_events.h"

#include <gtest/gtest.h>

#include <set>

#include "analyzer/audit/class_folding.h"

namespace flopaudit {
namespace {

std::string_view family_of(const CpuIdentity& cpu) {
  const CounterEventRow* row = counter_events_of(cpu);
  return row == nullptr ? "none" : row->name;
}

TEST(CounterEvents, EveryRowNamesAnEventOnceAndAViewForIt) {
  for (const CounterEventRow& row : counter_event_rows()) {
    EXPECT_EQ(row.events.empty(), !row.no_counter.empty()) << row.name;
    std::set<std::string_view> names;
    std::set<Event> slots, views;
    for (const CounterEvent& event : row.events) {
      EXPECT_TRUE(names.insert(event.papi_name).second) << row.name << " " << event.papi_name;
      EXPECT_GT(event.flops, 0);
      slots.insert(event.slot);
    }
    for (const CounterView& view : row.views) EXPECT_TRUE(views.insert(view.slot).second) << row.name;
    EXPECT_EQ(slots, views) << row.name;
  }
}

// What is open in a row is found by calibration; with either answer a record can be judged.
TEST(CounterEvents, EveryRowTakesInEachArithmeticClassOnce) {
  for (const CounterEventRow& row : counter_event_rows()) {
    for (const std::vector<CounterView>& rows_views : {row.views, preset_views(row)}) {
      std::vector<CounterView> views = rows_views;
      for (CounterView& view : views)
        for (std::int64_t& weight : view.weights) weight = std::max<std::int64_t>(weight, 0);
      const auto folding = ClassFolding::of(views);
      EXPECT_TRUE(folding) << row.name << ": " << folding.error().message;
    }
  }
}

TEST(CounterEvents, ARowIsFoundByFamilyAndModel) {
  EXPECT_EQ(family_of({"GenuineIntel", 6, 0x55}), "Intel Skylake-SP, Cascade Lake, Cooper Lake");
  EXPECT_EQ(family_of({"GenuineIntel", 6, 0x6A}), "Intel Ice Lake-SP");
  EXPECT_EQ(family_of({"GenuineIntel", 6, 0x8F}), "Intel Sapphire Rapids, Emerald Rapids");
  EXPECT_EQ(family_of({"GenuineIntel", 6, 0x3C}), "Intel Haswell");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x17, 0x01}), "AMD Zen 1");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x17, 0x31}), "AMD Zen 2");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x19, 0x21}), "AMD Zen 3");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x19, 0x11}), "AMD Zen 4");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x1A, 0x44}), "AMD Zen 5");
  EXPECT_EQ(family_of({"AuthenticAMD", 0x1A, 0x50}), "none") << "a later generation";
  EXPECT_EQ(family_of({"ARM", 0x41, 0xD40}), "ARM Neoverse V1");
  EXPECT_EQ(family_of({"ARM", 0x46, 0x001}), "Fujitsu A64FX");
  EXPECT_EQ(family_of({"GenuineIntel", 15, 0x55}), "none");
}

TEST(CounterEvents, NoTwoRowsAreForOneProcessor) {
  for (const CounterEventRow& row : counter_event_rows()) {
    for (const ModelRange& range : row.models) {
      for (unsigned model = range.first; model <= range.last; ++model)
        EXPECT_EQ(family_of({std::string(row.vendor), row.family, model}), row.name) << model;
    }
  }
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
  EXPECT_EQ(viewed(lanes, counter_events_of({"GenuineIntel", 6, 0x55})->views), expected);
}

TEST(CpuIdentity, TheProcessorHasAName) {
  const CpuIdentity cpu = cpu_identity();
  EXPECT_EQ(cpu.vendor.size(), 12U);
  EXPECT_GT(cpu.family, 0U);
}

TEST(CpuIdentity, IsReadFromCpuinfo) {
  const CpuIdentity arm = cpu_identity_in_cpuinfo(
      "processor\t: 0\nBogoMIPS\t: 2100.00\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\n"
      "CPU part\t: 0xd40\nCPU revision\t: 1\n\nprocessor\t: 1\nCPU implementer\t: 0x46\n");
  EXPECT_EQ(arm.to_string(), "ARM implementer 0x41 part 0xd40");
  const CpuIdentity x86 = cpu_identity_in_cpuinfo(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n");
  EXPECT_EQ(x86.to_string(), "AuthenticAMD family 25 model 17");
  EXPECT_EQ(cpu_identity_in_cpuinfo("").to_string(), "unknown");
  EXPECT_EQ(cpu_identity_in_cpuinfo("nonsense\n::\n").to_string(), "unknown");
}

}  // namespace
}  // namespace flopaudit
