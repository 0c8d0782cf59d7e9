// The .cases files by family, for the tests that ask LibTorch.
#pragma once

#include <string>
#include <vector>

#include "tests/ops/case_file.h"

namespace flopaudit {

// The stems of testdata/ops/*.cases, sorted.
std::vector<std::string> op_families();

// A family's cases in order of lines; only those of one op where the environment variable FA_ORACLE_OP names one.
std::vector<OpCase> cases_of_family(const std::string& family);

std::vector<std::string> lines_of(const std::string& text);

}  // namespace flopaudit
