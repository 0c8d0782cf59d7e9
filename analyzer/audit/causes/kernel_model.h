// What the files of this folder share: a kernel model says what an op's kernel executes beyond the annotated work, as
// named causes. Models are stated for one code path of LibTorch 2.13: those of the standard path hold at any shape,
// those of another up to the size that its rows were measured to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/audit/expected.h"

namespace flopaudit {

struct KernelCall {
  std::string_view op;  // "aten::add.Tensor"
  const Facts& inputs;  // in schema order
  const Facts& outputs;
  const Work& work;                         // annotated, of this execution
  const OperandStrides* strides = nullptr;  // null: all operands lie row by row
};

// How operands must lie in memory for a model to hold.
enum class Layout : std::uint8_t {
  row_major,  // row by row
  alike,      // all of the result's size alike, without gaps; what is broadcast row by row
  lines,      // matrices whose rows or columns lie together: a transposed matrix is read as it lies
  copied,     // as they like, but not with the channels of a map together: the kernel copies all else row by row
  any,        // the kernel copies, or does not mind; or the model looks itself
};

class Explanation {
 public:
  // The cause adds `delta` (may be negative) to a class; deltas of one cause add up, 0 is no cause.
  void add(const CauseInfo& cause, FlopClass flop_class, Interval delta);
  void add(const CauseInfo& cause, FlopClass flop_class, std::int64_t delta) { add(cause, flop_class, {delta, delta}); }
  // The kernel has no model here: the first reason stays.
  void refuse(std::string reason);
  void depends_on_data() { data_dependent_ = true; }
  void differs_by_values(const ValueRange& range) { by_values_ += range; }
  // What is left between the deltas so far and the whole that the kernel executes: one cause says it.
  void add_rest(const CauseInfo& cause, const FlopIntervals& annotated, const FlopIntervals& whole);

  const std::vector<CauseDelta>& deltas() const { return deltas_; }
  const std::string& refusal() const { return refusal_; }
  bool data_dependent() const { return data_dependent_; }
  const ValueRange& by_values() const { return by_values_; }

