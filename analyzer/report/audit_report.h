// The audit views: annotated against expected against measured, from a Record and its Judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/audit/judge.h"
#include "analyzer/audit/record.h"
#include "analyzer/audit/roofline.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

// All that the views print. What it refers to outlives it.
struct AuditReport {
  const Record& record;  // but its IR and counts: a report that was read back has neither
  const Judgement& judgement;
  std::string kind, method;
  std::vector<std::pair<std::string, std::string>> inputs;  // name, fact
  bool times = false;                // --times: the only part that may differ between two runs of the same measurement
  const Program* program = nullptr;  // for the graph; null in a report that was read back
  std::optional<Roofline> roofline = {};  // with --times, where the record has the speed of its machine
};
AuditReport make_audit_report(const Record& record, const Program& program, const Judgement& judgement,
                              bool times = false);

// An audit's JSON report, read back.
struct StoredAudit {
  Record record;  // what the report says of it
  Judgement judgement;
  std::string kind, method;
  std::vector<std::pair<std::string, std::string>> inputs;
  bool times = false;
  std::optional<Roofline> roofline;
  AuditReport report() const {
    return {record, judgement, kind, method, inputs, times, nullptr, times ? roofline : std::nullopt};
  }
};
// Errors: input: not flopaudit.report/1, another version of it, a missing key.
Result<StoredAudit> audit_from_json(const std::string& text);

// What was measured of one op, or of all for an empty name; nothing where no node of it was: never 0 then.
std::optional<std::int64_t> measured_flops(const Judgement& judgement, const std::string& op = "");

// `schema` flopaudit.report/1, ends with a newline. Keys are stable; additions are allowed (DESIGN.md §3).
std::string to_json(const AuditReport& report);
std::string to_csv(const AuditReport& report);   // one line a node
std::string to_text(const AuditReport& report);  // per op kind, totals, verdicts, causes, findings
std::string to_markdown(const AuditReport& report);

}  // namespace flopaudit
