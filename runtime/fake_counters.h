// A counter source for tests: it reads what its script says. It never pretends to measure.
#pragma once

#include <functional>
#include <vector>

#include "runtime/counter_source.h"

namespace flopaudit {

class FakeCounters : public CounterSource {
 public:
  // `next_step` says, at each read, how much the totals have grown since the read before (the first since start).
  explicit FakeCounters(std::function<Counts()> next_step, CounterCapability capability = {});
  // The steps one after the other; a read past the last is an environment Error.
  explicit FakeCounters(std::vector<Counts> steps);

  std::string name() const override { return "fake"; }
  std::string description() const override { return "scripted counts"; }
  CounterCapability capability() const override { return capability_; }
  Result<void> start() override;
  Result<Counts> read() override;
  Result<void> stop() override;

 private:
  std::function<Counts()> next_step_;
  std::vector<Counts> steps_;
  std::size_t next_ = 0;
  CounterCapability capability_;
  bool running_ = false;
  Counts total_;
};

}  // namespace flopaudit
