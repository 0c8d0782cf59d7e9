// Text as serialized code: tokens, syntax and, of what reads as a type, the type.
#include <cstdint>
#include <string_view>

#include "analyzer/frontend/torchscript/annotation.h"
#include "analyzer/frontend/torchscript/parser.h"
#include "tests/fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flopaudit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_source(text);
  if (!file) check_sentence(file.error().message);
  const auto expression = parse_expression(text);
  if (expression) (void)type_of_annotation(*expression);
  return 0;
}
