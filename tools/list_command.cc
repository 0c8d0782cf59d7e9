// flopaudit list: the registries, as they are in this program.
#include <map>
#include <regex>

#include "analyzer/audit/cpu_kernels.h"
#include "analyzer/audit/expected.h"
#include "analyzer/audit/judge.h"
#include "analyzer/conventions/conventions.h"
#include "analyzer/ops/derived_ops.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/support/files.h"
#include "analyzer/training/backward_rules.h"
#include "passes/pass.h"
#include "tools/command.h"
#include "tools/formats.h"

namespace flopaudit {
namespace {

// Whose kernel model says what the op executes on the standard path. An op that only compares or counts in integers
// needs none: the classes of a formula are in front of its `=`.
std::string model_word(const OpSpec& op) {
  const std::string_view model = op_of_model(op.name, "standard");
  if (!has_cpu_kernel(op.name)) return "not on a CPU";
  if (!model.empty()) return model == op.name ? "its own" : std::string(model);
  static const std::regex kArithmetic("\\b(?!compare\\b|integer\\b)\\w+ \\+?=|^[^=]+$");
  const bool free_of_arithmetic = !has_work(op) || !std::regex_search(op.formula, kArithmetic);
  return free_of_arithmetic ? "not needed" : "none";
}

std::vector<std::string> ops_row(const OpSpec& op) {
  return {op.name, has_work(op) ? op.formula : "0 by definition", op.form != nullptr ? op.form->base->name : "",
          model_word(op)};
}

// Rows, and behind them the in-place and out= forms that derive from them.
Table ops_table() {
  Table table{{{"op"}, {"work"}, {"derived from"}, {"kernel model"}}, {}};
  for (const OpSpec* op : all_ops()) table.rows.push_back(ops_row(*op));
  for (const OpSpec* op : all_derived_ops()) table.rows.push_back(ops_row(*op));
  return table;
}

Table passes_table() {
  Table table{{{"pass"}, {"summary"}}, {}};
  for (const PassInfo& pass : all_passes()) table.rows.push_back({pass.name, pass.summary});
  return table;
}

Table conventions_table() {
  Table table{{{"convention"}, {"unit"}, {"counts"}, {"differs from flops"}}, {}};
  for (const Convention* row : all_conventions()) {
    table.rows.push_back({row->name, row->unit, row->counts, row->differs});
  }
  return table;
}

Table causes_table() {
  Table table{{{"cause"}, {"ops"}, {"path"}, {"formula"}, {"what"}, {"evidence"}}, {}};
  for (const CauseInfo& cause : all_causes()) {
    table.rows.push_back({cause.name, cause.ops, cause.path, cause.formula, cause.sentence, cause.evidence});
  }
  return table;
}

Table backward_table() {
  Table table{{{"op"}, {"backward"}}, {}};
  for (const BackwardRow& row : all_backward_rows()) table.rows.push_back({row.op, row.formula});
  return table;
}

struct Registry {
  const char* title;
  Table (*table)();
};

const std::map<std::string, Registry>& registries() {
  static const std::map<std::string, Registry> all = {{"ops", {"Ops that have a rule", ops_table}},
                                                      {"passes", {"Passes", passes_table}},
                                                      {"conventions", {"Counting conventions", conventions_table}},
                                                      {"causes", {"Causes", causes_table}},
                                                      {"backward", {"Rules of the training estimate", backward_table}}};
  return all;
}

struct Options {
  std::string what;
  std::string format = "text";
  std::string output;
};

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  const auto entry = registries().find(options.what);
  if (entry == registries().end()) {
    return usage_error("list " + options.what + ": expected ops, passes, conventions, causes or backward");
  }
  const Registry& registry = entry->second;
  FA_TRY(write_output(options.output, formatted(options.format, registry.table(), {registry.title, {}})));
  return kDone;
}

}  // namespace

Run add_list_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("list", "ops, passes, conventions, causes or backward (rules of the training estimate)");
  auto options = std::make_shared<Options>();
  command.add_option("WHAT", options->what, "ops, passes, conventions, causes or backward")->required();
  command.add_option("--format", options->format, "text, json, csv, md or html")->capture_default_str();
  command.add_option("-o,--output", options->output, "- is stdout")->type_name("FILE");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
