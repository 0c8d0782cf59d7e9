#include "runtime/calibration_kernels.h"

#include <cpuid.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace flopaudit {
namespace {

// Each kernel repeats its body so often. FMA is emulated lane by lane under Valgrind 3.19, hence no more.
constexpr std::int64_t kIterations = 100;

using Lanes = std::initializer_list<std::pair<Event, std::int64_t>>;

Counts per_call(Lanes lanes_per_iteration) {
  Counts counts;
  for (const auto& [event, lanes] : lanes_per_iteration) counts[event] += lanes * kIterations;
  return counts;
}

// Operands that are ordinary in either precision, so that no kernel meets a NaN, an infinity or a denormal. 0x3FF8...
// is 1.5 as a double and (1.9375, 0) as two floats.
alignas(32) constexpr float kSingles[8] = {1.5F, 2.5F, 3.5F, 4.5F, 5.5F, 6.5F, 7.5F, 8.5F};
alignas(32) constexpr double kDoubles[4] = {1.5, 2.5, 3.5, 4.5};

// A row of the table: registers 0 to 3 of the SSE file are loaded with `operands`, the body runs kIterations times.
// `prepare` and `finish` load and clean up the 256-bit registers where the body uses them.
#define FA_KERNEL(name, feature, operands, prepare, body, finish, ...)                             \
  CalibrationKernel {                                                                              \
    name, CpuFeature::feature, per_call(__VA_ARGS__), [] {                                         \
      std::int64_t iterations = kIterations;                                                       \
      std::int64_t scratch[4] = {};                                                                \
      asm volatile(prepare "1:\n\t" body "\n\tdec %[iterations]\n\tjnz 1b\n\t" finish              \
                   : [iterations] "+r"(iterations)                                                 \
                   : [values] "r"(operands), [scratch] "r"(scratch)                                \
                   : "rax", "rcx", "xmm0", "xmm1", "xmm2", "xmm3", "st", "st(1)", "memory", "cc"); \
    }                                                                                              \
  }

#define FA_LOAD_XMM                \
  "movups (%[values]), %%xmm0\n\t" \
  "movups (%[values]), %%xmm1\n\t" \
  "movups (%[values]), %%xmm2\n\t" \
  "movups (%[values]), %%xmm3\n\t"
#define FA_LOAD_YMM                 \
  "vmovups (%[values]), %%ymm0\n\t" \
  "vmovups (%[values]), %%ymm1\n\t" \
  "vmovups (%[values]), %%ymm2\n\t" \
  "vmovups (%[values]), %%ymm3\n\t"

// Legacy SSE on singles and doubles; VEX-encoded on singles and doubles; x87.
#define FA_SSE_S(name, feature, body, ...) FA_KERNEL(name, feature, kSingles, FA_LOAD_XMM, body, "", __VA_ARGS__)
#define FA_SSE_D(name, feature, body, ...) FA_KERNEL(name, feature, kDoubles, FA_LOAD_XMM, body, "", __VA_ARGS__)
#define FA_AVX_S(name, feature, body, ...) \
  FA_KERNEL(name, feature, kSingles, FA_LOAD_YMM, body, "vzeroupper", __VA_ARGS__)
#define FA_AVX_D(name, feature, body, ...) \
  FA_KERNEL(name, feature, kDoubles, FA_LOAD_YMM, body, "vzeroupper", __VA_ARGS__)

// 512 bits of operands, twice what the others load.
#define FA_LOAD_ZMM                         \
  "vbroadcastf64x4 (%[values]), %%zmm0\n\t" \
  "vbroadcastf64x4 (%[values]), %%zmm1\n\t" \
  "vbroadcastf64x4 (%[values]), %%zmm2\n\t" \
  "vbroadcastf64x4 (%[values]), %%zmm3\n\t"
#define FA_ZMM_S(name, body, ...) FA_KERNEL(name, avx512, kSingles, FA_LOAD_ZMM, body, "vzeroupper", __VA_ARGS__)
#define FA_ZMM_D(name, body, ...) FA_KERNEL(name, avx512, kDoubles, FA_LOAD_ZMM, body, "vzeroupper", __VA_ARGS__)

std::vector<CalibrationKernel> all_of_form(KernelForm form, std::vector<CalibrationKernel> kernels) {
  for (CalibrationKernel& kernel : kernels) kernel.form = form;
  return kernels;
}

std::vector<CalibrationKernel> arithmetic_kernels() {
  using enum Event;
  return {
      FA_SSE_S("addss", sse2, "addss %%xmm1, %%xmm0", {{add_sp, 1}}),
      FA_SSE_S("subss", sse2, "subss %%xmm1, %%xmm0", {{add_sp, 1}}),
      FA_SSE_S("mulss", sse2, "mulss %%xmm1, %%xmm0", {{mul_sp, 1}}),
      FA_SSE_S("divss", sse2, "divss %%xmm1, %%xmm0", {{div_sp, 1}}),
      FA_SSE_S("sqrtss", sse2, "sqrtss %%xmm1, %%xmm0", {{sqrt_sp, 1}}),
      FA_SSE_S("minss maxss", sse2, "minss %%xmm1, %%xmm0\n\tmaxss %%xmm2, %%xmm0", {{minmax_sp, 2}}),
      FA_SSE_D("addsd", sse2, "addsd %%xmm1, %%xmm0", {{add_dp, 1}}),
      FA_SSE_D("subsd", sse2, "subsd %%xmm1, %%xmm0", {{add_dp, 1}}),
      FA_SSE_D("mulsd", sse2, "mulsd %%xmm1, %%xmm0", {{mul_dp, 1}}),
      FA_SSE_D("divsd", sse2, "divsd %%xmm1, %%xmm0", {{div_dp, 1}}),
      FA_SSE_D("sqrtsd", sse2, "sqrtsd %%xmm1, %%xmm0", {{sqrt_dp, 1}}),
      FA_SSE_D("minsd maxsd", sse2, "minsd %%xmm1, %%xmm0\n\tmaxsd %%xmm2, %%xmm0", {{minmax_dp, 2}}),

      FA_SSE_S("addps xmm", sse2, "addps %%xmm1, %%xmm0", {{add_sp, 4}}),
      FA_SSE_S("subps xmm", sse2, "subps %%xmm1, %%xmm0", {{add_sp, 4}}),
      FA_SSE_S("mulps xmm", sse2, "mulps %%xmm1, %%xmm0", {{mul_sp, 4}}),
      FA_SSE_S("divps xmm", sse2, "divps %%xmm1, %%xmm0", {{div_sp, 4}}),
      FA_SSE_S("sqrtps xmm", sse2, "sqrtps %%xmm1, %%xmm0", {{sqrt_sp, 4}}),
      FA_SSE_S("minps maxps xmm", sse2, "minps %%xmm1, %%xmm0\n\tmaxps %%xmm2, %%xmm0", {{minmax_sp, 8}}),
      FA_SSE_D("addpd xmm", sse2, "addpd %%xmm1, %%xmm0", {{add_dp, 2}}),
      FA_SSE_D("subpd xmm", sse2, "subpd %%xmm1, %%xmm0", {{add_dp, 2}}),
      FA_SSE_D("mulpd xmm", sse2, "mulpd %%xmm1, %%xmm0", {{mul_dp, 2}}),
      FA_SSE_D("divpd xmm", sse2, "divpd %%xmm1, %%xmm0", {{div_dp, 2}}),
      FA_SSE_D("sqrtpd xmm", sse2, "sqrtpd %%xmm1, %%xmm0", {{sqrt_dp, 2}}),
      FA_SSE_D("minpd maxpd xmm", sse2, "minpd %%xmm1, %%xmm0\n\tmaxpd %%xmm2, %%xmm0", {{minmax_dp, 4}}),

      FA_AVX_S("vaddss", avx, "vaddss %%xmm1, %%xmm2, %%xmm0", {{add_sp, 1}}),
      FA_AVX_D("vmulsd", avx, "vmulsd %%xmm1, %%xmm2, %%xmm0", {{mul_dp, 1}}),
      FA_AVX_S("vaddps ymm", avx, "vaddps %%ymm1, %%ymm2, %%ymm0", {{add_sp, 8}}),
      FA_AVX_S("vsubps ymm", avx, "vsubps %%ymm1, %%ymm2, %%ymm0", {{add_sp, 8}}),
      FA_AVX_S("vmulps ymm", avx, "vmulps %%ymm1, %%ymm2, %%ymm0", {{mul_sp, 8}}),
      FA_AVX_S("vdivps ymm", avx, "vdivps %%ymm1, %%ymm2, %%ymm0", {{div_sp, 8}}),
      FA_AVX_S("vsqrtps ymm", avx, "vsqrtps %%ymm1, %%ymm0", {{sqrt_sp, 8}}),
      FA_AVX_S("vminps vmaxps ymm", avx, "vminps %%ymm1, %%ymm2, %%ymm0\n\tvmaxps %%ymm1, %%ymm2, %%ymm3",
               {{minmax_sp, 16}}),
      FA_AVX_D("vaddpd ymm", avx, "vaddpd %%ymm1, %%ymm2, %%ymm0", {{add_dp, 4}}),
      FA_AVX_D("vsubpd ymm", avx, "vsubpd %%ymm1, %%ymm2, %%ymm0", {{add_dp, 4}}),
      FA_AVX_D("vmulpd ymm", avx, "vmulpd %%ymm1, %%ymm2, %%ymm0", {{mul_dp, 4}}),
      FA_AVX_D("vdivpd ymm", avx, "vdivpd %%ymm1, %%ymm2, %%ymm0", {{div_dp, 4}}),
      FA_AVX_D("vsqrtpd ymm", avx, "vsqrtpd %%ymm1, %%ymm0", {{sqrt_dp, 4}}),
      FA_AVX_D("vminpd vmaxpd ymm", avx, "vminpd %%ymm1, %%ymm2, %%ymm0\n\tvmaxpd %%ymm1, %%ymm2, %%ymm3",
               {{minmax_dp, 8}}),

      FA_SSE_S("haddps hsubps xmm", sse41, "haddps %%xmm1, %%xmm0\n\thsubps %%xmm2, %%xmm0", {{add_sp, 8}}),
      FA_SSE_D("haddpd hsubpd xmm", sse41, "haddpd %%xmm1, %%xmm0\n\thsubpd %%xmm2, %%xmm0", {{add_dp, 4}}),
      FA_AVX_S("vhaddps ymm", avx, "vhaddps %%ymm1, %%ymm2, %%ymm0", {{add_sp, 8}}),
      FA_AVX_D("vhaddpd ymm", avx, "vhaddpd %%ymm1, %%ymm2, %%ymm0", {{add_dp, 4}}),
      FA_SSE_S("addsubps xmm", sse41, "addsubps %%xmm1, %%xmm0", {{add_sp, 4}}),
      FA_SSE_D("addsubpd xmm", sse41, "addsubpd %%xmm1, %%xmm0", {{add_dp, 2}}),
      FA_AVX_S("vaddsubps ymm", avx, "vaddsubps %%ymm1, %%ymm2, %%ymm0", {{add_sp, 8}}),
      FA_AVX_D("vaddsubpd ymm", avx, "vaddsubpd (%[values]), %%ymm2, %%ymm0", {{add_dp, 4}}),
      FA_SSE_S("addps subps same operands", sse2,
               "movaps %%xmm2, %%xmm0\n\tmovaps %%xmm2, %%xmm3\n\taddps %%xmm1, %%xmm0\n\tsubps %%xmm1, %%xmm3",
               {{add_sp, 8}}),
      FA_AVX_S("vfmadd231ss", fma, "vfmadd231ss %%xmm1, %%xmm2, %%xmm0", {{fma_sp, 1}}),
      FA_AVX_D("vfnmsub213sd", fma, "vfnmsub213sd %%xmm1, %%xmm2, %%xmm0", {{fma_dp, 1}}),
      FA_AVX_S("vfmadd231ps xmm", fma, "vfmadd231ps %%xmm1, %%xmm2, %%xmm0", {{fma_sp, 4}}),
      FA_AVX_D("vfmsub132pd xmm", fma, "vfmsub132pd %%xmm1, %%xmm2, %%xmm0", {{fma_dp, 2}}),
      FA_AVX_S("vfmadd231ps ymm", fma, "vfmadd231ps %%ymm1, %%ymm2, %%ymm0", {{fma_sp, 8}}),
      FA_AVX_S("vfmaddsub213ps ymm", fma, "vfmaddsub213ps %%ymm1, %%ymm2, %%ymm0", {{fma_sp, 8}}),
      FA_AVX_D("vfmadd231pd ymm", fma, "vfmadd231pd %%ymm1, %%ymm2, %%ymm0", {{fma_dp, 4}}),
  };
}

std::vector<CalibrationKernel> dot_product_kernels() {
  using enum Event;
  return all_of_form(KernelForm::dot_product,
                     {
                         FA_SSE_S("dpps xmm", sse41, "dpps $0xF1, %%xmm1, %%xmm0", {{mul_sp, 4}, {add_sp, 3}}),
                         FA_AVX_S("vdpps ymm", avx, "vdpps $0xF1, %%ymm1, %%ymm2, %%ymm0", {{mul_sp, 8}, {add_sp, 6}}),
                         FA_SSE_D("dppd xmm", sse41, "dppd $0x31, %%xmm1, %%xmm0", {{mul_dp, 2}, {add_dp, 1}}),
                     });
}

std::vector<CalibrationKernel> x87_kernels() {
  using enum Event;
  return all_of_form(
      KernelForm::x87,
      {
          FA_SSE_D("x87 fadd fmul", sse2, "fld1\n\tfadd %%st(0), %%st\n\tfmul %%st(0), %%st\n\tfstp %%st(0)",
                   {{add_dp, 1}, {mul_dp, 1}}),
          FA_SSE_D("x87 fdiv fsqrt", sse2, "fldpi\n\tfdiv %%st(0), %%st\n\tfsqrt\n\tfstp %%st(0)",
                   {{div_dp, 1}, {sqrt_dp, 1}}),
          FA_SSE_D("x87 fucomip", sse2, "fld1\n\tfldpi\n\tfucomip %%st(1), %%st\n\tfstp %%st(0)", {{cmp_dp, 1}}),
      });
}

// 512 bits: on hardware counters alone, since Valgrind shows no CPU that has them. A mask does not lessen the count.
std::vector<CalibrationKernel> wide_kernels() {
  using enum Event;
  return {
      FA_ZMM_S("vaddps zmm", "vaddps %%zmm1, %%zmm2, %%zmm0", {{add_sp, 16}}),
      FA_ZMM_S("vmulps zmm", "vmulps %%zmm1, %%zmm2, %%zmm0", {{mul_sp, 16}}),
      FA_ZMM_S("vdivps zmm", "vdivps %%zmm1, %%zmm2, %%zmm0", {{div_sp, 16}}),
      FA_ZMM_S("vsqrtps zmm", "vsqrtps %%zmm1, %%zmm0", {{sqrt_sp, 16}}),
      FA_ZMM_S("vminps vmaxps zmm", "vminps %%zmm1, %%zmm2, %%zmm0\n\tvmaxps %%zmm1, %%zmm2, %%zmm3",
               {{minmax_sp, 32}}),
      FA_ZMM_S("vfmadd231ps zmm", "vfmadd231ps %%zmm1, %%zmm2, %%zmm0", {{fma_sp, 16}}),
      FA_ZMM_D("vaddpd zmm", "vaddpd %%zmm1, %%zmm2, %%zmm0", {{add_dp, 8}}),
      FA_ZMM_D("vmulpd zmm", "vmulpd %%zmm1, %%zmm2, %%zmm0", {{mul_dp, 8}}),
      FA_ZMM_D("vdivpd zmm", "vdivpd %%zmm1, %%zmm2, %%zmm0", {{div_dp, 8}}),
      FA_ZMM_D("vsqrtpd zmm", "vsqrtpd %%zmm1, %%zmm0", {{sqrt_dp, 8}}),
      FA_ZMM_D("vfmadd231pd zmm", "vfmadd231pd %%zmm1, %%zmm2, %%zmm0", {{fma_dp, 8}}),
      FA_ZMM_D("vrcp14pd zmm", "vrcp14pd %%zmm1, %%zmm0", {{est_dp, 8}}),
  };
}

std::vector<CalibrationKernel> compare_and_convert_kernels() {
  using enum Event;
  return {
      FA_SSE_S("cmpltss", sse2, "cmpltss %%xmm1, %%xmm0", {{cmp_sp, 1}}),
      FA_SSE_S("cmpneqps xmm", sse2, "cmpneqps %%xmm1, %%xmm0", {{cmp_sp, 4}}),
      FA_SSE_D("cmplesd", sse2, "cmplesd %%xmm1, %%xmm0", {{cmp_dp, 1}}),
      FA_SSE_D("cmpunordpd xmm", sse2, "cmpunordpd %%xmm1, %%xmm0", {{cmp_dp, 2}}),
      FA_AVX_S("vcmpgeps ymm", avx, "vcmpgeps %%ymm1, %%ymm2, %%ymm0", {{cmp_sp, 8}}),
      FA_AVX_D("vcmpltpd ymm", avx, "vcmpltpd %%ymm1, %%ymm2, %%ymm0", {{cmp_dp, 4}}),
      FA_SSE_S("ucomiss", sse2, "ucomiss %%xmm1, %%xmm0", {{cmp_sp, 1}}),
      FA_SSE_S("comiss with itself", sse2, "comiss %%xmm0, %%xmm0", {{cmp_sp, 1}}),
      FA_SSE_S("comiss memory", sse2,
               "comiss (%[values]), %%xmm0\n\tadc $0, %%rax\n\tcomiss 4(%[values]), %%xmm0\n\tadc $0, %%rax",
               {{cmp_sp, 2}}),
      FA_AVX_S("vucomiss", avx, "vucomiss %%xmm1, %%xmm0", {{cmp_sp, 1}}),
      FA_SSE_D("ucomisd", sse2, "ucomisd %%xmm1, %%xmm0", {{cmp_dp, 1}}),
      FA_SSE_S("cvtss2sd then comisd", sse2,
               "cvtss2sd %%xmm0, %%xmm2\n\tcvtss2sd %%xmm1, %%xmm3\n\tcomisd %%xmm2, %%xmm3",
               {{cvt_ff, 2}, {cmp_dp, 1}}),
      FA_SSE_S("cvtss2sd and comiss of one value", sse2,
               "cvtss2sd %%xmm0, %%xmm2\n\tcomiss %%xmm0, %%xmm1\n\tcvtss2sd %%xmm1, %%xmm3",
               {{cvt_ff, 2}, {cmp_sp, 1}}),

      FA_SSE_S("cvtss2sd", sse2, "cvtss2sd %%xmm1, %%xmm0", {{cvt_ff, 1}}),
      FA_SSE_D("cvtsd2ss", sse2, "cvtsd2ss %%xmm1, %%xmm0", {{cvt_ff, 1}}),
      FA_SSE_S("cvtps2pd xmm", sse2, "cvtps2pd %%xmm1, %%xmm0", {{cvt_ff, 2}}),
      FA_SSE_D("cvtpd2ps xmm", sse2, "cvtpd2ps %%xmm1, %%xmm0", {{cvt_ff, 2}}),
      FA_AVX_S("vcvtps2pd ymm", avx, "vcvtps2pd %%xmm1, %%ymm0", {{cvt_ff, 4}}),
      FA_AVX_D("vcvtpd2ps ymm", avx, "vcvtpd2ps %%ymm1, %%xmm0", {{cvt_ff, 4}}),
      FA_AVX_S("vcvtps2ph vcvtph2ps xmm", f16c, "vcvtps2ph $0, %%xmm1, %%xmm0\n\tvcvtph2ps %%xmm0, %%xmm2",
               {{cvt_ff, 8}}),
      FA_SSE_S("cvtsi2ss", sse2, "cvtsi2ssl %%ecx, %%xmm0\n\tcvtsi2ssq %%rcx, %%xmm1", {{cvt_fi, 2}}),
      FA_SSE_S("cvtsi2sd", sse2, "cvtsi2sdl %%ecx, %%xmm0\n\tcvtsi2sdq %%rcx, %%xmm1", {{cvt_fi, 2}}),
      FA_SSE_S("cvttss2si", sse2, "cvttss2sil %%xmm0, %%eax\n\tcvttss2siq %%xmm1, %%rcx", {{cvt_fi, 2}}),
      FA_SSE_S("cvtss2si", sse2, "cvtss2sil %%xmm0, %%eax\n\tcvtss2siq %%xmm1, %%rcx", {{cvt_fi, 2}}),
      FA_SSE_D("cvttsd2si", sse2, "cvttsd2sil %%xmm0, %%eax\n\tcvtsd2siq %%xmm1, %%rcx", {{cvt_fi, 2}}),
      FA_SSE_S("cvtdq2ps xmm", sse2, "cvtdq2ps %%xmm1, %%xmm0", {{cvt_fi, 4}}),
      FA_SSE_S("cvttps2dq xmm", sse2, "cvttps2dq %%xmm1, %%xmm0", {{cvt_fi, 4}}),
      FA_SSE_S("cvtdq2pd xmm", sse2, "cvtdq2pd %%xmm1, %%xmm0", {{cvt_fi, 2}}),
      FA_SSE_D("cvttpd2dq xmm", sse2, "cvttpd2dq %%xmm1, %%xmm0", {{cvt_fi, 2}}),
      FA_AVX_S("vcvtdq2ps ymm", avx, "vcvtdq2ps %%ymm1, %%ymm0", {{cvt_fi, 8}}),
      FA_AVX_S("vcvtps2dq ymm", avx, "vcvtps2dq %%ymm1, %%ymm0", {{cvt_fi, 8}}),
      FA_AVX_S("vcvtdq2pd ymm", avx, "vcvtdq2pd %%xmm1, %%ymm0", {{cvt_fi, 4}}),

      FA_SSE_S("rcpss rsqrtss", sse2, "rcpss %%xmm1, %%xmm0\n\trsqrtss %%xmm1, %%xmm2", {{est_sp, 2}}),
      FA_SSE_S("rcpps rsqrtps xmm", sse2, "rcpps %%xmm1, %%xmm0\n\trsqrtps %%xmm1, %%xmm2", {{est_sp, 8}}),
      FA_AVX_S("vrcpps vrsqrtps ymm", avx, "vrcpps %%ymm1, %%ymm0\n\tvrsqrtps %%ymm1, %%ymm2", {{est_sp, 16}}),
      FA_SSE_S("roundss roundps xmm", sse41, "roundss $1, %%xmm1, %%xmm0\n\troundps $2, %%xmm1, %%xmm2",
               {{round_sp, 5}}),
      FA_SSE_D("roundsd roundpd xmm", sse41, "roundsd $1, %%xmm1, %%xmm0\n\troundpd $3, %%xmm1, %%xmm2",
               {{round_dp, 3}}),
      FA_AVX_S("vroundps ymm", avx, "vroundps $0, %%ymm1, %%ymm0", {{round_sp, 8}}),
      FA_AVX_D("vroundpd ymm", avx, "vroundpd $0, %%ymm1, %%ymm0", {{round_dp, 4}}),
  };
}

// What must not be lost or invented by whoever translates the code before it is counted.
std::vector<CalibrationKernel> fidelity_kernels() {
  using enum Event;
  return {
      FA_SSE_S("duplicate scalar", sse2,
               "movaps %%xmm2, %%xmm0\n\tmulss %%xmm1, %%xmm0\n\tmovaps %%xmm2, %%xmm3\n\tmulss %%xmm1, %%xmm3\n\t"
               "minss %%xmm1, %%xmm0\n\tminss %%xmm1, %%xmm3\n\tsqrtss %%xmm1, %%xmm0\n\tsqrtss %%xmm1, %%xmm3",
               {{mul_sp, 2}, {minmax_sp, 2}, {sqrt_sp, 2}}),
      FA_SSE_S("duplicate packed", sse2,
               "movaps %%xmm2, %%xmm0\n\tmulps %%xmm1, %%xmm0\n\tmovaps %%xmm2, %%xmm3\n\tmulps %%xmm1, %%xmm3",
               {{mul_sp, 8}}),
      FA_SSE_S("duplicate conversion", sse2, "cvtss2sd %%xmm1, %%xmm0\n\tcvtss2sd %%xmm1, %%xmm2", {{cvt_ff, 2}}),
      FA_SSE_S("duplicate comiss", sse2,
               "comiss %%xmm1, %%xmm0\n\tadc $0, %%rax\n\tcomiss %%xmm1, %%xmm0\n\tadc $0, %%rax", {{cmp_sp, 2}}),
      // `if (a > a || b > b)` as compilers write it; the first jump is always taken, the second compare never runs.
      FA_SSE_S("short circuit", sse2,
               "comiss %%xmm1, %%xmm0\n\tjae 2f\n\tcomiss %%xmm2, %%xmm3\n\tjae 2f\n\tnop\n2:", {{cmp_sp, 1}}),
      FA_SSE_S("side exit", sse2,
               "addps %%xmm1, %%xmm0\n\ttest %%rsp, %%rsp\n\tjnz 2f\n\tmulps %%xmm1, %%xmm0\n2:", {{add_sp, 4}}),
      FA_SSE_S("no work", sse2,
               "xorps %%xmm1, %%xmm0\n\tandps %%xmm1, %%xmm2\n\tshufps $1, %%xmm1, %%xmm0\n\tpaddd %%xmm1, %%xmm3\n\t"
               "pmuludq %%xmm1, %%xmm3\n\tmovups %%xmm0, (%[scratch])",
               {}),
  };
}

struct Cpuid {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Cpuid cpuid_leaf(unsigned leaf) {
  Cpuid r;
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

// Which registers the operating system saves: XCR0 bits 1 and 2 for 256 bits, 5 to 7 on top for 512.
bool saves(const Cpuid& leaf_1, unsigned bits) {
  if ((leaf_1.ecx & bit_OSXSAVE) == 0) return false;
  unsigned low = 0;
  unsigned high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & bits) == bits;
}

}  // namespace

bool cpu_has(CpuFeature feature) {
  static const Cpuid leaf = cpuid_leaf(1), leaf_7 = cpuid_leaf(7);
  const bool avx = (leaf.ecx & bit_AVX) != 0 && saves(leaf, 0x06);
  switch (feature) {
    case CpuFeature::sse2: return true;
    case CpuFeature::sse41: return (leaf.ecx & bit_SSE4_1) != 0;
    case CpuFeature::avx: return avx;
    case CpuFeature::f16c: return avx && (leaf.ecx & bit_F16C) != 0;
    case CpuFeature::fma: return avx && (leaf.ecx & bit_FMA) != 0;
    case CpuFeature::avx512: return avx && (leaf_7.ebx & bit_AVX512F) != 0 && saves(leaf, 0xE6);
  }
  return false;
}

const CalibrationKernel& unread_result_kernel() {
  using enum Event;
  static const CalibrationKernel kernel =
      FA_SSE_S("unread result", sse2,
               "mulps %%xmm1, %%xmm0\n\tmovaps %%xmm2, %%xmm0\n\tdivss %%xmm1, %%xmm3\n\tmovaps %%xmm2, %%xmm3",
               {{mul_sp, 4}, {div_sp, 1}});
  return kernel;
}

std::size_t only_class_of(const CalibrationKernel& kernel) {
  const auto executes = [](std::int64_t lanes) { return lanes != 0; };
  const auto& lanes = kernel.expected.lanes;
  if (std::ranges::count_if(lanes, executes) != 1) return kEventCount;
  return static_cast<std::size_t>(std::ranges::find_if(lanes, executes) - lanes.begin());
}

std::vector<const CalibrationKernel*> kernels_of_this_cpu() {
  std::vector<const CalibrationKernel*> kernels;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (cpu_has(kernel.needs)) kernels.push_back(&kernel);
  }
  return kernels;
}

const std::vector<CalibrationKernel>& calibration_kernels() {
  static const std::vector<CalibrationKernel> kernels = [] {
    std::vector<CalibrationKernel> all = arithmetic_kernels();
    for (auto part :
         {dot_product_kernels(), x87_kernels(), compare_and_convert_kernels(), fidelity_kernels(), wide_kernels()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kernels;
}

}  // namespace flopaudit
