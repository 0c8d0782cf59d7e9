// flopaudit counters: what can be counted on this machine, and the calibration that shows it.

#include "analyzer/report/counters_report.h"
#include "analyzer/report/html_page.h"
#include "analyzer/support/files.h"
#include "runtime/counter_events.h"
#include "runtime/counter_probe.h"
#include "runtime/measurement.h"
#include "tools/command.h"
#include "tools/formats.h"

namespace flopaudit {
namespace {

struct Options {
  std::string format = "text";
  std::string path = "standard";
  std::string output;
  bool kernels = false;
};

CountersReport::Source probe(const std::string& name, const std::string& path) {
  CountersReport::Source source;
  source.name = name;
  const Result<Record> record = calibrate_in_child(name, path);
  if (!record) {
    source.why_not = record.error().message;
    return source;
  }
  source.description = record->counter_description;
  source.calibration = record->calibration;
  return source;
}

void describe_machine(CountersReport& report) {
  const CpuIdentity cpu = cpu_identity();
  report.processor = cpu.to_string();
  if (const CounterEventRow* row = counter_events_of(cpu)) {
    report.family = row->name;
    report.no_counter = row->no_counter;
    for (const CounterEvent& event : row->events)
      report.events.push_back({std::string(event.papi_name), event.slot, event.flops});
  }
  const PmuState state = read_pmu_state();
  report.has_pmu = state.has_pmu;
  report.paranoid = state.paranoid;
  report.may_count = state.may_count();
  if (state.linux_version != 0)
    report.linux_version = std::to_string(state.linux_version / 100) + "." + std::to_string(state.linux_version % 100);
}

std::string printed(const CountersReport& report, const Options& options) {
  if (options.format == "json") return to_json(report);
  if (options.format == kHtml) return html_page(to_json(report), nullptr);
  if (options.kernels) return formatted(options.format, kernel_table(report), {});
  if (options.format == "text") return to_text(report);
  return formatted(options.format, source_table(report), {});
}

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  MeasureOptions measure_options;
  measure_options.path = options.path;
  FA_TRY(check_measure_options(measure_options));
  CountersReport report;
  report.path = options.path;
  describe_machine(report);
  for (const char* source : {"hardware", "preset", "software"}) report.sources.push_back(probe(source, options.path));
  FA_TRY(write_output(options.output, printed(report, options)));
  for (const CountersReport::Source& source : report.sources) {
    if (source.usable()) return kDone;
  }
  return environment_error("nothing can be counted on this machine: see the reasons above");
}

}  // namespace

Run add_counters_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("counters", "what can be counted on this machine, and the calibration that shows it");
  auto options = std::make_shared<Options>();
  command.add_option("--format", options->format, "text; json or html (all of it); csv or md (the sources alone)")
      ->capture_default_str();
  command.add_option("--path", options->path, "code path to calibrate on: standard, avx2 or native")
      ->capture_default_str();
  command.add_flag("--kernels", options->kernels, "every calibration kernel with its expected and measured counts");
  command.add_option("-o,--output", options->output, "the file; - is stdout")->type_name("FILE");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
