// What is in memory while a program runs: storages of tensors, and the lists, tuples, dicts and objects that hold them.
// Counted by reference: a storage is freed with the last value or container that holds it. Cells are never reused.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

using Bytes = std::optional<Expr>;  // nothing: the size is not known

class Heap {
 public:
  using Cell = std::uint32_t;
  using Cells = std::vector<Cell>;

  // Not alive until something holds it. `value`: what it is called in reports.
  Cell add_storage(Bytes bytes, const Value* value);
  // Not counted: parameters, constants.
  Cell add_uncounted();
  Cell add_container();
  // The next element of a container, or one whose place is not known (a dict's, an inserted one).
  void append(Cell container, const Cells& element);
  void put(Cell container, const Cells& element);

  void hold(const Cells& cells);
  void release(const Cells& cells);

  bool is_container(Cell cell) const { return cells_[cell].is_container; }
  // What element `index` of a container holds; all that it holds where the index or the order is not known.
  Cells element(Cell container, std::optional<std::size_t> index) const;
  std::size_t elements(Cell container) const { return cells_[container].elements.size(); }

  const Expr& live_bytes() const { return live_; }
  std::int64_t live_unknown() const { return live_unknown_; }  // storages alive whose size is not known

  struct Storage {
    const Value* value;
    Bytes bytes;
  };
  std::vector<Storage> live_storages() const;

  // Cells that are made from here on are at least this.
  Cell mark() const { return static_cast<Cell>(cells_.size()); }
  // The storages from `mark` on that these cells reach count no longer; what they were.
  struct Taken {
    Expr bytes;
    std::int64_t unknown = 0;
  };
  Taken take_storages(const Cells& cells, Cell mark);
  // Storages of unknown size join or leave those alive, without cells of their own.
  void add_unknown(std::int64_t storages) { live_unknown_ += storages; }
  // Containers that were there before `mark` and have got an element since the last call.
  Cells grown_containers(Cell mark);

 private:
  struct Entry {
    bool is_container = false;
    bool is_counted = false;
    bool in_order = true;  // elements are those of the list, in its order
    std::int64_t references = 0;
    Bytes bytes;
    const Value* value = nullptr;
    std::vector<Cells> elements;
  };

  void hold_one(Cell cell);
  void count(const Entry& entry, std::int64_t sign);

  std::vector<Entry> cells_;
  Expr live_;
  std::int64_t live_unknown_ = 0;
  Cells grown_;
};

}  // namespace flopaudit
