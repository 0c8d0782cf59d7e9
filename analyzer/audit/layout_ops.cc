#include "analyzer/audit/layout_ops.h"

#include <algorithm>
#include <initializer_list>

namespace flopaudit::layout_ops {

const std::set<std::string> kSame = {"aten::dropout",         "aten::dropout_", "aten::detach", "aten::alias",
                                     "aten::feature_dropout", "aten::conj",     "aten::_conj",  "aten::resolve_conj"};
const std::set<std::string> kReshapes = {"aten::view",          "aten::reshape",      "aten::flatten.using_ints",
                                         "aten::unflatten.int", "aten::_unsafe_view", "aten::unsqueeze",
                                         "aten::squeeze",       "aten::squeeze.dim"};
const std::set<std::string> kByColumns = {"aten::inverse",          "aten::linalg_inv",
                                          "aten::linalg_inv_ex",    "aten::cholesky",
                                          "aten::linalg_cholesky",  "aten::linalg_cholesky_ex",
                                          "aten::cholesky_solve",   "aten::linalg_solve",
                                          "aten::linalg_solve_ex",  "aten::linalg_solve_triangular",
                                          "aten::linalg_lu_factor", "aten::linalg_lu_factor_ex",
                                          "aten::linalg_qr",        "aten::linalg_svd"};
const std::set<std::string> kTransforms = {
    "aten::fft_fft",  "aten::fft_fft2",  "aten::fft_fftn",  "aten::fft_ifft",  "aten::fft_ifft2",  "aten::fft_ifftn",
    "aten::fft_rfft", "aten::fft_rfft2", "aten::fft_rfftn", "aten::fft_irfft", "aten::fft_irfft2", "aten::fft_irfftn",
    "aten::fft_hfft", "aten::fft_hfft2", "aten::fft_hfftn", "aten::fft_ihfft", "aten::fft_ihfft2", "aten::fft_ihfftn"};
const std::set<std::string> kRowMajor = {"aten::layer_norm",
                                         "aten::linear",
                                         "aten::matmul",
                                         "aten::mm",
                                         "aten::bmm",
                                         "aten::addmm",
                                         "aten::baddbmm",
                                         "aten::softmax.int",
                                         "aten::roll",
                                         "aten::embedding",
                                         "aten::index.Tensor",
                                         "aten::log_softmax.int",
                                         "aten::_native_multi_head_attention",
                                         "aten::_transformer_encoder_layer_fwd",
                                         "aten::_pack_padded_sequence",
                                         "aten::gru.data",
                                         "aten::lstm.data",
                                         "aten::rnn_relu.data",
                                         "aten::rnn_tanh.data",
                                         "aten::zeros",
                                         "aten::arange",
                                         "aten::full"};
const std::set<std::string> kElementwise = {"aten::relu",
                                            "aten::relu6",
                                            "aten::silu",
                                            "aten::gelu",
                                            "aten::sigmoid",
                                            "aten::tanh",
                                            "aten::exp",
                                            "aten::hardswish",
                                            "aten::hardsigmoid",
                                            "aten::hardtanh",
                                            "aten::mul.Tensor",
                                            "aten::mul.Scalar",
                                            "aten::add.Tensor",
                                            "aten::add.Scalar",
                                            "aten::sub.Tensor",
                                            "aten::div.Tensor",
                                            "aten::div.Scalar",
                                            "aten::sqrt",
                                            "aten::neg",
                                            "aten::abs",
                                            "aten::pow.Tensor_Scalar",
                                            "aten::square",
                                            "aten::dequantize.self",
                                            "quantized::add",
                                            "quantized::add_relu",
                                            "quantized::mul",
                                            "quantized::mul_relu",
                                            "aten::leaky_relu",
                                            "aten::elu",
                                            "aten::clamp",
                                            "aten::complex",
                                            "aten::polar",
                                            "aten::angle",
                                            "aten::conj_physical"};

const std::set<std::string> kPerChannel = {"aten::adaptive_avg_pool2d", "aten::avg_pool2d", "aten::max_pool2d",
                                           "aten::batch_norm"};

const std::set<std::string> kRecurrent = {"aten::lstm.input", "aten::gru.input", "aten::rnn_tanh.input",
                                          "aten::rnn_relu.input"};
const std::set<std::string> kPartings = {"aten::chunk",
                                         "aten::split.Tensor",
                                         "aten::split.sizes",
                                         "aten::split_with_sizes",
                                         "aten::tensor_split.sections",
                                         "aten::tensor_split.indices",
                                         "aten::unsafe_chunk",
                                         "aten::unsafe_split.Tensor",
                                         "aten::unsafe_split_with_sizes"};
const std::set<std::string> kConvolutions = {"aten::conv1d",         "aten::conv2d",         "aten::conv3d",
                                             "aten::conv1d.padding", "aten::conv2d.padding", "aten::conv3d.padding",
                                             "aten::_convolution",   "aten::convolution"};

const std::set<std::string> kQuantizedConvolutions = {
    "quantized::conv2d.new", "quantized::conv2d_relu.new", "quantized::conv2d_add", "quantized::conv2d_add_relu",
    "quantized::conv3d.new", "quantized::conv3d_relu.new", "quantized::conv2d",     "quantized::conv2d_relu",
    "quantized::conv3d",     "quantized::conv3d_relu"};

namespace {

bool starts_with_any(const std::string& op, std::initializer_list<const char*> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](const char* start) { return op.starts_with(start); });
}

}  // namespace

bool lies_its_own_way(const std::string& op) {
  if (!op.starts_with("aten::")) return true;
  if (op.starts_with("aten::linalg_")) return op.find("norm") == std::string::npos;
  return starts_with_any(
      op, {"aten::fft_", "aten::stft", "aten::istft", "aten::inverse", "aten::cholesky", "aten::svd", "aten::qr",
           "aten::lu", "aten::geqrf", "aten::orgqr", "aten::ormqr", "aten::_linalg_", "aten::triangular_solve",
           "aten::pinverse", "aten::broadcast_tensors", "aten::meshgrid", "aten::einsum"});
}

bool is_view(const std::string& op) {
  static const std::set<std::string> kViews = {"aten::permute",
                                               "aten::transpose.int",
                                               "aten::t",
                                               "aten::numpy_T",
                                               "aten::mT",
                                               "aten::mH",
                                               "aten::matrix_H",
                                               "aten::adjoint",
                                               "aten::swapdims",
                                               "aten::moveaxis.int",
                                               "aten::moveaxis.intlist",
                                               "aten::movedim.intlist",
                                               "aten::real",
                                               "aten::imag",
                                               "aten::view.dtype",
                                               "aten::broadcast_to",
                                               "aten::slice.Tensor",
                                               "aten::select.int",
                                               "aten::narrow",
                                               "aten::expand",
                                               "aten::expand_as",
                                               "aten::split",
                                               "aten::unbind.int",
                                               "aten::unfold",
                                               "aten::diagonal",
                                               "aten::as_strided",
                                               "aten::movedim.int",
                                               "aten::swapaxes"};
  return kViews.contains(op) || kPartings.contains(op);
}

}  // namespace flopaudit::layout_ops
