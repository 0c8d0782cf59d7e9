// The source of a processor's own events: what it reads is the weighted sum of the events of each view. Events that do
// not fit beside each other are counted in passes, one after the other; nothing is multiplexed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/counter_events.h"
#include "runtime/counter_probe.h"
#include "runtime/counter_source.h"
#include "runtime/event_set.h"

namespace flopaudit {

struct HardwareEvents {
  std::string name;  // "hardware" or "preset"
  std::string what;  // for people
  std::vector<CounterEvent> events;
  std::vector<CounterView> views;
  std::size_t most_events = 0;  // in one set; 0: as many as the library takes
  DotProducts dot_products = DotProducts::unknown;
};

// A row's native events; PAPI_SP_OPS and PAPI_DP_OPS as the row explains them. Errors: environment: the row counts no
// FLOPs, or has no presets.
Result<HardwareEvents> native_events(const CounterEventRow& row);
Result<HardwareEvents> preset_events(const CounterEventRow& row);

// Events of one precision stay together where they fit. Errors: environment: one event cannot be counted; the sentence
// says why and what to do.
Result<std::unique_ptr<CounterSource>> open_events(HardwareEvents events, const EventSetMaker& new_set,
                                                   const PmuState& state);

}  // namespace flopaudit
