#include "analyzer/audit/causes/fourier_transforms.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

// --- straight-line transforms, by their points ---

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
// With the multiplications by 1/n.
constexpr Straight kToRealF32 = {{{}, {}, {2, 2}, {5, 4}, {7, 4}, {13, 13}, {15, 9}, {36, 38}, {21, 10}, {36, 25},
                                  {35, 26}, {69, 66}, {45, 18}, {102, 105}, {98, 72}, {70, 44}, {65, 28}}};
constexpr Straight kToRealF64 = {{{}, {}, {2, 2}, {5, 4}, {7, 4}, {13, 13}, {15, 9}, {25, 25}, {21, 10}, {36, 25},
                                  {35, 26}, {63, 61}, {45, 18}, {87, 87}, {65, 50}, {72, 44}, {65, 28}}};
// clang-format on

const TransformOps& straight(const Straight& table, std::int64_t points) {
  return table[static_cast<std::size_t>(points)];
}

// --- stages ---

struct Factors {
  int twos = 0;                    // 2^twos
  std::vector<std::int64_t> odds;  // from the smallest
};

// Nothing: a prime above 13, which takes another algorithm.
std::optional<Factors> factors_of(std::int64_t points) {
  Factors factors;
  for (; points % 2 == 0; points /= 2) ++factors.twos;
  for (const std::int64_t prime : {3, 5, 7, 11, 13}) {
    for (; points % prime == 0; points /= prime) factors.odds.push_back(prime);
  }
  return points == 1 ? std::optional(factors) : std::nullopt;
}

struct Stages {
  std::vector<std::int64_t> radices;
  std::int64_t without_roots = 0;  // the radix of the stage that multiplies by none
};

Stages stages_of_power(int twos, bool f32) {
  const int rest = twos % 3;
  const int fours = rest == 1 ? 2 : rest == 2 ? 1 : f32 ? 3 : 0;
  Stages stages;
  stages.radices.assign(static_cast<std::size_t>(fours), 4);
  stages.radices.insert(stages.radices.end(), static_cast<std::size_t>((twos - 2 * fours) / 3), 8);
  constexpr int kLastFourFirst = 10;
  stages.without_roots = fours > 0 && (f32 || twos <= kLastFourFirst) ? 4 : 8;
  return stages;
}

// The power of two beside odd factors.
Stages stages_of_mixed(const Factors& factors, bool f32) {
  Stages stages;
  std::vector<std::int64_t> odds = factors.odds;
  const auto of_twos = [&](std::vector<std::int64_t> radices) {
    stages = {std::move(radices), 0};
    stages.without_roots = stages.radices.back();
  };
  switch (factors.twos) {
    case 1:
      of_twos({odds.front() == 3 ? 6 : 2});
      if (odds.front() == 3) odds.erase(odds.begin());
      break;
    case 2: of_twos({4}); break;
    case 3: of_twos({8}); break;
    case 4: f32 ? of_twos({4, 4}) : of_twos({16}); break;
    case 5: of_twos({4, 8}); break;
    case 6: f32 ? of_twos({4, 4, 4}) : of_twos({4, 16}); break;
    case 7: of_twos({4, 4, 8}); break;
    default: f32 ? of_twos({4, 4, 4, 4}) : of_twos({4, 4, 16});
  }
  stages.radices.insert(stages.radices.end(), odds.begin(), odds.end());
  return stages;
}

// In f32 two columns are one vector, and a last odd column of transforms of 2, 6 and 8 points takes more.
TransformOps odd_columns(std::int64_t points, const Factors& factors) {
  std::int64_t odd = points >> factors.twos;
  const auto& odds = factors.odds;
  if (factors.twos == 1) return odds.front() == 3 ? points / 6 * TransformOps{4, 0} : points / 2 * TransformOps{4, 0};
  constexpr TransformOps kColumn = {4, 12};
  if (factors.twos == 3) return odd / odds[(odds.size() - 1) / 2] * kColumn;
  if (factors.twos == 5 && odds.size() > 1) return 4 * odd / odds.front() * kColumn;
  return {};
}

TransformOps sum_of(std::int64_t points, const Stages& stages) {
  TransformOps sum;
  std::int64_t roots = points / stages.without_roots - points;
  for (const std::int64_t radix : stages.radices) {
    sum += points / radix * straight(kComplexF64, radix);
    roots += points - points / radix;
  }
  return sum += roots * TransformOps{2, 4};
}

constexpr std::int64_t kMostMixed = 1024, kMostPower = 65536;

