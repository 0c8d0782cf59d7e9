// Fact: what is known of a value: the abstract value of the interpreter in passes/propagate_shapes.cc, the payload of
// constants, and the meaning of --input. One text form serves the IR, .cases files and the command line:
//
//   f32[1,3,224,224]   f32[N,?,7]   f32[*] (rank unknown)   ?[2,3] (dtype unknown)   i64[] = 3   i64[2] = {1, <2*N>}
//   3   <N*2> (a symbolic int)   2.5   0x1.8p+1   true   "text"   none   device("cpu")   dtype words are plain ints
//   <N / 2> and <1.3 * N> (symbolic floats; <N / 1> is float(N))
//   [1, 2]   (f32[1,2], 3)   {"k": f32[2]}   object("layer1.0")
//   [f32[1,8] x T] (a list of T such tensors)   [(f32[8], int) x ?] (of a length that is not known)
//   unknown values print as the word of their kind: `int`, `float`, `bool`, `str`, `list`, `unknown`
//   one_of(none, f32[1,2])   one_of(f32[], f32[3]) (what an Optional, or a tensor's rank, is known to be behind a
//   branch)
//
// Lists, dicts and objects have identity, as in TorchScript: copies of such a Fact share one state, so that an append
// is seen through every alias. What is written into the IR is a snapshot().
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/dtype.h"
#include "analyzer/support/expr.h"

namespace flopaudit {

using Dim = std::optional<Expr>;  // nullopt: not known
using Dims = std::vector<Dim>;

class Fact;

// Nothing is known, or that it is one of a few things, no two of one kind (Fact::alternatives). Who knows nothing of
// alternatives takes both for unknown. `why` names the node and reason that made it so; it is for messages and is not
// compared.
struct UnknownFact {
  std::string why;
  std::shared_ptr<const std::vector<Fact>> one_of = nullptr;  // two or more, in a fixed order
  friend bool operator==(const UnknownFact& a, const UnknownFact& b);
};
struct NoneFact {
  friend bool operator==(const NoneFact&, const NoneFact&) = default;
};
// An element of a tensor: an integer (symbolic where it comes from a size, as in `torch.tensor(x.shape[0])`), a boolean
// as 0 or 1, or a floating number, which is never symbolic.
using Element = std::variant<Expr, double>;
using Elements = std::vector<Element>;
std::optional<double> number_of(const Element& element);  // nothing: symbolic

struct TensorFact {
  std::optional<DType> dtype;
  std::optional<Dims> dims;
  std::optional<Elements> contents;  // row-major, when few (at most kMaxContents) and known
  std::string why;                   // why dtype or dims are unknown; not compared
  int alias_class = 0;               // storage identity within one interpretation, 0: none; not compared, not printed
  // The tensor object within one interpretation, numbered in the order in which objects are met; 0: none. Positive:
  // made there, so it is none of those met before; negative: it may also be known under another number. Not compared,
  // not printed.
  int identity = 0;
  // A 0-dim constant of the program (`CONSTANTS.c0`): among operands its dtype weighs no more than that of a Python
  // number. Not compared, not printed.
  bool is_number = false;

  friend bool operator==(const TensorFact& a, const TensorFact& b);  // floating contents by bits: nan equals nan
};
struct IntFact {
  std::optional<Expr> value;
  friend bool operator==(const IntFact&, const IntFact&) = default;
};
// A double made from a size that is symbolic: size / divisor (divisor > 0), or size * factor (factor > 0 and finite;
// then the divisor is 1). What the program holds is that number rounded to a double, and exactly it where a double can
// be; the sizes are below 2^53.
struct SizeFloat {
  Expr size;
  std::int64_t divisor = 1;
  double factor = 1;
  friend bool operator==(const SizeFloat&, const SizeFloat&) = default;
};
struct FloatFact {
  std::optional<double> value;
  std::optional<SizeFloat> of_size = std::nullopt;                 // where `value` is not known
  friend bool operator==(const FloatFact& a, const FloatFact& b);  // by bits: nan equals nan
};
FloatFact float_fact(SizeFloat of_size);  // with a value where the size is a number
struct BoolFact {
  std::optional<bool> value;
  friend bool operator==(const BoolFact&, const BoolFact&) = default;
};
struct StrFact {
  std::optional<std::string> value;
  friend bool operator==(const StrFact&, const StrFact&) = default;
};
struct DeviceFact {
  std::string value;  // "cpu"
  friend bool operator==(const DeviceFact&, const DeviceFact&) = default;
};
struct TupleFact {
  std::vector<Fact> elements;
  friend bool operator==(const TupleFact& a, const TupleFact& b);
};
// What a list holds, in one of three ways: one Fact an element; where the length is no number, the length, as far as it
// is known, and one Fact that holds of every element (a uniform list); or nothing is known.
// It reads as the optional of the elements one by one: who knows of no other lists takes a uniform one for unknown.
class ListElements {
 public:
  // Uniform lists of a number of elements are written out up to so many facts.
  static constexpr std::int64_t kMaxWrittenOut = 4096;

