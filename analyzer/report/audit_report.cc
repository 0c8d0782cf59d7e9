#include "analyzer/report/audit_report.h"

#include "analyzer/report/node_text.h"

namespace flopaudit {

AuditReport make_audit_report(const Record& record, const Program& program, const Judgement& judgement, bool times) {
  return {record,
          judgement,
          program.kind,
          program.method,
          input_names(program),
          times,
          &program,
          times ? roofline_of(record, program) : std::nullopt};
}

std::optional<std::int64_t> measured_flops(const Judgement& judgement, const std::string& op) {
  std::optional<std::int64_t> sum;
  for (const NodeJudgement& node : judgement.nodes) {
    if (node.measured && (op.empty() || node.op == op)) sum = sum.value_or(0) + *node.measured;
  }
  return sum;
}

}  // namespace flopaudit
