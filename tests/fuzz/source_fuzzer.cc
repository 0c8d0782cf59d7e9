// Text as the code of a model's one class: emission, overload choice, clean-up, printing.
#include <cstdint>
#include <string_view>

#include "tests/fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flopaudit;
  (void)read_model_bytes(archive_around({reinterpret_cast<const char*>(data), size}));
  return 0;
}
