#include "runtime/fake_counters.h"

namespace flopaudit {

FakeCounters::FakeCounters(std::function<Counts()> next_step, CounterCapability capability)
    : next_step_(std::move(next_step)), capability_(capability) {}

FakeCounters::FakeCounters(std::vector<Counts> steps) : steps_(std::move(steps)) {}

Result<void> FakeCounters::start() {
  running_ = true;
  return {};
}

Result<Counts> FakeCounters::read() {
  if (!running_) return environment_error("the fake counters were read before they were started");
  if (next_step_) return total_ += next_step_();
  if (next_ == steps_.size()) return environment_error("the script of the fake counters has ended");
  return total_ += steps_[next_++];
}

Result<void> FakeCounters::stop() {
  running_ = false;
  return {};
}

}  // namespace flopaudit
