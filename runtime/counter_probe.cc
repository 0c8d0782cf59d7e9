#include "runtime/counter_probe.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace flopaudit {

PmuState read_pmu_state(const std::string& sys_root) {
  PmuState state;
  std::error_code ignored;
  // Hybrid processors have one source for each kind of core.
  for (const char* source : {"cpu", "cpu_core"})
    state.has_pmu |= std::filesystem::exists(sys_root + "/sys/bus/event_source/devices/" + source, ignored);
  std::ifstream(sys_root + "/proc/sys/kernel/perf_event_paranoid") >> state.paranoid;
  state.is_root = geteuid() == 0;
  return state;
}

std::string explain(ProbeFailure failure, const PmuState& state, const std::string& event, const std::string& detail) {
  const std::string instead = "or use --counters software";
  switch (failure) {
    case ProbeFailure::no_pmu:
      return "this machine shows no hardware performance counters (virtual machines and containers usually hide them); "
             "run on a machine that has them, " +
             instead;
    case ProbeFailure::no_permission:
      return "reading hardware counters is not permitted (kernel.perf_event_paranoid is " +
             std::to_string(state.paranoid) +
             "); set it to 2 or less with sysctl, or grant CAP_PERFMON, and in a container allow perf_event_open, " +
             instead;
    case ProbeFailure::busy:
      return "the hardware counters do not suffice for " + event +
             " beside what uses them already; stop other profilers and set kernel.nmi_watchdog=0, " + instead;
    case ProbeFailure::event_unknown:
      return "PAPI knows no event " + event + " on this processor; install a newer PAPI, " + instead;
    case ProbeFailure::other: break;
  }
  return "PAPI cannot count " + event + " (" + detail + "); " + instead.substr(3);
}

}  // namespace flopaudit
