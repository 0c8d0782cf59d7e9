// What PAPI counts, as counter sources; runtime/papi_library.h opens PAPI itself.
//
// fpcount's totals become PAPI software-defined events: a callback reads one of them by client request, in instant mode
// (delta mode keeps its baseline by counter, not by event set, so we take the differences ourselves). The harness then
// reads software and hardware events alike.
#include "runtime/papi_counters.h"

#include <string>
#include <vector>

#include "runtime/counter_events.h"
#include "runtime/counter_probe.h"
#include "runtime/event_set.h"
#include "runtime/fpcount/requests.h"
#include "runtime/hardware_counters.h"
#include "runtime/papi_library.h"

namespace flopaudit {
namespace {

#define FA_FPCOUNT_NAME(name) #name,
constexpr std::array<std::string_view, FPCOUNT_CLASS_COUNT> kFpcountNames = {FPCOUNT_CLASSES(FA_FPCOUNT_NAME)};
#undef FA_FPCOUNT_NAME

// The tool's classes are our events, in our order, and then UNCLASSIFIED.
consteval bool classes_are_events() {
  for (std::size_t i = 0; i < kEventCount; ++i)
    if (kFpcountNames[i] != kEventNames[i]) return false;
  return FPCOUNT_CLASS_COUNT == kEventCount + 1;
}
static_assert(classes_are_events());

// Called by PAPI_read, under a lock of libsde: reads a number, does nothing else.
long long read_class(void* index) {
  return static_cast<long long>(fpcount_read_one(reinterpret_cast<std::uintptr_t>(index)));
}

Error papi_error(const PapiLibrary& papi, const std::string& what, int code) {
  return environment_error(what + ": PAPI says \"" + papi.PAPI_strerror(code) + "\"");
}

// Registers the software-defined events, where there are any, and initialises PAPI.
int initialise(const PapiLibrary& papi) {
  if (runs_under_fpcount()) {
    papi_handle_t handle = papi.papi_sde_init("fpcount");
    for (std::uintptr_t i = 0; i < kFpcountNames.size(); ++i)
      papi.papi_sde_register_counter_cb(handle, std::string(kFpcountNames[i]).c_str(), PAPI_SDE_RO | PAPI_SDE_INSTANT,
                                        PAPI_SDE_long_long, read_class, reinterpret_cast<void*>(i));
    // Valgrind does not pass hardware counters on; PAPI would believe /proc/cpuinfo and probe for them.
    papi.PAPI_disable_component_by_name("perf_event");
  }
  return papi.PAPI_library_init(PAPI_VER_CURRENT);
}

// PAPI, opened and initialised; once a process.
Result<const PapiLibrary*> initialised_papi() {
  FA_ASSIGN(const PapiLibrary* papi, papi_library());
  static const int status = initialise(*papi);
  if (status == PAPI_VER_CURRENT) return papi;
  if (status > 0)
    return environment_error("the PAPI library is of another version than the one this program was built with");
  return papi_error(*papi, "PAPI does not start", status);
}

ProbeFailure failure_of(int code, const PmuState& state) {
  if (!state.has_pmu) return ProbeFailure::no_pmu;
  // PAPI 7.0 disables its component, and so knows no event, where the kernel forbids them.
  if (code == PAPI_EPERM || !state.may_count()) return ProbeFailure::no_permission;
  if (code == PAPI_ECNFLCT || code == PAPI_EISRUN) return ProbeFailure::busy;
  if (code == PAPI_ENOEVNT || code == PAPI_ECMP || code == PAPI_ENOCMP) return ProbeFailure::event_unknown;
  return ProbeFailure::other;
}

// One event set: never multiplexed, one thread.
class PapiEventSet : public EventSet {
 public:
  explicit PapiEventSet(const PapiLibrary& papi) : papi_(papi) {}
  PapiEventSet(const PapiEventSet&) = delete;
  PapiEventSet& operator=(const PapiEventSet&) = delete;
  ~PapiEventSet() override {
    if (set_ == PAPI_NULL) return;
    if (running_) papi_.PAPI_stop(set_, values_.data());
    papi_.PAPI_cleanup_eventset(set_);
    papi_.PAPI_destroy_eventset(&set_);
  }

  std::optional<AddFailure> add(const std::string& event) override {
    int code = set_ == PAPI_NULL ? papi_.PAPI_create_eventset(&set_) : PAPI_OK;
    if (code == PAPI_OK) code = papi_.PAPI_add_named_event(set_, event.c_str());
    if (code != PAPI_OK) return AddFailure{failure_of(code, read_pmu_state()), papi_.PAPI_strerror(code)};
    values_.push_back(0);
    return std::nullopt;
  }
  Result<void> start() override {
    const int code = papi_.PAPI_start(set_);
    if (code == PAPI_ECNFLCT || code == PAPI_EISRUN)
      return environment_error(explain(ProbeFailure::busy, read_pmu_state(), "these events", ""));
    if (code != PAPI_OK) return papi_error(papi_, "the counters cannot be started", code);
    running_ = true;
    return {};
  }
  Result<void> stop() override {
    if (!running_) return {};
    running_ = false;
    const int code = papi_.PAPI_stop(set_, values_.data());
    if (code != PAPI_OK) return papi_error(papi_, "the counters cannot be stopped", code);
    return {};
  }
  Result<const std::vector<long long>*> read() override {
    if (!running_) return environment_error("the counters were read before they were started");
    const int code = papi_.PAPI_read(set_, values_.data());
    if (code != PAPI_OK) return papi_error(papi_, "the counters cannot be read", code);
    for (const long long value : values_) {
      // PAPI answers -1 for a software-defined event that nobody registered.
      if (value < 0) return environment_error("PAPI read a negative count: the counters are not connected");
    }
    return &values_;
  }

