#include "analyzer/audit/expected.h"

#include <algorithm>
#include <map>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/ops/quantized_helpers.h"
#include "analyzer/ops/synonyms.h"

namespace flopaudit {
namespace {

constexpr std::array<std::string_view, kFlopClassCount> kNames = {"add_f32", "mul_f32", "div_f32", "sqrt_f32",
                                                                  "add_f64", "mul_f64", "div_f64", "sqrt_f64"};
// Sums of a few such numbers stay far from 64 bits.
constexpr std::int64_t kLargestCount = std::int64_t{1} << 56;

constexpr CauseInfo kNoise = {
    "dispatch noise",
    "Dispatching an op does a few f64 operations of its own: Scalar arguments, oneDNN primitive look-ups, hash maps.",
    "every op",
    "standard, avx2",
    "[0, 256] f64 operations an execution",
    "ResNet-18 and single ops of every family, two repetitions: at most 230 in any node, 64 in a convolution"};

// The row of an op for quantized operands; null: it has none, or its first operand is no quantized tensor.
const KernelModel* model_for_quantized(const PathModels& path, std::string_view op, const Facts& inputs) {
  if (inputs.empty()) return nullptr;
  const Fact* first = &inputs.front();
  if (const auto* list = first->get<ListFact>(); list != nullptr && *list->elements && !(*list->elements)->empty()) {
    first = &(*list->elements)->front();
  }
  if (first->tensor() == nullptr || !first->tensor()->dtype || !is_quantized(*first->tensor()->dtype)) return nullptr;
  for (const auto& table : path.of_quantized) {
    for (const KernelModel& model : table) {
      if (model.op == op) return &model;
    }
  }
  return nullptr;
}

// Null: the op has no model on the path.
const KernelModel* model_of(const PathModels& path, std::string_view op) {
  using Rows = std::map<std::string_view, const KernelModel*>;
  static const auto kModels = [] {
    std::map<std::string_view, Rows> paths;
    for (const PathModels& models : all_path_models()) {
      for (const auto& table : models.tables) {
        for (const KernelModel& model : table) paths[models.path].emplace(model.op, &model);
      }
    }
    return paths;
  }();
  const Rows& rows = kModels.at(path.path);
  const auto found = rows.find(op);
  return found == rows.end() ? nullptr : found->second;
}

// The op itself, or the one that it is a second name of: `aten::multiply_.Tensor` is `aten::mul_.Tensor`.
std::string op_of_synonym(std::string_view op) {
  const std::size_t dot = op.find('.');
  std::string name(op.substr(0, dot));
  const bool in_place = name.ends_with('_');
  if (in_place) name.pop_back();
  const std::string_view other = other_name(name);
  if (other.empty()) return std::string(op);
  return std::string(other) + (in_place ? "_" : "") + std::string(dot == std::string_view::npos ? "" : op.substr(dot));
}

// Whether all operands and results are as small as the path's models are stated for.
bool is_small_enough(const PathModels& path, const Facts& inputs, const Facts& outputs) {
  if (path.largest == 0) return true;
  for (const Facts* facts : {&inputs, &outputs}) {
    for (std::size_t i = 0; i < facts->size(); ++i) {
      if ((*facts)[i].tensor() == nullptr) continue;
      const auto sizes = sizes_at(*facts, i);
      if (!sizes || product(*sizes) > path.largest) return false;
    }
  }
  return true;
}

// Only comparisons and integer arithmetic: no instruction of a floating-point arithmetic class is needed.
bool is_free_of_arithmetic(const Work& work) {
  return std::all_of(work.operations.begin(), work.operations.end(), [](const auto& entry) {
    return entry.first.first == WorkClass::compare || entry.first.first == WorkClass::integer;
  });
}

}  // namespace

std::string_view name(FlopClass flop_class) { return kNames[static_cast<std::size_t>(flop_class)]; }

FlopIntervals& FlopIntervals::operator+=(const FlopIntervals& other) {
  for (std::size_t i = 0; i < kFlopClassCount; ++i) classes[i] += other.classes[i];
  return *this;
}

ValueRange& ValueRange::operator+=(const ValueRange& other) {
  if (calls == 0) each = other.each;
  for (std::size_t i = 0; i < kFlopClassCount && other.calls > 0; ++i) {
    each.classes[i].low = std::min(each.classes[i].low, other.each.classes[i].low);
    each.classes[i].high = std::max(each.classes[i].high, other.each.classes[i].high);
  }
  calls += other.calls;
  slack += other.slack;
  return *this;
}

FlopIntervals times(std::int64_t count, FlopIntervals counts) {
  for (Interval& interval : counts.classes) interval = {count * interval.low, count * interval.high};
  return counts;
}

ValueRange times(std::int64_t count, ValueRange range) {
  range.calls *= count;
  range.slack = times(count, range.slack);
  return range;
}

Interval ValueRange::flops() const {
  const Interval one = each.flops(), once = slack.flops();
  return {once.low + std::min<std::int64_t>(0, calls * one.low),
          once.high + std::max<std::int64_t>(0, calls * one.high)};
}

Interval FlopIntervals::flops() const {
  Interval sum;
  for (const Interval& interval : classes) sum += interval;
  return sum;
}

std::int64_t FlopIntervals::width() const { return flops().width(); }

std::variant<FlopIntervals, NoModel> arithmetic_of(const Work& work) {
  FlopIntervals counts;
  for (const auto& [key, count] : work.operations) {
    const auto [work_class, dtype] = key;
    const bool is_mac = work_class == WorkClass::mac;
    if (!is_mac && work_class != WorkClass::mul && work_class != WorkClass::add && work_class != WorkClass::div &&
        work_class != WorkClass::sqrt) {
      continue;
    }
    const std::optional<PrecisionClasses> classes = precision_of(dtype);
    if (!classes) return NoModel{"no model for arithmetic in " + std::string(flopaudit::name(dtype))};
    const std::optional<std::int64_t> number = count.constant();
    if (!number) return NoModel{"its work is not a number: " + count.to_string()};
    if (*number < 0 || *number > kLargestCount) return NoModel{"its work is too large to be counted"};
    const Interval point = {*number, *number};
    if (is_mac || work_class == WorkClass::add) counts[classes->add] += point;
    if (is_mac || work_class == WorkClass::mul) counts[classes->mul] += point;
    if (work_class == WorkClass::div) counts[classes->div] += point;
    if (work_class == WorkClass::sqrt) counts[classes->sqrt] += point;
  }
  return counts;
}

std::variant<ExpectedCounts, NoModel> expected_counts(std::string_view op, const Facts& inputs, const Facts& outputs,
                                                      const Work& work, const CodePath& path,
                                                      const OperandStrides* strides) {
  const PathModels* models = models_of_path(path.path);
  if (models == nullptr) return NoModel{"the code path `" + path.path + "` has no model"};
  if (path.libtorch_version.rfind("2.13.", 0) != 0) {
    return NoModel{"the models are stated for LibTorch 2.13, this is " + path.libtorch_version};
  }
  const KernelModel* model = model_for_quantized(*models, op, inputs);
  auto annotated = arithmetic_of(model != nullptr ? without_quantized(work) : work);
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) return *refused;

