// einsum, contracted as LibTorch does it: from left to right, two operands at a time, unless a path is given. In each
// step, a letter that only one of the two still has and that is not in the result is summed away first (add); a letter
// that both have, and nobody after them, is summed by the product: the step is then a batched matrix product and every
// multiplication a mac. A step that sums no letter is an elementwise product, mul. A dim of size 1 counts as absent.
// Letters that are repeated within an operand take its diagonal; the dims of an ellipsis broadcast.
#include <algorithm>
#include <string>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

constexpr int kLetters = 52;  // A..Z, a..z: the order of an implicit result
constexpr int kEllipsis = kLetters;
using Subscripts = std::vector<int>;

struct Equation {
  std::vector<Subscripts> operands;
  std::optional<Subscripts> result;
};

int letter_of(char symbol) {
  if (symbol >= 'A' && symbol <= 'Z') return symbol - 'A';
  if (symbol >= 'a' && symbol <= 'z') return symbol - 'a' + 26;
  return -1;
}
std::string letter_name(int letter) {
  return letter == kEllipsis ? "..." : std::string(1, static_cast<char>(letter < 26 ? 'A' + letter : 'a' + letter - 26));
}

// "bij,...jk->bik", spaces ignored.
RuleResult<Equation> parse(const std::string& text) {
  Equation equation;
  Subscripts* current = &equation.operands.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == ',' && !equation.result) {
      current = &equation.operands.emplace_back();
    } else if (text.compare(i, 2, "->") == 0 && !equation.result) {
      current = &equation.result.emplace();
      ++i;
    } else if (text.compare(i, 3, "...") == 0) {
      if (std::find(current->begin(), current->end(), kEllipsis) != current->end()) {
        return misfit("two ellipses in one operand of the equation \"" + text + "\"");
      }
      current->push_back(kEllipsis);
      i += 2;
    } else if (letter_of(text[i]) >= 0) {
      current->push_back(letter_of(text[i]));
    } else {
      return misfit("no subscript at position " + std::to_string(i + 1) + " of the equation \"" + text + "\"");
    }
  }
  return equation;
}

// Axes: the dims of the ellipsis, then the letters of the result, then the letters that are summed. An operand has a
// size for each axis, 1 where the axis is not its own.
struct Operand {
  std::optional<DType> dtype;
  Dims sizes;
};
struct Contraction {
  std::vector<Operand> operands;
  std::vector<std::size_t> result;   // axes of the result in its order
  std::vector<bool> is_result;       // by axis
};

bool absent(const Dim& size) { return size && *size == Expr(1); }

class AxisReader {
 public:
  AxisReader(const Facts& tensors, const Equation& equation) : tensors_(tensors), equation_(equation) {}

  RuleResult<Contraction> read() {
    if (tensors_.size() != equation_.operands.size()) {
      return misfit("the equation has " + std::to_string(equation_.operands.size()) + " operands and " +
                    std::to_string(tensors_.size()) + " are given");
    }
    for (std::size_t i = 0; i < tensors_.size(); ++i) FA_REFUSE(measure_ellipsis(i));
    FA_REFUSE(order_axes());
    for (std::size_t i = 0; i < tensors_.size(); ++i) FA_REFUSE(read_operand(i));
    return std::move(contraction_);
  }

 private:
  bool has_ellipsis(const Subscripts& subscripts) const {
    return std::find(subscripts.begin(), subscripts.end(), kEllipsis) != subscripts.end();
  }

  std::optional<RuleFailure> measure_ellipsis(std::size_t i) {
    FA_RULE(const Dims dims, dims_at(tensors_, i));
    const Subscripts& subscripts = equation_.operands[i];
    const bool open = has_ellipsis(subscripts);
    const std::size_t letters = subscripts.size() - (open ? 1 : 0);
    if (dims.size() < letters || (!open && dims.size() != letters)) {
      return misfit(std::to_string(letters) + " subscripts for operand " + std::to_string(i + 1) + ", which is " +
                    tensors_[i].to_string());
    }
    if (open) ellipsis_ = std::max(ellipsis_, dims.size() - letters);
    return std::nullopt;
  }

