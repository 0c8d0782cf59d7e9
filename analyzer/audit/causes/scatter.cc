// Writing at indices what is added to, or multiplied with, what was there.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "5 to 10 rows of 7 to 33, 3 to 12 indices, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"rows in vectors", "Rows of 16 and more are added in whole vectors of 256 bits.",
     "aten::index_add along the first dim, with an alpha of 1", "standard",
     "the elements of a row of the source padded to 8, in f64 to 4", kEvidence},
    {"alpha of an index", "Elements, and slices of two dims and more, are multiplied by alpha, also where it is 1.",
     "aten::index_add in one dim, and in three and more along one between the first and the last", "standard", "n mul",
     kEvidence},
    {"mean of what is met", "The numbers of a mean are counted up in floating numbers, and divide every element.",
     "aten::scatter_reduce by mean", "standard", "1 add for each element of the source, a div for each of the result",
     kEvidence},
    {"columns start at zero", "Each element of a column is added, also the first that a place meets.", "aten::col2im",
     "standard", "1 add for each element of a column inside of the image", kEvidence},
};
constexpr const CauseInfo& kRows = kCauses[0];
constexpr const CauseInfo& kAlpha = kCauses[1];
constexpr const CauseInfo& kMean = kCauses[2];
constexpr const CauseInfo& kColumns = kCauses[3];
constexpr std::int64_t kLeastRow = 16;

void explain_index_add(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto source = sizes_at(call.inputs, 3), self = sizes_at(call.inputs, 0);
  const auto dim = number_at_place(call.inputs, 1), alpha = number_at_place(call.inputs, 4);
  if (!result) return;
  if (!source || !self || !dim || !alpha) return out.refuse("an operand is not known");
  if (product(*source) == 0 || result->elements == 0 || *alpha != 1) return;
  const bool first = *dim == 0 || *dim == -static_cast<double>(source->size());
  const std::int64_t row = product(*source, 1);
  // Of a source that lies otherwise each element is added by itself.
  const bool in_place = call.op == "aten::index_add_";
  if (!lie_together_at(call, 3, 0) || (in_place && !lie_together_at(call, 0, 0))) {
    if (!first || source->size() < 2 || in_place) out.refuse("an operand that does not lie row by row has no model");
    return;
  }
  const bool last = *dim == -1 || *dim + 1 == static_cast<double>(source->size());
  if (source->size() <= 1 || (!first && !last)) return out.add(kAlpha, result->classes.mul, product(*source));
  if (!first || row < kLeastRow) return;
  out.add(kRows, result->classes.add, (*source)[0] * (round_up(row, result->classes.f32 ? 8 : 4) - row));
}

// One operation for each element of the source: what the work says.
void explain_each(const KernelCall& call, Explanation& out) { result_of(call, out); }

void explain_scatter_reduce(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const StrFact* word = call.inputs.size() > 4 ? call.inputs[4].get<StrFact>() : nullptr;
  const auto index = sizes_at(call.inputs, 2);
  if (!result) return;
  if (word == nullptr || !word->value || !index) return out.refuse("the reduction is not known");
  if (bool_at_place(call.inputs, 5) != true) return out.refuse("a reduction without what was there has no model");
  if (*word->value != "mean" || product(*index) == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  FlopIntervals whole = counts_of({.add = 2}, product(*index), result->classes);
  whole += counts_of({.div = 1}, lanes_of(Lanes::pair, result->elements, result->classes.f32), result->classes);
  out.add_rest(kMean, *annotated, whole);
}

// A mask says only when it runs how many elements it names.
void explain_index_put(const KernelCall& call, Explanation& out) {
  if (bool_at_place(call.inputs, 3) == false) return;
  if (!bool_at_place(call.inputs, 3)) return out.refuse("it is not known whether the values are added");
  result_of(call, out);
}

// Of a dim: the windows' taps that are inside of the image.
std::int64_t taps_inside(std::int64_t size, std::int64_t kernel, std::int64_t dilation, std::int64_t padding,
                         std::int64_t stride) {
  const std::int64_t windows = (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  std::int64_t taps = 0;
  for (std::int64_t window = 0; window < windows; ++window) {
    for (std::int64_t tap = 0; tap < kernel; ++tap) {
      const std::int64_t at = window * stride - padding + tap * dilation;
      taps += at >= 0 && at < size ? 1 : 0;
    }
  }
  return taps;
}

void explain_columns(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto image = sizes_at(call.outputs, 0);
  const auto kernel = ints_at_place(call.inputs, 2, 2), dilation = ints_at_place(call.inputs, 3, 2),
             padding = ints_at_place(call.inputs, 4, 2), stride = ints_at_place(call.inputs, 5, 2);
  const auto annotated = annotated_of(call, out);
  if (!result || !annotated) return;
  if (!image || image->size() < 2 || !kernel || !dilation || !padding || !stride)
    return out.refuse("a window is not known");
  std::int64_t adds = product({image->begin(), image->end() - 2});
  for (std::size_t dim = 0; dim < 2; ++dim) {
    const std::int64_t size = (*image)[image->size() - 2 + dim];
    adds *= taps_inside(size, (*kernel)[dim], (*dilation)[dim], (*padding)[dim], (*stride)[dim]);
  }
  out.add_rest(kColumns, *annotated, counts_of({.add = 1}, adds, result->classes));
}

constexpr KernelModel kModels[] = {
    {"aten::col2im", explain_columns},
    {"aten::index_add", explain_index_add, Layout::any},
    {"aten::index_add_", explain_index_add, Layout::any},
    {"aten::index_put", explain_index_put},
    {"aten::index_put.hacked_twin", explain_index_put},
    {"aten::index_put_", explain_index_put},
    {"aten::index_put_.hacked_twin", explain_index_put},
    {"aten::scatter.reduce", explain_each},
    {"aten::scatter.value_reduce", explain_each},
    {"aten::scatter_.reduce", explain_each},
    {"aten::scatter_.value_reduce", explain_each},
    {"aten::scatter_add", explain_each, Layout::any},
    {"aten::scatter_add_", explain_each, Layout::any},
    {"aten::scatter_reduce.two", explain_scatter_reduce},
    {"aten::scatter_reduce_.two", explain_scatter_reduce},
};

}  // namespace

std::span<const KernelModel> scatter_models() { return kModels; }
std::span<const CauseInfo> scatter_causes() { return kCauses; }

}  // namespace flopaudit
