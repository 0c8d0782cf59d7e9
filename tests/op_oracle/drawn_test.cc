// Rules against LibTorch where no line was written: the operands of an op's cases, changed at random (mutations.h), go
// to the rule and to the real operator. Both refuse, or both answer with the same dtypes and dims; `missing` is right
// only where an operand's elements would decide. The work rule of what both accept gives no negative number. Every row
// of every family that has a case is drawn for: a few times with a fixed seed, more often where the environment says
// so.
//
//   build/tests/fa_op_oracle_tests --gtest_filter='*Drawn/pooling'    one family
//   FA_ORACLE_OP=aten::avg_pool2d                                     one op of it
//   FA_ORACLE_DRAWS=5000                                              a deep run: more draws an op, and a table of them
//   FA_ORACLE_UNCHECKED=1                                             what exceptions.h says not to ask is asked
//   FA_ORACLE_ANSWERS_ONLY=1                                          what LibTorch refuses is not compared
//   RC_PARAMS='seed=7 max_success=5000'                               another seed (wins over FA_ORACLE_DRAWS)
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>

#include "analyzer/ops/op_registry.h"
#include "tests/op_oracle/child_process.h"
#include "tests/op_oracle/compare_facts.h"
#include "tests/op_oracle/concrete_facts.h"
#include "tests/op_oracle/exceptions.h"
#include "tests/op_oracle/mutations.h"
#include "tests/op_oracle/op_families.h"

namespace flopaudit {
namespace {

constexpr double kMaxElements = 30'000;
constexpr unsigned kSecondsPerOp = 60;

const char* wanted_draws() { return std::getenv("FA_ORACLE_DRAWS"); }

[[maybe_unused]] const int kConfigured = [] {
  const std::string draws = wanted_draws() != nullptr ? wanted_draws() : "4";
  return setenv("RC_PARAMS", ("seed=2026 max_success=" + draws).c_str(), 0);
}();

// One op: the operands of its cases, and what became of the draws.
struct Subject {
  Subject(std::string name, std::vector<OpArgument> declared) : op(std::move(name)), arguments(std::move(declared)) {}

  std::string op;
  std::vector<OpArgument> arguments;
  std::vector<Facts> seeds;
  int answered = 0, refused = 0, missing = 0, not_compared = 0;
  std::string disagreement;  // the last one; behind RapidCheck's shrinking: the smallest
};

std::vector<Subject> subjects_of(const std::string& family) {
  std::vector<Subject> subjects;
  std::map<std::string, std::size_t> places;
  for (const OpCase& op_case : cases_of_family(family)) {
    if (!op_case.problem.empty() || why_not_asked(op_case.op) || find_op(op_case.op) == nullptr) continue;
    const auto arguments = arguments_of(op_case.op);
    const Facts inputs = substituted(op_case.inputs, numbers_for_symbols(op_case.inputs));
    if (!arguments || !all_complete(inputs) || elements_of(inputs) > kMaxElements) continue;
    const auto [place, is_new] = places.try_emplace(op_case.op, subjects.size());
    if (is_new) subjects.push_back(Subject(op_case.op, *arguments));
    subjects[place->second].seeds.push_back(inputs);
  }
  return subjects;
}

rc::Gen<Mutation> mutations() {
  const auto number = rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0U, 5040U));
  return rc::gen::build<Mutation>(rc::gen::set(&Mutation::kind, number), rc::gen::set(&Mutation::site, number),
                                  rc::gen::set(&Mutation::place, number), rc::gen::set(&Mutation::value, number));
}

std::string negative_work(const OpSpec& op, const Facts& inputs, const Facts& outputs) {
  if (!has_work(op)) return "";
  const RuleResult<Work> work = work_of(op, inputs, outputs);
  if (!work) return work.failure().kind == RuleFailure::Kind::misfit ? "the work rule: " + work.failure().why : "";
  for (const auto& [key, count] : (*work).operations) {
    if (always_less(count, 0) == true) return std::string(name(key.first)) + " = " + count.to_string();
  }
  return "";
}

