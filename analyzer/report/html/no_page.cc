// Stands for the bundled page where there is no Node to make it: html_page.h then says what is missing.
#include "analyzer/report/html_page.h"

namespace flopaudit {

std::string_view html_template() { return {}; }

}  // namespace flopaudit
