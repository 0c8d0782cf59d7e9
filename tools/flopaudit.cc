// The program: reads the command line and runs one subcommand. Everything else is in the libraries; what needs LibTorch
// is in another program (flopaudit_exec.cc), which this one starts where it must.
#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <vector>

#include "analyzer/ir/schema_table.h"
#include "analyzer/support/log.h"
#include "analyzer/support/version.h"
#include "runtime/measure_child.h"
#include "runtime/papi_counters.h"
#include "tools/command.h"
#include "tools/examples.h"

namespace flopaudit {
namespace {

constexpr std::array kCommands = {add_analyze_command, add_measure_command,  add_report_command,      add_audit_command,
                                  add_diff_command,    add_check_command,    add_counters_command,    add_list_command,
                                  add_methods_command, add_validate_command, add_completions_command, add_man_command};

// `flopaudit MODEL.pt` is `flopaudit analyze MODEL.pt`.
std::vector<std::string> with_default_command(const CLI::App& app, std::vector<std::string> arguments) {
  static const std::vector<std::string> kOwn = {"-h", "--help", "--version", "-v", "--verbose", "-q", "--quiet"};
  for (const std::string& argument : arguments) {
    const auto named = [&](const CLI::App* command) { return command->get_name() == argument; };
    if (!app.get_subcommands(named).empty()) return arguments;
    const bool own = std::find(kOwn.begin(), kOwn.end(), argument) != kOwn.end();
    if (!own) break;
    if (argument == "-h" || argument == "--help" || argument == "--version") return arguments;
  }
  if (!arguments.empty()) arguments.insert(arguments.begin(), "analyze");
  return arguments;
}

// CLI11 reads a flag twice in one word only before the subcommand.
std::vector<std::string> with_single_flags(const std::vector<std::string>& arguments) {
  std::vector<std::string> expanded;
  for (const std::string& argument : arguments) {
    const bool twice = argument == "-vv";
    expanded.push_back(twice ? "-v" : argument);
    if (twice) expanded.push_back("-v");
  }
  return expanded;
}

int report_error(const Error& error) {
  std::cout.flush();
  std::cerr << "flopaudit: " << error.message << '\n';
  return static_cast<int>(error.kind);
}

void set_log_level(int verbosity, bool quiet) {
  if (quiet) log::set_level(log::Level::error);
  if (verbosity == 1) log::set_level(log::Level::info);
  if (verbosity >= 2) log::set_level(log::Level::debug);
}

int run(std::vector<std::string> arguments) {
  CLI::App app{"flopaudit: every FLOP counted twice, once from the graph, once by the counters"};
  app.set_version_flag("--version", "flopaudit " + std::string(kVersion) + "\nLibTorch " +
                                        std::string(schema_table_version()) + ", PAPI " + papi_version());
  app.footer(
      "`flopaudit MODEL.pt` is `flopaudit analyze MODEL.pt`. `flopaudit COMMAND --help` shows a command's options.");
  app.require_subcommand(1);
  app.fallthrough();
  int verbosity = 0;
  bool quiet = false;
  app.add_flag("-v,--verbose", verbosity, "log what is done; twice for more");
  app.add_flag("-q,--quiet", quiet, "log errors alone, and no warnings");
  std::vector<Run> runs;
  for (const auto& add : kCommands) runs.push_back(add(app));
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    command->footer(examples_text(command->get_name()));
  }

  arguments = with_default_command(app, with_single_flags(arguments));
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return report_error(usage_error(std::string(error.what()) + "; see flopaudit --help"));
  }
  set_log_level(verbosity, quiet);
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!commands[i]->parsed()) continue;
    const Result<int> status = runs[i]();
    return status ? *status : report_error(status.error());
  }
  return report_error(usage_error("no command given; see flopaudit --help"));
}

}  // namespace
}  // namespace flopaudit

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (flopaudit::is_calibration_child(arguments)) return flopaudit::run_calibration_child(arguments);
    return flopaudit::run(arguments);
  } catch (const std::bad_alloc&) {
    std::cerr << "flopaudit: out of memory\n";
    return static_cast<int>(flopaudit::ErrorKind::input);
  } catch (const std::exception& error) {
    std::cerr << "flopaudit: this is a bug in flopaudit, please report it: " << error.what() << '\n';
    return static_cast<int>(flopaudit::ErrorKind::input);
  }
}
