// The tables: nodes, kinds of op, modules, lines of Python; and what is said of one node.
import { button, h } from "./dom.js";
import { shortSource } from "./data.js";
import { barCell, makeTable } from "./table.js";
import { exact, magnitude, percent, plural, ratio, short, unknown } from "./numbers.js";

const stateWords = { known: "known", zero: "zero by definition", no_rule: "no rule", no_shape: "shape not known", not_taken: "not executed",
  not_annotated: "not annotated" };
const verdictMeaning = { exact: "measured = annotated", explained: "measured = expected, the causes say why", within: "inside the stated interval",
  data_dependent: "inside a range that depends on values", quiet: "nothing worth counting", mismatch: "outside what was expected",
  no_model: "no expected count", not_measured: "no counts", unstable: "the repetitions differ", error: "could not run" };

export const verdictBadge = (verdict) => h("span", { class: `badge ${verdict}`, title: verdictMeaning[verdict] }, verdict.replace("_", " "));
const stateBadge = (state) => h("span", { class: `badge ${state}` }, stateWords[state] ?? state);
const interval = (value) => (value !== null && typeof value === "object" && "min" in value && !("expr" in value)
  ? `${exact(value.min)} to ${exact(value.max)}` : exact(value));
const middle = (value) => (value !== null && typeof value === "object" ? value.max : value);

// All that the report knows of one node.
export function nodeDetails(data, node, goto) {
  const list = (texts, inline) => h("ul", { class: inline ? "facts inline" : "facts" }, texts.map((text) => h("li", {}, h("code", {}, text))));
  const rows = [["Op", h("code", {}, node.op)], ["Module", node.module && h("code", {}, node.module)], ["Source", node.source && h("code", {}, node.source)]];
  if (data.audit) {
    rows.push(["Verdict", [verdictBadge(node.verdict), ` ${verdictMeaning[node.verdict] ?? ""}`]], ["Note", node.note], ["Type", node.dtype],
      ["Executions", exact(node.executions)], ["Annotated", `${exact(node.annotated)} FLOPs`], ["Expected", `${interval(node.expected)} FLOPs`],
      ["Measured", `${exact(node.measured)} FLOPs`],
      ["Causes", node.causes.length > 0 && list(node.causes.map((cause) => `${cause.name}: ${interval(cause.flops)} FLOPs`))],
      ["By class", Object.keys(node.by_class).length > 0 && list(Object.entries(node.by_class).map(([name, counts]) =>
        `${name}: annotated ${exact(counts.annotated)}, expected ${interval(counts.expected)}, measured ${exact(counts.measured)}`))]);
  } else {
    rows.push(["State", stateBadge(node.state)], ["Why", node.why], ["Inputs", list(node.inputs, true)], ["Outputs", list(node.outputs, true)],
      ["Executions", exact(node.executions)], ["FLOPs", node.known && exact(node.flops)],
      ["Work", Object.keys(node.work).length > 0 && list(Object.entries(node.work).map(([name, count]) => `${name} ${exact(count)}`), true)],
      ["Without padding", node.valid.mac !== undefined && `${exact(node.valid.mac)} MACs`], ["Formula", node.formula && h("code", {}, node.formula)],
      ["Read, written", `${exact(node.bytes_read)} B, ${exact(node.bytes_written)} B`], ["FLOPs a byte", node.arithmetic_intensity !== null && node.arithmetic_intensity?.toPrecision(3)],
      ["Makes", node.activation_bytes && `${exact(node.activation_bytes)} B`], ["Alive", node.live_bytes && `${exact(node.live_bytes)} B while it runs`],
      ["Backward", node.backward_flops && `${exact(node.backward_flops)} FLOPs, an estimate`]);
  }
  return [h("dl", {}, rows.filter((row) => row[1]).map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])),
    goto && h("p", { class: "buttons" }, goto.graph && button("Show in the graph", { onclick: () => goto.graph(node) }),
      goto.table && button("Show in the table", { onclick: () => goto.table(node) }))];
}

const countColumn = (metric, total) => ({ key: metric.key, label: metric.label, numeric: true, value: (row) => magnitude(row[metric.key]),
  cell: (row) => h("span", { title: exact(row[metric.key]) }, short(row[metric.key])), total });
const shareColumn = (metric, total) => ({ key: "share", label: "Share", numeric: true, title: `of the model's ${metric.label}`,
  value: (row) => magnitude(row[metric.key]), cell: (row) => {
    const share = total ? (magnitude(row[metric.key]) ?? NaN) / total : NaN;
    return barCell(percent(share), share);
  } });

