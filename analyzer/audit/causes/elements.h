// What ops that work element by element share: what one element costs, and how many lanes n elements take.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// Operations of one element.
struct PerElement {
  std::int64_t add = 0, mul = 0, div = 0, sqrt = 0;
  std::int64_t add_inside = 0, mul_inside = 0, div_inside = 0, sqrt_inside = 0;  // in f64 inside of an f32 op
};

struct Operand {
  std::int64_t elements;
  PrecisionClasses classes;
};

// The result's elements and type. Nothing for integer results, which have no arithmetic to explain.
std::optional<Operand> result_of(const KernelCall& call, Explanation& out);

// What an op computes of each element of its result by itself, and the annotated work.
struct ElementLoop {
  std::int64_t count;
  PrecisionClasses classes;
  FlopIntervals annotated;
};
// Nothing for integer results and for results without elements. Refused: operands of another type than the result, and
// those of another size unless they may be `stretched` to it; a single element goes through a loop as a number does.
enum class Sizing : std::uint8_t { equal, stretched };
std::optional<ElementLoop> elements_of(const KernelCall& call, Sizing sizing, Explanation& out);

// Values decide how much is executed, from `least` to `most`.
void explain_between(const CauseInfo& cause, const ElementLoop& elements, const FlopIntervals& least,
                     const FlopIntervals& most, Explanation& out);

// `count` elements, by class.
FlopIntervals counts_of(const PerElement& element, std::int64_t count, const PrecisionClasses& classes);

// From the least to the most that values make of counts.
FlopIntervals between(const FlopIntervals& least, const FlopIntervals& most);

// Adds `count` elements to a cause.
void add_elements(const CauseInfo& cause, const Operand& result, const PerElement& element, std::int64_t count,
                  Explanation& out);

// How many lanes n elements take.
enum class Lanes : std::uint8_t {
  each,      // n
  pair,      // two more in f32 where n mod 4 is 2 or 3
  half,      // n padded to a vector of 128 bits
  whole,     // n padded to a vector of 256 bits
  each_one,  // what is past whole vectors takes one of its own for each element
  doubles,   // n rounded down to two vectors of 256 bits
};
std::int64_t lanes_of(Lanes lanes, std::int64_t n, bool f32);

// f32 loops end with a pair of elements in a vector of 4; f64 ones with single elements.
inline std::int64_t pair_tail(std::int64_t length, const PrecisionClasses& classes) {
  return classes.f32 && length % 4 >= 2 ? 2 : 0;
}

}  // namespace flopaudit
