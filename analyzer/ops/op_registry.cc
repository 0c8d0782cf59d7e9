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
#include "analyzer/ops/rules/op_rule.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// Every family of ops (all_ops.h).
std::vector<std::span<const OpSpec>> families() {
  return {activation_ops(), attention_ops(), batch_norm_ops(), class_loss_ops(), comparison_ops(), convolution_ops(),
          copy_ops(), ctc_loss_ops(), dict_ops(), einsum_ops(), elementwise_ops(), embedding_ops(), factory_ops(),
          grid_ops(), indexing_ops(), list_ops(), loss_ops(), matmul_ops(), multi_head_attention_ops(),
          normalization_ops(), packed_attention_ops(), packed_sequence_ops(), pooling_ops(), prepacked_ops(),
          prim_ops(), quantized_layer_ops(), quantized_ops(), recurrent_cell_ops(), recurrent_ops(), reduction_ops(),
          resampling_ops(), scalar_ops(), softmax_ops(), string_ops(), tensor_query_ops(), torchvision_ops(),
          unary_ops(), view_ops(), weight_norm_ops()};
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

// Derived when first asked for, then kept.
const OpSpec* find_derived(std::string_view full_name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<DerivedOp>, std::less<>> known;
  const std::lock_guard lock(mutex);
  const auto entry = known.find(full_name);
  if (entry != known.end()) return &entry->second->spec;
  std::unique_ptr<DerivedOp> derived = derive_op(full_name, find_row);
  if (derived == nullptr) return nullptr;
  return &known.emplace(derived->name, std::move(derived)).first->second->spec;
}

}  // namespace

const OpSpec* find_op(std::string_view full_name) {
  const OpSpec* row = find_row(full_name);
  return row != nullptr ? row : find_derived(full_name);
}

RuleResult<Facts> shape_of(const OpSpec& op, const Facts& inputs) {
  if (op.rule != nullptr) return op.rule->shape(inputs);
  return op.form != nullptr ? shape_of_derived(*op.form, inputs) : op.shape(inputs);
}

RuleResult<Work> work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs) {
  if (!has_work(op)) return Work();
  if (op.rule != nullptr) return op.rule->work(inputs, outputs);
  return op.form != nullptr ? work_of_derived(*op.form, inputs, outputs) : op.work(inputs, outputs);
}

bool has_work(const OpSpec& op) {
  if (op.rule != nullptr) return !op.rule->work_lines.empty();
  if (op.form == nullptr) return op.work != nullptr;
  return op.form->kind == DerivedForm::Kind::out || op.form->base->work != nullptr;
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
