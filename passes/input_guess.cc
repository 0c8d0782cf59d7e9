// 1. Every argument is followed through the program, in order, under a path: `x`, `x["ids"]` of a dict, `x[0]` of a
// list.
//    Ops that keep a tensor's sizes hand the path on; unsqueeze and select change its rank by one.
// 2. The first op that says something of a path is a row of kConsumers: it gives dtype and sizes, from its weight.
// 3. A value of the argument's type is built, with what was found for its parts.
#include "passes/input_guess.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "analyzer/ir/node_text.h"
#include "passes/object_paths.h"

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

std::optional<Sizes> known_sizes(const Value* value) {
  const TensorFact* tensor = value->fact.tensor();
  if (tensor == nullptr || !tensor->dims) return std::nullopt;
  Sizes sizes;
  for (const Dim& dim : *tensor->dims) {
    if (!dim) return std::nullopt;
    sizes.push_back(*dim);
  }
  return sizes;
}

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

// (input, weight, ...): weight [out, in / groups, kernel...], transposed [in, out / groups, kernel...].
std::optional<Wanted> of_convolution(const Node& node, std::size_t place) {
  if (place != 0 || node.operands.size() < 2) return std::nullopt;
  const auto weight = known_sizes(node.operands[1]);
  if (!weight || weight->size() < 3) return std::nullopt;
  const std::string_view op = node.op.name;
  const bool general = op == "aten::_convolution" || op == "aten::convolution";
  bool transposed = op.find("transpose") != std::string_view::npos;
  if (general && node.operands.size() > 6) {
    const auto* flag = node.operands[6]->fact.get<BoolFact>();
    transposed = flag != nullptr && flag->value == true;
  }
  const std::size_t groups_place = general ? 8 : op.find("transpose") != std::string_view::npos ? 6 : 6;
  const std::int64_t groups = int_of(node, groups_place).value_or(1);
  Sizes sizes = {Expr(1), transposed ? (*weight)[0] : (*weight)[1] * Expr(groups)};
  const bool sequence = weight->size() == 3;
  for (std::size_t i = 2; i < weight->size(); ++i) sizes.push_back(sequence ? length() : side());
  return Wanted{dtype_of(node.operands[1]), sizes};
}

std::optional<Wanted> of_linear(const Node& node, std::size_t place) {
  const auto weight = place == 0 && node.operands.size() > 1 ? known_sizes(node.operands[1]) : std::nullopt;
  if (!weight || weight->empty()) return std::nullopt;
  return Wanted{dtype_of(node.operands[1]), {Expr(1), weight->back()}};
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

// A part of an argument, and how the ranks of what was followed differ from its own.
struct Path {
  std::string name;  // `0` (the argument's number), `0["ids"]`, `1[0]`
  int more_dims = 0;
};

class Tracker {
 public:
  explicit Tracker(const Region& body, std::size_t skip) {
    for (std::size_t i = skip; i < body.arguments.size(); ++i) {
      paths_[body.arguments[i]] = {std::to_string(i - skip)};
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
      for (int more = path->second.more_dims; more > 0 && wanted->sizes.size() > 1; --more) {
        wanted->sizes.erase(wanted->sizes.begin());
      }
      for (int more = path->second.more_dims; more < 0; ++more) wanted->sizes.insert(wanted->sizes.begin(), Expr(1));
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
    if (op == "aten::__getitem__" || op == "prim::TupleIndex") {
      const Fact& key = node.operands.size() > 1 ? node.operands[1]->fact : Fact();
      path.name = element(path.name, key);
    } else if (op == "prim::ListUnpack" || op == "prim::TupleUnpack") {
      for (std::size_t i = 0; i < node.results.size(); ++i) {
        paths_[node.results[i]] = {element(path.name, Fact::integer(static_cast<std::int64_t>(i)))};
      }
      return;
    } else if (op == "aten::unsqueeze") {
      ++path.more_dims;
    } else if (op == "aten::select") {
      --path.more_dims;
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
      case Kind::tensor: break;
      default: return Fact::none();
    }
    const Found* found = tracker_.find(path);
    if (found == nullptr) return Fact();  // the caller tries what is usual
    if (why.empty()) why = found->why;
    return found->tensor;
  }

 private:
  const Tracker& tracker_;
};

}  // namespace

std::vector<InputGuess> guess_inputs(const Program& program) {
  const Region& body = program.entry().body;
  const std::size_t skip = takes_self(program) ? 1 : 0;
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
