// Expected counts: what LibTorch's kernels execute for one execution of one op, from its facts and the code path alone:
// the annotated work plus named causes (DESIGN.md §2.5). No measured number enters here.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/audit/judge.h"
#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// The classes that decide a verdict, in scalar operations. An FMA lane is one add and one mul; add includes sub.
enum class FlopClass : std::uint8_t { add_f32, mul_f32, div_f32, sqrt_f32, add_f64, mul_f64, div_f64, sqrt_f64 };
inline constexpr std::size_t kFlopClassCount = 8;
std::string_view name(FlopClass flop_class);  // "add_f32"

struct FlopIntervals {
  std::array<Interval, kFlopClassCount> classes{};

  Interval& operator[](FlopClass flop_class) { return classes[static_cast<std::size_t>(flop_class)]; }
  const Interval& operator[](FlopClass flop_class) const { return classes[static_cast<std::size_t>(flop_class)]; }
  FlopIntervals& operator+=(const FlopIntervals& other);
  Interval flops() const;      // the sum
  std::int64_t width() const;  // the sum of the widths
  friend bool operator==(const FlopIntervals&, const FlopIntervals&) = default;
};

// What values that are not ordinary make of a count: zeros, infinities, results that underflow. Each of at most `calls`
// evaluations may take another way, which changes the classes together, so that a counter that reads one of them too
// high is no such way; and `slack` on top for what happens once a row.
struct ValueRange {
  std::int64_t calls = 0;
  FlopIntervals each;
  FlopIntervals slack;

  ValueRange& operator+=(const ValueRange& other);
  bool may_change() const { return calls > 0 || slack != FlopIntervals(); }
  Interval flops() const;  // of all classes together: the least and the most that is added
};

// The same execution, so many times.
FlopIntervals times(std::int64_t count, FlopIntervals counts);
ValueRange times(std::int64_t count, ValueRange range);

// What one cause adds to the work of one execution.
struct CauseDelta {
  const CauseInfo* cause;
  FlopIntervals delta;  // negative: takes away
};

struct ExpectedCounts {
  FlopIntervals annotated;  // points
  FlopIntervals expected;   // annotated + causes, for ordinary values; dispatch noise left out
  ValueRange by_values;     // what other values make of it
  std::vector<CauseDelta> causes;
  bool data_dependent = false;  // the width of `expected` comes from values, not from a kernel without closed form
};

struct NoModel {
  std::string reason;
};

// The code path that was measured. "standard" and "avx2" on LibTorch 2.13 have models, each its own.
struct CodePath {
  std::string path;
  std::string libtorch_version;
};

// The arithmetic of a work vector; NoModel where it is symbolic, too large, or of a type that no counter class has.
std::variant<FlopIntervals, NoModel> arithmetic_of(const Work& work);

// How each operand lies in memory: its strides, nothing where that is not known or where it is no tensor. After the
// operands may stand those of the elements of a list of tensors, in their order.
using OperandStrides = std::vector<std::optional<std::vector<std::int64_t>>>;

// `work` is the annotated work of this execution. `strides` null: all operands lie row by row. A count that is known
// only within 1 % of itself or worse is NoModel, unless it is the values that decide.
std::variant<ExpectedCounts, NoModel> expected_counts(std::string_view op, const Facts& inputs, const Facts& outputs,
                                                      const Work& work, const CodePath& path,
                                                      const OperandStrides* strides = nullptr);

// The ops that have a kernel model on a path, sorted; none where the path has no models.
std::vector<std::string> ops_with_models(std::string_view path);
// The op whose model is taken for an op on a path: itself, or one that it is a form of; empty: it has none.
std::string_view op_of_model(std::string_view op, std::string_view path);
// How many elements an operand may have for the models of a path to hold; 0: any number.
std::int64_t largest_with_model(std::string_view path);

// Every node may add so many f64 operations an execution: dispatch, Scalar arguments, primitive descriptors, hash maps.
inline constexpr std::int64_t kDispatchNoise = 256;

}  // namespace flopaudit