  std::optional<RuleFailure> order_axes() {
    std::vector<int> uses(kLetters, 0);
    for (const Subscripts& subscripts : equation_.operands) {
      for (const int letter : subscripts) {
        if (letter != kEllipsis) ++uses[letter];
      }
    }
    Subscripts result;
    if (equation_.result) {
      result = *equation_.result;
    } else {
      result.push_back(kEllipsis);
      for (int letter = 0; letter < kLetters; ++letter) {
        if (uses[letter] == 1) result.push_back(letter);
      }
    }
    axis_of_.assign(kLetters, -1);
    std::size_t axes = ellipsis_;
    for (const int letter : result) {
      if (letter == kEllipsis) {
        for (std::size_t i = 0; i < ellipsis_; ++i) contraction_.result.push_back(i);
        continue;
      }
      if (uses[letter] == 0) return misfit("the subscript " + letter_name(letter) + " of the result is in no operand");
      if (axis_of_[letter] >= 0) return misfit("the subscript " + letter_name(letter) + " is twice in the result");
      axis_of_[letter] = static_cast<int>(axes);
      contraction_.result.push_back(axes++);
    }
    for (int letter = 0; letter < kLetters; ++letter) {
      if (uses[letter] > 0 && axis_of_[letter] < 0) axis_of_[letter] = static_cast<int>(axes++);
    }
    contraction_.is_result.assign(axes, false);
    for (const std::size_t axis : contraction_.result) contraction_.is_result[axis] = true;
    seen_.assign(axes, Expr(1));
    return std::nullopt;
  }

  std::optional<RuleFailure> read_operand(std::size_t i) {
    const Dims& dims = *tensors_[i].tensor()->dims;
    const Subscripts& subscripts = equation_.operands[i];
    Operand operand{tensors_[i].tensor()->dtype, Dims(seen_.size(), Dim(Expr(1)))};
    std::vector<bool> own(seen_.size(), false);
    const std::size_t covered = has_ellipsis(subscripts) ? dims.size() - (subscripts.size() - 1) : 0;
    std::size_t next = 0;
    for (const int letter : subscripts) {
      const std::size_t count = letter == kEllipsis ? covered : 1;
      for (std::size_t j = 0; j < count; ++j, ++next) {
        const std::size_t axis = letter == kEllipsis ? ellipsis_ - covered + j : static_cast<std::size_t>(axis_of_[letter]);
        if (own[axis]) {  // a diagonal
          const std::optional<Dim> both = same_dim(operand.sizes[axis], dims[next]);
          if (!both) {
            return misfit("the subscript " + letter_name(letter) + " is repeated over sizes that differ: " +
                          tensors_[i].to_string());
          }
          operand.sizes[axis] = *both;
        } else {
          operand.sizes[axis] = dims[next];
        }
        own[axis] = true;
      }
    }
    const std::optional<Dims> all = broadcast(seen_, operand.sizes);
    if (!all) return refuse_sizes(operand, subscripts);
    seen_ = *all;
    contraction_.operands.push_back(std::move(operand));
    return std::nullopt;
  }

  RuleFailure refuse_sizes(const Operand& operand, const Subscripts& subscripts) const {
    for (const int letter : subscripts) {
      if (letter == kEllipsis) continue;
      const auto axis = static_cast<std::size_t>(axis_of_[letter]);
      if (broadcast({seen_[axis]}, {operand.sizes[axis]})) continue;
      return misfit("the subscript " + letter_name(letter) + " has sizes " + seen_[axis]->to_string() + " and " +
                    operand.sizes[axis]->to_string());
    }
    return misfit("the dims of the ellipses do not broadcast");
  }

  const Facts& tensors_;
  const Equation& equation_;
  Contraction contraction_;
  std::size_t ellipsis_ = 0;    // dims that an ellipsis covers at most
  std::vector<int> axis_of_;    // by letter
  Dims seen_;                   // size of each axis over the operands so far
};

