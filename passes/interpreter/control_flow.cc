// prim::If and prim::Loop.
//
// If, condition known: that branch. A branch that certainly raises is a dead end: the other one is taken. Else both
// run, each on a layer of the environment, and what they leave is joined; their nodes count between 0 and 1 times.
//
// Loop, count known: iteration by iteration; when an iteration changed nothing, all that follow are like it and are
// multiplied instead. Count unknown or symbolic: the carried values are widened to what holds of every iteration, and
// the body counts that many times: a symbol `trips(n<id>)`, unless --loop-bound or --assume gives a number.
#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/interpreter.h"
#include "passes/interpreter/node_text.h"

namespace flopaudit {
namespace {

// A `while` is a loop to the largest integer; nothing that ends runs that often.
constexpr std::int64_t kEndless = std::int64_t{1} << 62;
// A body that uses its iteration number, but whose shapes repeat, is interpreted exactly this often.
constexpr std::int64_t kMaxExactTrips = 2048;
// So many even of a program that is too long: the first is often unlike the others.
constexpr std::int64_t kLeastExactTrips = 3;
// What an iteration costs beside its nodes, in steps: an empty body must meet the limit too.
constexpr std::int64_t kStepsOfAnIteration = 4;
constexpr int kMaxWideningRounds = 12;
constexpr int kRoundsBeforeForgetting = 8;

std::optional<bool> known_condition(const Fact& fact) {
  const auto* boolean = fact.get<BoolFact>();
  return boolean != nullptr ? boolean->value : std::nullopt;
}

bool is_used_in(const Value* value, const Region& region) {
  bool used = std::find(region.results.begin(), region.results.end(), value) != region.results.end();
  for_each_node(region, [&](const Node& node) {
    used = used || std::find(node.operands.begin(), node.operands.end(), value) != node.operands.end();
    for (const auto& inner : node.regions) {
      used = used || std::find(inner->results.begin(), inner->results.end(), value) != inner->results.end();
    }
  });
  return used;
}

// Syntactically: reaches a prim::RaiseException whatever the values are.
bool certainly_raises(const Region& region) {
  return std::any_of(region.nodes.begin(), region.nodes.end(), [](const auto& node) {
    if (node->op.name == "prim::RaiseException") return true;
    return node->op.name == "prim::If" && node->regions.size() == 2 && certainly_raises(*node->regions[0]) &&
           certainly_raises(*node->regions[1]);
  });
}

// Which tensors of the carried values are one and the same: for each, the place of the first that is it.
std::vector<std::size_t> identity_pattern(std::vector<Fact> carried) {
  std::vector<int> identities;
  for (Fact& fact : carried) {
    for_each_tensor(fact, [&identities](const TensorFact& tensor) { identities.push_back(tensor.identity); });
  }
  std::vector<std::size_t> pattern;
  for (const int identity : identities) {
    const auto first = std::find(identities.begin(), identities.end(), identity);
    pattern.push_back(static_cast<std::size_t>(first - identities.begin()));
  }
  return pattern;
}

// Where a size is 0, a tensor without elements may have another rank than beside it, where the size is not: the shape
// with the size in it says both.
void keep_shape_beside_empty(const Fact& shaped, const Fact& empty, const std::string& symbol, Fact& joined) {
  const TensorFact* with_size = shaped.tensor();
  const TensorFact* without = empty.tensor();
  if (with_size == nullptr || without == nullptr || !with_size->dims) return;
  if (joined.tensor() != nullptr && joined.tensor()->dims) return;
  const auto elements_at_zero = [&symbol](const TensorFact& fact) {
    const auto elements = element_count(fact);
    return elements ? elements->substitute({{symbol, Expr(0)}}).constant() : std::nullopt;
  };
  if (elements_at_zero(*without) != 0 || elements_at_zero(*with_size) != 0) return;
  TensorFact same_rank = *without;
  same_rank.dims = with_size->dims;
  same_rank.contents.reset();
  joined = join(shaped, same_rank);
}

// A `for` without `break`: the condition that the body gives is the constant true.
bool always_goes_on(const Region& body) {
  const Value* condition = body.results.front();
  return condition->origin == Value::Origin::constant && known_condition(condition->fact) == true;
}

std::string branch_symbol(const Node& node) { return "branch(" + node_name(node.id) + ")"; }

std::vector<Fact> with_iteration(Fact iteration, const std::vector<Fact>& carried) {
  std::vector<Fact> arguments = {std::move(iteration)};
  arguments.insert(arguments.end(), carried.begin(), carried.end());
  return arguments;
}

}  // namespace

Result<Interpreter::Outcome> Interpreter::run_if(Node& node, const std::vector<Fact>& inputs) {
  std::optional<bool> condition = known_condition(inputs.front());
  if (!condition) condition = assumed_branch(node);
  if (!condition) {
    const bool then_raises = certainly_raises(*node.regions[0]);
    const bool else_raises = certainly_raises(*node.regions[1]);
    if (then_raises != else_raises) {
      condition = else_raises;
      assume_taken(node, *condition);
    }
  }
  return condition ? run_region(*node.regions[*condition ? 0 : 1], {}) : run_both_branches(node);
}

Result<Interpreter::Outcome> Interpreter::run_both_branches(Node& node) {
  Outcome outcomes[2];
  std::shared_ptr<Environment::Layer> layers[2];
  std::vector<std::vector<Fact>> results(2);
  ++undecided_;
  // Records are held back, the second branch's in a frame over the first's: how often they count is known at the end.
  for (int i = 0; i < 2; ++i) {
    environment_.push();
    recorder_.open();
    FA_ASSIGN(outcomes[i], run_region(*node.regions[static_cast<std::size_t>(i)], {}));
    layers[i] = environment_.pop();
    if (outcomes[i].raises) recorder_.drop();
  }
  --undecided_;
  const bool both = !outcomes[0].raises && !outcomes[1].raises;
  const Range times = both ? Range(Expr(0), Expr(1)) : Range(Expr(1));  // [0, 1] twice is [0, 1]
  for (const Outcome& outcome : outcomes) {
    if (!outcome.raises) recorder_.close(times);
  }
  if (outcomes[0].raises && outcomes[1].raises) return Outcome{true, {}};
  for (int i = 0; i < 2; ++i) {
    if (outcomes[i].raises) continue;
    for (const Fact& fact : outcomes[i].results) {
      results[static_cast<std::size_t>(i)].push_back(environment_.outside(*layers[i], fact));
    }
  }
  if (!both) {
    const std::size_t taken = outcomes[0].raises ? 1 : 0;
    assume_taken(node, taken == 0);
    environment_.commit(*layers[taken]);
    return Outcome{false, std::move(results[taken])};
  }
  const auto name_state = [&](const Fact& a, const Fact& b, const std::string& place) {
    Fact joined = join_paths(a, b);
    Joining joining{node, place, true};
    name_joined(joining, joined, a, b);
    return joined;
  };
  environment_.join_layers(*layers[0], *layers[1], name_state);
  const std::string condition = condition_text(*node.operands.front());
  depend({Dependency::Kind::branch, branch_symbol(node), node.id,
          "the condition " + (condition.empty() ? "" : condition + " ") + "at " + source_of(node) + " (" +
              node_name(node.id) + ")",
          Expr(1)});
  std::vector<Fact> joined = join_paths(results[0], results[1]);
  if (const auto size = size_tested_for_zero(*node.operands.front())) {
    const std::size_t other = size->zero_branch == 0 ? 1 : 0;
    for (std::size_t i = 0; i < joined.size(); ++i) {
      keep_shape_beside_empty(results[other][i], results[size->zero_branch][i], size->symbol, joined[i]);
    }
  }
  Joining joining{node, "", true};
  for (std::size_t i = 0; i < joined.size(); ++i) name_joined(joining, joined[i], results[0][i], results[1][i]);
  return Outcome{false, std::move(joined)};
}

// `if n > 0`, `if n == 0` and the like, of a size that one symbol makes 0.
std::optional<Interpreter::ZeroTest> Interpreter::size_tested_for_zero(const Value& condition) {
  const Node* test = condition.producer;
  if (test == nullptr || test->operands.empty()) return std::nullopt;
  if (test->op.name == "aten::__not__") {
    auto inner = size_tested_for_zero(*test->operands[0]);
    if (inner) inner->zero_branch = 1 - inner->zero_branch;
    return inner;
  }
  if (test->operands.size() != 2) return std::nullopt;
  const Fact left = environment_.read(test->operands[0]);
  const Fact right = environment_.read(test->operands[1]);
  const auto* size = left.get<IntFact>();
  const auto* bound = right.get<IntFact>();
  if (size == nullptr || bound == nullptr || !size->value || !(bound->value == std::optional(Expr(0))))
    return std::nullopt;
  const std::set<std::string> symbols = size->value->symbols();
  if (symbols.size() != 1 || !(size->value->substitute({{*symbols.begin(), Expr(0)}}) == Expr(0))) return std::nullopt;
  if (test->op.name == "aten::gt" || test->op.name == "aten::ne") return ZeroTest{*symbols.begin(), 1};
  if (test->op.name == "aten::eq" || test->op.name == "aten::le") return ZeroTest{*symbols.begin(), 0};
  return std::nullopt;
}

// --assume 'branch(n7)=1' takes the branch where the condition holds.
std::optional<bool> Interpreter::assumed_branch(const Node& node) {
  const auto assumed = context_.assumptions.find(branch_symbol(node));
  if (assumed == context_.assumptions.end()) return std::nullopt;
  context_.used_assumptions.insert(assumed->first);
  return assumed->second != 0;
}

// The condition as a comparison of symbolic sizes: "H > 64". "": it is none.
std::string Interpreter::condition_text(const Value& condition) {
  const Node* test = condition.producer;
  if (test == nullptr || test->operands.empty()) return "";
  if (test->op.name == "aten::__not__") {
    const std::string inner = condition_text(*test->operands[0]);
    return inner.empty() ? "" : "not (" + inner + ")";
  }
  static const std::map<std::string_view, std::string_view> kRelations = {{"aten::eq", "="}, {"aten::ge", ">="},
                                                                          {"aten::gt", ">"}, {"aten::le", "<="},
                                                                          {"aten::lt", "<"}, {"aten::ne", "!="}};
  const auto relation = kRelations.find(test->op.name);
  if (relation == kRelations.end() || test->operands.size() != 2) return "";
  const Fact left = environment_.read(test->operands[0]);
  const Fact right = environment_.read(test->operands[1]);
  const auto* a = left.get<IntFact>();
  const auto* b = right.get<IntFact>();
  if (a == nullptr || b == nullptr || !a->value || !b->value) return "";
  return relation_text(*a->value, relation->second, *b->value);
}

// One branch raises, so the other is taken: where sizes decide that, they are as it needs them.
void Interpreter::assume_taken(const Node& node, bool taken) {
  const std::string condition = condition_text(*node.operands.front());
  if (condition.empty()) return;
  const std::string stated = taken ? condition : "not (" + condition + ")";
  if (!assumed_.insert(stated).second) return;
  context_.size_assumptions.push_back(stated + ": the program raises at " + source_of(node) + " (n" +
                                      std::to_string(node.id) + ") otherwise");
  fix_size(zero_where(*node.operands.front(), taken), context_.size_assumptions.back());
}

// What is 0 where a comparison of sizes holds, or does not. 0 where that says nothing of the kind.
Expr Interpreter::zero_where(const Value& condition, bool holds) {
  const Node* test = condition.producer;
  if (test == nullptr || test->operands.empty()) return 0;
  if (test->op.name == "aten::__not__") return zero_where(*test->operands[0], !holds);
  if (test->op.name != (holds ? "aten::eq" : "aten::ne") || test->operands.size() != 2) return 0;
  const Fact left = environment_.read(test->operands[0]);
  const Fact right = environment_.read(test->operands[1]);
  const auto* a = left.get<IntFact>();
  const auto* b = right.get<IntFact>();
  return a != nullptr && b != nullptr && a->value && b->value ? *a->value - *b->value : Expr(0);
}

Result<Interpreter::Outcome> Interpreter::run_loop(Node& node, const std::vector<Fact>& inputs) {
  const auto* count = inputs[0].get<IntFact>();
  const std::optional<Expr> max_trips = count != nullptr ? count->value : std::nullopt;
  const std::optional<bool> enters = known_condition(inputs[1]);
  std::vector<Fact> carried(inputs.begin() + 2, inputs.end());
  if (enters == std::optional(false)) return Outcome{false, std::move(carried)};
  loops_.push_back({&node});
  Result<Outcome> outcome = [&]() -> Result<Outcome> {
    if (!enters) return run_widened_loop(node, std::move(carried), unknown_trips(node, max_trips, 0), false, 0);
    if (max_trips && max_trips->constant()) return run_counted_loop(node, std::move(carried), *max_trips->constant());
    if (!max_trips) return run_widened_loop(node, std::move(carried), unknown_trips(node, max_trips, 0), true, 0);
    if (!always_goes_on(*node.regions.front())) {
      return run_widened_loop(node, std::move(carried), unknown_trips(node, max_trips, 0), true, 0);
    }
    const bool positive = always_less_equal(Expr(0), *max_trips).value_or(false);
    if (positive) return run_loop_behind_first(node, std::move(carried), *max_trips);
    return run_widened_loop(node, std::move(carried), max(*max_trips, Expr(0)), true, 0);
  }();
  loops_.pop_back();
  return outcome;
}

// Iteration by iteration. Whether one is like the one before is found by comparing all that it changed, which costs as
// much as its lists are long: after one that changed something, as many as have run are not compared. So a loop that
// builds a list of n elements costs n log n, and a repeat is found at the latest when twice as many have run.
Result<Interpreter::Outcome> Interpreter::run_counted_loop(Node& node, std::vector<Fact> carried,
                                                           std::int64_t max_trips) {
  Region& body = *node.regions.front();
  const bool uses_iteration = is_used_in(body.arguments.front(), body);
  const bool is_endless = max_trips >= kEndless;
  const std::optional<Expr> limit = is_endless ? std::nullopt : std::optional(Expr(max_trips));
  const std::size_t depth = loops_.size() - 1;
  std::int64_t repeats = 0;  // iterations in a row that changed nothing
  std::int64_t next_compared = 0;
  for (std::int64_t trip = 0; trip < max_trips; ++trip) {
    loops_[depth].trip = trip;
    if (uses_iteration && repeats >= 2 && trip >= kMaxExactTrips && !is_endless) {
      loops_[depth].trip = -1;
      return run_widened_loop(node, std::move(carried), Expr(max_trips - trip), true, trip);
    }
    if (trip >= kLeastExactTrips && program_is_long()) {
      loops_[depth].trip = -1;
      diagnose(node, cut_short(node, trip));
      const bool all_run = !is_endless && always_goes_on(body);
      const Range rest = all_run ? Range(Expr(max_trips - trip)) : unknown_trips(node, limit, trip);
      return run_widened_loop(node, std::move(carried), rest, all_run, trip);
    }
    steps_ += kStepsOfAnIteration;
    recorder_.open();
    bool repeated = false;
    const bool compares = trip >= next_compared;
    FA_ASSIGN(Outcome outcome, compares ? run_compared_iteration(body, trip, carried, repeated)
                                        : run_region(body, with_iteration(Fact::integer(trip), carried)));
    if (outcome.raises) {
      recorder_.drop();
      return outcome;
    }
    const std::optional<bool> goes_on = known_condition(outcome.results.front());
    carried.assign(outcome.results.begin() + 1, outcome.results.end());
    repeats = repeated ? repeats + 1 : 0;
    if (compares && !repeated) next_compared = 2 * trip + 1;
    const bool all_alike = !uses_iteration && repeats >= 2 && goes_on == std::optional(true);
    if (all_alike && is_endless) {
      recorder_.drop();
      return input_error("the loop at " + describe(node) +
                         " never ends: nothing that its condition depends on changes");
    }
    recorder_.close(Range(Expr(all_alike ? max_trips - trip : 1)));
    if (all_alike || goes_on == std::optional(false)) break;
    if (!goes_on && trip + 1 < max_trips) {
      loops_[depth].trip = -1;
      return run_widened_loop(node, std::move(carried), unknown_trips(node, limit, trip + 1), false, trip + 1);
    }
  }
  return Outcome{false, std::move(carried)};
}

// On the layer that was pushed for it.
Result<Interpreter::Outcome> Interpreter::run_iteration(Region& body, const Fact& iteration,
                                                        const std::vector<Fact>& carried) {
  std::vector<Fact> lifted;
  for (const Fact& fact : carried) lifted.push_back(environment_.inside(fact));
  return run_region(body, with_iteration(iteration, lifted));
}

// On a layer of its own, which shows what it changed. `repeated`: nothing, of what it was given or met.
Result<Interpreter::Outcome> Interpreter::run_compared_iteration(Region& body, std::int64_t trip,
                                                                 const std::vector<Fact>& carried, bool& repeated) {
  for (const Fact& fact : carried) budget_.copy(ElementBudget::size(fact));
  const std::vector<Fact> before = snapshots(carried);
  const std::vector<std::size_t> pattern_before = identity_pattern(carried);
  environment_.push();
  FA_ASSIGN(Outcome outcome, run_iteration(body, Fact::integer(trip), carried));
  const auto layer = environment_.pop();
  if (outcome.raises) return outcome;
  for (Fact& fact : outcome.results) fact = environment_.outside(*layer, fact);
  const bool changed = environment_.commit(*layer);
  const std::vector<Fact> next(outcome.results.begin() + 1, outcome.results.end());
  repeated = !changed && next == before && identity_pattern(next) == pattern_before;
  return outcome;
}

// Why a loop of a known number of iterations is taken as a whole.
std::string Interpreter::cut_short(const Node& node, std::int64_t done) const {
  return "the loop at " + describe(node) + " is interpreted one iteration at a time for its first " +
         std::to_string(done) +
         " alone, because the program is too long for more: of the others holds what is alike in them, and a cost that "
         "differs from one to the next is not known or counted as their mean";
}

// A first iteration that leaves something of another kind than it met (a state that was None, a key that a dict did not
// have) is apart from the others.
Result<Interpreter::Outcome> Interpreter::run_loop_behind_first(Node& node, std::vector<Fact> carried,
                                                                const Expr& trips) {
  const std::size_t depth = loops_.size() - 1;
  loops_[depth].trip = 0;
  environment_.push();
  recorder_.open();
  FA_ASSIGN(const Outcome outcome, run_iteration(*node.regions.front(), Fact::integer(Expr(0)), carried));
  const auto layer = environment_.pop();
  loops_[depth].trip = -1;
  if (outcome.raises) {
    recorder_.drop();
    return outcome;
  }
  bool is_apart = environment_.changes_kind(*layer);
  std::vector<Fact> next;
  for (std::size_t i = 0; i < carried.size(); ++i) {
    next.push_back(environment_.outside(*layer, outcome.results[i + 1]));
    is_apart = is_apart || is_of_another_kind(carried[i], next[i]);
  }
  if (!is_apart) {
    recorder_.drop();
    return run_widened_loop(node, std::move(carried), trips, true, 0);
  }
  environment_.commit(*layer);
  recorder_.close(Range(Expr(1)));
  return run_widened_loop(node, std::move(next), trips - Expr(1), true, 1);
}

// How many more iterations a loop makes of which `done` were seen and no more is known.
Range Interpreter::unknown_trips(const Node& node, const std::optional<Expr>& max_trips, std::int64_t done) {
  const std::string symbol = "trips(n" + std::to_string(node.id) + ")";
  std::optional<std::int64_t> given = context_.loop_bound;
  if (const auto assumed = context_.assumptions.find(symbol); assumed != context_.assumptions.end()) {
    given = assumed->second;
    context_.used_assumptions.insert(symbol);
  }
  const bool bounded = max_trips && !(max_trips->constant() && *max_trips->constant() >= kEndless);
  const std::string place = "the trip count of the loop at " + source_of(node) + " (n" + std::to_string(node.id) + ")";
  if (given) {
    diagnose(node, place + " is not known: it is taken to be " + std::to_string(*given));
    const Expr more = Expr(std::max<std::int64_t>(*given - done, 0));
    return bounded ? min(more, max(*max_trips - Expr(done), Expr(0))) : more;
  }
  if (bounded) {
    depend({Dependency::Kind::trips, symbol, node.id, place, max_trips});
    return {Expr(0), max(*max_trips - Expr(done), Expr(0))};
  }
  depend({Dependency::Kind::trips, symbol, node.id, place, {}});
  const Expr trips = Expr::symbol(symbol);
  if (done == 0) return trips;
  return done == 1 ? trips - Expr(1) : max(trips - Expr(done), Expr(0));  // a symbol is at least 1
}

// The symbols that nodes of the loop made are another number in every iteration.
LoopGrowth Interpreter::growth_of(const Node& node, const Expr& iteration) const {
  int last = node.id;
  for_each_node(*node.regions.front(), [&last](const Node& inner) { last = std::max(last, inner.id); });
  return LoopGrowth(iteration, [this, first = node.id, last](const std::string& symbol) {
    return std::any_of(context_.dependencies.begin(), context_.dependencies.end(), [&](const Dependency& each) {
      return each.name == symbol && each.node >= first && each.node <= last;
    });
  });
}

// `entered`: the first iteration certainly runs, if any does. `done` iterations ran before.
Result<Interpreter::Outcome> Interpreter::run_widened_loop(Node& node, std::vector<Fact> carried, const Range& trips,
                                                           bool entered, std::int64_t done) {
  Region& body = *node.regions.front();
  const std::string why = describe(node) + ": it changes from one iteration to the next";
  if (trips == Range(Expr(0))) return Outcome{false, std::move(carried)};
  const Expr iteration =
      named(node,
            {Dependency::Kind::size, "iteration", 0,
             "which iteration of the loop it is; a cost that depends on it holds for its mean, at " + describe(node),
             trips.max - Expr(1)},
            "");
  if (!entered) ++undecided_;
  // Rounds that record nothing, until the carried values hold of every iteration; then one that counts.
  bool stable = false;
  for (int round = 0;; ++round) {
    const bool counts = stable || round >= kMaxWideningRounds;
    const LoopGrowth growth = growth_of(node, iteration);
    Range times = trips;
    // What holds at the start of every iteration; after the round that counts, behind the last.
    const auto joined_state = [&](Joining& joining, const Fact& before, const Fact& next) {
      Fact joined = growth.at_start(before, next, round == 0);
      name_joined(joining, joined, before, next);
      if (!counts) return joined;
      const Fact most = growth.behind(joined, times.max);
      joined = growth.behind(joined, times.exact() ? Dim(times.max) : Dim());
      joining.bounded = true;
      name_joined(joining, joined, most, most);
      joining.bounded = false;
      return joined;
    };
    budget_.copy(carried);
    const std::vector<Fact> before = snapshots(carried);
    environment_.push();
    recorder_.open();
    FA_ASSIGN(Outcome outcome, run_iteration(body, Fact::integer(iteration + Expr(done)), carried));
    const auto layer = environment_.pop();
    if (outcome.raises) {
      recorder_.drop();
      if (!entered) --undecided_;
      return entered ? outcome : Outcome{false, std::move(carried)};
    }
    // A body that ends its loop runs once at most.
    if (!entered && known_condition(outcome.results.front()) == std::optional(false)) times = Range(Expr(0), Expr(1));
    for (Fact& fact : outcome.results) fact = environment_.outside(*layer, fact);
    const std::string where = counts ? "after" : "";
    const bool changed =
        environment_.join_layer(*layer, [&](const Fact& one, const Fact& two, const std::string& place) {
          Joining joining{node, counts ? where + "." + place : place};
          return joined_state(joining, one, two);
        });
    std::vector<Fact> next(outcome.results.begin() + 1, outcome.results.end());
    Joining joining{node, where};
    for (std::size_t i = 0; i < next.size(); ++i) next[i] = joined_state(joining, carried[i], next[i]);
    stable = round >= 1 && !changed && next == before;
    if (counts) {
      recorder_.close(times);
      if (!entered) --undecided_;
      return Outcome{false, std::move(next)};
    }
    recorder_.drop();
    for (std::size_t i = 0; i < next.size() && round >= kRoundsBeforeForgetting; ++i) {
      if (!(next[i] == before[i])) next[i] = unknown_of_type(body.arguments[i + 1]->type, why);
    }
    carried = std::move(next);
  }
}

}  // namespace flopaudit
