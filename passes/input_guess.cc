// 1. Every argument is followed through the program, in order, under a path: `x`, `x["ids"]` of a dict, `x[0]` of a
// list.
//    Ops that keep a tensor's sizes hand the path on; those that add, drop or move dims are undone behind it.
// 2. The first op that says something of a path is a row of kConsumers: it gives dtype and sizes, from its weight.
// 3. A value of the argument's type is built, with what was found for its parts.
#include "passes/input_guess.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "analyzer/ir/entry_arguments.h"
#include "analyzer/ir/node_text.h"

namespace flopaudit {
namespace {

using Sizes = std::vector<Expr>;

struct Found {
  TensorFact tensor;
  std::string why;
};

// What an op says of its operand.
struct Wanted {
  std::optional<DType> dtype;
  Sizes sizes;
};

std::optional<Sizes> known_sizes(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dims) return std::nullopt;
  Sizes sizes;
  for (const Dim& dim : *tensor->dims) {
    if (!dim) return std::nullopt;
    sizes.push_back(*dim);
  }
  return sizes;
}

std::optional<Sizes> known_sizes(const Value* value) { return known_sizes(value->fact); }

std::optional<DType> dtype_of(const Value* value) {
  const TensorFact* tensor = value->fact.tensor();
  return tensor != nullptr ? tensor->dtype : std::nullopt;
}

std::optional<std::int64_t> int_of(const Node& node, std::size_t place) {
  if (place >= node.operands.size()) return std::nullopt;
  const auto* number = node.operands[place]->fact.get<IntFact>();
  return number != nullptr && number->value ? number->value->constant() : std::nullopt;
}

// Every value of a list that is made of constants, or of a constant list.
std::vector<Expr> ints_of(const Value* value) {
  std::vector<Expr> ints;
  const auto add = [&ints](const Fact& fact) {
    const auto* number = fact.get<IntFact>();
    if (number != nullptr && number->value) ints.push_back(*number->value);
  };
  if (value->producer != nullptr && value->producer->op.name == "prim::ListConstruct") {
    for (const Value* element : value->producer->operands) add(element->fact);
  } else if (const auto* list = value->fact.get<ListFact>(); list != nullptr && list->elements && *list->elements) {
    for (const Fact& element : **list->elements) add(element);
  }
  return ints;
}

Expr side() { return Expr::symbol("S"); }
Expr length() { return Expr::symbol("T"); }

// The weight in what a layer was packed from (analyzer/ops/prepacked.cc); null: it is not packed.
const Fact* packed_weight(const Node& node) {
  const auto* packed = node.operands[1]->fact.get<TupleFact>();
  return packed != nullptr && !packed->elements.empty() && packed->elements[0].tensor() ? &packed->elements[0]
                                                                                        : nullptr;
}
std::int64_t packed_groups(const Node& node) {
  const auto* packed = node.operands[1]->fact.get<TupleFact>();
  const auto* groups = packed->elements.size() > 5 ? packed->elements[5].get<IntFact>() : nullptr;
  return groups != nullptr && groups->value ? groups->value->constant().value_or(1) : 1;
}

// (input, weight, ...): weight [out, in / groups, kernel...], transposed [in, out / groups, kernel...].
std::optional<Wanted> of_convolution(const Node& node, std::size_t place) {
  if (place != 0 || node.operands.size() < 2) return std::nullopt;
  const Fact* packed = packed_weight(node);
  const auto weight = packed != nullptr ? known_sizes(*packed) : known_sizes(node.operands[1]);
  if (!weight || weight->size() < 3) return std::nullopt;
  const std::string_view op = node.op.name;
  const bool general = op == "aten::_convolution" || op == "aten::convolution";
  bool transposed = op.find("transpose") != std::string_view::npos;
  if (general && node.operands.size() > 6) {
    const auto* flag = node.operands[6]->fact.get<BoolFact>();
    transposed = flag != nullptr && flag->value == true;
  }
  const std::size_t groups_place = general ? 8 : 6;
  const std::int64_t groups = packed != nullptr ? packed_groups(node) : int_of(node, groups_place).value_or(1);
  Sizes sizes = {Expr(1), transposed ? (*weight)[0] : (*weight)[1] * Expr(groups)};
  const bool sequence = weight->size() == 3;
  for (std::size_t i = 2; i < weight->size(); ++i) sizes.push_back(sequence ? length() : side());
  return Wanted{packed != nullptr ? packed->tensor()->dtype : dtype_of(node.operands[1]), sizes};
}

std::optional<Wanted> of_linear(const Node& node, std::size_t place) {
  if (place != 0 || node.operands.size() < 2) return std::nullopt;
  const Fact* packed = packed_weight(node);
  const Fact& fact = packed != nullptr ? *packed : node.operands[1]->fact;
  const auto weight = known_sizes(fact);
  if (!weight || weight->empty()) return std::nullopt;
  return Wanted{fact.tensor()->dtype, {Expr(1), weight->back()}};
}

// A product of matrices with a weight on the other side.
std::optional<Wanted> of_product(const Node& node, std::size_t place) {
  const std::size_t first = node.op.name == "aten::addmm" ? 1 : 0;
  if (place < first || place > first + 1 || node.operands.size() < first + 2) return std::nullopt;
  const Value* other = node.operands[place == first ? first + 1 : first];
  const auto weight = known_sizes(other);
  if (!weight || weight->empty()) return std::nullopt;
  const bool left = place == first;
  const Expr inner = left ? (weight->size() == 1 ? (*weight)[0] : (*weight)[weight->size() - 2]) : weight->back();
  return Wanted{dtype_of(other), left ? Sizes{Expr(1), inner} : Sizes{inner, Expr(1)}};
}

std::optional<Wanted> of_embedding(const Node&, std::size_t place) {
  if (place != 1) return std::nullopt;
  return Wanted{DType::i64, {Expr(1), length()}};
}

// lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first): one of its weights is
// [gates * hidden, input].
std::optional<Wanted> of_recurrent(const Node& node, std::size_t place) {
  if (place != 0 || node.operands.size() < 3) return std::nullopt;
  const Node* list = node.operands[2]->producer;
  if (list == nullptr || list->operands.empty()) return std::nullopt;
  const auto weight = known_sizes(list->operands.front());
  if (!weight || weight->size() != 2) return std::nullopt;
  const auto* batch_first = node.operands.back()->fact.get<BoolFact>();
  const bool first = batch_first != nullptr && batch_first->value == true;
  return Wanted{dtype_of(list->operands.front()),
                first ? Sizes{Expr(1), length(), weight->back()} : Sizes{length(), Expr(1), weight->back()}};
}

// Channels are the weight's or the running mean's; images are the usual case.
std::optional<Wanted> of_batch_norm(const Node& node, std::size_t place) {
  if (place != 0) return std::nullopt;
  for (const std::size_t i : {1UL, 3UL}) {
    const auto weight = i < node.operands.size() ? known_sizes(node.operands[i]) : std::nullopt;
    if (weight && weight->size() == 1)
      return Wanted{dtype_of(node.operands[i]), {Expr(1), (*weight)[0], side(), side()}};
  }
  return std::nullopt;
}

std::optional<Wanted> of_layer_norm(const Node& node, std::size_t place) {
  if (place != 0 || node.operands.size() < 2) return std::nullopt;
  const std::vector<Expr> shape = ints_of(node.operands[1]);
  if (shape.empty()) return std::nullopt;
  Sizes sizes = {Expr(1), length()};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return Wanted{std::nullopt, sizes};
}

// (self, dim, index) and the like: positions.
template <std::size_t index_place>
std::optional<Wanted> of_index(const Node&, std::size_t place) {
  if (place != index_place) return std::nullopt;
  return Wanted{DType::i64, {length()}};
}

std::optional<Wanted> of_image(const Node&, std::size_t place) {
  if (place != 0) return std::nullopt;
  return Wanted{std::nullopt, {Expr(1), Expr(3), side(), side()}};
}

struct Consumer {
  std::string_view op;
  std::optional<Wanted> (*wants)(const Node& node, std::size_t place);
};
constexpr std::array kConsumers = {
    Consumer{"aten::conv1d", of_convolution},
    Consumer{"aten::conv2d", of_convolution},
    Consumer{"aten::conv3d", of_convolution},
    Consumer{"aten::_convolution", of_convolution},
    Consumer{"aten::convolution", of_convolution},
    Consumer{"aten::conv_transpose1d", of_convolution},
    Consumer{"aten::conv_transpose2d", of_convolution},
    Consumer{"aten::conv_transpose3d", of_convolution},
    Consumer{"aten::linear", of_linear},
    Consumer{"prepacked::conv2d_clamp_run", of_convolution},
    Consumer{"prepacked::linear_clamp_run", of_linear},
    Consumer{"aten::matmul", of_product},
    Consumer{"aten::mm", of_product},
    Consumer{"aten::addmm", of_product},
    Consumer{"aten::embedding", of_embedding},
    Consumer{"aten::embedding_bag", of_embedding},
    Consumer{"aten::lstm", of_recurrent},
    Consumer{"aten::gru", of_recurrent},
    Consumer{"aten::rnn_tanh", of_recurrent},
    Consumer{"aten::rnn_relu", of_recurrent},
    Consumer{"aten::batch_norm", of_batch_norm},
    Consumer{"aten::instance_norm", of_batch_norm},
    Consumer{"aten::layer_norm", of_layer_norm},
    Consumer{"aten::index_select", of_index<2>},
    Consumer{"aten::max_pool2d", of_image},
    Consumer{"aten::avg_pool2d", of_image},
    Consumer{"aten::upsample_bilinear2d", of_image},
    Consumer{"aten::pixel_shuffle", of_image},
};

// Ops whose result has the sizes of their first operand.
constexpr std::array<std::string_view, 34> kKeepSizes = {"aten::abs",
                                                         "aten::add",
                                                         "aten::add_",
                                                         "aten::clamp",
                                                         "aten::clone",
                                                         "aten::contiguous",
                                                         "aten::cpu",
                                                         "aten::detach",
                                                         "aten::div",
                                                         "aten::div_",
                                                         "aten::dropout",
                                                         "aten::dropout_",
                                                         "aten::elu",
                                                         "aten::exp",
                                                         "aten::float",
                                                         "aten::gelu",
                                                         "aten::log",
                                                         "aten::mul",
                                                         "aten::mul_",
                                                         "aten::neg",
                                                         "aten::pow",
                                                         "aten::relu",
                                                         "aten::relu_",
                                                         "aten::rsub",
                                                         "aten::sigmoid",
                                                         "aten::sub",
                                                         "aten::sub_",
                                                         "aten::tanh",
                                                         "aten::to",
                                                         "aten::type_as",
                                                         "prim::unchecked_cast",
                                                         "prim::unchecked_unwrap_optional",
                                                         "aten::feature_dropout",
                                                         "aten::_unwrap_optional"};

// An op that adds, drops or moves dims, and what the sizes before it were.
struct DimStep {
  enum class Kind { unsqueeze, select, transpose, permute };
  Kind kind;
  std::vector<std::int64_t> dims;  // the one, the two that change places, the old place of each

