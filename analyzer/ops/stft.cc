// Short-time Fourier transforms. stft: each frame of n_fft numbers is multiplied by the window,
// where there is one, and transformed (fourier_helpers.h). istft: each frame is transformed back and multiplied by the
// window; frames and squared windows are added where they overlap, and the one divided by the other.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/fourier_helpers.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// stft(self, n_fft, hop_length, win_length, window, normalized, onesided, return_complex, align_to_window); the
// overload with center has center and pad_mode behind the window.
struct Frames {
  Dims batch;
  Expr points, hop;
  Dim count;
  bool onesided = false, complex_input = false, windowed = false, as_complex = true;
  std::optional<DType> real;
};

RuleResult<Expr> int_or(const Facts& inputs, std::size_t index, const Expr& otherwise) {
  FA_RULE(const std::optional<Expr> value, optional_int_at(inputs, index));
  return value ? *value : otherwise;
}
RuleResult<bool> bool_or(const Facts& inputs, std::size_t index, bool otherwise) {
  if (none_at(inputs, index)) return otherwise;
  return bool_at(inputs, index);
}

bool is_complex_at(const Facts& inputs, std::size_t index) {
  const TensorFact* tensor = inputs[index].tensor();
  return tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype);
}

template <bool has_center>
RuleResult<Frames> frames_of(const Facts& inputs) {
  constexpr std::size_t shift = has_center ? 2 : 0;
  Frames f;
  FA_RULE(Dims input, dims_at(inputs, 0));
  if (inputs[0].tensor()->dtype && is_integral(*inputs[0].tensor()->dtype)) {
    return misfit("a signal is of a floating dtype: " + inputs[0].to_string());
  }
  FA_RULE(const TensorFact* window, optional_tensor_at(inputs, 4));
  f.windowed = window != nullptr;
  // The product of the two is what is transformed.
  const std::optional<DType> met = f.windowed ? operand_dtype(inputs, {0, 4}) : inputs[0].tensor()->dtype;
  FA_RULE(f.real, transform_dtype({tensor_fact(met, input)}, 0));
  if (input.empty() || input.size() > 2) return misfit("a signal has 1 or 2 dims: " + inputs[0].to_string());
  Dim length = input.back();
  input.pop_back();
  f.batch = input;
  FA_RULE(f.points, int_at(inputs, 1));
  FA_RULE(f.hop, int_or(inputs, 2, floor_div(f.points, 4)));
  FA_RULE(const Expr window_length, int_or(inputs, 3, f.points));
  f.complex_input = is_complex_at(inputs, 0) || is_complex_at(inputs, 4);
  FA_RULE(f.onesided, bool_or(inputs, 6 + shift, !f.complex_input));
  if (none_at(inputs, 7 + shift) && !f.complex_input) return misfit("stft of real numbers needs return_complex");
  FA_RULE(f.as_complex, bool_or(inputs, 7 + shift, true));
  FA_RULE(const bool aligned, bool_or(inputs, 8 + shift, false));
  if (has_center) {
    FA_RULE(const bool center, bool_at(inputs, 5));
    if (center && !none_at(inputs, 8 + shift)) return misfit("frames are aligned to the window only without center");
    if (center && length) {  // padded on both sides, as images are
      const Fact half = Fact::integer(floor_div(f.points, 2));
      const Dim rows = f.batch.empty() ? Dim(Expr(1)) : f.batch[0];
      const Fact signal = tensor_fact(inputs[0].tensor()->dtype, {Dim(Expr(1)), rows, length});
      FA_RULE(const Facts padded,
              shape_of(*find_op("aten::pad"), {signal, Fact::list({half, half}), inputs[6], Fact::none()}));
      length = padded[0].tensor()->dims->back();
    }
  }
  if (always_less(f.points, 1) == true || (length && always_less(*length, f.points) == true)) {
    return misfit("frames of " + f.points.to_string() + " numbers of a signal of " + length->to_string());
  }
  if (always_less(f.hop, 1) == true) return misfit("a hop of " + f.hop.to_string());
  if (always_less(window_length, 1) == true || always_less(f.points, window_length) == true) {
    return misfit("a window of " + window_length.to_string() + " numbers in frames of " + f.points.to_string());
  }
  if (f.windowed && window->dims && (window->dims->size() != 1 || !same_dim((*window->dims)[0], window_length))) {
    return misfit("the window should hold " + window_length.to_string() + " numbers and is " + inputs[4].to_string());
  }
  if (length) f.count = floor_div(*length - (aligned ? window_length : f.points), f.hop) + Expr(1);
  return f;
}

template <bool has_center>
RuleResult<Facts> shape_of_stft(const Facts& inputs) {
  FA_RULE(const Frames f, frames_of<has_center>(inputs));
  Dims dims = f.batch;
  dims.push_back(f.onesided ? floor_div(f.points, 2) + Expr(1) : f.points);
  dims.push_back(f.count);
  if (!f.as_complex) dims.push_back(Expr(2));
  return one(tensor_fact(f.as_complex ? complex_of_real(f.real) : f.real, dims));
}

