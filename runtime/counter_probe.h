// Why hardware counters cannot be read, told apart, each with what to do about it.
#pragma once

#include <string>

namespace flopaudit {

enum class ProbeFailure : unsigned char {
  no_pmu,         // the machine shows no counters
  no_permission,  // it has them, and this process may not use them
  busy,           // others use them, or they are too few
  event_unknown,  // the library has no such event
  other,
};

// What the system says about its counters, as far as it matters for an explanation.
struct PmuState {
  bool has_pmu = false;  // the kernel offers the processor's event source
  int paranoid = 2;      // kernel.perf_event_paranoid
  bool is_root = false;
  bool has_perfmon = false;    // CAP_PERFMON or CAP_SYS_ADMIN
  unsigned linux_version = 0;  // major * 100 + minor; 0: not known

  // Whether kernel.perf_event_paranoid leaves this process its own counters.
  bool may_count() const { return paranoid <= 2 || is_root || has_perfmon; }
};
// `sys_root` is "" except in tests.
PmuState read_pmu_state(const std::string& sys_root = "");

// One sentence for `event`; `detail` is the library's own text, used where nothing better is known.
std::string explain(ProbeFailure failure, const PmuState& state, const std::string& event, const std::string& detail);

}  // namespace flopaudit
