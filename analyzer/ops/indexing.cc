// Parts of tensors: slices, splits (views: no work) and gathers by index (copies of what is picked; a sum only where
// index_put accumulates). What a boolean mask picks is not known without its values: that dim is unknown.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/list_elements.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/slices.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

using Contents = std::optional<Elements>;

// slice(self, dim, start, end, step)
RuleResult<Facts> shape_of_slice(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("a slice of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  FA_RULE(const std::optional<Expr> start, optional_int_at(inputs, 2));
  FA_RULE(const std::optional<Expr> end, optional_int_at(inputs, 3));
  FA_RULE(const Expr step, int_at(inputs, 4));
  if (always_less(step, 1) == true) return misfit("the step of a slice must be positive: " + step.to_string());
  TensorFact result = *inputs[0].tensor();
  Contents contents = std::move(result.contents);
  result.contents.reset();
  if (dims[dim]) {
    const Expr size = *dims[dim];
    const Expr first = clipped_position(start.value_or(Expr(0)), size);
    const Expr last = clipped_position(end.value_or(size), size);
    dims[dim] = slice_length(size, start, end, step);
    const auto from = first.constant(), to = last.constant(), by = step.constant();
    if (contents && dims.size() == 1 && from && to && by) {
      result.contents.emplace();
      for (std::int64_t i = *from; i < *to; i += *by) result.contents->push_back(contents->at(i));
    }
  }
  result.dims = dims;
  return one(result);
}

std::optional<RuleFailure> check_index(const Expr& index, const Expr& size, const Fact& tensor) {
  if (!must_be_at_least(size, index + Expr(1)) || !must_be_at_least(size + index, 0)) {
    return misfit("index " + index.to_string() + " is out of range for a dim of " + size.to_string() + ": " +
                  tensor.to_string());
  }
  return std::nullopt;
}

// select(self, dim, index)
RuleResult<Facts> shape_of_select(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("a select of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  TensorFact result = *inputs[0].tensor();
  const Contents contents = std::move(result.contents);
  result.contents.reset();
  const std::optional<Expr> index = inputs.size() > 2 ? integer_of(inputs[2]) : std::nullopt;
  if (index && dims[dim]) {
    FA_REFUSE(check_index(*index, *dims[dim], inputs[0]));
    const auto position = index->constant(), size = dims[dim]->constant();
    if (contents && dims.size() == 1 && position && size) {
      result.contents = {contents->at(*position < 0 ? *position + *size : *position)};
    }
  }
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
  result.dims = dims;
  return one(result);
}

// narrow(self, dim, start, length)
RuleResult<Facts> shape_of_narrow(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  FA_RULE(const Expr length, int_at(inputs, 3));
  if (dims.empty()) return misfit("a narrow of a 0-dim tensor: " + inputs[0].to_string());
  FA_RULE(const Expr given, int_at(inputs, 2));
  if (always_less(length, 0) == true) return misfit("a negative length: " + length.to_string());
  if (dims[dim]) {
    const Expr start = always_less(given, 0) == true ? given + *dims[dim] : given;
    if (always_less(start, 0) == true || !must_be_at_least(*dims[dim], start + length)) {
      return misfit("a length of " + length.to_string() + " from " + given.to_string() +
                    " is more than the dim has: " + inputs[0].to_string());
    }
  }
  dims[dim] = length;
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// --- lists of parts ---

Fact part(const Facts& inputs, Dims dims, std::size_t dim, const Dim& size) {
  dims[dim] = size;
  return tensor_fact(inputs[0].tensor()->dtype, std::move(dims));
}

constexpr std::int64_t kMostParts = 1 << 16;

// Parts of `size` along a dim; the last may be shorter. As a uniform list where that is not a number of them.
RuleResult<Facts> parts_of_size(const Facts& inputs, const Dims& dims, std::size_t dim, const Expr& size) {
  if (!dims[dim]) return one(Fact::uniform_list(std::nullopt, part(inputs, dims, dim, std::nullopt)));
  const bool nothing = *dims[dim] == Expr(0);
  if (!nothing && !must_be_at_least(size, 1)) return misfit("a split into parts of size " + size.to_string());
  const std::optional<std::int64_t> all = dims[dim]->constant(), each = size.constant();
  if (!all || !each || *all / std::max<std::int64_t>(*each, 1) > kMostParts) {
    const Dim length = mod(*dims[dim], size) == Expr(0) ? Dim(size) : std::nullopt;
    return one(Fact::uniform_list(max(ceil_div(*dims[dim], size), Expr(1)), part(inputs, dims, dim, length)));
  }
  std::vector<Fact> parts;
  for (std::int64_t from = 0; from < *all; from += *each) {
    parts.push_back(part(inputs, dims, dim, Expr(std::min(*each, *all - from))));
  }
  if (parts.empty()) parts.push_back(part(inputs, dims, dim, Expr(0)));
  return one(Fact::list(std::move(parts)));
}

RuleResult<Dims> splittable_dims(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("a split of a 0-dim tensor: " + inputs[0].to_string());
  return dims;
}

// split.Tensor(self, split_size, dim)
RuleResult<Facts> shape_of_split(const Facts& inputs) {
  FA_RULE(const Dims dims, splittable_dims(inputs));
  FA_RULE(const Expr size, int_at(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  return parts_of_size(inputs, dims, dim, size);
}

// chunk(self, chunks, dim): parts of the size that makes at most so many. An even split needs no number for the size.
RuleResult<Facts> shape_of_chunk(const Facts& inputs) {
  FA_RULE(const Dims dims, splittable_dims(inputs));
  FA_RULE(const Expr asked, int_at(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  if (!must_be_at_least(asked, 1)) return misfit("a chunk into " + asked.to_string() + " parts");
  if (dims[dim] && !asked.constant() && mod(*dims[dim], asked) == Expr(0)) {
    return one(Fact::uniform_list(asked, part(inputs, dims, dim, floor_div(*dims[dim], asked))));
  }
  if (!dims[dim] || !asked.constant()) {
    return parts_of_size(inputs, dims, dim, dims[dim] ? ceil_div(*dims[dim], asked) : Expr(1));
  }
  const std::int64_t chunks = *asked.constant();
  if (!dims[dim]->constant() && chunks <= kMostParts && mod(*dims[dim], chunks) == Expr(0)) {
    return one(
        Fact::list(Facts(static_cast<std::size_t>(chunks), part(inputs, dims, dim, floor_div(*dims[dim], chunks)))));
  }
  if (*dims[dim] == Expr(0) && chunks <= kMostParts) {  // as many empty ones as were asked for
    return one(Fact::list(Facts(static_cast<std::size_t>(chunks), part(inputs, dims, dim, Expr(0)))));
  }
  return parts_of_size(inputs, dims, dim, ceil_div(*dims[dim], chunks));
}

// split.sizes(self, sizes, dim)
RuleResult<Facts> shape_of_split_sizes(const Facts& inputs) {
  FA_RULE(const Dims dims, splittable_dims(inputs));
  if (const auto uniform = one_of_all(inputs, 1)) {  // of sizes that are not known one by one
    FA_RULE(const std::size_t along, dim_at(inputs, 2, dims.size()));
    FA_RULE(const Dims size, ints_at(uniform->inputs, 1));
    return one(Fact::uniform_list(uniform->count, part(inputs, dims, along, size.front())));
  }
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  std::vector<Fact> parts;
  Dim sum = Expr(0);
  for (const Dim& size : sizes) {
    if (size && always_less(*size, 0) == true) return misfit("a negative split size: " + text(sizes));
    parts.push_back(part(inputs, dims, dim, size));
    sum = lift([](const Expr& a, const Expr& b) { return a + b; }, sum, size);
  }
  if (!same_dim(sum, dims[dim])) {
    return misfit("the split sizes " + text(sizes) + " do not sum to the dim of " + inputs[0].to_string());
  }
  return one(Fact::list(std::move(parts)));
}

// unbind(self, dim)
RuleResult<Facts> shape_of_unbind(const Facts& inputs) {
  FA_RULE(Dims dims, splittable_dims(inputs));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  const Dim length = dims[dim];
  const std::optional<std::int64_t> count = length ? length->constant() : std::nullopt;
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
  const Fact each = tensor_fact(inputs[0].tensor()->dtype, dims);
  if (!count || *count > kMostParts) return one(Fact::uniform_list(length, each));
  return one(Fact::list(Facts(static_cast<std::size_t>(*count), each)));
}

// --- by index tensors ---

bool is_mask(const TensorFact& index) { return index.dtype == DType::boolean || index.dtype == DType::u8; }

// A mask covers dims of its own sizes; an index is an integer.
std::optional<RuleFailure> check_index_tensor(const Facts& inputs, const Dims& self, const TensorFact& index,
                                              std::size_t next) {
  if (!is_mask(index)) {
    if (*index.dtype == DType::i64 || *index.dtype == DType::i32) return std::nullopt;
    return misfit("an index should be i64, i32 or a mask: " + inputs[1].to_string());
  }
  for (std::size_t i = 0; i < index.dims->size(); ++i) {
    if (next + i >= self.size()) return misfit("too many indices for " + inputs[0].to_string());
    if (!same_dim((*index.dims)[i], self[next + i])) {
      return misfit("the mask " + inputs[1].to_string() + " does not have the sizes of " + inputs[0].to_string());
    }
  }
  return std::nullopt;
}

// index.Tensor(self, [index or None, ...]): index tensors broadcast to one shape, which stands where they were when
// they are neighbours, else in front. A mask takes as many dims as it has and gives one, of unknown size.
RuleResult<Facts> shape_of_index(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> indices, list_at(inputs, 1));
  Dims kept;
  std::optional<Dims> picked;
  std::optional<std::size_t> place;  // in `kept`, of the first index
  bool gap = false, neighbours = true;
  std::size_t next = 0;
  if (indices.empty()) return misfit("an index of no tensors");
  for (const Fact& fact : indices) {
    const bool covers_nothing = fact.tensor() && fact.tensor()->dims && fact.tensor()->dims->empty() &&
                                fact.tensor()->dtype && is_mask(*fact.tensor());
    if (next >= self.size() && !covers_nothing) return misfit("too many indices for " + inputs[0].to_string());
    if (fact.is_none()) {
      kept.push_back(self[next++]);
      gap = place.has_value();
      continue;
    }
    const TensorFact* index = fact.tensor();
    if (index == nullptr || !index->dims) return missing("an index tensor is unknown");
    if (!index->dtype) return missing("the dtype of an index tensor is unknown");
    FA_REFUSE(check_index_tensor(inputs, self, *index, next));
    if (is_mask(*index) && index->dims->empty()) continue;  // LibTorch takes no notice of it
    picked = broadcast(picked.value_or(Dims()), is_mask(*index) ? Dims{std::nullopt} : *index->dims);
    if (!picked) return misfit("the index tensors do not broadcast: " + inputs[1].to_string());
    if (gap) neighbours = false;
    if (!place) place = kept.size();
    next += is_mask(*index) ? index->dims->size() : 1;
  }
  if (next > self.size()) return misfit("too many indices for " + inputs[0].to_string());
  kept.insert(kept.end(), self.begin() + static_cast<std::ptrdiff_t>(next), self.end());
  const std::size_t at = neighbours ? place.value_or(0) : 0;
  if (picked) kept.insert(kept.begin() + static_cast<std::ptrdiff_t>(at), picked->begin(), picked->end());
  return one(tensor_fact(inputs[0].tensor()->dtype, kept));
}

// Reads what it picks, and the indices.
template <std::size_t indices>
RuleResult<Work> picks(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr picked, bytes_of(outputs));
  FA_RULE(const Expr index, bytes_of({inputs[indices]}));
  return WorkCounter(inputs, outputs).reads(picked + index).work();
}

// index_put(self, indices, values, accumulate): the values broadcast to what is indexed.
RuleResult<Facts> shape_of_index_put(const Facts& inputs) {
  FA_RULE(const Facts indexed, shape_of_index(inputs));
  FA_RULE(const std::vector<Fact> indices, list_at(inputs, 1));
  if (std::ranges::all_of(indices, [](const Fact& index) { return index.is_none(); })) {
    return misfit("there is no index to write at: " + inputs[1].to_string());
  }
  FA_RULE(const Dims values, dims_at(inputs, 2));
  if (cannot_expand(values, *indexed[0].tensor()->dims)) {
    return misfit("the values do not broadcast to what is indexed, " + indexed[0].to_string() + ": " +
                  inputs[2].to_string());
  }
  FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(inputs, 0, 2));
  return same_as_first(inputs);
}

// index_put_(self, indices, values, accumulate): writes the values; a sum where it accumulates.
RuleResult<Work> work_of_index_put(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const bool accumulate, bool_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  if (!accumulate) return counter.work();
  FA_RULE(const Facts picked, shape_of_index(inputs));
  FA_RULE(const Expr elements, elements_at(picked, 0));
  return counter.count(WorkClass::add, elements).work();
}

std::optional<RuleFailure> check_index_dtype(const Facts& inputs, std::size_t place) {
  const std::optional<DType> dtype = inputs[place].tensor()->dtype;
  if (!dtype || *dtype == DType::i64 || *dtype == DType::i32) return std::nullopt;
  return misfit("an index should be i64 or i32: " + inputs[place].to_string());
}

// index_select(self, dim, index)
RuleResult<Facts> shape_of_index_select(const Facts& inputs) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  FA_RULE(const Dims index, dims_at(inputs, 2));
  if (index.size() > 1) return misfit("the index should have 1 dim: " + inputs[2].to_string());
  FA_REFUSE(check_index_dtype(inputs, 2));
  const Dim count = index.empty() ? Dim(Expr(1)) : index[0];
  if (dims.empty() && !same_dim(count, Expr(1))) {
    return misfit("of a 0-dim tensor there is one element to select: " + shapes_text(inputs, {0, 2}));
  }
  if (!dims.empty() && dims[dim] == Dim(Expr(0)) && count && always_less(0, *count) == true) {
    return misfit("there is nothing to select along the dim: " + shapes_text(inputs, {0, 2}));
  }
  if (!dims.empty()) dims[dim] = count;
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// gather and scatter along `dim`: an index for each element of the smaller side, nowhere larger than `other` but, where
// `but_dim` says so, along the dim itself. A 0-dim tensor has one dim of size 1. An empty index fits everything,
// whatever its dtype.
std::optional<RuleFailure> check_index_fits(const Facts& inputs, std::size_t other, std::size_t index_place,
                                            bool but_dim) {
  const auto with_a_dim = [](Dims dims) { return dims.empty() ? Dims{Dim(Expr(1))} : dims; };
  const RuleResult<Dims> given = dims_at(inputs, other), index_dims = dims_at(inputs, index_place);
  if (!given || !index_dims) return given ? index_dims.failure() : given.failure();
  const RuleResult<std::size_t> dim = dim_at(inputs, 1, (*given).size());
  if (!dim) return dim.failure();
  const Dims sizes = with_a_dim(*given), index = with_a_dim(*index_dims);
  if (product(index) == Expr(0)) return std::nullopt;
  FA_REFUSE(check_index_dtype(inputs, index_place));
  bool fits = sizes.size() == index.size();
  for (std::size_t i = 0; fits && i < sizes.size(); ++i) {
    if ((but_dim && i == *dim) || !sizes[i] || !index[i]) continue;
    fits = always_less(*sizes[i], *index[i]) != true;
  }
  if (fits) return std::nullopt;
  return misfit("the index does not fit: " + shapes_text(inputs, {other, index_place}));
}

// gather(self, dim, index)
RuleResult<Facts> shape_of_gather(const Facts& inputs) {
  FA_REFUSE(check_index_fits(inputs, 0, 2, true));
  FA_RULE(const Dims index, dims_at(inputs, 2));
  return one(tensor_fact(inputs[0].tensor()->dtype, index));
}

// embedding(weight, indices, ...)
RuleResult<Facts> shape_of_embedding(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  FA_RULE(Dims output, dims_at(inputs, 1));
  if (weight.size() != 2) return misfit("an embedding's weight should have 2 dims: " + inputs[0].to_string());
  FA_REFUSE(check_index_dtype(inputs, 1));
  output.push_back(weight[1]);
  return one(tensor_fact(inputs[0].tensor()->dtype, output));
}

// Rows without a work rule are views.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                      shape rule             work rule          formula
    {"aten::chunk",              shape_of_chunk,        nullptr,           ""},
    {"aten::embedding",          shape_of_embedding,    picks<1>,          ""},
    {"aten::gather",             shape_of_gather,       picks<2>,          ""},
    {"aten::index.Tensor",       shape_of_index,        picks<1>,          ""},
    {"aten::index.Tensor_hacked_twin", shape_of_index,  picks<1>,          ""},
    {"aten::index_put",          shape_of_index_put,    work_of_index_put, "accumulate: add = elements indexed"},
    {"aten::index_put.hacked_twin", shape_of_index_put, work_of_index_put, "accumulate: add = elements indexed"},
    {"aten::index_select",       shape_of_index_select, picks<2>,          ""},
    {"aten::narrow",             shape_of_narrow,       nullptr,           ""},
    {"aten::select.int",         shape_of_select,       nullptr,           ""},
    {"aten::slice.Tensor",       shape_of_slice,        nullptr,           ""},
    {"aten::split",              shape_of_split_sizes,  nullptr,           ""},
    {"aten::split.Tensor",       shape_of_split,        nullptr,           ""},
    {"aten::split.sizes",        shape_of_split_sizes,  nullptr,           ""},
    {"aten::split_with_sizes",   shape_of_split_sizes,  nullptr,           ""},
    {"aten::unbind.int",         shape_of_unbind,       nullptr,           ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> indexing_ops() { return kRows; }

}  // namespace flopaudit
