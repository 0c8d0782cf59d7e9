// Lists without repetitions.
#pragma once

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace flopaudit {

// Drops what came before. The lists of most nodes are short, and then no set is made.
template <typename Item>
void keep_first_of_each(std::vector<Item>& items) {
  constexpr std::size_t kShort = 16;
  if (items.size() > kShort) {
    std::unordered_set<Item> seen;
    std::erase_if(items, [&seen](const Item& item) { return !seen.insert(item).second; });
    return;
  }
  auto end = items.begin();
  for (const Item& item : items) {
    if (std::find(items.begin(), end, item) == end) *end++ = item;
  }
  items.erase(end, items.end());
}

}  // namespace flopaudit
