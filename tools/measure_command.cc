// flopaudit measure: executes the model node by node under a counter and writes a record. Judges nothing.
#include <filesystem>

#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/options.h"

namespace flopaudit {
namespace {

struct Options {
  AnalysisOptions analysis;
  MeasureOptions measure;
  std::string output;
};

Result<int> run(const Options& options) {
  FA_TRY(check_measure_options(options.measure));
  FA_ASSIGN(const Analysis analysis, run_analysis(options.analysis));
  FA_ASSIGN(const Record record,
            measure(*analysis.program, *analysis.admitted, options.measure, analysis.context.retarget_dtype));
  const std::string output = options.output.empty()
                                 ? std::filesystem::path(options.analysis.model).stem().string() + ".record.json"
                                 : options.output;
  FA_TRY(write_output(output, to_json(record)));
  if (record.partial) return Error{ErrorKind::input, "the record is partial: " + record.error};
  return kDone;
}

}  // namespace

Run add_measure_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("measure", "executes the model under a counter and writes a record");
  auto options = std::make_shared<Options>();
  add_analysis_options(command, options->analysis);
  options->analysis.executes = true;
  add_measure_options(command, options->measure);
  command.add_option("-o,--output", options->output, "the record; - is stdout (default: <model>.record.json)")
      ->type_name("RUN.json");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
