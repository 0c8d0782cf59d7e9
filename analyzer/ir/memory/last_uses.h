// When values die: after the last node of a region that uses them, those of its own regions included.
#pragma once

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

struct RegionUses {
  // By position of a node in the region: the values whose last use in this region it is, and its own results that
  // nothing uses. Values from around the region are among them: whether they die with it is for the caller to say.
  std::vector<std::vector<const Value*>> last_used_by;
  std::unordered_set<const Value*> yielded;  // used by the region's end
  std::unordered_set<const Value*> used;     // all of these
  std::unordered_set<const Value*> defined;  // results of the region's own nodes, and its arguments
};

class LastUses {
 public:
  explicit LastUses(const Region& body) { add(body); }
  const RegionUses& of(const Region& region) const { return regions_.at(&region); }

 private:
  const RegionUses& add(const Region& region);
  std::unordered_map<const Region*, RegionUses> regions_;
};

}  // namespace flopaudit
