// Nodes that cannot run because an operator is not here, and whatever needs their results. Such a result is a value of
// its own kind that travels through containers, attributes and calls like any other; a node that would look at it is
// left out in turn, and so are the branch and the loop that depend on it. What a node that was left out would have
// written into is not to be used any more either.
#pragma once

#include <ATen/core/ivalue.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/executor/plan.h"

namespace flopaudit {

// Of one run. It costs nothing as long as nothing was left out.
class LeftOut {
 public:
  bool any() const { return any_; }

  // Why a step cannot run on these operands; "": it can.
  std::string reason(const Step& step, const std::vector<c10::IValue>& operands) const;

  // The results of a step that is left out, which may have written into what `slots` holds.
  std::vector<c10::IValue> results(const Step& step, std::vector<c10::IValue>& slots, const std::string& why);

 private:
  std::string reason_of(const c10::IValue& value) const;
  std::string reason_inside(const c10::IValue& value, int depth) const;
  void forget_writes(const Step& step, std::vector<c10::IValue>& slots, const std::string& why);

  bool any_ = false;
  // By identity of storage or container, kept alive so that no other takes its place.
  std::map<const void*, std::pair<c10::IValue, std::string>> spoiled_;
};

}  // namespace flopaudit
