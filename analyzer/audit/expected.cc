#include "analyzer/audit/expected.h"

#include <algorithm>
#include <map>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/audit/form_calls.h"
#include "analyzer/audit/unmodelled_kernels.h"
#include "analyzer/ops/op_registry.h"
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
  const OpSpec* spec = find_op(op);
  const bool is_second_name =
      spec != nullptr && spec->form != nullptr && spec->form->kind == DerivedForm::Kind::synonym;
  return is_second_name ? model_for_quantized(path, spec->form->base->name, inputs) : nullptr;
}

// Whether an op, which has no row for quantized operands, is the in-place or out= form of one that has.
bool is_other_form_of_quantized(const PathModels& path, std::string_view op, const Facts& inputs) {
  const OpSpec* spec = find_op(op);
  if (spec == nullptr || spec->form == nullptr || spec->form->kind == DerivedForm::Kind::copy) return false;
  return model_for_quantized(path, spec->form->base->name, inputs) != nullptr;
}

// Null: the op has no row of its own on the path.
const KernelModel* row_of(const PathModels& path, std::string_view op) {
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

// `aten::multiply_.Tensor` is `aten::mul_.Tensor`, which may have a row of its own; empty: no such form.
std::string in_place_op_of_synonym(std::string_view op) {
  const std::size_t dot = op.find('.');
  const std::string_view name = op.substr(0, dot);
  const std::string_view other = name.ends_with('_') ? other_name(name.substr(0, name.size() - 1)) : std::string_view();
  if (other.empty()) return "";
  return std::string(other) + "_" + std::string(dot == std::string_view::npos ? "" : op.substr(dot));
}

// A row under the name of the op, or that of an in-place form under its other name; null: there is none.
const KernelModel* model_of(const PathModels& path, std::string_view op) {
  const KernelModel* model = row_of(path, op);
  return model != nullptr ? model : row_of(path, in_place_op_of_synonym(op));
}

// Whether the kernel of an op runs for its form as well.
bool runs_as_its_base(const PathModels& path, const DerivedForm& form) {
  if (form.kind == DerivedForm::Kind::synonym) return true;
  return path.forms_run_as_their_base && runs_kernel_of_base(form);
}

// The model that is taken for an op: its own, or that of an op that it derives from; null: there is none.
const KernelModel* model_taken_for(const PathModels& path, std::string_view op) {
  if (const KernelModel* model = model_of(path, op)) return model;
  const OpSpec* spec = find_op(op);
  const bool derives = spec != nullptr && spec->form != nullptr && runs_as_its_base(path, *spec->form);
  return derives ? model_taken_for(path, spec->form->base->name) : nullptr;
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

// Whether numbers of an operand or result are f16, which CPUs compare as f32.
bool has_halves(const Facts& inputs, const Facts& outputs) {
  const auto is_half = [](const Fact& fact) { return fact.tensor() != nullptr && fact.tensor()->dtype == DType::f16; };
  return std::any_of(inputs.begin(), inputs.end(), is_half) || std::any_of(outputs.begin(), outputs.end(), is_half);
}

// Only comparisons and integer arithmetic: no instruction of a floating-point arithmetic class is needed.
bool is_free_of_arithmetic(const Work& work) {
  return std::all_of(work.operations.begin(), work.operations.end(), [](const auto& entry) {
    return entry.first.first == WorkClass::compare || entry.first.first == WorkClass::integer;
  });
}

std::string why_without_model(const PathModels& path, std::string_view op) {
  if (path.path != std::string_view("standard"))
    return "no model of its kernel on the code path `" + std::string(path.path) + "`";
  const OpSpec* spec = find_op(op);
  const std::string_view why = spec != nullptr ? why_unmodelled(*spec) : std::string_view();
  return "no model of its kernel" + (why.empty() ? std::string() : ": " + std::string(why));
}

bool has_complex_numbers(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    const TensorFact* tensor = fact.tensor();
    return tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype);
  });
}

