#include "runtime/counter_probe.h"

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace flopaudit {
namespace {

constexpr unsigned kCapSysAdmin = 21, kCapPerfmon = 38;  // linux/capability.h

// "6.1.0-18-amd64" -> 601.
unsigned version_in(const std::string& file) {
  unsigned major = 0, minor = 0;
  char dot = 0;
  std::ifstream(file) >> major >> dot >> minor;
  return major * 100 + minor;
}

// The line "CapEff:	000001ffffffffff".
std::uint64_t capabilities_in(const std::string& file) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;) {
    std::uint64_t set = 0;
    if (word == "CapEff:" && lines >> std::hex >> set) return set;
  }
  return 0;
}

}  // namespace

PmuState read_pmu_state(const std::string& sys_root) {
  PmuState state;
  std::error_code ignored;
  // Hybrid processors have one source for each kind of core; ARM names it after the architecture or the core.
  for (const auto& source : std::filesystem::directory_iterator(sys_root + "/sys/bus/event_source/devices", ignored)) {
    const std::string name = source.path().filename();
    state.has_pmu |= name == "cpu" || name == "cpu_core" || name.starts_with("armv8");
  }
  std::ifstream(sys_root + "/proc/sys/kernel/perf_event_paranoid") >> state.paranoid;
  state.linux_version = version_in(sys_root + "/proc/sys/kernel/osrelease");
  const std::uint64_t capabilities = capabilities_in(sys_root + "/proc/self/status");
  state.has_perfmon = (capabilities >> kCapSysAdmin & 1U) != 0 || (capabilities >> kCapPerfmon & 1U) != 0;
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
      if (state.may_count())
        return "reading hardware counters is not permitted though kernel.perf_event_paranoid allows it, as in a "
               "container whose seccomp profile forbids perf_event_open; start the container with that call allowed "
               "or with CAP_PERFMON, " +
               instead;
      return "reading hardware counters is not permitted (kernel.perf_event_paranoid is " +
             std::to_string(state.paranoid) + "); set it to 2 or less with sysctl, or grant CAP_PERFMON, " + instead;
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