export function nodeTable(data, goto) {
  const [first] = data.metrics;
  const total = magnitude(data.totals[first.key]);
  const columns = [
    { key: "id", label: "Node", value: (row) => Number(row.id.slice(1)), cell: (row) => h("code", {}, row.id) },
    { key: "op", label: "Op", value: (row) => row.kind, cell: (row) => h("span", { title: row.op }, row.kind) },
    { key: "module", label: "Module", class: "path", value: (row) => row.module, cell: (row) => row.module || "" },
  ];
  if (data.audit) {
    columns.push(countColumn(data.metrics[0]), { key: "expected", label: "Expected", numeric: true, value: (row) => middle(row.expected),
      cell: (row) => h("span", { title: interval(row.expected) }, row.expected !== null && typeof row.expected === "object"
        ? `${short(row.expected.min)} to ${short(row.expected.max)}` : short(row.expected)) },
      countColumn(data.metrics[1]), { key: "ratio", label: "Ratio", numeric: true, title: "measured over annotated", value: (row) => row.ratio, cell: (row) => ratio(row.ratio) },
      countColumn(data.metrics[2]), { key: "verdict", label: "Verdict", value: (row) => row.verdict, cell: (row) => verdictBadge(row.verdict) });
  } else {
    columns.push({ key: "outputs", label: "Output", class: "path", value: (row) => row.outputs[0] ?? "", cell: (row) => h("code", { class: "shape", title: row.outputs.join("\n") }, row.outputs.join(", ")) },
      { ...countColumn(first), cell: (row) => (row.known ? h("span", { title: exact(row.flops) }, short(row.flops)) : unknown) }, shareColumn(first, total),
      countColumn(data.metrics[1]), countColumn(data.metrics[4]),
      { key: "state", label: "State", value: (row) => row.state, cell: (row) => (row.state === "known" ? "" : stateBadge(row.state)) });
  }
  columns.push({ key: "source", label: "Source", class: "path", value: (row) => row.source, cell: (row) => h("span", { title: row.source }, shortSource(row.source)) });
  return makeTable({ id: "node-table", caption: "Nodes", columns, rows: data.nodes,
    words: (row) => `${row.id} ${row.op} ${row.module} ${row.source} ${row.state ?? row.verdict}`,
    choices: data.audit ? [{ label: "Verdict", of: (row) => row.verdict }] : [{ label: "State", of: (row) => row.state }],
    details: (row) => nodeDetails(data, row, { graph: goto.graph }), sort: [first.key, true] });
}

// Rows that stand for several nodes: kinds of op, lines of Python.
function groupTable(data, id, caption, label, rows, cell) {
  const [first] = data.metrics;
  const total = magnitude(data.totals[first.key]);
  return makeTable({ id, caption, rows, words: (row) => row.name, sort: [first.key, true], columns: [
    { key: "name", label, class: "path", value: (row) => row.name, cell },
    { key: "count", label: "Nodes", numeric: true, value: (row) => row.nodes.length, cell: (row) => exact(row.nodes.length) },
    countColumn(first), shareColumn(first, total), ...data.metrics.slice(1).map((metric) => countColumn(metric)),
    ...(rows.some((row) => row.unknown > 0) ? [{ key: "unknown", label: "Not counted", numeric: true, title: "nodes whose cost is not known",
      value: (row) => row.unknown, cell: (row) => (row.unknown > 0 ? h("span", { class: "badge no_rule" }, exact(row.unknown)) : "") }] : []),
  ] });
}

export const opTable = (data) => groupTable(data, "op-table", "Kinds of op", "Op", data.ops, (row) => h("code", {}, row.name));

export const sourceTable = (data) => groupTable(data, "source-table", "Lines of Python", "Line", data.sources, (row) => [
  h("code", { title: row.name }, row.name), h("small", { class: "ops" }, ` ${opsOf(row.nodes)}`)]);

function opsOf(nodes) {
  const counts = new Map();
  for (const node of nodes) counts.set(node.kind, (counts.get(node.kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => (count > 1 ? `${count} ${kind}` : kind));
  return kinds.slice(0, 4).join(", ") + (kinds.length > 4 ? ` and ${kinds.length - 4} more` : "");
}

export function moduleTable(data) {
  const rows = [];
  const work = [[data.tree, 0]];
  while (work.length > 0) {
    const [module, depth] = work.pop();
    rows.push({ module, depth, name: module.path, id: module.path || "model", ...module.values, parameters: module.summary?.parameters });
    for (const child of [...module.children].reverse()) work.push([child, depth + 1]);
  }
  rows.forEach((row, place) => { row.place = place; });
  const [first] = data.metrics;
  return makeTable({ id: "module-table", caption: "Modules", rows, words: (row) => `${row.name} ${row.module.summary?.class ?? ""}`, sort: ["name", false], columns: [
    { key: "name", label: "Module", class: "path", value: (row) => row.place, cell: (row) => h("span", { style: { "padding-left": `${Math.min(row.depth, 12)}em` } },
      row.name === "" ? h("em", {}, "whole model") : row.module.name, row.module.summary?.class && row.name !== "" && h("small", { class: "ops" }, ` ${row.module.summary.class}`)) },
    countColumn(first), shareColumn(first, data.tree.values[first.key]), ...data.metrics.slice(1).map((metric) => countColumn(metric)),
    ...(data.audit ? [] : [{ key: "parameters", label: "Parameters", numeric: true, value: (row) => row.parameters, cell: (row) => short(row.parameters) }]),
    { key: "count", label: "Nodes", numeric: true, value: (row) => row.module.count, cell: (row) => plural(row.module.count, "node").replace(/ nodes?/, "") },
  ] });
}
