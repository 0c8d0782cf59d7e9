// The proof of symbolic analysis: what it says of f32[N,3,H,W], evaluated at numbers, is what the analysis of these
// numbers says: facts, executions and work of every node, and the totals. The programs are testdata/symbolic/*.ir.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/parser.h"
#include "analyzer/ir/region_total.h"
#include "passes/pass_manager.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using Values = std::map<std::string, Expr>;

struct Analysis {
  std::unique_ptr<Program> program;
  PassContext context;
  std::string error;
};

std::string program_text(const std::string& name) {
  return read_text_file(source_path("testdata/symbolic/" + name + ".ir")).value();
}

Analysis analyse(const std::string& text, const Fact& input, std::map<std::string, std::int64_t> least_sizes = {}) {
  Analysis analysis;
  auto program = parse_program(text);
  if (!program) throw std::runtime_error(program.error().message);
  analysis.program = *std::move(program);
  analysis.context.inputs = {input};
  analysis.context.least_sizes = std::move(least_sizes);
  const Result<void> done = run_pipeline(*analysis.program, analysis.context, {});
  if (!done) analysis.error = done.error().message;
  return analysis;
}

struct Model {
  const char* file;
  const char* input;
  bool decided;            // no condition and no size depends on what the symbols do not say
  std::int64_t least = 1;  // drawn sizes: what a branch that may not run needs is not known to hold
};

// Two analyses are the same number by number; a range that was left open contains the number.
class Comparison {
 public:
  Comparison(const Values& values, bool decided) : values_(values), decided_(decided) {}

  bool decided() const { return decided_; }

  void expect_range(const Range& symbolic, const Range& number, const std::string& what) const {
    const Expr low = symbolic.min.substitute(values_);
    const Expr high = symbolic.max.substitute(values_);
    const bool same = low == number.min && high == number.max;
    if (!decided_ && (!low.symbols().empty() || !high.symbols().empty())) return;  // sizes that only a run tells
    const bool inside = always_less_equal(low, number.min) == true && always_less_equal(number.max, high) == true;
    if (same || (inside && !decided_)) return;
    RC_FAIL(what + ": " + symbolic.to_string() + " is " + low.to_string() + ".." + high.to_string() + " and not " +
            number.to_string());
  }

  void expect_work(const WorkTotal& symbolic, const WorkTotal& number, const std::string& what) const {
    for (const WorkTotal* either : {&symbolic, &number}) {
      for (const auto& [key, count] : either->operations) {
        expect_range(of(symbolic, key), of(number, key), what + " " + std::string(name(key.first)));
      }
    }
    expect_range(valid_macs(symbolic), valid_macs(number), what + " valid mac");
    expect_range(symbolic.bytes_read, number.bytes_read, what + " bytes read");
    expect_range(symbolic.bytes_written, number.bytes_written, what + " bytes written");
  }

  void expect_fact(const Fact& symbolic, const Fact& number, const std::string& what) const {
    const Fact at = decided_ ? substitute(symbolic, values_) : without_symbols(substitute(symbolic, values_));
    // What the symbolic analysis leaves open is no contradiction. Elements of ones([T, T]) are known for a T alone.
    Fact known = number.snapshot();
    // Of a long list the IR keeps that there is one, where no work depends on it.
    const auto* list = known.get<ListFact>();
    if (list != nullptr && list->elements->is_unknown()) return;
    TensorFact* tensor = known.get<TensorFact>();
    if (tensor != nullptr && at.tensor() != nullptr && !at.tensor()->contents) tensor->contents.reset();
    const bool holds = at == known || (!decided_ && join(at, known).to_string() == at.to_string());
    if (holds) return;
    RC_FAIL(what + ": " + symbolic.to_string() + " is " + at.to_string() + " and not " + number.to_string());
  }

