// Counter sources that are read through PAPI. papi.h is included in papi_counters.cc only.
#pragma once

#include <memory>

#include "analyzer/support/result.h"
#include "runtime/counter_source.h"

namespace flopaudit {

// Whether this process runs under the Valgrind tool fpcount (of the version that this program knows).
bool runs_under_fpcount();

// Each opens its source, or is an environment Error that says what is missing and what to do about it.

// fpcount's counters, published as the software-defined events sde:::fpcount::ADD_SP ... Under fpcount only. read() is
// an Error once the program has executed floating-point operations that fpcount cannot classify.
Result<std::unique_ptr<CounterSource>> open_software_counters();
// The processor's own events (runtime/counter_events.h), weighted by us.
Result<std::unique_ptr<CounterSource>> open_hardware_counters();
// PAPI_SP_OPS and PAPI_DP_OPS, where they are made of events that we know.
Result<std::unique_ptr<CounterSource>> open_preset_counters();

// The version of the PAPI library, "7.0.0".
std::string papi_version();

}  // namespace flopaudit
