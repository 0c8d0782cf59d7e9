// bare_load FILE: what LibTorch's own loading costs, for tools/time_analysis to time: nothing but torch::jit::load.
#include <torch/script.h>

#include <cstdio>

int main(int count, char** values) {
  if (count != 2) return 2;
  try {
    const torch::jit::Module module = torch::jit::load(values[1]);
    return module.get_methods().empty() ? 1 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
