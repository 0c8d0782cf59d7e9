// A table by itself (`flopaudit.table/1`): what list, methods and validate print.
import { h, section } from "./dom.js";
import { exact, unknown } from "./numbers.js";
import { makeTable } from "./table.js";

const mostChoices = 8;
// May be broken into lines.
const isLong = (cell) => cell !== null && cell.length > 24;

// What is no number, as a formula, stands last in an order of numbers, as an empty cell does.
function number(cell) {
  const value = cell === null ? NaN : Number(cell);
  return Number.isFinite(value) ? value : null;
}

// A number that a browser cannot hold is shown as it was written.
const shownNumber = (cell) => (/^\d+$/.test(cell) && Number.isSafeInteger(Number(cell)) ? exact(Number(cell)) : cell);

function columnOf(report, { header, numeric }, place) {
  const long = report.rows.some((row) => isLong(row[place]));
  return { key: place, label: header.replaceAll("_", " "), numeric, class: place > 0 && long ? "path" : null,
    value: (row) => (numeric ? number(row[place]) : row[place]),
    cell: (row) => (row[place] === null ? unknown : numeric ? shownNumber(row[place]) : row[place]) };
}

// A column of few short words that come again and again is worth a choice.
function choicesOf(report) {
  return report.columns.map(({ header, numeric }, place) => ({ label: header, numeric, of: (row) => row[place] }))
    .filter(({ numeric, of }) => {
      const words = [...new Set(report.rows.map(of))];
      return !numeric && words.length <= mostChoices && 2 * words.length <= report.rows.length && !words.some(isLong);
    });
}

export function tableSections(report) {
  return [
    section("overview", "Table", null,
      makeTable({ id: "rows", caption: report.title, columns: report.columns.map((column, place) => columnOf(report, column, place)), rows: report.rows, hint: "Filter",
        words: (row) => row.filter(Boolean).join(" "), choices: choicesOf(report), sort: [null, false] })),
    report.notes.length > 0 && section("notes", "Notes", null, h("ul", {}, report.notes.map((note) => h("li", {}, note)))),
  ];
}
