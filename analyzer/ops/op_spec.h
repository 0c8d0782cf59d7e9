// OpSpec: an op is a row. A row's rules are pure: they see the facts of the inputs (and outputs) of one execution,
// never the graph.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/work.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Why a rule has no answer. `missing`: an input is not known well enough (the output is then unknown, the work
// no_shape). `misfit`: the inputs are known and do not fit the op ("batch sizes differ: 4 and 3"): an error of the file
// or of --input, which the interpreter completes with node, module and source line.
struct RuleFailure {
  enum class Kind { missing, misfit } kind;
  std::string why;
};

template <typename T>
class [[nodiscard]] RuleResult {
 public:
  RuleResult(T value) : state_(std::move(value)) {}                // NOLINT(google-explicit-constructor)
  RuleResult(RuleFailure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const RuleFailure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, RuleFailure> state_;
};
inline RuleFailure missing(std::string why) { return {RuleFailure::Kind::missing, std::move(why)}; }
inline RuleFailure misfit(std::string why) { return {RuleFailure::Kind::misfit, std::move(why)}; }

using Facts = std::vector<Fact>;

// Facts of the results from the facts of the operands, in schema order (TorchScript's graphs carry every argument).
// May mutate lists and dicts among the inputs (aten::append), as the op does.
using ShapeRule = RuleResult<Facts> (*)(const Facts& inputs);
// The work of one execution. Null: `zero` by definition.
using WorkRule = RuleResult<Work> (*)(const Facts& inputs, const Facts& outputs);

struct DerivedForm;  // derived_ops.h
struct OpRule;  // rules/op_rule.h

struct OpSpec {
  const char* name;  // with overload as LibTorch spells it: "aten::add.Tensor"; mm and bmm have an empty overload
  ShapeRule shape;
  WorkRule work;                      // null: zero by definition
  const char* formula;                // shown in reports: "mac = M*K*N"; "" for zero
  const DerivedForm* form = nullptr;  // of an in-place or out= form that has no rules of its own: from which row
  const OpRule* rule = nullptr;       // of an op that a rule file adds: in place of the two functions
  WorkRule least = nullptr;           // where the work depends on a tensor's elements: the least; `work` is the most
};

}  // namespace flopaudit