  // False: it does not fit the sizes.
  bool undo(Sizes& sizes) const {
    const auto rank = static_cast<std::int64_t>(sizes.size()) + (kind == Kind::select ? 1 : 0);
    std::vector<std::size_t> places;
    for (const std::int64_t dim : dims) {
      if (dim < -rank || dim >= rank) return false;
      places.push_back(static_cast<std::size_t>(dim < 0 ? dim + rank : dim));
    }
    if (kind == Kind::unsqueeze) {
      sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(places.front()));
    } else if (kind == Kind::select) {
      sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(places.front()), Expr(1));
    } else if (kind == Kind::transpose) {
      std::swap(sizes[places[0]], sizes[places[1]]);
    } else {
      if (places.size() != sizes.size()) return false;
      Sizes before = sizes;
      for (std::size_t i = 0; i < places.size(); ++i) before[places[i]] = sizes[i];
      sizes = before;
    }
    return true;
  }
};

// A part of an argument, and what was done to the dims of what was followed.
struct Path {
  std::string name;  // `0` (the argument's number), `0["ids"]`, `1[0]`
  std::vector<DimStep> steps;
};

// The node's constant dims from operand 1 on; nothing: it does not move dims, or which is not constant.
std::optional<DimStep> dim_step_of(const Node& node) {
  using Kind = DimStep::Kind;
  struct Row {
    std::string_view op;
    Kind kind;
    std::size_t dims;  // operands; 0: a list
  };
  static constexpr std::array kRows = {Row{"aten::unsqueeze", Kind::unsqueeze, 1}, Row{"aten::select", Kind::select, 1},
                                       Row{"aten::transpose", Kind::transpose, 2},
                                       Row{"aten::swapaxes", Kind::transpose, 2},
                                       Row{"aten::permute", Kind::permute, 0}};
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& each) { return each.op == node.op.name; });
  if (row == kRows.end() || node.operands.size() < 2) return std::nullopt;
  DimStep step{row->kind, {}};
  if (row->dims == 0) {
    for (const Expr& dim : ints_of(node.operands[1])) {
      if (!dim.constant()) return std::nullopt;
      step.dims.push_back(*dim.constant());
    }
  }
  for (std::size_t i = 0; i < row->dims; ++i) {
    const std::optional<std::int64_t> dim = int_of(node, 1 + i);
    if (!dim) return std::nullopt;
    step.dims.push_back(*dim);
  }
  return step;
}

