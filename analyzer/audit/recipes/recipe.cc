#include "analyzer/audit/recipes/recipe.h"

#include <algorithm>
#include <sstream>

namespace flopaudit {

std::vector<const Recipe*> all_recipes() {
  std::vector<const Recipe*> rows;
  for (const auto& table : {attention_recipes(),
                            bin_recipes(),
                            comparison_recipes(),
                            complex_recipes(),
                            composed_loss_recipes(),
                            contraction_recipes(),
                            difference_recipes(),
                            distribution_recipes(),
                            elementwise_recipes(),
                            embedding_bag_recipes(),
                            factored_algebra_recipes(),
                            factory_recipes(),
                            fourier_recipes(),
                            linear_algebra_recipes(),
                            loss_recipes(),
                            quantized_recipes(),
                            recurrent_recipes(),
                            reduction_recipes(),
                            resampling_recipes(),
                            sample_recipes(),
                            special_function_recipes(),
                            statistics_recipes(),
                            uncommon_function_recipes(),
                            variant_recipes()}) {
    for (const Recipe& recipe : table) rows.push_back(&recipe);
  }
  return rows;
}

std::vector<std::string> ops_of(const Recipe& recipe) {
  std::vector<std::string> ops;
  std::istringstream words(recipe.ops);
  for (std::string word; words >> word;) ops.push_back(word);
  return ops;
}

std::vector<std::string> ops_with_recipes() {
  std::vector<std::string> ops;
  for (const Recipe* recipe : all_recipes()) {
    for (std::string& op : ops_of(*recipe)) ops.push_back(std::move(op));
  }
  std::sort(ops.begin(), ops.end());
  ops.erase(std::unique(ops.begin(), ops.end()), ops.end());
  return ops;
}

}  // namespace flopaudit
