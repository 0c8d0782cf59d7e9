// What charts share: axes, lines and their keys. A line has a dash of its own beside its colour.
import { h, s } from "./dom.js";
import { withPrefix } from "./numbers.js";

export const lineColors = ["#0072b2", "#d55e00", "#009e73", "#aa4499", "#7a6a00"];
export const lineDashes = ["none", "8 4", "2 3", "10 3 2 3", "5 2"];

// A logarithmic axis from `begin` to `end` on the page that holds all values, all above 0.
export function logAxis(values, begin, end, whole = true) {
  const logs = values.map(Math.log10);
  let low = Math.min(...logs), high = Math.max(...logs);
  if (whole) [low, high] = [Math.floor(low), Math.ceil(high)];
  if (high - low < 1e-9) high = low + 1;
  const at = (value) => begin + ((Math.log10(value) - low) / (high - low)) * (end - begin);
  const ticks = [];
  for (let power = Math.ceil(low); power <= high + 1e-9; ++power) ticks.push(10 ** power);
  return { at, ticks, low: 10 ** low, high: 10 ** high };
}

// The tick of a power of ten: "10 M".
const powerText = (tick) => (tick >= 1 ? withPrefix(tick).replace(/\.0+(?=\D|$)/, "").replace("10000", "10\u00a0k") : String(Number(tick.toPrecision(1))));

// Every tick of an axis with its text; of more than 8 only some have one.
const powerTicks = ({ ticks }) => ticks.map((tick, i) => [tick, i % Math.ceil(ticks.length / 8) === 0 ? powerText(tick) : ""]);

export function axisLines(x, y, [left, top, right, bottom], xLabel, yLabel, xTicks = powerTicks(x)) {
  return [
    xTicks.map(([tick, text]) => [s("line", { class: "grid", x1: x.at(tick), x2: x.at(tick), y1: top, y2: bottom }), text && s("text", { x: x.at(tick), y: bottom + 16, class: "tick middle" }, text)]),
    powerTicks(y).map(([tick, text]) => [s("line", { class: "grid", x1: left, x2: right, y1: y.at(tick), y2: y.at(tick) }), text && s("text", { x: left - 8, y: y.at(tick) + 4, class: "tick end" }, text)]),
    s("text", { class: "axis middle", x: (left + right) / 2, y: bottom + 36 }, xLabel),
    s("text", { class: "axis middle", transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)` }, yLabel)];
}

export const lineKey = (index, name) => h("span", { class: "color-key" }, s("svg", { class: "key wide", viewBox: "0 0 28 14", "aria-hidden": "true" },
  s("line", { x1: 0, x2: 28, y1: 7, y2: 7, stroke: lineColors[index], "stroke-width": 2, "stroke-dasharray": lineDashes[index] })), name);
