// The terminal that stdout is, if it is one.
#pragma once

#include "analyzer/report/table.h"

namespace flopaudit {

// Its width, and colours unless NO_COLOR is set or TERM is dumb. Neither in a file or a pipe.
TextStyle terminal_style();

}  // namespace flopaudit