class Tracker {
 public:
  explicit Tracker(const Region& body, std::size_t skip) {
    for (std::size_t i = skip; i < body.arguments.size(); ++i) {
      paths_[body.arguments[i]] = {std::to_string(i - skip), {}};
    }
    visit(body);
  }

  const Found* find(const std::string& path) const {
    const auto found = found_.find(path);
    return found == found_.end() ? nullptr : &found->second;
  }
  // The keys that the program asks of a dict, the places that it asks of a list.
  const std::vector<Fact>& keys(const std::string& path) const {
    static const std::vector<Fact> none;
    const auto found = keys_.find(path);
    return found == keys_.end() ? none : found->second;
  }
  // Of a part that the program takes; null: it does not.
  const Type* type(const std::string& path) const {
    const auto found = types_.find(path);
    return found == types_.end() ? nullptr : &found->second;
  }
  std::size_t length(const std::string& path) const {
    const auto found = lengths_.find(path);
    return found == lengths_.end() ? 1 : found->second;
  }

 private:
  void visit(const Region& region) {
    for (const auto& node : region.nodes) {
      consume(*node);
      hand_on(*node);
      for (const auto& inner : node->regions) visit(*inner);
      // A branch that gives the value on: Optional arguments that are replaced where they are None.
      for (const auto& inner : node->regions) {
        for (std::size_t i = 0; i < inner->results.size() && i < node->results.size(); ++i) {
          if (const auto path = paths_.find(inner->results[i]); node->op.name == "prim::If" && path != paths_.end()) {
            paths_.try_emplace(node->results[i], path->second);
          }
        }
      }
    }
  }