  Explanation explanation;
  if (model == nullptr) model = model_of(*models, op);
  if (model == nullptr) model = model_of(*models, op_of_synonym(op));
  if (model != nullptr) {
    const KernelCall call = {model->op, inputs, outputs, work, strides};
    if (!is_small_enough(*models, inputs, outputs))
      explanation.refuse("the models of the code path `" + path.path + "` are stated for tensors of up to " +
                         std::to_string(models->largest) + " elements");
    check_layout(call, model->layout, explanation);
    if (explanation.refusal().empty()) model->explain(call, explanation);
  } else if (draws_random_numbers(op) ||
             !(models->compares_without_arithmetic ? is_free_of_arithmetic(work) : work.operations.empty())) {
    const bool standard = path.path == "standard";
    explanation.refuse("no model of its kernel" + (standard ? "" : " on the code path `" + path.path + "`"));
  }
  if (!explanation.refusal().empty()) return NoModel{explanation.refusal()};

  ExpectedCounts result;
  result.annotated = result.expected = std::get<FlopIntervals>(annotated);
  result.causes = explanation.deltas();
  result.by_values = explanation.by_values();
  result.data_dependent = explanation.data_dependent();
  for (const CauseDelta& cause : result.causes) result.expected += cause.delta;
  if (!result.data_dependent && result.expected.width() * 100 > result.expected.flops().low) {
    return NoModel{"its kernel's count is only known from " + std::to_string(result.expected.flops().low) + " to " +
                   std::to_string(result.expected.flops().high) + " FLOPs, which is wider than 1 %"};
  }
  return result;
}

std::vector<std::string> ops_with_models(std::string_view path) {
  std::vector<std::string> ops;
  const PathModels* models = models_of_path(path);
  if (models == nullptr) return ops;
  for (const auto& table : models->tables) {
    for (const KernelModel& model : table) ops.emplace_back(model.op);
  }
  std::sort(ops.begin(), ops.end());
  return ops;
}

std::int64_t largest_with_model(std::string_view path) {
  const PathModels* models = models_of_path(path);
  return models == nullptr ? 0 : models->largest;
}

const std::vector<CauseInfo>& all_causes() {
  static const std::vector<CauseInfo> kCauses = [] {
    std::vector<CauseInfo> causes = {kNoise};
    for (const auto& table : {antialiasing_causes(),
                              attention_causes(),
                              avx2_causes(),
                              convolution_causes(),
                              distance_causes(),
                              einsum_causes(),
                              factory_causes(),
                              fourier_causes(),
                              function_causes(),
                              gemm_causes(),
                              im2col_causes(),
                              linear_algebra_causes(),
                              loss_causes(),
                              matmul_causes(),
                              multi_head_attention_causes(),
                              normalization_causes(),
                              onednn_lstm_causes(),
                              pointwise_causes(),
                              pooling_causes(),
                              product_causes(),
                              quantized_causes(),
                              quantized_element_causes(),
                              quantized_embedding_causes(),
                              quantized_image_causes(),
                              quantized_layer_causes(),
                              random_causes(),
                              recurrent_causes(),
                              reduction_causes(),
                              resampling_causes(),
                              scatter_causes(),
                              softmax_causes(),
                              statistics_causes(),
                              transposed_convolution_causes(),
                              uncommon_function_causes()}) {
      causes.insert(causes.end(), table.begin(), table.end());
    }
    return causes;
  }();
  return kCauses;
}

}  // namespace flopaudit
