// One call of a Fourier transform: what it executes becomes known part by part, and what no other cause says is the
// radices'. Each call makes its tables of roots anew; what one transform takes: fourier_transforms.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/audit/causes/fourier_transforms.h"

namespace flopaudit {

class FourierCall {
 public:
  // `out` is refused where the op's work or type has no model.
  FourierCall(const KernelCall& call, Explanation& out);

  // `times` transforms of so many points, each with the tables that a call makes.
  void complex(std::int64_t points, std::int64_t times, Direction direction, bool apart = false);
  void real(std::int64_t points, std::int64_t times, Direction direction, bool apart = false);
  // `times` transforms in code that is counted elsewhere.
  void code(const TransformOps& ops, std::int64_t times) {
    if (is_known()) transforms(ops, times);
  }
  // What a scale adds, and tables of another dim.
  void scaled(const TransformOps& ops, std::int64_t divisions = 0);
  void roots(const FlopIntervals& counts);
  // What frames of a signal take beside their transforms.
  void frames(const TransformOps& ops, std::int64_t divisions = 0);
  // All is said: the rest is explained.
  void finish();

  bool f32() const { return classes_ && classes_->f32; }

 private:
  bool is_known() const { return annotated_ && classes_ && out_.refusal().empty(); }
  void transforms(const TransformOps& ops, std::int64_t times);
  void beside(const CauseInfo& cause, const TransformOps& ops, std::int64_t divisions);
  std::int64_t divisions_of(Scale scale, std::int64_t points) const;

  Explanation& out_;
  std::optional<FlopIntervals> annotated_;
  std::optional<PrecisionClasses> classes_;
  FlopIntervals whole_;
};

bool is_complex_at(const Facts& facts, std::size_t index);
// What an op's word for its normalization means in its direction; nothing where it is not known.
std::optional<Scale> scale_by_word(const KernelCall& call, std::size_t place, bool forward);
// The same by ATen's numbers.
std::optional<Scale> scale_by_number(const KernelCall& call, std::size_t place);
// The dims that are transformed, as many of the last as the op says where none is named; nothing where they are not
// known.
std::optional<std::vector<std::size_t>> dims_of(const KernelCall& call, std::size_t place, std::size_t rank,
                                                std::size_t otherwise);

// Several dims: fourier_planes.cc.
void explain_complex_planes(const KernelCall& call, std::vector<std::size_t> dims, Direction direction,
                            Explanation& out);
void explain_real_then_complex(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                               Direction direction, Explanation& out);
void explain_real_planes(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                         Direction direction, Explanation& out);

}  // namespace flopaudit
