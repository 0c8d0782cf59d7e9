// Fourier transforms of two dims, each a power of two: one dim after the other. Other sizes take ways of their own.
#include <algorithm>

#include "analyzer/audit/causes/fourier_call.h"

namespace flopaudit {
namespace {

bool are_planes(const Sizes& sizes, const std::vector<std::size_t>& dims) {
  constexpr std::int64_t kLeast = 8, kMost = 256;
  return dims.size() == 2 && std::all_of(dims.begin(), dims.end(), [&](std::size_t dim) {
           return is_power_of_two(sizes[dim]) && sizes[dim] >= kLeast && sizes[dim] <= kMost;
         });
}

constexpr const char* kOnlyPlanes =
    "a transform of several dims has no model but of two that are powers of two from 8 to 256";
constexpr const char* kOtherPlanes = "a transform of two dims of these lengths has no model";

// The rows of a real plane take another way beside columns of some lengths.
bool has_plain_rows(std::int64_t columns, std::int64_t rows, bool f32) {
  if (!f32) return rows == 8 || rows == 16 || rows >= 128;
  return rows >= 64 || (rows == 16 && columns != 16) || (rows == 8 && columns != 8);
}

// The tables of a real dim are made for both.
void add_roots_of_columns(std::int64_t columns, FourierCall& fourier) {
  const std::int64_t least = fourier.f32() ? 64 : 128;
  if (columns >= least) fourier.roots(real_roots(columns, fourier.f32()));
}

void explain_real_forward(const KernelCall& call, std::int64_t batch, std::int64_t columns, std::int64_t rows,
                          Scale scale, Explanation& out) {
  FourierCall fourier(call, out);
  if (!has_plain_rows(columns, rows, fourier.f32())) return out.refuse(kOtherPlanes);
  const bool by_root = scale == Scale::by_root && columns == rows && rows >= (fourier.f32() ? 64 : 128);
  if (scale != Scale::none && !by_root) return out.refuse(kOtherPlanes);
  fourier.real(rows, batch * columns, {});
  fourier.complex(columns, batch * (rows / 2 + 1), {});
  add_roots_of_columns(columns, fourier);
  if (by_root) fourier.scaled({0, batch * columns * (rows + 1)});
  fourier.finish();
}

}  // namespace

void explain_complex_planes(const KernelCall& call, const std::vector<std::size_t>& dims, Direction direction,
                            Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  if (!sizes || !are_planes(*sizes, dims)) return out.refuse(kOnlyPlanes);
  FourierCall fourier(call, out);
  const std::int64_t first = (*sizes)[dims[0]], last = (*sizes)[dims[1]];
  const bool alike = first == last && (first == 16 || first == 32);
  if (fourier.f32() && (alike || direction.scale != Scale::none)) return out.refuse(kOtherPlanes);
  if (!fourier.f32() && direction.scale == Scale::by_root) return out.refuse(kOtherPlanes);
  fourier.complex(first, product(*sizes) / first, {});
  fourier.complex(last, product(*sizes) / last, direction);
  fourier.finish();
}

// The last dim is the real one. Back, each dim is a transform of its own, with a scale of its own.
void explain_real_planes(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                         Direction direction, Explanation& out) {
  if (!are_planes(real, dims)) return out.refuse(kOnlyPlanes);
  const std::size_t rank = real.size();
  const std::int64_t columns = real[dims[0]], rows = real[dims[1]], batch = product(real) / (columns * rows);
  if (dims[0] + 2 != rank || dims[1] + 1 != rank || batch < 2)
    return out.refuse("a real transform of other than the last two dims of a batch has no model");
  if (direction.forward) return explain_real_forward(call, batch, columns, rows, direction.scale, out);
  if (direction.scale == Scale::none) return out.refuse(kOtherPlanes);
  FourierCall fourier(call, out);
  if (direction.scale == Scale::by_root && columns < 32) return out.refuse(kOtherPlanes);
  fourier.complex(columns, batch * (rows / 2 + 1), direction);
  fourier.real(rows, batch * columns, direction);
  fourier.finish();
}

}  // namespace flopaudit
