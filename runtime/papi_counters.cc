// The only file that knows PAPI.
//
// fpcount's totals become PAPI software-defined events: a callback reads one of them by client request, in instant mode
// (delta mode keeps its baseline by counter, not by event set, so we take the differences ourselves). The harness then
// reads software and hardware events alike.
#include "runtime/papi_counters.h"

#include <papi.h>
#include <sde_lib.h>

#include <string>
#include <vector>

#include "runtime/counter_events.h"
#include "runtime/counter_probe.h"
#include "runtime/fpcount/requests.h"

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

Error papi_error(const std::string& what, int code) {
  return environment_error(what + ": PAPI says \"" + PAPI_strerror(code) + "\"");
}

// Registers the software-defined events, where there are any, and initialises PAPI; once a process.
Result<void> initialise_papi() {
  static const int status = [] {
    if (runs_under_fpcount()) {
      papi_handle_t handle = papi_sde_init("fpcount");
      for (std::uintptr_t i = 0; i < kFpcountNames.size(); ++i)
        papi_sde_register_counter_cb(handle, std::string(kFpcountNames[i]).c_str(), PAPI_SDE_RO | PAPI_SDE_INSTANT,
                                     PAPI_SDE_long_long, read_class, reinterpret_cast<void*>(i));
      // Valgrind does not pass hardware counters on; PAPI would believe /proc/cpuinfo and probe for them.
      PAPI_disable_component_by_name("perf_event");
    }
    return PAPI_library_init(PAPI_VER_CURRENT);
  }();
  if (status == PAPI_VER_CURRENT) return {};
  if (status > 0)
    return environment_error("the PAPI library is of another version than the one this program was built with");
  return papi_error("PAPI does not start", status);
}

ProbeFailure failure_of(int code, const PmuState& state) {
  if (!state.has_pmu) return ProbeFailure::no_pmu;
  // PAPI 7.0 disables its component, and so knows no event, where the kernel forbids them.
  if (code == PAPI_EPERM || (state.paranoid > 2 && !state.is_root)) return ProbeFailure::no_permission;
  if (code == PAPI_ECNFLCT || code == PAPI_EISRUN) return ProbeFailure::busy;
  if (code == PAPI_ENOEVNT || code == PAPI_ECMP || code == PAPI_ENOCMP) return ProbeFailure::event_unknown;
  return ProbeFailure::other;
}

// One event set: never multiplexed, one thread.
class EventSet {
 public:
  EventSet() = default;
  EventSet(const EventSet&) = delete;
  EventSet& operator=(const EventSet&) = delete;
  ~EventSet() {
    if (set_ == PAPI_NULL) return;
    if (running_) PAPI_stop(set_, values_.data());
    PAPI_cleanup_eventset(set_);
    PAPI_destroy_eventset(&set_);
  }

  // PAPI_OK or the code of the failure; `failed` is then the event's name.
  int add(const std::vector<std::string>& names, std::string& failed) {
    int code = PAPI_create_eventset(&set_);
    for (std::size_t i = 0; i < names.size() && code == PAPI_OK; ++i) {
      failed = names[i];
      code = PAPI_add_named_event(set_, names[i].c_str());
    }
    values_.resize(names.size());
    return code;
  }
  Result<void> start() {
    const int code = PAPI_start(set_);
    if (code != PAPI_OK) return papi_error("the counters cannot be started", code);
    running_ = true;
    return {};
  }
  Result<void> stop() {
    if (!running_) return {};
    running_ = false;
    const int code = PAPI_stop(set_, values_.data());
    if (code != PAPI_OK) return papi_error("the counters cannot be stopped", code);
    return {};
  }
  Result<const std::vector<long long>*> read() {
    if (!running_) return environment_error("the counters were read before they were started");
    const int code = PAPI_read(set_, values_.data());
    if (code != PAPI_OK) return papi_error("the counters cannot be read", code);
    for (const long long value : values_) {
      // PAPI answers -1 for a software-defined event that nobody registered.
      if (value < 0) return environment_error("PAPI read a negative count: the counters are not connected");
    }
    return &values_;
  }

 private:
  int set_ = PAPI_NULL;
  bool running_ = false;
  std::vector<long long> values_;
};

