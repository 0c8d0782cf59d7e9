// Fourier transforms of two dims: one dim after the other. Of complex numbers only powers of two have a model.
#include <algorithm>

#include "analyzer/audit/causes/fourier_call.h"
#include "analyzer/audit/causes/fourier_codelets.h"
#include "analyzer/audit/causes/fourier_layout.h"

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

// Rows of these lengths have straight code in a plane: those of 1/sqrt(n), without the scale.
std::optional<TransformOps> row_code(std::int64_t columns, std::int64_t rows, bool f32) {
  const bool has_code = (rows == 32 && columns != 32) || (rows == 64 && !f32);
  if (!has_code) return std::nullopt;
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

// Squares that have code of their own.
bool is_square_with_code(std::int64_t columns, std::int64_t rows, bool f32, Scale scale) {
  if (columns != rows) return false;
  return f32 ? rows <= kMostStraight || rows == 32 : rows == 32 && scale != Scale::none;
}

void explain_real_forward(const KernelCall& call, std::int64_t batch, std::int64_t columns, std::int64_t rows,
                          Scale scale, Explanation& out) {
  FourierCall fourier(call, out);
  const bool f32 = fourier.f32();
  if (is_square_with_code(columns, rows, f32, scale)) return out.refuse(kOtherPlanes);
  if (const auto code = row_code(columns, rows, f32))
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

// The last dim is the real one.
void explain_real_planes(const KernelCall& call, const std::vector<std::size_t>& dims, const Sizes& real,
                         Direction direction, Explanation& out) {
  if (dims.size() != 2) return out.refuse("a transform of more than two dims has no model");
  if (!direction.forward) return explain_real_back(call, dims, real, direction, out);
  const std::int64_t columns = real[dims[0]], rows = real[dims[1]], batch = product(real) / (columns * rows);
  const auto operand = laid_out_operand(call, real, out);
  if (!operand) return;
  const bool together = operand->strides[dims[1]] == 1 && operand->strides[dims[0]] == rows;
  if (batch < 2 || (is_one_dim_beside(*operand, dims) && !together))
    return out.refuse("a real transform of two dims that lie apart, or of no batch, has no model");
  explain_real_forward(call, batch, columns, rows, direction.scale, out);
}

}  // namespace flopaudit
