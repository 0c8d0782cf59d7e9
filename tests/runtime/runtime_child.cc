// A child for the tests of re-execution: does what its first argument says.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/calibration.h"

namespace {

int calibrate_software() {
  const auto source = flopaudit::open_counter_source("software");
  if (!source) return std::fprintf(stderr, "%s\n", source.error().message.c_str()), 4;
  const auto calibration = flopaudit::calibrate(**source);
  if (!calibration) return std::fprintf(stderr, "%s\n", calibration.error().message.c_str()), 4;
  std::fprintf(stderr, "%zu kernels are exact\n", calibration->kernels.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "exit") return std::atoi(argv[2]);
  if (what == "calibrate") return calibrate_software();
  if (what == "abort") {
    std::fputs("about to give up\n", stderr);
    std::abort();
  }
  if (what == "sleep") return sleep(60), 0;
  if (what == "print") {  // the value of an environment variable
    const char* value = std::getenv(argv[2]);
    return std::fprintf(stderr, "%s\n", value == nullptr ? "(unset)" : value), 0;
  }
  return 1;
}
