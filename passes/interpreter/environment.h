// Environment: what the interpreter knows of every value at one point of the program, and how that splits and joins
// again at branches.
//
// Layers: a branch runs on a layer of its own over the state before it. A list, dict or attribute that the branch reads
// is copied into the layer once, however many aliases lead to it, so that what the branch appends is seen by the branch
// alone; when the layer is committed or joined the copy's contents go back to the original, and all aliases see them.
//
// Writes to tensors are remembered, not searched for: a write stores the time at which the contents of an alias class
// were last forgotten, and a read drops contents that are older.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/graph.h"
#include "passes/interpreter/element_budget.h"

namespace flopaudit {

using ListState = std::shared_ptr<ListElements>;
using DictState = std::shared_ptr<std::optional<std::vector<std::pair<Fact, Fact>>>>;

class Environment {
 public:
  // A layer that is done: the difference between the state after a branch and before it.
  class Layer;

  explicit Environment(ElementBudget& budget);
  ~Environment();

  Fact read(const Value* value);
  void set(const Value* value, Fact fact);

  int fresh_class() { return ++last_class_; }
  // Numbers of tensor objects (TensorFact::identity): of one that is made now, of one that may have been met before.
  int new_object() { return ++last_object_; }
  int some_object() { return -++last_object_; }
  // The contents of all tensors that share storage with this one are not known any more. Class 0: of all tensors.
  void forget_contents(int alias_class);
  // The present, and whether the contents were forgotten since.
  std::int64_t time() const { return time_; }
  bool is_written_since(int alias_class, std::int64_t time) const { return is_stale(alias_class, time); }
  // An in-place op changed the shape or dtype of the tensor that `value` and the in-place ops before it stand for.
  void retype(const Value* value, const Fact& fact);

  // Attributes of objects, as the program writes them. Null: neither seeded nor written, or forgotten.
  const Fact* attribute(const std::string& path, const std::string& name);
  void set_attribute(const std::string& path, const std::string& name, Fact fact);
  // The value that the file gives; does nothing where there is one.
  void seed_attribute(const std::string& path, const std::string& name, Fact fact);
  void forget_attributes();
  bool attributes_forgotten() const;
  // What stands in an attribute, without the contents of tensors that were written after they got there.
  Fact as_stored(const Fact& fact);

  void push();
  std::shared_ptr<Layer> pop();
  // The state after a branch that certainly ran. True: lists, dicts, attributes or types differ from before.
  bool commit(const Layer& layer);
  // Whether the layer leaves a list, a dict or an attribute that is not of the kind that it was (fact_tools.h).
  bool changes_kind(const Layer& layer);
  // What holds of both paths, of a list, dict or attribute. `place` is the same for the same one in the next round.
  using Joiner = std::function<Fact(const Fact& a, const Fact& b, const std::string& place)>;
  // The state after one of two branches ran.
  bool join_layers(const Layer& a, const Layer& b, const Joiner& joiner);
  // The state after a branch that may have run: the joiner's `a` is what was before.
  bool join_layer(const Layer& layer, const Joiner& joiner);
  // The lists and dicts inside the fact stand for many: what is written to one may hit another.
  void mark_shared(const Fact& fact);
  bool is_shared(const Fact& fact) const;
  // A fact of the layer below, in terms of the top one.
  Fact inside(const Fact& fact);
  // A fact of a popped layer, in terms of the state below it.
  Fact outside(const Layer& layer, const Fact& fact) const;

 private:
  struct Entry {
    Fact fact;
    std::int64_t time = 0;
  };

  // Of lists and dicts that stand for many: their states, held so that no other gets their place in memory.
  using SharedStates = std::unordered_map<const void*, std::shared_ptr<void>>;

  bool merge_layers(const Layer& a, const Layer& b, const Joiner* joiner);
  Layer& top() { return *layers_.back(); }
  std::int64_t now() { return ++time_; }
  Entry* find(const Value* value, std::size_t& depth);
  Fact lifted(const Fact& fact, std::size_t from);  // into the top layer, through all between
  Fact first_read(const Value* value);
  Fact without_stale_contents(Fact fact, std::int64_t time);
  bool is_stale(int alias_class, std::int64_t time) const;
  const Entry* retyped(const Value* value);
  const Value* root_of(const Value* value);

  ElementBudget& budget_;
  SharedStates shared_;
  std::vector<std::shared_ptr<Layer>> layers_;
  std::unordered_map<const Value*, const Value*> roots_;  // of what in-place ops gave back
  std::int64_t time_ = 0;
  int last_class_ = 0;
  int last_object_ = 0;
  bool any_written_ = false;
  bool any_retyped_ = false;
};

}  // namespace flopaudit
