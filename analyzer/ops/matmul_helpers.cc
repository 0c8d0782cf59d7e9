#include "analyzer/ops/matmul_helpers.h"

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

RuleResult<Dims> dims_of_rank(const Facts& inputs, std::size_t index, std::size_t rank) {
  FA_RULE(const Dims dims, dims_at(inputs, index));
  if (dims.size() != rank) {
    return misfit("input " + std::to_string(index + 1) + " should have " + std::to_string(rank) + " dims and is " +
                  inputs[index].to_string());
  }
  return dims;
}

std::optional<RuleFailure> check_inner(const Facts& inputs, std::size_t a, const Dim& inner_a, std::size_t b,
                                       const Dim& inner_b) {
  if (same_dim(inner_a, inner_b)) return std::nullopt;
  return misfit("the inner sizes differ: " + inner_a->to_string() + " and " + inner_b->to_string() + ": " +
                shapes_text(inputs, {a, b}));
}

RuleResult<Dims> mm_dims(const Facts& inputs, std::size_t first) {
  FA_RULE(const Dims left, dims_of_rank(inputs, first, 2));
  FA_RULE(const Dims right, dims_of_rank(inputs, first + 1, 2));
  FA_REFUSE(check_inner(inputs, first, left[1], first + 1, right[0]));
  return Dims{left[0], right[1]};
}

RuleResult<Dims> bmm_dims(const Facts& inputs, std::size_t first) {
  FA_RULE(const Dims left, dims_of_rank(inputs, first, 3));
  FA_RULE(const Dims right, dims_of_rank(inputs, first + 1, 3));
  const std::optional<Dim> batch = same_dim(left[0], right[0]);
  if (!batch) {
    return misfit("batch sizes differ: " + left[0]->to_string() + " and " + right[0]->to_string() + ": " +
                  shapes_text(inputs, {first, first + 1}));
  }
  FA_REFUSE(check_inner(inputs, first, left[2], first + 1, right[1]));
  return Dims{*batch, left[1], right[2]};
}

bool is_number(const Facts& inputs, std::size_t index, double number) {
  return index < inputs.size() && number_of(inputs[index]) == number;
}

}  // namespace flopaudit