std::string compare_answers(Subject& subject, const OpSpec& op, const Facts& inputs, const LibTorchAnswer& answer) {
  Facts seen;  // the rule may write into its operands
  for (const Fact& input : inputs) seen.push_back(input.snapshot());
  const RuleResult<Facts> stated = shape_of(op, seen);
  if (answer.kind == LibTorchAnswer::Kind::no_answer) {
    ++subject.not_compared;
    return "";
  }
  const bool refused = answer.kind == LibTorchAnswer::Kind::refused;
  if (!stated && stated.failure().kind == RuleFailure::Kind::missing) {
    ++(refused ? subject.not_compared : subject.missing);
    return "";
  }
  if (!stated && refused) {
    ++subject.refused;
    return "";
  }
  if (!stated) return "the rule refuses (" + stated.failure().why + "), LibTorch has " + facts_text(answer.outputs);
  if (refused && std::getenv("FA_ORACLE_ANSWERS_ONLY") != nullptr) {
    ++subject.not_compared;
    return "";
  }
  if (refused) return "the rule has " + facts_text(*stated) + ", LibTorch refuses: " + answer.why;
  ++subject.answered;
  const std::string what = difference(*stated, answer.outputs, !has_arbitrary_elements(subject.op));
  return what.empty() ? negative_work(op, seen, *stated) : what;
}

bool states_all_integers(const Facts& inputs) {
  return std::ranges::all_of(inputs, [](const Fact& fact) {
    const TensorFact* tensor = fact.tensor();
    return tensor == nullptr || !is_integral(*tensor->dtype) || tensor->contents;
  });
}

bool agrees(Subject& subject, std::size_t seed, const std::vector<Mutation>& changes) {
  const Facts inputs = mutated(subject.seeds[seed % subject.seeds.size()], subject.arguments, changes);
  const OpSpec& op = *find_op(subject.op);
  const std::string line = subject.op + "  " + facts_text(inputs);
  announce_step(line);
  if (elements_of(inputs) > kMaxElements || goes_out_of_bounds(subject.op, inputs)) return true;
  if (why_elements_are_stated(subject.op) && !states_all_integers(inputs)) return true;
  if (why_not_asked_refused(subject.op) && std::getenv("FA_ORACLE_UNCHECKED") == nullptr) {
    const RuleResult<Facts> stated = shape_of(op, inputs);
    if (!stated) return true;
  }
  const std::string what = compare_answers(subject, op, inputs, ask_libtorch(subject.op, inputs));
  if (!what.empty()) subject.disagreement = line + "  ->  " + what;
  return what.empty();
}

// Whether the rule answers one of the cases that the draws were made of.
bool answers_a_case(Subject& subject) {
  for (std::size_t seed = 0; seed < subject.seeds.size(); ++seed) agrees(subject, seed, {});
  return subject.answered > 0;
}

void check(Subject& subject) {
  std::ostringstream discarded;
  std::streambuf* const shown = std::cerr.rdbuf(discarded.rdbuf());
  const bool holds = rc::check([&] {
    const auto seed = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, subject.seeds.size()));
    const auto changes = *rc::gen::resize(5, rc::gen::container<std::vector<Mutation>>(mutations()));
    RC_ASSERT(agrees(subject, seed, changes));
  });
  std::cerr.rdbuf(shown);
  if (!holds) {
    std::cout << "DISAGREES " << (subject.disagreement.empty() ? discarded.str() : subject.disagreement) << "\n";
  } else if (subject.answered == 0 && subject.missing > 0 && !answers_a_case(subject)) {
    std::cout << "DISAGREES " << subject.op << ": the rule says `missing` whatever it is given\n";
  }
  if (wanted_draws() != nullptr) {
    std::cout << subject.op << ": " << subject.answered << " answered, " << subject.refused << " refused, "
              << subject.missing << " missing, " << subject.not_compared << " not compared\n";
  }
}

class OpRulesOracle : public testing::TestWithParam<std::string> {};

TEST_P(OpRulesOracle, Drawn) {
  std::vector<Subject> subjects = subjects_of(GetParam());
  for (std::size_t next = 0; next < subjects.size(); ++next) {
    const ChildEnd end = run_in_child([&] { check(subjects[next]); }, kSecondsPerOp);
    for (const std::string& line : lines_of(end.output)) {
      if (line.rfind("DISAGREES ", 0) == 0) {
        ADD_FAILURE() << line.substr(10);
      } else {
        std::cout << "  " << line << "\n";
      }
    }
    if (!end.death.empty()) ADD_FAILURE() << end.death << " at " << end.step;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, OpRulesOracle, testing::ValuesIn(op_families()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace flopaudit
