#include "analyzer/ir/effects.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/schema_table.h"
#include "analyzer/support/distinct.h"

namespace flopaudit {
namespace {

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

// Ops without a trailing underscore that change their first operand, a list or dict. `sort` and `reverse` do so only to
// lists: that of a tensor makes a new one. Sorted.
constexpr std::array<std::string_view, 19> kChangesFirst = {
    "aten::Delete",     "aten::__iand__",  "aten::__ilshift__", "aten::__ior__", "aten::__irshift__",
    "aten::__ixor__",   "aten::_set_item", "aten::append",      "aten::clear",   "aten::extend",
    "aten::insert",     "aten::pop",       "aten::popitem",     "aten::remove",  "aten::reverse",
    "aten::setdefault", "aten::sort",      "aten::update",      "prim::SetAttr"};

// Ops whose results are, hold or view their operands; those whose schemas say so need not be here. Sorted.
constexpr std::array<std::string_view, 74> kAliases = {"aten::__getitem__",
                                                       "aten::_conj",
                                                       "aten::_reshape_alias",
                                                       "aten::_unsafe_view",
                                                       "aten::alias",
                                                       "aten::alpha_dropout",
                                                       "aten::as_strided",
                                                       "aten::atleast_1d",
                                                       "aten::atleast_2d",
                                                       "aten::atleast_3d",
                                                       "aten::broadcast_to",
                                                       "aten::chunk",
                                                       "aten::conj",
                                                       "aten::conj_physical",
                                                       "aten::contiguous",
                                                       "aten::data",
                                                       "aten::dequantize",
                                                       "aten::detach",
                                                       "aten::diagonal",
                                                       "aten::dropout",
                                                       "aten::expand",
                                                       "aten::expand_as",
                                                       "aten::feature_alpha_dropout",
                                                       "aten::feature_dropout",
                                                       "aten::flatten",
                                                       "aten::get",
                                                       "aten::hsplit",
                                                       "aten::imag",
                                                       "aten::items",
                                                       "aten::lift",
                                                       "aten::lift_fresh",
                                                       "aten::list",
                                                       "aten::mT",
                                                       "aten::matrix_H",
                                                       "aten::moveaxis",
                                                       "aten::movedim",
                                                       "aten::narrow",
                                                       "aten::numpy_T",
                                                       "aten::permute",
                                                       "aten::pop",
                                                       "aten::popitem",
                                                       "aten::positive",
                                                       "aten::ravel",
                                                       "aten::real",
                                                       "aten::reshape",
                                                       "aten::reshape_as",
                                                       "aten::resolve_conj",
                                                       "aten::resolve_neg",
                                                       "aten::select",
                                                       "aten::setdefault",
                                                       "aten::slice",
                                                       "aten::split",
                                                       "aten::split_with_sizes",
                                                       "aten::squeeze",
                                                       "aten::sum_to_size",
                                                       "aten::swapaxes",
                                                       "aten::swapdims",
                                                       "aten::t",
                                                       "aten::tensor_split",
                                                       "aten::to",
                                                       "aten::to_dense",
                                                       "aten::transpose",
                                                       "aten::type_as",
                                                       "aten::unbind",
                                                       "aten::unflatten",
                                                       "aten::unfold",
                                                       "aten::unsqueeze",
                                                       "aten::values",
                                                       "aten::view",
                                                       "aten::view_as",
                                                       "aten::view_as_complex",
                                                       "aten::view_as_real",
                                                       "aten::vsplit",
                                                       "aten::wait"};

static_assert(std::ranges::is_sorted(kChangesFirst) && std::ranges::is_sorted(kAliases));

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_in_place(std::string_view name) { return ends_with(name, "_") && !ends_with(name, "__"); }

// What an op's name and the alias marks of its schema say.
struct Marks {
  std::size_t outs = 0;           // how many out tensors end its operands
  bool first_comes_back = false;  // a result is, holds or shares storage with the first operand
  bool changes_first = false;     // of a list or dict
  bool only_of_lists = false;     // ... and of nothing else
  bool in_place = false;
  bool opaque = false;
  bool updates_statistics = false;
};

bool is_opaque(const OpName& op) {
  if (op.is_aten()) return false;
  if (!op.name.starts_with("prim::")) return true;
  return op.name == "prim::CallMethod" || op.name == "prim::CallFunction" || op.name == "prim::fork";
}

Marks read_marks(const OpName& op) {
  Marks marks;
  marks.changes_first = contains(kChangesFirst, op.name);
  marks.only_of_lists = op.name == "aten::sort" || op.name == "aten::reverse";
  marks.in_place = is_in_place(op.name);
  marks.first_comes_back = marks.in_place || contains(kAliases, op.name);
  marks.opaque = is_opaque(op);
  marks.updates_statistics = op.name == "aten::batch_norm" || op.name == "aten::instance_norm";
  const std::optional<Schema> schema = find_schema(op.full());
  if (!schema) return marks;
  marks.outs = schema->out_count();
  const bool shares = std::any_of(schema->results.begin(), schema->results.end(),
                                  [](const SchemaValue& result) { return result.alias.has_value(); });
  if (shares && !schema->arguments.empty() && schema->arguments.front().alias) marks.first_comes_back = true;
  return marks;
}

// Name and overload apart, so that a look-up makes no text.
struct OpHash {
  std::size_t operator()(const OpName& op) const {
    const std::hash<std::string_view> hash;
    return hash(op.name) * 31 + hash(op.overload);
  }
};

// A schema is read once. Asked several times of every node.
const Marks& marks_of(const OpName& op) {
  thread_local std::unordered_map<OpName, Marks, OpHash> known;
  const auto found = known.find(op);
  return found != known.end() ? found->second : known.emplace(op, read_marks(op)).first->second;
}

// Normalisations update the running statistics, operands 3 and 4, when operand 5 says training or is not known.
bool updates_running_statistics(const Node& node, const Marks& marks) {
  if (!marks.updates_statistics) return false;
  if (node.operands.size() < 6) return true;
  const BoolFact* const training = node.operands[5]->fact.get<BoolFact>();
  return training == nullptr || training->value.value_or(true);
}

std::vector<std::size_t> all_first(std::size_t count) {
  std::vector<std::size_t> positions(count);
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  return positions;
}

bool changes_first(const Node& node, const Marks& marks) {
  if (node.operands.empty() || !marks.changes_first) return false;
  return !marks.only_of_lists || node.operands[0]->type.kind == Type::Kind::list;
}

}  // namespace

bool is_opaque(const Node& node) { return is_opaque(node.op); }

bool is_mutable(const Type& type) {
  switch (type.kind) {
    case Type::Kind::tensor:
    case Type::Kind::any:
    case Type::Kind::list:
    case Type::Kind::dict:
    case Type::Kind::future:
    case Type::Kind::named:
    case Type::Kind::var:
    case Type::Kind::generator:
    case Type::Kind::other: return true;
    default: return std::any_of(type.arguments.begin(), type.arguments.end(), is_mutable);
  }
}

bool may_hold_tensors(const Type& type) {
  switch (type.kind) {
    case Type::Kind::tensor:
    case Type::Kind::any:
    case Type::Kind::named:
    case Type::Kind::var:
    case Type::Kind::other: return true;
    default: return std::any_of(type.arguments.begin(), type.arguments.end(), may_hold_tensors);
  }
}

std::vector<std::size_t> written_operands(const Node& node) {
  const std::size_t count = node.operands.size();
  const Marks& marks = marks_of(node.op);
  std::vector<std::size_t> written;
  if (marks.opaque) {
    for (std::size_t i = 0; i < count; ++i) {
      if (is_mutable(node.operands[i]->type)) written.push_back(i);
    }
  } else if (marks.outs > 0) {
    for (std::size_t i = count - std::min(count, marks.outs); i < count; ++i) written.push_back(i);
  } else if (changes_first(node, marks) || (count > 0 && marks.in_place)) {
    written.push_back(0);
  } else if (updates_running_statistics(node, marks)) {
    for (std::size_t i = 3; i < std::min<std::size_t>(count, 5); ++i) written.push_back(i);
  }
  return written;
}

namespace {

bool can_be_touched(const Value* value) { return value->origin != Value::Origin::constant && is_mutable(value->type); }

TouchedValues touched_by_operands(const Node& node) {
  TouchedValues touched;
  for (const Value* operand : node.operands) {
    if (can_be_touched(operand)) touched.read.push_back(operand);
  }
  for (const std::size_t i : written_operands(node)) {
    if (can_be_touched(node.operands[i])) touched.written.push_back(node.operands[i]);
  }
  keep_first_of_each(touched.read);
  keep_first_of_each(touched.written);
  return touched;
}

}  // namespace

TouchedValues touched_values(const Node& node) {
  if (node.regions.empty()) return touched_by_operands(node);
  TouchedValues touched;
  std::unordered_set<const Value*> inside;  // made in the node's regions
  std::unordered_set<const Value*> read;
  std::unordered_set<const Value*> written;
  const auto add = [&](const Value* value, std::unordered_set<const Value*>& seen, std::vector<const Value*>& list) {
    const bool counts = can_be_touched(value) && !inside.contains(value);
    if (counts && seen.insert(value).second) list.push_back(value);
  };
  const auto visit = [&](const Node& each) {
    if (each.state != WorkState::not_taken) {
      for (const Value* operand : each.operands) add(operand, read, touched.read);
      for (const std::size_t i : written_operands(each)) add(each.operands[i], written, touched.written);
    }
    if (&each != &node) inside.insert(each.results.begin(), each.results.end());
    for (const auto& region : each.regions) inside.insert(region->arguments.begin(), region->arguments.end());
  };
  visit(node);
  for (const auto& region : node.regions) for_each_node(*region, visit);
  const auto yields = [&](const Node& each) {
    for (const auto& region : each.regions) {
      for (const Value* result : region->results) add(result, read, touched.read);
    }
  };
  yields(node);
  for (const auto& region : node.regions) for_each_node(*region, yields);
  return touched;
}

std::vector<std::size_t> aliased_operands(const Node& node) {
  const std::size_t count = node.operands.size();
  if (count == 0 || node.op.name == "prim::NumToTensor") return {};
  if (node.op.is_aten()) {
    const Marks& marks = marks_of(node.op);
    if (marks.outs > 0) return written_operands(node);
    // A container holds what is put into it. Of all others only the first operand comes back: the shape given to `view`
    // and the second summand of `add_` do not.
    if (!changes_first(node, marks)) return all_first(marks.first_comes_back ? 1 : 0);
  }
  return all_first(count);
}

}  // namespace flopaudit
