#include "analyzer/ir/alias_classes.h"

#include <algorithm>
#include <utility>

#include "analyzer/support/distinct.h"

namespace flopaudit {

std::size_t AliasClasses::root(std::size_t index) {
  while (parent_[index] != index) {
    parent_[index] = parent_[parent_[index]];
    index = parent_[index];
  }
  return index;
}

std::size_t AliasClasses::class_of(const Value* value) {
  const auto [entry, inserted] = index_.try_emplace(value, parent_.size());
  if (inserted) {
    parent_.push_back(entry->second);
    touched_.emplace_back();
  }
  return root(entry->second);
}

std::size_t AliasClasses::join(std::size_t a, std::size_t b) {
  if (a == b) return a;
  const auto size = [&](std::size_t i) { return touched_[i].writers.size() + touched_[i].readers.size(); };
  if (size(a) < size(b)) std::swap(a, b);
  parent_[b] = a;
  const auto move_into = [](std::vector<const Node*>& target, std::vector<const Node*>& source) {
    target.insert(target.end(), source.begin(), source.end());
    source.clear();
  };
  move_into(touched_[a].writers, touched_[b].writers);
  move_into(touched_[a].readers, touched_[b].readers);
  return a;
}

std::vector<const Node*> AliasClasses::nodes_before(const Node& node) {
  const TouchedValues values = touched_values(node);
  std::vector<const Node*> before;
  const auto add = [&before](const std::vector<const Node*>& nodes) {
    before.insert(before.end(), nodes.begin(), nodes.end());
  };

  const auto classes_of = [this](const std::vector<const Value*>& list) {
    std::vector<std::size_t> classes;
    for (const Value* value : list) classes.push_back(class_of(value));
    keep_first_of_each(classes);
    return classes;
  };
  std::vector<std::size_t> written = classes_of(values.written);
  std::ranges::sort(written);
  for (const std::size_t index : classes_of(values.read)) {
    Touched& touched = touched_[index];
    add(touched.writers);
    if (!std::ranges::binary_search(written, index)) {
      touched.readers.push_back(&node);
      continue;
    }
    add(touched.readers);
    touched.readers.clear();
    touched.writers.assign(1, &node);
  }

  join_aliases(node, values);
  keep_first_of_each(before);
  return before;
}

void AliasClasses::join_aliases(const Node& node, const TouchedValues& values) {
  std::vector<const Value*> aliased;
  if (node.regions.empty()) {
    for (const std::size_t i : aliased_operands(node)) aliased.push_back(node.operands[i]);
  } else {
    const bool makes_aliases = !values.written.empty() || std::ranges::any_of(node.results, [](const Value* result) {
      return is_mutable(result->type);
    });
    if (!makes_aliases) return;
    aliased = values.read;  // what the regions hand out may be a view of anything that they saw
  }
  aliased.insert(aliased.end(), node.results.begin(), node.results.end());
  std::erase_if(
      aliased, [](const Value* value) { return value->origin == Value::Origin::constant || !is_mutable(value->type); });
  if (aliased.size() < 2) return;
  std::size_t joined = class_of(aliased.front());
  for (const Value* value : aliased) joined = join(joined, class_of(value));
  // This node runs after all of them, so it can stand for them.
  if (touched_[joined].writers.size() > 1) touched_[joined].writers.assign(1, &node);
}

}  // namespace flopaudit
