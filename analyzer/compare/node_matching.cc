#include "analyzer/compare/node_matching.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace flopaudit {
namespace {

using Positions = std::vector<std::size_t>;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// The k-th occurrence with the k-th, as far as the pairs keep their order.
Pairs align_by_occurrence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::unordered_map<std::string, Positions> where;
  for (std::size_t j = b.size(); j-- > 0;) where[b[j]].push_back(j);  // the first one last
  Pairs pairs;
  std::size_t next = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto found = where.find(a[i]);
    if (found == where.end()) continue;
    Positions& positions = found->second;
    while (!positions.empty() && positions.back() < next) positions.pop_back();
    if (positions.empty()) continue;
    pairs.emplace_back(i, positions.back());
    next = positions.back() + 1;
  }
  return pairs;
}

// history[d][diagonal + most]: how far d - 1 edits reach on a diagonal. Back from the end, every diagonal step is a
// pair.
Pairs trace_back(const std::vector<std::vector<std::ptrdiff_t>>& history, std::ptrdiff_t x, std::ptrdiff_t y,
                 std::ptrdiff_t most) {
  Pairs pairs;
  const auto step_back = [&](std::ptrdiff_t start_x) {
    while (x > start_x) {
      --x, --y;
      pairs.emplace_back(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
    }
  };
  for (auto edits = static_cast<std::ptrdiff_t>(history.size()) - 1; edits > 0; --edits) {
    const auto reach = [&](std::ptrdiff_t diagonal) {
      return history[static_cast<std::size_t>(edits)][static_cast<std::size_t>(diagonal + most)];
    };
    const std::ptrdiff_t diagonal = x - y;
    const bool down = diagonal == -edits || (diagonal != edits && reach(diagonal - 1) < reach(diagonal + 1));
    const std::ptrdiff_t from_diagonal = down ? diagonal + 1 : diagonal - 1;
    const std::ptrdiff_t from_x = reach(from_diagonal);
    step_back(down ? from_x : from_x + 1);
    x = from_x;
    y = from_x - from_diagonal;
  }
  step_back(0);
  std::reverse(pairs.begin(), pairs.end());
  return pairs;
}

// Myers' greedy algorithm: the furthest reach on each diagonal for d = 0, 1, 2, ... edits; nothing past kMostEdits.
std::optional<Pairs> align_by_edits(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  const auto most = std::min(n + m, static_cast<std::ptrdiff_t>(kMostEdits));
  std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 2), 0);
  const auto at = [&](std::ptrdiff_t diagonal) -> std::ptrdiff_t& {
    return reach[static_cast<std::size_t>(diagonal + most)];
  };
  std::vector<std::vector<std::ptrdiff_t>> history;
  for (std::ptrdiff_t edits = 0; edits <= most; ++edits) {
    history.push_back(reach);
    for (std::ptrdiff_t k = -edits; k <= edits; k += 2) {
      const bool down = k == -edits || (k != edits && at(k - 1) < at(k + 1));
      std::ptrdiff_t x = edits == 0 ? 0 : down ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
        ++x;
      at(k) = x;
      if (x != n || x - k != m) continue;
      return trace_back(history, n, m, most);
    }
  }
  return std::nullopt;
}

std::vector<std::string> keys_of(const std::vector<ComparedNode>& nodes, const Positions& positions, bool with_shapes) {
  std::vector<std::string> keys;
  for (const std::size_t position : positions) {
    const ComparedNode& node = nodes[position];
    keys.push_back(with_shapes ? node.op + " " + node.shapes : node.op);
  }
  return keys;
}

class Matcher {
 public:
  Matcher(const std::vector<ComparedNode>& a, const std::vector<ComparedNode>& b)
      : a_(a), b_(b), partner_of_a_(a.size()), partner_of_b_(b.size()) {}

  std::vector<NodeMatch> run() {
    const std::map<std::string, Positions> in_a = by_module(a_);
    const std::map<std::string, Positions> in_b = by_module(b_);
    for (const auto& [path, positions] : in_a) {
      const auto other = in_b.find(path);
      if (other != in_b.end()) match(positions, other->second);
    }
    match_renamed(in_a, in_b);
    return in_order();
  }

 private:
  static std::map<std::string, Positions> by_module(const std::vector<ComparedNode>& nodes) {
    std::map<std::string, Positions> modules;
    for (std::size_t i = 0; i < nodes.size(); ++i) modules[nodes[i].module].push_back(i);
    return modules;
  }