 private:
  // What only a run tells is open.
  static Fact without_symbols(Fact fact) {
    if (auto* tensor = fact.get<TensorFact>(); tensor != nullptr && tensor->dims) {
      for (Dim& dim : *tensor->dims) {
        if (dim && !dim->symbols().empty()) dim.reset();
      }
    } else if (auto* integer = fact.get<IntFact>(); integer != nullptr && integer->value) {
      if (!integer->value->symbols().empty()) integer->value.reset();
    } else if (auto* list = fact.get<ListFact>(); list != nullptr && list->elements) {
      if (const Fact* element = list->elements->element()) {
        const Dim length = list->elements->length();
        return Fact::uniform_list(length && length->symbols().empty() ? length : std::nullopt,
                                  without_symbols(*element));
      }
      if (!*list->elements) return fact;
      std::vector<Fact> elements;
      for (const Fact& element : **list->elements) elements.push_back(without_symbols(element));
      return Fact::list(std::move(elements));
    }
    return fact;
  }

  static Range of(const WorkTotal& work, const std::pair<WorkClass, DType>& key) {
    const auto found = work.operations.find(key);
    return found == work.operations.end() ? Range() : found->second;
  }

  const Values& values_;
  bool decided_;
};

void compare(const Program& symbolic, const Program& number, const Comparison& comparison) {
  bool complete = true;  // the symbolic analysis knows the work of every node
  std::map<int, const Node*> nodes;
  for_each_node(number.entry().body, [&](const Node& node) { nodes[node.id] = &node; });
  for_each_node(symbolic.entry().body, [&](const Node& node) {
    const Node& other = *nodes.at(node.id);
    const std::string what = "n" + std::to_string(node.id) + " " + node.op.full();
    comparison.expect_range(node.executions, other.executions, what + " executions");
    const bool known = node.state != WorkState::no_shape || other.state == WorkState::no_shape;
    complete = complete && known;
    RC_ASSERT(known || !comparison.decided());
    if (known) comparison.expect_work(node.work, other.work, what);
    if (other.executions == Range()) return;
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      comparison.expect_fact(node.results[i]->fact, other.results[i]->fact, what);
    }
  });
  if (!complete) return;
  const auto work_of = [](const Node& node) { return node.work; };
  comparison.expect_work(region_total(symbolic.entry().body, work_of), region_total(number.entry().body, work_of),
                         "the total");
}

class SymbolicAnalysis : public ::testing::TestWithParam<Model> {};

TEST_P(SymbolicAnalysis, AtNumbersIsTheAnalysisOfTheNumbers) {
  const std::string text = program_text(GetParam().file);
  const Fact input = *Fact::parse(GetParam().input);
  const Analysis symbolic = analyse(text, input);
  ASSERT_EQ(symbolic.error, "");
  int compared = 0;
  const bool passed = rc::check([&] {
    Values values;
    for (const std::string& symbol : symbols_of(input)) {
      values[symbol] = symbol == "N" ? *rc::gen::inRange<std::int64_t>(1, 5)
                                     : *rc::gen::inRange<std::int64_t>(GetParam().least, 150);
    }
    const Analysis number = analyse(text, substitute(input, values));
    // Sizes that LibTorch refuses: the symbolic analysis has said what it takes to hold.
    if (!number.error.empty()) {
      RC_ASSERT(!symbolic.context.size_assumptions.empty());
      return;
    }
    ++compared;
    compare(*symbolic.program, *number.program, Comparison(values, GetParam().decided));
  });
  EXPECT_TRUE(passed);
  EXPECT_GT(compared, 50);
}

INSTANTIATE_TEST_SUITE_P(
    Models, SymbolicAnalysis,
    ::testing::Values(Model{"attention_scripted", "f32[N,T,32]", true}, Model{"attention_traced", "f32[N,T,32]", true},
                      Model{"branch_scripted", "f32[N,3,H,W]", false, 3}, Model{"lists_scripted", "f32[T,N,8]", false},
                      Model{"patches_traced", "f32[N,3,H,W]", true}, Model{"resampling_traced", "f32[N,3,H,W]", false},
                      Model{"resnet18_traced", "f32[N,3,H,W]", true}, Model{"sizes_scripted", "f32[N,3,H,W]", true},
                      Model{"sizes_traced", "f32[N,3,H,W]", true}, Model{"transformer_traced", "i64[N,T]", true}),
    [](const auto& model) { return std::string(model.param.file); });

