#include "analyzer/report/counters_report.h"

#include <gtest/gtest.h>

#include "tests/support/golden.h"

namespace flopaudit {
namespace {

// A Zen 4 by hand: what each reading takes in, one kernel of each source.
CountersReport sample() {
  CountersReport report;
  report.path = "standard";
  report.processor = "AuthenticAMD family 25 model 17";
  report.family = "AMD Zen 4";
  report.has_pmu = true;
  report.linux_version = "6.1";
  report.events = {{"RETIRED_SSE_AVX_FLOPS:ADD_SUB_FLOPS", Event::add_sp, 1},
                   {"RETIRED_SSE_AVX_FLOPS:MAC_FLOPS", Event::fma_sp, 1}};
  CounterView adds{Event::add_sp, {}}, fused{Event::fma_sp, {}};
  for (const Event event : {Event::add_sp, Event::add_dp}) adds[event] = 1;
  for (const Event event : {Event::fma_sp, Event::fma_dp}) fused[event] = 2;
  Counts read;
  read[Event::add_sp] = 400;
  CountersReport::Source hardware{"hardware", "native events of AMD Zen 4, in 2 passes, PAPI 7.0.0", "", {}};
  hardware.calibration.trusted = true;
  hardware.calibration.views = {adds, fused};
  hardware.calibration.kernels = {{"addps xmm", read, read}};
  CountersReport::Source preset{"preset", "", "PAPI has no PAPI_SP_OPS and PAPI_DP_OPS for AMD Zen 4", {}};
  CountersReport::Source software{"software", "fpcount", "", {}};
  software.calibration.trusted = true;
  software.calibration.kernels = {{"addps xmm", read, read}};
  report.sources = {hardware, preset, software};
  return report;
}

TEST(CountersReport, Text) { expect_golden("testdata/reports/counters.txt", to_text(sample())); }
TEST(CountersReport, Json) { expect_golden("testdata/reports/counters.json", to_json(sample())); }
TEST(CountersReport, KernelsOfUsableSources) {
  EXPECT_EQ(to_csv(kernel_table(sample())),
            "source,kernel,expected,measured\r\nhardware,addps xmm,ADD_SP 400,ADD_SP 400\r\n"
            "software,addps xmm,ADD_SP 400,ADD_SP 400\r\n");
}

TEST(CountersReport, AMachineThatHidesItsCountersSaysSo) {
  CountersReport report = sample();
  report.has_pmu = false;
  EXPECT_NE(to_text(report).find("the machine shows no hardware counters; kernel.perf_event_paranoid 2"),
            std::string::npos);
  report.has_pmu = true;
  report.paranoid = 4;
  report.may_count = false;
  EXPECT_NE(to_text(report).find("kernel.perf_event_paranoid 4, which does not let this process use them"),
            std::string::npos);
  report.family = "Intel Haswell";
  report.events.clear();
  report.no_counter = "it has none";
  EXPECT_NE(to_text(report).find("events     none: it has none"), std::string::npos);
}

}  // namespace
}  // namespace flopaudit
