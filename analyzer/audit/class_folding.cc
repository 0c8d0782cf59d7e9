#include "analyzer/audit/class_folding.h"

#include <numeric>
#include <set>

namespace flopaudit {
namespace {

constexpr std::size_t kFirstF64 = static_cast<std::size_t>(FlopClass::add_f64);

struct ArithmeticEvent {
  Event event;
  FlopClass flop_class;
};
constexpr ArithmeticEvent kArithmetic[] = {
    {Event::add_sp, FlopClass::add_f32},   {Event::mul_sp, FlopClass::mul_f32},   {Event::div_sp, FlopClass::div_f32},
    {Event::sqrt_sp, FlopClass::sqrt_f32}, {Event::add_dp, FlopClass::add_f64},   {Event::mul_dp, FlopClass::mul_f64},
    {Event::div_dp, FlopClass::div_f64},   {Event::sqrt_dp, FlopClass::sqrt_f64},
};
struct FusedEvent {
  Event event;
  FlopClass add, mul;
};
constexpr FusedEvent kFused[] = {{Event::fma_sp, FlopClass::add_f32, FlopClass::mul_f32},
                                 {Event::fma_dp, FlopClass::add_f64, FlopClass::mul_f64}};

std::size_t index(FlopClass flop_class) { return static_cast<std::size_t>(flop_class); }

// Where a view's reading goes: to one group of classes; or, when it is of FMA alone, half to the adds and half to the
// muls.
struct Members {
  std::vector<FlopClass> together;
  std::vector<FlopClass> adds, muls;  // of a view of FMA alone
};

Members members_of(const CounterView& view) {
  Members members;
  for (const ArithmeticEvent& row : kArithmetic) {
    if (view[row.event] != 0) members.together.push_back(row.flop_class);
  }
  const bool alone = members.together.empty();
  for (const FusedEvent& row : kFused) {
    if (view[row.event] == 0) continue;
    (alone ? members.adds : members.together).push_back(row.add);
    (alone ? members.muls : members.together).push_back(row.mul);
  }
  return members;
}

// The smallest class of a group stands for it.
void unite(std::array<std::size_t, kFlopClassCount>& group, const std::vector<FlopClass>& members) {
  for (const FlopClass member : members) {
    const std::size_t from = group[index(member)], to = group[index(members.front())];
    for (std::size_t& one : group) {
      if (one == from || one == to) one = std::min(from, to);
    }
  }
}

bool is_arithmetic(Event event) {
  for (const ArithmeticEvent& row : kArithmetic) {
    if (row.event == event) return true;
  }
  return event == Event::fma_sp || event == Event::fma_dp;
}

// Each view by itself in a slot; each arithmetic class in exactly one view, weighing what it is worth; nothing
// undetermined.
Result<void> check(const std::vector<CounterView>& views) {
  std::set<Event> slots;
  for (const CounterView& view : views) {
    if (!slots.insert(view.slot).second)
      return input_error("two views of the counter are read into " +
                         std::string(kEventNames[static_cast<std::size_t>(view.slot)]));
  }
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const Event event = static_cast<Event>(i);
    const std::string name(kEventNames[i]);
    const std::int64_t flops = event == Event::fma_sp || event == Event::fma_dp ? 2 : 1;
    int counted = 0;
    for (const CounterView& view : views) {
      if (view[event] < 0) return input_error("the views of the counter leave the weight of " + name + " open");
      if (view[event] == 0) continue;
      ++counted;
      if (is_arithmetic(event) && view[event] != flops)
        return input_error("the views of the counter weigh " + name + " with " + std::to_string(view[event]) +
                           ", and a lane of it is " + std::to_string(flops));
    }
    if (is_arithmetic(event) && counted != 1)
      return input_error("the views of the counter take in " + name + " " + std::to_string(counted) +
                         " times, and once is right");
  }
  return {};
}

}  // namespace

Counts viewed(const Counts& lanes, const std::vector<CounterView>& views) {
  if (views.empty()) return lanes;
  Counts readings;
  for (const CounterView& view : views) {
    for (std::size_t i = 0; i < kEventCount; ++i) readings[view.slot] += lanes.lanes[i] * view.weights[i];
  }
  return readings;
}

Result<ClassFolding> ClassFolding::of(const std::vector<CounterView>& views) {
  ClassFolding folding;
  if (!views.empty()) FA_TRY(check(views));
  folding.views_ = views;
  std::iota(folding.group_.begin(), folding.group_.end(), 0);
  for (const CounterView& view : views) {
    const Members members = members_of(view);
    for (const auto* together : {&members.together, &members.adds, &members.muls}) unite(folding.group_, *together);
  }
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const std::size_t group = folding.group_[i];
    folding.noisy_[group] = folding.noisy_[group] || i >= kFirstF64;
    std::string& name = folding.names_[group];
    name += (name.empty() ? "" : "+") + std::string(flopaudit::name(static_cast<FlopClass>(i)));
  }
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (is_arithmetic(static_cast<Event>(i))) continue;
    for (const CounterView& view : views) {
      if (view.weights[i] == 0) continue;
      folding.others_ += (folding.others_.empty() ? "" : ", ") + std::string(kEventNames[i]);
      break;
    }
  }
  return folding;
}

ClassSums ClassFolding::operations_of(const Counts& counts) const {
  ClassSums sums{};
  if (views_.empty()) {
    for (const ArithmeticEvent& row : kArithmetic) sums[index(row.flop_class)] += counts[row.event];
    for (const FusedEvent& row : kFused) {
      sums[index(row.add)] += counts[row.event];
      sums[index(row.mul)] += counts[row.event];
    }
    return sums;
  }
  for (const CounterView& view : views_) {
    const Members members = members_of(view);
    if (!members.together.empty()) {
      sums[group_[index(members.together.front())]] += counts[view.slot];
    } else if (!members.adds.empty()) {
      // An odd reading is wrong, and shows as one.
      sums[group_[index(members.adds.front())]] += counts[view.slot] - counts[view.slot] / 2;
      sums[group_[index(members.muls.front())]] += counts[view.slot] / 2;
    }
  }
  return sums;
}

std::int64_t ClassFolding::flops_of(const Counts& counts) const {
  if (views_.empty()) return flops(counts);
  std::int64_t sum = 0;
  for (const CounterView& view : views_) sum += counts[view.slot];
  return sum;
}

FlopIntervals ClassFolding::folded(const FlopIntervals& intervals) const {
  FlopIntervals result;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) result.classes[group_[i]] += intervals.classes[i];
  return result;
}

ValueRange ClassFolding::folded(const ValueRange& range) const {
  return {range.calls, folded(range.each), folded(range.slack)};
}

}  // namespace flopaudit