// A range is never the answer where the condition holds for all sizes, and says on what it depends where it is.
TEST(SymbolicConditions, StatesUndecidedConditions) {
  const std::string text = program_text("branch_scripted");
  const Analysis open = analyse(text, *Fact::parse("f32[N,3,H,W]"));
  ASSERT_FALSE(open.context.dependencies.empty());
  EXPECT_EQ(open.context.dependencies[0].kind, Dependency::Kind::branch);
  EXPECT_NE(open.context.dependencies[0].what.find("the condition H > 64 at "), std::string::npos)
      << open.context.dependencies[0].what;
  const Analysis bounded = analyse(text, *Fact::parse("f32[N,3,H,W]"), {{"H", 65}});
  EXPECT_TRUE(bounded.context.dependencies.empty());
  const auto total = region_total(bounded.program->entry().body, [](const Node& node) { return node.work; });
  EXPECT_TRUE(macs(total).exact());
}

// An output of at least 1 needs an input of at least the stride's reach; the weight says how many channels there are.
TEST(SymbolicConditions, StatesWhatOpsNeed) {
  const std::string text = program_text("branch_scripted");
  const Analysis channels = analyse(text, *Fact::parse("f32[N,C,70,W]"));
  ASSERT_EQ(channels.context.size_assumptions.size(), 2U);
  EXPECT_EQ(channels.context.size_assumptions[0].rfind("C = 3: ", 0), 0U) << channels.context.size_assumptions[0];
  EXPECT_EQ(channels.context.size_assumptions[1].rfind("W >= 3: ", 0), 0U) << channels.context.size_assumptions[1];
  EXPECT_EQ(channels.context.least_sizes.at("W"), 3);
  EXPECT_EQ(channels.program->entry().body.arguments.back()->fact.to_string(), "f32[N,3,70,W]");
}

// Position embeddings: a slice that is no longer than their table says so as a bound.
TEST(SymbolicConditions, ASliceThatMustReachFarIsABound) {
  const Analysis positions = analyse(R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "forward"(%x: Tensor) -> (Tensor) {
  parameter "positions": Tensor {f32[1,128]}
  n0: %t: int = aten::size.int(%x, 1)
  n1: %p: Tensor = aten::slice.Tensor(param "positions", 1, 0, %t, 1)
  n2: %y: Tensor = aten::add.Tensor(%x, %p, 1)
  return (%y)
}
)",
                                     *Fact::parse("f32[N,T]"));
  ASSERT_EQ(positions.error, "");
  ASSERT_EQ(positions.context.size_assumptions.size(), 1U);
  EXPECT_EQ(positions.context.size_assumptions[0].rfind("T <= 128: ", 0), 0U) << positions.context.size_assumptions[0];
}

// A size that must be 224, because the program raises otherwise, is 224 in every formula; one of many sizes stays.
TEST(SymbolicConditions, AFixedSizeIsANumber) {
  const auto program = [](const std::string& size) {
    return R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "forward"(%x: Tensor) -> (Tensor) {
  n0: %h: int = aten::size.int(%x, 0)
  n1: %part: int = aten::floordiv.int(%h, )" +
           size + R"()
  n2: %wrong: bool = aten::ne.int(%part, 7)
  n3: prim::If(%wrong)
    then() {
      n4: prim::RaiseException("wrong height", "builtins.ValueError")
      yield ()
    }
    else() {
      yield ()
    }
  n5: %y: Tensor = aten::relu(%x)
  return (%y)
}
)";
  };
  const Analysis fixed = analyse(program("1"), *Fact::parse("f32[H,W]"));
  ASSERT_EQ(fixed.error, "");
  ASSERT_EQ(fixed.context.size_assumptions.size(), 1U);
  EXPECT_NE(fixed.context.size_assumptions[0].find("H != 7"), std::string::npos) << fixed.context.size_assumptions[0];
  EXPECT_EQ(fixed.program->entry().body.results[0]->fact.to_string(), "f32[7,W]");
  const Analysis open = analyse(program("2"), *Fact::parse("f32[H,W]"));  // 14 or 15
  ASSERT_EQ(open.error, "");
  EXPECT_EQ(open.context.size_assumptions.size(), 1U);
  EXPECT_EQ(open.program->entry().body.results[0]->fact.to_string(), "f32[H,W]");
}

}  // namespace
}  // namespace flopaudit
