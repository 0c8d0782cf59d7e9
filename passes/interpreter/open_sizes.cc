// Sizes and ints that the data decides get a name, so that what depends on them is a formula and not a gap.
//
//   n12: %keep: Tensor {i64[?]} = torchvision::nms(...)   =>   i64[nms(n12)], and a Dependency says 0 <= nms(n12) <= N
//
// A name belongs to one node in one iteration: nms(n12) in the first, nms(n12.t1) in the second. Where a loop is not
// interpreted iteration by iteration the name stands for any of them. Elements that two ops choose by the same mask,
// unwritten in between, are equally many and share the name of the first.
#include <algorithm>
#include <functional>
#include <set>

#include "analyzer/ops/data_sizes.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/interpreter.h"
#include "passes/interpreter/node_text.h"

namespace flopaudit {
namespace {

constexpr int kMaxDepth = 4;  // of lists in lists that are looked into

// Calls `visit` with every open dim and int.
struct OpenVisitor {
  std::function<void(Dim&)> dim;
  std::function<void(IntFact&)> integer;
  std::set<const void*> left_alone;  // lists and dicts that stay as they are

  void operator()(Fact& fact, int depth = 0) {
    if (depth > kMaxDepth) return;
    if (fact.alternatives() != nullptr) {
      fact = each_alternative(fact, [&](const Fact& each) {
        Fact named = each;
        (*this)(named, depth + 1);
        return named;
      });
      return;
    }
    if (auto* tensor = fact.get<TensorFact>(); tensor != nullptr && tensor->dims) {
      for (Dim& each : *tensor->dims) {
        if (!each) dim(each);
      }
    } else if (auto* number = fact.get<IntFact>(); number != nullptr && !number->value) {
      integer(*number);
    } else if (auto* tuple = fact.get<TupleFact>()) {
      for (Fact& element : tuple->elements) (*this)(element, depth + 1);
    } else if (auto* list = fact.get<ListFact>(); list != nullptr && list->elements) {
      if (!left_alone.insert(list->elements.get()).second) return;
      if (const Fact* element = list->elements->element(); element != nullptr && !list->elements->length()) {
        Dim length;
        dim(length);
        *list->elements = ListElements::uniform(length, *element);
      }
      for (Fact& element : **list->elements) (*this)(element, depth + 1);
    } else if (auto* dict = fact.get<DictFact>(); dict != nullptr && dict->items && *dict->items) {
      if (!left_alone.insert(dict->items.get()).second) return;
      for (auto& [key, value] : **dict->items) (*this)(value, depth + 1);
    }
  }
};

std::set<const void*> containers_of(const std::vector<Fact>& facts) {
  std::set<const void*> states;
  for (const Fact& fact : facts) {
    if (const auto* list = fact.get<ListFact>()) states.insert(list->elements.get());
    if (const auto* dict = fact.get<DictFact>()) states.insert(dict->items.get());
  }
  return states;
}

// The first of a node's names says no more than the node.
std::string suffix(std::size_t number) { return number == 0 ? "" : "." + std::to_string(number + 1); }

}  // namespace

std::string Interpreter::iteration_suffix() const {
  std::string suffix;
  for (const RunningLoop& loop : loops_) {
    if (loop.trip > 0) suffix += ".t" + std::to_string(loop.trip);
  }
  return suffix;
}

// `dependency.name` is the word before the brackets.
Expr Interpreter::named(const Node& node, Dependency dependency, const std::string& suffix) {
  std::string& name = dependency.name;
  name += "(" + node_name(node.id) + iteration_suffix() + suffix + ")";
  dependency.node = node.id;
  if (const auto given = context_.assumptions.find(name); given != context_.assumptions.end()) {
    context_.used_assumptions.insert(name);
    return Expr(given->second);
  }
  if (dependency.most && dependency.most->constant() == 0) return Expr(0);
  const Expr symbol = Expr::symbol(name);
  if (dependency.most && (dependency.most->symbols().contains(name) || dependency.most->is_overflow())) {
    dependency.most.reset();
  }
  const auto known = std::find_if(context_.dependencies.begin(), context_.dependencies.end(),
                                  [&name](const Dependency& each) { return each.name == name; });
  // Met again in another round over a loop: what holds of both.
  if (known != context_.dependencies.end()) {
    const bool grows = known->most && (!dependency.most || !(*known->most == *dependency.most));
    if (!grows) return symbol;
    known->most = dependency.most ? std::optional(max(*known->most, *dependency.most)) : std::nullopt;
    dependency.most = known->most;
  } else {
    context_.dependencies.push_back(dependency);
  }
  if (dependency.most) {
    context_.most_sizes[name] = symbol_most(*dependency.most);
  } else {
    context_.most_sizes.erase(name);
  }
  LargestSizes::add(name, dependency.most ? context_.most_sizes[name] : SymbolMost{symbol, std::nullopt});
  return symbol;
}

// The count that another op found for the same elements; null: none, or they may have been written since.
const Expr* Interpreter::count_of(const TensorFact* counted) const {
  if (counted == nullptr || counted->identity == 0) return nullptr;
  const auto found = counts_.find(counted->identity);
  if (found == counts_.end() || environment_.is_written_since(counted->alias_class, found->second.time)) return nullptr;
  return &found->second.count;
}

void Interpreter::name_open(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results) {
  const DataSize* row = inputs.empty() ? nullptr : find_data_size(node.op.name);
  const TensorFact* counted = row != nullptr && row->counted != nullptr ? row->counted(inputs) : nullptr;
  const auto place = [&node] { return " at " + describe(node); };  // most ops leave nothing open
  std::optional<Expr> shared;                                      // all sizes that one row leaves open are one number
  if (const Expr* known = count_of(counted)) shared = *known;
  std::size_t number = 0;
  OpenVisitor visitor;
  visitor.left_alone = containers_of(inputs);
  visitor.dim = [&](Dim& dim) {
    if (row != nullptr && shared) {
      dim = *shared;
      return;
    }
    const std::string what = (row != nullptr ? row->what : "a size that only a run tells") + place();
    const std::optional<Expr> most = row != nullptr && row->most != nullptr ? row->most(inputs) : std::nullopt;
    dim = named(node, {Dependency::Kind::size, row != nullptr ? row->word : "size", 0, what, most}, suffix(number++));
    shared = dim;
    if (counted != nullptr && counted->identity != 0) counts_[counted->identity] = {*dim, environment_.time()};
  };
  visitor.integer = [&](IntFact& integer) {
    if (!node.op.is_aten()) return;
    const bool is_count = row != nullptr;
    const std::string what = (is_count ? row->what : "an int that only a run tells") + place();
    const auto kind = is_count ? Dependency::Kind::size : Dependency::Kind::integer;
    integer.value = named(node, {kind, is_count ? row->word : "int", 0, what, {}}, suffix(number++));
  };
  for (Fact& result : results) visitor(result);
}

// `dependency.what`: "a size"; where it differs is added.
Expr Interpreter::named_joined(Joining& joining, Dependency dependency) {
  const bool branches = joining.node.op.name == "prim::If";
  dependency.what += " that differs between the ";
  dependency.what += (branches ? "branches of " : "iterations of ") + describe(joining.node);
  const std::string prefix = joining.where.empty() ? "" : "." + joining.where;
  return named(joining.node, std::move(dependency), prefix + suffix(joining.number++));
}

void Interpreter::name_joined(Joining& joining, Dim& joined, const Dim& a, const Dim& b) {
  if (joined) return;
  const std::optional<Expr> most = joining.bounded && a && b ? std::optional(max(*a, *b)) : std::nullopt;
  joined = named_joined(joining, {Dependency::Kind::size, "joined", 0, "a size", most});
}

void Interpreter::name_joined(Joining& joining, Fact& joined, const Fact& a, const Fact& b) {
  const auto is_size = [](const Dim& value) { return value && lower_bound(*value).value_or(-1) >= 0; };
  if (joined.alternatives() != nullptr) {
    joined = each_alternative(joined, [&](const Fact& each) {
      Fact named = each;
      const Fact* one = counterpart(a, each);
      const Fact* two = counterpart(b, each);
      if (one != nullptr && two != nullptr) name_joined(joining, named, *one, *two);
      return named;
    });
    return;
  }
  if (auto* tensor = joined.get<TensorFact>(); tensor != nullptr && tensor->dims) {
    const auto dim_of = [](const Fact& fact, std::size_t i) {
      const TensorFact* one = fact.tensor();
      return one != nullptr && one->dims && i < one->dims->size() ? (*one->dims)[i] : Dim();
    };
    for (std::size_t i = 0; i < tensor->dims->size(); ++i) {
      name_joined(joining, (*tensor->dims)[i], dim_of(a, i), dim_of(b, i));
    }
  } else if (auto* integer = joined.get<IntFact>(); integer != nullptr && !integer->value) {
    const auto* one = a.get<IntFact>();
    const auto* two = b.get<IntFact>();
    if (joining.bounded && one != nullptr && two != nullptr && is_size(one->value) && is_size(two->value)) {
      name_joined(joining, integer->value, one->value, two->value);
      return;
    }
    integer->value = named_joined(joining, {Dependency::Kind::integer, "int", 0, "an int", {}});
  } else if (auto* tuple = joined.get<TupleFact>()) {
    const auto* one = a.get<TupleFact>();
    const auto* two = b.get<TupleFact>();
    const bool alike = one != nullptr && two != nullptr && one->elements.size() == tuple->elements.size() &&
                       two->elements.size() == tuple->elements.size();
    for (std::size_t i = 0; alike && i < tuple->elements.size(); ++i) {
      name_joined(joining, tuple->elements[i], one->elements[i], two->elements[i]);
    }
  } else if (auto* list = joined.get<ListFact>()) {
    const auto* one = a.get<ListFact>();
    const auto* two = b.get<ListFact>();
    const bool is_new = one != nullptr && two != nullptr && list->elements && list->elements != one->elements;
    if (is_new && one->elements && two->elements) name_joined(joining, *list->elements, *one->elements, *two->elements);
  }
}

// Sizes that each choice of alternatives knows, and knows otherwise. What the op itself leaves open is named after it.
void Interpreter::name_chosen(const Node& node, const std::vector<Choice>& choices, std::vector<Fact>& joined) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    auto* tensor = joined[i].get<TensorFact>();
    for (std::size_t d = 0; tensor != nullptr && tensor->dims && d < tensor->dims->size(); ++d) {
      if ((*tensor->dims)[d]) continue;
      Dim most;
      const bool known = std::ranges::all_of(choices, [&](const Choice& choice) {
        const Dim& size = (*choice.results[i].tensor()->dims)[d];  // of one kind with the join
        if (size) most = most ? max(*most, *size) : *size;
        return size.has_value();
      });
      if (!known) continue;
      const std::string what = "a size that depends on which of several things it is given, at " + describe(node);
      (*tensor->dims)[d] = named(node, {Dependency::Kind::size, "joined", 0, what, most}, suffix(number++));
    }
  }
}

// The elements of a uniform list stay open: a name would say that all are equal.
void Interpreter::name_joined(Joining& joining, ListElements& joined, const ListElements& a, const ListElements& b) {
  if (const Fact* element = joined.element()) {
    Dim length = joined.length();
    name_joined(joining, length, a.length(), b.length());
    joined = ListElements::uniform(std::move(length), *element);
  } else if (joined && a && b && a->size() == joined->size() && b->size() == joined->size()) {
    for (std::size_t i = 0; i < joined->size(); ++i) name_joined(joining, (*joined)[i], (*a)[i], (*b)[i]);
  }
}

}  // namespace flopaudit
