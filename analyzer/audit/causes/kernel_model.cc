#include "analyzer/audit/causes/kernel_model.h"

#include <algorithm>

#include "analyzer/audit/layouts.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {

void Explanation::add(const CauseInfo& cause, FlopClass flop_class, Interval delta) {
  if (delta == Interval{}) return;
  auto found = std::find_if(deltas_.begin(), deltas_.end(), [&](const CauseDelta& d) { return d.cause == &cause; });
  if (found == deltas_.end()) found = deltas_.insert(deltas_.end(), CauseDelta{&cause, {}});
  found->delta[flop_class] += delta;
}

void Explanation::add_rest(const CauseInfo& cause, const FlopIntervals& annotated, const FlopIntervals& whole) {
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    Interval rest = {whole.classes[i].low - annotated.classes[i].low, whole.classes[i].high - annotated.classes[i].low};
    for (const CauseDelta& delta : deltas_) {
      rest.low -= delta.delta.classes[i].low;
      rest.high -= delta.delta.classes[i].high;
    }
    add(cause, static_cast<FlopClass>(i), rest);
  }
}

void Explanation::refuse(std::string reason) {
  if (refusal_.empty()) refusal_ = std::move(reason);
}

std::optional<Sizes> sizes_at(const Facts& facts, std::size_t index) {
  if (index >= facts.size()) return std::nullopt;
  const TensorFact* tensor = facts[index].tensor();
  if (tensor == nullptr || !tensor->dims) return std::nullopt;
  Sizes sizes;
  for (const Dim& dim : *tensor->dims) {
    if (!dim || !dim->constant()) return std::nullopt;
    sizes.push_back(*dim->constant());
  }
  return sizes;
}

std::int64_t product(const Sizes& sizes, std::size_t begin) {
  std::int64_t result = 1;
  for (std::size_t i = begin; i < sizes.size(); ++i) result *= sizes[i];
  return result;
}

std::optional<Sizes> ints_at_place(const Facts& facts, std::size_t index, std::size_t count) {
  if (index >= facts.size()) return std::nullopt;
  if (const auto single = constant_of(facts[index])) return Sizes(count, *single);
  RuleResult<std::vector<std::int64_t>> list = constants_at(facts, index);
  if (!list) return std::nullopt;
  if (list->size() == 1) return Sizes(count, list->front());
  return *list;
}

std::optional<double> number_at_place(const Facts& facts, std::size_t index) {
  return index < facts.size() ? number_of(facts[index]) : std::nullopt;
}

std::optional<bool> bool_at_place(const Facts& facts, std::size_t index) {
  const BoolFact* fact = index < facts.size() ? facts[index].get<BoolFact>() : nullptr;
  return fact != nullptr ? fact->value : std::nullopt;
}

bool is_none_at(const Facts& facts, std::size_t index) { return index < facts.size() && facts[index].is_none(); }

std::optional<DType> dtype_at_place(const Facts& facts, std::size_t index) {
  if (index >= facts.size() || facts[index].tensor() == nullptr) return std::nullopt;
  return facts[index].tensor()->dtype;
}

namespace {

// The strides of a tensor operand whose sizes are known; row by row where nothing is said.
std::optional<Strides> strides_at(const KernelCall& call, std::size_t index, const Sizes& sizes) {
  if (call.strides == nullptr) return row_major(sizes);
  if (index >= call.strides->size() || !(*call.strides)[index]) return std::nullopt;
  const Strides& strides = *(*call.strides)[index];
  if (strides == kRowByRow) return row_major(sizes);
  return strides.size() == sizes.size() ? std::optional(strides) : std::nullopt;
}

constexpr const char* kUnknownLayout = "it is not known how an operand lies in memory";
constexpr const char* kOtherLayout = "an operand that does not lie row by row in memory has no model";

// Whether all other tensors are single elements: then each element of this one is met once, in whatever order.
bool has_single_elements_beside(const KernelCall& call, std::size_t index) {
  std::size_t others = 0;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const auto sizes = sizes_at(call.inputs, i);
    if (!sizes || i == index) continue;
    if (product(*sizes) != 1) return false;
    ++others;
  }
  return others > 0;
}

