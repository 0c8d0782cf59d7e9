#include "analyzer/audit/layouts.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/audit/layout_of_transforms.h"
#include "analyzer/audit/layout_ops.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

using namespace layout_ops;

using Sizes = std::vector<std::int64_t>;
using Order = std::vector<std::size_t>;

std::optional<Sizes> sizes_of(const Value& value) { return sizes_at({value.fact}, 0); }

// The strides of a tensor that fills its memory, its dims in this order from the outermost.
Strides dense(const Sizes& sizes, const Order& order) {
  Strides strides(sizes.size(), 1);
  std::int64_t next = 1;
  for (auto dim = order.rbegin(); dim != order.rend(); ++dim) {
    strides[*dim] = next;
    next *= std::max<std::int64_t>(1, sizes[*dim]);
  }
  return strides;
}

Order plain_order(std::size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

// Whether a dim has no stride of its own: what is made of such an operand lies in an order that strides do not tell.
bool is_repeated(const Sizes& sizes, const Strides& strides) {
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    if (sizes[dim] > 1 && strides[dim] == 0) return true;
  }
  return false;
}

Order by_stride(const Sizes& sizes, const Strides& strides) {
  Order order = plain_order(sizes.size());
  const auto key = [&](std::size_t dim) { return sizes[dim] == 1 ? std::int64_t{1} << 62 : strides[dim]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) > key(b); });
  return order;
}

std::size_t dim_of(std::int64_t dim, std::size_t rank) {
  return static_cast<std::size_t>(dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim);
}

constexpr std::int64_t kPreserveFormat = 1;

class Walk {
 public:
  Walk(std::map<const Value*, Strides>& strides, std::map<const Value*, const Node*>& lists)
      : strides_(strides), lists_(lists) {}

  void region(const Region& region) {
    for (const auto& node : region.nodes) {
      if (node->op.full() == "prim::Loop") {
        loop(*node);
        continue;
      }
      for (const auto& inner : node->regions) this->region(*inner);
      if (node->regions.empty())
        visit(*node);
      else if (node->op.full() == "prim::If")
        take_branch(*node);
    }
  }

  void know_row_major(const Value& value) { strides_[&value] = kRowByRow; }

 private:
  // As numbers, which takes sizes that are known.
  std::optional<Strides> of(const Value& value) const {
    const auto found = strides_.find(&value);
    if (found == strides_.end()) return std::nullopt;
    if (found->second != kRowByRow) return found->second;
    const auto sizes = sizes_of(value);
    return sizes ? std::optional(row_major(*sizes)) : std::nullopt;
  }
  bool is_plain(const Value& value) const {
    const auto found = strides_.find(&value);
    if (found == strides_.end()) return false;
    if (found->second == kRowByRow) return true;
    const auto sizes = sizes_of(value);
    return sizes && is_row_major(*sizes, found->second);
  }
  void set(const Value& value, std::optional<Strides> strides) {
    if (strides) strides_[&value] = *std::move(strides);
  }

  bool all_row_major(const Node& node) const {
    return std::all_of(node.operands.begin(), node.operands.end(), [&](const Value* operand) {
      if (operand->fact.tensor() == nullptr) return operand->type.kind != Type::Kind::tensor;
      return is_plain(*operand);
    });
  }

  // Operands: trip count, condition, what is carried; the body takes the count and gives the condition beside it. What
  // is carried lies row by row where it does before the loop and after each turn: taken so, and looked at again.
  void loop(const Node& node) {
    const Region& body = *node.regions.front();
    const std::size_t carried = node.results.size();
    if (body.arguments.size() != carried + 1 || body.results.size() != carried + 1) return;
    if (node.operands.size() != carried + 2) return;
    std::vector<bool> plain(carried);
    for (std::size_t i = 0; i < carried; ++i) plain[i] = is_plain(*node.operands[i + 2]);
    for (bool again = true; again;) {
      again = false;
      for_each_node(body, [&](const Node& inner) {
        for (const Value* result : inner.results) strides_.erase(result), plain_lists_.erase(result);
      });
      for (std::size_t i = 0; i < carried; ++i) {
        strides_.erase(body.arguments[i + 1]);
        if (plain[i]) know_row_major(*body.arguments[i + 1]);
      }
      region(body);
      for (std::size_t i = 0; i < carried; ++i) {
        if (!plain[i] || is_plain(*body.results[i + 1])) continue;
        plain[i] = false;
        again = true;
      }
    }
    for (std::size_t i = 0; i < carried; ++i) {
      if (plain[i]) know_row_major(*node.results[i]);
    }
  }

