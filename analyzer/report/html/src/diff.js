// What changed from one report to another (`flopaudit.diff/1`): totals, kinds of op, modules, lines of Python, nodes.
import { h, section } from "./dom.js";
import { exact, magnitude, percent, plural, short, unknown } from "./numbers.js";
import { makeTable } from "./table.js";

const words = { same: "same", changed: "changed", moved: "moved", added: "added", removed: "removed" };
const shortSource = (source) => source.replace(/^.*\//, "");

// What is absent on one side costs nothing there; what is not counted there costs an unknown amount.
function amount(row) {
  const stated = magnitude(row.change);
  if (stated !== null || row.complete === false || (row.a === null && row.b === null)) return stated;
  const [a, b] = [row.a, row.b].map((side) => (side === null ? 0 : magnitude(side)));
  return a === null || b === null ? null : b - a;
}

function signed(change) {
  const number = magnitude(change);
  if (number === null) return short(change);
  return `${number > 0 ? "+" : number < 0 ? "\u2212" : ""}${short(Math.abs(number))}`;
}

function relative(row) {
  const [before, change] = [magnitude(row.a), magnitude(row.change)];
  return before && change !== null ? `${change > 0 ? "+" : ""}${percent(change / before).replace("-", "\u2212")}` : unknown;
}

// To the left what became less, to the right what became more.
function changeBar(change, largest) {
  if (!change || largest === 0) return null;
  const share = 50 * Math.min(1, Math.abs(change) / largest);
  return h("span", { class: "change-bar", "aria-hidden": "true" },
    h("span", { class: change < 0 ? "fewer" : "greater", style: { width: `${share}%`, [change < 0 ? "right" : "left"]: "50%" } }));
}

const complete = (row) => row.complete === false && h("span", { class: "badge no_rule", title: "something of it is not counted on a side" }, "incomplete");
const sideColumn = (key, label) => ({ key, label, numeric: true, value: (row) => magnitude(row[key]), cell: (row) => h("span", { title: exact(row[key]) }, short(row[key])) });

function changeColumns(rows) {
  const largest = Math.max(0, ...rows.map((row) => Math.abs(amount(row) ?? 0)));
  return [sideColumn("a", "Before"), sideColumn("b", "After"),
    { key: "change", label: "Change", numeric: true, value: amount, cell: (row) => [complete(row), " ", h("span", { title: exact(row.change) }, signed(row.change ?? amount(row)))] },
    { key: "relative", label: "Relative", numeric: true, value: (row) => (magnitude(row.a) ? amount(row) / magnitude(row.a) : null), cell: relative },
    { key: "bar", label: "Less or more", numeric: true, value: (row) => (amount(row) === null ? null : Math.abs(amount(row))), cell: (row) => changeBar(amount(row), largest) }];
}

function totalsTable(report) {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Totals" }, h("table", { class: "small" }, h("caption", {}, "Totals"),
    h("thead", {}, h("tr", {}, ["Figure", "Before", "After", "Change", "Relative"].map((text, i) => h("th", { scope: "col", class: i > 0 ? "number" : null }, text)))),
    h("tbody", {}, report.totals.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name.replaceAll("_", " ")),
      ["a", "b"].map((side) => h("td", { class: "number", title: exact(row[side]) }, short(row[side]))),
      h("td", { class: "number", title: exact(row.change) }, complete(row), " ", signed(row.change)), h("td", { class: "number" }, relative(row)))))));
}

function groupTable(id, caption, label, rows) {
  return makeTable({ id, caption, rows: rows.map((row) => ({ ...row, name: row.key })), words: (row) => row.key, sort: ["bar", true], columns: [
    { key: "name", label, class: "path", value: (row) => row.key, cell: (row) => h("code", {}, row.key || "(whole model)") },
    { key: "nodes", label: "Nodes", numeric: true, value: (row) => row.nodes_b, cell: (row) => (row.nodes_a === row.nodes_b ? exact(row.nodes_b) : `${exact(row.nodes_a)} \u2192 ${exact(row.nodes_b)}`) },
    ...changeColumns(rows)] });
}

function nodeRows(report) {
  return report.nodes.map((row, i) => {
    const now = row.b ?? row.a;
    const [a, b] = [row.a, row.b].map((side) => side?.[report.by] ?? null);
    const complete = (row.a === null || a !== null) && (row.b === null || b !== null);
    return { ...now, id: `${row.what} ${i}`, what: row.what, before: row.a, after: row.b, a, b, change: null, complete };
  });
}

const both = (a, b) => (a === undefined || b === undefined || a === b ? a ?? b ?? "" : [a, " \u2192 ", b]);

function nodeDetails(row) {
  const keys = [...new Set([...Object.keys(row.before ?? {}), ...Object.keys(row.after ?? {})])];
  const text = (value) => (value === undefined ? unknown : typeof value === "string" ? value || unknown : exact(value));
  return h("table", { class: "small" }, h("caption", {}, "Before and after"),
    h("thead", {}, h("tr", {}, ["", "Before", "After"].map((each) => h("th", { scope: "col" }, each || "What")))),
    h("tbody", {}, keys.map((key) => h("tr", {}, h("th", { scope: "row" }, key), [row.before, row.after].map((side) => h("td", {}, side ? text(side[key]) : "not there"))))));
}

function nodeTable(report) {
  const rows = nodeRows(report);
  return makeTable({ id: "node-table", caption: "Nodes", rows, words: (row) => `${row.what} ${row.op} ${row.module} ${row.source}`, sort: ["bar", true],
    choices: [{ label: "What", of: (row) => row.what }], details: nodeDetails, columns: [
      { key: "what", label: "What", value: (row) => row.what, cell: (row) => h("span", { class: `badge ${row.what}` }, words[row.what]) },
      { key: "op", label: "Op", value: (row) => row.op, cell: (row) => h("code", {}, both(row.before?.op, row.after?.op)) },
      { key: "module", label: "Module", class: "path", value: (row) => row.module, cell: (row) => both(row.before?.module, row.after?.module) },
      ...changeColumns(rows),
      { key: "source", label: "Source", class: "path", value: (row) => row.source, cell: (row) => h("span", { title: row.source }, shortSource(row.source)) }] });
}

export function diffSections(report) {
  const { counts } = report;
  const what = ["added", "removed", "changed", "moved"].filter((each) => counts[each] > 0).map((each) => `${exact(counts[each])} ${each}`).join(", ");
  return [
    section("overview", "Overview", null,
      report.equal ? h("p", { class: "banner good" }, "Nothing changed.")
        : h("p", { class: "banner warn" }, h("strong", {}, what ? `Nodes: ${what}.` : "No node changed, but a total did."), counts.same > 0 && ` ${plural(counts.same, "node is", "nodes are")} the same.`),
      h("dl", { class: "sides" }, h("dt", {}, "Before"), h("dd", {}, report.a), h("dt", {}, "After"), h("dd", {}, report.b)),
      totalsTable(report), h("p", { class: "lead" }, `What follows is in ${report.by}, the largest change first.`)),
    report.modules.length > 0 && section("modules", "Modules", "Each with all that is in it.", groupTable("module-table", "Modules", "Module", report.modules)),
    report.ops.length > 0 && section("ops", "Kinds of op", null, groupTable("op-table", "Kinds of op", "Op", report.ops)),
    report.sources.length > 0 && section("sources", "Lines of Python", null, groupTable("source-table", "Lines of Python", "Line", report.sources)),
    report.nodes.length > 0 && section("nodes", "Nodes", "Matched by module and structure. The triangle opens both sides.", nodeTable(report)),
  ];
}
