// Ops of Fourier transforms, and of frames of a signal.
#include <algorithm>

#include "analyzer/audit/causes/fourier_call.h"
#include "analyzer/audit/causes/fourier_layout.h"

namespace flopaudit {
namespace {

void explain_complex(const KernelCall& call, const std::vector<std::size_t>& dims, Direction direction,
                     Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  if (!result) return out.refuse("a shape is not known");
  if (product(*result) == 0) return;
  if (dims.size() != 1) return explain_complex_planes(call, dims, direction, out);
  const std::int64_t points = (*result)[dims.front()];
  const auto apart = lie_apart(call, dims.front(), points, out);
  if (!apart) return;
  FourierCall fourier(call, out);
  fourier.complex(points, product(*result) / points, direction, *apart);
  fourier.finish();
}

// `real` are the sizes of the side that has all points.
void explain_real(const KernelCall& call, const std::vector<std::size_t>& dims, const std::optional<Sizes>& real,
                  Direction direction, Explanation& out) {
  if (!real) return out.refuse("a shape is not known");
  if (product(*real) == 0) return;
  if (dims.size() != 1) return explain_real_planes(call, dims, *real, direction, out);
  const std::int64_t points = (*real)[dims.front()];
  const auto apart = lie_apart(call, dims.front(), direction.forward ? points : points / 2 + 1, out);
  if (!apart) return;
  FourierCall fourier(call, out);
  fourier.real(points, product(*real) / points, direction, *apart);
  fourier.finish();
}

// The input cut or padded to as many points as the op asks for.
std::optional<Sizes> padded_input(const KernelCall& call, const std::vector<std::size_t>& dims) {
  auto sizes = sizes_at(call.inputs, 0);
  if (!sizes || is_none_at(call.inputs, 1)) return sizes;
  const auto points = ints_at_place(call.inputs, 1, 1);
  if (!points || points->size() != dims.size()) return std::nullopt;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if ((*points)[i] >= 0) (*sizes)[dims[i]] = (*points)[i];
  }
  return sizes;
}

constexpr const char* kUnknownDims = "the dims of the transform are not known";

template <bool forward, std::size_t otherwise>
void explain_fft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto scale = scale_by_word(call, 3, forward);
  if (!result || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, result->size(), otherwise);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  // Several dims of real numbers are transformed as complex ones.
  if (is_complex_at(call.inputs, 0) || otherwise != 1) return explain_complex(call, *dims, {forward, *scale}, out);
  // Half of it is the other half's conjugate, and an inverse all of it.
  explain_real(call, *dims, result, {true, *scale}, out);
}

// ihfft is the conjugate of a transform with the scale of an inverse.
template <std::size_t otherwise, bool forward = true>
void explain_rfft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto scale = scale_by_word(call, 3, forward);
  if (!result || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, result->size(), otherwise);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  const auto real = padded_input(call, *dims);
  if (!forward && dims->size() != 1 && real) return explain_real_then_complex(call, *dims, *real, {true, *scale}, out);
  explain_real(call, *dims, real, {true, *scale}, out);
}

// hfft is an inverse of the conjugate, with the scale of a transform.
template <std::size_t otherwise, bool forward = false>
void explain_irfft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto scale = scale_by_word(call, 3, forward);
  if (!result || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, result->size(), otherwise);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  explain_real(call, *dims, result, {false, *scale}, out);
}

void explain_c2c(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto forward = bool_at_place(call.inputs, 3);
  const auto scale = scale_by_number(call, 2);
  if (!result || !forward || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 1, result->size(), 0);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  explain_complex(call, *dims, {*forward, *scale}, out);
}

template <bool forward>
void explain_real_kernel(const KernelCall& call, Explanation& out) {
  const Facts& real = forward ? call.inputs : call.outputs;
  const auto sizes = sizes_at(real, 0);
  const auto scale = scale_by_number(call, 2);
  if (!sizes || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 1, sizes->size(), 0);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  explain_real(call, *dims, sizes, {forward, *scale}, out);
}

// --- frames ---