  // What the branch gives that is taken, where that is known.
  void take_branch(const Node& node) {
    const BoolFact* condition = node.operands.front()->fact.get<BoolFact>();
    if (condition == nullptr || !condition->value) return;
    const Region& taken = *node.regions[*condition->value ? 0 : 1];
    for (std::size_t i = 0; i < node.results.size() && i < taken.results.size(); ++i) {
      if (is_plain(*taken.results[i]))
        know_row_major(*node.results[i]);
      else
        set(*node.results[i], of(*taken.results[i]));
      if (plain_lists_.contains(taken.results[i])) plain_lists_.insert(node.results[i]);
    }
  }

  // A list of tensors: known where all that are put into it lie row by row.
  void visit(const Node& node) {
    const std::string op = node.op.full();
    if (op == "prim::ListConstruct" || op == "prim::TupleConstruct") {
      lists_[node.results.front()] = &node;
      if (all_row_major(node)) plain_lists_.insert(node.results.front());
      return;
    }
    if (op == "prim::ListUnpack" || op == "prim::TupleUnpack" || op == "aten::__getitem__.t") {
      const auto parts = parts_.find(node.operands.front());
      for (const Value* result : node.results) {
        if (plain_lists_.contains(node.operands.front())) know_row_major(*result);
        if (parts != parts_.end()) set(*result, parts->second);
      }
      return;
    }
    if (node.results.empty() || node.operands.empty()) return;
    const Value& result = *node.results.front();
    const Value& source = *node.operands.front();
    const auto sizes = sizes_of(source), result_sizes = sizes_of(result);
    const auto strides = of(source);
    if (op == "aten::contiguous" && result_sizes) {
      if (is_plain(source) && asks_for_rows(node)) return keep(source, result);
      return set(result, contiguous(node, *result_sizes));
    }
    if ((kConversions.contains(op) || kCopies.contains(op)) && result_sizes) return convert(node, *result_sizes);
    if (kRowMajor.contains(op)) return know_all(node);
    if (kRecurrent.contains(op)) return know_sequences(node, *node.operands.back());
    if (op == "aten::_pad_packed_sequence") return know_sequences(node, *node.operands[2]);
    if (op == "aten::scaled_dot_product_attention" && result_sizes && result_sizes->size() == 4) {
      return set(result, dense(*result_sizes, {0, 2, 1, 3}));
    }
    if (op == "aten::stft" || op == "aten::stft.center") return know_frames(result);
    if (kByColumns.contains(op)) return know_columns(source, result);
    if (kTransforms.contains(op) && result_sizes) return know_transform(node, *result_sizes);
    if (is_in_place(node) || kSame.contains(op)) return keep(source, result);
    if (sizes && strides && (result_sizes || is_list(result))) {
      if (!result_sizes && !kPartings.contains(op)) return;
      if (op == "aten::permute") return set(result, permuted(node, *strides));
      if (op == "aten::transpose.int" || op == "aten::t" || op == "aten::numpy_T")
        return set(result, swapped(node, *strides));
      if (op == "aten::expand" || op == "aten::expand_as")
        return set(result, expanded(*sizes, *strides, *result_sizes));
      if (op == "aten::select.int") return set(result, without_dim(node, *strides));
      if (op == "aten::slice.Tensor" || op == "aten::narrow") return set(result, stepped(node, *strides));
      if (kPartings.contains(op)) {
        parts_[&result] = *strides;
        return;
      }
      if (op == "aten::real" || op == "aten::imag") return set(result, in_parts(source, *strides));
      if (op == "aten::view_as_real" || op == "aten::view_as_complex") return know_numbers(source, result, *strides);
      if (kReshapes.contains(op)) return set(result, reshaped(*sizes, *strides, *result_sizes, op));
    }
    if (kQuantizedConvolutions.contains(op) && result_sizes) return set(result, by_channel(*result_sizes));
    if (is_view(op)) return;
    const bool by_operands = !lies_its_own_way(op);
    if (by_operands && all_operands_plain(node) && !is_list(result)) return know_all(node);
    if (kElementwise.contains(op) && result_sizes) return set(result, like_operands(node, *result_sizes));
    if (!by_operands) return;
    if ((op == "aten::cat" || op == "aten::stack") && result_sizes) return set(result, joined(source, *result_sizes));
    if (kConvolutions.contains(op) && sizes && strides && result_sizes)
      return set(result, convolved(*sizes, *strides, *result_sizes));
    if (kPerChannel.contains(op) && sizes && strides && !is_repeated(*sizes, *strides) && result_sizes &&
        sizes->size() == result_sizes->size()) {
      return set(result, dense(*result_sizes, by_stride(*sizes, *strides)));
    }
    if (is_list(result)) {
      if (all_row_major(node)) plain_lists_.insert(&result);
    }
  }

