#include "analyzer/audit/causes/fourier_transforms.h"

#include <algorithm>

#include "analyzer/audit/causes/fourier_codelets.h"

namespace flopaudit {
namespace {

constexpr TransformOps kRoot = {2, 4};
constexpr std::int64_t kMostMixed = 1024, kMostCodedMixed = 4096, kMostPower = 65536;
// Primes up to here are radices with code of their own.
constexpr std::int64_t kMostCoded = 13;

// All lengths up to 1024, up to 4096 those of radices with code of their own, and powers of two.
bool is_known_length(std::int64_t points) {
  if (is_power_of_two(points)) return points <= kMostPower;
  if (points <= kMostMixed) return true;
  constexpr std::int64_t kMostTwos = 512;
  return points <= kMostCodedMixed && points % (2 * kMostTwos) != 0 && prime_factors(points).back() <= kMostCoded;
}

// --- odd lengths ---

// In f32 two columns are one vector; a prime without code of its own takes them one by one, in halves of vectors.
TransformOps columns_of(std::int64_t radix, std::int64_t columns, bool f32) {
  if (!f32) return columns * radix_ops(radix);
  if (radix <= kMostCoded) return round_up(columns, 2) * radix_ops(radix);
  return columns * TransformOps{(radix - 1) * (radix + 7), (radix - 1) * (radix - 1)};
}

// The smallest prime is the last stage; columns and rows of the two largest are transformed together.
TransformOps odd_complex(const std::vector<std::int64_t>& primes, std::size_t first, std::int64_t points, bool f32) {
  const std::int64_t radix = primes[first], columns = points / radix;
  if (columns == 1) return columns_of(radix, 1, f32);
  const std::size_t left = primes.size() - first;
  TransformOps sum = (radix - 1) * (columns - 1) * kRoot;
  if (left == 2 && f32 && radix == 3 && columns == 3) {
    constexpr std::int64_t kColumnsOfNine = 10;
    return sum += kColumnsOfNine * radix_ops(3);
  }
  sum += columns_of(radix, columns, f32);
  if (left == 2) return sum += columns_of(columns, radix, f32);
  return sum += radix * odd_complex(primes, first + 1, columns, f32);
}

// --- even lengths ---

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
Stages stages_of_mixed(int twos, std::vector<std::int64_t> odds, bool f32) {
  Stages stages;
  const auto of_twos = [&](std::vector<std::int64_t> radices) {
    stages = {std::move(radices), 0};
    stages.without_roots = stages.radices.back();
  };
  switch (twos) {
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
    case 9: of_twos({4, 4, 4, 8}); break;
    default: f32 ? of_twos({4, 4, 4, 4}) : of_twos({4, 4, 16});
  }
  stages.radices.insert(stages.radices.end(), odds.begin(), odds.end());
  return stages;
}

// In f32 two columns are one vector, and a last odd column of transforms of 2, 6 and 8 points takes more.
TransformOps odd_columns(std::int64_t points, int twos, const std::vector<std::int64_t>& odds) {
  if (twos == 1) return odds.front() == 3 ? points / 6 * TransformOps{4, 0} : points / 2 * TransformOps{4, 0};
  if (twos % 2 == 0 || (twos > 3 && odds.size() == 1)) return {};
  constexpr TransformOps kColumn = {4, 12};
  const std::int64_t last_but_one = odds[odds.size() < 2 ? 0 : odds.size() - 2];
  return (std::int64_t{1} << (twos - 3)) * (points >> twos) / last_but_one * kColumn;
}

// A prime without code of its own as a stage of an even length.
TransformOps coarse_radix(std::int64_t radix, int twos, bool f32) {
  const std::int64_t more = !f32 ? 5 : twos == 1 ? 7 : 4;
  return {(radix - 1) * (radix + more), (radix - 1) * (radix - 1)};
}

// Beside a single 2 such a prime in f32 does not multiply by the roots that are 1.
std::int64_t saved_roots(std::int64_t points, const std::vector<std::int64_t>& odds) {
  std::int64_t saved = 0, groups = points / 2;
  for (const std::int64_t radix : odds) {
    groups /= radix;
    if (radix > kMostCoded) saved += (radix - 1) * groups;
  }
  return saved;
}

TransformOps even_complex(std::int64_t points, const std::vector<std::int64_t>& primes, bool f32) {
  const auto twos = static_cast<int>(std::count(primes.begin(), primes.end(), 2));
  const std::vector<std::int64_t> odds(primes.begin() + twos, primes.end());
  const Stages stages = odds.empty() ? stages_of_power(twos, f32) : stages_of_mixed(twos, odds, f32);
  TransformOps sum;
  std::int64_t roots = points / stages.without_roots - points;
  for (const std::int64_t radix : stages.radices) {
    sum += points / radix * (radix > kMostStraight ? coarse_radix(radix, twos, f32) : radix_ops(radix));
    roots += points - points / radix;
  }
  if (f32 && twos == 1) roots -= saved_roots(points, odds);
  sum += roots * kRoot;
  if (f32 && !odds.empty()) sum += odd_columns(points, twos, odds);
  return sum;
}

// --- large primes ---

// What in f32 is past pairs of vectors takes a vector for each point.
std::int64_t points_of_chirp(std::int64_t points, bool f32) { return points + (f32 ? points % 4 : 0); }

// The points times a chirp, transformed, times the chirp's transform, transformed back, times the chirp.
TransformOps convolution(std::int64_t points, std::int64_t length, bool f32) {
  TransformOps sum = 2 * mixed_radix_transform(length, f32);
  return sum += (length + 2 * points_of_chirp(points, f32)) * kRoot;
}

// A real side multiplies real numbers by the chirp, or leaves the imaginary parts of the products out.
TransformOps real_convolution(std::int64_t points, std::int64_t length, bool f32, bool forward) {
  TransformOps sum = convolution(points, length, f32);
  const std::int64_t numbers = points_of_chirp(points, f32);
  if (!forward) return sum += TransformOps{-(2 * numbers - points), -2 * numbers};
  return sum += TransformOps{-2 * numbers, -2 * numbers - (f32 && points % 4 == 3 ? 4 : 0)};
}

// --- reals ---

// The pass goes by vectors of pairs.
std::optional<TransformOps> even_real(std::int64_t points, bool f32, bool forward) {
  const auto half = complex_transform(points / 2, f32);
  if (!half) return std::nullopt;
  constexpr std::int64_t kToVectors[] = {0, 0, -2, 0, -4, 0, 2, 0};
  const std::int64_t pass = points + kToVectors[points % 8];
  TransformOps ops = *half;
  if (forward) return ops += {2 * pass + 2, pass};
  ops += {5 * pass / 2 + 4, pass + (points % 8 == 4 ? 4 : 0)};
  if (is_power_of_two(points)) return ops += {-2, 0};
  if (!f32 && points % 4 == 0) ops.mul += points % 8 == 0 ? 2 : -2;
  return ops;
}

// 32 points of f64 are straight-line code too.
TransformOps real_of_32(Direction direction) {
  const bool by_points = direction.scale == Scale::by_points;
  if (direction.forward) return by_points ? TransformOps{169, 78} : TransformOps{156, 42};
  return by_points ? TransformOps{173, 76} : TransformOps{176, 44};
}

std::optional<TransformOps> unscaled_real(std::int64_t points, bool f32, bool forward) {
  if (points <= kMostStraight) return straight_real(points, f32, forward, false);
  if (points == 32 && !f32) return real_of_32({forward, Scale::none});
  if (points % 2 == 0) return even_real(points, f32, forward);
  if (!is_known_length(points)) return std::nullopt;
  if (const auto length = convolution_length(points, f32)) return real_convolution(points, *length, f32, forward);
  return odd_real_transform(points, f32, forward);
}

// Of few points a number takes a vector for itself, or a last one does; by a root, and apart, all are complex products.
std::int64_t complex_scale(std::int64_t points, bool f32, Scale scale, bool apart) {
  if (!f32) return 2 * points;
  if (scale == Scale::by_root || apart) return 4 * points;
  if (points == 9 || points == 15) return 2 * (points + 3);
  const bool alone = points <= 5 || points == 7 || points == 11 || points == 13;
  return alone ? 4 * points : 2 * points;
}

}  // namespace

std::vector<std::int64_t> prime_factors(std::int64_t points) {
  std::vector<std::int64_t> primes;
  for (std::int64_t prime = 2; points > 1; ++prime) {
    for (; points % prime == 0; points /= prime) primes.push_back(prime);
  }
  return primes;
}

TransformOps mixed_radix_transform(std::int64_t points, bool f32) {
  if (points <= kMostStraight) return straight_complex(points, f32);
  if (points == 32) return f32 ? TransformOps{380, 104} : TransformOps{376, 96};
  const std::vector<std::int64_t> primes = prime_factors(points);
  return points % 2 == 0 ? even_complex(points, primes, f32) : odd_complex(primes, 0, points, f32);
}

std::optional<std::int64_t> convolution_length(std::int64_t points, bool f32) {
  if (points <= kMostStraight) return std::nullopt;
  const std::int64_t largest = prime_factors(points).back();
  const bool by_vectors = points % (f32 ? 4 : 2) == 0;
  const std::int64_t most = by_vectors ? 149 : f32 ? 47 : 89;  // the largest prime that is a radix
  if (largest <= most) return std::nullopt;
  constexpr std::int64_t kLengths[] = {128, 144, 160, 192, 200,  256,  288,  320,  384,  400, 512,
                                       576, 640, 768, 800, 1024, 1152, 1280, 1536, 1600, 2048};
  for (const std::int64_t length : kLengths) {
    if (length >= 2 * points - 1) return length;
  }
  return std::nullopt;
}

std::optional<TransformOps> complex_transform(std::int64_t points, bool f32) {
  if (!is_known_length(points)) return std::nullopt;
  if (const auto length = convolution_length(points, f32)) return convolution(points, *length, f32);
  return mixed_radix_transform(points, f32);
}

std::optional<TransformOps> scaled_complex_transform(std::int64_t points, bool f32, Scale scale, bool apart) {
  auto ops = complex_transform(points, f32);
  if (!ops || points == 1 || (scale == Scale::none && !apart)) return ops;
  if (!f32 && (apart || scale == Scale::by_root)) {
    if (const auto code = apart_complex(points)) return *ops = *code, *ops += {0, 2 * points};
  }
  if (scale == Scale::none) return ops;
  if (f32 && points == 4 && scale == Scale::by_root && !apart) return TransformOps{24, 12};
  return *ops += {0, complex_scale(points, f32, scale, apart)};
}

std::optional<TransformOps> real_transform(std::int64_t points, bool f32, Direction direction, bool apart) {
  const auto [forward, scale] = direction;
  if (points == 1) return TransformOps{};
  const bool rooted = scale == Scale::by_root;
  if (!apart && scale == Scale::by_points) {
    if (points <= kMostStraight) return straight_real(points, f32, forward, true);
    if (points == 32 && !f32) return real_of_32(direction);
  }
  if (!apart && rooted) {
    if (const auto code = rooted_power(points, f32, forward)) return code;
  }
  auto ops = unscaled_real(points, f32, forward);
  if (!ops || scale == Scale::none) return ops;
  ops->mul += points + (forward && (rooted || apart) ? 1 : 0);
  // 2 and 4 points multiply the imaginary parts that are 0, too.
  if (rooted && !apart && forward && points == 2) ops->mul += 1;
  if (rooted && !apart && forward && points == 4) ops->mul += f32 ? 7 : 1;
  if (rooted && !apart && !forward && f32 && points == 4) ops->mul += 4;
  return ops;
}

}  // namespace flopaudit
