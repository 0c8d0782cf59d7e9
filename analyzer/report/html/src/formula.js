// Formulas in symbolic sizes, as reports print them (analyzer/support/expr.h): `12*H*N*W + 18432*N*ceil_div(H, 16)`.
// Exact: whole numbers of any length.

const deepest = 200, mostTaps = 4096n;

const floorDiv = (a, b) => {
  const quotient = a / b;
  return a % b !== 0n && (a < 0n) !== (b < 0n) ? quotient - 1n : quotient;
};
const least = (a, b) => (a < b ? a : b);
const most = (a, b) => (a > b ? a : b);
const size = (a) => (a < 0n ? -a : a);
const gcd = (a, b) => (b === 0n ? size(a) : gcd(b, a % b));

function windowTaps(input, output, kernel, stride, padding, dilation) {
  if (kernel > mostTaps || stride <= 0n) return null;
  let sum = 0n;
  for (let tap = 0n; tap < kernel; ++tap) {
    const shift = padding - tap * dilation;
    sum += most(0n, least(output - 1n, floorDiv(input - 1n + shift, stride)) - most(0n, floorDiv(shift + stride - 1n, stride)) + 1n);
  }
  return sum;
}

const functions = {
  floor_div: (a, b) => (b === 0n ? null : floorDiv(a, b)),
  ceil_div: (a, b) => (b === 0n ? null : -floorDiv(-a, b)),
  mod: (a, b) => (b === 0n ? null : a - b * floorDiv(a, b)),
  min: (...all) => all.reduce(least),
  max: (...all) => all.reduce(most),
  gcd,
  window_taps: windowTaps,
  ceil_log2: (a) => (a <= 1n ? 0n : BigInt((a - 1n).toString(2).length)),
};

// Reads a formula; `sizeOf(symbol)` gives a BigInt. Throws where it is none of these, or has no value.
class Reader {
  constructor(text, sizeOf) {
    // A symbol may have one name in brackets: trips(n12).
    this.words = text.match(/\d+|[A-Za-z_]\w*(?:\([\w.]+\))?(?=\s*(?:[-+*,)]|$))|[A-Za-z_]\w*|\S/g) ?? [];
    this.at = 0;
    this.sizeOf = sizeOf;
  }

  take(word) {
    if (this.words[this.at] !== word) return false;
    ++this.at;
    return true;
  }

  sum(depth) {
    let value = this.take("-") ? -this.product(depth) : this.product(depth);
    for (;;) {
      if (this.take("+")) value += this.product(depth);
      else if (this.take("-")) value -= this.product(depth);
      else return value;
    }
  }

  product(depth) {
    let value = this.factor(depth);
    while (this.take("*")) value *= this.factor(depth);
    return value;
  }

  factor(depth) {
    const word = this.words[this.at++];
    if (depth > deepest || word === undefined) throw new Error("no formula");
    if (/^\d/.test(word)) return BigInt(word);
    if (word === "(") {
      const value = this.sum(depth + 1);
      if (!this.take(")")) throw new Error("no formula");
      return value;
    }
    // `max(N)` reads as a symbol with a name in brackets: a function it is all the same.
    const call = /^(\w+)\(([\w.]+)\)$/.exec(word);
    if (call && Object.hasOwn(functions, call[1])) return this.checked(functions[call[1]](new Reader(call[2], this.sizeOf).sum(depth + 1)));
    if (!Object.hasOwn(functions, word)) {
      if (!/^[A-Za-z_]/.test(word) || word === "overflow" || word === "undefined") throw new Error("no value");
      return this.checked(this.sizeOf(word));
    }
    if (!this.take("(")) throw new Error("no formula");
    const values = [];
    do values.push(this.sum(depth + 1)); while (this.take(","));
    if (!this.take(")")) throw new Error("no formula");
    return this.checked(functions[word](...values));
  }

  checked(value) {
    if (typeof value !== "bigint") throw new Error("no value");
    return value;
  }
}

// The value as a number, or null where the text is no formula or has no value at these sizes.
export function evaluate(text, sizes) {
  try {
    const reader = new Reader(text, (symbol) => (Object.hasOwn(sizes, symbol) ? BigInt(sizes[symbol]) : null));
    const value = reader.sum(0);
    return reader.at === reader.words.length ? Number(value) : null;
  } catch {
    return null;
  }
}

export function symbolsOf(text) {
  const symbols = new Set();
  try {
    new Reader(text, (symbol) => { symbols.add(symbol); return 1n; }).sum(0);
  } catch { /* what was read so far */ }
  return symbols;
}

// What the program is drawn at unless the reader says otherwise: batches of one, other sizes of 64, no less than what is
// stated to hold.
export function defaultSizes(report) {
  const sizes = {};
  const expressions = Object.values(report.totals).filter((value) => value !== null && typeof value === "object")
    .flatMap((value) => (typeof value.min === "string" || typeof value.max === "string" ? [value.min, value.max].map(String) : [value.expr]));
  const used = new Set(expressions.flatMap((text) => [...symbolsOf(text)]));
  const inOrder = report.inputs.flatMap(({ type }) => type.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => used.has(word));
  for (const symbol of [...inOrder, ...used]) sizes[symbol] = symbol.includes("(") ? 10 : 64;
  for (const { type } of report.inputs) {
    for (const [, first] of type.matchAll(/\w+\[([A-Za-z_]\w*)/g)) if (Object.hasOwn(sizes, first)) sizes[first] = 1;
  }
  for (const text of report.assumptions.sizes ?? []) {
    const bound = /^([A-Za-z_]\w*) (>=|=) (\d+)/.exec(text);
    if (bound && Object.hasOwn(sizes, bound[1])) sizes[bound[1]] = bound[2] === "=" ? Number(bound[3]) : Math.max(sizes[bound[1]], Number(bound[3]));
  }
  return sizes;
}

// A report with a number beside every formula of it: {expr, min, max} gets `at`, and numbers for its ends.
export function atSizes(report, sizes) {
  if (Object.keys(sizes).length === 0) return report;
  const known = new Map();
  const number = (text) => {
    if (typeof text === "number") return text;
    if (!known.has(text)) known.set(text, evaluate(text, sizes));
    return known.get(text);
  };
  const resolve = (value) => {
    if (value === null || typeof value !== "object" || typeof value.expr !== "string") return value;
    const ends = value.min === null ? [number(value.expr), number(value.expr)] : [number(value.min), number(value.max)];
    return ends[0] === null || ends[1] === null ? value : { expr: value.expr, min: ends[0], max: ends[1], at: true };
  };
  const all = (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, resolve(value)]));
  const rows = (list) => list.map(all);
  const memory = report.memory && { ...all(report.memory), peaks: rows(report.memory.peaks), alive: rows(report.memory.alive) };
  return { ...report, memory, training_step: report.training_step && all(report.training_step), totals: all(report.totals), nodes: report.nodes.map(all), modules: report.modules.map(all),
    conventions: Object.fromEntries(Object.entries(report.conventions).map(([name, row]) => [name, all(row)])) };
}
