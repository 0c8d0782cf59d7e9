// Real transforms of odd lengths: stages from the largest prime to the smallest. A stage transforms the real numbers
// that are left, and pairs of complex numbers with roots before them; of each pair one half is the other's conjugate.
#include "analyzer/audit/causes/fourier_codelets.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kMostCoded = 13;

// A prime by itself.
TransformOps alone(std::int64_t prime, bool f32, bool forward) {
  const std::int64_t others = prime - 1;
  if (!f32) return {others * (prime + (forward ? 4 : 6)) / 2, others * others / 2};
  const std::int64_t pairs = round_up(others / 2, 2);
  return {others * pairs + 7 * others / 2 + (forward ? 0 : others), others * pairs};
}

struct CodedReal {
  std::int64_t prime;
  TransformOps first_f32, later_f32, first_f64, later_f64, back;
};
constexpr CodedReal kCoded[] = {
    {3, {4, 2}, {4, 2}, {4, 2}, {4, 2}, {5, 1}},
    {5, {12, 8}, {12, 8}, {14, 8}, {12, 8}, {13, 8}},
    {7, {30, 22}, {36, 24}, {24, 18}, {24, 18}, {25, 18}},
    {11, {86, 60}, {100, 80}, {64, 50}, {60, 50}, {61, 50}},
    {13, {114, 78}, {162, 120}, {90, 72}, {90, 72}, {85, 72}},
};

// The real numbers of a stage; the first one, of the largest prime, has nothing else.
TransformOps real_radix(std::int64_t prime, bool f32, bool forward, bool first) {
  for (const CodedReal& coded : kCoded) {
    if (coded.prime != prime) continue;
    if (!forward) return coded.back;
    return f32 ? (first ? coded.first_f32 : coded.later_f32) : (first ? coded.first_f64 : coded.later_f64);
  }
  const std::int64_t others = prime - 1;
  if (!f32) return {others * (prime + (forward ? 2 : 4)) / 2, others * others / 2};
  if (forward) return {others * (2 * prime + 1) / 2, others * others};
  return {first ? prime * (prime + 1) + (prime % 4 == 3 ? 1 : 0) : others * (2 * prime + 3) / 2, others * others};
}

// A complex transform of a stage, the roots with it.
TransformOps complex_radix(std::int64_t prime, bool f32, bool forward) {
  const std::int64_t others = prime - 1;
  if (prime <= kMostCoded) {
    TransformOps sum = radix_ops(prime);
    sum += others * TransformOps{forward && !f32 ? 3 : 2, 4};
    if (forward && !f32 && prime == 13) sum.add -= 8;
    return sum;
  }
  const std::int64_t products = others * others;
  if (!forward) return {others * (prime + (f32 ? 10 : 7)), products + 4 * others};
  if (!f32) return {prime * prime + 6 * prime - 3, products + 4 * others};
  const std::int64_t shared = prime < 29 ? 36 : 60;  // sums that two vectors share
  return {2 * others * (prime + 6) - shared, 2 * products + 4 * others};
}

}  // namespace

TransformOps odd_real_transform(std::int64_t points, bool f32, bool forward) {
  const std::vector<std::int64_t> primes = prime_factors(points);
  if (primes.size() == 1) return alone(points, f32, forward);
  TransformOps sum;
  std::int64_t done = 1;
  for (std::size_t i = primes.size(); i-- > 0; done *= primes[i]) {
    TransformOps block = real_radix(primes[i], f32, forward, done == 1);
    block += (done - 1) / 2 * complex_radix(primes[i], f32, forward);
    sum += points / (done * primes[i]) * block;
  }
  return sum;
}

}  // namespace flopaudit