class SoftwareCounters : public CounterSource {
 public:
  Result<void> open() {
    std::vector<std::string> names;
    for (const std::string_view name : kFpcountNames) names.push_back("sde:::fpcount::" + std::string(name));
    std::string failed;
    const int code = events_.add(names, failed);
    if (code != PAPI_OK) return papi_error("the event " + failed + " cannot be added", code);
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
  EventSet events_;
  long long unclassified_before_ = 0;
};

// Events that each stand for a number of FLOPs of one precision.
class WeightedCounters : public CounterSource {
 public:
  WeightedCounters(std::string name, std::string description, std::vector<CounterEvent> events,
                   std::array<std::int64_t, kEventCount> weights)
      : name_(std::move(name)), description_(std::move(description)), rows_(std::move(events)), weights_(weights) {}
  Result<void> open() {
    std::vector<std::string> names;
    for (const CounterEvent& row : rows_) names.emplace_back(row.papi_name);
    std::string failed;
    const int code = events_.add(names, failed);
    if (code == PAPI_OK) return {};
    const PmuState state = read_pmu_state();
    return environment_error(explain(failure_of(code, state), state, failed, PAPI_strerror(code)));
  }
  std::string name() const override { return name_; }
  std::string description() const override { return description_ + ", PAPI " + papi_version(); }
  CounterCapability capability() const override { return {false, weights_}; }
  Result<void> start() override { return events_.start(); }
  Result<void> stop() override { return events_.stop(); }
  Result<Counts> read() override {
    FA_ASSIGN(const std::vector<long long>* values, events_.read());
    Counts counts;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Event total = rows_[i].precision == Precision::single ? Event::add_sp : Event::add_dp;
      counts[total] += rows_[i].flops * (*values)[i];
    }
    return counts;
  }

 private:
  std::string name_;
  std::string description_;
  std::vector<CounterEvent> rows_;
  std::array<std::int64_t, kEventCount> weights_;
  EventSet events_;
};

Result<std::unique_ptr<CounterSource>> open_weighted(std::unique_ptr<WeightedCounters> source) {
  FA_TRY(initialise_papi());
  FA_TRY(source->open());
  return std::unique_ptr<CounterSource>(std::move(source));
}

Result<void> require_native(const std::string& word) {
  if (runs_under_fpcount())
    return environment_error("the counter source " + word + " cannot be read under Valgrind; use --counters software");
  const PmuState state = read_pmu_state();
  if (!state.has_pmu) return environment_error(explain(ProbeFailure::no_pmu, state, "", ""));
  return {};
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
  FA_TRY(initialise_papi());
  auto source = std::make_unique<SoftwareCounters>();
  FA_TRY(source->open());
  return std::unique_ptr<CounterSource>(std::move(source));
}

Result<std::unique_ptr<CounterSource>> open_hardware_counters() {
  FA_TRY(require_native("hardware"));
  const CpuIdentity cpu = cpu_identity();
  const CounterEventRow* row = counter_events_of(cpu);
  if (row == nullptr)
    return environment_error("no events are known that count floating-point work by precision on this processor (" +
                             cpu.vendor + " family " + std::to_string(cpu.family) + " model " +
                             std::to_string(cpu.model) + "); use --counters software");
  return open_weighted(std::make_unique<WeightedCounters>(
      "hardware",
      "native events of " + std::string(row->name) + " (FLOPs by precision; min, max and estimates included)",
      row->events, row->weights));
}

Result<std::unique_ptr<CounterSource>> open_preset_counters() {
  FA_TRY(require_native("preset"));
  // Where the presets exist they are made of the same events, so the processor's row says what they fold.
  const CounterEventRow* row = counter_events_of(cpu_identity());
  if (row == nullptr)
    return environment_error(
        "what PAPI_SP_OPS and PAPI_DP_OPS include on this processor is not known, so that they cannot be calibrated; "
        "use --counters software");
  return open_weighted(std::make_unique<WeightedCounters>(
      "preset", "PAPI_SP_OPS and PAPI_DP_OPS (FLOPs by precision; min, max and estimates included)",
      std::vector<CounterEvent>{{"PAPI_SP_OPS", Precision::single, 1}, {"PAPI_DP_OPS", Precision::double_, 1}},
      row->weights));
}

}  // namespace flopaudit
