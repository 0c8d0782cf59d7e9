// A processor's counters as a script, in the place where PAPI sits: it plays what testdata/counters/*.tsv say that a
// family's events would count of lanes that are given. Synthetic: nothing here was measured.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"
#include "runtime/calibration_kernels.h"
#include "runtime/counter_source.h"
#include "runtime/event_set.h"

namespace flopaudit {

// What is executed between two reads: lanes of each class, "ADD_SP", "DPP_SP", "X87", in vectors of so many bits (1:
// scalar, 0: as wide as 256 bits and the number of lanes allow).
struct ScriptedWork {
  std::map<std::string, std::int64_t> lanes;
  int bits = 1;
};
ScriptedWork work_of(const Counts& lanes, int bits);

// Counts of a family, from a file of testdata/counters.
class EventTable {
 public:
  static EventTable of(const std::string& family);
  std::int64_t counts(const std::string& event, const ScriptedWork& work) const;
  bool has(const std::string& event) const { return rules_.contains(event); }
  bool has_512_bits() const;
  // The events in the order of the file.
  const std::vector<std::string>& events() const { return events_; }
  // Every row of a class dropped: a processor that does not count it.
  EventTable without(const std::string& classes_prefix) const;

 private:
  struct Rule {
    std::string work_class;
    int bits;  // 0: any
    std::int64_t lanes, counts;
  };
  std::map<std::string, std::vector<Rule>> rules_;
  std::vector<std::string> events_;
};

// The machine: its events, how many fit at a time, and what its program executes. Each start() begins the script again.
class ScriptedPmu {
 public:
  explicit ScriptedPmu(EventTable table) : table_(std::move(table)) {}

  std::size_t counters = 100;  // of the machine, free ones
  std::size_t counters_an_event = 1;
  std::vector<ScriptedWork> script;  // one between each read and the one before
  // What a disturbed machine reads instead of the right count of a step.
  std::function<std::int64_t(std::int64_t counts, std::size_t step)> disturb;
  // Which of the table's events answers for the one that is asked for, where the machine is another than it seems.
  std::function<std::string(const std::string& event)> answers_for;
  std::optional<AddFailure> refuses;  // every event

  EventSetMaker maker();
  std::int64_t read(const std::string& event, std::size_t step) const;
  const EventTable& table() const { return table_; }

 private:
  EventTable table_;
};

// What a calibration of a source with this capability makes the machine execute: the lanes that a software-counter
// record's own calibration read, kernel by kernel.
std::vector<ScriptedWork> calibration_script(const Record& software, const CounterCapability& capability,
                                             const std::vector<const CalibrationKernel*>& kernels);

}  // namespace flopaudit