  // Frames one after the other; as pairs of real numbers they are not followed.
  void know_frames(const Value& result) {
    const auto sizes = sizes_of(result);
    const auto dtype = result.fact.tensor() == nullptr ? std::nullopt : result.fact.tensor()->dtype;
    if (!sizes || (dtype != DType::c64 && dtype != DType::c128)) return;
    if (sizes->size() >= 2) set(result, by_columns(*sizes));
  }

  void know_columns(const Value& source, const Value& result) {
    const auto from = sizes_of(source), sizes = sizes_of(result);
    if (!from || !sizes || sizes->size() < 2 || sizes->size() != from->size()) return;
    set(result, by_columns(*sizes));
  }

  // The last two dims the other way round.
  static Strides by_columns(const Sizes& sizes) {
    Order order = plain_order(sizes.size());
    std::swap(order[order.size() - 1], order[order.size() - 2]);
    return dense(sizes, order);
  }

  static bool is_complex_value(const Value& value) {
    const TensorFact* tensor = value.fact.tensor();
    return tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype);
  }
  // Strides in real numbers, of which a complex one has two; a real tensor is its own real part.
  static Strides in_parts(const Value& source, Strides strides) {
    if (!is_complex_value(source)) return strides;
    for (std::int64_t& stride : strides) stride *= 2;
    return strides;
  }
  // Complex numbers as pairs of real ones, and back.
  void know_numbers(const Value& source, const Value& result, Strides strides) {
    if (is_complex_value(source)) {
      strides = in_parts(source, strides);
      strides.push_back(1);
      return set(result, strides);
    }
    if (strides.empty() || strides.back() != 1) return;
    strides.pop_back();
    for (std::int64_t& stride : strides) stride /= 2;
    set(result, strides);
  }

  // What is cut or padded may be copied row by row.
  void know_transform(const Node& node, const Sizes& sizes) {
    const Value& source = *node.operands.front();
    const auto from = sizes_of(source);
    const auto strides = of(source);
    if (!from || !strides || from->size() != sizes.size() || is_repeated(*from, *strides)) return;
    const bool resized = node.operands.size() > 1 && !node.operands[1]->fact.is_none();
    if (resized && !is_row_major(*from, *strides)) return;
    const Fact named = node.operands.size() > 2 ? node.operands[2]->fact : Fact::none();
    const auto order = order_after_transform(node.op.full(), named, by_stride(*from, *strides));
    if (order) set(*node.results.front(), dense(sizes, *order));
  }

  // The same memory. A dim of one element has a stride too, and products go by it.
  void keep(const Value& source, const Value& result) {
    const auto found = strides_.find(&source);
    if (found != strides_.end()) strides_[&result] = found->second;
  }

  // The format that is asked for stands last, and in front of it whether a conversion copies. TorchScript's own
  // conversions (`prim_`) have no format, `type_as` has neither.
  void convert(const Node& node, const Sizes& sizes) {
    const Value& source = *node.operands.front();
    const Value& result = *node.results.front();
    const bool is_conversion = kConversions.contains(node.op.full());
    const bool has_copy = is_conversion && node.operands.size() > 2;
    const bool has_format = node.op.full().find(".prim_") == std::string::npos && (has_copy || !is_conversion);
    const Fact none = Fact::none();
    const Fact& format = has_format ? node.operands.back()->fact : none;
    const BoolFact* copies =
        has_copy ? node.operands[node.operands.size() - (has_format ? 2 : 1)]->fact.get<BoolFact>() : nullptr;
    const TensorFact* from = source.fact.tensor();
    const bool same_type = from != nullptr && from->dtype && from->dtype == result.fact.tensor()->dtype;
    const bool may_copy = !is_conversion || (has_copy && (copies == nullptr || copies->value != false));
    const bool keeps_format = format.is_none() || constant_of(format) == kPreserveFormat;
    if (keeps_format && same_type && !may_copy) return keep(source, result);
    if (keeps_format) return set(result, copied(source, sizes));
    if (constant_of(format) == 0) set(result, row_major(sizes));
    if (constant_of(format) == 2 && sizes.size() == 4) set(result, dense(sizes, {0, 2, 3, 1}));
  }

  // As the operand, where that has no gaps.
  std::optional<Strides> copied(const Value& source, const Sizes& sizes) const {
    const auto strides = of(source);
    if (!strides || is_repeated(sizes, *strides)) return std::nullopt;
    return memory_order(sizes, *strides) ? strides : std::optional(dense(sizes, by_stride(sizes, *strides)));
  }

  static bool asks_for_rows(const Node& node) {
    return node.operands.size() < 2 || node.operands[1]->fact.is_none() || constant_of(node.operands[1]->fact) == 0;
  }

  static bool is_list(const Value& value) { return value.type.kind == Type::Kind::list; }
  bool all_operands_plain(const Node& node) const {
    for (const Value* operand : node.operands) {
      const bool of_tensors = is_list(*operand) && !operand->type.arguments.empty() &&
                              operand->type.arguments[0].kind == Type::Kind::tensor;
      if (of_tensors && !plain_lists_.contains(operand)) return false;
    }
    return all_row_major(node);
  }
  static bool is_in_place(const Node& node) { return node.op.name.back() == '_' && !node.op.name.ends_with("__"); }
  // Recurrent layers, and what pads packed sequences, make steps of sequences, whatever the input is like: a batch that
  // comes first is a view of them.
  void know_sequences(const Node& node, const Value& batch_comes_first) {
    for (std::size_t i = 1; i < node.results.size(); ++i) know_row_major(*node.results[i]);
    const Value& sequences = *node.results.front();
    const BoolFact* batch_first = batch_comes_first.fact.get<BoolFact>();
    if (batch_first == nullptr || !batch_first->value) return;
    const auto sizes = sizes_of(sequences);
    if (!*batch_first->value) return know_row_major(sequences);
    if (!sizes || sizes->size() < 2) return;
    Order order = plain_order(sizes->size());
    std::swap(order[0], order[1]);
    set(sequences, dense(*sizes, order));
  }

  void know_all(const Node& node) {
    for (const Value* result : node.results) know_row_major(*result);
  }

  static std::optional<Strides> contiguous(const Node& node, const Sizes& sizes) {
    const auto format = node.operands.size() > 1 ? constant_of(node.operands[1]->fact) : std::optional<std::int64_t>(0);
    if (!format) return std::nullopt;
    if (*format == 2 && sizes.size() == 4) return dense(sizes, {0, 2, 3, 1});
    return *format == 0 ? std::optional(row_major(sizes)) : std::nullopt;
  }

  // Maps whose channels lie together stay so; all else is laid out row by row first.
  static Strides convolved(const Sizes& from, const Strides& strides, const Sizes& to) {
    return lies_by_channel(from, strides) && to.size() == 4 ? dense(to, {0, 2, 3, 1}) : row_major(to);
  }

  // A tensor that is joined from others lies row by row, but for maps whose channels lie together in all of them.
  std::optional<Strides> joined(const Value& list, const Sizes& to) const {
    if (to.size() != 4 && to.size() != 5) return row_major(to);
    const auto parts = lists_.find(&list);
    if (to.size() == 5 || parts == lists_.end()) return std::nullopt;
    bool all_known = true;
    for (const Value* part : parts->second->operands) {
      const auto sizes = sizes_of(*part);
      const auto strides = of(*part);
      if (!sizes || !strides) {
        all_known = false;
        continue;
      }
      if (!lies_by_channel(*sizes, *strides)) return row_major(to);
    }
    return all_known ? std::optional(dense(to, {0, 2, 3, 1})) : std::nullopt;
  }

  // Images first, channels last and side by side.
  static Strides by_channel(const Sizes& sizes) {
    Order order = plain_order(sizes.size());
    if (order.size() > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
    return dense(sizes, order);
  }

  // Dims that are repeated have stride 0.
  static std::optional<Strides> expanded(const Sizes& from, const Strides& strides, const Sizes& to) {
    if (from.size() > to.size()) return std::nullopt;
    Strides result(to.size(), 0);
    const std::size_t added = to.size() - from.size();
    for (std::size_t dim = 0; dim < from.size(); ++dim) {
      if (from[dim] == to[added + dim]) result[added + dim] = strides[dim];
    }
    return result;
  }

  static std::optional<Strides> without_dim(const Node& node, Strides strides) {
    const auto dim = constant_of(node.operands[1]->fact);
    if (!dim || dim_of(*dim, strides.size()) >= strides.size()) return std::nullopt;
    strides.erase(strides.begin() + static_cast<std::ptrdiff_t>(dim_of(*dim, strides.size())));
    return strides;
  }

  static std::optional<Strides> stepped(const Node& node, Strides strides) {
    const auto dim = constant_of(node.operands[1]->fact);
    const auto step = node.operands.size() > 4 ? constant_of(node.operands[4]->fact) : std::optional<std::int64_t>(1);
    if (!dim || !step || dim_of(*dim, strides.size()) >= strides.size()) return std::nullopt;
    strides[dim_of(*dim, strides.size())] *= *step;
    return strides;
  }

  static std::optional<Strides> permuted(const Node& node, const Strides& strides) {
    const auto dims = ints_at_place({node.operands[0]->fact, node.operands[1]->fact}, 1, 1);
    if (!dims || dims->size() != strides.size()) return std::nullopt;
    Strides result;
    for (const std::int64_t dim : *dims) result.push_back(strides[dim_of(dim, strides.size())]);
    return result;
  }

  static std::optional<Strides> swapped(const Node& node, Strides strides) {
    std::size_t a = 0, b = strides.empty() ? 0 : strides.size() - 1;
    if (node.operands.size() == 3) {
      const auto first = constant_of(node.operands[1]->fact), second = constant_of(node.operands[2]->fact);
      if (!first || !second) return std::nullopt;
      a = dim_of(*first, strides.size()), b = dim_of(*second, strides.size());
    } else if (strides.size() > 2) {
      return std::nullopt;
    }
    if (!strides.empty()) std::swap(strides[a], strides[b]);
    return strides;
  }

  static std::optional<Strides> reshaped(const Sizes& from, const Strides& strides, const Sizes& to,
                                         const std::string& op) {
    if (const auto view = viewed(from, strides, to)) return view;
    const bool copies = op == "aten::reshape" || op == "aten::flatten.using_ints";
    return copies ? std::optional(row_major(to)) : std::nullopt;
  }

  std::optional<Strides> like_operands(const Node& node, const Sizes& sizes) const {
    for (const Value* operand : node.operands) {
      if (operand->type.kind != Type::Kind::tensor) continue;
      if (sizes_of(*operand) != sizes) continue;
      const auto strides = of(*operand);
      if (!strides || is_repeated(sizes, *strides)) return std::nullopt;
      return dense(sizes, by_stride(sizes, *strides));
    }
    return all_row_major(node) ? std::optional(row_major(sizes)) : std::nullopt;
  }

  std::map<const Value*, Strides>& strides_;
  std::map<const Value*, const Node*>& lists_;
  std::set<const Value*> plain_lists_;
  std::map<const Value*, Strides> parts_;  // lists of parts of one tensor, which all have its strides
};

}  // namespace

