// Runs passes in order and, around each: times it, logs it, dumps the IR, verifies.
#pragma once

#include <string>
#include <vector>

#include "passes/pass.h"

namespace flopaudit {

struct PipelineOptions {
  std::string dump_directory;     // --dump-passes: `00-lower.ir`, `01-inline-calls.ir`, ...; empty: no dumps
  std::string stop_after;         // --stop-after: a pass name or `lower`; empty: run all
  std::vector<std::string> skip;  // --skip-pass
  bool verify = false;            // always on in debug builds
};

// Errors: usage (unknown pass name), input (what a pass met).
Result<void> run_pipeline(Program& program, PassContext& context, const PipelineOptions& options);

}  // namespace flopaudit
