// Interpreter: runs a program on facts instead of values. One instance interprets one program once.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "analyzer/ops/op_spec.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/size_equations.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/element_budget.h"
#include "passes/interpreter/environment.h"
#include "passes/interpreter/loop_growth.h"
#include "passes/interpreter/recorder.h"
#include "passes/pass.h"

namespace flopaudit {

class Interpreter {
 public:
  Interpreter(Program& program, PassContext& context);

  // An op that the interpreter runs itself: control flow, calls, attributes, and what has several results.
  static bool interprets(std::string_view op) { return handlers().contains(op); }

  // Errors: usage (a wrong number of inputs), input (shapes that do not fit, a method that always raises, limits).
  Result<void> run();
  // What certainly holds of symbolic sizes where the program runs to its end, by symbol, with the sentence for it: a
  // least size, or the only one.
  struct FoundSize {
    std::int64_t size = 1;
    std::string sentence;
  };
  const std::map<std::string, FoundSize>& least_sizes() const { return least_sizes_; }
  const std::map<std::string, FoundSize>& only_sizes() const { return only_sizes_; }
  std::int64_t steps() const { return steps_; }
  // What an attribute is when the program has ended; null: not known.
  const Fact* attribute(const std::string& path, const std::string& name) { return environment_.attribute(path, name); }

 private:
  // How a region ends: with its results, or in an exception that is certainly raised.
  struct Outcome {
    bool raises = false;
    std::vector<Fact> results;
  };
  using Handler = Result<Outcome> (Interpreter::*)(Node&, const std::vector<Fact>&);

  // A loop that is being interpreted: in its trip-th iteration, or in one that stands for all (-1).
  struct RunningLoop {
    const Node* node;
    std::int64_t trip = -1;
  };

  // Nodes interpreted, all iterations together, behind which loops are no more interpreted one iteration at a time; and
  // behind which the program is refused: some seconds.
  static constexpr std::int64_t kLongProgram = 500'000, kMaxSteps = 2 * kLongProgram;

