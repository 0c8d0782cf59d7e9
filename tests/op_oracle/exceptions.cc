#include "tests/op_oracle/exceptions.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

constexpr std::array kNoKernel = {
    "not implemented for '",                           // "addmm_impl_cpu_" not implemented for 'Bool'
    "Could not run '",                                 // no kernel of the dispatcher
    "not supported on CPU",                            // half in places
    "not implemented on the CPU",                      // LU without pivoting
    "only supported on CUDA",                          // drivers of a singular value decomposition
    "MKL FFT error",                                   // of no rows
    "NNPACK SpatialConvolution",                       // what that library has no kernel for
    "Cannot access accelerator device",                // pin_memory
    "Inference tensors do not track version counter",  // _version
    "Unsupported dtype",
    "path needs the cpu support",                       // oneDNN's half
    "unsupported tensor layout",                        // memory formats of mkldnn
    "DefaultCPUAllocator",                              // more memory than the test allows
    "operator for privateuse1",                         // of devices that are no part of LibTorch
    "not implemented. You are likely triggering this",  // convolution_overrideable
    "is no longer supported. Please re-export",         // the quantized RNNs of old files
    "Expected temporary cpp type wrapper",              // weights packed by another library
};

// Integers that are not stated are tried as zeros too; these are refusals of stated ones, of floating numbers, and of
// zeros.
constexpr std::array kValues = {
    "index out of range in self",  // embedding
    "'target' is out of range",    // of a loss
    "is out of bounds",            // an index, the target of a loss
    "index out of bounds",
    "which is not in the valid range",                 // bags of embeddings
    "not positive-definite",                           // cholesky
    "Length of all samples has to be greater than 0",  // of packed sequences
    "probability tensor contains either",              // multinomial, of normal numbers
    "invalid multinomial distribution",
    "normal expects all elements of std >= 0.0",
    "invalid Poisson rate",
    "pivots passed to lu_unpack",             // of elements that no factorization made
    "Pivots given to",                        // lu_solve, ldl_solve
    "Did you properly pass the result of l",  // the same
    "The diagonal element",                   // of a singular matrix
    "the input matrix is singular",
    "all elements of input should be between 0 and 1",   // binary_cross_entropy
    "all elements of target should be between 0 and 1",  // the same
    "quantile() q values must be in the range [0, 1]",
    "Expected p_in >= 0 && p_in <= 1",    // bernoulli
    "ZeroDivisionError",                  // of integers
    "value cannot be converted to type",  // -1.5 as u8, a complex element as float
    "out of bounds for storage of size",  // as_strided: storage is not tracked
    "refers to a single memory location",
    "allocated size does not match",                                 // repeat_interleave, of a given output size
    "argument #2 'targets' (while checking arguments for ctc_loss",  // whose lengths are elements of a tensor
    "`zero_point` must be between",                                  // of which channels have one each
    "is zero and using it on lu_solve",
    "window overlap add min",                    // istft, of windows whose sums are 0
    "the last offset value should be the size",  // bags of embeddings
    "Expected i < index_size",                   // the same
    "bad optional access",                       // of pruned rows
    "expects 'from' to be less than 'to'",       // of bounds that are tensors
    "list.remove(x): x not in list",
    "vector::reserve",                         // a list times -1, which Python has empty
    "basic_string::substr",                    // a start behind the end of a string
    "arguments for format string",             // percentFormat
    "device type at start of device string",   // a name of no device
    "strides should be multiple of 16 bytes",  // which no fact states
    "INTERNAL ASSERT FAILED",                  // a bug of LibTorch's own
};

