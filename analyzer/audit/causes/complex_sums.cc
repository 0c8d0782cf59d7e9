// Sums and means of complex numbers along rows that lie together: ATen's cascade, its numbers two parts each.
#include <algorithm>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"complex cascade sum",
     "4 accumulators of vectors on 4 levels, merged, then their lanes; in c64 what is past whole turns takes half a "
     "vector for each number.",
     "aten::sum, mean of complex numbers along rows that lie together", "standard",
     "n numbers of c64: 260 + 2*(n - n mod 16) + 4*(n mod 16) add, less than 4: 40 + 4*n; c128: 66 + 2*n, one: 34; of "
     "each 16 turns a merge of 32 and 16 add; a mean is divided in place",
     "1 to 4096 numbers, 1 to 3 rows, c64 and c128; testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kSum = kCauses[0];

std::int64_t merges_of(std::int64_t turns) { return turns / 16 + turns / 256 + turns / 4096; }

std::int64_t adds_of_row(std::int64_t numbers, bool f32) {
  if (!f32) return numbers == 1 ? 34 : 66 + 2 * numbers + 16 * merges_of(numbers / 8);
  if (numbers < 4) return 40 + 4 * numbers;
  return 260 + 2 * (numbers - numbers % 16) + 4 * (numbers % 16) + 32 * merges_of(numbers / 16);
}

struct Rows {
  std::int64_t count, length;
};

// The summed dims are the innermost ones of an operand that lies row by row.
std::optional<Rows> rows_of(const KernelCall& call, std::size_t dims_at, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto reduced = sizes ? reduced_dims_at(call, dims_at, sizes->size()) : std::nullopt;
  check_layout(call, Layout::row_major, out);
  if (!reduced) out.refuse("the summed dims are not known");
  if (!out.refusal().empty()) return std::nullopt;
  Rows rows = {1, 1};
  for (std::size_t dim = 0; dim < sizes->size(); ++dim) {
    if ((*sizes)[dim] == 1) continue;
    if ((*reduced)[dim]) {
      rows.length *= (*sizes)[dim];
    } else if (rows.length != 1) {
      out.refuse("a sum of complex numbers that lie apart has no model");
      return std::nullopt;
    } else {
      rows.count *= (*sizes)[dim];
    }
  }
  constexpr std::int64_t kLongest = 4096;
  if (rows.length > kLongest || rows.length < 2 || rows.count == 0) {
    out.refuse("a sum of so many complex numbers has no model");
    return std::nullopt;
  }
  return rows;
}

template <std::size_t dims_at, bool mean>
void explain_sum(const KernelCall& call, Explanation& out) {
  const auto dtype = dtype_at_place(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (dtype != DType::c64 && dtype != DType::c128) return out.refuse("a sum of other than complex numbers");
  if (dtype_at_place(call.inputs, 0) != dtype) return out.refuse("a sum in another type has no model");
  const auto rows = rows_of(call, dims_at, out);
  if (!rows) return;
  const bool f32 = dtype == DType::c64;
  const auto classes = precision_of(f32 ? DType::f32 : DType::f64);
  FlopIntervals whole;
  add_point(whole, classes->add, rows->count * adds_of_row(rows->length, f32));
  if (mean) {
    const std::int64_t turn = f32 ? 8 : 4, turns = rows->count / turn * turn, rest = rows->count - turns;
    const std::int64_t operations = f32 ? 9 * rows->count : 5 * turns + 12 * rest;
    add_point(whole, classes->add, operations);
    add_point(whole, classes->mul, operations);
    whole[classes->div] += {turns + (f32 ? 1 : 5) * rest, 3 * turns + (f32 ? 4 : 10) * rest};
    out.depends_on_data();
  }
  out.add_rest(kSum, *annotated, whole);
}

constexpr KernelModel kModels[] = {
    {"aten::mean", explain_sum<SIZE_MAX, true>, Layout::any},
    {"aten::mean.dim", explain_sum<1, true>, Layout::any},
    {"aten::sum", explain_sum<SIZE_MAX, false>, Layout::any},
    {"aten::sum.dim_IntList", explain_sum<1, false>, Layout::any},
};

}  // namespace

std::span<const KernelModel> models_of_complex_sums() { return kModels; }
std::span<const CauseInfo> complex_sum_causes() { return kCauses; }

}  // namespace flopaudit
