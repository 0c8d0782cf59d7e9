// The log, on stderr. Takes ready text: no header of spdlog or fmt is included here, because the LibTorch wheel ships
// an fmt of its own and no file may see both (DESIGN.md §4).
#pragma once

#include <string_view>

namespace flopaudit::log {

enum class Level { debug, info, warning, error };

// Messages below `level` are dropped. The default is warning; -v sets info, -vv debug.
void set_level(Level level);
bool enabled(Level level);

void debug(std::string_view text);
void info(std::string_view text);
void warning(std::string_view text);
void error(std::string_view text);

}  // namespace flopaudit::log