Strides row_major(const std::vector<std::int64_t>& sizes) { return dense(sizes, plain_order(sizes.size())); }

bool is_row_major(const std::vector<std::int64_t>& sizes, const Strides& strides) {
  std::int64_t next = 1;
  for (std::size_t dim = sizes.size(); dim-- > 0;) {
    if (sizes[dim] == 0) return true;
    if (sizes[dim] == 1) continue;
    if (strides[dim] != next) return false;
    next *= sizes[dim];
  }
  return true;
}

std::optional<Strides> viewed(const Sizes& from, const Strides& strides, const Sizes& to) {
  Strides result(to.size(), 1);
  auto target = static_cast<std::ptrdiff_t>(to.size()) - 1;
  std::int64_t base = strides.empty() ? 1 : strides.back();
  std::int64_t run = 1, filled = 1;
  for (auto dim = static_cast<std::ptrdiff_t>(from.size()) - 1; dim >= 0; --dim) {
    const auto at = static_cast<std::size_t>(dim);
    run *= from[at];
    const bool ends = dim == 0 || (from[at - 1] != 1 && strides[at - 1] != run * base);
    if (!ends) continue;
    while (target >= 0 && (filled < run || to[static_cast<std::size_t>(target)] == 1)) {
      result[static_cast<std::size_t>(target)] = filled * base;
      filled *= to[static_cast<std::size_t>(target)];
      --target;
    }
    if (filled != run) return std::nullopt;
    if (dim > 0) base = strides[at - 1], run = 1, filled = 1;
  }
  return target == -1 ? std::optional(result) : std::nullopt;
}