template <bool has_center>
RuleResult<Work> work_of_stft(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Frames f, frames_of<has_center>(inputs));
  const std::optional<Expr> batch = product(f.batch);
  if (!batch || !f.count) return missing("the length of the signal is unknown");
  const Expr elements = *batch * *f.count * f.points;
  WorkCounter counter(inputs, outputs);
  const bool both_complex = is_complex_at(inputs, 0) && is_complex_at(inputs, 4);
  if (f.windowed && both_complex) counter.in_dtype(complex_of_real(f.real)).count(WorkClass::mul, elements);
  if (f.windowed && !both_complex) {
    counter.in_dtype(f.real).count(WorkClass::mul, elements * Expr(f.complex_input ? 2 : 1));
  }
  count_transforms(counter, f.real, elements, f.points, !f.complex_input);
  return counter.work();
}

// istft(self, n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex)
struct Inverse {
  Dims batch;
  Expr points, hop, frames;
  Expr overlapped;  // numbers before the ends are cut off
  Expr length;
  bool onesided = false, as_complex = false;
  std::optional<DType> real;
};

RuleResult<Inverse> inverse_of(const Facts& inputs) {
  Inverse v;
  FA_RULE(Dims input, dims_at(inputs, 0));
  FA_RULE(v.real, transform_dtype(inputs, 0));
  if (has_no_elements(inputs[0])) return misfit("istft of no frames: " + inputs[0].to_string());
  if (input.size() < 2 || input.size() > 3 || (inputs[0].tensor()->dtype && !is_complex_at(inputs, 0))) {
    return misfit("istft is of complex frames, 2 or 3 dims: " + inputs[0].to_string());
  }
  FA_RULE(v.points, int_at(inputs, 1));
  FA_RULE(v.hop, int_or(inputs, 2, floor_div(v.points, 4)));
  FA_RULE(const Expr window_length, int_or(inputs, 3, v.points));
  FA_RULE(const TensorFact* window, optional_tensor_at(inputs, 4));
  if (always_less(v.hop, 1) == true || always_less(window_length, v.hop) == true) {
    return misfit("a hop of " + v.hop.to_string() + " with a window of " + window_length.to_string());
  }
  if (always_less(window_length, 1) == true || always_less(v.points, window_length) == true) {
    return misfit("a window of " + window_length.to_string() + " numbers in frames of " + v.points.to_string());
  }
  if (window != nullptr && window->dims && !same_dims(*window->dims, {window_length})) {
    return misfit("the window should hold " + window_length.to_string() + " numbers and is " + inputs[4].to_string());
  }
  FA_RULE(const bool center, bool_at(inputs, 5));
  FA_RULE(v.as_complex, bool_at(inputs, 9));
  const Dim bins = input[input.size() - 2];
  FA_RULE(v.onesided, bool_or(inputs, 7, !(bins && *bins == v.points)));
  if (v.as_complex ? v.onesided : is_complex_at(inputs, 4)) {
    return misfit(v.as_complex ? "frames of one side are of real numbers" : "a complex window makes complex numbers");
  }
  const Expr expected = v.onesided ? floor_div(v.points, 2) + Expr(1) : v.points;
  if (!same_dim(bins, expected)) {
    return misfit("frames of " + v.points.to_string() + " numbers have " + expected.to_string() +
                  " bins: " + inputs[0].to_string());
  }
  if (!input.back()) return missing("the number of frames is unknown");
  v.frames = *input.back();
  v.batch.assign(input.begin(), input.end() - 2);
  v.overlapped = v.points + v.hop * (v.frames - Expr(1));
  FA_RULE(v.length, int_or(inputs, 8, center ? v.overlapped - floor_div(v.points, 2) * Expr(2) : v.overlapped));
  if (always_less(v.length, 1) == true) {
    return misfit("istft gives at least one number, not " + v.length.to_string());
  }
  return v;
}

RuleResult<Facts> shape_of_istft(const Facts& inputs) {
  FA_RULE(const Inverse v, inverse_of(inputs));
  Dims dims = v.batch;
  dims.push_back(v.length);
  return one(tensor_fact(v.as_complex ? complex_of_real(v.real) : v.real, dims));
}

RuleResult<Work> work_of_istft(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Inverse v, inverse_of(inputs));
  const std::optional<Expr> batch = product(v.batch);
  if (!batch) return missing("the size of the batch is unknown");
  const Expr elements = *batch * v.frames * v.points;
  WorkCounter counter(inputs, outputs);
  count_transforms(counter, v.real, elements, v.points, !v.as_complex);
  const Expr parts = v.as_complex ? 2 : 1;
  counter.in_dtype(v.real).count(WorkClass::mul, elements * parts);
  counter.count(WorkClass::add, (elements - *batch * v.overlapped) * parts);
  counter.count(WorkClass::mul, v.points);  // the squared window, and where its copies overlap
  counter.count(WorkClass::add, v.frames * v.points - v.overlapped);
  return counter.count(WorkClass::div, *batch * v.length * parts).work();
}

constexpr char kStftText[] =
    "e = frames*n: window mul = e; real: mul = e*log2 n, add = 3/2*e*log2 n; complex: twice that";
constexpr char kIstftText[] =
    "e = frames*n: the transforms as in stft; mul = e + n, add = the overlaps twice, div = length";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule           work rule            formula
    {"aten::istft",                             shape_of_istft,      work_of_istft,       kIstftText},
    {"aten::stft",                              shape_of_stft<false>, work_of_stft<false>, kStftText},
    {"aten::stft.center",                       shape_of_stft<true>, work_of_stft<true>,  kStftText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> stft_ops() { return kRows; }

}  // namespace flopaudit
