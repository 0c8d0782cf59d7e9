// Work: what one node costs, in scalar operations by class and dtype (DESIGN.md §2.3). Annotated by annotate-work.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/ir/dtype.h"
#include "analyzer/support/expr.h"

namespace flopaudit {

// A mac is a multiply whose product is accumulated: one mul and one add. `mul add div sqrt` are loose ones.
enum class WorkClass : std::uint8_t {
  mac,
  mul,
  add,
  div,
  sqrt,     // arithmetic
  compare,  // min, max and comparisons
  convert,  // casts between number formats
  exp,
  log,
  tanh,
  erf,
  sin,
  cos,
  tan,
  pow,
  atan,
  asin,
  acos,
  gamma,
  bessel,   // transcendentals, by function
  integer,  // arithmetic on integers, all kinds
};
inline constexpr std::size_t kWorkClassCount = 21;

std::string_view name(WorkClass work_class);  // "mac"
std::optional<WorkClass> work_class_of_name(std::string_view name);
bool is_transcendental(WorkClass work_class);

// How far the cost of a node is known. Unknown is not zero: the last three are visible in every total.
enum class WorkState : std::uint8_t {
  not_annotated,  // annotate-work has not run
  known,
  zero,       // by definition: views, metadata, copies, arithmetic of the program's own integers
  no_rule,    // the registry has no row for the op
  no_shape,   // a shape or value that the rule needs is unknown
  not_taken,  // in a branch that is never executed
};
std::string_view name(WorkState state);
std::optional<WorkState> work_state_of_name(std::string_view name);

// Scalar operations by (class, dtype) and bytes. Only entries that are not 0 are present. `Number` is Expr for one
// execution of a node and Range for all of them.
template <typename Number>
struct BasicWork {
  std::map<std::pair<WorkClass, DType>, Number> operations;
  // mac entries that leave out multiplications by padding and masked positions; present only where they differ.
  std::map<DType, Number> valid_mac;
  Number bytes_read = Number(Expr(0));
  Number bytes_written = Number(Expr(0));

  void add(WorkClass work_class, DType dtype, const Number& count) {
    auto [entry, inserted] = operations.try_emplace({work_class, dtype}, count);
    if (!inserted) entry->second += count;
    if (entry->second == Number(Expr(0))) operations.erase(entry);
  }
  Number total(WorkClass work_class) const {
    Number sum = Number(Expr(0));
    for (const auto& [key, count] : operations) {
      if (key.first == work_class) sum += count;
    }
    return sum;
  }
  friend bool operator==(const BasicWork&, const BasicWork&) = default;
};
using Work = BasicWork<Expr>;
using WorkTotal = BasicWork<Range>;

// Derived numbers (DESIGN.md §2.3).
Range macs(const WorkTotal& work);        // mac, all taps
Range valid_macs(const WorkTotal& work);  // mac, padding left out
Range flops(const WorkTotal& work);       // 2·mac + mul + add + div + sqrt
Range transcendentals(const WorkTotal& work);
Range comparisons(const WorkTotal& work);

WorkTotal times(const Range& executions, const Work& work);
WorkTotal& operator+=(WorkTotal& sum, const WorkTotal& other);

}  // namespace flopaudit
