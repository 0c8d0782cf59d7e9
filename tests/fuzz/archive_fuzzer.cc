// Bytes as a model file: everything.
#include <cstdint>
#include <string_view>

#include "tests/fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)flopaudit::read_model_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
