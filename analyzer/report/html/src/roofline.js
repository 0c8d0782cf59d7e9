// Achieved speed of every node against what this machine can do, both axes logarithmic.
import { h, s } from "./dom.js";
import { axisLines, lineColors, lineDashes, lineKey, logAxis } from "./charts.js";
import { percent, short, withPrefix } from "./numbers.js";
import { makeTable } from "./table.js";

const [width, height, left, right, top, bottom] = [680, 440, 84, 24, 14, 388];

// The fastest kernel of each dtype makes the flat part of its roof.
function roofs(roofline) {
  const best = new Map();
  for (const peak of roofline.peaks) if (!best.has(peak.dtype) || best.get(peak.dtype).flops_per_second < peak.flops_per_second) best.set(peak.dtype, peak);
  return [...best.values()];
}

export function rooflineChart(data, show) {
  const { roofline } = data.report.times;
  const points = roofline.nodes.filter((node) => node.flops > 0 && node.bytes > 0 && node.seconds > 0).map((node) => ({ node, x: node.flops / node.bytes, y: node.flops / node.seconds }));
  const lines = roofs(roofline);
  if (points.length === 0 || lines.length === 0) return null;
  const ridges = lines.map((peak) => peak.flops_per_second / roofline.bytes_per_second);
  const x = logAxis([...points.map((point) => point.x), ...ridges], left, width - right);
  const y = logAxis([...points.map((point) => point.y), ...lines.map((peak) => peak.flops_per_second)], bottom, top);
  const longest = Math.max(...points.map((point) => point.node.seconds));
  const roof = (peak, ridge) => {
    const start = Math.max(x.low, y.low / roofline.bytes_per_second);
    return `M${x.at(start)} ${y.at(start * roofline.bytes_per_second)}L${x.at(ridge)} ${y.at(peak.flops_per_second)}L${width - right} ${y.at(peak.flops_per_second)}`;
  };
  return h("figure", { class: "chart" },
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "scatter", role: "group", "aria-label": `Roofline of ${points.length} nodes` },
      axisLines(x, y, [left, top, width - right, bottom], "FLOPs a byte", "FLOP/s"),
      lines.map((peak, i) => s("path", { d: roof(peak, ridges[i]), fill: "none", stroke: lineColors[i], "stroke-width": 2, "stroke-dasharray": lineDashes[i] }, s("title", {}, `${peak.dtype} ${peak.kernel}: ${withPrefix(peak.flops_per_second)}FLOP/s`))),
      points.map(({ node, x: intensity, y: speed }) => s("circle", { class: "point", cx: x.at(intensity), cy: y.at(speed), r: 3 + 7 * Math.sqrt(node.seconds / longest), tabindex: -1, role: "button",
        "aria-label": `${node.id} ${node.op}, ${withPrefix(speed)}FLOP/s`, onclick: () => show(data.byId.get(node.id)) },
      s("title", {}, `${node.id} ${node.op}\n${node.module}\n${withPrefix(speed)}FLOP/s, ${intensity.toPrecision(3)} FLOPs a byte, ${percent(node.roof_seconds / node.seconds)} of its roof`)))),
    h("figcaption", { class: "legend" }, lines.map((peak, i) => lineKey(i, `${peak.dtype}: ${withPrefix(peak.flops_per_second)}FLOP/s (${peak.kernel}), ${withPrefix(roofline.bytes_per_second)}B/s`)), h("span", {}, "The larger a point, the longer the node ran.")));
}

export function rooflineTable(data) {
  const { roofline } = data.report.times;
  const number = (key, label, value, text) => ({ key, label, numeric: true, value, cell: (row) => text(value(row)) });
  return makeTable({ id: "roofline-table", caption: "Nodes by time", rows: roofline.nodes, words: (row) => `${row.id} ${row.op} ${row.module}`, sort: ["seconds", true],
    choices: [{ label: "Bound by", of: (row) => row.bound }], columns: [
      { key: "id", label: "Node", value: (row) => Number(row.id.slice(1)), cell: (row) => h("code", {}, row.id) },
      { key: "op", label: "Op", value: (row) => row.op, cell: (row) => h("code", {}, row.op) },
      { key: "module", label: "Module", class: "path", value: (row) => row.module, cell: (row) => row.module },
      number("seconds", "Milliseconds", (row) => 1e3 * row.seconds, (value) => value.toFixed(3)),
      number("share", "Of all", (row) => row.seconds / roofline.seconds, percent),
      number("speed", "FLOP/s", (row) => row.flops / row.seconds, (value) => short(value)),
      number("intensity", "FLOPs a byte", (row) => (row.bytes > 0 ? row.flops / row.bytes : null), (value) => (value === null ? "\u2014" : value.toPrecision(3))),
      number("roof", "Of its roof", (row) => row.roof_seconds / row.seconds, percent),
      { key: "bound", label: "Bound by", value: (row) => row.bound, cell: (row) => row.bound }] });
}