const std::map<std::string, std::string>& not_asked() {
  static const std::map<std::string, std::string> kOps = {
      {"prim::DictConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::ListConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::TupleConstruct", "LibTorch's interpreter builds it; no operator"},
      {"aten::grad", "its operands must have come out of a computation that is recorded"},
      {"aten::pow.int_to_int", "its schema says int, the operator gives a float"},
      {"prim::tolist", "its operator wants element type codes that only LibTorch's interpreter adds"},
      {"aten::quantized_gru_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_lstm_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_relu_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_tanh_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::q_per_channel_axis", "that a tensor is quantized by channel is no part of its type"},
      {"aten::q_per_channel_scales", "that a tensor is quantized by channel is no part of its type"},
      {"aten::q_per_channel_zero_points", "that a tensor is quantized by channel is no part of its type"},
      {"quantized::make_quantized_cell_params", "of packed objects no fact says what they hold"},
      {"aten::arange.out", "keeps the shape of an out tensor that has as many elements already"},
      {"aten::to.prim_dtype", "takes its flag `copy` for a dtype"},
      {"aten::to.prim_other", "takes its flag `copy` for a dtype"},
      {"aten::warn", "LibTorch's interpreter does it; the operator only throws"},
  };
  return kOps;
}

const std::map<std::string, std::string>& unchecked() {
  static const std::map<std::string, std::string> kOps = {
      {"_quantized::linear_prepack_fp16", "reads past the end of a weight of more dims that is empty"},
      {"aten::Int.Scalar", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::Int.Tensor", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::Int.float", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::__interpolate.scale_list", "reads past the end of a list of scales"},
      {"aten::__interpolate.size_list_scale_list", "reads past the end of a list of scales"},
      {"aten::__upsample_bilinear.scale_list", "reads past the end of a list of scales"},
      {"aten::__upsample_bilinear.size_list_scale_list", "reads past the end of a list of scales"},
      {"aten::_batch_norm_no_update", "the part behind the checks of batch_norm"},
      {"aten::_batch_norm_with_update", "the part behind the checks of batch_norm"},
      {"aten::_batch_norm_with_update_functional", "the part behind the checks of batch_norm"},
      {"aten::_cholesky_solve_helper", "the part behind the checks of cholesky_solve"},
      {"aten::_embedding_bag", "does not look at the rank of its indices"},
      {"aten::_embedding_bag_forward_only", "does not look at the rank of its indices"},
      {"aten::_fft_c2c", "reads past its dims where one counts from the end"},
      {"aten::_fft_c2r", "reads past its dims where one counts from the end"},
      {"aten::_fft_r2c", "reads past its dims where one counts from the end"},
      {"aten::_fused_rms_norm", "the part behind the checks of rms_norm"},
      {"aten::_fused_sdp_choice", "looks at its mask only where nothing else decides"},
      {"aten::_native_batch_norm_legit", "reads past the end of statistics that are too short"},
      {"aten::_native_batch_norm_legit.no_stats", "reads past the end of parameters that are too short"},
      {"aten::_native_batch_norm_legit_functional", "reads past the end of statistics that are too short"},
      {"aten::_native_batch_norm_legit_no_training", "reads past the end of statistics that are too short"},
      {"aten::_native_multi_head_attention", "divides by the number of heads before it looks at it"},
      {"aten::_native_multi_head_attention.out", "divides by the number of heads before it looks at it"},
      {"aten::_nnpack_spatial_convolution", "does not look at the ranks of its operands"},
      {"aten::_pad_circular", "the part behind the checks of pad"},
      {"aten::_pad_packed_sequence", "the part behind the checks of pad_packed_sequence"},
      {"aten::_pdist_forward", "the part behind the checks of pdist"},
      {"aten::_reshape_alias", "reads past the end of the storage"},
      {"inductor::_reinterpret_tensor", "reads past the end of the storage"},
      {"aten::_scaled_dot_product_attention_math", "the part behind the checks of scaled_dot_product_attention"},
      {"aten::_scaled_dot_product_flash_attention_for_cpu", "the part behind the checks of attention"},
      {"aten::_slow_conv2d_forward", "reads past the end of a weight of another size"},
      {"aten::_transform_bias_rescale_qkv", "divides by the number of heads before it looks at it"},
      {"aten::_weight_int8pack_mm", "reads past the end of rows of no multiple of 16"},
      {"aten::_weight_norm", "does not look at the shape of g"},
      {"aten::_weight_norm_interface", "the part behind the checks of _weight_norm"},
      {"aten::batch_norm_update_stats", "reads past the end of statistics that are too short"},
      {"aten::bilinear", "does not look at the rank of its weight"},
      {"aten::center", "never comes to an end of a negative width"},
      {"aten::fractional_max_pool2d", "takes windows and outputs of no size"},
      {"aten::fractional_max_pool3d", "takes windows and outputs of no size"},
      {"aten::gru.data", "oneDNN reads weights of the wrong size past their end"},
      {"aten::gru.input", "oneDNN reads weights of the wrong size past their end"},
      {"aten::lstm.data", "oneDNN reads states and weights of the wrong size past their end"},
      {"aten::lstm.input", "oneDNN reads states and weights of the wrong size past their end"},
      {"aten::lu_unpack", "does not look at the shape of its pivots"},
      {"aten::mkldnn_rnn_layer", "oneDNN reads weights of the wrong size past their end"},
      {"aten::native_batch_norm", "reads past the end of statistics that are too short"},
      {"aten::quantized_max_pool2d", "reads past the end of a list of one number"},
      {"aten::range.step", "divides by a step that is no integer where the result is of integers"},
      {"aten::remainder", "an integer remainder by zero ends the process"},
      {"aten::remainder.int", "an integer remainder by zero ends the process"},
      {"aten::resize_", "a negative size ends the process"},
      {"aten::scaled_dot_product_attention", "some of its kernels read other sizes than they were given"},
      {"aten::slow_conv3d", "reads past the end of a weight of another size"},
      {"aten::slow_conv3d_forward", "reads past the end of a weight of another size"},
      {"aten::slow_conv_transpose2d", "reads past the end of a weight of another size"},
      {"aten::slow_conv_transpose3d", "reads past the end of a weight of another size"},
      {"aten::thnn_conv2d", "reads past the end of a weight of another size"},
      {"aten::zeros.out", "a negative size ends the process"},
      {"quantized::conv2d_add", "oneDNN reads past the end of what is added where it is too small"},
      {"quantized::conv2d_add_relu", "oneDNN reads past the end of what is added where it is too small"},
      {"quantized::embedding_bag_2bit_prepack", "reads past the end of a table of more dims that is empty"},
      {"quantized::embedding_bag_2bit_prepack_with_rowwise_min_max",
       "reads past the end of a table of more dims that is empty"},
      {"quantized::embedding_bag_2bit_rowwise_offsets", "reads past the end of weights of indices that are too few"},
      {"quantized::embedding_bag_2bit_unpack", "takes the second of more dims for the width of a row"},
      {"quantized::embedding_bag_4bit", "reads past the end of weights of indices that are too few"},
      {"quantized::embedding_bag_4bit_prepack", "reads past the end of a table of more dims that is empty"},
      {"quantized::embedding_bag_4bit_prepack_with_rowwise_min_max",
       "reads past the end of a table of more dims that is empty"},
      {"quantized::embedding_bag_4bit_rowwise_offsets", "reads past the end of weights of indices that are too few"},
      {"quantized::embedding_bag_4bit_unpack", "takes the second of more dims for the width of a row"},
      {"quantized::embedding_bag_byte", "reads past the end of weights of indices that are too few"},
      {"quantized::embedding_bag_byte_rowwise_offsets", "reads past the end of weights of indices that are too few"},
      {"quantized::linear_leaky_relu", "divides by the width of its input before it looks at it"},
      {"quantized::linear_tanh", "divides by the width of its input before it looks at it"},
      {"quantized::linear_prepack_fp16", "reads past the end of a weight of more dims that is empty"},
      {"quantized::max_pool2d", "reads past the end of a list of one number"},
  };
  return kOps;
}

const std::map<std::string, std::string>& stated() {
  static const std::map<std::string, std::string> kOps = {
      {"aten::_pad_packed_sequence", "batch sizes that are not those of its data send it out of bounds"},
      {"aten::gru.data", "its batch sizes belong to its data and its state"},
      {"aten::lstm.data", "its batch sizes belong to its data and its states"},
      {"aten::quantized_gru.data", "its batch sizes belong to its data and its state"},
      {"aten::quantized_lstm.data", "its batch sizes belong to its data and its states"},
      {"aten::rnn_relu.data", "its batch sizes belong to its data and its state"},
      {"aten::rnn_tanh.data", "its batch sizes belong to its data and its state"},
  };
  return kOps;
}

// (self, size, stride[, offset])
const std::set<std::string>& views_without_a_look() {
  static const std::set<std::string> kOps = {"aten::_reshape_alias", "inductor::_reinterpret_tensor"};
  return kOps;
}

std::vector<std::int64_t> integers_of(const Fact& fact) {
  const auto* list = fact.get<ListFact>();
  if (list == nullptr || !list->elements || !*list->elements) return {};
  std::vector<std::int64_t> numbers;
  for (const Fact& element : **list->elements) numbers.push_back(constant_of(element).value_or(0));
  return numbers;
}

const std::set<std::string>& arbitrary() {
  static const std::set<std::string> kOps = {};
  return kOps;
}

template <typename Table>
bool contains_any(const Table& parts, const std::string& text) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

std::optional<std::string> entry(const std::map<std::string, std::string>& table, const std::string& op) {
  const auto found = table.find(op);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool lacks_kernel(const std::string& message) { return contains_any(kNoKernel, message); }
bool refuses_values(const std::string& message) { return contains_any(kValues, message); }
std::optional<std::string> why_not_asked(const std::string& op) { return entry(not_asked(), op); }
std::optional<std::string> why_not_asked_refused(const std::string& op) { return entry(unchecked(), op); }
std::optional<std::string> why_elements_are_stated(const std::string& op) { return entry(stated(), op); }

bool goes_out_of_bounds(const std::string& op, const Facts& inputs) {
  if (op == "aten::embedding_bag" || op == "aten::embedding_bag.padding_idx") {  // its map has an entry a row
    const TensorFact* indices = inputs[1].tensor();
    if (indices != nullptr && indices->dims && indices->dims->size() == 2 && constant_of(inputs[4]) == 2) return true;
  }
  if (op.find("::embedding_bag") != std::string::npos || op.starts_with("aten::_embedding_bag")) {
    return inputs.size() > 2 && has_no_elements(inputs[2]) && !has_no_elements(inputs[1]);
  }
  const TensorFact* first = inputs.empty() ? nullptr : inputs[0].tensor();
  if (op.starts_with("aten::avg_pool") && first != nullptr && first->dims && first->dims->size() > 4) {
    return !is_integral(*first->dtype) && !is_floating(*first->dtype) && op != "aten::avg_pool3d";
  }
  if (!views_without_a_look().contains(op) || inputs[0].tensor() == nullptr) return false;
  const std::vector<std::int64_t> sizes = integers_of(inputs[1]), strides = integers_of(inputs[2]);
  std::int64_t last = inputs.size() > 3 ? constant_of(inputs[3]).value_or(0) : 0;
  for (std::size_t i = 0; i < std::min(sizes.size(), strides.size()); ++i) {
    if (sizes[i] < 1) return false;
    last += (sizes[i] - 1) * strides[i];
  }
  return last >= element_count(*inputs[0].tensor())->constant().value_or(0);
}

bool has_arbitrary_elements(const std::string& op) { return arbitrary().contains(op); }

}  // namespace flopaudit
