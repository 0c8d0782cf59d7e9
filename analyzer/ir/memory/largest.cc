#include "analyzer/ir/memory/largest.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "analyzer/support/expr_bounds.h"

namespace flopaudit {
namespace {

// With each symbol what `size_of` says, or the least that it can be.
template <typename SizeOf>
std::int64_t at_sizes(const Expr& amount, const std::set<std::string>& symbols, const SizeOf& size_of) {
  std::map<std::string, Expr> sizes;
  for (const std::string& symbol : symbols) {
    const std::int64_t least = lower_bound(Expr::symbol(symbol)).value_or(0);
    sizes.emplace(symbol, Expr(std::max<std::int64_t>(size_of(symbol), least)));
  }
  return amount.substitute(sizes).constant().value_or(std::numeric_limits<std::int64_t>::max());
}

// Sizes of symbols that formulas are tried at: all alike first, then mixed, the same ones for a symbol in every
// formula.
constexpr std::array<std::int64_t, 9> kTried = {kComparedSize, 1, 2, 7, 16, 33, 224, 500, 1024};
constexpr std::size_t kTries = 4 * kTried.size();

std::size_t number_of(const std::string& symbol) {
  std::size_t hash = 17;
  for (const char c : symbol) hash = hash * 31 + static_cast<unsigned char>(c);
  return hash;
}

std::vector<std::int64_t> at_all_sizes(const Expr& amount) {
  const std::set<std::string> symbols = amount.symbols();
  std::vector<std::int64_t> amounts;
  for (std::size_t i = 0; i < (symbols.empty() ? 1 : kTries); ++i) {
    amounts.push_back(at_sizes(amount, symbols, [i](const std::string& symbol) {
      const std::size_t mixed = i + (i / kTried.size()) * (number_of(symbol) % 7);
      return kTried[mixed % kTried.size()];
    }));
  }
  return amounts;
}

// Nowhere larger at the sizes that were tried. A number has one amount for all of them.
bool never_larger_where_tried(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (a[std::min(i, a.size() - 1)] > b[std::min(i, b.size() - 1)]) return false;
  }
  return true;
}

// Of a program: some tenths of a second.
constexpr std::int64_t kMostEffort = 20'000;

}  // namespace

std::int64_t at_compared_size(const Expr& amount) {
  if (const auto constant = amount.constant()) return *constant;
  return at_sizes(amount, amount.symbols(), [](const std::string&) { return kComparedSize; });
}

Comparisons::Comparisons() : effort_before_(search_effort()) {}

bool Comparisons::has_time() {
  const bool has = search_effort() - effort_before_ < kMostEffort;
  all_proved_ = all_proved_ && has;
  return has;
}

bool Comparisons::never_larger(const Expr& a, const std::vector<std::int64_t>& tried_a, const Expr& b,
                               const std::vector<std::int64_t>& tried_b) {
  // Where it fails at a size there is nothing to prove.
  if (!never_larger_where_tried(tried_a, tried_b)) return false;
  if ((a.is_constant() && b.is_constant()) || a == b) return true;
  return !has_time() || always_less_equal(a, b).value_or(false);
}

Expr Comparisons::larger(const Expr& a, const Expr& b) {
  const std::vector<std::int64_t> tried_a = at_all_sizes(a), tried_b = at_all_sizes(b);
  if (never_larger(a, tried_a, b, tried_b)) return b;
  if (never_larger(b, tried_b, a, tried_a)) return a;
  if (has_time()) return max(a, b);
  return tried_a.front() < tried_b.front() ? b : a;
}

bool Largest::never_larger(const Candidate& a, const Candidate& b) {
  return a.unknown <= b.unknown && comparisons_.never_larger(a.amount, a.tried, b.amount, b.tried);
}

void Largest::offer(Candidate candidate) {
  candidate.tried = at_all_sizes(candidate.amount);
  for (const Candidate& other : candidates_) {
    if (never_larger(candidate, other)) return;
  }
  std::erase_if(candidates_, [&](const Candidate& other) { return never_larger(other, candidate); });
  const auto place = std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& other) {
    return other.tried.front() < candidate.tried.front();
  });
  candidates_.insert(place, std::move(candidate));
  if (candidates_.size() <= kMostCandidates) return;
  proved_ = false;
  for (std::size_t i = candidates_.size(); i-- > 0;) {
    const Candidate& lighter = candidates_[i];
    const bool is_met = std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& other) {
      return &other != &lighter && lighter.unknown <= other.unknown &&
             never_larger_where_tried(lighter.tried, other.tried);
    });
    if (is_met) candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (candidates_.size() <= kMostCandidates) return;
  candidates_.pop_back();
  left_out_ = true;
}

Expr Largest::amount() {
  Expr most;
  for (const Candidate& candidate : candidates_) most = comparisons_.larger(most, candidate.amount);
  return most;
}

}  // namespace flopaudit
