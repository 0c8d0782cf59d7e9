#include "passes/interpreter/interpreter.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/entry_arguments.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ops/derived_ops.h"
#include "analyzer/ops/element_values.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/rules/rule_file.h"
#include "analyzer/support/expr_roots.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/node_text.h"

namespace flopaudit {
namespace {

// Ops that give out what a container holds: their tensors keep the storage that they have. Sorted.
constexpr std::array<std::string_view, 12> kGivesElements = {
    "aten::__getitem__", "aten::copy",    "aten::dict",       "aten::get",    "aten::items",  "aten::list",
    "aten::pop",         "aten::popitem", "aten::setdefault", "aten::sorted", "aten::values", "aten::wait"};
static_assert(std::ranges::is_sorted(kGivesElements));

// In-place ops that change the shape of their operand, for all who hold the tensor. Sorted.
constexpr std::array<std::string_view, 11> kRetypes = {
    "aten::as_strided_", "aten::resize_", "aten::resize_as_", "aten::set_",       "aten::squeeze_", "aten::swapaxes_",
    "aten::swapdims_",   "aten::t_",      "aten::transpose_", "aten::unsqueeze_", "aten::view_"};
static_assert(std::ranges::is_sorted(kRetypes));

// The list or dict that an op was given and gives back: `append`. Its tensors have their names.
bool is_given_back(const Fact& result, const std::vector<Fact>& inputs) {
  return std::ranges::any_of(inputs, [&result](const Fact& input) {
    const auto* list = result.get<ListFact>();
    const auto* dict = result.get<DictFact>();
    const auto* given_list = input.get<ListFact>();
    const auto* given_dict = input.get<DictFact>();
    return (list && given_list && list->elements && list->elements == given_list->elements) ||
           (dict && given_dict && dict->items && dict->items == given_dict->items);
  });
}

bool is_uniform(const Fact& fact) {
  const auto* list = fact.get<ListFact>();
  return list != nullptr && list->elements && list->elements->is_uniform();
}

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

}  // namespace

Interpreter::Interpreter(Program& program, PassContext& context) : program_(program), context_(context) {
  for (const Object& object : program.objects) objects_.emplace(object.path, &object);
}

Result<void> Interpreter::run() {
  FA_ASSIGN(const std::vector<Fact> arguments, entry_facts());
  FA_ASSIGN(const Outcome outcome, run_region(program_.entry().body, arguments));
  if (!outcome.raises) return {};
  return input_error(
      "with these inputs " + program_.method + " of '" + program_.file + "' always ends in an exception" +
      (raised_at_ ? ", raised at " + describe(*raised_at_) : std::string()) + ": give it inputs that it accepts");
}

Result<std::vector<Fact>> Interpreter::entry_facts() const {
  const Graph& entry = program_.entry();
  const std::size_t skip = first_input(program_);
  const std::size_t wanted = entry.body.arguments.size() - skip;
  std::map<std::string, Expr> symbols;
  for (const auto& [symbol, value] : context_.assumptions) symbols.emplace(symbol, Expr(value));
  std::vector<Fact> facts;
  if (skip == 1) facts.push_back(ObjectFact{""});
  for (const Fact& input : context_.inputs) facts.push_back(substitute(input, symbols));
  while (facts.size() < entry.body.arguments.size() && facts.size() < entry.defaults.size() &&
         entry.defaults[facts.size()]) {
    facts.push_back(entry.defaults[facts.size()]->snapshot());
  }
  if (facts.size() == entry.body.arguments.size()) return facts;
  std::string names;
  for (std::size_t i = skip; i < entry.body.arguments.size(); ++i) {
    names +=
        (names.empty() ? "" : ", ") + entry.body.arguments[i]->name + ": " + entry.body.arguments[i]->type.to_string();
  }
  return usage_error(program_.method + " of '" + program_.file + "' takes " + std::to_string(wanted) + " input" +
                     (wanted == 1 ? "" : "s") + (names.empty() ? "" : " (" + names + ")") + ", but " +
                     std::to_string(context_.inputs.size()) + " were given: give one --input for each");
}

Result<Interpreter::Outcome> Interpreter::run_region(Region& region, const std::vector<Fact>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Fact fact = arguments[i];
    for_each_tensor(fact, [this](TensorFact& tensor) {
      if (tensor.alias_class == 0) tensor.alias_class = environment_.fresh_class();
      if (tensor.identity == 0) tensor.identity = environment_.some_object();
    });
    environment_.set(region.arguments[i], std::move(fact));
  }
  if (!arguments.empty()) recorder_.arguments(region, budget_.snapshots(arguments));
  for (const auto& node : region.nodes) {
    FA_ASSIGN(const bool goes_on, run_node(*node));
    if (!goes_on) return Outcome{true, {}};
  }
  Outcome outcome;
  for (const Value* result : region.results) outcome.results.push_back(environment_.read(result));
  return outcome;
}

