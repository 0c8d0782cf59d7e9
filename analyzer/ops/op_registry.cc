#include "analyzer/ops/op_registry.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "analyzer/ir/schema_table.h"
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/derived_ops.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/rules/op_rule.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// Every family of ops (all_ops.h).
std::vector<std::span<const OpSpec>> families() {
  return {
      activation_ops(),
      arrangement_ops(),
      attention_ops(),
      batch_norm_ops(),
      autograd_ops(),
      binary_function_ops(),
      class_loss_ops(),
      comparison_ops(),
      convolution_ops(),
      copy_ops(),
      ctc_loss_ops(),
      dict_ops(),
      distance_ops(),
      einsum_ops(),
      elementwise_ops(),
      embedding_ops(),
      factory_ops(),
      fourier_ops(),
      grid_ops(),
      indexing_ops(),
      interpolation_ops(),
      join_ops(),
      layout_view_ops(),
      linalg_factor_ops(),
      linalg_solve_ops(),
      linalg_spectra_ops(),
      list_ops(),
      list_search_ops(),
      loss_ops(),
      low_precision_product_ops(),
      math_function_ops(),
      matmul_ops(),
      matrix_norm_ops(),
      multi_head_attention_ops(),
      normalization_ops(),
      packed_attention_ops(),
      packed_sequence_ops(),
      padding_ops(),
      pooling_ops(),
      prepacked_ops(),
      prim_ops(),
      quantized_conversion_ops(),
      quantized_embedding_ops(),
      quantized_layer_ops(),
      quantized_ops(),
      random_ops(),
      range_ops(),
      recurrent_cell_ops(),
      recurrent_ops(),
      reduction_ops(),
      resampling_ops(),
      scalar_ops(),
      scan_ops(),
      scatter_ops(),
      selection_ops(),
      softmax_ops(),
      sorting_ops(),
      special_function_ops(),
      statistics_ops(),
      stft_ops(),
      string_method_ops(),
      string_ops(),
      tensor_product_ops(),
      tensor_query_ops(),
      torchvision_ops(),
      unary_ops(),
      vector_ops(),
      view_ops(),
      weight_norm_ops(),
  };
}

struct Registry {
  std::vector<const OpSpec*> sorted;
  std::unordered_map<std::string_view, const OpSpec*> by_name;

  Registry() {
    for (const std::span<const OpSpec> family : families()) {
      for (const OpSpec& row : family) {
        const std::string twice = "two rows are named " + std::string(row.name);
        FA_ASSERT(by_name.emplace(row.name, &row).second, twice.c_str());
        sorted.push_back(&row);
      }
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const OpSpec* a, const OpSpec* b) { return std::string_view(a->name) < std::string_view(b->name); });
  }
};

const Registry& registry() {
  static const Registry instance;
  return instance;
}

const OpSpec* find_row(std::string_view full_name) {
  const auto entry = registry().by_name.find(full_name);
  return entry == registry().by_name.end() ? nullptr : entry->second;
}

// Derived when first asked for, then kept. What it derives from may itself be derived: `arctan_` from `arctan`.
const OpSpec* find_derived(std::string_view full_name) {
  static std::recursive_mutex mutex;
  static std::map<std::string, std::unique_ptr<DerivedOp>, std::less<>> known;
  const std::lock_guard lock(mutex);
  const auto entry = known.find(full_name);
  if (entry != known.end()) return entry->second == nullptr ? nullptr : &entry->second->spec;
  std::unique_ptr<DerivedOp> derived = derive_op(full_name, find_op);
  const OpSpec* spec = derived == nullptr ? nullptr : &derived->spec;
  // That an operator of LibTorch derives from nothing is kept too; names of a file's own making are not.
  if (spec != nullptr || !schema_line(full_name).empty()) known.emplace(full_name, std::move(derived));
  return spec;
}

// A tensor whose bytes 63 bits do not count, as LibTorch refuses it.
std::optional<RuleFailure> check_bytes(const Facts& results) {
  for (const Fact& result : results) {
    const TensorFact* tensor = result.tensor();
    const std::optional<Expr> elements = tensor != nullptr ? element_count(*tensor) : std::nullopt;
    if (!elements || !tensor->dtype) continue;
    if ((*elements * Expr(element_bytes(*tensor->dtype))).is_overflow()) {
      return misfit("the result " + result.to_string() + " has more bytes than 63 bits count");
    }
  }
  return std::nullopt;
}

}  // namespace

const OpSpec* find_op(std::string_view full_name) {
  const OpSpec* row = find_row(full_name);
  return row != nullptr ? row : find_derived(full_name);
}

RuleResult<Facts> shape_of(const OpSpec& op, const Facts& inputs) {
  RuleResult<Facts> results = op.rule != nullptr   ? op.rule->shape(inputs)
                              : op.form != nullptr ? shape_of_derived(*op.form, inputs)
                                                   : op.shape(inputs);
  if (results) FA_REFUSE(check_bytes(*results));
  return results;
}

RuleResult<Work> work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs) {
  if (!has_work(op)) return Work();
  if (op.rule != nullptr) return op.rule->work(inputs, outputs);
  return op.form != nullptr ? work_of_derived(*op.form, inputs, outputs) : op.work(inputs, outputs);
}

bool depends_on_elements(const OpSpec& op) {
  return op.least != nullptr || (op.form != nullptr && depends_on_elements(*op.form->base));
}

RuleResult<Work> least_work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs) {
  if (op.least != nullptr) return op.least(inputs, outputs);
  return op.form != nullptr ? least_work_of_derived(*op.form, inputs, outputs) : work_of(op, inputs, outputs);
}

bool has_work(const OpSpec& op) {
  if (op.rule != nullptr) return !op.rule->work_lines.empty();
  if (op.form == nullptr) return op.work != nullptr;
  return op.form->kind == DerivedForm::Kind::out || op.form->kind == DerivedForm::Kind::copy ||
         has_work(*op.form->base);
}

const std::vector<const OpSpec*>& all_ops() { return registry().sorted; }

std::vector<const OpSpec*> all_derived_ops() {
  std::vector<const OpSpec*> derived;
  for (const std::string_view line : schema_lines()) {
    const OpSpec* op = find_op(line.substr(0, line.find('(')));
    if (op != nullptr && op->form != nullptr) derived.push_back(op);
  }
  std::sort(derived.begin(), derived.end(),
            [](const OpSpec* a, const OpSpec* b) { return std::string_view(a->name) < std::string_view(b->name); });
  return derived;
}

}  // namespace flopaudit
