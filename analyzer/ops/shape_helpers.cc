#include "analyzer/ops/shape_helpers.h"

#include <algorithm>

#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

bool is_one(const Dim& dim) { return dim && *dim == Expr(1); }

// One dim of a broadcast. In every run that LibTorch accepts the two are equal, or one of them is 1: so a constant
// above 1 is the answer beside any symbol, and between two symbols it is the larger.
std::optional<Dim> broadcast_dim(const Dim& a, const Dim& b) {
  if (is_one(a)) return b;
  if (is_one(b)) return a;
  if (!a || !b) {
    const Dim& known = a ? a : b;
    return known && known->constant() ? known : Dim();
  }
  if (*a == *b) return a;
  if (a->constant() && b->constant()) return std::nullopt;
  must_broadcast(*a, *b);
  if (a->constant()) return a;
  if (b->constant()) return b;
  return Dim(max(*a, *b));
}

}  // namespace

Fact tensor_fact(std::optional<DType> dtype, Dims dims) {
  TensorFact tensor;
  tensor.dtype = dtype;
  tensor.dims = std::move(dims);
  return tensor;
}

Facts one(Fact fact) {
  Facts facts;
  facts.push_back(std::move(fact));
  return facts;
}

std::string text(const Dims& dims) {
  std::string list = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) list += ", ";
    list += dims[i] ? dims[i]->to_string() : "?";
  }
  return list + "]";
}

RuleResult<std::size_t> wrap_dim(std::int64_t dim, std::size_t rank) {
  const std::int64_t count = std::max<std::int64_t>(static_cast<std::int64_t>(rank), 1);
  if (dim < -count || dim >= count) {
    return misfit("dim " + std::to_string(dim) + " is out of range for " + std::to_string(rank) + " dims");
  }
  return static_cast<std::size_t>(dim < 0 ? dim + count : dim);
}

RuleResult<std::size_t> dim_at(const Facts& inputs, std::size_t index, std::size_t rank) {
  FA_RULE(const std::int64_t dim, constant_at(inputs, index));
  return wrap_dim(dim, rank);
}

RuleResult<std::vector<bool>> dims_mask_at(const Facts& inputs, std::size_t index, std::size_t rank) {
  if (none_at(inputs, index)) return std::vector<bool>(rank, true);
  std::vector<std::int64_t> listed;
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (std::optional<std::int64_t> single = constant_of(*fact)) {
    listed.push_back(*single);
  } else {
    FA_RULE(listed, constants_at(inputs, index));
  }
  if (listed.empty()) return std::vector<bool>(rank, true);
  std::vector<bool> mask(std::max<std::size_t>(rank, 1), false);
  for (const std::int64_t entry : listed) {
    FA_RULE(const std::size_t dim, wrap_dim(entry, rank));
    if (mask[dim]) return misfit("dim " + std::to_string(dim) + " is named twice");
    mask[dim] = true;
  }
  mask.resize(rank);
  return mask;
}

std::optional<Dim> same_dim(const Dim& a, const Dim& b) {
  if (!a || !b) return a ? a : b;
  if (!must_be_equal(*a, *b)) return std::nullopt;
  return a->constant() ? a : b;
}

bool same_dims(const Dims& a, const Dims& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i) same = same_dim(a[i], b[i]).has_value();
  return same;
}

std::optional<Dims> broadcast(const Dims& a, const Dims& b) {
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims result = longer;
  const std::size_t offset = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    const std::optional<Dim> dim = broadcast_dim(longer[offset + i], shorter[i]);
    if (!dim) return std::nullopt;
    result[offset + i] = *dim;
  }
  return result;
}

namespace {
// A symbolic size expands where it is the wanted one, or 1.
bool may_expand(const Expr& from, const Expr& to) {
  must_broadcast(from, to);
  return true;
}
}  // namespace