Result<bool> Interpreter::run_node(Node& node) {
  // Straight programs of any length are fine: the limit is for what loops repeat.
  if (++steps_ > kMaxSteps && !loops_.empty()) {
    return input_error("the loop at " + describe(*loops_.front().node) + " takes more than " +
                       std::to_string(kMaxSteps) +
                       " steps to interpret, because its shapes or numbers differ from one iteration to the next: "
                       "analyse it with fewer iterations");
  }
  if (budget_.is_spent()) return too_many_elements();
  std::vector<Fact> inputs;
  inputs.reserve(node.operands.size());
  for (const Value* operand : node.operands) inputs.push_back(environment_.read(operand));
  Execution execution{Expr(1), recorded(node, inputs), {}};
  FA_ASSIGN(Outcome outcome, evaluate(node, inputs));
  if (outcome.raises) return false;
  execution.outputs = recorded(node, outcome.results);
  for (std::size_t i = 0; i < node.results.size(); ++i) {
    environment_.set(node.results[i], std::move(outcome.results[i]));
  }
  recorder_.node(node, std::move(execution));
  return true;
}

const std::unordered_map<std::string_view, Interpreter::Handler>& Interpreter::handlers() {
  // clang-format off
  static const std::unordered_map<std::string_view, Handler> table = {
      {"prim::If",             &Interpreter::run_if},
      {"prim::Loop",           &Interpreter::run_loop},
      {"prim::ListUnpack",     &Interpreter::unpack_list},
      {"prim::TupleUnpack",    &Interpreter::unpack_tuple},
      {"prim::GetAttr",        &Interpreter::get_attribute},
      {"prim::SetAttr",        &Interpreter::set_attribute},
      {"prim::CreateObject",   &Interpreter::create_object},
      {"prim::CallMethod",     &Interpreter::call},
      {"prim::CallFunction",   &Interpreter::call},
      {"prim::fork",           &Interpreter::fork},
      {"aten::wait",           &Interpreter::wait},
      {"prim::RaiseException", &Interpreter::raise},
      {"prim::Uninitialized",  &Interpreter::make_uninitialized},
      {"prim::isinstance",     &Interpreter::check_instance},
      {"prim::Exit",           &Interpreter::leave_context},
      {"prim::unchecked_cast", &Interpreter::cast},
      {"prim::unchecked_unwrap_optional", &Interpreter::cast},
      {"aten::_unwrap_optional", &Interpreter::cast},
  };
  // clang-format on
  return table;
}

Result<Interpreter::Outcome> Interpreter::evaluate(Node& node, const std::vector<Fact>& inputs) {
  const auto handler = handlers().find(node.op.name);
  if (handler != handlers().end()) return (this->*handler->second)(node, inputs);
  return apply_row(node, inputs);
}

Result<Interpreter::Outcome> Interpreter::apply_row(Node& node, const std::vector<Fact>& inputs) {
  const OpSpec* row = find_op(node.op.full(), context_.op_rules.get());
  if (row == nullptr) return ask_oracle(node, inputs);
  const SizeConditionScope noted;
  const SizeEquationScope equations;
  RuleResult<Facts> facts = apply_to_each_choice(node, *row, inputs);
  if (!facts) {
    if (facts.failure().kind == RuleFailure::Kind::misfit) return misfit(node, inputs, facts.failure().why);
    forget_written(node, inputs, /*rule_knows_containers=*/false);
    return unknown_results(node, inputs, facts.failure().why);
  }
  if (facts->size() != node.results.size()) {
    return misfit(node, inputs,
                  "the op gives " + std::to_string(facts->size()) + " results and the node takes " +
                      std::to_string(node.results.size()));
  }
  assume(node, noted.conditions(), equations.equations());
  forget_written(node, inputs, /*rule_knows_containers=*/true);
  Outcome outcome{false, *std::move(facts)};
  fill_elements(node.op.full(), inputs, outcome.results);
  name_storage(node, inputs, outcome.results);
  name_open(node, inputs, outcome.results);
  explain(node, inputs, outcome.results);
  retype_written(node, *row, inputs, outcome.results);
  return outcome;
}

// What holds of the op's results whatever its operands are of what they can be.
RuleResult<Facts> Interpreter::apply_to_each_choice(const Node& node, const OpSpec& row,
                                                    const std::vector<Fact>& inputs) {
  FA_RULE(const std::vector<Choice> choices, choices_of(node, row, inputs));
  if (choices.empty()) return apply_rule(node, row, inputs);
  Facts joined = choices.front().results;
  for (const Choice& choice : choices) {
    if (choice.results.size() != joined.size()) return missing("its results differ in number");
    joined = join_paths(joined, choice.results);
  }
  name_chosen(node, choices, joined);
  return joined;
}

