// A record judged, where a test wants no errors.
#pragma once

#include <stdexcept>

#include "analyzer/audit/judge.h"
#include "tests/audit/sample_record.h"

namespace flopaudit {

inline Judgement judged(const Record& record) {
  const auto program = program_of(record);
  Result<Judgement> judgement = judge(record, *program);
  if (!judgement) throw std::runtime_error(judgement.error().message);
  return *judgement;
}

inline const NodeJudgement& node(const Judgement& judgement, int id) {
  for (const NodeJudgement& one : judgement.nodes) {
    if (one.id == id) return one;
  }
  throw std::runtime_error("no such node");
}

}  // namespace flopaudit