// The model that complex numbers take instead of their op's; that one where there is none.
const KernelModel& model_for_numbers(const PathModels& path, const KernelModel& model, const KernelCall& call) {
  if (!has_complex_numbers(call.inputs) && !has_complex_numbers(call.outputs)) return model;
  const std::string_view op = model.op;
  const auto found =
      std::ranges::find_if(path.of_complex_numbers, [&](const KernelModel& row) { return row.op == op; });
  return found == path.of_complex_numbers.end() ? model : *found;
}

void explain(const PathModels& path, const KernelModel& model_of_op, const KernelCall& call, Explanation& out) {
  const KernelModel& model = model_for_numbers(path, model_of_op, call);
  if (!is_small_enough(path, call.inputs, call.outputs))
    out.refuse("the models of the code path `" + std::string(path.path) + "` are stated for tensors of up to " +
               std::to_string(path.largest) + " elements");
  check_layout(call, model.layout, out);
  if (out.refusal().empty()) model.explain(call, out);
}

// A call of a form of ops, of which one has the model.
void explain_form(const PathModels& path, const KernelModel& model, const KernelCall& call, Explanation& out) {
  const OpSpec* spec = find_op(call.op);
  const auto base = base_call_of(*spec->form, call);
  if (const NoModel* refused = std::get_if<NoModel>(&base)) return out.refuse(refused->reason);
  const auto& [op, inputs, strides] = std::get<BaseCall>(base);
  const KernelCall of_base = {op->name, inputs, call.outputs, call.work, strides ? &*strides : nullptr};
  if (model_of(path, op->name) != &model) return explain_form(path, model, of_base, out);
  explain(path, model, {model.op, inputs, call.outputs, call.work, of_base.strides}, out);
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
  const KernelModel* for_quantized = model_for_quantized(*models, op, inputs);
  auto annotated = arithmetic_of(for_quantized != nullptr ? without_quantized(work) : work);
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) return *refused;

  Explanation explanation;
  if (for_quantized != nullptr) {
    explain(*models, *for_quantized, {for_quantized->op, inputs, outputs, work, strides}, explanation);
  } else if (is_other_form_of_quantized(*models, op, inputs)) {
    explanation.refuse("a result of quantized operands that is written into a given tensor has no model");
  } else if (const KernelModel* model = model_of(*models, op)) {
    explain(*models, *model, {model->op, inputs, outputs, work, strides}, explanation);
  } else if (const KernelModel* of_base = model_taken_for(*models, op)) {
    explain_form(*models, *of_base, {op, inputs, outputs, work, strides}, explanation);
  } else if (draws_random_numbers(op) ||
             !(models->compares_without_arithmetic ? is_free_of_arithmetic(work) : work.operations.empty())) {
    explanation.refuse(why_without_model(*models, op));
  } else if (!work.operations.empty() && has_halves(inputs, outputs)) {
    explanation.refuse("f16 numbers become f32 ones in software before they are compared, which has no model");
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

std::string_view op_of_model(std::string_view op, std::string_view path) {
  const PathModels* models = models_of_path(path);
  const KernelModel* model = models != nullptr ? model_taken_for(*models, op) : nullptr;
  return model != nullptr ? model->op : std::string_view();
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
                              bin_causes(),
                              complex_causes(),
                              complex_product_causes(),
                              complex_sum_causes(),
                              composed_algebra_causes(),
                              composed_loss_causes(),
                              conversion_causes(),
                              difference_causes(),
                              convolution_causes(),
                              distance_causes(),
                              distribution_causes(),
                              einsum_causes(),
                              embedding_bag_causes(),
                              factory_causes(),
                              fourier_causes(),
                              function_causes(),
                              gemm_causes(),
                              householder_causes(),
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
                              remainder_causes(),
                              resampling_causes(),
                              row_distance_causes(),
                              sample_causes(),
                              scatter_causes(),
                              softmax_causes(),
                              special_function_causes(),
                              spectrum_causes(),
                              statistics_causes(),
                              symmetric_factor_causes(),
                              transposed_convolution_causes(),
                              composed_attention_causes(),
                              convolution_variant_causes(),
                              uncommon_function_causes()}) {
      causes.insert(causes.end(), table.begin(), table.end());
    }
    return causes;
  }();
  return kCauses;
}

}  // namespace flopaudit