// What is written to a list or dict that stands for many may hit another one of them: what it held may hold still.
RuleResult<Facts> Interpreter::apply_rule(const Node& node, const OpSpec& row, const std::vector<Fact>& inputs) {
  std::vector<std::pair<Fact, Fact>> before;
  for (const std::size_t i : written_operands(node)) {
    if (environment_.is_shared(inputs[i])) before.emplace_back(inputs[i], inputs[i].snapshot());
  }
  RuleResult<Facts> facts = shape_of(row, inputs);
  for (const auto& [fact, contents] : before) {
    const Fact joined = join(contents, fact.snapshot());
    if (const auto* list = fact.get<ListFact>()) *list->elements = *joined.get<ListFact>()->elements;
    if (const auto* dict = fact.get<DictFact>()) *dict->items = *joined.get<DictFact>()->items;
  }
  return facts;
}

// For this node alone. Its work stays no_rule.
Interpreter::Outcome Interpreter::ask_oracle(const Node& node, const std::vector<Fact>& inputs) {
  forget_written(node, inputs, /*rule_knows_containers=*/false);
  const std::string no_rule = "there is no rule for it";
  if (context_.shape_oracle == nullptr) return unknown_results(node, inputs, no_rule);
  const std::string op = node.op.full();
  RuleResult<Facts> facts = context_.shape_oracle->results_of(op, inputs);
  if (facts && facts->size() != node.results.size()) facts = missing("LibTorch's has another number of results");
  if (!facts) return unknown_results(node, inputs, no_rule + "; " + facts.failure().why);
  if (asked_.insert(op).second) {
    context_.diagnostics.push_back("there is no rule for " + op +
                                   ": its work is not counted, and the shapes that it gives are LibTorch's own answer");
  }
  Outcome outcome{false, *std::move(facts)};
  name_storage(node, inputs, outcome.results);
  name_open(node, inputs, outcome.results);
  return outcome;
}

// In-place views change the shape of their operand, and an out tensor gets the shape of the result.
void Interpreter::retype_written(const Node& node, const OpSpec& row, const std::vector<Fact>& inputs,
                                 std::vector<Fact>& results) {
  const bool is_out = row.form != nullptr && row.form->kind == DerivedForm::Kind::out;
  if (contains(kRetypes, node.op.name) && !results.empty()) {
    environment_.retype(node.operands.front(), results.front());
  }
  for (std::size_t i = 0; is_out && i < results.size(); ++i) {
    const std::size_t place = row.form->first_out + i;
    const TensorFact* out = inputs[place].tensor();
    if (out != nullptr && out->alias_class != 0) results[i].get<TensorFact>()->alias_class = out->alias_class;
    environment_.retype(node.operands[place], results[i]);
  }
}

// In a branch that may not run, an op that cannot run shows that it does not.
Result<Interpreter::Outcome> Interpreter::misfit(const Node& node, const std::vector<Fact>& inputs,
                                                 const std::string& why) {
  if (undecided_ > 0) {
    diagnose(node, "the branch with " + describe(node) +
                       " cannot run on these inputs, so it is taken to be never "
                       "executed: " +
                       why);
    raised_at_ = &node;
    return Outcome{true, {}};
  }
  std::string message = node.op.full() + " cannot run at n" + std::to_string(node.id);
  message += " (module " + (node.module.empty() ? "of the model itself" : "'" + node.module + "'");
  if (!node.source.file.empty()) message += ", " + source_of(node);
  return input_error(message + "): " + why + "; its inputs are " + facts_text(inputs) +
                     ": give other shapes with --input");
}

Interpreter::Outcome Interpreter::unknown_results(const Node& node, const std::vector<Fact>& inputs,
                                                  const std::string& why) {
  // The first node that did not know is the one to name.
  for (const Fact& input : inputs) budget_.look_at(input);
  std::string reason = reason_of(inputs);
  if (reason.empty()) reason = describe(node) + ": " + why;
  Outcome outcome;
  for (const Value* result : node.results) outcome.results.push_back(unknown_of_type(result->type, reason));
  name_storage(node, inputs, outcome.results);
  name_open(node, inputs, outcome.results);
  return outcome;
}

