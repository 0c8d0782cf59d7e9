#include "runtime/executor/execute.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <chrono>

#include "analyzer/audit/layouts.h"
#include "analyzer/audit/program_of_run.h"
#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/ir/entry_arguments.h"
#include "runtime/executor/compare_values.h"
#include "runtime/executor/input_objects.h"
#include "runtime/executor/interpreter.h"
#include "runtime/executor/node_measurer.h"
#include "runtime/executor/retarget_module.h"
#include "runtime/executor/weights.h"

namespace flopaudit {
namespace {

using Clock = std::chrono::steady_clock;

// A program that asks for derivatives needs what they are made of; no other does.
bool differentiates(const Program& program) {
  bool found = false;
  for (const auto& function : program.functions) {
    for_each_node(function->body, [&found](const Node& node) {
      found = found || node.op.name == "aten::grad" || node.op.name == "aten::backward";
    });
  }
  return found;
}

std::string one_line(std::string text) {
  std::string line;
  for (const char c : text) {
    if (c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += "; ";
    }
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ';')) line.pop_back();
  return line;
}

class Measurement {
 public:
  Measurement(const Program& program, const ExecuteOptions& options, Weights weights)
      : program_(program), options_(options), weights_(std::move(weights)) {}

  Result<ExecuteResult> run() {
    FA_TRY(make_inputs());
    FA_ASSIGN(interpreter_, PlanInterpreter::make(program_, weights_.compilation_unit()));
    std::optional<c10::InferenceMode> no_gradients;
    if (!differentiates(program_)) no_gradients.emplace();
    result_.libtorch_version = libtorch_version();
    result_.libtorch_build = one_line(at::show_config());
    run_reference();
    if (reference_) FA_TRY(measure_forward());
    run_discarded_pass();
    FA_TRY(run_measured_passes());
    return std::move(result_);
  }

 private:
  Result<void> make_inputs() {
    const auto& arguments = program_.entry().body.arguments;
    for (std::size_t i = first_input(program_); i < arguments.size(); ++i) {
      const Value& argument = *arguments[i];
      FA_ASSIGN(c10::IValue input, input_value(program_, argument.fact, argument.type, argument.name, options_.seed,
                                               weights_.compilation_unit()));
      inputs_.push_back(std::move(input));
    }
    return {};
  }

  // The same for every run, though a run may write into its inputs.
  std::vector<c10::IValue> fresh_inputs() const {
    std::vector<c10::IValue> copies;
    for (const c10::IValue& input : inputs_) copies.push_back(copy_of_input(input));
    return copies;
  }

  void tell(const std::string& phase, std::size_t done, std::size_t all) const {
    if (options_.progress) options_.progress(phase, done, all);
  }

  // LibTorch's own forward on a fresh copy. Throws what it throws.
  c10::IValue forward(Weights::Copy& copy) const {
    std::vector<c10::IValue> inputs = fresh_inputs();
    const torch::jit::Method method = copy.module().get_method(program_.method);
    at::manual_seed(options_.seed);
    return method(std::move(inputs));
  }

  void run_reference() {
    if (!weights_.has_model()) {
      result_.outputs_equal_reason = "the program was read without a model: there is no forward to compare with";
      return;
    }
    tell("reference forward", 0, 1);
    try {
      Weights::Copy copy = weights_.fresh_copy();
      reference_ = forward(copy);
    } catch (const std::exception& error) {
      result_.outputs_equal_reason = "LibTorch's own forward could not run: " + one_sentence(error);
    }
    tell("reference forward", 1, 1);
  }

  // A second warm-up (the reference was the first), then one forward a repetition.
  Result<void> measure_forward() {
    if (options_.counters == nullptr && !options_.time) return {};
    const std::size_t all = static_cast<std::size_t>(options_.repetitions) + 1;
    for (std::size_t i = 0; i < all; ++i) {
      tell("whole forward", i, all);
      FA_TRY(counting([&](std::size_t pass) { return measure_one_forward(/*is_warm_up=*/i == 0, pass); }));
    }
    tell("whole forward", all, all);
    return {};
  }

  // Runs `work` once for each pass of the counters, started for it; once without counters.
  template <typename Work>
  Result<void> counting(const Work& work) const {
    CounterSource* const counters = options_.counters;
    if (counters == nullptr) return work(std::size_t{0});
    for (std::size_t pass = 0; pass < counters->passes(); ++pass) {
      counters->select_pass(pass);
      FA_TRY(counters->start());
      const Result<void> done = work(pass);
      FA_TRY(counters->stop());
      FA_TRY(done);
    }
    return {};
  }

