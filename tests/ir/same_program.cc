#include "tests/ir/same_program.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

void expect_same_value(const Value& a, const Value& b) {
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.type, b.type) << a.name << ": " << a.type.to_string() << " and " << b.type.to_string();
  EXPECT_EQ(a.fact, b.fact) << a.name << ": " << a.fact.to_string() << " and " << b.fact.to_string();
}

void expect_same_values(const std::vector<Value*>& a, const std::vector<Value*>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) expect_same_value(*a[i], *b[i]);
}

void expect_same_region(const Region& a, const Region& b);

void expect_same_node(const Node& a, const Node& b) {
  SCOPED_TRACE("node " + std::to_string(a.id) + " " + a.op.full());
  EXPECT_EQ(a.op, b.op);
  expect_same_values(a.operands, b.operands);
  expect_same_values(a.results, b.results);
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.calls, b.calls);
  EXPECT_EQ(a.module, b.module);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.executions, b.executions);
  EXPECT_EQ(a.cases, b.cases);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.why, b.why);
  EXPECT_EQ(a.formula, b.formula);
  EXPECT_EQ(a.work, b.work);
  ASSERT_EQ(a.regions.size(), b.regions.size());
  for (std::size_t i = 0; i < a.regions.size(); ++i) expect_same_region(*a.regions[i], *b.regions[i]);
}

void expect_same_region(const Region& a, const Region& b) {
  expect_same_values(a.arguments, b.arguments);
  expect_same_values(a.results, b.results);
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  auto other = b.nodes.begin();
  for (const auto& node : a.nodes) expect_same_node(*node, **other++);
}

void expect_same_object(const Object& a, const Object& b) {
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.class_name, b.class_name);
  EXPECT_EQ(a.is_module, b.is_module);
  ASSERT_EQ(a.attributes.size(), b.attributes.size());
  for (std::size_t i = 0; i < a.attributes.size(); ++i) {
    const Attribute& first = a.attributes[i];
    const Attribute& second = b.attributes[i];
    EXPECT_EQ(first.name, second.name);
    EXPECT_EQ(first.type, second.type);
    EXPECT_EQ(first.value, second.value);
    EXPECT_EQ(first.is_parameter, second.is_parameter);
    EXPECT_EQ(first.is_buffer, second.is_buffer);
    EXPECT_EQ(first.tensor_path, second.tensor_path);
  }
}

}  // namespace

void expect_same_program(const Program& a, const Program& b) {
  EXPECT_EQ(a.file, b.file);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.libtorch_version, b.libtorch_version);
  EXPECT_EQ(a.parameter_count, b.parameter_count);
  EXPECT_EQ(a.parameter_bytes, b.parameter_bytes);
  EXPECT_EQ(a.example_inputs, b.example_inputs);
  ASSERT_EQ(a.objects.size(), b.objects.size());
  for (std::size_t i = 0; i < a.objects.size(); ++i) expect_same_object(a.objects[i], b.objects[i]);
  ASSERT_EQ(a.functions.size(), b.functions.size());
  for (std::size_t i = 0; i < a.functions.size(); ++i) {
    const Graph& first = *a.functions[i];
    const Graph& second = *b.functions[i];
    SCOPED_TRACE("graph " + first.name);
    EXPECT_EQ(first.name, second.name);
    EXPECT_EQ(first.result_types, second.result_types);
    EXPECT_EQ(first.defaults, second.defaults);
    expect_same_values(first.parameters(), second.parameters());
    expect_same_region(first.body, second.body);
  }
}

}  // namespace flopaudit
