// Counts for people: `ADD_SP 4000, MUL_SP 4000`, or `nothing`.
#pragma once

#include <string>

#include "analyzer/audit/counts.h"

namespace flopaudit {

inline std::string counts_text(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (counts.lanes[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(kEventNames[i]) + " " + std::to_string(counts.lanes[i]);
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace flopaudit
