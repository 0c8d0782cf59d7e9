// Which events of which processors count floating-point work, and how much one of them is worth.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/audit/counts.h"

namespace flopaudit {

enum class Precision : unsigned char { single, double_ };

struct CounterEvent {
  std::string_view papi_name;
  Precision precision;
  std::int64_t flops;  // FLOPs that one count stands for
};

// The processor that the program sees, from CPUID.
struct CpuIdentity {
  std::string vendor;  // "GenuineIntel", "AuthenticAMD"
  unsigned family = 0;
  unsigned model = 0;
};
CpuIdentity cpu_identity();

// A group of processors that count alike.
struct CounterEventRow {
  std::string_view name;  // for people
  std::string_view vendor;
  unsigned family;
  std::vector<unsigned> models;
  std::vector<CounterEvent> events;
  std::array<std::int64_t, kEventCount> weights;  // CounterCapability::weights
};

const std::vector<CounterEventRow>& counter_event_rows();
// Null: none of our rows is for this processor.
const CounterEventRow* counter_events_of(const CpuIdentity& cpu);

// Lanes × weight: the totals that a source which does not separate classes should read, in ADD_SP and ADD_DP. The
// conversions (which have no precision) must have weight 0.
Counts weighted_totals(const Counts& lanes, const std::array<std::int64_t, kEventCount>& weights);

}  // namespace flopaudit
