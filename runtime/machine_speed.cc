// Peaks are what the instructions give on registers alone: as many chains as it takes to hide the latency of each, no
// memory, no branch but the loop's. A mul and an add are one FLOP a lane each, an FMA two.
#include "runtime/machine_speed.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

namespace flopaudit {
namespace {

using Clock = std::chrono::steady_clock;

// Enough to hide the latency of a mul and an add behind each other.
constexpr int kChains = 12;

// A loop of `rounds` over twelve registers: BODY(r) stands once a register. The registers hold what does not matter; x0
// and x1 of BODY are ones.
#define FA_TWELVE(BODY) \
  BODY("2")             \
  BODY("3") BODY("4") BODY("5") BODY("6") BODY("7") BODY("8") BODY("9") BODY("10") BODY("11") BODY("12") BODY("13")

#define FA_CLOBBERS                                                                                                   \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", \
      "cc"

// `load`: fills a register with ones (operand 1 points to them). `end`: before ordinary code goes on.
#define FA_LOOP(NAME, LOAD, BODY, END)                                                                               \
  void NAME(std::int64_t rounds, const void* ones) {                                                                 \
    asm volatile(LOAD("0") LOAD("1") FA_TWELVE(LOAD) ".p2align 4\n1:\n\t" FA_TWELVE(BODY) "dec %0\n\tjnz 1b\n\t" END \
                 : "+r"(rounds)                                                                                      \
                 : "r"(ones)                                                                                         \
                 : "memory", FA_CLOBBERS);                                                                           \
  }

#define FA_LOAD_XMM(r) "movups (%1), %%xmm" r "\n\t"
#define FA_LOAD_YMM(r) "vmovups (%1), %%ymm" r "\n\t"
#define FA_LOAD_ZMM(r) "vmovups (%1), %%zmm" r "\n\t"

// x*1 + 1 grows until a one more changes nothing: always finite and normal.
#define FA_SSE_S(r) "mulps %%xmm0, %%xmm" r "\n\taddps %%xmm1, %%xmm" r "\n\t"
#define FA_SSE_D(r) "mulpd %%xmm0, %%xmm" r "\n\taddpd %%xmm1, %%xmm" r "\n\t"
#define FA_AVX_S(r) "vmulps %%ymm0, %%ymm" r ", %%ymm" r "\n\tvaddps %%ymm1, %%ymm" r ", %%ymm" r "\n\t"
#define FA_AVX_D(r) "vmulpd %%ymm0, %%ymm" r ", %%ymm" r "\n\tvaddpd %%ymm1, %%ymm" r ", %%ymm" r "\n\t"
#define FA_FMA_S(r) "vfmadd213ps %%ymm1, %%ymm0, %%ymm" r "\n\t"
#define FA_FMA_D(r) "vfmadd213pd %%ymm1, %%ymm0, %%ymm" r "\n\t"
#define FA_512_S(r) "vfmadd213ps %%zmm1, %%zmm0, %%zmm" r "\n\t"
#define FA_512_D(r) "vfmadd213pd %%zmm1, %%zmm0, %%zmm" r "\n\t"

FA_LOOP(sse_single, FA_LOAD_XMM, FA_SSE_S, "")
FA_LOOP(sse_double, FA_LOAD_XMM, FA_SSE_D, "")
FA_LOOP(avx_single, FA_LOAD_YMM, FA_AVX_S, "vzeroupper")
FA_LOOP(avx_double, FA_LOAD_YMM, FA_AVX_D, "vzeroupper")
FA_LOOP(fma_single, FA_LOAD_YMM, FA_FMA_S, "vzeroupper")
FA_LOOP(fma_double, FA_LOAD_YMM, FA_FMA_D, "vzeroupper")
FA_LOOP(fma512_single, FA_LOAD_ZMM, FA_512_S, "vzeroupper")
FA_LOOP(fma512_double, FA_LOAD_ZMM, FA_512_D, "vzeroupper")

struct PeakKernel {
  const char* name;
  const char* dtype;
  int lanes;  // of a register
  void (*run)(std::int64_t rounds, const void* ones);
};

std::vector<PeakKernel> kernels_of_this_cpu() {
  std::vector<PeakKernel> kernels = {{"SSE mul+add", "f32", 4, sse_single}, {"SSE mul+add", "f64", 2, sse_double}};
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx")) {
    kernels.push_back({"AVX mul+add", "f32", 8, avx_single});
    kernels.push_back({"AVX mul+add", "f64", 4, avx_double});
  }
  if (__builtin_cpu_supports("fma")) {
    kernels.push_back({"AVX FMA", "f32", 8, fma_single});
    kernels.push_back({"AVX FMA", "f64", 4, fma_double});
  }
  if (__builtin_cpu_supports("avx512f")) {
    kernels.push_back({"AVX-512 FMA", "f32", 16, fma512_single});
    kernels.push_back({"AVX-512 FMA", "f64", 8, fma512_double});
  }
  return kernels;
}

double seconds_of(const std::function<void()>& run) {
  const auto start = Clock::now();
  run();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double fastest_of(int rounds, const std::function<void()>& run) {
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < rounds; ++i) fastest = std::min(fastest, seconds_of(run));
  return fastest;
}

double flops_per_second(const PeakKernel& kernel) {
  alignas(64) float singles[16];
  alignas(64) double doubles[8];
  std::fill(std::begin(singles), std::end(singles), 1.0F);
  std::fill(std::begin(doubles), std::end(doubles), 1.0);
  const bool is_single = kernel.dtype[1] == '3';
  const void* ones = is_single ? static_cast<const void*>(singles) : static_cast<const void*>(doubles);
  constexpr std::int64_t kRounds = 300'000;
  constexpr int kRepetitions = 12;
  const double seconds = fastest_of(kRepetitions, [&] { kernel.run(kRounds, ones); });
  return 2.0 * kChains * kernel.lanes * static_cast<double>(kRounds) / seconds;
}

double bytes_per_second() {
  constexpr std::size_t kElements = std::size_t{8} << 20;  // 64 MB an array
  const auto a = std::make_unique<double[]>(kElements), b = std::make_unique<double[]>(kElements),
             c = std::make_unique<double[]>(kElements);
  std::fill_n(b.get(), kElements, 1.0);
  std::fill_n(c.get(), kElements, 2.0);
  double factor = 3;
  const double seconds = fastest_of(4, [&] {
    double *to = a.get(), *first = b.get(), *second = c.get();
    asm volatile("" : "+r"(to), "+r"(first), "+r"(second), "+x"(factor) : : "memory");
    for (std::size_t i = 0; i < kElements; ++i) to[i] = first[i] + factor * second[i];
    asm volatile("" : : "r"(to) : "memory");
  });
  return 3.0 * sizeof(double) * static_cast<double>(kElements) / seconds;
}

}  // namespace

MachineSpeed measure_machine_speed() {
  MachineSpeed speed;
  for (const PeakKernel& kernel : kernels_of_this_cpu()) {
    speed.peaks.push_back({kernel.name, kernel.dtype, flops_per_second(kernel)});
  }
  speed.bytes_per_second = bytes_per_second();
  return speed;
}

}  // namespace flopaudit
