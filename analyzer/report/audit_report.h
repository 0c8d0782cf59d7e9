// The audit views: annotated against expected against measured, from a Record and its Judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/audit/judge.h"
#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

// All that the views print. The members outlive the view.
struct AuditReport {
  const Record& record;
  const Program& program;
  const Judgement& judgement;
  bool times = false;  // --times: the only part that may differ between two runs of the same measurement
};

// What was measured of one op, or of all for an empty name; nothing where no node of it was: never 0 then.
std::optional<std::int64_t> measured_flops(const Judgement& judgement, const std::string& op = "");

// `schema` flopaudit.report/1, ends with a newline. Keys are stable; additions are allowed (DESIGN.md §3).
std::string to_json(const AuditReport& report);
std::string to_csv(const AuditReport& report);   // one line a node
std::string to_text(const AuditReport& report);  // per op kind, totals, verdicts, causes, findings
std::string to_markdown(const AuditReport& report);

}  // namespace flopaudit