// One step's operations, over which the work rule sums.
struct Step {
  WorkClass work_class;
  std::optional<DType> dtype;
  std::optional<Expr> count;  // nothing: a size is unknown
};

class Contractor {
 public:
  explicit Contractor(Contraction contraction) : operands_(std::move(contraction.operands)), c_(std::move(contraction)) {
    remaining_.assign(c_.is_result.size(), 0);
    for (const Operand& operand : operands_) {
      for (std::size_t axis = 0; axis < remaining_.size(); ++axis) remaining_[axis] += absent(operand.sizes[axis]) ? 0 : 1;
    }
  }

  // path: pairs of places, each taken from the list and their product put at its end.
  std::optional<RuleFailure> contract(const std::optional<std::vector<std::int64_t>>& path) {
    const std::size_t wanted = operands_.size() == 1 ? 1 : 2 * (operands_.size() - 1);
    if (path && path->size() != wanted) {
      return misfit("the contraction path should hold " + std::to_string(wanted) + " places and holds " +
                    std::to_string(path->size()));
    }
    for (std::size_t taken = 0; operands_.size() > 1; taken += 2) {
      std::int64_t i = path ? (*path)[taken] : 0;
      std::int64_t j = path ? (*path)[taken + 1] : 1;
      if (j < i) std::swap(i, j);
      if (i == j || i < 0 || j >= static_cast<std::int64_t>(operands_.size())) {
        return misfit("the contraction path names places " + std::to_string(i) + " and " + std::to_string(j) + " of " +
                      std::to_string(operands_.size()) + " operands");
      }
      Operand left = std::move(operands_[static_cast<std::size_t>(i)]);
      Operand right = std::move(operands_[static_cast<std::size_t>(j)]);
      operands_.erase(operands_.begin() + j);
      operands_.erase(operands_.begin() + i);
      FA_REFUSE(pair(left, right));
      operands_.insert(path ? operands_.end() : operands_.begin(), std::move(left));
    }
    std::vector<bool> rest(remaining_.size());
    for (std::size_t axis = 0; axis < rest.size(); ++axis) rest[axis] = !c_.is_result[axis];
    sum(operands_[0], rest);
    return std::nullopt;
  }

  Fact result() const {
    Dims dims;
    for (const std::size_t axis : c_.result) dims.push_back(operands_[0].sizes[axis]);
    return tensor_fact(operands_[0].dtype, dims);
  }
  const std::vector<Step>& steps() const { return steps_; }

 private:
  void sum(Operand& operand, const std::vector<bool>& axes) {
    const std::optional<Expr> before = product(operand.sizes);
    bool any = false;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      if (!axes[axis] || absent(operand.sizes[axis])) continue;
      operand.sizes[axis] = Expr(1);
      any = true;
    }
    if (!any) return;
    const std::optional<Expr> after = product(operand.sizes);
    if (operand.dtype && is_integral(*operand.dtype)) operand.dtype = DType::i64;
    steps_.push_back({WorkClass::add, operand.dtype, before && after ? std::optional(reduction_steps(*before, *after)) : std::nullopt});
  }

  // The product of both, left in `left`.
  std::optional<RuleFailure> pair(Operand& left, Operand& right) {
    const std::size_t axes = remaining_.size();
    std::vector<bool> together(axes), only_left(axes), only_right(axes);
    bool contracts = false;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      if (c_.is_result[axis]) continue;
      const bool in_left = !absent(left.sizes[axis]);
      const bool in_right = !absent(right.sizes[axis]);
      if (in_left && in_right) {
        if (--remaining_[axis] == 1) contracts = together[axis] = true;
      } else if (remaining_[axis] == 1) {
        only_left[axis] = in_left;
        only_right[axis] = in_right;
      }
    }
    sum(left, only_left);
    sum(right, only_right);
    if (contracts && left.dtype && right.dtype) {
      const std::string both = std::string(name(*left.dtype)) + " and " + std::string(name(*right.dtype));
      if (*left.dtype != *right.dtype) return misfit("operands of different dtypes are contracted: " + both);
      if (*left.dtype == DType::boolean) return misfit("bools are not contracted");
    }
    const std::optional<Dims> sizes = broadcast(left.sizes, right.sizes);
    if (!sizes) return misfit("the operands do not broadcast: " + text(left.sizes) + " and " + text(right.sizes));
    left.sizes = *sizes;
    left.dtype = left.dtype && right.dtype ? promote_types(*left.dtype, *right.dtype) : std::nullopt;
    steps_.push_back({contracts ? WorkClass::mac : WorkClass::mul, left.dtype, product(left.sizes)});
    for (std::size_t axis = 0; axis < axes; ++axis) {
      if (together[axis]) left.sizes[axis] = Expr(1);
      if (together[axis] || only_left[axis] || only_right[axis]) remaining_[axis] = 0;
    }
    return std::nullopt;
  }

  std::vector<Operand> operands_;
  Contraction c_;
  std::vector<int> remaining_;  // by axis: operands that still have it
  std::vector<Step> steps_;
};

