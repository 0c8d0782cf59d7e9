// Which events of which processors count floating-point work, what one count of each is worth, and which classes of
// instructions it takes in: one row a family of processors.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/audit/counter_view.h"
#include "runtime/cpu_identity.h"

namespace flopaudit {

struct CounterEvent {
  std::string_view papi_name;  // of the native event, with its unit masks
  Event slot;                  // of the view that it is added to
  std::int64_t flops;          // FLOPs that one count stands for: lanes of a vector where instructions are counted
};

struct ModelRange {
  unsigned first, last;
};

// How the event takes x86's dot products (dpps, dppd), which are mul and add in one instruction.
enum class DotProducts : unsigned char {
  twice_a_lane,  // as FMA, padding lanes too
  unknown,       // no source says: calibration does not hold them to anything
};

// A family of processors that count alike.
struct CounterEventRow {
  std::string_view name;    // for people
  std::string_view vendor;  // as in CpuIdentity
  unsigned family;          // as in CpuIdentity
  std::vector<ModelRange> models;
  std::string_view no_counter;       // why none of its events counts FLOPs; the rest is then empty
  std::vector<CounterEvent> events;  // those of one view follow each other
  std::vector<CounterView> views;
  std::size_t most_events = 0;  // that fit at a time, where the processor's manual says so; 0: as many as its counters
  bool presets = false;         // PAPI_SP_OPS and PAPI_DP_OPS are made of these events
  bool speculative = false;     // instructions of wrong paths are counted too
  unsigned least_linux = 0;     // of the kernel, major * 100 + minor; 0: any
  DotProducts dot_products = DotProducts::unknown;
};

const std::vector<CounterEventRow>& counter_event_rows();
// Null: none of our rows is for this processor.
const CounterEventRow* counter_events_of(const CpuIdentity& cpu);

// The two views of PAPI_SP_OPS and PAPI_DP_OPS: all that the row counts of a precision. Empty where they do not exist.
std::vector<CounterView> preset_views(const CounterEventRow& row);

}  // namespace flopaudit
