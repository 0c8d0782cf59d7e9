#include "runtime/executor/interpreter.h"

#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/support/assert.h"
#include "runtime/executor/container_steps.h"
#include "runtime/executor/ivalue_of_fact.h"
#include "runtime/executor/left_out.h"

namespace flopaudit {

using Slots = std::vector<c10::IValue>;

// One run of the entry: the state that lives as long as it.
class PlanRun {
 public:
  PlanRun(const PlanInterpreter& interpreter, const ParameterValues& parameters, NodeObserver* observer)
      : interpreter_(interpreter), parameters_(parameters), observer_(observer) {}

  Result<std::vector<c10::IValue>> call(const GraphPlan& plan, std::vector<c10::IValue> arguments) {
    if (++depth_ > kMaxDepth) return input_error("calls nest deeper than " + std::to_string(kMaxDepth));
    Slots slots(static_cast<std::size_t>(plan.slot_count));
    for (const auto& [slot, value] : plan.presets) {
      if (value->origin == Value::Origin::constant) {
        slots[slot] = interpreter_.constants_.at(value);
      } else {
        FA_ASSIGN(slots[slot], parameters_(*value));
      }
    }
    if (arguments.size() != plan.body.arguments.size()) {
      return input_error("the method takes " + std::to_string(plan.body.arguments.size()) + " arguments, not " +
                         std::to_string(arguments.size()));
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) slots[plan.body.arguments[i]] = std::move(arguments[i]);
    FA_TRY(run_region(plan.body, slots));
    --depth_;
    return read(plan.body.results, slots);
  }

 private:
  static constexpr int kMaxDepth = 500;

  static std::vector<c10::IValue> read(const std::vector<int>& indices, const Slots& slots) {
    std::vector<c10::IValue> values;
    values.reserve(indices.size());
    for (const int index : indices) values.push_back(slots[index]);
    return values;
  }

  Result<void> run_region(const RegionPlan& region, Slots& slots) {
    for (const Step& step : region.steps) {
      auto results = run_step(step, slots);
      if (!results) return results.error();
      if (observer_ != nullptr) observer_->gave(*step.node, *results);
      if (results->size() != step.results.size())
        return failed(step, "it gave another number of results than expected");
      for (std::size_t i = 0; i < results->size(); ++i) slots[step.results[i]] = std::move((*results)[i]);
      for (const int slot : step.released) slots[slot] = c10::IValue();
    }
    return {};
  }

  static Error failed(const Step& step, const std::string& why) {
    return input_error(describe(*step.node) + " could not run: " + why);
  }

  // The exceptions of LibTorch end here.
  Result<std::vector<c10::IValue>> run_step(const Step& step, Slots& slots) {
    try {
      if (step.kind == StepKind::unavailable) return leave_out(step, slots, step.name);
      if (left_out_.any()) {
        const std::string why = left_out_.reason(step, read(step.operands, slots));
        if (!why.empty()) return leave_out(step, slots, why);
      }
      switch (step.kind) {
        case StepKind::operation: return run_operation(step, slots);
        case StepKind::conditional: return run_conditional(step, slots);
        case StepKind::loop: return run_loop(step, slots);
        case StepKind::fork: return run_fork(step, slots);
        case StepKind::call_method: return run_method(step, slots);
        case StepKind::call_function: return run_function(step, step.name, slots);
        case StepKind::raise: return failed(step, "the model raises: " + exception_text(read(step.operands, slots)));
        default: return run_container_step(step, read(step.operands, slots), interpreter_.unit_);
      }
    } catch (const std::exception& error) {
      return failed(step, one_sentence(error));
    }
  }

  Result<std::vector<c10::IValue>> leave_out(const Step& step, Slots& slots, const std::string& why) {
    if (observer_ != nullptr) tell_left_out(step, why);
    return left_out_.results(step, slots, why);
  }

  void tell_left_out(const Step& step, const std::string& why) {
    if (step.is_measured) observer_->left_out(*step.node, why);
    for (const RegionPlan& region : step.regions) {
      for (const Step& inner : region.steps) tell_left_out(inner, why);
    }
  }

  static std::string exception_text(const std::vector<c10::IValue>& operands) {
    return !operands.empty() && operands[0].isString() ? operands[0].toStringRef() : "an exception";
  }

  Result<std::vector<c10::IValue>> run_operation(const Step& step, const Slots& slots) {
    torch::jit::Stack stack = read(step.operands, slots);
    const bool observed = observer_ != nullptr && step.is_measured;
    if (observed) observer_->takes(*step.node, stack);
    if (step.op.is_vararg) stack.emplace_back(static_cast<std::int64_t>(step.operands.size()));
    if (observed) {
      FA_TRY(observer_->before(*step.node));
      step.op.operation(stack);
      FA_TRY(observer_->after());
      observer_->done(*step.node, stack);
    } else {
      step.op.operation(stack);
    }
    return stack;
  }

