// Turns an exception of LibTorch into one sentence: no C++ stack, no traceback.
#pragma once

#include <exception>
#include <string>

namespace flopaudit {

std::string one_sentence(const std::exception& error);

}  // namespace flopaudit
