// A set of hardware events that are counted together: where PAPI sits (papi_counters.cc), and a script in its place in
// tests. Never multiplexed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/support/result.h"
#include "runtime/counter_probe.h"

namespace flopaudit {

struct AddFailure {
  ProbeFailure kind = ProbeFailure::other;
  std::string detail;  // the library's own text
};

class EventSet {
 public:
  virtual ~EventSet() = default;

  // Nothing: it was added. `busy`: it does not fit beside those added before; the set can be used without it.
  virtual std::optional<AddFailure> add(const std::string& event) = 0;
  // Errors: environment: the library's own text.
  virtual Result<void> start() = 0;
  virtual Result<void> stop() = 0;
  // Running totals, in the order of the events. Errors: environment: not started, or not connected.
  virtual Result<const std::vector<long long>*> read() = 0;
};

using EventSetMaker = std::function<Result<std::unique_ptr<EventSet>>()>;

}  // namespace flopaudit
