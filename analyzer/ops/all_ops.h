// The families of ops: each file exports its table as one function. op_registry.cc lists them; a family that is not
// listed there does not exist.
#pragma once

#include <span>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

std::span<const OpSpec> activation_ops();
std::span<const OpSpec> arrangement_ops();
std::span<const OpSpec> attention_ops();
std::span<const OpSpec> batch_norm_ops();
std::span<const OpSpec> autograd_ops();
std::span<const OpSpec> binary_function_ops();
std::span<const OpSpec> class_loss_ops();
std::span<const OpSpec> comparison_ops();
std::span<const OpSpec> convolution_ops();
std::span<const OpSpec> copy_ops();
std::span<const OpSpec> ctc_loss_ops();
std::span<const OpSpec> dict_ops();
std::span<const OpSpec> distance_ops();
std::span<const OpSpec> einsum_ops();
std::span<const OpSpec> elementwise_ops();
std::span<const OpSpec> embedding_ops();
std::span<const OpSpec> factory_ops();
std::span<const OpSpec> fourier_ops();
std::span<const OpSpec> grid_ops();
std::span<const OpSpec> indexing_ops();
std::span<const OpSpec> interpolation_ops();
std::span<const OpSpec> join_ops();
std::span<const OpSpec> layout_view_ops();
std::span<const OpSpec> linalg_factor_ops();
std::span<const OpSpec> linalg_solve_ops();
std::span<const OpSpec> linalg_spectra_ops();
std::span<const OpSpec> list_ops();
std::span<const OpSpec> list_search_ops();
std::span<const OpSpec> loss_ops();
std::span<const OpSpec> low_precision_product_ops();
std::span<const OpSpec> math_function_ops();
std::span<const OpSpec> matmul_ops();
std::span<const OpSpec> matrix_norm_ops();
std::span<const OpSpec> multi_head_attention_ops();
std::span<const OpSpec> normalization_ops();
std::span<const OpSpec> packed_attention_ops();
std::span<const OpSpec> packed_sequence_ops();
std::span<const OpSpec> padding_ops();
std::span<const OpSpec> pooling_ops();
std::span<const OpSpec> prepacked_ops();
std::span<const OpSpec> prim_ops();
std::span<const OpSpec> quantized_conversion_ops();
std::span<const OpSpec> quantized_embedding_ops();
std::span<const OpSpec> quantized_layer_ops();
std::span<const OpSpec> quantized_ops();
std::span<const OpSpec> random_ops();
std::span<const OpSpec> range_ops();
std::span<const OpSpec> recurrent_cell_ops();
std::span<const OpSpec> recurrent_ops();
std::span<const OpSpec> reduction_ops();
std::span<const OpSpec> resampling_ops();
std::span<const OpSpec> scalar_ops();
std::span<const OpSpec> scan_ops();
std::span<const OpSpec> scatter_ops();
std::span<const OpSpec> selection_ops();
std::span<const OpSpec> softmax_ops();
std::span<const OpSpec> sorting_ops();
std::span<const OpSpec> special_function_ops();
std::span<const OpSpec> statistics_ops();
std::span<const OpSpec> stft_ops();
std::span<const OpSpec> string_method_ops();
std::span<const OpSpec> string_ops();
std::span<const OpSpec> tensor_product_ops();
std::span<const OpSpec> tensor_query_ops();
std::span<const OpSpec> torchvision_ops();
std::span<const OpSpec> unary_ops();
std::span<const OpSpec> vector_ops();
std::span<const OpSpec> view_ops();
std::span<const OpSpec> weight_norm_ops();

}  // namespace flopaudit
