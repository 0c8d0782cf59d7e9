#include "analyzer/report/audit_report.h"

namespace flopaudit {

std::optional<std::int64_t> measured_flops(const Judgement& judgement, const std::string& op) {
  std::optional<std::int64_t> sum;
  for (const NodeJudgement& node : judgement.nodes) {
    if (node.measured && (op.empty() || node.op == op)) sum = sum.value_or(0) + *node.measured;
  }
  return sum;
}

}  // namespace flopaudit