  Result<void> measure_one_forward(bool is_warm_up, std::size_t counter_pass) {
    try {
      Weights::Copy copy = weights_.fresh_copy();
      Counts before, after;
      std::vector<c10::IValue> inputs = fresh_inputs();
      const torch::jit::Method method = copy.module().get_method(program_.method);
      at::manual_seed(options_.seed);
      if (options_.counters != nullptr) {
        FA_ASSIGN(before, options_.counters->read());
      }
      const Clock::time_point start = Clock::now();
      const c10::IValue output = method(std::move(inputs));
      const Clock::time_point end = Clock::now();
      if (options_.counters != nullptr) {
        FA_ASSIGN(after, options_.counters->read());
      }
      if (is_warm_up) return {};
      const double seconds = std::chrono::duration<double>(end - start).count();
      if (options_.counters != nullptr && counter_pass > 0) {
        result_.forward.counts.back() += after - before;
      } else if (options_.counters != nullptr) {
        result_.forward.counts.push_back(after - before);
        result_.forward.counted_seconds.push_back(seconds);
      }
      if (options_.time) result_.forward.native_seconds.push_back(seconds);
      return {};
    } catch (const std::exception& error) {
      return input_error("LibTorch's own forward ran once and then failed: " + one_sentence(error));
    }
  }

  // One run of the program, node by node, on fresh state.
  // `joined`: its counts belong to the repetition before.
  Result<std::vector<c10::IValue>> run_pass(NodeMeasurer& measurer, bool joined = false) {
    try {
      Weights::Copy copy = weights_.fresh_copy();
      std::vector<c10::IValue> arguments = fresh_inputs();
      if (takes_self(program_)) arguments.insert(arguments.begin(), copy.self());
      at::manual_seed(options_.seed);
      measurer.start_pass(joined);
      auto results = interpreter_->run(
          std::move(arguments), [&](const Value& value) { return copy.parameter(value); }, &measurer);
      if (!results) fail(measurer, results.error().message);
      return results;
    } catch (const std::exception& error) {
      Error failure = input_error("the model cannot be copied for a run: " + one_sentence(error));
      fail(measurer, failure.message);
      return failure;
    }
  }

  void fail(NodeMeasurer& measurer, const std::string& message) {
    measurer.record_error(message);
    if (!result_.partial) result_.error = message;
    result_.partial = true;
  }

  void run_discarded_pass() {
    NodeMeasurer measurer(nullptr, false, progress_of("first pass"));
    measurer.tell_results(options_.on_results);
    const auto results = run_pass(measurer);
    if (!reference_) return;
    if (!results) {
      result_.outputs_equal_reason = "the run of the program failed: " + results.error().message;
      return;
    }
    compare_outputs(*results, "");
  }

  void compare_outputs(const std::vector<c10::IValue>& results, const std::string& when) {
    const c10::IValue output = results.size() == 1 ? results.front() : c10::IValue(c10::ivalue::Tuple::create(results));
    const std::string difference = first_difference(*reference_, output, "output");
    result_.outputs_equal_forward = difference.empty();
    result_.outputs_equal_reason = difference.empty() ? "" : when + difference;
  }

  Result<void> run_measured_passes() {
    std::size_t pass = 0;
    const std::size_t steps = interpreter_->measured_steps();
    const std::size_t all = steps * static_cast<std::size_t>(options_.repetitions);
    NodeMeasurer measurer(options_.counters, options_.time,
                          [&](std::size_t done) { tell("measuring", std::min(pass * steps + done, all), all); });
    measurer.keep_operands([layouts = Layouts::of(program_)](const Node& node) { return is_open(node, layouts); });
    for (; pass < static_cast<std::size_t>(options_.repetitions); ++pass) {
      FA_TRY(counting([&](std::size_t counter_pass) -> Result<void> {
        const auto results = run_pass(measurer, /*joined=*/counter_pass > 0);
        // State that one run left to the next would show.
        const bool equal_so_far = result_.outputs_equal_forward == true;
        if (results && equal_so_far) compare_outputs(*results, "in repetition " + std::to_string(pass) + ", ");
        return {};
      }));
    }
    result_.nodes = measurer.take();
    return {};
  }

  std::function<void(std::size_t)> progress_of(const std::string& phase) const {
    return [this, phase](std::size_t done) {
      tell(phase, std::min(done, interpreter_->measured_steps()), interpreter_->measured_steps());
    };
  }

  const Program& program_;
  const ExecuteOptions& options_;
  Weights weights_;
  std::unique_ptr<PlanInterpreter> interpreter_;
  std::vector<c10::IValue> inputs_;
  std::optional<c10::IValue> reference_;
  ExecuteResult result_;
};

}  // namespace

Result<ExecuteResult> execute(const Program& program, const ExecuteOptions& options) {
  try {
    at::set_num_threads(1);
    torch::jit::setGraphExecutorOptimize(false);
    torch::jit::getProfilingMode() = false;
    FA_ASSIGN(Weights weights, Weights::open(options.model_file, program, options.seed, options.retarget_dtype));
    const DefaultDtypeGuard default_dtype(options.retarget_dtype == DType::f64 ? at::kDouble : at::kFloat);
    return Measurement(program, options, std::move(weights)).run();
  } catch (const std::exception& error) {
    return input_error("the program cannot be run: " + one_sentence(error));
  }
}

}  // namespace flopaudit
