// Parts of composed kernels, all of whose tensors have one type: each is told by its sizes, and by its strides where it
// is a slice of another.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {

// An operand of a part; row by row unless strides are given.
struct Laid {
  Laid(Sizes of) : sizes(std::move(of)) {}  // NOLINT(google-explicit-constructor): most operands are sizes alone
  Laid(Sizes of, Strides lies) : sizes(std::move(of)), strides(std::move(lies)) {}
  Sizes sizes;
  Strides strides = kRowByRow;
};

// Elements `begin` to `end` of a dim.
Laid slice_of(const Laid& whole, std::size_t dim, std::int64_t begin, std::int64_t end);
// One element of a dim, which goes away.
Laid select_of(const Laid& whole, std::size_t dim);

enum class Reduction : std::uint8_t { none, mean, sum };
// Nothing, and `out` refused, where it is not known.
std::optional<Reduction> reduction_of(const KernelCall& call, std::size_t place, Explanation& out);

class TensorParts : public Parts {
 public:
  TensorParts(DType dtype, Explanation& out) : Parts(out), dtype_(dtype) {}

  // Tensors stand before the other operands.
  void on(std::string_view op, const std::vector<Laid>& tensors, const std::vector<Fact>& others = {});
  // add and sub of two, in place or not, whose alpha is 1.
  void on_scaled(std::string_view op, const Laid& first, const Laid& second);
  // The same with a number, 0.5, as the second.
  void on_number(std::string_view op, const Laid& first);
  void sum_along(const Laid& whole, std::size_t dim, bool keeps_dim = false);
  void reduce(const Laid& losses, Reduction reduction);

 private:
  DType dtype_;
};

// Operands of f32 or f64, all of one type, and what is annotated. Nothing: `out` is refused, or they
// are integers, as the result is.
struct Plan {
  std::vector<Sizes> sizes;  // of the operands asked for
  DType dtype;
  PrecisionClasses classes;
  FlopIntervals annotated;
};
std::optional<Plan> plan_of(const KernelCall& call, const std::vector<std::size_t>& places, Explanation& out);
// The same, where they have one shape too.
std::optional<Plan> plan_of_alike(const KernelCall& call, const std::vector<std::size_t>& places, Explanation& out);

// The elements of a tensor of integers, where they are known.
std::optional<Sizes> integers_at(const Facts& facts, std::size_t place);

// A dim of `rank` that an operand names, counted from the first.
std::optional<std::size_t> dim_at_place(const KernelCall& call, std::size_t place, std::size_t rank);

}  // namespace flopaudit
