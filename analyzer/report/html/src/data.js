// One model of what both reports say, so that the views need not know which they show: `flopaudit.analysis/1` of analyze,
// `flopaudit.report/1` of audit and report.
import { atSizes } from "./formula.js";
import { magnitude, sum } from "./numbers.js";

const shortOp = (op) => op.replace(/^.*::/, "");

// "conv.py:12", the file's name alone; the whole path stays in the tooltip.
export const shortSource = (source) => source.replace(/^.*\//, "");

// Read and written together, as a formula where one of them is.
function bytesOf({ bytes_read: read, bytes_written: written }) {
  const total = sum([read, written]);
  if (![read, written].some((value) => value?.at)) return total;
  return { expr: [read, written].map((value) => value?.expr ?? value).join(" + "), min: total, max: total, at: true };
}

function analysisNode(node) {
  const op = node.overload ? `${node.op}.${node.overload}` : node.op;
  return { ...node, op, kind: shortOp(node.op), bytes: bytesOf(node),
    known: node.state === "known" || node.state === "zero" || node.state === "not_taken" };
}

function auditNode(node) {
  return { ...node, kind: shortOp(node.op).replace(/\..*$/, ""), known: node.verdict !== "no_model" && node.verdict !== "not_measured",
    causeFlops: node.causes.map((cause) => ({ name: cause.name, flops: cause.flops })) };
}

// Modules by their paths; a node hangs in the module that it runs in. Each has the metrics of all that is below it.
function moduleTree(nodes, modules, metrics) {
  const root = { path: "", name: "model", children: [], nodes: [], values: {} };
  const byPath = new Map([["", root]]);
  const find = (path) => {
    const known = byPath.get(path);
    if (known) return known;
    const dot = path.lastIndexOf(".");
    const parent = find(dot < 0 ? "" : path.slice(0, dot));
    const made = { path, name: path.slice(dot + 1), children: [], nodes: [], values: {}, parent };
    parent.children.push(made);
    byPath.set(path, made);
    return made;
  };
  for (const node of nodes) find(node.module).nodes.push(node);
  for (const module of modules) {
    const place = byPath.get(module.path) ?? (module.parameters > 0 ? find(module.path) : null);
    if (place) place.summary = module;
  }
  root.name = root.summary?.class || "model";
  // Children after their parents in `order`, so that sums go backwards without recursion.
  const order = [root];
  for (let i = 0; i < order.length; ++i) order.push(...order[i].children);
  for (const module of order.reverse()) {
    module.count = module.nodes.length + module.children.reduce((all, child) => all + child.count, 0);
    for (const metric of metrics) {
      const stated = module.summary && magnitude(module.summary[metric.key]);
      module.values[metric.key] = typeof stated === "number" ? stated
        : sum([...module.nodes.map((node) => node[metric.key]), ...module.children.map((child) => child.values[metric.key])]) ?? 0;
    }
    if (module.values.bytes !== undefined && module.summary) {
      module.values.bytes = sum([module.summary.bytes_read, module.summary.bytes_written]) ?? module.values.bytes;
    }
  }
  return root;
}

function byKey(nodes, key, metrics) {
  const groups = new Map();
  for (const node of nodes) {
    const name = key(node);
    if (name === null) continue;
    if (!groups.has(name)) groups.set(name, { name, nodes: [] });
    groups.get(name).nodes.push(node);
  }
  for (const group of groups.values()) {
    for (const metric of metrics) group[metric.key] = sum(group.nodes.map((node) => node[metric.key]));
    group.unknown = group.nodes.filter((node) => !node.known).length;
  }
  const first = metrics[0].key;
  return [...groups.values()].sort((a, b) => (b[first] ?? 0) - (a[first] ?? 0) || (a.name < b.name ? -1 : 1));
}

const analysisMetrics = [
  { key: "flops", label: "FLOPs", unit: "FLOP" },
  { key: "macs", label: "MACs", unit: "MAC" },
  { key: "transcendentals", label: "Transcendentals", unit: "" },
  { key: "comparisons", label: "Comparisons", unit: "" },
  { key: "bytes", label: "Bytes", unit: "B" },
];
const auditMetrics = [
  { key: "annotated", label: "Annotated", unit: "FLOP" },
  { key: "measured", label: "Measured", unit: "FLOP" },
  { key: "unexplained", label: "Unexplained", unit: "FLOP" },
];

// `sizes`: numbers for the symbols of a report of formulas.
export function readReport(plain, graph, sizes) {
  const audit = plain.schema === "flopaudit.report/1";
  const report = audit ? plain : atSizes(plain, sizes);
  const metrics = audit ? auditMetrics : analysisMetrics;
  const nodes = report.nodes.map(audit ? auditNode : analysisNode);
  const data = { report, graph, audit, sizes, metrics, nodes, totals: report.totals, model: report.model };
  data.byId = new Map(nodes.map((node) => [node.id, node]));
  data.tree = moduleTree(nodes, report.modules ?? [], metrics);
  data.ops = byKey(nodes, (node) => node.op, metrics);
  data.kinds = byKey(nodes, (node) => node.kind, metrics).map((kind) => kind.name);
  data.sources = byKey(nodes, (node) => node.source || null, metrics);
  data.symbolic = !audit && magnitude(report.totals.flops) === null;
  data.title = `${report.model.file.replace(/^.*\//, "") || "model"} \u00b7 ${report.model.method}`;
  return data;
}
