// Reports that are read back from their JSON print as before, in every format; damaged ones are refused with one
// sentence.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/audit/judge.h"
#include "analyzer/ir/parser.h"
#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/stored_report.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::ordered_json;

// Numbers, formulas, a range, padding, integers, two dtypes, and a node of every state.
constexpr const char* kProgram = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=32 parameter_bytes=128

graph "M.forward"(%self: M, %x.1: Tensor {f32[N,8]}, %c.1: bool {bool}) -> (Tensor) {
  parameter "fc.weight": Tensor {f32[4,8]}
  n0: %y: Tensor {f32[N,4]} = aten::linear(%x.1, param "fc.weight", none) in "fc" at "m.py":3
    executed 1 work known mac/f32=<32*N> valid/f32=<30*N> read=192 written=<16*N> formula "mac = M*K*N"
  n1: %z: Tensor {f32[N,4]} = aten::strange(%y) at "m.py":4
    executed 1 work no_rule why "no row for aten::strange"
  n2: %t: Tensor {f64[N,4]} = aten::exp(%y) at "m.py":6
    executed 0..1 work known exp/f64=0..<4*N> integer/i64=2 read=0..3 written=0..5 formula "exp = n"
  n3: %o: Tensor = aten::cat(%y, 0) at "m.py":5
    executed 1 work no_shape why "n1 aten::strange has no rule"
  n4: %v: Tensor {f32[N,4]} = aten::view(%y)
    executed 0 work not_taken
  return (%o)
}
)";

AnalysisReport analysis() {
  const auto program = parse_program(kProgram);
  if (!program) throw std::runtime_error(program.error().message);
  WorkTotal work;
  work.add(WorkClass::mac, DType::f32, Range(Expr(32) * Expr::symbol("N")));
  AnalysisInputs inputs{{{"", "M", work, 32}, {"fc", "Linear", work, 32}}, {"a sentence"}, {}};
  inputs.conventions = {{"macs", "MAC", Range(Expr(64)), {{"aten::cat", 1, "no shape"}}, {{0, Range(Expr(64))}}}};
  inputs.size_assumptions = {"N >= 2: somebody says so"};
  inputs.dependencies = {{Dependency::Kind::size, "N", 0, "how many there are", Expr(7)},
                         {Dependency::Kind::branch, "branch(n2)", 2, "the condition at m.py:6 (n2)", Expr(1)},
                         {Dependency::Kind::size, "nms(n1)", 1, "what no total depends on", {}}};
  inputs.most_sizes = {{"N", {Expr(7), 7}}};
  return make_analysis_report(**program, inputs);
}

TEST(StoredReport, AnAnalysisReadBackPrintsTheSame) {
  const AnalysisReport report = analysis();
  const auto read = analysis_from_json(to_json(report));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(report));
  EXPECT_EQ(to_text(*read), to_text(report));
  EXPECT_EQ(to_csv(*read), to_csv(report));
  EXPECT_EQ(to_markdown(*read), to_markdown(report));
  EXPECT_EQ(read->total, report.total);
  EXPECT_EQ(report.depends_on.size(), 2U) << "what matters alone";
}

TEST(StoredReport, AnAuditReadBackPrintsTheSame) {
  auto record = record_from_json(*read_text_file(source_path("testdata/records/conv_bn_relu_traced.record.json")));
  ASSERT_TRUE(record) << record.error().message;
  record->forward.native_seconds = {0.25, 0.5};
  record->nodes.front().seconds = {0.125};
  const auto program = parse_program(record->ir);
  const auto judgement = judge(*record, **program);
  for (const bool times : {false, true}) {
    const AuditReport report = make_audit_report(*record, **program, *judgement, times);
    const auto read = audit_from_json(to_json(report));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(read->report()), to_json(report));
    EXPECT_EQ(to_text(read->report()), to_text(report));
    EXPECT_EQ(to_csv(read->report()), to_csv(report));
    EXPECT_EQ(to_markdown(read->report()), to_markdown(report));
    EXPECT_EQ(read->judgement.has_findings(), judgement->has_findings());
  }
}

TEST(StoredReport, EveryMissingKeyIsNamed) {
  const ordered_json whole = ordered_json::parse(to_json(analysis()));
  for (const auto& [key, value] : whole.items()) {
    if (key == "flopaudit") continue;  // the program that wrote it
    // Reports of earlier programs do not have these.
    if (key == "memory" || key == "critical_path" || key == "training_step") continue;
    ordered_json without = whole;
    without.erase(key);
    const auto read = analysis_from_json(without.dump());
    ASSERT_FALSE(read) << key;
    EXPECT_NE(read.error().message.find(key), std::string::npos) << key << ": " << read.error().message;
  }
}

struct Damage {
  const char* pointer;
  ordered_json value;
  const char* words;
};

TEST(StoredReport, WhatIsWrongIsSaidWhere) {
  const Damage damages[] = {
      {"/nodes/0/id", "x", "\"x\" is not the id of a node"},
      {"/nodes/0/state", "certain", "`state` \"certain\" in node n0"},
      {"/nodes/0/by_dtype/f32/mac", "2*", "`mac` of f32 in node n0"},
      {"/nodes/0/by_dtype/f32/mac", 1.5, "`mac` of f32 in node n0 is not of its type"},
      {"/nodes/0/by_dtype/f99", ordered_json::object(), "`f99`"},
      {"/modules/1/parameters", "many", "`parameters` in module \"fc\""},
      {"/nodes", 3, "`nodes` in the report is not a list"},
      {"/totals", nullptr, "`totals`"},
  };
  for (const Damage& damage : damages) {
    ordered_json json = ordered_json::parse(to_json(analysis()));
    json[ordered_json::json_pointer(damage.pointer)] = damage.value;
    const auto read = analysis_from_json(json.dump());
    ASSERT_FALSE(read) << damage.pointer;
    EXPECT_NE(read.error().message.find(damage.words), std::string::npos) << read.error().message;
  }
}

TEST(StoredReport, AnotherFileIsRefused) {
  EXPECT_EQ(schema_of(to_json(analysis())), kAnalysisSchema);
  for (const char* text : {"", "[1]", "{}", "{\"schema\": 3}", "not json"}) {
    EXPECT_EQ(schema_of(text), "") << text;
    EXPECT_FALSE(analysis_from_json(text)) << text;
    EXPECT_FALSE(audit_from_json(text)) << text;
  }
  EXPECT_FALSE(audit_from_json(to_json(analysis())));
}

}  // namespace
}  // namespace flopaudit
