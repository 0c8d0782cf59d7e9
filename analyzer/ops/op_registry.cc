#include "analyzer/ops/op_registry.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "analyzer/ops/all_ops.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// Every family of ops (all_ops.h).
std::vector<std::span<const OpSpec>> families() {
  return {activation_ops(), attention_ops(), batch_norm_ops(), class_loss_ops(), comparison_ops(), convolution_ops(),
          copy_ops(), ctc_loss_ops(), dict_ops(), elementwise_ops(), factory_ops(), indexing_ops(), list_ops(),
          loss_ops(), matmul_ops(), normalization_ops(), pooling_ops(), prim_ops(), reduction_ops(), resampling_ops(),
          scalar_ops(), softmax_ops(), string_ops(), tensor_query_ops(), unary_ops(), view_ops(), weight_norm_ops()};
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

}  // namespace

const OpSpec* find_op(std::string_view full_name) {
  const auto entry = registry().by_name.find(full_name);
  return entry == registry().by_name.end() ? nullptr : entry->second;
}

const std::vector<const OpSpec*>& all_ops() { return registry().sorted; }

}  // namespace flopaudit
