#include "tests/runtime/scripted_pmu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/golden.h"

namespace flopaudit {
namespace {

class ScriptedEventSet : public EventSet {
 public:
  explicit ScriptedEventSet(const ScriptedPmu& pmu) : pmu_(pmu) {}

  std::optional<AddFailure> add(const std::string& event) override {
    if (pmu_.refuses) return pmu_.refuses;
    if (!pmu_.answers_for && !pmu_.table().has(event)) return AddFailure{ProbeFailure::event_unknown, "no such event"};
    if ((events_.size() + 1) * pmu_.counters_an_event > pmu_.counters)
      return AddFailure{ProbeFailure::busy, "no counter is left"};
    events_.push_back(event);
    return std::nullopt;
  }
  Result<void> start() override {
    step_ = 0;
    totals_.assign(events_.size(), 1000);  // counters do not begin at 0
    running_ = true;
    return {};
  }
  Result<void> stop() override {
    running_ = false;
    return {};
  }
  Result<const std::vector<long long>*> read() override {
    if (!running_) return environment_error("the scripted counters were read before they were started");
    if (step_ == pmu_.script.size()) return environment_error("the script of the counters has ended");
    for (std::size_t i = 0; i < events_.size(); ++i) totals_[i] += pmu_.read(events_[i], step_);
    ++step_;
    return &totals_;
  }

 private:
  const ScriptedPmu& pmu_;
  std::vector<std::string> events_;
  std::vector<long long> totals_;
  std::size_t step_ = 0;
  bool running_ = false;
};

// Lanes of doubles by the end of their class's name.
int lane_bits(const std::string& work_class) { return work_class.ends_with("_DP") ? 64 : 32; }

// How many of the lanes are done in vectors of `bits`.
std::int64_t lanes_in(const std::string& work_class, std::int64_t lanes, int work_bits, int bits) {
  if (work_bits != 0) return work_bits == bits ? lanes : 0;
  // As wide as they allow: 256 bits, then 128, then one by one.
  const std::int64_t in_256 = lanes / (256 / lane_bits(work_class)) * (256 / lane_bits(work_class));
  const std::int64_t in_128 = (lanes - in_256) / (128 / lane_bits(work_class)) * (128 / lane_bits(work_class));
  if (bits == 256) return in_256;
  if (bits == 128) return in_128;
  return bits == 1 ? lanes - in_256 - in_128 : 0;
}

int bits_of(const std::string& kernel) {
  for (const auto& [word, bits] : {std::pair("zmm", 512), std::pair("ymm", 256), std::pair("xmm", 128)})
    if (kernel.find(word) != std::string::npos) return bits;
  const std::vector<std::string> packed = {"addps subps same operands", "duplicate packed", "side exit"};
  return std::ranges::count(packed, kernel) > 0 ? 128 : 1;
}

}  // namespace

ScriptedWork work_of(const Counts& lanes, int bits) {
  ScriptedWork work{{}, bits};
  for (std::size_t i = 0; i < kEventCount; ++i)
    if (lanes.lanes[i] != 0) work.lanes[std::string(kEventNames[i])] = lanes.lanes[i];
  return work;
}

EventTable EventTable::of(const std::string& family) {
  EventTable table;
  std::ifstream file(source_path("testdata/counters/" + family + ".tsv"));
  bool is_header = true;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    if (std::exchange(is_header, false)) continue;
    std::istringstream fields(line);
    std::string event, bits;
    Rule rule{};
    fields >> event >> rule.work_class >> bits >> rule.lanes >> rule.counts;
    rule.bits = bits == "*" ? 0 : std::stoi(bits);
    if (!table.rules_.contains(event)) table.events_.push_back(event);
    table.rules_[event].push_back(rule);
  }
  EXPECT_FALSE(table.events_.empty()) << family;
  return table;
}

std::int64_t EventTable::counts(const std::string& event, const ScriptedWork& work) const {
  std::int64_t sum = 0;
  for (const Rule& rule : rules_.at(event)) {
    const auto found = work.lanes.find(rule.work_class);
    if (found == work.lanes.end()) continue;
    const std::int64_t lanes =
        rule.bits == 0 ? found->second : lanes_in(rule.work_class, found->second, work.bits, rule.bits);
    EXPECT_EQ(lanes * rule.counts % rule.lanes, 0) << event << " " << rule.work_class << " " << lanes;
    sum += lanes * rule.counts / rule.lanes;
  }
  return sum;
}

bool EventTable::has_512_bits() const {
  for (const auto& [event, rules] : rules_) {
    if (std::ranges::any_of(rules, [](const Rule& rule) { return rule.bits == 512 || rule.bits == 0; })) return true;
  }
  return false;
}

EventTable EventTable::without(const std::string& classes_prefix) const {
  EventTable table = *this;
  for (auto& [event, rules] : table.rules_)
    std::erase_if(rules, [&](const Rule& rule) { return rule.work_class.starts_with(classes_prefix); });
  return table;
}

EventSetMaker ScriptedPmu::maker() {
  return [this]() -> Result<std::unique_ptr<EventSet>> {
    return std::unique_ptr<EventSet>(std::make_unique<ScriptedEventSet>(*this));
  };
}

std::int64_t ScriptedPmu::read(const std::string& event, std::size_t step) const {
  const std::int64_t counts = table_.counts(answers_for ? answers_for(event) : event, script[step]);
  return disturb ? disturb(counts, step) : counts;
}

std::vector<ScriptedWork> calibration_script(const Record& software, const CounterCapability& capability,
                                             const std::vector<const CalibrationKernel*>& kernels) {
  std::map<std::string, Counts> read;
  for (const CalibrationKernelResult& kernel : software.calibration.kernels) read[kernel.name] = kernel.measured;
  std::vector<ScriptedWork> script(3);  // the first read, the empty region
  for (const CalibrationKernel* each : kernels) {
    const CalibrationKernel& kernel = *each;
    const bool is_dot = kernel.form == KernelForm::dot_product;
    if (is_dot && capability.dot_products == DotProducts::unknown) continue;
    const std::string name(kernel.name);
    // Valgrind shows no CPU with 512 bits, so that no software-counter record has these.
    Counts lanes = read.contains(name) ? read.at(name) : kernel.expected;
    ScriptedWork work = work_of(lanes, bits_of(name));
    if (is_dot) work.lanes = {{"DPP_SP", lanes[Event::mul_sp]}, {"DPP_DP", lanes[Event::mul_dp]}};
    if (kernel.form == KernelForm::x87) work.lanes = {{"X87", 1}};
    script.emplace_back();
    script.push_back(std::move(work));
  }
  return script;
}

}  // namespace flopaudit
