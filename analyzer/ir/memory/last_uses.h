// When values die: after the last node of a region that uses them, those of its own regions included.
#pragma once

#include <unordered_map>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// Values in the order of their numbers: sets that are made once, small ones above all.
class ValueSet {
 public:
  ValueSet() = default;
  explicit ValueSet(std::vector<const Value*> values);

  bool contains(const Value* value) const;
  std::vector<const Value*>::const_iterator begin() const { return values_.begin(); }
  std::vector<const Value*>::const_iterator end() const { return values_.end(); }

 private:
  std::vector<const Value*> values_;
};

struct RegionUses {
  // By position of a node in the region: the values whose last use in this region it is, and its own results that
  // nothing uses. Values from around the region are among them: whether they die with it is for the caller to say.
  std::vector<std::vector<const Value*>> last_used_by;
  ValueSet yielded;  // used by the region's end
  ValueSet used;     // all of these
  ValueSet defined;  // results of the region's own nodes, and its arguments
};

class LastUses {
 public:
  // Found out when it is first asked for.
  const RegionUses& of(const Region& region);

 private:
  // The positions of the last uses in one region. A value that has not been used in it has that of another region.
  struct Seen {
    const Region* region = nullptr;
    std::size_t position = 0;
  };

  RegionUses uses_of(const Region& region);
  std::vector<const Value*> find_last_uses(const Region& region);
  std::unordered_map<const Region*, RegionUses> regions_;
  std::vector<Seen> last_seen_;  // by Value::number
};

}  // namespace flopaudit