  ListElements();
  ListElements(std::vector<Fact> each);  // NOLINT(google-explicit-constructor): as an optional
  // A length that is a number gives elements one by one, where they are few.
  static ListElements uniform(Dim length, Fact element);

  explicit operator bool() const { return way_ == Way::each; }
  std::vector<Fact>& operator*() { return facts_; }
  const std::vector<Fact>& operator*() const { return facts_; }
  std::vector<Fact>* operator->() { return &facts_; }
  const std::vector<Fact>* operator->() const { return &facts_; }
  void reset();

  bool is_unknown() const { return way_ == Way::unknown; }
  bool is_uniform() const { return way_ == Way::uniform; }
  // Of a uniform list. Else null.
  Fact* element();
  const Fact* element() const;
  // Of any list; nothing: not known.
  Dim length() const;

  friend bool operator==(const ListElements& a, const ListElements& b);

 private:
  enum class Way { unknown, each, uniform };
  Way way_ = Way::unknown;
  std::vector<Fact> facts_;  // of a uniform list the one
  Dim length_;               // of a uniform list
};
// A mutable list; a null pointer: an unknown one.
struct ListFact {
  std::shared_ptr<ListElements> elements;
  friend bool operator==(const ListFact& a, const ListFact& b);
};
// A mutable dict in insertion order. nullopt: keys unknown.
struct DictFact {
  std::shared_ptr<std::optional<std::vector<std::pair<Fact, Fact>>>> items;
  friend bool operator==(const DictFact& a, const DictFact& b);
};
// A module or an instance of a script class, by its path in the model ("" is the model itself).
struct ObjectFact {
  std::string path;
  friend bool operator==(const ObjectFact&, const ObjectFact&) = default;
};

class Fact {
 public:
  using Variant = std::variant<UnknownFact, NoneFact, TensorFact, IntFact, FloatFact, BoolFact, StrFact, DeviceFact,
                               TupleFact, ListFact, DictFact, ObjectFact>;
  static constexpr std::size_t kMaxContents = 64;

  Fact() = default;  // unknown
  template <typename T>
  requires(std::same_as<T, UnknownFact> || std::same_as<T, NoneFact> || std::same_as<T, TensorFact> ||
           std::same_as<T, IntFact> || std::same_as<T, FloatFact> || std::same_as<T, BoolFact> ||
           std::same_as<T, StrFact> || std::same_as<T, DeviceFact> || std::same_as<T, TupleFact> ||
           std::same_as<T, ListFact> || std::same_as<T, DictFact> || std::same_as<T, ObjectFact>) Fact(T value)
      : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)

  static Fact unknown(std::string why) { return UnknownFact{std::move(why)}; }
  // Alternatives of one kind are joined; what is left may be one fact, or too many to be told apart. Not empty.
  static Fact one_of(std::vector<Fact> alternatives, std::string why);
  static Fact none() { return NoneFact{}; }
  static Fact integer(Expr value) { return IntFact{std::move(value)}; }
  static Fact floating(double value) { return FloatFact{value}; }
  static Fact boolean(bool value) { return BoolFact{value}; }
  static Fact string(std::string value) { return StrFact{std::move(value)}; }
  static Fact list(std::vector<Fact> elements);
  static Fact uniform_list(Dim length, Fact element);
  static Fact unknown_list();
  static Fact dict(std::vector<std::pair<Fact, Fact>> items);
  static Fact tuple(std::vector<Fact> elements) { return TupleFact{std::move(elements)}; }
  static Fact tensor(DType dtype, const std::vector<Expr>& dims);

  const Variant& variant() const { return value_; }
  template <typename T>
  const T* get() const {
    return std::get_if<T>(&value_);
  }
  template <typename T>
  T* get() {
    return std::get_if<T>(&value_);
  }

  bool is_unknown() const { return get<UnknownFact>() != nullptr; }
  // Of an unknown value what it is one of; null: nothing is known.
  const std::vector<Fact>* alternatives() const {
    const auto* unknown = get<UnknownFact>();
    return unknown == nullptr ? nullptr : unknown->one_of.get();
  }
  bool is_none() const { return get<NoneFact>() != nullptr; }
  const TensorFact* tensor() const { return get<TensorFact>(); }

  // Everything is known: dtype and all dims of every tensor, every scalar, every element.
  bool is_complete() const;
  // A deep copy that shares no state with this. `facts` grows by how many facts were copied, this one among them.
  Fact snapshot(std::int64_t* facts = nullptr) const;
  // What holds of both: the join of the two branches of an If, or of two executions of a node.
  friend Fact join(const Fact& a, const Fact& b);
  friend bool operator==(const Fact& a, const Fact& b) { return a.value_ == b.value_; }

  std::string to_string() const;
  // The text form above. `text` must be all of it. Error: usage, with the column.
  static Result<Fact> parse(std::string_view text);

 private:
  Variant value_;
};

// Elements of a tensor whose dims are all known.
std::optional<Expr> element_count(const TensorFact& tensor);
std::optional<Expr> element_count(const Dims& dims);

}  // namespace flopaudit