// `rule_knows_containers`: the row's rule has changed lists and dicts itself, as the op does.
void Interpreter::forget_written(const Node& node, const std::vector<Fact>& inputs, bool rule_knows_containers) {
  for (const std::size_t i : written_operands(node)) {
    Fact fact = inputs[i];
    if (!fact.tensor() && fact.alternatives() == nullptr && rule_knows_containers) continue;
    budget_.look_at(fact);
    for_each_tensor(fact, [this](TensorFact& tensor) { environment_.forget_contents(tensor.alias_class); });
    forget_containers(fact);
    const bool may_be_object = fact.is_unknown() && may_hold_objects(node.operands[i]->type);
    if (fact.get<ObjectFact>() || may_be_object) environment_.forget_attributes();
  }
}

// An element of a uniform list is any of many: no one tensor, and a list in it no one list.
void Interpreter::take_for_many(Fact& element) {
  for_each_tensor(element, [](TensorFact& tensor) { tensor.identity = 0; });
  environment_.mark_shared(element);
}

void Interpreter::name_storage(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results) {
  const bool keeps = contains(kGivesElements, node.op.name) || !node.op.is_aten();
  const std::vector<std::size_t> shared =
      node.op.is_aten() && !keeps ? aliased_operands(node) : std::vector<std::size_t>();
  const TensorFact* source = shared.empty() ? nullptr : inputs[shared.front()].tensor();
  const int shared_class = source != nullptr ? source->alias_class : 0;
  const std::vector<std::size_t> written = written_operands(node);
  const bool is_operand = source != nullptr && written.size() == 1 && written == shared;
  const bool is_new = node.op.is_aten() && !keeps && shared.empty();
  const bool takes_one = node.op.name == "aten::__getitem__" || node.op.name == "aten::pop";
  if (takes_one && !inputs.empty() && is_uniform(inputs.front())) {
    for (Fact& result : results) take_for_many(result);
    return;
  }
  for (Fact& result : results) {
    if (is_given_back(result, inputs)) continue;
    budget_.keep(ElementBudget::size(result));
    for_each_tensor(result, [&](TensorFact& tensor) {
      if (keeps && tensor.alias_class != 0) return;
      tensor.is_number = false;  // of the constant itself alone, not of what is made of it
      tensor.alias_class = shared_class != 0 ? shared_class : environment_.fresh_class();
      // An in-place op gives back its operand; what shares storage may be the operand or a view of it.
      tensor.identity = is_operand ? source->identity : is_new ? environment_.new_object() : environment_.some_object();
    });
  }
}

// A result that the rule leaves partly open says where that began.
void Interpreter::explain(const Node& node, const std::vector<Fact>& inputs, std::vector<Fact>& results) {
  std::string reason;
  for (Fact& result : results) {
    if (is_given_back(result, inputs) || result.is_complete()) continue;
    for (const Fact& input : inputs) budget_.look_at(input);
    for_each_tensor(result, [&](TensorFact& tensor) {
      if (!tensor.why.empty() || Fact(tensor).is_complete()) return;
      if (reason.empty()) reason = reason_of(inputs);
      if (reason.empty()) reason = describe(node) + ": its result depends on data";
      tensor.why = reason;
    });
  }
}

// Each condition is stated once, for the first node that needs it; of least sizes the largest. What an undecided branch
// needs may not hold of the whole program.
void Interpreter::assume(const Node& node, const std::vector<SizeCondition>& conditions,
                         const std::vector<SizeEquation>& equations) {
  for (const SizeCondition& condition : conditions) {
    const std::string sentence = condition.text + ": " + describe(node) + " needs it";
    const auto bound = least_for_nonnegative(condition.never_negative);
    if (bound && undecided_ == 0) {
      FoundSize& known = least_sizes_[bound->symbol];
      if (bound->least > known.size) known = {bound->least, sentence};
    } else if (assumed_.insert(condition.text).second) {
      context_.size_assumptions.push_back(sentence + (undecided_ > 0 ? ", if it runs" : ""));
    }
  }
  for (const SizeEquation& equation : equations) {
    fix_size(equation.zero, equation.text + ": " + describe(node) + " needs it");
  }
}

void Interpreter::fix_size(const Expr& zero, const std::string& sentence) {
  if (undecided_ > 0) return;
  if (const auto root = only_root(zero)) only_sizes_.emplace(root->symbol, FoundSize{root->least, sentence});
}

void Interpreter::depend(Dependency dependency) {
  const auto same = [&dependency](const Dependency& each) { return each.name == dependency.name; };
  if (std::none_of(context_.dependencies.begin(), context_.dependencies.end(), same)) {
    context_.dependencies.push_back(std::move(dependency));
  }
}

void Interpreter::diagnose(const Node& node, const std::string& sentence) {
  if (diagnosed_.insert(&node).second) context_.diagnostics.push_back(sentence);
}

}  // namespace flopaudit