// --- the tables of roots, once a call ---

void add_to(FlopIntervals& counts, FlopClass add, FlopClass mul, Interval adds, Interval muls) {
  counts[add] += adds;
  counts[mul] += muls;
}

// Sines and cosines of the angles up to an eighth of the circle, by libm's and MKL's branches.
void add_angles(std::int64_t points, FlopIntervals& counts) {
  Interval adds, muls;
  if (is_power_of_two(points)) {
    constexpr std::int64_t kMostStored = 1024;
    if (points <= kMostStored) return;
    adds = {1017 * points / 400, 1019 * points / 400 + 1};
    muls = {1383 * points / 400, 1385 * points / 400 + 1};
  } else {
    const std::int64_t angles = points / 8;
    const Interval longer = {std::max<std::int64_t>(0, 22 * angles / 100 - 1), 23 * angles / 100 + 2};
    adds = {18 * angles + 1 + 10 * longer.low, 18 * angles + 1 + 10 * longer.high};
    muls = {26 * angles + 1 + 3 * longer.low, 26 * angles + 1 + 3 * longer.high};
  }
  add_to(counts, FlopClass::add_f64, FlopClass::mul_f64, adds, muls);
}

}  // namespace

std::optional<TransformOps> complex_transform(std::int64_t points, bool f32) {
  if (points <= kMostStraight) return straight(f32 ? kComplexF32 : kComplexF64, points);
  if (points == 32) return f32 ? TransformOps{380, 104} : TransformOps{376, 96};
  const auto factors = factors_of(points);
  if (!factors || factors->twos == 0) return std::nullopt;
  if (is_power_of_two(points)) {
    if (points > kMostPower) return std::nullopt;
    return sum_of(points, stages_of_power(factors->twos, f32));
  }
  if (points > kMostMixed) return std::nullopt;
  TransformOps ops = sum_of(points, stages_of_mixed(*factors, f32));
  if (f32) ops += odd_columns(points, *factors);
  return ops;
}

std::optional<TransformOps> real_transform(std::int64_t points, bool f32, bool forward) {
  if (points <= kMostStraight) {
    if (forward) return straight(f32 ? kFromRealF32 : kFromRealF64, points);
    return straight(f32 ? kToRealF32 : kToRealF64, points);
  }
  if (points == 32 && !f32) return forward ? TransformOps{156, 42} : TransformOps{173, 76};
  if (points % 4 != 0) return std::nullopt;
  const auto half = complex_transform(points / 2, f32);
  if (!half) return std::nullopt;
  const bool whole = points % 8 == 0;
  TransformOps ops = *half;
  ops += forward ? whole ? TransformOps{2 * points + 2, points} : TransformOps{2 * points - 6, points - 4}
                 : TransformOps{5 * points / 2 + (whole ? 4 : -6), 2 * points};
  if (forward) return ops;
  if (is_power_of_two(points)) return ops += TransformOps{-2, 0};
  return f32 ? ops : ops += TransformOps{0, whole ? 2 : -2};
}

std::optional<TransformOps> rooted_transform(std::int64_t points, bool f32, bool forward) {
  switch (points) {
    case 8: return forward ? TransformOps{20, 12} : TransformOps{26, 10};
    case 16: return forward ? TransformOps{58, 30} : TransformOps{72, 28};
    case 32: return !forward ? TransformOps{186, 74} : f32 ? TransformOps{249, 100} : TransformOps{161, 76};
    case 64: return forward ? TransformOps{398, 198} : TransformOps{456, 188};
    default: return std::nullopt;
  }
}

FlopIntervals complex_roots(std::int64_t points) {
  FlopIntervals counts;
  if (points > kMostStraight) add_angles(points, counts);
  return counts;
}

FlopIntervals real_roots(std::int64_t points, bool f32) {
  FlopIntervals counts;
  if (points <= kMostStraight || (points == 32 && !f32)) return counts;
  add_angles(points, counts);
  const std::int64_t quarter = points / 4, odd = points % 8 == 0 ? 0 : 1;
  if (!f32) {
    add_point(counts, FlopClass::add_f64, quarter + odd);
    add_point(counts, FlopClass::mul_f64, 2 * quarter + 2 * odd);
    return counts;
  }
  add_point(counts, FlopClass::add_f64, quarter);
  add_point(counts, FlopClass::mul_f64, quarter);
  add_point(counts, FlopClass::mul_f32, is_power_of_two(points) ? quarter : 2 * quarter - odd);
  return counts;
}

}  // namespace flopaudit
