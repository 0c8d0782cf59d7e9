// flopaudit counters: what can be counted on this machine, and the calibration that shows it.

#include "analyzer/support/files.h"
#include "runtime/measurement.h"
#include "tools/command.h"
#include "tools/formats.h"

namespace flopaudit {
namespace {

struct Options {
  std::string format = "text";
  std::string path = "standard";
  bool kernels = false;
};

struct Probe {
  std::string source;
  Result<Record> record;
};

std::vector<Probe> probe_all(const std::string& path) {
  std::vector<Probe> probes;
  for (const char* source : {"hardware", "preset", "software"})
    probes.push_back({source, calibrate_in_child(source, path)});
  return probes;
}

std::string verdict(const Probe& probe) {
  if (!probe.record) return probe.record.error().message;
  return "calibrated: " + std::to_string(probe.record->calibration.kernels.size()) + " kernels read exactly; " +
         probe.record->counter_description;
}

Table summary(const std::vector<Probe>& probes) {
  Table table{{{"source"}, {"usable"}, {"why"}}, {}};
  for (const Probe& probe : probes) table.rows.push_back({probe.source, probe.record ? "yes" : "no", verdict(probe)});
  return table;
}

// `ADD_SP 4000, MUL_SP 4000`
std::string counts_text(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (counts.lanes[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(kEventNames[i]) + " " + std::to_string(counts.lanes[i]);
  }
  return text.empty() ? "nothing" : text;
}

Table kernel_table(const std::vector<Probe>& probes) {
  Table table{{{"source"}, {"kernel"}, {"expected"}, {"measured"}}, {}};
  for (const Probe& probe : probes) {
    if (!probe.record) continue;
    for (const CalibrationKernelResult& kernel : probe.record->calibration.kernels) {
      table.rows.push_back({probe.source, kernel.name, counts_text(kernel.expected), counts_text(kernel.measured)});
    }
  }
  return table;
}

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  MeasureOptions measure_options;
  measure_options.path = options.path;
  FA_TRY(check_measure_options(measure_options));
  const std::vector<Probe> probes = probe_all(options.path);
  FA_TRY(write_output("-", formatted(options.format, options.kernels ? kernel_table(probes) : summary(probes))));
  for (const Probe& probe : probes) {
    if (probe.record) return kDone;
  }
  return environment_error("nothing can be counted on this machine: see the reasons above");
}

}  // namespace

Run add_counters_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("counters", "what can be counted on this machine, and the calibration that shows it");
  auto options = std::make_shared<Options>();
  command.add_option("--format", options->format, "text, json, csv or md")->capture_default_str();
  command.add_option("--path", options->path, "code path to calibrate on: standard, avx2 or native")
      ->capture_default_str();
  command.add_flag("--kernels", options->kernels, "every calibration kernel with its expected and measured counts");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