  void pair_up(std::size_t a, std::size_t b) {
    partner_of_a_[a] = b;
    partner_of_b_[b] = a;
  }

  void match(const Positions& a, const Positions& b) {
    Pairs equal = align(keys_of(a_, a, true), keys_of(b_, b, true));
    equal.emplace_back(a.size(), b.size());
    std::size_t from_a = 0, from_b = 0;
    for (const auto& [to_a, to_b] : equal) {
      const Positions gap_a(a.begin() + static_cast<std::ptrdiff_t>(from_a),
                            a.begin() + static_cast<std::ptrdiff_t>(to_a));
      const Positions gap_b(b.begin() + static_cast<std::ptrdiff_t>(from_b),
                            b.begin() + static_cast<std::ptrdiff_t>(to_b));
      for (const auto& [i, j] : align(keys_of(a_, gap_a, false), keys_of(b_, gap_b, false)))
        pair_up(gap_a[i], gap_b[j]);
      if (to_a < a.size() && to_b < b.size()) pair_up(a[to_a], b[to_b]);
      from_a = to_a + 1;
      from_b = to_b + 1;
    }
  }

  // What a module holds: its ops in order.
  static std::string structure(const std::vector<ComparedNode>& nodes, const Positions& positions) {
    std::string text;
    for (const std::string& key : keys_of(nodes, positions, false)) text += key + '\n';
    return text;
  }

  void match_renamed(const std::map<std::string, Positions>& in_a, const std::map<std::string, Positions>& in_b) {
    // In order of execution, so that of several alike the first one is taken for the first one.
    std::map<std::size_t, const Positions*> left_a, left_b;
    for (const auto& [path, positions] : in_a) {
      if (!in_b.contains(path)) left_a[positions.front()] = &positions;
    }
    for (const auto& [path, positions] : in_b) {
      if (!in_a.contains(path)) left_b[positions.front()] = &positions;
    }
    std::map<std::string, std::vector<const Positions*>> by_structure;
    for (auto entry = left_b.rbegin(); entry != left_b.rend(); ++entry) {
      by_structure[structure(b_, *entry->second)].push_back(entry->second);
    }
    for (const auto& [first, positions] : left_a) {
      std::vector<const Positions*>& alike = by_structure[structure(a_, *positions)];
      if (alike.empty()) continue;
      match(*positions, *alike.back());
      alike.pop_back();
    }
  }

  std::vector<NodeMatch> in_order() const {
    std::vector<NodeMatch> matches;
    std::size_t next_b = 0;
    const auto add_new = [&](std::size_t end) {
      for (; next_b < end; ++next_b) {
        if (!partner_of_b_[next_b]) matches.push_back({std::nullopt, next_b});
      }
    };
    for (std::size_t i = 0; i < a_.size(); ++i) {
      if (partner_of_a_[i]) add_new(*partner_of_a_[i]);
      matches.push_back({i, partner_of_a_[i]});
    }
    add_new(b_.size());
    return matches;
  }

  const std::vector<ComparedNode>& a_;
  const std::vector<ComparedNode>& b_;
  std::vector<std::optional<std::size_t>> partner_of_a_, partner_of_b_;
};

}  // namespace

Pairs align(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  // What both begin and end with needs no search.
  std::size_t begin = 0;
  while (begin < std::min(a.size(), b.size()) && a[begin] == b[begin]) ++begin;
  std::size_t end = 0;
  while (end < std::min(a.size(), b.size()) - begin && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
  const auto middle = [&](const std::vector<std::string>& list) {
    return std::vector<std::string>(list.begin() + static_cast<std::ptrdiff_t>(begin),
                                    list.end() - static_cast<std::ptrdiff_t>(end));
  };
  const std::vector<std::string> middle_a = middle(a);
  const std::vector<std::string> middle_b = middle(b);
  const auto by_edits = align_by_edits(middle_a, middle_b);
  Pairs pairs;
  for (std::size_t i = 0; i < begin; ++i) pairs.emplace_back(i, i);
  for (const auto& [i, j] : by_edits ? *by_edits : align_by_occurrence(middle_a, middle_b)) {
    pairs.emplace_back(begin + i, begin + j);
  }
  for (std::size_t i = end; i-- > 0;) pairs.emplace_back(a.size() - 1 - i, b.size() - 1 - i);
  return pairs;
}

std::vector<NodeMatch> match_nodes(const std::vector<ComparedNode>& a, const std::vector<ComparedNode>& b) {
  return Matcher(a, b).run();
}

}  // namespace flopaudit
