// CounterSource: where measured counts come from. Trusted only after calibration (runtime/calibration.h).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "analyzer/audit/counts.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// What a source can tell apart. A source that does not separate classes gives one total of FLOPs a precision, and puts
// it into ADD_SP and ADD_DP; all other classes of its Counts are then 0 and mean nothing.
struct CounterCapability {
  bool separates_classes = true;
  // Where classes are not separated: how often a lane of each class enters the total of its precision. FMA is 2;
  // Intel's event also takes in min, max and the estimates (1 each); 0 is a class that the source does not see.
  std::array<std::int64_t, kEventCount> weights{};
};

class CounterSource {
 public:
  virtual ~CounterSource() = default;

  // "software", "hardware", "preset" or "none"; goes into the record.
  virtual std::string name() const = 0;
  // One line for people: events, component, tool version.
  virtual std::string description() const = 0;

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
