#include "analyzer/audit/causes/fourier_codelets.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

using Straight = std::array<TransformOps, kMostStraight + 1>;
// clang-format off
// What f32 adds to f64 are half-filled vectors.
constexpr Straight kComplexF32 = {{{}, {}, {8, 0}, {24, 8}, {32, 0}, {64, 32}, {40, 8}, {120, 72}, {52, 4}, {104, 48},
                                   {88, 32}, {280, 200}, {96, 16}, {384, 288}, {152, 72}, {200, 88}, {148, 40}}};
constexpr Straight kComplexF64 = {{{}, {}, {4, 0}, {12, 4}, {16, 0}, {32, 16}, {36, 8}, {60, 36}, {52, 4}, {80, 40},
                                   {84, 32}, {140, 100}, {96, 16}, {192, 144}, {148, 72}, {156, 68}, {144, 24}}};
constexpr Straight kFromRealF32 = {{{}, {}, {2, 0}, {4, 2}, {6, 0}, {12, 8}, {14, 4}, {36, 22}, {20, 2}, {54, 30},
                                    {34, 16}, {90, 60}, {38, 8}, {119, 78}, {62, 36}, {64, 34}, {58, 12}}};
constexpr Straight kFromRealF64 = {{{}, {}, {2, 0}, {4, 2}, {6, 0}, {14, 8}, {14, 4}, {26, 18}, {20, 2}, {34, 18},
                                    {34, 16}, {65, 50}, {38, 8}, {90, 72}, {62, 36}, {64, 34}, {58, 12}}};
constexpr Straight kToRealF32 = {{{}, {}, {2, 0}, {6, 4}, {8, 0}, {13, 8}, {28, 4}, {39, 30}, {24, 2}, {49, 21},
                                  {54, 24}, {71, 50}, {46, 6}, {95, 82}, {93, 48}, {70, 29}, {68, 12}}};
constexpr Straight kToRealF64 = {{{}, {}, {2, 0}, {4, 2}, {8, 0}, {13, 8}, {16, 2}, {25, 18}, {23, 3}, {35, 17},
                                  {38, 16}, {63, 50}, {46, 6}, {85, 72}, {66, 36}, {72, 29}, {68, 12}}};
// With the multiplications by 1/n.
constexpr Straight kFromRealScaledF32 = {{{}, {}, {2, 2}, {4, 5}, {6, 4}, {18, 15}, {14, 9}, {36, 29}, {20, 10},
                                          {32, 27}, {34, 26}, {78, 71}, {38, 17}, {108, 99}, {62, 50}, {64, 49},
                                          {58, 28}}};
constexpr Straight kFromRealScaledF64 = {{{}, {}, {2, 2}, {4, 5}, {6, 4}, {12, 13}, {14, 9}, {25, 26}, {20, 10},
                                          {32, 27}, {34, 26}, {61, 62}, {38, 17}, {85, 86}, {72, 52}, {64, 49},
                                          {58, 28}}};
constexpr Straight kToRealScaledF32 = {{{}, {}, {2, 2}, {5, 4}, {7, 4}, {13, 13}, {15, 9}, {36, 38}, {21, 10}, {36, 25},
                                        {35, 26}, {69, 66}, {45, 18}, {102, 105}, {98, 72}, {70, 44}, {65, 28}}};
constexpr Straight kToRealScaledF64 = {{{}, {}, {2, 2}, {5, 4}, {7, 4}, {13, 13}, {15, 9}, {25, 25}, {21, 10}, {36, 25},
                                        {35, 26}, {63, 61}, {45, 18}, {87, 87}, {65, 50}, {72, 44}, {65, 28}}};
// clang-format on

struct Codelet {
  std::int64_t points;
  TransformOps ops;
};

// Primes and powers of them with code of their own where points lie apart.
constexpr Codelet kApart[] = {
    {13, {180, 82}},    {17, {268, 112}}, {19, {364, 216}},  {23, {644, 484}},   {25, {352, 224}}, {27, {380, 220}},
    {29, {668, 420}},   {31, {692, 384}}, {32, {376, 96}},   {37, {896, 512}},   {41, {976, 452}}, {43, {1172, 754}},
    {47, {2676, 2116}}, {49, {912, 648}}, {53, {1816, 976}}, {59, {2820, 1956}}, {61, {1644, 834}}};

TransformOps prime_power(std::int64_t points) {
  for (const Codelet& codelet : kApart) {
    if (codelet.points == points) return codelet.ops;
  }
  return kComplexF64[static_cast<std::size_t>(points)];
}

}  // namespace

TransformOps straight_complex(std::int64_t points, bool f32) {
  return (f32 ? kComplexF32 : kComplexF64)[static_cast<std::size_t>(points)];
}

TransformOps straight_real(std::int64_t points, bool f32, bool forward, bool by_points) {
  const Straight& plain = forward ? (f32 ? kFromRealF32 : kFromRealF64) : (f32 ? kToRealF32 : kToRealF64);
  const Straight& scaled =
      forward ? (f32 ? kFromRealScaledF32 : kFromRealScaledF64) : (f32 ? kToRealScaledF32 : kToRealScaledF64);
  return (by_points ? scaled : plain)[static_cast<std::size_t>(points)];
}

// A prime by its definition, the points added and subtracted in pairs.
TransformOps radix_ops(std::int64_t radix) {
  if (radix <= kMostStraight) return straight_complex(radix, false);
  return {(radix - 1) * (radix + 4), (radix - 1) * (radix - 1)};
}

std::optional<TransformOps> rooted_power(std::int64_t points, bool f32, bool forward) {
  switch (points) {
    case 8: return forward ? TransformOps{20, 12} : TransformOps{26, 10};
    case 16: return forward ? TransformOps{58, 30} : TransformOps{72, 28};
    case 32: return !forward ? TransformOps{186, 74} : f32 ? TransformOps{249, 100} : TransformOps{161, 76};
    case 64: return forward ? TransformOps{398, 198} : TransformOps{456, 188};
    default: return std::nullopt;
  }
}

std::optional<TransformOps> apart_complex(std::int64_t points) {
  constexpr std::int64_t kMostApart = 63;
  if (points > kMostApart || is_power_of_two(points)) return std::nullopt;
  TransformOps sum;
  std::int64_t rest = points;
  for (std::int64_t prime = 2; rest > 1; ++prime) {
    std::int64_t power = 1;
    for (; rest % prime == 0; rest /= prime) power *= prime;
    if (power > 1) sum += points / power * prime_power(power);
  }
  // These have code that shares products.
  if (points == 10) sum.mul -= 8;
  if (points == 35) sum += {8, -32};
  if (points == 50) sum.mul -= 48;
  if (points == 60) sum.mul -= 16;
  return sum;
}

}  // namespace flopaudit
