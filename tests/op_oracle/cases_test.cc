// Every line of testdata/ops/*.cases once more, this time LibTorch's real operator against the same expectation: dtype
// and dims, stated scalars and elements, what becomes of mutated inputs, and that it throws where the line says `error`.
// (tests/ops holds the rule against the line.) Symbols stand for small numbers; lines with unknown inputs and lines that
// expect `missing` say nothing about LibTorch and are counted as not compared.
//
//   build/tests/fa_op_oracle_tests --gtest_filter='*/pooling'            one family: its cases, and drawn ones
//   FA_ORACLE_OP=aten::avg_pool2d build/tests/fa_op_oracle_tests ...     one op of it
//   ctest --test-dir build -R OpOracle
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "tests/op_oracle/child_process.h"
#include "tests/op_oracle/compare_facts.h"
#include "tests/op_oracle/concrete_facts.h"
#include "tests/op_oracle/exceptions.h"
#include "tests/op_oracle/libtorch_op.h"
#include "tests/op_oracle/op_families.h"

namespace flopaudit {
namespace {

constexpr unsigned kCpuSeconds = 120;

// What the comparison of one line came to: a disagreement, or why there was none to make, or neither.
struct Verdict {
  std::string disagreement;
  std::string not_compared;
};

std::string place(const OpCase& op_case) {
  return "testdata/ops/" + op_case.file + ".cases:" + std::to_string(op_case.line) + ": " + op_case.op;
}

std::string mutation_difference(const OpCase& op_case, const std::map<std::string, Expr>& numbers, const Facts& after) {
  for (const auto& [index, expected] : op_case.inputs_after) {
    const Facts stated = substituted({expected}, numbers);
    const std::string what = difference(stated[0], after.at(index), /*with_elements=*/true);
    if (!what.empty()) return "input" + std::to_string(index) + ": " + what;
  }
  return "";
}

std::string misfit_of_schema(const OpCase& op_case) {
  const auto arguments = arguments_of(op_case.op);
  if (!arguments || arguments->size() <= op_case.inputs.size()) return "";
  return "the schema has " + std::to_string(arguments->size()) + " arguments";
}

Verdict compare(const OpCase& op_case) {
  if (!op_case.problem.empty()) return {"", "unreadable, see tests/ops"};
  if (const auto why = why_not_asked(op_case.op)) return {"", *why};
  if (!op_case.missing.empty()) return {"", "expects `missing`"};
  const auto unchecked = why_not_asked_refused(op_case.op);
  if (!op_case.error.empty() && unchecked) return {"", *unchecked};
  const auto numbers = numbers_for_symbols(op_case.inputs);
  const Facts inputs = substituted(op_case.inputs, numbers);
  if (!all_complete(inputs)) return {"", "an unknown input"};

  if (const std::string why = misfit_of_schema(op_case); !why.empty()) {
    return op_case.error.empty() ? Verdict{why, ""} : Verdict{"", why};
  }
  const LibTorchAnswer answer = ask_libtorch(op_case.op, inputs);
  const bool lacks = answer.kind == LibTorchAnswer::Kind::no_answer && !answer.lacks_kernel;
  if (lacks || (answer.lacks_kernel && op_case.error.empty())) return {"", answer.why};
  const bool refused = answer.kind != LibTorchAnswer::Kind::returned;
  if (!op_case.error.empty()) {
    return {refused ? "" : "LibTorch does not refuse, it gives " + facts_text(answer.outputs), ""};
  }
  if (refused) return {"LibTorch refuses: " + answer.why, ""};
  const Facts stated = substituted(op_case.outputs, numbers);
  const std::string what = difference(stated, answer.outputs, !has_arbitrary_elements(op_case.op));
  return {what.empty() ? mutation_difference(op_case, numbers, answer.inputs_after) : what, ""};
}

// In the child: one line of output a disagreement, marked so that the parent finds it.
constexpr const char* kDisagreement = "DISAGREES ";
constexpr const char* kNotCompared = "not compared ";

void compare_from(const std::vector<OpCase>& cases, std::size_t first) {
  for (std::size_t i = first; i < cases.size(); ++i) {
    announce_step(std::to_string(i));
    const Verdict verdict = compare(cases[i]);
    if (!verdict.disagreement.empty()) {
      std::cout << kDisagreement << place(cases[i]) << ": " << verdict.disagreement << "\n";
    }
    if (!verdict.not_compared.empty()) {
      std::cout << kNotCompared << place(cases[i]) << ": " << verdict.not_compared << "\n";
    }
    std::cout.flush();
  }
}

void report(const std::string& output) {
  for (const std::string& line : lines_of(output)) {
    if (line.rfind(kDisagreement, 0) == 0) {
      ADD_FAILURE() << line.substr(std::string(kDisagreement).size());
    } else {
      std::cout << "  " << line << "\n";
    }
  }
}

class OpCasesOracle : public testing::TestWithParam<std::string> {};

TEST_P(OpCasesOracle, Holds) {
  const std::vector<OpCase> cases = cases_of_family(GetParam());
  for (std::size_t next = 0; next < cases.size();) {
    const ChildEnd end = run_in_child([&] { compare_from(cases, next); }, kCpuSeconds);
    report(end.output);
    if (end.death.empty()) break;
    const std::size_t at = end.step.empty() ? next : std::stoul(end.step);
    ADD_FAILURE() << place(cases.at(at)) << ": " << end.death;
    next = at + 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, OpCasesOracle, testing::ValuesIn(op_families()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace flopaudit
