#include "analyzer/ir/memory/heap.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace flopaudit {

Heap::Cell Heap::add_storage(Bytes bytes, const Value* value) {
  Entry entry;
  entry.is_counted = true;
  entry.bytes = std::move(bytes);
  entry.value = value;
  cells_.push_back(std::move(entry));
  return mark() - 1;
}

Heap::Cell Heap::add_uncounted() {
  cells_.emplace_back();
  return mark() - 1;
}

Heap::Cell Heap::add_container() {
  cells_.emplace_back();
  cells_.back().is_container = true;
  return mark() - 1;
}

void Heap::append(Cell container, const Cells& element) {
  hold(element);
  cells_[container].elements.push_back(element);
  grown_.push_back(container);
}

void Heap::put(Cell container, const Cells& element) {
  append(container, element);
  cells_[container].in_order = false;
}

void Heap::count(const Entry& entry, std::int64_t sign) {
  if (!entry.is_counted) return;
  if (!entry.bytes)
    live_unknown_ += sign;
  else if (sign > 0)
    live_ += *entry.bytes;
  else
    live_ -= *entry.bytes;
}

void Heap::hold_one(Cell cell) {
  Entry& entry = cells_[cell];
  if (entry.references++ == 0) count(entry, 1);
}

void Heap::hold(const Cells& cells) {
  for (const Cell cell : cells) hold_one(cell);
}

void Heap::release(const Cells& cells) {
  Cells waiting = cells;
  while (!waiting.empty()) {
    Entry& entry = cells_[waiting.back()];
    waiting.pop_back();
    if (--entry.references > 0) continue;
    count(entry, -1);
    for (const Cells& element : entry.elements) waiting.insert(waiting.end(), element.begin(), element.end());
    entry.elements.clear();
  }
}

Heap::Cells Heap::element(Cell container, std::optional<std::size_t> index) const {
  const Entry& entry = cells_[container];
  if (index && entry.in_order && *index < entry.elements.size()) return entry.elements[*index];
  Cells all;
  std::unordered_set<Cell> seen;
  for (const Cells& element : entry.elements) {
    for (const Cell cell : element) {
      if (seen.insert(cell).second) all.push_back(cell);
    }
  }
  return all;
}

std::vector<Heap::Storage> Heap::live_storages() const {
  std::vector<Storage> storages;
  for (const Entry& entry : cells_) {
    const bool is_empty = entry.bytes && *entry.bytes == Expr(0);
    if (entry.is_counted && entry.references > 0 && !is_empty) storages.push_back({entry.value, entry.bytes});
  }
  return storages;
}

Heap::Taken Heap::take_storages(const Cells& cells, Cell mark) {
  Taken taken;
  Cells waiting = cells;
  std::unordered_set<Cell> seen;
  while (!waiting.empty()) {
    const Cell cell = waiting.back();
    waiting.pop_back();
    if (cell < mark || !seen.insert(cell).second) continue;
    Entry& entry = cells_[cell];
    for (const Cells& element : entry.elements) waiting.insert(waiting.end(), element.begin(), element.end());
    if (!entry.is_counted || entry.references == 0) continue;
    count(entry, -1);
    if (entry.bytes)
      taken.bytes += *entry.bytes;
    else
      ++taken.unknown;
    entry.is_counted = false;
  }
  return taken;
}

Heap::Cells Heap::grown_containers(Cell mark) {
  Cells grown = std::exchange(grown_, {});
  std::sort(grown.begin(), grown.end());
  grown.erase(std::unique(grown.begin(), grown.end()), grown.end());
  std::erase_if(grown, [mark](Cell cell) { return cell >= mark; });
  return grown;
}

}  // namespace flopaudit
