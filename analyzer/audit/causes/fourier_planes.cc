// Fourier transforms of two dims: one dim after the other, of lengths that have code for it.
#include <algorithm>

#include "analyzer/audit/causes/fourier_call.h"
#include "analyzer/audit/causes/fourier_codelets.h"
#include "analyzer/audit/causes/fourier_layout.h"

namespace flopaudit {
namespace {

constexpr const char* kOtherPlanes = "a transform of two dims of these lengths has no model";

// Planes of a batch, together in memory, or copied so.
bool lies_in_planes(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& sizes,
                    std::int64_t batch, Explanation& out) {
  const auto operand = laid_out_operand(call, sizes, out);
  if (!operand) return false;
  const bool together = operand->strides[dims[1]] == 1 && operand->strides[dims[0]] == sizes[dims[1]];
  if (batch < 2 || (is_one_dim_beside(*operand, dims) && !together))
    out.refuse("a transform of two dims that lie apart, or of no batch, has no model");
  return out.refusal().empty();
}

// --- complex numbers ---

// Unscaled squares of few points go through their columns in whole vectors.
bool is_small_square(std::int64_t columns, std::int64_t rows) {
  return columns == rows && (columns <= kMostStraight || columns == 32);
}

// Columns in f32 are code of its own up to 16 points, two columns in a vector. Nothing: longer ones, but powers of two
// and primes.
std::optional<TransformOps> column_f32(std::int64_t points) {
  // clang-format off
  constexpr TransformOps kColumns[kMostStraight + 1] = {
      {}, {}, {8, 8}, {16, 12}, {24, 0}, {48, 24}, {40, 8}, {96, 36}, {52, 4}, {112, 68}, {88, 24}, {200, 84}, {108, 40},
      {248, 128}, {152, 72}, {200, 72}, {148, 40}};
  // clang-format on
  if (points >= 2 && points <= kMostStraight) return kColumns[points];
  const bool as_ever = is_power_of_two(points) || (points > 1 && prime_factors(points).size() == 1);
  return as_ever ? complex_transform(points, true) : std::nullopt;
}

std::optional<TransformOps> complex_plane_f32(std::int64_t columns, std::int64_t rows, Scale scale) {
  if (is_small_square(columns, rows) && scale == Scale::none) {
    TransformOps sum = columns * mixed_radix_transform(columns, true);
    return sum += round_up(columns, 2) * mixed_radix_transform(columns, false);
  }
  constexpr std::int64_t kLeastRow = 5;  // shorter ones are code of their own
  if (rows < kLeastRow) return std::nullopt;
  const auto column = column_f32(columns), row = complex_transform(rows, true);
  if (!column || !row) return std::nullopt;
  TransformOps sum = rows * *column;
  sum += columns * *row;
  // Two columns multiply by 1 where there is no scale.
  if (scale != Scale::none && columns != 2) sum.mul += (columns == 4 ? 3 : 4) * columns * rows;
  return sum;
}

// Points that lie apart by prime factors, multiplied by the scale, or by 1; others as ever.
std::optional<TransformOps> plane_dim_f64(std::int64_t points) {
  if (auto code = apart_complex(points)) return *code += {0, 2 * points};
  return is_power_of_two(points) ? complex_transform(points, false) : std::nullopt;
}

std::optional<TransformOps> complex_plane_f64(std::int64_t columns, std::int64_t rows, Scale scale) {
  const bool small_square = columns == rows && columns <= kMostStraight && scale == Scale::none;
  const auto column = small_square ? complex_transform(columns, false) : plane_dim_f64(columns);
  const auto row = small_square ? column : plane_dim_f64(rows);
  if (!column || !row) return std::nullopt;
  TransformOps sum = rows * *column;
  sum += columns * *row;
  // The shorter side is scaled.
  const std::int64_t scaled = rows > columns ? columns : rows;
  if (scale != Scale::none && is_power_of_two(scaled)) sum.mul += 2 * columns * rows;
  return sum;
}

std::optional<TransformOps> complex_plane(std::int64_t columns, std::int64_t rows, bool f32, Scale scale) {
  if (columns < 2 || rows < 2) return std::nullopt;
  return f32 ? complex_plane_f32(columns, rows, scale) : complex_plane_f64(columns, rows, scale);
}

// --- reals ---

// Rows of these lengths have straight code in a plane: those of 1/sqrt(n), without the scale.
std::optional<TransformOps> row_code(std::int64_t rows, bool f32) {
  if (rows != 32 && (rows != 64 || f32)) return std::nullopt;
  TransformOps ops = *rooted_power(rows, f32, true);
  ops.mul -= rows + 2;
  return ops;
}

// A plane is scaled in its columns where rows are the longer side, else in its rows.
TransformOps scale_of_plane(std::int64_t columns, std::int64_t rows, bool f32) {
  const std::int64_t half = rows / 2 + 1;
  const bool power = is_power_of_two(rows) && rows <= (f32 ? 32 : 64);
  if (rows == 4 && f32 && rows <= columns) return {0, 3 * columns * rows};
  if (rows > columns) return {0, (f32 ? 4 : 2) * columns * half};
  return {0, columns * (rows + (power ? 2 : 1))};
}

// An unscaled square of few points; in f32 two of its columns are a vector.
TransformOps real_square(std::int64_t points, bool f32) {
  const std::int64_t columns = points / 2 + 1;
  TransformOps sum = points * *real_transform(points, f32 && points <= kMostStraight, {});
  return sum += (f32 ? round_up(columns, 2) : columns) * mixed_radix_transform(points, false);
}

void explain_real_forward(const KernelCall& call, std::int64_t batch, std::int64_t columns, std::int64_t rows,
                          Scale scale, Explanation& out) {
  FourierCall fourier(call, out);
  const bool f32 = fourier.f32();
  if (is_small_square(columns, rows) && scale == Scale::none) {
    fourier.code(real_square(rows, f32), batch);
    return fourier.finish();
  }
  if (const auto code = row_code(rows, f32))
    fourier.code(*code, batch * columns);
  else
    fourier.real(rows, batch * columns, {});
  fourier.complex(columns, batch * (rows / 2 + 1), {});
  // The tables of a real dim are made for both.
  if (columns != 32 && (columns != 64 || f32)) fourier.roots(real_roots(columns, f32));
  if (scale != Scale::none) fourier.scaled(batch * scale_of_plane(columns, rows, f32));
  fourier.finish();
}

// Back, each dim is a transform of its own, with a scale of its own, the real one last.
void explain_real_back(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                       Direction direction, Explanation& out) {
  const std::int64_t columns = real[dims[0]], rows = real[dims[1]], batch = product(real) / (columns * rows);
  Sizes halves = real;
  halves[dims[1]] = rows / 2 + 1;
  const auto operand = laid_out_operand(call, halves, out);
  if (!operand) return;
  FourierCall fourier(call, out);
  fourier.complex(columns, batch * (rows / 2 + 1), direction, lie_apart(*operand, dims[0]));
  fourier.real(rows, batch * columns, direction, lie_apart(transformed(*operand, dims[0], columns), dims[1]));
  fourier.finish();
}

}  // namespace

void explain_complex_planes(const KernelCall& call, std::vector<std::size_t> dims, Direction direction,
                            Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  if (!sizes || dims.size() != 2) return out.refuse("a transform of more than two dims has no model");
  std::sort(dims.begin(), dims.end());
  const std::int64_t columns = (*sizes)[dims[0]], rows = (*sizes)[dims[1]], times = product(*sizes) / (columns * rows);
  if (!lies_in_planes(call, dims, *sizes, times, out)) return;
  FourierCall fourier(call, out);
  const auto ops = complex_plane(columns, rows, fourier.f32(), direction.scale);
  if (!ops) return out.refuse(kOtherPlanes);
  fourier.code(*ops, times);
  fourier.roots(complex_roots(columns, fourier.f32()));
  fourier.roots(complex_roots(rows, fourier.f32()));
  fourier.finish();
}

// ihfft2: the real transform first, then the other dim, each with a scale of its own.
void explain_real_then_complex(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                               Direction direction, Explanation& out) {
  if (dims.size() != 2) return out.refuse("a transform of more than two dims has no model");
  const std::int64_t columns = real[dims[0]], rows = real[dims[1]], batch = product(real) / (columns * rows);
  const auto operand = laid_out_operand(call, real, out);
  if (!operand) return;
  FourierCall fourier(call, out);
  fourier.real(rows, batch * columns, direction, lie_apart(*operand, dims[1]));
  const LaidOut halves = transformed(*operand, dims[1], rows / 2 + 1);
  fourier.complex(columns, batch * (rows / 2 + 1), direction, lie_apart(halves, dims[0]));
  fourier.finish();
}

// The last dim is the real one.
void explain_real_planes(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                         Direction direction, Explanation& out) {
  if (dims.size() != 2) return out.refuse("a transform of more than two dims has no model");
  if (!direction.forward) return explain_real_back(call, dims, real, direction, out);
  const std::int64_t columns = real[dims[0]], rows = real[dims[1]], batch = product(real) / (columns * rows);
  if (!lies_in_planes(call, dims, real, batch, out)) return;
  explain_real_forward(call, batch, columns, rows, direction.scale, out);
}

}  // namespace flopaudit
