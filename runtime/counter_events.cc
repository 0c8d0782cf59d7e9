#include "runtime/counter_events.h"

#include <cpuid.h>

#include <algorithm>
#include <cstring>

namespace flopaudit {
namespace {

std::array<std::int64_t, kEventCount> weights_of_intel() {
  std::array<std::int64_t, kEventCount> weights{};
  for (Event event : {Event::add_sp, Event::add_dp, Event::mul_sp, Event::mul_dp, Event::div_sp, Event::div_dp,
                      Event::sqrt_sp, Event::sqrt_dp, Event::minmax_sp, Event::minmax_dp, Event::est_sp, Event::est_dp})
    weights[static_cast<std::size_t>(event)] = 1;
  for (Event event : {Event::fma_sp, Event::fma_dp}) weights[static_cast<std::size_t>(event)] = 2;
  return weights;
}

// Event 0xC7 counts instructions, so each mask is worth its lanes; FMA counts twice in the hardware. It folds ADD, SUB,
// MUL, DIV, SQRT, MIN, MAX, RCP, RSQRT and FMA into one number, and leaves out compares, conversions and rounding.
// Source: Intel's perfmon event lists, FP_ARITH_INST_RETIRED (skylakex_core.json; same text for Ice Lake and later).
std::vector<CounterEvent> intel_fp_arith() {
  using enum Precision;
  return {
      {"FP_ARITH_INST_RETIRED:SCALAR_SINGLE", single, 1},
      {"FP_ARITH_INST_RETIRED:SCALAR_DOUBLE", double_, 1},
      {"FP_ARITH_INST_RETIRED:128B_PACKED_SINGLE", single, 4},
      {"FP_ARITH_INST_RETIRED:128B_PACKED_DOUBLE", double_, 2},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_SINGLE", single, 8},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_DOUBLE", double_, 4},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_SINGLE", single, 16},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_DOUBLE", double_, 8},
  };
}

// AMD has no row: Zen 2 to 4 count both precisions in one event, and what Zen 5 needs to tell them apart takes more
// counters than it has (four FLOP events, two counters each, of six).

}  // namespace

const std::vector<CounterEventRow>& counter_event_rows() {
  // Eight events: with hyper-threading, Skylake and Cascade Lake have four counters and will report a conflict.
  static const std::vector<CounterEventRow> rows = {
      {"Intel Skylake-SP, Cascade Lake", "GenuineIntel", 6, {0x55}, intel_fp_arith(), weights_of_intel()},
      {"Intel Ice Lake-SP", "GenuineIntel", 6, {0x6A, 0x6C}, intel_fp_arith(), weights_of_intel()},
      {"Intel Sapphire Rapids, Emerald Rapids", "GenuineIntel", 6, {0x8F, 0xCF}, intel_fp_arith(), weights_of_intel()},
  };
  return rows;
}

const CounterEventRow* counter_events_of(const CpuIdentity& cpu) {
  for (const CounterEventRow& row : counter_event_rows()) {
    if (row.vendor == cpu.vendor && row.family == cpu.family && std::ranges::count(row.models, cpu.model) > 0)
      return &row;
  }
  return nullptr;
}

CpuIdentity cpu_identity() {
  CpuIdentity cpu;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __get_cpuid(0, &eax, &ebx, &ecx, &edx);
  char vendor[13] = {};
  std::memcpy(vendor, &ebx, 4);
  std::memcpy(vendor + 4, &edx, 4);
  std::memcpy(vendor + 8, &ecx, 4);
  cpu.vendor = vendor;
  __get_cpuid(1, &eax, &ebx, &ecx, &edx);
  cpu.family = (eax >> 8U) & 0xFU;
  cpu.model = (eax >> 4U) & 0xFU;
  if (cpu.family == 6 || cpu.family == 15) cpu.model += ((eax >> 16U) & 0xFU) << 4U;
  if (cpu.family == 15) cpu.family += (eax >> 20U) & 0xFFU;
  return cpu;
}

Counts weighted_totals(const Counts& lanes, const std::array<std::int64_t, kEventCount>& weights) {
  Counts totals;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const bool is_double = kEventNames[i].ends_with("_DP");
    totals[is_double ? Event::add_dp : Event::add_sp] += lanes.lanes[i] * weights[i];
  }
  return totals;
}

}  // namespace flopaudit