  Result<std::vector<c10::IValue>> run_conditional(const Step& step, Slots& slots) {
    const RegionPlan& taken = step.regions.at(slots[step.operands.at(0)].toBool() ? 0 : 1);
    FA_TRY(run_region(taken, slots));
    return take_results(taken, slots);
  }

  // Operands: largest trip count, first condition, carried values. Body: (iteration, carried...) -> (condition,
  // carried...).
  Result<std::vector<c10::IValue>> run_loop(const Step& step, Slots& slots) {
    const RegionPlan& body = step.regions.at(0);
    std::vector<c10::IValue> carried = read(step.operands, slots);
    const std::int64_t max_trip_count = carried.at(0).toInt();
    bool goes_on = carried.at(1).toBool();
    carried.erase(carried.begin(), carried.begin() + 2);
    for (std::int64_t iteration = 0; goes_on && iteration < max_trip_count; ++iteration) {
      slots[body.arguments.at(0)] = iteration;
      for (std::size_t i = 0; i < carried.size(); ++i) slots[body.arguments.at(i + 1)] = std::move(carried[i]);
      FA_TRY(run_region(body, slots));
      carried = take_results(body, slots);
      goes_on = carried.at(0).toBool();
      carried.erase(carried.begin());
    }
    return carried;
  }

  // A value that only the region's results name would live on in its slot until the region runs again.
  static std::vector<c10::IValue> take_results(const RegionPlan& region, Slots& slots) {
    return read(region.results, slots);
  }

  // A fork runs at once, where it stands: one thread, and counts that belong to its nodes.
  Result<std::vector<c10::IValue>> run_fork(const Step& step, Slots& slots) {
    const RegionPlan& body = step.regions.at(0);
    const std::vector<c10::IValue> operands = read(step.operands, slots);
    for (std::size_t i = 0; i < body.arguments.size(); ++i) slots[body.arguments[i]] = operands.at(i);
    FA_TRY(run_region(body, slots));
    std::vector<c10::IValue> results = read(body.results, slots);
    c10::IValue value = results.size() == 1 ? results[0] : c10::IValue(c10::ivalue::Tuple::create(results));
    auto future = c10::make_intrusive<c10::ivalue::Future>(value.type());
    future->markCompleted(std::move(value));
    return std::vector<c10::IValue>{c10::IValue(std::move(future))};
  }

  Result<std::vector<c10::IValue>> run_method(const Step& step, Slots& slots) {
    const auto object = slots[step.operands.at(0)].toObject();
    const std::string function = object->type()->name()->qualifiedName() + "." + step.name;
    if (interpreter_.plans_.contains(function)) return run_function(step, function, slots);
    // A method of a custom class is C++.
    return std::vector<c10::IValue>{object->type()->getMethod(step.name)(read(step.operands, slots))};
  }

  Result<std::vector<c10::IValue>> run_function(const Step& step, const std::string& function, const Slots& slots) {
    const auto found = interpreter_.plans_.find(function);
    if (found == interpreter_.plans_.end()) return failed(step, "the program has no function " + function);
    return call(found->second, read(step.operands, slots));
  }

  const PlanInterpreter& interpreter_;
  const ParameterValues& parameters_;
  NodeObserver* observer_;
  LeftOut left_out_;
  int depth_ = 0;
};

Result<std::unique_ptr<PlanInterpreter>> PlanInterpreter::make(const Program& program,
                                                               std::shared_ptr<torch::jit::CompilationUnit> unit) {
  auto interpreter = std::make_unique<PlanInterpreter>();
  interpreter->entry_ = program.entry().name;
  for (const auto& function : program.functions) {
    FA_ASSIGN(GraphPlan plan, make_plan(*function, unit.get()));
    for (const auto& [slot, value] : plan.presets) {
      if (value->origin != Value::Origin::constant) continue;
      FA_ASSIGN(interpreter->constants_[value], ivalue_of(value->fact, value->type, "a constant", 0, Fill::input));
    }
    interpreter->plans_.emplace(function->name, std::move(plan));
  }
  interpreter->unit_ = std::move(unit);
  return interpreter;
}

Result<std::vector<c10::IValue>> PlanInterpreter::run(std::vector<c10::IValue> arguments,
                                                      const ParameterValues& parameters, NodeObserver* observer) {
  return PlanRun(*this, parameters, observer).call(plans_.at(entry_), std::move(arguments));
}

std::size_t PlanInterpreter::measured_steps() const { return plans_.at(entry_).measured_steps; }

}  // namespace flopaudit