  void consume(const Node& node) {
    const auto consumer = std::find_if(kConsumers.begin(), kConsumers.end(),
                                       [&node](const Consumer& each) { return each.op == node.op.name; });
    if (consumer == kConsumers.end()) return;
    for (std::size_t place = 0; place < node.operands.size(); ++place) {
      const auto path = paths_.find(node.operands[place]);
      if (path == paths_.end() || found_.contains(path->second.name)) continue;
      std::optional<Wanted> wanted = consumer->wants(node, place);
      if (!wanted) continue;
      const std::vector<DimStep>& steps = path->second.steps;
      if (!std::all_of(steps.rbegin(), steps.rend(), [&](const DimStep& step) { return step.undo(wanted->sizes); })) {
        continue;
      }
      TensorFact tensor;
      tensor.dtype = wanted->dtype.value_or(DType::f32);
      tensor.dims = Dims(wanted->sizes.begin(), wanted->sizes.end());
      found_[path->second.name] = {tensor, describe(node)};
    }
  }

  void hand_on(const Node& node) {
    if (node.operands.empty() || node.results.empty()) return;
    const auto from = paths_.find(node.operands[0]);
    const std::string_view op = node.op.name;
    if (from == paths_.end()) {
      // x + y: what is known of one is no worse for the other.
      if (node.operands.size() > 1 && is_keeper(op)) {
        if (const auto other = paths_.find(node.operands[1]); other != paths_.end())
          paths_[node.results[0]] = other->second;
      }
      return;
    }
    Path path = from->second;
    if (op == "prim::GetAttr") {
      const auto name = node.attributes.find("name");
      if (name == node.attributes.end()) return;
      path.name = element(path.name, Fact::string(name->second));
      types_[path.name] = node.results[0]->type;
    } else if (op == "aten::__getitem__" || op == "prim::TupleIndex") {
      const Fact& key = node.operands.size() > 1 ? node.operands[1]->fact : Fact();
      path.name = element(path.name, key);
      types_[path.name] = node.results[0]->type;
    } else if (op == "prim::ListUnpack" || op == "prim::TupleUnpack") {
      for (std::size_t i = 0; i < node.results.size(); ++i) {
        paths_[node.results[i]] = {element(path.name, Fact::integer(static_cast<std::int64_t>(i))), {}};
        types_[paths_[node.results[i]].name] = node.results[i]->type;
      }
      return;
    } else if (const std::optional<DimStep> step = dim_step_of(node)) {
      path.steps.push_back(*step);
    } else if (!is_keeper(op)) {
      return;
    }
    paths_[node.results[0]] = path;
  }

