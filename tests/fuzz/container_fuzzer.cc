// Bytes as a zip archive: its directory, and each record that it promises.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "analyzer/frontend/torchscript/container.h"
#include "tests/fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flopaudit;
  static const int file = ::memfd_create("archive", 0);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  const auto container = Container::open("/proc/self/fd/" + std::to_string(file));
  if (!container) {
    check_sentence(container.error().message);
    return 0;
  }
  for (const auto& [name, record] : container->records()) {
    const auto all = container->read(record, 1 << 20);
    if (!all) check_sentence(all.error().message);
    const auto part = container->read_part(record, size % 7, 16);
    if (!part) check_sentence(part.error().message);
    // What is read in a piece is what is read as a whole.
    if (all && part && all->substr(size % 7, 16) != *part) std::abort();
  }
  return 0;
}