  // interpreter.cc
  Result<std::vector<Fact>> entry_facts() const;
  Result<Outcome> run_region(Region& region, const std::vector<Fact>& arguments);
  Result<bool> run_node(Node& node);  // false: raises
  Result<Outcome> evaluate(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> apply_row(Node& node, const std::vector<Fact>& inputs);
  Outcome ask_oracle(const Node& node, const std::vector<Fact>& inputs);
  void retype_written(const Node& node, const OpSpec& row, const std::vector<Fact>& inputs, std::vector<Fact>& results);
  Result<Outcome> misfit(const Node& node, const std::vector<Fact>& inputs, const std::string& why);
  Outcome unknown_results(const Node& node, const std::vector<Fact>& inputs, const std::string& why);
  RuleResult<Facts> apply_to_each_choice(const Node& node, const OpSpec& row, const std::vector<Fact>& inputs);
  RuleResult<Facts> apply_rule(const Node& node, const OpSpec& row, const std::vector<Fact>& inputs);
  void forget_written(const Node& node, const std::vector<Fact>& inputs, bool rule_knows_containers);
  void name_storage(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results);
  void take_for_many(Fact& element);
  void explain(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results);
  void diagnose(const Node& node, const std::string& sentence);
  void depend(Dependency dependency);
  void assume(const Node& node, const std::vector<SizeCondition>& conditions,
              const std::vector<SizeEquation>& equations);
  std::string condition_text(const Value& condition);
  Expr zero_where(const Value& condition, bool holds);
  void fix_size(const Expr& zero, const std::string& sentence);
  void assume_taken(const Node& node, bool taken);
  static const std::unordered_map<std::string_view, Handler>& handlers();

  // recorded_facts.cc
  std::vector<Fact> recorded(const Node& node, const std::vector<Fact>& facts);
  Error too_many_elements() const;

  // control_flow.cc
  Result<Outcome> run_if(Node& node, const std::vector<Fact>& inputs);
  std::optional<bool> assumed_branch(const Node& node);
  struct ZeroTest {
    std::string symbol;           // 0 where the size is
    std::size_t zero_branch = 0;  // 0: then, 1: else
  };
  std::optional<ZeroTest> size_tested_for_zero(const Value& condition);
  Result<Outcome> run_both_branches(Node& node);
  Result<Outcome> run_loop(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> run_counted_loop(Node& node, std::vector<Fact> carried, std::int64_t max_trips);
  Result<Outcome> run_iteration(Region& body, const Fact& iteration, const std::vector<Fact>& carried);
  Result<Outcome> run_compared_iteration(Region& body, std::int64_t trip, const std::vector<Fact>& carried,
                                         bool& repeated);
  Result<Outcome> run_loop_behind_first(Node& node, std::vector<Fact> carried, const Expr& trips);
  bool program_is_long() const { return steps_ > kLongProgram || budget_.is_half_spent(); }
  std::string cut_short(const Node& node, std::int64_t done) const;
  Result<Outcome> run_widened_loop(Node& node, std::vector<Fact> carried, const Range& trips, bool entered,
                                   std::int64_t done);
  LoopGrowth growth_of(const Node& node, const Expr& iteration) const;
  Range unknown_trips(const Node& node, const std::optional<Expr>& max_trips, std::int64_t done);

  // open_sizes.cc
  std::string iteration_suffix() const;
  Expr named(const Node& node, Dependency dependency, const std::string& suffix);
  const Expr* count_of(const TensorFact* counted) const;
  void name_open(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results);
  // What two paths leave open when they join. `where`: in the names, apart from what else the node gives; `bounded`:
  // the larger of both bounds a size.
  struct Joining {
    const Node& node;
    std::string where;
    bool bounded = false;
    std::size_t number = 0;
  };
  Expr named_joined(Joining& joining, Dependency dependency);
  void name_joined(Joining& joining, Fact& joined, const Fact& a, const Fact& b);
  void name_joined(Joining& joining, Dim& joined, const Dim& a, const Dim& b);
  void name_joined(Joining& joining, ListElements& joined, const ListElements& a, const ListElements& b);

  void name_chosen(const Node& node, const std::vector<Choice>& choices, std::vector<Fact>& joined);

  // structure.cc
  Result<Outcome> unpack_list(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> unpack_uniform_list(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> unpack_tuple(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> get_attribute(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> set_attribute(Node& node, const std::vector<Fact>& inputs);
  void seed_attribute(const ObjectFact& object, const std::string& name);
  void write_attribute(const ObjectFact& object, const std::string& name, const Fact& fact, bool certainly);
  Result<Outcome> create_object(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> call(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> fork(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> wait(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> raise(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> make_uninitialized(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> check_instance(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> cast(Node& node, const std::vector<Fact>& inputs);
  Result<Outcome> leave_context(Node& node, const std::vector<Fact>& inputs);

  Program& program_;
  PassContext& context_;
  ElementBudget budget_;
  Environment environment_{budget_};
  Recorder recorder_;
  std::unordered_map<std::string, const Object*> objects_;
  std::set<std::string> shared_objects_;  // made more than once at one place: writes to them may or may not hit
  std::set<const Attribute*> seeded_;
  std::set<const Node*> diagnosed_;
  std::set<std::string> asked_;     // ops whose shapes came from the oracle
  std::vector<RunningLoop> loops_;  // outermost first
  struct Count {
    Expr count;
    std::int64_t time;
  };
  std::unordered_map<int, Count> counts_;  // tensor object -> how many of its elements are not 0
  const Node* raised_at_ = nullptr;
  std::set<std::string> assumed_;  // conditions that are stated already
  std::map<std::string, FoundSize> least_sizes_, only_sizes_;
  std::int64_t steps_ = 0;
  int undecided_ = 0;  // conditions around that are not known
};

}  // namespace flopaudit
