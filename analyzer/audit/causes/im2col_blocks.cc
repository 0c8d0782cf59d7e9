// The search rates a few candidates and takes the best. Its ratings are floats: what is compared here is rounded as
// there.
#include "analyzer/audit/causes/im2col_blocks.h"

#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kCache = (1 << 18) / 4;  // floats of the second level cache
constexpr std::int64_t kLanes = 8;              // floats of a vector
constexpr std::int64_t kLeastChannels = 8;      // of a block
constexpr std::int64_t kPositionStep = 48;      // what the product likes: 6 vectors
constexpr float kPastCache = 20;                // what an access costs that the cache does not hold
constexpr float kStridedCopy = 8;               // what the im2col copy costs with a stride

std::int64_t round_down(std::int64_t value, std::int64_t multiple) { return value / multiple * multiple; }
// The lower bound wins where it is above the upper one.
std::int64_t between(std::int64_t low, std::int64_t high, std::int64_t value) {
  return std::max(low, std::min(high, value));
}

class Search {
 public:
  explicit Search(const Im2colProblem& problem)
      : p_(problem),
        all_positions_(problem.products * problem.positions),
        depth_(problem.inputs * problem.taps),
        step_(problem.stride_height * problem.stride_width) {}

  Im2colBlocks run() {
    const bool searches =
        all_positions_ >= kLanes || p_.positions < p_.products ||
        (p_.stride_width == 1 && static_cast<double>(depth_) <= 0.05 * static_cast<double>(p_.channels));
    if (!searches) return {p_.positions, p_.channels, p_.inputs};
    rate(p_.channels, all_positions_);
    const bool fits = best_.channels == p_.channels && best_.positions == all_positions_ && best_.inputs == p_.inputs;
    if (!fits) {
      explore_all_inputs();
      explore_parts_of_inputs();
      explore_all_channels();
    }
    return best_;
  }

 private:
  // Floats that a position and an input need, and those of the weights that an input needs.
  std::int64_t of_position() const { return step_ + p_.taps; }
  std::int64_t of_weights() const { return p_.taps * p_.channels; }

  void explore_all_inputs() {
    const std::int64_t weights = of_weights() * p_.inputs;
    const std::int64_t channels =
        between(kLeastChannels, p_.channels, (kCache - of_position() * p_.inputs * kLanes - weights) / kLanes);
    explore(channels, between(kLanes, all_positions_, (kCache - weights) / (of_position() * p_.inputs + channels)));
  }

  // As many inputs at a time as leave half of the cache to the result.
  void explore_parts_of_inputs() {
    const std::int64_t most =
        std::max<std::int64_t>(1, kCache / (2 * kLeastChannels * of_position() + 2 * of_weights()));
    if (most >= p_.inputs) return;
    const std::int64_t inputs = p_.inputs / std::max<std::int64_t>(1, p_.inputs / most);
    const std::int64_t weights = of_weights() * inputs;
    std::int64_t positions = std::max<std::int64_t>(1, (kCache - 2 * weights) / (2 * inputs * of_position()));
    std::int64_t channels = kCache / 2 / positions;
    if (channels > p_.channels) {
      channels = p_.channels;
      positions = between(kLanes, all_positions_, (kCache - weights) / (of_position() * inputs + channels));
    } else if (positions > all_positions_) {
      positions = all_positions_;
      channels =
          between(kLeastChannels, p_.channels, (kCache - of_position() * inputs * positions - weights) / positions);
    }
    explore(channels, positions);
  }

  void explore_all_channels() {
    const std::int64_t weights = of_weights() * p_.inputs;
    const std::int64_t positions = (kCache - weights) / (of_position() * p_.inputs + p_.channels);
    explore(p_.channels, std::max(kLanes, round_down(positions, kLanes)));
  }

  void explore(std::int64_t channels, std::int64_t positions) {
    rate(channels, positions);
    rate(round_down(channels, kLanes), round_down(positions, kPositionStep));
    rate(round_up(channels, kLanes), round_down(positions, kPositionStep));
    rate(round_up(channels, kLanes), round_up(positions, kLanes));
    rate(round_up(channels, kLanes), round_up(positions, kPositionStep));
  }