void check_alike(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  std::optional<std::vector<std::size_t>> common;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const auto sizes = sizes_at(call.inputs, i);
    if (!sizes) continue;
    const auto strides = strides_at(call, i, *sizes);
    if (!strides) return out.refuse(kUnknownLayout);
    if (sizes != result) {
      if (!is_row_major(*sizes, *strides)) return out.refuse(kOtherLayout);
      continue;
    }
    const auto order = memory_order(*sizes, *strides);
    if (!order && has_single_elements_beside(call, i)) return;
    if (!order || (common && *common != *order))
      return out.refuse("operands that lie differently in memory have no model");
    common = order;
  }
}

// Whether ATen may take an image or a volume for one whose channels lie together.
bool may_lie_by_channel(const Sizes& sizes, const Strides& strides) {
  if (sizes.size() == 4 && lies_by_channel(sizes, strides)) return true;
  return sizes.size() >= 4 && sizes[1] > 1 && strides[1] == 1;
}

}  // namespace

std::optional<FlopIntervals> annotated_of(const KernelCall& call, Explanation& out) {
  const auto annotated = arithmetic_of(call.work);
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) {
    out.refuse(refused->reason);
    return std::nullopt;
  }
  return std::get<FlopIntervals>(annotated);
}

Work without_quantized(Work work) {
  std::erase_if(work.operations, [](const auto& entry) { return is_quantized(entry.first.second); });
  return work;
}

void add_point(FlopIntervals& total, FlopClass flop_class, std::int64_t count) { total[flop_class] += {count, count}; }

void check_layout(const KernelCall& call, Layout layout, Explanation& out) {
  if (call.strides == nullptr || layout == Layout::any) return;
  if (layout == Layout::alike) return check_alike(call, out);
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const auto sizes = sizes_at(call.inputs, i);
    if (!sizes) continue;
    const auto strides = strides_at(call, i, *sizes);
    if (!strides) return out.refuse(kUnknownLayout);
    if (layout == Layout::copied && !may_lie_by_channel(*sizes, *strides)) continue;
    const bool lines =
        layout == Layout::lines && sizes->size() >= 2 && (strides->back() == 1 || (*strides)[strides->size() - 2] == 1);
    if (!lines && !is_row_major(*sizes, *strides)) return out.refuse(kOtherLayout);
  }
}