bool lies_by_channel(const std::vector<std::int64_t>& sizes, const Strides& strides) {
  if (sizes.size() != 4 || strides[1] == 0) return false;
  std::int64_t inside = 0;
  for (const std::size_t dim : {1U, 3U, 2U, 0U}) {
    if (sizes[dim] == 0 || strides[dim] < inside) return false;
    // Images one after the other that have a single channel and a single place lie row by row just as well.
    if (dim == 0 && inside == strides[1]) return false;
    inside = strides[dim] * sizes[dim];
  }
  return true;
}

std::optional<std::vector<std::size_t>> memory_order(const std::vector<std::int64_t>& sizes, const Strides& strides) {
  if (is_row_major(sizes, strides)) return plain_order(sizes.size());
  Order order = by_stride(sizes, strides);
  const Strides filled = dense(sizes, order);
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    if (sizes[dim] != 1 && filled[dim] != strides[dim]) return std::nullopt;
  }
  return order;
}

Layouts Layouts::of(const Program& program) {
  Layouts layouts;
  Walk walk(layouts.strides_, layouts.lists_);
  if (program.functions.empty()) return layouts;
  const Graph& graph = program.entry();
  for (const Value* argument : graph.body.arguments) walk.know_row_major(*argument);
  for (const Value* parameter : graph.parameters()) walk.know_row_major(*parameter);
  walk.region(graph.body);
  return layouts;
}

std::optional<Strides> Layouts::strides(const Value& value) const {
  const auto found = strides_.find(&value);
  return found == strides_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::optional<Strides>> Layouts::elements(const Value& list) const {
  std::vector<std::optional<Strides>> all;
  const auto found = lists_.find(&list);
  if (found == lists_.end()) return all;
  for (const Value* element : found->second->operands) all.push_back(strides(*element));
  return all;
}

std::vector<std::optional<Strides>> Layouts::of_operands(const Node& node) const {
  if (const auto met = met_.find(node.id); met != met_.end()) return met->second;
  std::vector<std::optional<Strides>> all;
  for (const Value* operand : node.operands) all.push_back(strides(*operand));
  for (const Value* operand : node.operands) {
    for (auto& element : elements(*operand)) all.push_back(std::move(element));
  }
  return all;
}

}  // namespace flopaudit
