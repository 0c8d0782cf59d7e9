// Numbers for people. What is not known is an em dash, never 0.

export const unknown = "\u2014";

// The number that areas, bars and orders are made of: the larger end; null where it is a formula.
export function magnitude(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return value;
  return typeof value.max === "number" ? value.max : null;
}

const prefixes = ["", "k", "M", "G", "T", "P", "E"];

export function withPrefix(number, unit = "") {
  const tail = (prefix) => (prefix || unit ? `\u00a0${prefix}${unit}` : "");
  if (Math.abs(number) < 10000) return `${Number(number.toPrecision(10))}${tail("")}`;
  let prefix = 0;
  while (Math.abs(number) >= 999.95 && prefix + 1 < prefixes.length) {
    number /= 1000;
    ++prefix;
  }
  const size = Math.abs(number);
  return `${number.toFixed(size < 9.9995 ? 3 : size < 99.995 ? 2 : 1)}${tail(prefixes[prefix])}`;
}

// A number, a range `{expr, min, max}`, or nothing.
export function short(value, unit = "") {
  if (value === null || value === undefined) return unknown;
  if (typeof value === "number") return withPrefix(value, unit);
  if (typeof value.min === "number" && typeof value.max === "number") {
    return value.min === value.max ? withPrefix(value.min, unit) : `${withPrefix(value.min)} to ${withPrefix(value.max, unit)}`;
  }
  return value.expr + (unit ? `\u00a0${unit}` : "");
}

export function exact(value) {
  if (value === null || value === undefined) return unknown;
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  if (value.at) return value.expr;  // the formula is what is exact
  if (typeof value.min === "number" && typeof value.max === "number") {
    return value.min === value.max ? exact(value.min) : `${exact(value.min)} to ${exact(value.max)}`;
  }
  return value.expr;
}

export function percent(share) {
  if (share === null || share === undefined || !Number.isFinite(share)) return unknown;
  const value = 100 * share;
  return `${value.toFixed(Math.abs(value) < 9.995 ? 2 : 1)}\u00a0%`;
}

export function ratio(value) {
  return value === null || value === undefined ? unknown : value.toFixed(4);
}

export const plural = (number, one, many = `${one}s`) => `${exact(number)} ${number === 1 ? one : many}`;

// The sum of magnitudes; null as soon as nothing of it is a number.
export function sum(values) {
  let total = 0, any = false;
  for (const value of values) {
    const number = magnitude(value);
    if (number === null) continue;
    total += number;
    any = true;
  }
  return any ? total : null;
}