template <std::size_t shift>
void explain_stft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto points = number_at_place(call.inputs, 1);
  const auto as_complex = bool_at_place(call.inputs, 7 + shift);
  if (!result || !points || !as_complex) return out.refuse("the frames are not known");
  if (is_complex_at(call.inputs, 0) || is_complex_at(call.inputs, 4))
    return out.refuse("frames of complex numbers have no model");
  const auto normalized = bool_at_place(call.inputs, 5 + shift);
  if (!normalized) return out.refuse("the frames are not known");
  const std::size_t frames_dim = result->size() - (*as_complex ? 1 : 2);
  const std::int64_t batch = frames_dim == 2 ? result->front() : 1;
  const std::int64_t frames = batch * (*result)[frames_dim];
  const auto length = static_cast<std::int64_t>(*points);
  FourierCall fourier(call, out);
  fourier.real(length, frames, {true, *normalized ? Scale::by_root : Scale::none});
  if (!is_none_at(call.inputs, 4)) {
    // ATen's loop over an uneven row has a tail of its own, which overlapping frames do not let it see as one.
    if (length % 4 != 0) return out.refuse("frames of other than a multiple of 4 have no model");
    fourier.frames({0, frames * length});
  }
  fourier.finish();
}

void explain_istft(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), result = sizes_at(call.outputs, 0);
  const auto points = number_at_place(call.inputs, 1);
  if (!input || !result || !points) return out.refuse("the frames are not known");
  const auto normalized = bool_at_place(call.inputs, 6);
  if (!normalized) return out.refuse("the frames are not known");
  if (is_complex_at(call.outputs, 0)) return out.refuse("a signal of complex numbers has no model");
  const std::int64_t batch = input->size() == 3 ? input->front() : 1, frames = input->back();
  const auto length = static_cast<std::int64_t>(*points);
  if ((*input)[input->size() - 2] != length / 2 + 1) return out.refuse("frames of both sides have no model");
  if (length % 4 != 0) return out.refuse("frames of other than a multiple of 4 have no model");
  // As stft leaves them they lie together.
  const auto apart = lie_apart(call, input->size() - 2, length / 2 + 1, out);
  if (!apart) return;
  FourierCall fourier(call, out);
  fourier.real(length, batch * frames, {false, *normalized ? Scale::by_root : Scale::by_points}, *apart);
  // Each signal is divided by what the windows add up to.
  const std::int64_t samples = result->back() + (fourier.f32() && result->back() % 4 >= 2 ? 2 : 0);
  fourier.frames({(batch + 1) * frames * length, (batch * frames + 1) * length}, batch * samples);
  fourier.finish();
}

constexpr KernelModel kModels[] = {
    {"aten::_fft_c2c", explain_c2c, Layout::any},
    {"aten::_fft_c2r", explain_real_kernel<false>, Layout::any},
    {"aten::_fft_r2c", explain_real_kernel<true>, Layout::any},
    {"aten::fft_fft", explain_fft<true, 1>, Layout::any},
    {"aten::fft_fft2", explain_fft<true, 2>, Layout::any},
    {"aten::fft_fftn", explain_fft<true, SIZE_MAX>, Layout::any},
    {"aten::fft_hfft", explain_irfft<1, true>, Layout::any},
    {"aten::fft_hfft2", explain_irfft<2, true>, Layout::any},
    {"aten::fft_hfftn", explain_irfft<SIZE_MAX, true>, Layout::any},
    {"aten::fft_ifft", explain_fft<false, 1>, Layout::any},
    {"aten::fft_ifft2", explain_fft<false, 2>, Layout::any},
    {"aten::fft_ifftn", explain_fft<false, SIZE_MAX>, Layout::any},
    {"aten::fft_ihfft", explain_rfft<1, false>, Layout::any},
    {"aten::fft_ihfft2", explain_rfft<2, false>, Layout::any},
    {"aten::fft_ihfftn", explain_rfft<SIZE_MAX, false>, Layout::any},
    {"aten::fft_irfft", explain_irfft<1>, Layout::any},
    {"aten::fft_irfft2", explain_irfft<2>, Layout::any},
    {"aten::fft_irfftn", explain_irfft<SIZE_MAX>, Layout::any},
    {"aten::fft_rfft", explain_rfft<1>, Layout::any},
    {"aten::fft_rfft2", explain_rfft<2>, Layout::any},
    {"aten::fft_rfftn", explain_rfft<SIZE_MAX>, Layout::any},
    {"aten::istft", explain_istft, Layout::any},
    {"aten::stft", explain_stft<0>, Layout::any},
    {"aten::stft.center", explain_stft<2>, Layout::any},
};

}  // namespace

std::span<const KernelModel> fourier_models() { return kModels; }

}  // namespace flopaudit
