#include "runtime/counter_source.h"

#include "runtime/calibration.h"
#include "runtime/papi_counters.h"

namespace flopaudit {
namespace {

using Opened = Result<std::unique_ptr<CounterSource>>;

// The source, if it opens and reads every calibration kernel exactly.
Opened open_calibrated(Opened (*open)()) {
  FA_ASSIGN(std::unique_ptr<CounterSource> source, open());
  FA_TRY(calibrate(*source));
  return source;
}

Opened open_first() {
  if (runs_under_fpcount()) return open_calibrated(open_software_counters);
  Opened hardware = open_calibrated(open_hardware_counters);
  if (hardware) return hardware;
  Opened preset = open_calibrated(open_preset_counters);
  if (preset) return preset;
  return environment_error("no counters in this process: hardware: " + hardware.error().message +
                           "; preset: " + preset.error().message);
}

}  // namespace

Opened open_counter_source(const std::string& word) {
  if (word == "none") return std::unique_ptr<CounterSource>();
  if (word == "auto") return open_first();
  if (word == "software") return open_software_counters();
  if (word == "hardware") return open_hardware_counters();
  if (word == "preset") return open_preset_counters();
  return usage_error("unknown counter source \"" + word + "\"; one of auto, hardware, preset, software, none");
}

}  // namespace flopaudit