// einsum(equation, tensors, path)
RuleResult<Contractor> contracted(const Facts& inputs) {
  FA_RULE(const std::string text, string_at(inputs, 0));
  FA_RULE(const Facts tensors, list_at(inputs, 1));
  std::optional<std::vector<std::int64_t>> path;
  if (inputs.size() > 2 && !none_at(inputs, 2)) {
    FA_RULE(path, constants_at(inputs, 2));
  }
  if (tensors.empty()) return misfit("an einsum of no operand");
  FA_RULE(const Equation equation, parse(text));
  FA_RULE(Contraction contraction, AxisReader(tensors, equation).read());
  Contractor contractor(std::move(contraction));
  FA_REFUSE(contractor.contract(path));
  return contractor;
}

// einsum.sublist(a, [0, 1], b, [1, 2], [0, 2]): letters as numbers; a list behind the last pair is the result's.
RuleResult<Contractor> contracted_sublists(const Facts& inputs) {
  Facts tensors;
  Equation equation;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool last = i + 1 == inputs.size() && i % 2 == 0 && i > 0;
    if (i % 2 == 0 && !last) {
      tensors.push_back(inputs[i]);
      continue;
    }
    FA_RULE(const std::vector<std::int64_t> letters, constants_at(inputs, i));
    Subscripts subscripts;
    for (const std::int64_t letter : letters) {
      if (letter < 0 || letter >= kLetters) return misfit("a subscript is in 0..51 and not " + std::to_string(letter));
      subscripts.push_back(static_cast<int>(letter));
    }
    if (last)
      equation.result = subscripts;
    else
      equation.operands.push_back(subscripts);
  }
  if (tensors.empty()) return misfit("an einsum of no operand");
  FA_RULE(Contraction contraction, AxisReader(tensors, equation).read());
  Contractor contractor(std::move(contraction));
  FA_REFUSE(contractor.contract(std::nullopt));
  return contractor;
}

using Contract = RuleResult<Contractor> (*)(const Facts&);

template <Contract contract>
RuleResult<Facts> shape_of_einsum(const Facts& inputs) {
  FA_RULE(const Contractor contractor, contract(inputs));
  return one(contractor.result());
}

template <Contract contract>
RuleResult<Work> work_of_einsum(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Contractor contractor, contract(inputs));
  WorkCounter counter(inputs, outputs);
  for (const Step& step : contractor.steps()) {
    if (!step.count) return missing("the size of a subscript is unknown");
    counter.in_dtype(step.dtype).count(step.work_class, *step.count);
  }
  return counter.work();
}

constexpr char kText[] = "each pair of operands: mac = product of its letters where one is summed, else mul; letters of one operand alone: add";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                  shape rule                            work rule                            formula
    {"aten::einsum",         shape_of_einsum<contracted>,          work_of_einsum<contracted>,          kText},
    {"aten::einsum.sublist", shape_of_einsum<contracted_sublists>, work_of_einsum<contracted_sublists>, kText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> einsum_ops() { return kRows; }

}  // namespace flopaudit
