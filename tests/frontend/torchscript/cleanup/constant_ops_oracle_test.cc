// The operators that our constant propagation computes, on constants of all kinds: LibTorch's makes the same of them.
#include <gtest/gtest.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "analyzer/frontend/libtorch/lower.h"
#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"
#include "analyzer/ir/printer.h"
#include "tests/frontend/torchscript/cleanup/pass_by_name.h"

namespace flopaudit {
namespace {

namespace jit = torch::jit;
using c10::IValue;
using c10::TypeKind;

std::set<std::string> names_of_rows() {
  std::set<std::string> names;
  for (const auto family : {cleanup::number_rows, cleanup::math_rows, cleanup::comparison_rows, cleanup::text_rows}) {
    for (const cleanup::ConstantRow& row : family()) names.insert(std::string(row.op));
  }
  return names;
}

// One value of each kind for an operand: the first is never 0 where the second may be divided by.
constexpr int kChoices = 5;
std::optional<IValue> choice(const c10::Type& type, int which, std::size_t operand) {
  constexpr std::array<std::array<std::int64_t, 2>, kChoices> kInts = {{{7, 3}, {0, 5}, {-7, 2}, {4, 4}, {2, -3}}};
  constexpr std::array<std::array<double, 2>, kChoices> kFloats = {
      {{2.5, -0.75}, {0.0, 1.5}, {-3.0, 2.0}, {0.5, 0.5}, {1e12, -1.0}}};
  const std::array<std::array<const char*, 2>, kChoices> kStrings = {
      {{"cpu", "c"}, {"cuda:1", "cuda:1"}, {"", "a"}, {"Abc", "abc"}, {"meta", "ta"}}};
  const auto choice_index = static_cast<std::size_t>(which);
  const std::size_t side = operand % 2;
  switch (type.kind()) {
    case TypeKind::IntType: return IValue(kInts[choice_index][side]);
    case TypeKind::FloatType: return IValue(kFloats[choice_index][side]);
    case TypeKind::BoolType: return IValue((choice_index >> side) % 2 == 1);
    case TypeKind::StringType: return IValue(std::string(kStrings[choice_index][side]));
    case TypeKind::NumberType:
      return which % 2 == 0 ? IValue(kInts[choice_index][side]) : IValue(kFloats[choice_index][side]);
    case TypeKind::NoneType: return IValue();
    case TypeKind::DeviceObjType: return IValue(c10::Device("cpu"));  // all others are lowered to it
    case TypeKind::VarType: return IValue(kInts[choice_index][side]);
    case TypeKind::OptionalType:
      if (which == 1) return IValue();
      return choice(*type.expectRef<c10::OptionalType>().getElementType(), which, operand);
    default: return std::nullopt;
  }
}

bool is_immutable_result(const c10::Type& type) {
  switch (type.kind()) {
    case TypeKind::IntType:
    case TypeKind::FloatType:
    case TypeKind::BoolType:
    case TypeKind::ComplexType:
    case TypeKind::StringType:
    case TypeKind::NumberType:
    case TypeKind::DeviceObjType:
    case TypeKind::OptionalType:
    case TypeKind::VarType: return true;
    default: return false;
  }
}

// What a row leaves to be a node: arithmetic of complex numbers, and shifts by less than nothing, which C++ does not
// define.
bool is_left_open(const c10::FunctionSchema& schema, int which) {
  const bool is_shift = schema.name() == "aten::__lshift__" || schema.name() == "aten::__rshift__";
  if (is_shift && which == kChoices - 1) return true;
  const auto is_complex = [](const c10::Argument& each) { return each.type()->kind() == TypeKind::ComplexType; };
  return std::any_of(schema.arguments().begin(), schema.arguments().end(), is_complex);
}

// The operator alone on chosen constants; null: it takes or gives what is no constant here.
std::shared_ptr<jit::Graph> graph_of(const c10::FunctionSchema& schema, int which) {
  if (schema.is_vararg() || schema.is_varret() || schema.returns().size() != 1) return nullptr;
  if (!is_immutable_result(*schema.returns()[0].type())) return nullptr;
  auto graph = std::make_shared<jit::Graph>();
  std::vector<jit::Value*> inputs;
  c10::TypePtr variable = c10::NoneType::get();
  for (const c10::Argument& argument : schema.arguments()) {
    const auto& fallback = argument.default_value();
    const auto value = fallback ? fallback : choice(*argument.type(), which, inputs.size());
    if (!value) return nullptr;
    const auto constant = jit::tryInsertConstant(*graph, *value);
    if (!constant) return nullptr;
    inputs.push_back(*constant);
    variable = inputs.back()->type();
  }
  jit::Node* const node = graph->create(c10::Symbol::fromQualString(schema.name()), inputs, 1);
  const c10::TypePtr& declared = schema.returns()[0].type();
  node->output()->setType(declared->hasFreeVariables() ? variable : declared);
  graph->insertNode(node);
  graph->registerOutput(node->output());
  return node->maybeSchema() == nullptr ? nullptr : graph;
}

std::string text_of(const jit::Graph& graph) {
  const auto program = lower_graph(graph);
  if (!program) return program.error().message;
  number_names(**program);
  return print(**program);
}

// Only those that have a row here: LibTorch itself dies of some operators, or never comes back, when their operands
// make no sense.
TEST(ConstantOpsOracle, EveryRowGivesTheSame) {
  const std::set<std::string> rows = names_of_rows();
  std::set<std::string> seen;
  for (const auto& op : jit::getAllOperators()) {
    if (!rows.contains(op->schema().name())) continue;
    for (int which = 0; which < kChoices; ++which) {
      auto graph = graph_of(op->schema(), which);
      if (graph == nullptr) continue;
      const std::string before = text_of(*graph);
      auto ours = lower_graph(*graph);
      ASSERT_TRUE(static_cast<bool>(ours));
      jit::ConstantPropagationImmutableTypes(graph);
      const std::string expected = text_of(*graph);
      ASSERT_TRUE(static_cast<bool>(run_cleanup_pass("constant-propagation", (*ours)->entry(), 10)));
      number_names(**ours);
      const std::string actual = print(**ours);
      if (expected != before) seen.insert(op->schema().name());
      if (op->schema().returns()[0].type()->kind() == TypeKind::DeviceObjType) {
        // The device of a constant is the assumed one in what LibTorch's graph is lowered to.
        EXPECT_EQ(actual == before, expected == before) << before;
      } else if (actual != before || !is_left_open(op->schema(), which)) {
        EXPECT_EQ(actual, expected) << op->schema() << "\n" << before;
      }
    }
  }
  EXPECT_EQ(seen, rows);
}

}  // namespace
}  // namespace flopaudit
