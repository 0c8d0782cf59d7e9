// flopaudit validate: the causes against measured counts, at shapes that are drawn. One process under the counter
// measures many calls of many ops; the judge that judges models judges them.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/audit/validation.h"
#include "analyzer/frontend/gate/admission.h"
#include "analyzer/ir/parser.h"
#include "analyzer/support/files.h"
#include "analyzer/support/log.h"
#include "passes/pass_manager.h"
#include "tools/command.h"
#include "tools/formats.h"
#include "tools/options.h"

namespace flopaudit {
namespace {

struct Options {
  std::vector<std::string> ops;
  DrawOptions draw;
  std::string dtype;
  MeasureOptions measure;
  std::string format = "text";
  std::string output;
  bool list = false;
};

Result<std::vector<DType>> dtypes_of(const std::string& word) {
  if (word.empty()) return std::vector<DType>{DType::f32, DType::f64};
  if (word == "f32") return std::vector<DType>{DType::f32};
  if (word == "f64") return std::vector<DType>{DType::f64};
  return usage_error("--dtype " + word + ": expected f32 or f64");
}

Result<Validation> validate_calls(const std::vector<DrawnCall>& calls, const MeasureOptions& options) {
  FA_ASSIGN(const DrawnProgram drawn, program_of(calls));
  PassContext context;
  context.inputs = drawn.inputs;
  FA_TRY(run_pipeline(*drawn.program, context, {}));
  FA_ASSIGN(const Admitted admitted, admit_ir(*drawn.program, true));  // operands are those of our own recipes
  FA_ASSIGN(const Record record, measure(*drawn.program, admitted, options, std::nullopt));
  if (record.partial) return input_error("a drawn call cannot run: " + record.error);
  FA_ASSIGN(const std::unique_ptr<Program> program, parse_program(record.ir));
  FA_ASSIGN(const Judgement judgement, judge(record, *program));
  return validate(calls, drawn.nodes, judgement);
}

std::int64_t elements_of(const DrawnCall& call) {
  std::int64_t sum = 0;
  for (const Fact& fact : call.inputs) {
    if (fact.tensor() != nullptr) sum += element_count(*fact.tensor())->constant().value_or(0);
  }
  return sum;
}

// The calls of one process, those of an op and type together: the operands are all in memory at the same time.
std::vector<std::vector<DrawnCall>> batches_of(std::vector<DrawnCall> calls) {
  constexpr std::int64_t kMostElements = std::int64_t{1} << 25;
  std::vector<std::vector<DrawnCall>> batches(1);
  std::int64_t elements = 0;
  for (DrawnCall& call : calls) {
    std::vector<DrawnCall>& last = batches.back();
    const bool same_row = !last.empty() && last.back().op == call.op && last.back().dtype == call.dtype;
    if (elements > kMostElements && !same_row) {
      batches.emplace_back();
      elements = 0;
    }
    elements += elements_of(call);
    batches.back().push_back(std::move(call));
  }
  return batches;
}

std::string percent(double share) { return fmt::format("{:.4f}", 100 * share + 0.0); }

Table table_of(const Validation& validation) {
  Table table{{{"op"},
               {"dtype"},
               {"n", true},
               {"exact", true},
               {"within", true},
               {"data_dependent", true},
               {"no_model", true},
               {"failed", true},
               {"max_percent", true},
               {"bias_percent", true}},
              {}};
  for (const OpValidation& row : validation.ops) {
    table.rows.push_back({row.op, row.dtype, std::to_string(row.drawn), std::to_string(row.exact),
                          std::to_string(row.within), std::to_string(row.data_dependent), std::to_string(row.no_model),
                          std::to_string(row.failed), percent(row.worst), percent(row.bias)});
  }
  return table;
}

// CSV and JSON are the table alone; what failed is then said on stderr. A page has it as its notes.
std::string text_of(const Validation& validation, const std::string& format) {
  std::string text =
      formatted(format, table_of(validation), {"Expected counts against measured ones", validation.faults});
  if (format == kHtml) return text;
  const bool readable = format == "text" || format == "md";
  if (readable && !validation.faults.empty()) text += "\n";
  for (const std::string& fault : validation.faults) {
    if (readable)
      text += fault + "\n";
    else
      log::info(fault);
  }
  return text;
}

Result<int> list_ops(const Options& options) {
  Table table{{{"op"}}, {}};
  for (const std::string& op : ops_to_draw(options.measure.path)) table.rows.push_back({op});
  FA_TRY(write_output(options.output, formatted(options.format, table, {"Ops that can be validated", {}})));
  return kDone;
}

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  FA_TRY(check_measure_options(options.measure));
  if (options.list) return list_ops(options);
  DrawOptions draw = options.draw;
  draw.path = options.measure.path;
  if (options.ops.empty() && ops_to_draw(draw.path).empty())
    return usage_error("validate --path " + draw.path +
                       ": no op has a model on that code path; standard and avx2 have some");
  FA_ASSIGN(draw.dtypes, dtypes_of(options.dtype));
  FA_ASSIGN(std::vector<DrawnCall> calls, draw_calls(options.ops, draw));
  Validation validation;
  const auto batches = batches_of(std::move(calls));
  for (std::size_t i = 0; i < batches.size(); ++i) {
    log::info(fmt::format("process {} of {}: {} calls", i + 1, batches.size(), batches[i].size()));
    FA_ASSIGN(Validation part, validate_calls(batches[i], options.measure));
    append(validation, std::move(part));
  }
  FA_TRY(write_output(options.output, text_of(validation, options.format)));
  return validation.all_hold() ? kDone : kFindings;
}

}  // namespace

Run add_validate_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("validate", "expected counts against measured ones, at shapes drawn for each op");
  auto options = std::make_shared<Options>();
  options->measure.counters = "software";
  command.add_option("OP", options->ops, "full names, as aten::add.Tensor (default: every op with a recipe)");
  command.add_option("--draws", options->draw.draws, "calls of each op and type")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  command.add_option("--seed", options->draw.seed, "of the drawn shapes")->capture_default_str();
  command.add_option("--dtype", options->dtype, "one type alone (default: both)")->type_name("f32|f64");
  command.add_option("--counters", options->measure.counters, "auto, hardware, preset or software")
      ->capture_default_str();
  command.add_option("--path", options->measure.path, "code path of LibTorch's kernels: standard, avx2 or native")
      ->capture_default_str();
  command.add_flag("--list", options->list, "name the ops that have a recipe, and measure nothing");
  command.add_option("--format", options->format, "text, json, csv, md or html")->capture_default_str();
  command.add_option("-o,--output", options->output, "- is stdout")->type_name("FILE");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