std::optional<std::vector<std::int64_t>> strides_at(const KernelCall& call, std::size_t index) {
  const auto sizes = sizes_at(call.inputs, index);
  return sizes ? strides_at(call, index, *sizes) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> element_strides_at(const KernelCall& call, std::size_t element,
                                                            const Sizes& sizes) {
  return strides_at(call, call.inputs.size() + element, sizes);
}

bool lie_together_at(const KernelCall& call, std::size_t index, std::size_t first) {
  const auto sizes = sizes_at(call.inputs, index);
  const auto strides = strides_at(call, index);
  if (!sizes || !strides || first > sizes->size()) return false;
  const auto tail = static_cast<std::ptrdiff_t>(first);
  return is_row_major({sizes->begin() + tail, sizes->end()}, {strides->begin() + tail, strides->end()});
}

std::optional<std::vector<std::size_t>> memory_order_at(const KernelCall& call, std::size_t index) {
  const auto sizes = sizes_at(call.inputs, index);
  if (!sizes) return std::nullopt;
  const auto strides = strides_at(call, index, *sizes);
  return strides ? memory_order(*sizes, *strides) : std::nullopt;
}

std::optional<bool> lies_by_channel_at(const KernelCall& call, std::size_t index) {
  const auto sizes = sizes_at(call.inputs, index);
  if (!sizes || sizes->size() != 4) return std::nullopt;
  const auto strides = strides_at(call, index, *sizes);
  return strides ? std::optional(lies_by_channel(*sizes, *strides)) : std::nullopt;
}

std::optional<std::vector<std::size_t>> places_at(const Facts& facts, std::size_t index, std::size_t rank) {
  const auto dims = ints_at_place(facts, index, 1);
  if (!dims) return std::nullopt;
  std::vector<std::size_t> places;
  for (const std::int64_t dim : *dims) {
    const std::int64_t at = dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim;
    if (at < 0 || at >= static_cast<std::int64_t>(rank)) return std::nullopt;
    places.push_back(static_cast<std::size_t>(at));
  }
  return places;
}

std::optional<std::vector<bool>> reduced_dims_at(const KernelCall& call, std::size_t place, std::size_t rank) {
  if (place >= call.inputs.size() || is_none_at(call.inputs, place)) return std::vector<bool>(rank, true);
  const auto dims = places_at(call.inputs, place, rank);
  if (!dims) return std::nullopt;
  std::vector<bool> reduced(rank, dims->empty());
  for (const std::size_t dim : *dims) reduced[dim] = true;
  return reduced;
}

bool is_transposed_at(const KernelCall& call, std::size_t index) {
  const auto sizes = sizes_at(call.inputs, index);
  if (!sizes || sizes->size() < 2) return false;
  const auto strides = strides_at(call, index, *sizes);
  return strides && strides->back() != 1 && (*strides)[strides->size() - 2] == 1;
}

const std::vector<PathModels>& all_path_models() {
  static const std::vector<PathModels> kPaths = {
      {"standard",
       {antialiasing_models(),
        attention_models(),
        bin_models(),
        composed_algebra_models(),
        composed_attention_models(),
        composed_loss_models(),
        conversion_models(),
        convolution_models(),
        convolution_variant_models(),
        difference_models(),
        distance_models(),
        distribution_models(),
        einsum_models(),
        embedding_bag_models(),
        factory_models(),
        fourier_models(),
        function_models(),
        householder_models(),
        interpolation_models(),
        linear_algebra_models(),
        loss_models(),
        matmul_models(),
        multi_head_attention_models(),
        normalization_models(),
        pointwise_models(),
        pooling_models(),
        product_models(),
        quantized_element_models(),
        quantized_embedding_models(),
        quantized_image_models(),
        quantized_layer_models(),
        quantized_models(),
        random_models(),
        recurrent_models(),
        reduction_models(),
        remainder_models(),
        resampling_models(),
        row_distance_models(),
        sample_models(),
        scatter_models(),
        softmax_models(),
        special_function_models(),
        spectrum_models(),
        statistics_models(),
        symmetric_factor_models(),
        transposed_convolution_models(),
        uncommon_function_models()},
       0,
       {quantized_operand_models(), quantized_image_operand_models()},
       true,
       true,
       models_of_complex_numbers()},
      // Each FMA lane is a call under Valgrind 3.19, so that small shapes alone were measured.
      {"avx2", {avx2_models()}, std::int64_t{1} << 16, {}, false, false, {}},
  };
  return kPaths;
}

const PathModels* models_of_path(std::string_view path) {
  for (const PathModels& models : all_path_models()) {
    if (models.path == path) return &models;
  }
  return nullptr;
}

std::optional<PrecisionClasses> precision_of(std::optional<DType> dtype) {
  if (dtype == DType::f32) {
    return PrecisionClasses{FlopClass::add_f32, FlopClass::mul_f32, FlopClass::div_f32, FlopClass::sqrt_f32, true};
  }
  if (dtype == DType::f64) {
    return PrecisionClasses{FlopClass::add_f64, FlopClass::mul_f64, FlopClass::div_f64, FlopClass::sqrt_f64, false};
  }
  return std::nullopt;
}

}  // namespace flopaudit
