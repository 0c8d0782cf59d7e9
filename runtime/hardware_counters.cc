#include "runtime/hardware_counters.h"

namespace flopaudit {
namespace {

struct Pass {
  std::unique_ptr<EventSet> set;
  std::vector<CounterEvent> events;
};

bool is_double(const CounterEvent& event) { return kEventNames[static_cast<std::size_t>(event.slot)].ends_with("_DP"); }

// Events that should be counted together: those of a precision.
std::vector<std::vector<CounterEvent>> groups_of(const std::vector<CounterEvent>& events) {
  std::vector<std::vector<CounterEvent>> groups;
  for (const CounterEvent& event : events) {
    if (groups.empty() || is_double(groups.back().front()) != is_double(event)) groups.emplace_back();
    groups.back().push_back(event);
  }
  return groups;
}

class PassPlanner {
 public:
  PassPlanner(const EventSetMaker& new_set, std::size_t most_events, const PmuState& state)
      : new_set_(new_set), most_events_(most_events), state_(state) {}

  Result<std::vector<Pass>> plan(const std::vector<CounterEvent>& events) {
    // All at once, then a precision at a time, then as many as fit.
    FA_ASSIGN(const bool all_fit, try_together(events));
    if (all_fit) return std::move(passes_);
    for (const auto& group : groups_of(events)) {
      FA_ASSIGN(const bool fits, try_together(group));
      if (!fits) FA_TRY(split(group));
    }
    return std::move(passes_);
  }

 private:
  // One pass of all of them, if they fit. Errors: what is not a matter of room.
  Result<bool> try_together(const std::vector<CounterEvent>& events) {
    FA_ASSIGN(Pass pass, empty_pass());
    for (const CounterEvent& event : events) {
      FA_ASSIGN(const bool added, add(pass, event));
      if (!added) return false;
    }
    passes_.push_back(std::move(pass));
    return true;
  }

  Result<void> split(const std::vector<CounterEvent>& events) {
    FA_ASSIGN(Pass pass, empty_pass());
    for (const CounterEvent& event : events) {
      FA_ASSIGN(bool added, add(pass, event));
      if (!added && !pass.events.empty()) {
        passes_.push_back(std::move(pass));
        FA_ASSIGN(pass, empty_pass());
        FA_ASSIGN(added, add(pass, event));
      }
      if (!added) return environment_error(explain(ProbeFailure::busy, state_, std::string(event.papi_name), ""));
    }
    passes_.push_back(std::move(pass));
    return {};
  }

  Result<Pass> empty_pass() {
    FA_ASSIGN(std::unique_ptr<EventSet> set, new_set_());
    return Pass{std::move(set), {}};
  }

  // False: there is no room for it.
  Result<bool> add(Pass& pass, const CounterEvent& event) {
    if (most_events_ != 0 && pass.events.size() == most_events_) return false;
    const std::string name(event.papi_name);
    if (const std::optional<AddFailure> failure = pass.set->add(name)) {
      if (failure->kind == ProbeFailure::busy) return false;
      return environment_error(explain(failure->kind, state_, name, failure->detail));
    }
    pass.events.push_back(event);
    return true;
  }

  const EventSetMaker& new_set_;
  std::size_t most_events_;
  const PmuState& state_;
  std::vector<Pass> passes_;
};

class HardwareCounters : public CounterSource {
 public:
  HardwareCounters(HardwareEvents events, std::vector<Pass> passes)
      : events_(std::move(events)), passes_(std::move(passes)) {}

  std::string name() const override { return events_.name; }
  std::string description() const override {
    return events_.what + (passes_.size() == 1 ? "" : ", in " + std::to_string(passes_.size()) + " passes");
  }
  CounterCapability capability() const override { return {events_.views, events_.dot_products, false}; }

  std::size_t passes() const override { return passes_.size(); }
  void select_pass(std::size_t pass) override { selected_ = pass; }

  Result<void> start() override { return passes_[selected_].set->start(); }
  Result<void> stop() override { return passes_[selected_].set->stop(); }
  Result<Counts> read() override {
    const Pass& pass = passes_[selected_];
    FA_ASSIGN(const std::vector<long long>* values, pass.set->read());
    Counts counts;
    for (std::size_t i = 0; i < pass.events.size(); ++i)
      counts[pass.events[i].slot] += pass.events[i].flops * (*values)[i];
    return counts;
  }

 private:
  HardwareEvents events_;
  std::vector<Pass> passes_;
  std::size_t selected_ = 0;
};

}  // namespace

Result<HardwareEvents> native_events(const CounterEventRow& row) {
  if (!row.no_counter.empty())
    return environment_error(std::string(row.name) + ": " + std::string(row.no_counter) + "; use --counters software");
  std::string what = "native events of " + std::string(row.name);
  if (row.speculative) what += " (speculative: instructions of wrong paths count too)";
  return HardwareEvents{"hardware", std::move(what), row.events, row.views, row.most_events, row.dot_products};
}

Result<HardwareEvents> preset_events(const CounterEventRow& row) {
  if (!row.presets)
    return environment_error("PAPI has no PAPI_SP_OPS and PAPI_DP_OPS for " + std::string(row.name) +
                             "; use --counters hardware or software");
  return HardwareEvents{"preset",
                        "PAPI_SP_OPS and PAPI_DP_OPS of " + std::string(row.name),
                        {{"PAPI_SP_OPS", Event::add_sp, 1}, {"PAPI_DP_OPS", Event::add_dp, 1}},
                        preset_views(row),
                        row.most_events,
                        row.dot_products};
}

Result<std::unique_ptr<CounterSource>> open_events(HardwareEvents events, const EventSetMaker& new_set,
                                                   const PmuState& state) {
  FA_ASSIGN(std::vector<Pass> passes, PassPlanner(new_set, events.most_events, state).plan(events.events));
  return std::unique_ptr<CounterSource>(std::make_unique<HardwareCounters>(std::move(events), std::move(passes)));
}

}  // namespace flopaudit
