// The cost over one size (`flopaudit.sweep/1`): lines on logarithmic axes, and the numbers.
import { h, s, section } from "./dom.js";
import { axisLines, lineColors, lineDashes, lineKey, logAxis } from "./charts.js";
import { exact, magnitude, plural, short, sum, unknown } from "./numbers.js";

const [width, height, left, right, top, bottom] = [760, 440, 84, 24, 14, 388];
const figures = [["FLOPs", (row) => row.flops], ["MACs", (row) => row.macs], ["bytes read and written", (row) => sum([row.bytes_read, row.bytes_written])], ["peak bytes", (row) => row.peak_bytes]];

function chart(report) {
  const good = report.rows.filter((row) => !row.error);
  const lines = figures.map(([name, of]) => ({ name, points: good.map((row) => [row.size, magnitude(of(row))]).filter(([, value]) => value > 0) }));
  const values = lines.flatMap((line) => line.points.map((point) => point[1]));
  if (values.length === 0) return null;
  const x = logAxis(report.rows.map((row) => row.size), left, width - right, false);
  const y = logAxis(values, bottom, top);
  const ticks = [];
  for (const { size } of report.rows) if (ticks.length === 0 || x.at(size) - x.at(ticks.at(-1)) > 40) ticks.push(size);
  return h("figure", { class: "chart wide" },
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "scatter", role: "img", "aria-label": `Cost over ${report.symbol}; the table says the same` },
      axisLines(x, y, [left, top, width - right, bottom], report.symbol, "", ticks.map((size) => [size, exact(size)])),
      lines.map(({ name, points }, i) => points.length > 0 && s("g", {},
        s("path", { fill: "none", stroke: lineColors[i], "stroke-width": 2, "stroke-dasharray": lineDashes[i], d: `M${points.map(([size, value]) => `${x.at(size)} ${y.at(value)}`).join("L")}` }, s("title", {}, name)),
        points.map(([size, value]) => s("circle", { cx: x.at(size), cy: y.at(value), r: 3, fill: lineColors[i] }, s("title", {}, `${report.symbol} = ${exact(size)}: ${short(value)} ${name}`)))))),
    h("figcaption", { class: "legend" }, lines.map((line, i) => line.points.length > 0 && lineKey(i, line.name))));
}

function table(report) {
  const cell = (value, unit) => h("td", { class: "number", title: exact(value) }, value === null || value === undefined ? unknown : short(value, unit));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Cost by size" }, h("table", { class: "small" }, h("caption", {}, `Cost over ${report.symbol}`),
    h("thead", {}, h("tr", {}, [report.symbol, "MACs", "FLOPs", "Transcendentals", "Read", "Written", "FLOPs a byte", "Peak", "Not counted"].map((text) => h("th", { scope: "col", class: "number" }, text)))),
    h("tbody", {}, report.rows.map((row) => h("tr", {}, h("th", { scope: "row", class: "number" }, exact(row.size)), row.error ? h("td", { colspan: 8 }, row.error)
      : [cell(row.macs), cell(row.flops), cell(row.transcendentals), cell(row.bytes_read, "B"), cell(row.bytes_written, "B"),
        h("td", { class: "number" }, row.arithmetic_intensity === null ? unknown : row.arithmetic_intensity.toPrecision(3)), cell(row.peak_bytes, "B"),
        h("td", { class: "number" }, row.gaps > 0 ? plural(row.gaps, "node") : "")])))));
}

export function sweepSections(report) {
  return [section("overview", "Overview", `${report.inputs.join(", ")}; both axes are logarithmic, so that a power of the size is a straight line.`, chart(report)),
    section("table", "Sizes", "Each size is analysed by itself.", table(report))];
}
