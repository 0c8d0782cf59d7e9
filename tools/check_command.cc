// flopaudit check: a model or a report against a budget, for CI.
#include <filesystem>

#include "analyzer/compare/budget.h"
#include "analyzer/conventions/conventions.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/compared_file.h"
#include "tools/formats.h"
#include "tools/options.h"

namespace flopaudit {
namespace {

struct Options {
  std::string subject, budget;
  AnalysisOptions analysis;
  std::string format = "text";
  std::string output;
  bool update = false;
};

// A budget may limit any convention: those that it names are computed.
AnalysisOptions with_conventions(AnalysisOptions options, const Budget& budget) {
  for (const Convention* convention : all_conventions()) {
    const std::string name = convention->name;
    const bool given =
        std::find(options.conventions.begin(), options.conventions.end(), name) != options.conventions.end();
    if (!given && name != "flops" && name != "macs" && budget.asks_for(name)) options.conventions.push_back(name);
  }
  return options;
}

Result<int> write_first_budget(const Options& options) {
  FA_ASSIGN(const ComparedReport report, compared_file(options.subject, options.analysis));
  FA_TRY(write_output(options.budget, first_budget(report)));
  return kDone;
}

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  if (is_json_file(options.subject)) FA_TRY(check_no_analysis_options(options.subject, options.analysis));
  if (options.update && !std::filesystem::exists(options.budget)) return write_first_budget(options);
  FA_ASSIGN(const std::string text, read_file(options.budget));
  FA_ASSIGN(const Budget budget, parse_budget(text, options.budget));
  FA_ASSIGN(const ComparedReport report, compared_file(options.subject, with_conventions(options.analysis, budget)));
  FA_ASSIGN(const BudgetCheck check, check_budget(budget, report));
  if (!options.update) {
    FA_TRY(write_output(options.output, formatted(options.format, check)));
    return check.holds() ? kDone : kFindings;
  }
  // What is written is shown as it holds now; a figure that is not known keeps its limit, and its line says so.
  const std::string updated = updated_budget(check);
  FA_ASSIGN(const Budget new_budget, parse_budget(updated, options.budget));
  FA_ASSIGN(const BudgetCheck new_check, check_budget(new_budget, report));
  FA_TRY(write_output(options.budget, updated));
  FA_TRY(write_output(options.output, formatted(options.format, new_check)));
  return new_check.holds() ? kDone : kFindings;
}

}  // namespace

Run add_check_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("check", "a model or a report against a budget: exit 1 when it costs more");
  auto options = std::make_shared<Options>();
  command.add_option("MODEL", options->subject, "a model (.pt, .ir), a JSON report of analyze or audit, or a record")
      ->required();
  command
      .add_option("BUDGET", options->budget,
                  "lines like `flops <= 4.2G`, `layer4: macs <= 800M`, `aten::conv2d: nodes <= 20`, `gaps = 0`, "
                  "`unexplained <= 0.1%` (of an audit); # begins a comment")
      ->required();
  add_model_options(command, options->analysis);
  command.add_option("--format", options->format, "text, json, csv, md or html")->capture_default_str();
  command.add_option("-o,--output", options->output, "the file; - is stdout")->type_name("FILE");
  command.add_flag("--update", options->update, "write the present figures into BUDGET, which need not be there yet");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
