// flopaudit diff: what changed between two models, two versions of one, or two reports.
#include "analyzer/compare/report_diff.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/compared_file.h"
#include "tools/formats.h"
#include "tools/options.h"

namespace flopaudit {
namespace {

struct Options {
  std::string a, b;
  AnalysisOptions analysis;
  std::string format = "text";
  std::string output;
  DiffLayout layout;
};

Result<int> run(const Options& options) {
  FA_TRY(check_diff_format(options.format));
  if (is_json_file(options.a) && is_json_file(options.b)) {
    FA_TRY(check_no_analysis_options(options.a + " and " + options.b, options.analysis));
  }
  FA_ASSIGN(const ComparedReport a, compared_file(options.a, options.analysis));
  FA_ASSIGN(const ComparedReport b, compared_file(options.b, options.analysis));
  FA_ASSIGN(const ReportDiff diff, diff_reports(a, b));
  FA_TRY(write_output(options.output, formatted(options.format, diff, options.layout)));
  return diff.is_equal() ? kDone : kFindings;
}

}  // namespace

Run add_diff_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("diff", "what changed from A to B: exit 1 when anything did");
  auto options = std::make_shared<Options>();
  command.add_option("A", options->a, "a model (.pt, .ir), a JSON report of analyze or audit, or a record")->required();
  command.add_option("B", options->b, "the same")->required();
  add_model_options(command, options->analysis);
  command.add_option("--format", options->format, "text, json, csv, md or html")->capture_default_str();
  command.add_option("-o,--output", options->output, "the file; - is stdout")->type_name("FILE");
  command.add_option("--top", options->layout.top, "so many rows a table in text and md, 0: all")
      ->capture_default_str();
  return [options] { return run(*options); };
}

}  // namespace flopaudit
