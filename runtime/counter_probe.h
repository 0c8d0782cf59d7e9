// Why hardware counters cannot be read, told apart, each with what to do about it.
#pragma once

#include <string>

namespace flopaudit {

enum class ProbeFailure : unsigned char { no_pmu, no_permission, busy, event_unknown, other };

// What the system says about its counters, as far as it matters for an explanation.
struct PmuState {
  bool has_pmu = false;  // the kernel offers a `cpu` event source
  int paranoid = 2;      // kernel.perf_event_paranoid
  bool is_root = false;
};
// `sys_root` is "" except in tests.
PmuState read_pmu_state(const std::string& sys_root = "");

// One sentence for `event`; `detail` is the library's own text, used where nothing better is known.
std::string explain(ProbeFailure failure, const PmuState& state, const std::string& event, const std::string& detail);

}  // namespace flopaudit
