// What only an audit has: the findings first, measured against annotated as points, and the causes of each op stacked.
import { h, s, section } from "./dom.js";
import { nodeDetails, verdictBadge } from "./nodes.js";
import { axisLines, logAxis } from "./charts.js";
import { exact, percent, ratio, short } from "./numbers.js";
import { colorKey } from "./flame.js";

const bad = ["mismatch", "error", "unstable"];
const middle = (value) => (value !== null && typeof value === "object" ? (value.min + value.max) / 2 : value);

export function findings(data, goto) {
  const rows = data.nodes.filter((node) => bad.includes(node.verdict) || node.shape_mismatch || node.above_peak)
    .sort((a, b) => b.unexplained - a.unexplained);
  if (rows.length === 0) return null;
  return section("findings", "Findings", "Nodes whose measured counts, shapes or repetitions are not what was expected, the largest first.",
    h("ol", { class: "findings" }, rows.slice(0, 50).map((node) => h("li", {},
      h("details", {}, h("summary", {}, verdictBadge(node.shape_mismatch ? "mismatch" : node.verdict), node.above_peak && " above the machine\u2019s peak", " ", h("code", {}, `${node.id} ${node.op}`),
        node.module && ` in ${node.module}`, `: annotated ${exact(node.annotated)}, measured ${exact(node.measured)}, unexplained ${exact(node.unexplained)}`),
      nodeDetails(data, node, goto))))),
    rows.length > 50 && h("p", {}, `${rows.length - 50} more: filter the table of nodes by verdict.`));
}

const marks = { exact: "circle", explained: "diamond", within: "square", data_dependent: "square", mismatch: "cross", unstable: "cross", error: "cross", no_model: "ring" };

// Both axes logarithmic: equal counts lie on the line.
export function scatter(data, show) {
  const points = data.nodes.map((node) => ({ node, x: middle(node.expected) ?? node.annotated, y: node.measured }))
    .filter((point) => point.x > 0 && point.y > 0 && point.node.verdict !== "quiet");
  if (points.length === 0) return null;
  const [width, height, left, right, top, bottom] = [560, 420, 84, 30, 12, 372];
  const all = points.flatMap((point) => [point.x, point.y]);
  const expected = logAxis(all, left, width - right), measured = logAxis(all, bottom, top);
  return h("figure", { class: "chart" },
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "scatter", role: "group", "aria-label": `Measured against expected FLOPs of ${points.length} nodes` },
      axisLines(expected, measured, [left, top, width - right, bottom], "expected FLOPs", "measured FLOPs"),
      s("line", { class: "diagonal", x1: left, y1: bottom, x2: width - right, y2: top }),
      points.sort((a, b) => bad.includes(a.node.verdict) - bad.includes(b.node.verdict)).map(({ node, x, y }) => {
        const point = s("g", { class: `point ${node.verdict}`, transform: `translate(${expected.at(x)} ${measured.at(y)})`, tabindex: bad.includes(node.verdict) ? 0 : -1, role: "button",
          "aria-label": `${node.id} ${node.op}, ${node.verdict}: expected ${exact(Math.round(x))}, measured ${exact(y)}`, onclick: () => show(node),
          onkeydown: (event) => { if (event.key === "Enter") show(node); } },
        s("title", {}, `${node.id} ${node.op}\n${node.module}\n${node.verdict}, measured / annotated ${ratio(node.ratio)}`), markOf(marks[node.verdict] ?? "circle"));
        return point;
      })),
    h("figcaption", { class: "legend" }, ["exact", "explained", "within", ...bad].filter((verdict) => points.some((point) => point.node.verdict === verdict))
      .map((verdict) => h("span", { class: "color-key" }, s("svg", { class: "key", viewBox: "-7 -7 14 14", "aria-hidden": "true" }, s("g", { class: `point ${verdict}` }, markOf(marks[verdict]))), verdict))));
}

function markOf(kind) {
  if (kind === "diamond") return s("path", { d: "M0-5.5L5.5 0L0 5.5L-5.5 0z" });
  if (kind === "square") return s("rect", { x: -4, y: -4, width: 8, height: 8 });
  if (kind === "cross") return s("path", { class: "stroke", d: "M-5-5L5 5M5-5L-5 5" });
  if (kind === "ring") return s("circle", { class: "stroke", r: 4 });
  return s("circle", { r: 4 });
}

const causeColors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c7a00", "#5b5bd6", "#8c959f"];

// For each op what the causes add and take away, as shares of its annotated work.
export function causes(data) {
  const totals = new Map(), byOp = new Map();
  for (const node of data.nodes) {
    for (const cause of node.causes) {
      const flops = middle(cause.flops);
      totals.set(cause.name, (totals.get(cause.name) ?? 0) + Math.abs(flops));
      if (!byOp.has(node.op)) byOp.set(node.op, { causes: new Map(), annotated: 0, nodes: 0 });
      const row = byOp.get(node.op);
      row.causes.set(cause.name, (row.causes.get(cause.name) ?? 0) + flops);
    }
  }
  if (byOp.size === 0) return h("p", {}, "No node needs a cause: what was measured is what was annotated.");
  for (const op of data.ops) if (byOp.has(op.name)) Object.assign(byOp.get(op.name), { annotated: op.annotated ?? 0, nodes: op.nodes.length });
  const names = [...totals].sort((a, b) => b[1] - a[1]).map((entry) => entry[0]);
  const color = (name) => causeColors[Math.min(names.indexOf(name), causeColors.length - 1)];
  const rows = [...byOp].map(([op, row]) => ({ op, ...row, size: [...row.causes.values()].reduce((sum, flops) => sum + Math.abs(flops), 0) }))
    .sort((a, b) => b.size - a.size);
  const share = (row, flops) => (row.annotated > 0 ? flops / row.annotated : 0);
  const sums = rows.map((row) => ["min", "max"].map((side) => [...row.causes.values()].filter((flops) => (side === "min") === flops < 0)
    .reduce((sum, flops) => sum + Math.abs(Math.min(1, Math.max(-1, share(row, flops)))), 0)));
  const reach = Math.max(0.01, ...sums.flat());
  return [
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Causes by op" }, h("table", { class: "causes" },
      h("caption", {}, "What the causes add to the annotated work and take from it, in shares of it"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Op"), h("th", { scope: "col", class: "number" }, "Annotated"), h("th", { scope: "col", class: "number" }, "less"), h("th", { scope: "col" }, "more"), h("th", { scope: "col" }, "Causes"))),
      h("tbody", {}, rows.map((row) => {
        const bars = (negative) => h("div", { class: `bars ${negative ? "left" : "right"}`, "aria-hidden": "true" }, [...row.causes].filter((entry) => entry[1] < 0 === negative && entry[1] !== 0)
          .map(([name, flops]) => h("span", { style: { width: `${100 * Math.min(1, Math.abs(share(row, flops))) / reach}%`, "background-color": color(name) }, title: `${name}: ${exact(Math.round(flops))} FLOPs` })));
        return h("tr", {}, h("th", { scope: "row" }, h("code", {}, row.op)), h("td", { class: "number" }, short(row.annotated)), h("td", { class: "bar-cell" }, bars(true)), h("td", { class: "bar-cell" }, bars(false)),
          h("td", {}, [...row.causes].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).map(([name, flops]) => `${name} ${row.annotated > 0 ? `${flops > 0 ? "+" : ""}${percent(share(row, flops))}` : short(Math.round(flops))}`).join(", ")));
      })))),
    h("p", { class: "legend" }, names.map((name) => colorKey(color(name), name))),
  ];
}
