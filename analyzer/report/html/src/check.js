// A budget held against a report (`flopaudit.check/1`): the lines that are broken first, then those that are undecided.
import { exact, magnitude, percent, plural, unknown } from "./numbers.js";
import { h, section } from "./dom.js";
import { makeTable } from "./table.js";

const states = ["broken", "undecided", "holds"];
const meanings = { broken: "the figure is past the limit", undecided: "the figure is not all known; that is no pass", holds: "the figure is within the limit" };

function summary(report) {
  const count = (state) => report.limits.filter((row) => row.state === state).length;
  if (report.holds) return h("p", { class: "banner good" }, h("strong", {}, `The budget holds: ${plural(report.limits.length, "limit")}.`));
  return h("p", { class: "banner bad" }, h("strong", {}, "The budget does not hold: "), `of ${plural(report.limits.length, "limit")} `,
    states.map((state) => `${exact(count(state))} ${state === "holds" ? "held" : state}`).join(", "), ".");
}

// Of a limit in percent its share too. A sum without some nodes is but a lower bound.
function present(row) {
  if (row.present === null) return unknown;
  const share = row.whole > 0 && magnitude(row.present) !== null ? ` (${percent(magnitude(row.present) / row.whole)})` : "";
  return `${row.complete ? "" : "at least "}${exact(row.present)}${share}`;
}

function limitTable(report) {
  return makeTable({ id: "limits", caption: "Limits of the budget", rows: report.limits, hint: "Filter, e.g. flops", sort: ["state", false],
    words: (row) => `${row.state} ${row.text} ${row.quantity} ${row.why ?? ""}`, choices: [{ label: "State", of: (row) => row.state }], columns: [
      { key: "state", label: "State", value: (row) => states.indexOf(row.state), cell: (row) => h("span", { class: `badge ${row.state}`, title: meanings[row.state] }, row.state) },
      { key: "limit", label: "Limit", class: "path", value: (row) => row.text, cell: (row) => h("code", {}, row.text) },
      { key: "present", label: "Present", numeric: true, value: (row) => magnitude(row.present), cell: present },
      { key: "line", label: "Line of the file", numeric: true, value: (row) => row.line, cell: (row) => exact(row.line) },
      { key: "why", label: "Why undecided", class: "path", value: (row) => row.why, cell: (row) => row.why ?? unknown }] });
}

export function checkSections(report) {
  return [
    section("overview", "Overview", null, summary(report),
      h("dl", { class: "sides" }, h("dt", {}, "Budget"), h("dd", {}, report.budget), h("dt", {}, "Report"), h("dd", {}, report.report))),
    section("limits-section", "Limits", "What does not hold comes first.", limitTable(report)),
  ];
}