  // Below 1: not even one fits.
  std::int64_t inputs_that_fit(std::int64_t channels, std::int64_t positions) const {
    const std::int64_t result = channels * positions;
    const std::int64_t row = of_position() * positions;  // input and copy
    const std::int64_t with_weights = (kCache - result) / (row + of_weights());
    if (positions < all_positions_) return with_weights;
    std::int64_t fit = kCache / row;
    if (channels < p_.channels) {
      fit = std::min(fit, (kCache - result) / (p_.taps * positions + p_.taps * channels));
    }
    return fit < p_.inputs ? with_weights : fit;
  }

  void rate(std::int64_t channels, std::int64_t positions) {
    channels = std::min(p_.channels, between(kLeastChannels, p_.channels, channels));
    positions = std::min(p_.positions, between(kLanes, all_positions_, positions));
    const std::int64_t fit = inputs_that_fit(channels, positions);
    const std::int64_t inputs =
        std::max<std::int64_t>(1, p_.inputs / blocks_of(p_.inputs, std::max<std::int64_t>(1, fit)));
    const float rating = rating_of({positions, channels, inputs}, fit < 1 ? kPastCache : 1);
    if (rating <= best_rating_) return;
    best_rating_ = rating;
    best_ = {positions, channels, inputs};
  }

  // Arithmetic for each access to memory.
  float memory_efficiency(const Im2colBlocks& block, float access) const {
    const auto number = [](std::int64_t value) { return static_cast<double>(value); };
    const double passes = block.inputs == p_.inputs ? 1 : 2 * number(blocks_of(p_.inputs, block.inputs)) - 1;
    const double result = access * number(p_.channels) * number(round_up(all_positions_, kLanes)) * passes;
    const double copied = number(p_.taps) * number(p_.inputs) * number(round_up(all_positions_ * step_, kLanes));
    const float tail = static_cast<float>(round_up(block.positions, kLanes)) / static_cast<float>(block.positions);
    double copy = std::floor(
        static_cast<double>(access * (static_cast<float>(copied) * tail + static_cast<float>(copied) * tail)));
    if (p_.stride_width != 1) copy = static_cast<double>(static_cast<float>(copy) * kStridedCopy);
    const double weights = access * number(p_.channels) * number(round_up(depth_, kLanes));
    const float work = static_cast<float>(all_positions_) / static_cast<float>(kLanes) *
                       static_cast<float>(p_.channels) * static_cast<float>(depth_);
    return work / static_cast<float>(access * copied + copy + weights + result);
  }

  float rating_of(const Im2colBlocks& block, float access) const {
    const auto number = [](std::int64_t value) { return static_cast<float>(value); };
    const auto evenness = [&](std::int64_t size, std::int64_t part) {
      return number(size) / number(round_up(size, part));
    };
    const std::int64_t depth = block.inputs * p_.taps;
    const std::int64_t padded = round_up(block.positions, kLanes);
    const float share = number(block.positions) * number(block.channels) * number(depth) /
                        (number(p_.channels) * number(all_positions_) * number(depth_));
    const float product = number(block.positions) / number(kLanes) * number(block.channels) * number(depth) /
                          number(padded * depth + block.channels * round_up(depth, kLanes) + block.channels * padded);
    const double all = static_cast<double>(evenness(p_.channels, block.channels)) *
                       evenness(std::min(p_.positions, all_positions_), block.positions) *
                       evenness(p_.inputs, block.inputs) * evenness(block.positions, 3 * kLanes) *
                       memory_efficiency(block, access) * std::sqrt(share) * product;
    constexpr float kWeights = 14.5F;  // of all factors together
    return static_cast<float>(std::pow(all, 1.F / kWeights));
  }

  const Im2colProblem p_;
  const std::int64_t all_positions_, depth_, step_;
  Im2colBlocks best_{1, 1, 1};
  float best_rating_ = 0;
};

}  // namespace

Im2colBlocks im2col_blocks(const Im2colProblem& problem) {
  Search search(problem);
  return search.run();
}

}  // namespace flopaudit
