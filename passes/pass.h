// A pass: one file, one subject. Only its factory is visible (passes/pass_list.cc).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/dependency.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ir/module_summary.h"
#include "analyzer/ops/rules/rule_file.h"
#include "analyzer/ops/shape_oracle.h"
#include "analyzer/support/expr_bounds.h"
#include "analyzer/support/result.h"

namespace flopaudit {

enum class Changed { no, yes };

// What a pass may see beside the program. Filled by the caller; the last part by passes.
struct PassContext {
  std::vector<Fact> inputs;                // one a argument of the entry method after self, defaults filled in
  std::optional<DType> retarget_dtype;     // --dtype: f64 makes every f32 of the program f64
  std::optional<std::int64_t> loop_bound;  // --loop-bound: trip count of loops whose count is unknown
  // --assume: `trips(n12)` -> 100, `nms(n30)` -> 20, `branch(n7)` -> 1; also symbols of dims (--at).
  std::map<std::string, std::int64_t> assumptions;
  std::shared_ptr<const OpRules> op_rules;    // --op-rules; null: none
  std::shared_ptr<ShapeOracle> shape_oracle;  // for ops without a row; null: their shapes stay unknown
  // --assume 'H>=64', and what propagate-shapes finds that LibTorch refuses less than. Later passes rely on it too.
  std::map<std::string, std::int64_t> least_sizes;
  // Of symbols that propagate-shapes makes for sizes that the data decides. Later passes rely on it too.
  std::map<std::string, SymbolMost> most_sizes;

  std::vector<std::string> size_assumptions;  // sentences: what must hold of symbolic sizes, and where
  std::vector<ModuleSummary> modules;         // result of summarize-modules, pre-order
  std::vector<Dependency> dependencies;    // what the count may depend on, in the order in which the program meets it
  std::set<std::string> used_assumptions;  // names in `assumptions` that the program met
  std::vector<std::string> diagnostics;    // sentences for the report
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
