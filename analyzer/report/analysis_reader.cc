// flopaudit.analysis/1, read back: nothing of the report is lost, so that every view prints it as before.
#include <nlohmann/json.hpp>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/memory_views.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/report/training_views.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

// An integer or a formula.
Expr read_expr(JsonReader& reader, const Json& json, const std::string& what) {
  if (!json.is_string()) return reader.converted<std::int64_t>(json, what);
  const Result<Expr> expr = Expr::parse(json.get<std::string>());
  if (expr) return *expr;
  reader.refuse(what + ": " + expr.error().message);
  return {};
}

Range range_of(JsonReader& reader, const Json& object, const char* key, const std::string& where) {
  return read_range(reader, reader.at(object, key, where), "`" + std::string(key) + "` in " + where);
}

void read_classes(JsonReader& reader, DType dtype, const Json& classes, WorkTotal& work, const std::string& where) {
  for (const auto& [word, count] : classes.items()) {
    const std::string what = "`" + word + "` of " + std::string(name(dtype)) + " in " + where;
    const Range range = read_range(reader, count, what);
    const auto work_class = work_class_of_name(word);
    if (word == kValidMacKey)
      work.valid_mac.insert_or_assign(dtype, range);
    else if (work_class)
      work.add(*work_class, dtype, range);
    else
      reader.refuse(what + " is no class of work");
  }
}

WorkTotal read_work(JsonReader& reader, const Json& object, const std::string& where) {
  WorkTotal work;
  work.bytes_read = range_of(reader, object, "bytes_read", where);
  work.bytes_written = range_of(reader, object, "bytes_written", where);
  const Json& rows = reader.at(object, "by_dtype", where);
  if (!rows.is_object()) {
    reader.refuse("`by_dtype` in " + where + " is not an object");
    return work;
  }
  for (const auto& [word, classes] : rows.items()) {
    const auto dtype = dtype_of_name(word);
    if (!dtype || !classes.is_object()) {
      reader.refuse("`" + word + "` in `by_dtype` of " + where + " is no element type");
      return work;
    }
    read_classes(reader, *dtype, classes, work, where);
  }
  return work;
}

WorkState read_state(JsonReader& reader, const Json& object, const std::string& where) {
  const auto word = reader.value<std::string>(object, "state", where);
  if (const auto state = work_state_of_name(word)) return *state;
  reader.refuse("`state` \"" + word + "\" in " + where + " is not known");
  return WorkState::not_annotated;
}

std::vector<std::string> read_texts(JsonReader& reader, const Json& object, const char* key, const std::string& where) {
  return reader.list<std::string>(reader.at(object, key, where), "`" + std::string(key) + "` in " + where);
}

void read_totals(JsonReader& reader, const Json& totals, AnalysisReport& report) {
  const std::string where = "`totals`";
  report.total = read_work(reader, totals, where);
  report.span_flops = range_of(reader, totals, "span_flops", where).max;
  report.nodes = reader.value<std::int64_t>(totals, "nodes", where);
  report.zero = reader.value<std::int64_t>(totals, "zero", where);
  report.no_rule = reader.value<std::int64_t>(totals, "no_rule", where);
  report.no_shape = reader.value<std::int64_t>(totals, "no_shape", where);
  report.not_taken = reader.value<std::int64_t>(totals, "not_taken", where);
}

AnalysisNode read_node(JsonReader& reader, const Json& json, std::vector<ConventionValue>& conventions) {
  AnalysisNode node;
  const auto id = reader.value<std::string>(json, "id", "a node");
  const std::string where = "node " + id;
  node.id = read_node_id(reader, id);
  node.op = {reader.value<std::string>(json, "op", where), reader.value<std::string>(json, "overload", where)};
  node.module = reader.value<std::string>(json, "module", where);
  node.source = reader.value<std::string>(json, "source", where);
  node.inputs = read_texts(reader, json, "inputs", where);
  node.outputs = read_texts(reader, json, "outputs", where);
  node.executions = range_of(reader, json, "executions", where);
  node.state = read_state(reader, json, where);
  if (json.is_object() && json.contains("why")) node.why = reader.value<std::string>(json, "why", where);
  node.work = read_work(reader, json, where);
  node.formula = reader.value<std::string>(json, "formula", where);
  if (conventions.empty()) return node;
  const Json& numbers = reader.at(json, "conventions", where);
  for (ConventionValue& convention : conventions) {
    const Json& number = reader.at(numbers, convention.name.c_str(), "`conventions` of " + where);
    if (!number.is_null()) convention.by_node[node.id] = read_range(reader, number, convention.name + " of " + where);
  }
  return node;
}

std::vector<ConventionValue> read_conventions(JsonReader& reader, const Json& json) {
  std::vector<ConventionValue> conventions;
  if (!json.is_object()) {
    reader.refuse("`conventions` is not an object");
    return conventions;
  }
  for (const auto& [word, row] : json.items()) {
    const std::string where = "the convention " + word;
    ConventionValue convention{word, reader.value<std::string>(row, "unit", where),
                               range_of(reader, row, "value", where)};
    convention.left_out = reader.each(row, "left_out", where, [&](const Json& gap) {
      return LeftOut{reader.value<std::string>(gap, "op", where), reader.value<std::int64_t>(gap, "nodes", where),
                     reader.value<std::string>(gap, "why", where)};
    });
    conventions.push_back(std::move(convention));
  }
  return conventions;
}

