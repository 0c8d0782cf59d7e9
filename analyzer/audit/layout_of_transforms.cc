#include "analyzer/audit/layout_of_transforms.h"

#include <algorithm>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

using Order = std::vector<std::size_t>;

// Complex numbers go in one run; of real ones the last dim is innermost, but where the result is the conjugate of an
// inverse: then it goes first, in a run of its own.
enum class Runs : std::uint8_t { one, to_last, last_first };

struct Family {
  const char* name;  // with `2` and `n` after it for several dims
  Runs runs;
};
constexpr Family kFamilies[] = {{"aten::fft_fft", Runs::one},      {"aten::fft_ifft", Runs::one},
                                {"aten::fft_rfft", Runs::to_last}, {"aten::fft_irfft", Runs::to_last},
                                {"aten::fft_hfft", Runs::to_last}, {"aten::fft_ihfft", Runs::last_first}};

// Takes dims to the end, in the order that is given.
void move_innermost(Order& order, const Order& dims) {
  std::erase_if(order, [&](std::size_t dim) { return std::find(dims.begin(), dims.end(), dim) != dims.end(); });
  order.insert(order.end(), dims.begin(), dims.end());
}

// Some dims in the order that they have in memory.
Order in_memory(const Order& order, const Order& dims) {
  Order sorted;
  for (const std::size_t dim : order) {
    if (std::find(dims.begin(), dims.end(), dim) != dims.end()) sorted.push_back(dim);
  }
  return sorted;
}

std::optional<Order> transformed_dims(const Fact& named, char form, std::size_t rank) {
  Order dims;
  if (named.is_none()) {
    const std::size_t count = std::min<std::size_t>(rank, form == '1' ? 1 : form == '2' ? 2 : rank);
    for (std::size_t dim = rank - count; dim < rank; ++dim) dims.push_back(dim);
    return dims;
  }
  const auto place = [&](std::int64_t dim) {
    return static_cast<std::size_t>(dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim);
  };
  if (const auto single = constant_of(named)) return Order{place(*single)};
  const RuleResult<std::vector<std::int64_t>> listed = constants_at({named}, 0);
  if (!listed) return std::nullopt;
  for (const std::int64_t dim : *listed) dims.push_back(place(dim));
  return dims;
}

}  // namespace

std::optional<std::vector<std::size_t>> order_after_transform(const std::string& op, const Fact& dims, Order order) {
  const Family* family = nullptr;
  char form = '1';
  for (const Family& row : kFamilies) {
    const std::string name = row.name;
    if (op != name && op != name + "2" && op != name + "n") continue;
    family = &row;
    if (op != name) form = op.back();
  }
  if (family == nullptr || order.empty()) return std::nullopt;
  const auto named = transformed_dims(dims, form, order.size());
  const bool fits = named && !named->empty() &&
                    std::all_of(named->begin(), named->end(), [&](std::size_t dim) { return dim < order.size(); });
  if (!fits) return std::nullopt;
  const Order last = {named->back()}, before(named->begin(), std::prev(named->end()));
  switch (family->runs) {
    case Runs::one: move_innermost(order, in_memory(order, *named)); break;
    case Runs::to_last:
      move_innermost(order, in_memory(order, before));
      move_innermost(order, last);
      break;
    case Runs::last_first: move_innermost(order, last); move_innermost(order, in_memory(order, before));
  }
  return order;
}

}  // namespace flopaudit
