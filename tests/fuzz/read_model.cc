#include "tests/fuzz/read_model.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "analyzer/frontend/gate/admission.h"
#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/printer.h"
#include "analyzer/ir/verifier.h"
#include "tests/frontend/torchscript/archive_writer.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

constexpr std::size_t kLongestSentence = 2000;

}  // namespace

void wrong(const char* what, const std::string& text) {
  std::fprintf(stderr, "%s: %s\n", what, text.c_str());
  std::abort();
}

void check_sentence(const std::string& message) {
  if (message.empty()) wrong("an error without a message", message);
  if (message.size() > kLongestSentence) wrong("an error of more than 2000 bytes", message);
  for (const char c : message) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) wrong("an error with a control character", message);
  }
}

std::string read_model(const std::string& file) {
  const auto admitted = admit_file(file, /*trust=*/false);
  if (!admitted) check_sentence(admitted.error().message);
  const auto program = load_with_torchscript(file, "forward");
  if (!program) {
    check_sentence(program.error().message);
    return "refused: " + program.error().message;
  }
  const auto verified = verify(**program);
  if (!verified) wrong("a program that is none", verified.error().message);
  if (print(**program).empty()) wrong("a program without a text", file);
  return "read: " + std::to_string((*program)->functions.size()) + " functions";
}

std::string read_model_bytes(std::string_view bytes) {
  static const int file = ::memfd_create("model", 0);
  if (file < 0 || ::ftruncate(file, 0) != 0 ||
      ::pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    wrong("no file in memory", "memfd_create");
  }
  return read_model("/proc/self/fd/" + std::to_string(file));
}

std::string archive_around(std::string_view source) {
  using namespace pickles;
  ArchiveWriter writer;
  writer.add({"m/version", "3\n"});
  writer.add({"m/code/__torch__.py", std::string(source)});
  const std::string weight = tensor(storage("FloatStorage", "0", 1), 0, integers({1}), integers({1}));
  writer.add({"m/constants.pkl", program(tuple({weight}))});
  writer.add({"m/constants/0", bytes(0, 4)});
  writer.add({"m/data/0", bytes(0, 4)});
  writer.add({"m/data.pkl",
              program(object("__torch__", "M", dict({{text("training"), boolean(false)}, {text("w"), weight}})))});
  return writer.bytes();
}

}  // namespace flopaudit
