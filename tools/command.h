// What every subcommand is: it registers itself with the command line and runs. One file a subcommand.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

// Exit statuses that are no errors (DESIGN.md §3); 2, 3 and 4 are ErrorKind's.
inline constexpr int kDone = 0;
inline constexpr int kFindings = 1;

using Run = std::function<Result<int>()>;

// Each adds one subcommand to `app` and returns what runs it.
Run add_analyze_command(CLI::App& app);
Run add_measure_command(CLI::App& app);
Run add_report_command(CLI::App& app);
Run add_audit_command(CLI::App& app);
Run add_counters_command(CLI::App& app);
Run add_list_command(CLI::App& app);
Run add_methods_command(CLI::App& app);
Run add_diff_command(CLI::App& app);
Run add_check_command(CLI::App& app);
Run add_man_command(CLI::App& app);
Run add_completions_command(CLI::App& app);
Run add_validate_command(CLI::App& app);

}  // namespace flopaudit
