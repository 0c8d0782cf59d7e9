// CounterSource: where measured counts come from. Trusted only after calibration (runtime/calibration.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/audit/counter_view.h"
#include "analyzer/audit/counts.h"
#include "analyzer/support/result.h"
#include "runtime/counter_events.h"

namespace flopaudit {

// What a source can tell apart.
struct CounterCapability {
  // What each of its readings takes in; empty: every class by itself. Weights may be undetermined.
  std::vector<CounterView> views;
  DotProducts dot_products = DotProducts::unknown;  // where there are views
  bool counts_x87 = true;
};

class CounterSource {
 public:
  virtual ~CounterSource() = default;

  // "software", "hardware", "preset" or "none"; goes into the record.
  virtual std::string name() const = 0;
  // One line for people: events, component, tool version.
  virtual std::string description() const = 0;

  // A source whose events do not fit beside each other counts some of them at a time: the work is repeated in each
  // pass, and the counts of all passes are added (those of other passes read 0). Selected before start(); the first is
  // it else.
  virtual std::size_t passes() const { return 1; }
  virtual void select_pass(std::size_t /*pass*/) {}

  // Begins counting on the calling thread. Errors: environment.
  virtual Result<void> start() = 0;
  // Running totals since some fixed moment; take two and subtract. Errors: environment.
  virtual Result<Counts> read() = 0;
  virtual Result<void> stop() = 0;

  virtual CounterCapability capability() const { return {}; }
};

// Opens a source by the word of --counters: auto, hardware, preset, software, none. `auto` takes the first that
// calibrates in this process; where none does it is an Error, and the caller may start a child under the software
// counter (runtime/reexec.h). An environment Error says what is missing and what to do. `none` gives a null pointer: no
// numbers, never 0.
Result<std::unique_ptr<CounterSource>> open_counter_source(const std::string& word);

}  // namespace flopaudit
