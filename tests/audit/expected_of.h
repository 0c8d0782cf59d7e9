// Expected counts of an op from the text of its operands, its results being those of its shape rule.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <variant>

#include "analyzer/audit/expected.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {

using Counts64 = std::map<std::string, std::int64_t>;

inline Facts facts(const std::string& list) {
  const Result<Fact> fact = Fact::parse("[" + list + "]");
  if (!fact) throw std::runtime_error(fact.error().message);
  return **fact->get<ListFact>()->elements;
}

// `strides`: of operands that do not all lie row by row.
inline std::variant<ExpectedCounts, NoModel> expected(const std::string& op, const std::string& inputs,
                                                      const OperandStrides* strides = nullptr) {
  const OpSpec* spec = find_op(op);
  if (spec == nullptr) throw std::runtime_error("no row for " + op);
  const Facts in = facts(inputs);
  const RuleResult<Facts> out = shape_of(*spec, in);
  if (!out) throw std::runtime_error(out.failure().why);
  const RuleResult<Work> annotated = work_of(*spec, in, *out);
  if (!annotated) throw std::runtime_error(annotated.failure().why);
  return expected_counts(op, in, *out, *annotated, {"standard", "2.13.0"}, strides);
}

inline ExpectedCounts model(const std::string& op, const std::string& inputs) {
  const auto result = expected(op, inputs);
  if (const NoModel* refused = std::get_if<NoModel>(&result)) {
    ADD_FAILURE() << op << ": " << refused->reason;
    return {};
  }
  return std::get<ExpectedCounts>(result);
}

// What is not 0; a class that is no point fails.
inline Counts64 counts(const std::string& op, const std::string& inputs) {
  const FlopIntervals known = model(op, inputs).expected;
  Counts64 map;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const Interval& interval = known.classes[i];
    EXPECT_EQ(interval.width(), 0) << op << " " << name(static_cast<FlopClass>(i));
    if (interval.low != 0) map[std::string(name(static_cast<FlopClass>(i)))] = interval.low;
  }
  return map;
}

inline std::string reason(const std::string& op, const std::string& inputs) {
  const auto result = expected(op, inputs);
  return std::holds_alternative<NoModel>(result) ? std::get<NoModel>(result).reason : "a model";
}

}  // namespace flopaudit
