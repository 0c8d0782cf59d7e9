// Counts: what a counter source reads, in lanes (one per scalar result of a floating-point instruction).
//
// The event classes are those of DESIGN.md §2.4. ADD includes SUB. FMA counts lanes, so it stands for two FLOPs each.
// MINMAX, CMP, EST (reciprocal estimates), ROUND and the conversions are no FLOPs; they are shown beside them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flopaudit {

enum class Event : unsigned char {
  add_sp,
  add_dp,
  mul_sp,
  mul_dp,
  fma_sp,
  fma_dp,
  div_sp,
  div_dp,
  sqrt_sp,
  sqrt_dp,
  minmax_sp,
  minmax_dp,
  cmp_sp,
  cmp_dp,
  est_sp,
  est_dp,
  round_sp,
  round_dp,
  cvt_ff,  // float <-> float
  cvt_fi,  // float <-> integer
};

inline constexpr std::size_t kEventCount = 20;

// The names under which fpcount publishes the events, in the order of the enum: "ADD_SP", ..., "CVT_FI".
// `sde:::fpcount::` + name is the PAPI event.
inline constexpr std::array<std::string_view, kEventCount> kEventNames = {
    "ADD_SP",    "ADD_DP",    "MUL_SP", "MUL_DP", "FMA_SP", "FMA_DP", "DIV_SP",   "DIV_DP",   "SQRT_SP", "SQRT_DP",
    "MINMAX_SP", "MINMAX_DP", "CMP_SP", "CMP_DP", "EST_SP", "EST_DP", "ROUND_SP", "ROUND_DP", "CVT_FF",  "CVT_FI"};

struct Counts {
  std::array<std::int64_t, kEventCount> lanes{};

  std::int64_t& operator[](Event event) { return lanes[static_cast<std::size_t>(event)]; }
  std::int64_t operator[](Event event) const { return lanes[static_cast<std::size_t>(event)]; }
  Counts& operator+=(const Counts& other) {
    for (std::size_t i = 0; i < kEventCount; ++i) lanes[i] += other.lanes[i];
    return *this;
  }
  Counts& operator-=(const Counts& other) {
    for (std::size_t i = 0; i < kEventCount; ++i) lanes[i] -= other.lanes[i];
    return *this;
  }
  friend Counts operator+(Counts a, const Counts& b) { return a += b; }
  friend Counts operator-(Counts a, const Counts& b) { return a -= b; }
  friend bool operator==(const Counts&, const Counts&) = default;
};

// The event of a printed name, or nothing.
inline std::optional<Event> event_of_name(std::string_view name) {
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (kEventNames[i] == name) return static_cast<Event>(i);
  }
  return std::nullopt;
}

// FLOPs of a count: add + mul + div + sqrt + 2·FMA, both precisions.
inline std::int64_t flops(const Counts& c) {
  return c[Event::add_sp] + c[Event::add_dp] + c[Event::mul_sp] + c[Event::mul_dp] + c[Event::div_sp] +
         c[Event::div_dp] + c[Event::sqrt_sp] + c[Event::sqrt_dp] + 2 * (c[Event::fma_sp] + c[Event::fma_dp]);
}

}  // namespace flopaudit
