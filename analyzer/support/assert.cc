#include "analyzer/support/assert.h"

#include <cstdio>
#include <cstdlib>

namespace flopaudit {

void assertion_failed(const char* condition, const char* file, int line, const char* message) {
  std::fprintf(stderr, "flopaudit: this is a bug in flopaudit, please report it: %s (%s) at %s:%d\n", message,
               condition, file, line);
  std::abort();
}

}  // namespace flopaudit