OpTotal read_op(JsonReader& reader, const Json& json) {
  OpTotal op;
  op.op = reader.value<std::string>(json, "op", "an op");
  op.nodes = reader.value<std::int64_t>(json, "nodes", op.op);
  op.worst_state = read_state(reader, json, op.op);
  op.work = read_work(reader, json, op.op);
  return op;
}

ModuleSummary read_module(JsonReader& reader, const Json& json) {
  ModuleSummary module;
  module.path = reader.value<std::string>(json, "path", "a module");
  const std::string where = "module \"" + module.path + "\"";
  module.class_name = reader.value<std::string>(json, "class", where);
  module.work = read_work(reader, json, where);
  module.parameters = reader.value<std::int64_t>(json, "parameters", where);
  return module;
}

Gap read_gap(JsonReader& reader, const Json& json) {
  return {reader.value<std::string>(json, "op", "a gap"), reader.value<std::int64_t>(json, "nodes", "a gap"),
          reader.optional<std::int64_t>(json, "elements", "a gap"), reader.value<std::string>(json, "why", "a gap")};
}

DependencyRow read_dependency(JsonReader& reader, const Json& json) {
  using Kind = Dependency::Kind;
  DependencyRow row;
  Dependency& dependency = row.dependency;
  dependency.name = reader.value<std::string>(json, "name", "a dependency");
  const std::string where = "the dependency " + dependency.name;
  const auto kind = reader.value<std::string>(json, "kind", where);
  for (const Kind each : {Kind::size, Kind::integer, Kind::trips, Kind::branch}) {
    if (kind == name(each)) dependency.kind = each;
  }
  dependency.node = read_node_id(reader, reader.value<std::string>(json, "node", where));
  row.source = reader.value<std::string>(json, "source", where);
  dependency.what = reader.value<std::string>(json, "what", where);
  row.most = reader.optional<std::int64_t>(json, "max", where);
  if (json.is_object() && json.contains("max_expr")) {
    dependency.most = read_expr(reader, reader.at(json, "max_expr", where), "`max_expr` of " + where);
  }
  if (dependency.kind != Kind::branch) return row;
  row.most.reset();
  row.branches = reader.each(json, "branches", where, [&](const Json& branch) {
    return BranchCost{range_of(reader, branch, "macs", where), range_of(reader, branch, "flops", where)};
  });
  return row;
}

}  // namespace

Range read_range(JsonReader& reader, const Json& json, const std::string& what) {
  if (!json.is_object()) return Range(read_expr(reader, json, what));
  const Json& low = reader.at(json, "min", what);
  const Json& high = reader.at(json, "max", what);
  if (low.is_null()) return Range(read_expr(reader, reader.at(json, "expr", what), what));
  return {read_expr(reader, low, what), read_expr(reader, high, what)};
}

Result<AnalysisReport> analysis_from_json(const std::string& text) {
  FA_ASSIGN(const Json json, parse_report_json(text, kAnalysisSchema));
  JsonReader reader;
  const std::string where = "the report";
  AnalysisReport report;
  report.libtorch = reader.value<std::string>(json, "libtorch", where);
  const Json& model = reader.at(json, "model", where);
  report.file = reader.value<std::string>(model, "file", "`model`");
  report.kind = reader.value<std::string>(model, "kind", "`model`");
  report.method = reader.value<std::string>(model, "method", "`model`");
  report.parameters = reader.value<std::int64_t>(model, "parameters", "`model`");
  report.parameter_bytes = reader.value<std::int64_t>(model, "parameter_bytes", "`model`");
  report.inputs = read_inputs(reader, json);
  for (const std::string& symbol : read_texts(reader, json, "symbols", where)) report.symbols.insert(symbol);
  report.size_assumptions = read_texts(reader, reader.at(json, "assumptions", where), "sizes", "`assumptions`");
  read_totals(reader, reader.at(json, "totals", where), report);
  report.conventions = read_conventions(reader, reader.at(json, "conventions", where));
  report.node_list =
      reader.each(json, "nodes", where, [&](const Json& node) { return read_node(reader, node, report.conventions); });
  report.ops = reader.each(json, "ops", where, [&](const Json& op) { return read_op(reader, op); });
  report.modules = reader.each(json, "modules", where, [&](const Json& module) { return read_module(reader, module); });
  read_memory(reader, json, report);
  read_training(reader, json, report);
  report.gaps = reader.each(json, "gaps", where, [&](const Json& gap) { return read_gap(reader, gap); });
  report.depends_on =
      reader.each(json, "depends_on", where, [&](const Json& row) { return read_dependency(reader, row); });
  report.diagnostics = read_texts(reader, json, "diagnostics", where);
  if (!reader.problem().empty()) return input_error("the report is damaged: " + reader.problem());
  return report;
}

}  // namespace flopaudit
