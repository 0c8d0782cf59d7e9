#include "analyzer/ops/data_sizes.h"

#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

std::optional<Expr> elements(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  return tensor != nullptr ? element_count(*tensor) : std::nullopt;
}

std::optional<Expr> size_of_dim(const Fact& fact, std::size_t dim) {
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dims || dim >= tensor->dims->size()) return std::nullopt;
  return (*tensor->dims)[dim];
}

std::optional<Expr> elements_of_first(const Facts& inputs) { return elements(inputs[0]); }
std::optional<Expr> rows_of_first(const Facts& inputs) { return size_of_dim(inputs[0], 0); }

template <std::size_t place>
std::optional<Expr> size_of_given_dim(const Facts& inputs) {
  const TensorFact* tensor = inputs[0].tensor();
  if (tensor == nullptr || !tensor->dims || place >= inputs.size()) return std::nullopt;
  if (inputs[place].is_none()) return elements(inputs[0]);
  const RuleResult<std::size_t> dim = dim_at(inputs, place, tensor->dims->size());
  return dim ? size_of_dim(inputs[0], *dim) : std::nullopt;
}

std::optional<Expr> elements_of_both(const Facts& inputs) {
  const TensorFact* self = inputs[0].tensor();
  const TensorFact* mask = inputs.size() > 1 ? inputs[1].tensor() : nullptr;
  if (self == nullptr || mask == nullptr || !self->dims || !mask->dims) return std::nullopt;
  const std::optional<Dims> dims = broadcast(*self->dims, *mask->dims);
  return dims ? element_count(*dims) : std::nullopt;
}

const TensorFact* first(const Facts& inputs) { return inputs[0].tensor(); }

// Broadcast with another shape, a mask counts more often.
const TensorFact* mask_of_same_shape(const Facts& inputs) {
  const TensorFact* self = inputs[0].tensor();
  const TensorFact* mask = inputs.size() > 1 ? inputs[1].tensor() : nullptr;
  return self != nullptr && mask != nullptr && self->dims && self->dims == mask->dims ? mask : nullptr;
}

// The one mask among the index tensors. With an index of numbers beside it, the two broadcast to one size.
const TensorFact* only_mask(const Facts& inputs) {
  const auto* list = inputs.size() > 1 ? inputs[1].get<ListFact>() : nullptr;
  if (list == nullptr || !list->elements || !*list->elements) return nullptr;
  const TensorFact* mask = nullptr;
  for (const Fact& fact : **list->elements) {
    const TensorFact* index = fact.tensor();
    if (index == nullptr) continue;
    if (mask != nullptr || (index->dtype != DType::boolean && index->dtype != DType::u8)) return nullptr;
    mask = index;
  }
  return mask;
}

std::optional<Expr> elements_of_mask(const Facts& inputs) {
  const TensorFact* mask = only_mask(inputs);
  return mask != nullptr ? element_count(*mask) : std::nullopt;
}

constexpr char kNotZero[] = "how many elements are not 0";
constexpr char kChosen[] = "how many elements the mask chooses";
constexpr char kDifferent[] = "how many different ones there are";

// clang-format off
constexpr DataSize kRows[] = {
    // op                             word             what                       at most               counts
    {"aten::_unique",                 "unique",        kDifferent,                elements_of_first,    nullptr},
    {"aten::_unique2",                "unique",        kDifferent,                elements_of_first,    nullptr},
    {"aten::argwhere",                "nonzero",       kNotZero,                  elements_of_first,    first},
    {"aten::dim",                     "dim",           "how many dims it has",    nullptr,              nullptr},
    {"aten::index",                   "nonzero",       kChosen,                   elements_of_mask,     only_mask},
    {"aten::len",                     "len",           "how long it is",          nullptr,              nullptr},
    {"aten::masked_select",           "nonzero",       kChosen,                   elements_of_both,     mask_of_same_shape},
    {"aten::nonzero",                 "nonzero",       kNotZero,                  elements_of_first,    first},
    {"aten::nonzero_numpy",           "nonzero",       kNotZero,                  elements_of_first,    first},
    {"aten::numel",                   "numel",         "how many elements it has", nullptr,             nullptr},
    {"aten::repeat_interleave",       "repeats",       "the sum of the repeats",  nullptr,              nullptr},
    {"aten::size",                    "size",          "a size of a tensor of which nothing is known", nullptr, nullptr},
    {"aten::unique_consecutive",      "unique",        kDifferent,                size_of_given_dim<3>, nullptr},
    {"aten::unique_dim",              "unique",        kDifferent,                size_of_given_dim<1>, nullptr},
    {"aten::unique_dim_consecutive",  "unique",        kDifferent,                size_of_given_dim<1>, nullptr},
    {"aten::where",                   "nonzero",       kNotZero,                  elements_of_first,    first},
    {"torchvision::nms",              "nms",           "how many boxes it keeps", rows_of_first,        nullptr},
};
// clang-format on

}  // namespace

const DataSize* find_data_size(std::string_view op) {
  for (const DataSize& row : kRows) {
    if (row.op == op) return &row;
  }
  return nullptr;
}

}  // namespace flopaudit