  static bool is_keeper(std::string_view op) {
    return std::find(kKeepSizes.begin(), kKeepSizes.end(), op) != kKeepSizes.end();
  }

  std::string element(const std::string& path, const Fact& key) {
    if (const auto* text = key.get<StrFact>(); text != nullptr && text->value) {
      auto& keys = keys_[path];
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      return path + "[" + key.to_string() + "]";
    }
    const auto* number = key.get<IntFact>();
    const auto place = number != nullptr && number->value ? number->value->constant() : std::nullopt;
    constexpr std::int64_t kLongest = 64;
    if (place && *place >= 0 && *place < kLongest) {
      lengths_[path] = std::max(length(path), static_cast<std::size_t>(*place) + 1);
      return path + "[" + std::to_string(*place) + "]";
    }
    return path + "[0]";
  }

  std::map<const Value*, Path> paths_;
  std::map<std::string, Found> found_;
  std::map<std::string, std::vector<Fact>> keys_;
  std::map<std::string, Type> types_;
  std::map<std::string, std::size_t> lengths_;
};

// A value of the type with what was found of its parts.
class Builder {
 public:
  explicit Builder(const Tracker& tracker) : tracker_(tracker) {}

  std::string why;

  Fact value(const Type& type, const std::string& path) {
    using Kind = Type::Kind;
    switch (type.kind) {
      case Kind::integer: return Fact::integer(1);
      case Kind::floating:
      case Kind::number: return Fact::floating(1);
      case Kind::boolean: return Fact::boolean(true);
      case Kind::string: return Fact::string("text");
      case Kind::optional: return tracker_.find(path) != nullptr ? value(type.arguments[0], path) : Fact::none();
      case Kind::list: {
        std::vector<Fact> elements;
        for (std::size_t i = 0; i < tracker_.length(path); ++i) {
          elements.push_back(value(type.arguments[0], path + "[" + std::to_string(i) + "]"));
        }
        return Fact::list(std::move(elements));
      }
      case Kind::tuple: {
        std::vector<Fact> elements;
        for (std::size_t i = 0; i < type.arguments.size(); ++i) {
          elements.push_back(value(type.arguments[i], path + "[" + std::to_string(i) + "]"));
        }
        return Fact::tuple(std::move(elements));
      }
      case Kind::dict: {
        std::vector<std::pair<Fact, Fact>> items;
        for (const Fact& key : tracker_.keys(path)) {
          items.emplace_back(key, value(type.arguments[1], path + "[" + key.to_string() + "]"));
        }
        return Fact::dict(std::move(items));
      }
      case Kind::union_of: return value(type.arguments[0], path);
      case Kind::named: return instance(path);
      case Kind::tensor: break;
      default: return Fact::none();
    }
    const Found* found = tracker_.find(path);
    if (found == nullptr) return Fact();  // the caller tries what is usual
    if (why.empty()) why = found->why;
    return found->tensor;
  }

 private:
  // A named tuple by its places, an object of a class by its attributes, as far as the program takes them.
  Fact instance(const std::string& path) {
    std::vector<std::pair<Fact, Fact>> attributes;
    for (const Fact& name : tracker_.keys(path)) {
      const std::string part = path + "[" + name.to_string() + "]";
      if (const Type* type = tracker_.type(part)) attributes.emplace_back(name, value(*type, part));
    }
    if (!attributes.empty()) return Fact::dict(std::move(attributes));
    std::vector<Fact> elements;
    for (std::size_t i = 0; i < tracker_.length(path); ++i) {
      const std::string part = path + "[" + std::to_string(i) + "]";
      const Type* type = tracker_.type(part);
      elements.push_back(type != nullptr ? value(*type, part) : Fact::none());
    }
    return tracker_.type(path + "[0]") != nullptr || elements.size() > 1 ? Fact::tuple(std::move(elements))
                                                                         : Fact::none();
  }

  const Tracker& tracker_;
};

}  // namespace

std::vector<InputGuess> guess_inputs(const Program& program) {
  const Region& body = program.entry().body;
  const std::size_t skip = first_input(program);
  const Tracker tracker(body, skip);
  std::vector<InputGuess> guesses;
  for (std::size_t i = skip; i < body.arguments.size(); ++i) {
    Builder builder(tracker);
    InputGuess guess;
    guess.fact = builder.value(body.arguments[i]->type, std::to_string(i - skip));
    guess.why = builder.why;
    guess.usual = {{"S", 224}, {"T", 128}};
    guesses.push_back(std::move(guess));
  }
  return guesses;
}

}  // namespace flopaudit