 private:
  const PapiLibrary& papi_;
  int set_ = PAPI_NULL;
  bool running_ = false;
  std::vector<long long> values_;
};

class SoftwareCounters : public CounterSource {
 public:
  explicit SoftwareCounters(const PapiLibrary& papi) : events_(papi) {}
  Result<void> open() {
    for (const std::string_view name : kFpcountNames) {
      const std::string event = "sde:::fpcount::" + std::string(name);
      if (const std::optional<AddFailure> failure = events_.add(event))
        return environment_error("the event " + event + " cannot be added: PAPI says \"" + failure->detail + "\"");
    }
    return {};
  }
  std::string name() const override { return "software"; }
  std::string description() const override {
    return "fpcount " + std::to_string(fpcount_version()) + " under Valgrind, read as sde:::fpcount::* by PAPI " +
           papi_version();
  }
  Result<void> start() override {
    FA_TRY(events_.start());
    FA_ASSIGN(const std::vector<long long>* values, events_.read());
    unclassified_before_ = values->back();
    return {};
  }
  Result<void> stop() override { return events_.stop(); }
  Result<Counts> read() override {
    FA_ASSIGN(const std::vector<long long>* values, events_.read());
    if (values->back() != unclassified_before_)
      return environment_error("the program executed " + std::to_string(values->back() - unclassified_before_) +
                               " floating-point operations that fpcount cannot classify (x87 transcendentals, for "
                               "one), so that its counts would be too low");
    Counts counts;
    for (std::size_t i = 0; i < kEventCount; ++i) counts.lanes[i] = (*values)[i];
    return counts;
  }

 private:
  PapiEventSet events_;
  long long unclassified_before_ = 0;
};

Result<std::unique_ptr<EventSet>> new_papi_set() {
  FA_ASSIGN(const PapiLibrary* papi, initialised_papi());
  return std::unique_ptr<EventSet>(std::make_unique<PapiEventSet>(*papi));
}

Result<void> require_native(const std::string& word) {
  if (runs_under_fpcount())
    return environment_error("the counter source " + word + " cannot be read under Valgrind; use --counters software");
  const PmuState state = read_pmu_state();
  if (!state.has_pmu) return environment_error(explain(ProbeFailure::no_pmu, state, "", ""));
  return {};
}

// What this processor counts. An event may be read where the kernel cannot count it: older ones do not pair AMD's.
Result<const CounterEventRow*> row_of_this_processor(const PmuState& state) {
  const CpuIdentity cpu = cpu_identity();
  const CounterEventRow* row = counter_events_of(cpu);
  if (row == nullptr)
    return environment_error("no events are known that count floating-point work on this processor (" +
                             cpu.to_string() + "); use --counters software");
  if (state.linux_version != 0 && state.linux_version < row->least_linux)
    return environment_error("Linux before " + std::to_string(row->least_linux / 100) + "." +
                             std::to_string(row->least_linux % 100) + " does not count the events of " +
                             std::string(row->name) + " beyond 15 a cycle; use a newer kernel, or --counters software");
  return row;
}

Result<std::unique_ptr<CounterSource>> open_row(const std::string& word,
                                                Result<HardwareEvents> (*events_of)(const CounterEventRow&)) {
  FA_TRY(require_native(word));
  const PmuState state = read_pmu_state();
  FA_ASSIGN(const CounterEventRow* row, row_of_this_processor(state));
  FA_ASSIGN(HardwareEvents events, events_of(*row));
  events.what += ", PAPI " + papi_version();
  return open_events(std::move(events), new_papi_set, state);
}

}  // namespace

bool runs_under_fpcount() { return fpcount_version() == FPCOUNT_VERSION; }

std::string papi_version() {
  return std::to_string(PAPI_VERSION_MAJOR(PAPI_VERSION)) + "." + std::to_string(PAPI_VERSION_MINOR(PAPI_VERSION)) +
         "." + std::to_string(PAPI_VERSION_REVISION(PAPI_VERSION));
}

Result<std::unique_ptr<CounterSource>> open_software_counters() {
  const unsigned long long version = fpcount_version();
  if (version == 0)
    return environment_error(
        "the software counter exists only under the Valgrind tool fpcount, and this process runs without it; "
        "`flopaudit measure` starts itself again under the tool");
  if (version != FPCOUNT_VERSION)
    return environment_error("the Valgrind tool fpcount has version " + std::to_string(version) + " and not " +
                             std::to_string(FPCOUNT_VERSION) + "; build flopaudit again");
  FA_ASSIGN(const PapiLibrary* papi, initialised_papi());
  auto source = std::make_unique<SoftwareCounters>(*papi);
  FA_TRY(source->open());
  return std::unique_ptr<CounterSource>(std::move(source));
}

Result<std::unique_ptr<CounterSource>> open_hardware_counters() { return open_row("hardware", native_events); }
Result<std::unique_ptr<CounterSource>> open_preset_counters() { return open_row("preset", preset_events); }

}  // namespace flopaudit