 private:
  std::vector<CauseDelta> deltas_;
  ValueRange by_values_;
  std::string refusal_;
  bool data_dependent_ = false;
};

// The arithmetic that the graph annotates; nothing, and `out` refused, where it has no model.
std::optional<FlopIntervals> annotated_of(const KernelCall& call, Explanation& out);
// The same work without what is done in quantized dtypes, which no counter class has: where a kernel works on quantized
// tensors, all that it executes in f32 and f64 is the cause's.
Work without_quantized(Work work);
// A count that is known to the last one.
void add_point(FlopIntervals& total, FlopClass flop_class, std::int64_t count);

// One row: an op and the function that explains its kernel.
struct KernelModel {
  const char* op;
  void (*explain)(const KernelCall& call, Explanation& out);
  Layout layout = Layout::row_major;
};

// Refuses operands that lie otherwise than a model wants them.
void check_layout(const KernelCall& call, Layout layout, Explanation& out);
// The strides of a tensor operand of known sizes; nothing where they are not known.
std::optional<std::vector<std::int64_t>> strides_at(const KernelCall& call, std::size_t index);
// The same of an element of the list of tensors that an operand is.
std::optional<std::vector<std::int64_t>> element_strides_at(const KernelCall& call, std::size_t element,
                                                            const std::vector<std::int64_t>& sizes);
// Whether the dims of an operand from `first` on lie together in memory, row by row.
bool lie_together_at(const KernelCall& call, std::size_t index, std::size_t first);
// The dims of an operand from the largest stride to the smallest; nothing where it has gaps or that is not known.
std::optional<std::vector<std::size_t>> memory_order_at(const KernelCall& call, std::size_t index);
// Whether the channels of an operand of four dims lie together (`lies_by_channel`); nothing where that is not known.
std::optional<bool> lies_by_channel_at(const KernelCall& call, std::size_t index);
// The dims of `rank` that an operand names, counted from the first. Nothing: not known, or not there.
std::optional<std::vector<std::size_t>> places_at(const Facts& facts, std::size_t index, std::size_t rank);
// Which of `rank` dims a reduction goes along: those that the operand at `place` names; None, [] and no such operand
// are all of them. Nothing: they are not known.
std::optional<std::vector<bool>> reduced_dims_at(const KernelCall& call, std::size_t place, std::size_t rank);
// Whether an operand is a matrix, or a batch of them, whose columns lie together and not its rows.
bool is_transposed_at(const KernelCall& call, std::size_t index);

// --- the tables, one a family on the standard path, and one for each other path ---
std::span<const KernelModel> antialiasing_models();
std::span<const KernelModel> attention_models();
std::span<const KernelModel> bin_models();
std::span<const KernelModel> composed_algebra_models();
std::span<const KernelModel> composed_attention_models();
std::span<const KernelModel> composed_loss_models();
std::span<const KernelModel> conversion_models();
std::span<const KernelModel> difference_models();
std::span<const KernelModel> convolution_models();
std::span<const KernelModel> convolution_variant_models();
std::span<const KernelModel> distance_models();
std::span<const KernelModel> distribution_models();
std::span<const KernelModel> einsum_models();
std::span<const KernelModel> embedding_bag_models();
std::span<const KernelModel> factory_models();
std::span<const KernelModel> fourier_models();
std::span<const KernelModel> function_models();
std::span<const KernelModel> householder_models();
std::span<const KernelModel> interpolation_models();
std::span<const KernelModel> linear_algebra_models();
std::span<const KernelModel> loss_models();
std::span<const KernelModel> matmul_models();
std::span<const KernelModel> multi_head_attention_models();
std::span<const KernelModel> normalization_models();
std::span<const KernelModel> pointwise_models();
std::span<const KernelModel> pooling_models();
std::span<const KernelModel> product_models();
std::span<const KernelModel> quantized_models();
std::span<const KernelModel> quantized_element_models();
std::span<const KernelModel> quantized_embedding_models();
std::span<const KernelModel> quantized_image_models();
std::span<const KernelModel> quantized_image_operand_models();
std::span<const KernelModel> quantized_layer_models();
std::span<const KernelModel> quantized_operand_models();
std::span<const KernelModel> random_models();
std::span<const KernelModel> recurrent_models();
std::span<const KernelModel> reduction_models();
std::span<const KernelModel> remainder_models();
std::span<const KernelModel> resampling_models();
std::span<const KernelModel> row_distance_models();
std::span<const KernelModel> sample_models();
std::span<const KernelModel> scatter_models();
std::span<const KernelModel> softmax_models();
std::span<const KernelModel> special_function_models();
std::span<const KernelModel> spectrum_models();
std::span<const KernelModel> statistics_models();
std::span<const KernelModel> symmetric_factor_models();
std::span<const KernelModel> transposed_convolution_models();
std::span<const KernelModel> uncommon_function_models();
std::span<const KernelModel> avx2_models();
// Taken instead of the others where an operand or a result is complex.
std::span<const KernelModel> models_of_complex_numbers();
std::span<const KernelModel> models_of_complex_products();
std::span<const KernelModel> models_of_complex_sums();
std::span<const CauseInfo> antialiasing_causes();
std::span<const CauseInfo> attention_causes();
std::span<const CauseInfo> avx2_causes();
std::span<const CauseInfo> bin_causes();
std::span<const CauseInfo> complex_causes();
std::span<const CauseInfo> complex_product_causes();
std::span<const CauseInfo> complex_sum_causes();
std::span<const CauseInfo> composed_algebra_causes();
std::span<const CauseInfo> composed_attention_causes();
std::span<const CauseInfo> composed_loss_causes();
std::span<const CauseInfo> conversion_causes();
std::span<const CauseInfo> difference_causes();
std::span<const CauseInfo> convolution_causes();
std::span<const CauseInfo> convolution_variant_causes();
std::span<const CauseInfo> distance_causes();
std::span<const CauseInfo> distribution_causes();
std::span<const CauseInfo> einsum_causes();
std::span<const CauseInfo> embedding_bag_causes();
std::span<const CauseInfo> factory_causes();
std::span<const CauseInfo> fourier_causes();
std::span<const CauseInfo> function_causes();
std::span<const CauseInfo> gemm_causes();
std::span<const CauseInfo> householder_causes();
std::span<const CauseInfo> im2col_causes();
std::span<const CauseInfo> linear_algebra_causes();
std::span<const CauseInfo> loss_causes();
std::span<const CauseInfo> matmul_causes();
std::span<const CauseInfo> multi_head_attention_causes();
std::span<const CauseInfo> normalization_causes();
std::span<const CauseInfo> onednn_lstm_causes();
std::span<const CauseInfo> pointwise_causes();
std::span<const CauseInfo> pooling_causes();
std::span<const CauseInfo> product_causes();
std::span<const CauseInfo> quantized_causes();
std::span<const CauseInfo> quantized_element_causes();
std::span<const CauseInfo> quantized_embedding_causes();
std::span<const CauseInfo> quantized_image_causes();
std::span<const CauseInfo> quantized_layer_causes();
std::span<const CauseInfo> random_causes();
std::span<const CauseInfo> recurrent_causes();
std::span<const CauseInfo> reduction_causes();
std::span<const CauseInfo> remainder_causes();
std::span<const CauseInfo> resampling_causes();
std::span<const CauseInfo> row_distance_causes();
std::span<const CauseInfo> sample_causes();
std::span<const CauseInfo> scatter_causes();
std::span<const CauseInfo> softmax_causes();
std::span<const CauseInfo> special_function_causes();
std::span<const CauseInfo> spectrum_causes();
std::span<const CauseInfo> statistics_causes();
std::span<const CauseInfo> symmetric_factor_causes();
std::span<const CauseInfo> transposed_convolution_causes();
std::span<const CauseInfo> uncommon_function_causes();

// Whether an op draws random numbers: it does arithmetic of its own, whatever its work is annotated with.
bool draws_random_numbers(std::string_view op);

struct PathModels {
  const char* path;
  std::vector<std::span<const KernelModel>> tables;
  std::int64_t largest = 0;  // elements of an operand or result; 0: any
  // Rows of ops whose first operand is a quantized tensor, or a list of them, in place of those in `tables`.
  std::vector<std::span<const KernelModel>> of_quantized = {};
  // An op without a row executes no arithmetic where its work has none, as comparisons; elsewhere only where it has no
  // work at all, as a view.
  bool compares_without_arithmetic = false;
  // In-place and out= forms without a row run the kernel of the op that they derive from; second names always do.
  bool forms_run_as_their_base = false;
  // Models that take the place of their ops' where an operand or a result is complex.
  std::span<const KernelModel> of_complex_numbers = {};
};
// The paths that have models, the standard one first.
const std::vector<PathModels>& all_path_models();
// Null: the path has no models.
const PathModels* models_of_path(std::string_view path);

// --- facts as plain numbers ---
using Sizes = std::vector<std::int64_t>;
// All dims of a tensor; nothing when it is no tensor or a dim is symbolic or unknown.
std::optional<Sizes> sizes_at(const Facts& facts, std::size_t index);
std::int64_t product(const Sizes& sizes, std::size_t begin = 0);
// A list of ints; one number stands for `count` of them.
std::optional<Sizes> ints_at_place(const Facts& facts, std::size_t index, std::size_t count);
std::optional<double> number_at_place(const Facts& facts, std::size_t index);
std::optional<bool> bool_at_place(const Facts& facts, std::size_t index);
bool is_none_at(const Facts& facts, std::size_t index);
std::optional<DType> dtype_at_place(const Facts& facts, std::size_t index);

// The classes of one precision.
struct PrecisionClasses {
  FlopClass add, mul, div, sqrt;
  bool f32;
};
// Nothing for types other than f32 and f64, which have no model.
std::optional<PrecisionClasses> precision_of(std::optional<DType> dtype);

inline std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}
inline std::int64_t blocks_of(std::int64_t value, std::int64_t block) { return (value + block - 1) / block; }

}  // namespace flopaudit
