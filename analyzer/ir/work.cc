#include "analyzer/ir/work.h"

namespace flopaudit {
namespace {

constexpr std::array<std::string_view, kWorkClassCount> kClassNames = {
    "mac", "mul", "add", "div", "sqrt", "compare", "convert", "exp",   "log",    "tanh",   "erf",
    "sin", "cos", "tan", "pow", "atan", "asin",    "acos",    "gamma", "bessel", "integer"};
static_assert(static_cast<std::size_t>(WorkClass::integer) + 1 == kWorkClassCount);

constexpr std::array<std::string_view, 6> kStateNames = {"not_annotated", "known",    "zero",
                                                         "no_rule",       "no_shape", "not_taken"};
static_assert(static_cast<std::size_t>(WorkState::not_taken) + 1 == kStateNames.size());

template <typename Enum, typename Names>
std::optional<Enum> enum_of_name(const Names& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// The multiplications by data (not by padding) of one dtype: the mac entry where no separate number is kept.
Range valid_mac_of(const WorkTotal& work, DType dtype) {
  if (const auto valid = work.valid_mac.find(dtype); valid != work.valid_mac.end()) return valid->second;
  const auto mac = work.operations.find({WorkClass::mac, dtype});
  return mac == work.operations.end() ? Range() : mac->second;
}

}  // namespace

std::string_view name(WorkClass work_class) { return kClassNames[static_cast<std::size_t>(work_class)]; }
std::optional<WorkClass> work_class_of_name(std::string_view name) {
  return enum_of_name<WorkClass>(kClassNames, name);
}

bool is_transcendental(WorkClass work_class) { return work_class >= WorkClass::exp && work_class <= WorkClass::bessel; }

std::string_view name(WorkState state) { return kStateNames[static_cast<std::size_t>(state)]; }
std::optional<WorkState> work_state_of_name(std::string_view name) {
  return enum_of_name<WorkState>(kStateNames, name);
}

Range macs(const WorkTotal& work) { return work.total(WorkClass::mac); }

Range valid_macs(const WorkTotal& work) {
  Range sum;
  for (const auto& [dtype, count] : work.valid_mac) sum += count;
  for (const auto& [key, count] : work.operations) {
    if (key.first == WorkClass::mac && !work.valid_mac.contains(key.second)) sum += count;
  }
  return sum;
}

Range flops(const WorkTotal& work) {
  return Range(Expr(2)) * work.total(WorkClass::mac) + work.total(WorkClass::mul) + work.total(WorkClass::add) +
         work.total(WorkClass::div) + work.total(WorkClass::sqrt);
}

Range transcendentals(const WorkTotal& work) {
  Range sum;
  for (const auto& [key, count] : work.operations) {
    if (is_transcendental(key.first)) sum += count;
  }
  return sum;
}

Range comparisons(const WorkTotal& work) { return work.total(WorkClass::compare); }

WorkTotal times(const Range& executions, const Work& work) {
  WorkTotal total;
  for (const auto& [key, count] : work.operations) total.add(key.first, key.second, executions * Range(count));
  for (const auto& [dtype, count] : work.valid_mac) {
    if (total.operations.contains({WorkClass::mac, dtype})) total.valid_mac[dtype] = executions * Range(count);
  }
  total.bytes_read = executions * Range(work.bytes_read);
  total.bytes_written = executions * Range(work.bytes_written);
  return total;
}

WorkTotal& operator+=(WorkTotal& sum, const WorkTotal& other) {
  // Where one side keeps valid taps apart, the other's taps are all valid: they enter both numbers.
  std::map<DType, Range> valid;
  for (const auto& [dtype, count] : sum.valid_mac) valid[dtype] = count + valid_mac_of(other, dtype);
  for (const auto& [dtype, count] : other.valid_mac) {
    if (!sum.valid_mac.contains(dtype)) valid[dtype] = valid_mac_of(sum, dtype) + count;
  }
  sum.valid_mac = std::move(valid);
  for (const auto& [key, count] : other.operations) sum.add(key.first, key.second, count);
  sum.bytes_read += other.bytes_read;
  sum.bytes_written += other.bytes_written;
  return sum;
}

}  // namespace flopaudit
