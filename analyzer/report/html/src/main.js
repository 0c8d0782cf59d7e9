// The page: reads the report that stands in it, and builds every part with it.
import { assumptions, overview, printButton } from "./overview.js";
import { button, h, section } from "./dom.js";
import { checkSections } from "./check.js";
import { countersSections } from "./counters.js";
import { causes, findings, scatter } from "./audit.js";
import { Flame } from "./flame.js";
import { GraphView } from "./graph.js";
import { moduleTable, nodeDetails, nodeTable, opTable, sourceTable } from "./nodes.js";
import { diffSections } from "./diff.js";
import { memory } from "./memory.js";
import { rooflineChart, rooflineTable } from "./roofline.js";
import { sweepSections } from "./sweep.js";
import { tableSections } from "./tables.js";
import { defaultSizes } from "./formula.js";
import { readReport } from "./data.js";

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

// What the reader chose stays where the browser keeps anything for a file; else the system's own.
function themeButton() {
  const names = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const key = "flopaudit-theme";
  let theme = "auto";
  try { theme = localStorage.getItem(key) ?? "auto"; } catch { /* a file may have no storage */ }
  const apply = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    toggle.textContent = names[theme] ?? names.auto;
  };
  const toggle = button("", { class: "theme", onclick: () => {
    theme = { auto: "light", light: "dark", dark: "auto" }[theme] ?? "light";
    try { localStorage.setItem(key, theme); } catch { /* as above */ }
    apply();
  } });
  apply();
  return toggle;
}

const report = read("report");
const picture = read("graph");
const sizes = report.schema === "flopaudit.analysis/1" ? defaultSizes(report) : {};

// All is made anew when a size changes: what is open is then closed, the field keeps the focus.
function changeSize(symbol, number) {
  sizes[symbol] = number;
  makePage();
  document.querySelector(`[data-symbol="${CSS.escape(symbol)}"]`).focus();
}

function reportSections(data) {
  const detail = h("div", { class: "flame-detail", "aria-live": "polite" });
  const goto = { table: (node) => table.reveal(node) };
  const graph = data.graph && data.graph.vertices.length > 0 ? new GraphView(data, (node) => nodeDetails(data, node, { table: goto.table })) : null;
  if (graph) goto.graph = (node) => graph.reveal(node.id);
  const showNode = (place) => (node) => place.replaceChildren(h("h3", {}, `${node.id} ${node.op}`), ...nodeDetails(data, node, goto).filter(Boolean));
  const table = nodeTable(data, goto);
  const pointDetail = h("div", { class: "flame-detail", "aria-live": "polite" });
  const memoryDetail = h("div", { class: "flame-detail", "aria-live": "polite" });
  const alive = data.audit ? null : memory(data, showNode(memoryDetail));
  const roofDetail = h("div", { class: "flame-detail", "aria-live": "polite" });
  const roof = data.report.times?.roofline ? rooflineChart(data, showNode(roofDetail)) : null;
  const points = data.audit ? scatter(data, showNode(pointDetail)) : null;
  const sections = [
    section("overview", "Overview", null, overview(data, changeSize)),
    data.audit && findings(data, goto),
    section("modules", "Modules", "How the cost divides among the modules. A click or Enter goes into one.", new Flame(data, showNode(detail)).element, detail,
      h("details", { class: "more-table" }, h("summary", {}, "The same as a table"), moduleTable(data))),
    graph ? section("graph-section", "Graph", "Boxes are modules, branches and loops: a click or Enter opens and closes them. Drag moves the picture; Ctrl and the wheel zoom.", graph.element)
      : data.graph === null && section("graph-section", "Graph", "This page was made from a JSON report, which has no graph: make it from the model or the record to see one."),
    points && section("scatter", "Measured against expected", "On the line they are equal. Both axes are logarithmic.", points, pointDetail),
    data.audit && section("causes", "Causes", "Why the kernels execute more or less than the definition says.", causes(data)),
    roof && section("roofline", "Roofline", "What each node achieved against what this machine can do. Times are of one native run.", roof, roofDetail, rooflineTable(data)),
    alive && section("memory", "Memory", "What is alive while the program runs, node by node.", alive, memoryDetail),
    section("ops", "Kinds of op", null, opTable(data)),
    section("nodes", "Nodes", "Every op of the graph but the program\u2019s own plumbing. The triangle opens what is known of one.", table),
    data.sources.length > 0 && section("sources", "Lines of Python", "The lines that the ops come from, as the file records them.", sourceTable(data)),
    section("assumptions", "What this count assumes and leaves out", null, assumptions(data)),
  ];
  return { sections, graph };
}

// Heading, contents and sections.
function layOut(title, subtitle, hint, parts) {
  const sections = parts.filter(Boolean);
  document.title = `${title} \u00b7 flopaudit`;
  document.body.replaceChildren(h("a", { class: "skip", href: "#overview" }, "Skip to the report"),
    h("header", { class: "top" }, h("div", { class: "title" }, h("h1", { title: hint }, title), h("p", {}, subtitle)), h("div", { class: "tools" }, themeButton(), printButton())),
    h("nav", { class: "contents", "aria-label": "Contents" },
      sections.map((each) => h("a", { href: `#${each.id}` }, each.querySelector("h2").textContent.replace("What this count assumes and leaves out", "Assumptions")))),
    h("main", {}, sections), h("p", { id: "status", class: "unseen", role: "status" }));
}

// What is neither an analysis nor an audit: heading, subtitle, hint and sections.
const pages = {
  "flopaudit.diff/1": () => ["What changed", "Difference by flopaudit", `${report.a} \u2192 ${report.b}`, diffSections(report)],
  "flopaudit.sweep/1": () => [`${report.model.file.replace(/^.*\//, "")} over ${report.symbol}`, `Sweep by flopaudit ${report.flopaudit}`, report.model.file, sweepSections(report)],
  "flopaudit.check/1": () => [report.holds ? "The budget holds" : "The budget does not hold", "Check by flopaudit", report.budget, checkSections(report)],
  "flopaudit.counters/1": () => ["What this machine can count", `Counters by flopaudit ${report.flopaudit}`, report.processor.identity, countersSections(report)],
  "flopaudit.table/1": () => [report.title, `Table by flopaudit ${report.flopaudit}`, null, tableSections(report)],
};

function makePage() {
  if (Object.hasOwn(pages, report.schema)) {
    layOut(...pages[report.schema]());
  } else {
    const data = readReport(report, picture, sizes);
    const { sections, graph } = reportSections(data);
    layOut(data.title, `${data.audit ? "Audit" : "Analysis"} by flopaudit ${report.flopaudit}${report.libtorch ? `, LibTorch ${report.libtorch}` : ""}`, data.model.file, sections);
    graph?.start();
    window.onbeforeprint = () => graph?.fit(false);
  }
  document.documentElement.dataset.ready = "true";
}

makePage();
