// FA_ASSERT: a check of our own logic, never of a user's input (that is Result). Always on; aborts with the place.
#pragma once

namespace flopaudit {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line, const char* message);
}  // namespace flopaudit

#define FA_ASSERT(condition, message) \
  ((condition) ? static_cast<void>(0) : ::flopaudit::assertion_failed(#condition, __FILE__, __LINE__, message))
