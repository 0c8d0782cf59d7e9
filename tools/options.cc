#include "tools/options.h"

#include "tools/formats.h"
#include "tools/terminal.h"

namespace flopaudit {

CLI::Option* add_raw_list(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                          const std::string& help) {
  return command.add_option(name, values, help)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_analysis_options(CLI::App& command, AnalysisOptions& options) {
  command.add_option("MODEL", options.model, "a TorchScript file (.pt), or IR as text (.ir)")->required();
  add_model_options(command, options);
  command
      .add_option("--dump-passes", options.pipeline.dump_directory, "write the IR after every pass into this folder")
      ->type_name("DIR");
  command
      .add_option("--stop-after", options.pipeline.stop_after,
                  "stop after this pass and print the IR: see `flopaudit list passes`")
      ->type_name("PASS");
  add_raw_list(command, "--skip-pass", options.pipeline.skip, "leave a pass out")->type_name("PASS");
}

void add_model_options(CLI::App& command, AnalysisOptions& options) {
  add_raw_list(command, "--input", options.inputs,
               "[NAME=]SPEC, once an argument: f32[1,3,224,224], f32[N,3,H,W], 3, 2.5, true, \"text\", none, [..], "
               "[f32[8] x T] (T of them), (..) also a named tuple, {\"k\": ..} also an object's attributes, @FILE")
      ->type_name("[NAME=]SPEC");
  command.add_option("--method", options.method, "the method to analyse")->capture_default_str();
  command.add_option("--dtype", options.dtype, "f64 makes every float32 of the program float64")->type_name("f32|f64");
  add_raw_list(command, "--convention", options.conventions, "add a column: see `flopaudit list conventions`")
      ->type_name("NAME");
  command.add_option("--at", options.at, "numbers for symbolic dims and for what the report depends on")
      ->type_name("N=8,H=224");
  add_raw_list(command, "--assume", options.assume,
               "a number for what only a run tells: trips of a loop, a size, an int, a branch (1 takes it); the report "
               "names them; or the least size of a symbolic dim")
      ->type_name("trips(n12)=100|nms(n30)=20|branch(n7)=1|H>=64");
  command.add_option("--loop-bound", options.loop_bound, "trip count of loops whose count is not known");
  command
      .add_option(
          "--op-rules", options.op_rules,
          "rules for ops that have none here: `rule my::op(Tensor x, Tensor w) -> Tensor`, `shape 0 = [x.0, w.1]`, "
          "`work mac = x.0*x.1*w.1`, then cases that test them; the whole language: analyzer/ops/rules/README.md")
      ->type_name("FILE");
  command
      .add_option("--front-end", options.front_end,
                  "how the file is read: torchscript (by flopaudit itself: nothing of the file runs) or libtorch "
                  "(through LibTorch)")
      ->capture_default_str();
  command.add_flag("--trust", options.trust,
                   "let LibTorch have a file that flopaudit refuses to run: one whose code does more than compute, or "
                   "cannot be read");
}

void add_measure_options(CLI::App& command, MeasureOptions& options) {
  command.add_option("--counters", options.counters, "auto, hardware, preset, software or none")->capture_default_str();
  command.add_option("--path", options.path, "code path of LibTorch's kernels: standard, avx2 or native")
      ->capture_default_str();
  command.add_option("--repeat", options.repetitions, "counted passes over the graph")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command.add_option("--seed", options.seed, "of the random inputs and weights")->capture_default_str();
  command.add_flag("--time", options.time, "add a native run and keep its times in the record");
}

void add_report_options(CLI::App& command, ReportOptions& options) {
  command.add_option("--format", options.format, "text, json, csv, md, html, speedscope or chrome-trace")
      ->capture_default_str();
  command.add_option("-o,--output", options.output, "the report's file; - is stdout")->type_name("FILE");
  command.add_option("--by", options.view.by, "one table alone: by op, module, source, dtype or node")
      ->type_name("WORD");
  command.add_option("--top", options.view.top, "so many rows a table, 0: all")->type_name("N");
  command.add_option("--depth", options.view.depth, "modules down to this depth")
      ->type_name("N")
      ->capture_default_str();
  CLI::Option* dot = command.add_option("--dot", options.dot, "write the annotated graph in DOT")->type_name("FILE");
  command
      .add_option("--dot-depth", options.dot_view.depth,
                  "draw modules down to this depth, what is deeper as one box a module")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->needs(dot);
  command
      .add_option("--dot-focus", options.dot_view.focus,
                  "draw this module alone, and its neighbours as stubs; --dot-depth counts from here")
      ->type_name("MODULE")
      ->needs(dot);
  command
      .add_flag("--dot-all", options.dot_view.all,
                "draw also what is never executed, and branches that are decided as branches")
      ->needs(dot);
  std::vector<std::string> colors;
  for (const auto& [word, color] : dot_colors()) colors.push_back(word);
  command
      .add_option_function<std::string>(
          "--dot-color", [&options](const std::string& word) { options.dot_view.color = dot_colors().at(word); },
          "what the colours show: flops, bytes, discrepancy (measured against annotated: what audit and report show by "
          "themselves) or none")
      ->type_name("WORD")
      ->check(CLI::IsMember(colors))
      ->needs(dot);
}

Result<ReportOptions> checked(ReportOptions options) {
  FA_TRY(check_format(options.format));
  FA_TRY(check_by(options.view.by));
  if (options.output.empty() || options.output == "-") options.view.style = terminal_style();
  return options;
}

}  // namespace flopaudit
