// Recorder: writes what the interpreter saw into the IR: cases, executions and facts of values.
//
// Inside a branch or a loop whose count is not yet known, records are held back in a frame until it is: then they are
// multiplied, or dropped when the branch turned out to be a dead end or the run was only to find a fixpoint.
#pragma once

#include <unordered_set>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

class Recorder {
 public:
  // More cases than this are joined into the last one: its facts then say less.
  static constexpr std::size_t kMaxCases = 1024;

  void node(Node& node, Execution execution);
  void arguments(Region& region, std::vector<Fact> facts);

  void open() { frames_.emplace_back(); }
  void drop() { frames_.pop_back(); }
  void close(const Range& times);

 private:
  struct Record {
    Node* node;      // or null:
    Region* region;  // its arguments
    Execution execution;
  };

  void add(Record record);
  void write(Record record);

  std::vector<std::vector<Record>> frames_;
  std::unordered_set<const Region*> entered_;
};

}  // namespace flopaudit
