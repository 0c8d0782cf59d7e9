// What the interpreter asks of facts beyond analyzer/ir/fact.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"

namespace flopaudit {

// What is known of a value by its static type alone. `why` names the node that made it unknown.
Fact unknown_of_type(const Type& type, const std::string& why);

// Whether a value of that type is a module or an instance of a script class, or may have one inside. Classes in C++
// hold none: they know nothing of such.
bool may_hold_objects(const Type& type);

// The value of prim::Uninitialized: it is never read, so a join with it gives the other side.
Fact uninitialized();
Fact join_paths(const Fact& a, const Fact& b);
std::vector<Fact> join_paths(const std::vector<Fact>& a, const std::vector<Fact>& b);

// The first reason found in a fact that is not complete; empty: none is given.
std::string reason_of(const Fact& fact);
// Whether `next` is something else than `before`, so that little holds of both: None and a tensor, tensors of two
// ranks, dicts of different keys; or has such a thing inside. What is not known is no other kind; a list is none for
// its length.
bool is_of_another_kind(const Fact& before, const Fact& next);
std::string reason_of(const std::vector<Fact>& facts);

// Every tensor in the fact, those in containers too.
void for_each_tensor(Fact& fact, const std::function<void(TensorFact&)>& visit);

// Forgets everything that a list, dict or object inside the fact holds.
void forget_containers(Fact& fact);

std::vector<Fact> snapshots(const std::vector<Fact>& facts);

// prim::isinstance; nullopt: cannot be decided. `types` as the attribute spells it: "List[int], Tensor".
std::optional<bool> is_instance(const Fact& fact, const Type& static_type, const std::string& types);

}  // namespace flopaudit
