// Every case of testdata/conventions, by every convention.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "analyzer/conventions/conventions.h"
#include "passes/pass.h"
#include "tests/conventions/case_file.h"

namespace flopaudit {
namespace {

// A user's module with a module of torch.nn for each node. A derived class keeps its whole name.
std::string class_of(const std::string& layer) {
  if (layer == "-") return "__torch__.Net";
  const bool own = std::count(layer.begin(), layer.end(), '.') == 1;
  return "__torch__." + std::string(own ? "torch.nn.modules." : "") + layer;
}

OpName op_name(const std::string& full) {
  const std::size_t dot = full.find('.');
  return {full.substr(0, dot), dot == std::string::npos ? "" : full.substr(dot + 1)};
}

std::unique_ptr<Program> program_of(const ConventionCase& test) {
  auto program = std::make_unique<Program>();
  program->functions.push_back(std::make_unique<Graph>());
  program->objects.push_back({"", "__torch__.Net", {}, true});
  Graph& graph = program->entry();
  for (const CaseNode& line : test.nodes) {
    auto node = std::make_unique<Node>();
    node->id = static_cast<int>(graph.body.nodes.size());
    node->op = op_name(line.op);
    node->module = line.layer == "-" ? "" : "m" + std::to_string(node->id);
    if (line.layer != "-") program->objects.push_back({node->module, class_of(line.layer), {}, true});
    node->executions = Range(1);
    node->cases.push_back({Range(1), line.inputs, line.outputs});
    graph.body.nodes.push_back(std::move(node));
  }
  return program;
}

void annotate(Program& program) {
  PassContext context;
  for (const PassInfo& pass : all_passes()) {
    if (std::string("annotate-work") != pass.name) continue;
    ASSERT_TRUE(pass.make()->run(program, context));
  }
}

class ConventionCases : public testing::TestWithParam<ConventionCase> {};

TEST_P(ConventionCases, EveryConventionSaysItsNumber) {
  const ConventionCase& test = GetParam();
  ASSERT_EQ(test.problem, "");
  ASSERT_FALSE(test.nodes.empty());
  const std::unique_ptr<Program> program = program_of(test);
  annotate(*program);
  std::set<std::string> names;
  for (const Convention* convention : all_conventions()) {
    names.insert(convention->name);
    const ConventionTotal total = convention->total(*program);
    if (const auto reason = test.left_out.find(convention->name); reason != test.left_out.end()) {
      ASSERT_EQ(total.left_out.size(), 1U) << convention->name;
      EXPECT_THAT(total.left_out[0].why, testing::HasSubstr(reason->second)) << convention->name;
      continue;
    }
    EXPECT_TRUE(total.left_out.empty()) << convention->name << ": " << total.left_out[0].why;
    const auto expected = test.values.find(convention->name);
    EXPECT_EQ(total.value.to_string(), (expected == test.values.end() ? Expr(0) : expected->second).to_string())
        << convention->name;
  }
  for (const auto& [name, value] : test.values) EXPECT_TRUE(names.contains(name)) << name;
  for (const auto& [name, reason] : test.left_out) EXPECT_TRUE(names.contains(name)) << name;
}

std::string test_name(const testing::TestParamInfo<ConventionCase>& info) {
  std::string name = info.param.file + "_" + std::to_string(info.param.line);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ConventionCases, testing::ValuesIn(read_convention_cases()), test_name);

}  // namespace
}  // namespace flopaudit
