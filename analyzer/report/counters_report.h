// What `flopaudit counters` shows: the processor, what its events count, and which sources can be used, class by class.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/calibration_result.h"
#include "analyzer/report/table.h"

namespace flopaudit {

struct CountersReport {
  struct EventRow {
    std::string event;   // as PAPI names it
    Event slot;          // the reading that it is added to
    std::int64_t flops;  // that one count stands for
  };
  struct Source {
    std::string name;         // hardware, preset, software
    std::string description;  // events, tool and library; "" where it cannot be used
    std::string why_not;      // "" where it can be used
    CalibrationResult calibration;
    bool usable() const { return why_not.empty(); }
  };

  std::string path;              // the code path that was calibrated on
  std::string processor;         // "AuthenticAMD family 25 model 17"
  std::string family;            // "AMD Zen 4"; "" where no events of it are known
  std::string no_counter;        // why no event of the family counts FLOPs
  bool has_pmu = false;          // the kernel shows hardware counters
  int paranoid = 2;              // kernel.perf_event_paranoid
  bool may_count = true;         // this process may use its own counters
  std::string linux_version;     // "6.1"; "" where it is not known
  std::vector<EventRow> events;  // of the family
  std::vector<Source> sources;
};

std::string to_text(const CountersReport& report);
std::string to_json(const CountersReport& report);  // flopaudit.counters/1
// A line a source; a line a calibration kernel of each source that can be used.
Table source_table(const CountersReport& report);
Table kernel_table(const CountersReport& report);

}  // namespace flopaudit
