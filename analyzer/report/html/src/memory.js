// How much is alive while the program runs, what is alive at the peak, and the critical path.
import { h, s } from "./dom.js";
import { exact, magnitude, percent, plural, short, unknown } from "./numbers.js";

const [width, height, left, right, top, bottom] = [760, 240, 80, 12, 12, 44];

// Bytes alive at each node, in the order of execution. A node whose memory is not known is a gap.
function timeline(data, show) {
  const rows = data.nodes.map((node) => ({ node, bytes: magnitude(node.live_bytes) })).filter((row) => row.node.live_bytes !== null && row.bytes !== null);
  const most = Math.max(0, ...rows.map((row) => row.bytes));
  if (rows.length < 2 || most <= 0) return null;
  const step = (width - left - right) / rows.length;
  const y = (bytes) => height - bottom - (height - bottom - top) * (bytes / most);
  const bars = rows.length > 2000 ? null : rows.map((row, i) => s("rect", { class: "hit", x: left + i * step, y: top, width: step, height: height - bottom - top, fill: "transparent", onclick: () => show(row.node) },
    s("title", {}, `${row.node.id} ${row.node.op}\n${short(row.bytes, "B")} alive`)));
  const path = rows.map((row, i) => `H${(left + i * step).toFixed(1)}V${y(row.bytes).toFixed(1)}`).join("");
  const peak = rows.reduce((best, row, i) => (row.bytes > rows[best].bytes ? i : best), 0);
  const at = left + (peak + 0.5) * step;
  return h("figure", { class: "chart wide" },
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "scatter", role: "img", "aria-label": `Bytes alive over ${rows.length} nodes, at most ${short(most, "B")} at ${rows[peak].node.id}` },
      [0, 0.5, 1].map((share) => [s("line", { class: "grid", x1: left, x2: width - right, y1: y(most * share), y2: y(most * share) }), s("text", { class: "tick end", x: left - 8, y: y(most * share) + 4 }, short(Math.round(most * share), "B"))]),
      s("path", { class: "area", d: `M${left} ${height - bottom}${path}H${width - right}V${height - bottom}z` }),
      s("circle", { class: "peak", cx: at, cy: y(most), r: 4 }), s("text", { class: "tick middle", x: Math.min(Math.max(at, left + 30), width - 40), y: height - bottom + 16 }, rows[peak].node.id),
      s("text", { class: "axis middle", x: (left + width - right) / 2, y: height - 8 }, "nodes, in the order of execution"), bars),
    h("figcaption", {}, `The peak is at ${rows[peak].node.id} ${rows[peak].node.op}.`));
}

function aliveTable(memory) {
  const rows = memory.alive.slice(0, 20);
  if (rows.length === 0) return null;
  const peak = magnitude(memory.peak_bytes);
  return [h("table", { class: "small" }, h("caption", {}, "Alive at the peak, largest first"),
    h("thead", {}, h("tr", {}, ["Tensor", "Made by", "Bytes", "Share"].map((text, i) => h("th", { scope: "col", class: i > 1 ? "number" : null }, text)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, row.value)), h("td", {}, row.node ?? "an input"),
      h("td", { class: "number", title: exact(row.bytes) }, row.bytes === null ? unknown : short(row.bytes, "B")),
      h("td", { class: "number" }, peak && row.bytes !== null ? percent(magnitude(row.bytes) / peak) : unknown))))),
  memory.alive.length > rows.length && h("p", {}, `${memory.alive.length - rows.length} more.`)];
}

function criticalPath(data) {
  const path = data.report.critical_path;
  const nodes = path.nodes.map((id) => data.byId.get(id)).filter(Boolean).sort((a, b) => (magnitude(b.flops) ?? 0) - (magnitude(a.flops) ?? 0));
  const whole = magnitude(data.totals.span_flops);
  return h("details", { class: "more-table" }, h("summary", {}, `Critical path: ${short(data.totals.span_flops, "FLOP")} over ${plural(path.nodes.length, "node")}${path.parallelism ? `, ${path.parallelism.toFixed(2)} \u00d7 parallel at most` : ""}`),
    h("p", {}, "The heaviest chain of nodes that need one another, each node as one piece: what no parallelism between nodes removes. Heaviest first."),
    h("ul", { class: "facts" }, nodes.slice(0, 20).map((node) => h("li", {}, h("code", {}, `${node.id} ${node.op}`), node.module && ` in ${node.module}`, `, ${short(node.flops, "FLOP")}`,
      whole ? `, ${percent(magnitude(node.flops) / whole)}` : ""))),
    nodes.length > 20 && h("p", {}, `${nodes.length - 20} more.`));
}

export function memory(data, show) {
  const { report } = data;
  const facts = report.memory;
  if (!facts) return null;
  const incomplete = facts.why_not !== "" || facts.unknown_storages > 0 || facts.left_out;
  return [
    h("dl", { class: "tiles" }, [["Parameters", facts.parameter_bytes], ["Inputs", facts.input_bytes], ["Tensors made", facts.activation_bytes], ["Peak alive", facts.peak_bytes]]
      .map(([label, value]) => h("div", { class: "tile" }, h("dt", {}, label), h("dd", {}, h("strong", { title: exact(value) }, magnitude(value) === null && value !== null ? "a formula" : short(value, "B")), h("small", {}, exact(value)))))),
    incomplete && h("p", { class: "banner warn" }, facts.why_not !== "" ? `The peak is not known: ${facts.why_not}.` : facts.unknown_storages > 0 ? `At least: ${plural(facts.unknown_storages, "tensor")} of unknown size.` : "At least: too many formulas may be the largest."),
    timeline(data, show), aliveTable(facts),
    h("p", { class: "note" }, "Inputs are alive all the time, a tensor to its last use; views share their storage; parameters are apart. Workspaces inside of ops and the allocator\u2019s rounding are left out.",
      !facts.proved && " Which of its formulas is the largest was tried at sizes from 1 to 1024, and is not proved.",
      facts.assumed_copies > 0 && ` ${plural(facts.assumed_copies, "reshape")} may be views, and are counted as copies.`),
    report.critical_path && criticalPath(data)];
}