bool cannot_expand(const Dims& from, const Dims& to) {
  if (from.size() > to.size()) return true;
  const std::size_t offset = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (is_one(from[i]) || !from[i] || !to[offset + i]) continue;
    if (from[i]->constant() ? !must_be_equal(*from[i], *to[offset + i]) : !may_expand(*from[i], *to[offset + i])) {
      return true;
    }
  }
  return false;
}

std::optional<Expr> product(const Dims& dims) { return product(dims, 0, dims.size()); }

std::optional<Expr> product(const Dims& dims, std::size_t begin, std::size_t end) {
  Expr result = 1;
  for (std::size_t i = begin; i < end; ++i) {
    if (!dims[i]) return std::nullopt;
    result *= *dims[i];
  }
  return result;
}

bool has_no_elements(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  return tensor != nullptr && tensor->dims && product(*tensor->dims) == Expr(0);
}

RuleResult<std::optional<DType>> same_dtype(const Facts& inputs, std::size_t a, std::size_t b) {
  FA_RULE(const TensorFact* first, tensor_at(inputs, a));
  FA_RULE(const TensorFact* second, tensor_at(inputs, b));
  if (first->dtype && second->dtype && *first->dtype != *second->dtype) {
    return misfit("the operands have different dtypes: " + shapes_text(inputs, {a, b}));
  }
  return first->dtype ? first->dtype : second->dtype;
}

namespace {

// The elements of `input` over the product of `sizes`, a dim that both have left out of the division, so that
// [N, 8] viewed as [N, -1] is 8 and not floor_div(8*N, N).
RuleResult<Expr> quotient(Dims input, const Dims& sizes, const std::string& input_text) {
  Expr divisor = 1;
  for (const Dim& size : sizes) {
    const auto same = std::find(input.begin(), input.end(), size);
    if (same != input.end()) {
      input.erase(same);
    } else {
      divisor *= *size;
    }
  }
  const std::optional<Expr> elements = product(input);
  if (!elements) return missing("the element count of " + input_text + " is unknown");
  if (divisor == Expr(0)) return misfit("a size of -1 is undecided beside a size of 0");
  if (!must_be_multiple(*elements, divisor)) {
    return misfit("the sizes " + text(sizes) + " beside -1 do not divide the elements of " + input_text);
  }
  return floor_div(*elements, divisor);
}

}  // namespace

RuleResult<Dims> resolve_view(const Dims& input, const Dims& sizes, const std::string& input_text) {
  Dims result = sizes;
  std::optional<std::size_t> open;  // the place of -1
  Dims others;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] && *sizes[i] == Expr(-1)) {
      if (open) return misfit("two sizes are -1 in " + text(sizes));
      open = i;
    } else if (sizes[i] && sizes[i]->constant() && *sizes[i]->constant() < 0) {
      return misfit("a size is negative in " + text(sizes));
    } else {
      others.push_back(sizes[i]);
    }
  }
  const bool all_known = product(others).has_value();
  if (open) {
    result[*open] = std::nullopt;
    if (!all_known || !product(input)) return result;
    FA_RULE(result[*open], quotient(input, others, input_text));
    return result;
  }
  const std::optional<Expr> before = product(input);
  const std::optional<Expr> after = product(sizes);
  if (before && after && !must_be_equal(*before, *after)) {
    return misfit("the sizes " + text(sizes) + " hold " + after->to_string() + " elements and the input " + input_text +
                  " has " + before->to_string());
  }
  return result;
}

RuleResult<Facts> same_as_first(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  TensorFact result = *tensor;
  result.contents.reset();
  result.alias_class = 0;
  result.identity = 0;
  return one(result);
}

RuleResult<Facts> float_like_first(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& tensor = *facts[0].get<TensorFact>();
  if (tensor.dtype && is_integral(*tensor.dtype)) tensor.dtype = default_dtype();
  return facts;
}

RuleResult<Facts> bool_like_first(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  facts[0].get<TensorFact>()->dtype = DType::boolean;
  return facts;
}

RuleResult<Facts> no_results(const Facts&) { return Facts(); }

}  // namespace flopaudit
