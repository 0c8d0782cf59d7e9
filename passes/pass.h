// A pass: one file, one subject. Only its factory is visible (passes/pass_list.cc).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/module_summary.h"
#include "analyzer/ops/rules/rule_file.h"
#include "analyzer/ops/shape_oracle.h"
#include "analyzer/support/result.h"

namespace flopaudit {

enum class Changed { no, yes };

// What a pass may see beside the program. Filled by the caller; the last part by passes.
struct PassContext {
  std::vector<Fact> inputs;                         // one a argument of the entry method after self, defaults filled in
  std::optional<DType> retarget_dtype;              // --dtype: f64 makes every f32 of the program f64
  std::optional<std::int64_t> loop_bound;           // --loop-bound: trip count of loops whose count is unknown
  std::map<std::string, std::int64_t> assumptions;  // --assume: `trips(n12)` -> 100, also symbols of dims (--at)
  std::shared_ptr<const OpRules> op_rules;          // --op-rules; null: none
  std::shared_ptr<ShapeOracle> shape_oracle;        // for ops without a row; null: their shapes stay unknown
  // --assume 'H>=64', and what propagate-shapes finds that LibTorch refuses less than. Later passes rely on it too.
  std::map<std::string, std::int64_t> least_sizes;

  std::vector<std::string> size_assumptions;  // sentences: what must hold of symbolic sizes, and where
  std::vector<ModuleSummary> modules;         // result of summarize-modules, pre-order
  std::vector<std::string> diagnostics;  // sentences for the report: what the count depends on, unknown conditions
};

class Pass {
 public:
  virtual ~Pass() = default;
  // `changed` is honest: tests compare the printed IR.
  virtual Result<Changed> run(Program& program, PassContext& context) = 0;
};

struct PassInfo {
  const char* name;     // "inline-calls"
  const char* summary;  // one line for --help and `flopaudit list passes`
  std::unique_ptr<Pass> (*make)();
};

// Every pass, in pipeline order (passes/pass_list.cc).
const std::vector<PassInfo>& all_passes();

}  // namespace flopaudit
