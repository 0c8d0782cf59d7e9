// What the model costs in one look, by which definition, and what the number leaves out.
import { button, h } from "./dom.js";
import { exact, magnitude, percent, plural, ratio, short } from "./numbers.js";
import { verdictBadge } from "./nodes.js";

const convention = "flops = 2\u00b7mac + mul + add + div + sqrt, by the mathematical definition of each op done the plain way. "
  + "A mac is a multiply whose product is accumulated. Transcendental functions and comparisons are counted apart and are never inside flops.";

const isFormula = (value) => value !== null && typeof value === "object" && "expr" in value;
const tile = (label, value, unit, note) => h("div", { class: "tile" },
  h("dt", {}, label), h("dd", {}, h("strong", { title: exact(value) }, isFormula(value) && !value.at && typeof value.max !== "number" ? "a formula" : short(value, unit)),
    h("small", {}, note ?? exact(value))));

// Fields for the sizes that the formulas are drawn at.
function sizeFields(sizes, change) {
  const fields = Object.entries(sizes).map(([symbol, value]) => h("label", {}, `${symbol} = `,
    h("input", { type: "number", min: symbol.includes("(") ? 0 : 1, max: 1e9, step: 1, value, "data-symbol": symbol, onchange: (event) => {
      const number = Number(event.target.value);
      if (Number.isSafeInteger(number) && number >= Number(event.target.min)) change(symbol, number);
      else event.target.value = sizes[symbol];
    } })));
  return h("div", { class: "sizes", role: "group", "aria-label": "Sizes" }, h("strong", {}, "Drawn at"), fields,
    h("small", {}, "The counts are formulas in these sizes: the numbers, widths and colours of this page are theirs here. What must hold of the sizes stands under Assumptions."));
}

export function overview(data, change) {
  return data.audit ? auditOverview(data) : analysisOverview(data, change);
}

function analysisOverview({ report, totals, model, sizes }, change) {
  const left = totals.no_rule + totals.no_shape;
  return [
    Object.keys(sizes).length > 0 && sizeFields(sizes, change),
    h("dl", { class: "tiles" },
      tile("MACs", totals.macs, "MAC"), tile("FLOPs", totals.flops, "FLOP"),
      tile("Transcendentals", totals.transcendentals, ""), tile("Comparisons", totals.comparisons, ""),
      tile("Read", totals.bytes_read, "B"), tile("Written", totals.bytes_written, "B"),
      tile("Parameters", model.parameters, "", `${exact(model.parameter_bytes)} bytes`),
      tile("Critical path", totals.span_flops, "FLOP", parallelism(totals)),
      report.memory && tile("Peak memory", report.memory.peak_bytes, "B", report.memory.peak_bytes === null ? "not known" : report.memory.complete ? "alive at once, without parameters" : "at least"),
      typeof totals.arithmetic_intensity === "number" && h("div", { class: "tile" }, h("dt", {}, "Intensity"), h("dd", {}, h("strong", {}, totals.arithmetic_intensity.toPrecision(3)), h("small", {}, "FLOPs a byte read or written"))),
      report.training_step && report.training_step.why_not === "" && tile("Training step, an estimate", report.training_step.step_flops, "FLOP", report.training_step.left_out.length > 0 ? "at least: see Assumptions" : "forward and backward"),
      tile("Nodes", totals.nodes, "", `${exact(totals.zero)} cost nothing${totals.not_taken > 0 ? `, ${exact(totals.not_taken)} never run` : ""}`)),
    left > 0
      ? h("p", { class: "banner warn" }, h("strong", {}, `The count leaves out ${plural(left, "node")}.`), " ",
        h("a", { href: "#assumptions" }, "What and why"))
      : h("p", { class: "banner good" }, "Every node is counted: nothing is left out."),
    h("p", { class: "convention" }, convention),
    Object.keys(report.conventions).length > 0 && conventions(report.conventions),
    report.inputs.length > 0 && h("p", {}, "Inputs: ", report.inputs.map((input, i) => [i > 0 && ", ", `${input.name} `, h("code", {}, input.type)])),
  ];
}

function parallelism({ flops, span_flops: span }) {
  const [all, path] = [magnitude(flops), magnitude(span)];
  return all && path ? `${(all / path).toFixed(2)} \u00d7 parallel at most` : exact(span);
}

function conventions(rows) {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "By other conventions" }, h("table", { class: "small" }, h("caption", {}, "By other conventions"),
    h("thead", {}, h("tr", {}, ["Convention", "Value", "Exactly", "Leaves out"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, Object.entries(rows).map(([name, row]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, short(row.value, row.unit)),
      h("td", { class: isFormula(row.value) ? "path" : "number" }, exact(row.value)), h("td", {}, row.left_out.map((gap) => `${gap.op} (${plural(gap.nodes, "node")}: ${gap.why})`).join("; ")))))));
}

const good = ["exact", "explained", "within", "data_dependent"];

function auditOverview({ totals, report, nodes }) {
  const counts = { ...totals.verdicts, quiet: totals.quiet };
  const bad = nodes.filter((node) => ["mismatch", "error", "unstable"].includes(node.verdict)).length;
  const open = (counts.no_model ?? 0) + (counts.not_measured ?? 0);
  const equal = totals.outputs_equal_forward;
  return [
    h("dl", { class: "tiles" },
      tile("Annotated", totals.annotated, "FLOP"), tile("Expected", totals.expected, "FLOP"),
      tile("Measured", totals.measured, "FLOP", `${exact(totals.measured)}${totals.annotated && totals.measured !== null ? ` = ${ratio(totals.measured / totals.annotated)} \u00d7 annotated` : ""}`),
      tile("Unexplained", totals.unexplained, "FLOP", totals.measured ? `${percent(totals.unexplained / totals.measured)} of the measured` : ""),
      h("div", { class: "tile" }, h("dt", {}, "Outputs"), h("dd", {}, h("strong", {}, equal === true ? "bit-equal" : equal === false ? "differ" : "not compared"),
        h("small", {}, totals.outputs_equal_reason ?? "against the module\u2019s own forward")))),
    bad + totals.shape_mismatches > 0 || equal === false
      ? h("p", { class: "banner bad" }, h("strong", {}, `${plural(bad, "node")} do${bad === 1 ? "es" : ""} not agree with what was expected.`), totals.shape_mismatches > 0 &&
        ` ${plural(totals.shape_mismatches, "shape")} differ.`, " ", h("a", { href: "#findings" }, "See them"))
      : open > 0 ? h("p", { class: "banner warn" }, `No node disagrees; ${plural(open, "node")} could not be judged.`)
        : h("p", { class: "banner good" }, "Every measured count is what was expected."),
    verdictBar(counts),
    h("p", { class: "convention" }, "Annotated: the work of the graph by definition. Expected: what this LibTorch\u2019s kernels execute for it, by causes "
      + "stated beforehand. Measured: what the counters read. ", convention),
    report.record.partial && h("p", { class: "banner bad" }, `The record is partial: ${report.record.error}`),
  ];
}

function verdictBar(counts) {
  const entries = Object.entries(counts).filter((entry) => entry[1] > 0);
  const order = [...good, "quiet", "not_measured", "no_model", "unstable", "error", "mismatch"];
  entries.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
  return h("figure", { class: "verdicts" },
    h("div", { class: "stack", role: "img", "aria-label": entries.map(([verdict, nodes]) => `${verdict}: ${plural(nodes, "node")}`).join(", ") },
      entries.map(([verdict, nodes]) => h("span", { class: `part ${verdict}`, style: { "flex-grow": nodes }, title: `${verdict}: ${plural(nodes, "node")}` }))),
    h("figcaption", {}, entries.map(([verdict, nodes]) => h("span", {}, verdictBadge(verdict), ` ${exact(nodes)}`))));
}

export function assumptions(data) {
  return data.audit ? auditAssumptions(data) : analysisAssumptions(data);
}

const bullets = (items) => h("ul", {}, items.filter(Boolean).map((item) => h("li", {}, item)));

function analysisAssumptions({ report, totals, model }) {
  const { device, grad, training, sizes } = report.assumptions;
  const gaps = report.gaps;
  return [
    h("h3", {}, "Assumed"),
    bullets([`The device is ${device}; gradients are ${grad ? "on" : "off"}; the model is in ${training ? "training" : "evaluation"} mode.`,
      "Nothing of the model was executed: shapes follow from the inputs given.",
      totals.not_taken > 0 && `${plural(totals.not_taken, "node")} in branches that are never taken cost nothing.`,
      ...(sizes ?? []), ...report.diagnostics]),
    h("h3", {}, "Left out"),
    gaps.length === 0 ? h("p", {}, "Nothing: every node has a known cost.")
      : h("table", { class: "small" }, h("caption", {}, "Nodes without a known cost"),
        h("thead", {}, h("tr", {}, ["Op", "Nodes", "Elements touched", "Why"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, gaps.map((gap) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, gap.op)), h("td", { class: "number" }, exact(gap.nodes)),
          h("td", { class: "number" }, exact(gap.elements)), h("td", {}, gap.why))))),
    trainingAssumptions(report.training_step),
    h("h3", {}, "Counted apart"),
    bullets([`${short(totals.transcendentals)} transcendental functions and ${short(totals.comparisons)} comparisons are not in the FLOPs.`,
      `${short(totals.integers ?? 0)} integer operations are not in the FLOPs.`,
      exact(totals.valid_macs) !== exact(totals.macs) && `MACs count all taps of a convolution; ${exact(totals.valid_macs)} of ${exact(totals.macs)} do not fall on padding or masks.`,
      `Bytes are what each op reads and writes once, without caches; this is ${model.kind || "a"} code of ${model.method}.`]),
  ];
}

function trainingAssumptions(step) {
  if (!step) return null;
  return [h("h3", {}, "The training step is an estimate"), step.why_not !== "" ? h("p", {}, `There is none: ${step.why_not}.`)
    : bullets([`${short(step.forward_flops, "FLOP")} forward, ${short(step.backward_flops, "FLOP")} for the backward.`, ...step.assumes,
      ...step.left_out.map((gap) => `Left out: ${plural(gap.nodes, "node")} of ${gap.op} (${gap.why}).`)])];
}

function auditAssumptions({ report, nodes, totals }) {
  const { record } = report;
  const unjudged = nodes.filter((node) => node.verdict === "no_model" || node.verdict === "not_measured");
  return [
    h("h3", {}, "Measured how"),
    bullets([`Counters: ${record.counters}; code path: ${record.path}; LibTorch ${record.libtorch}; ${plural(record.repetitions, "repetition")}, seed ${record.seed}.`,
      `Calibration: ${record.calibration.trusted ? "every kernel of known counts read exactly" : `not trusted: ${record.calibration.reason}`}.`,
      machineText(record.machine), Object.keys(record.knobs ?? {}).length > 0 && ["Knobs: ", h("code", {}, Object.entries(record.knobs).map(([name, value]) => `${name}=${value}`).join(" "))]]),
    h("h3", {}, "Left out"),
    unjudged.length === 0 ? h("p", {}, "Nothing: every node was measured and has a model.")
      : bullets(unjudged.slice(0, 50).map((node) => [h("code", {}, `${node.id} ${node.op}`), `: ${node.verdict.replace("_", " ")}${node.note ? `, ${node.note}` : ""}`])),
    unjudged.length > 50 && h("p", {}, `\u2026 and ${plural(unjudged.length - 50, "more node", "more nodes")}: filter the table by verdict.`),
    h("h3", {}, "Certain to what degree"),
    bullets([`The intervals of what was expected are ${exact(totals.bound_width)} FLOPs wide in all${totals.measured ? `, ${percent(totals.bound_width / totals.measured)} of the measured` : ""}.`,
      "Every execution of a node may hold up to 256 operations of dispatch noise; a node that lies inside it is quiet."]),
  ];
}

function machineText(machine) {
  if (machine === null || typeof machine !== "object") return machine ? `Machine: ${machine}` : null;
  return `Machine: ${Object.entries(machine).map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

export const printButton = () => button("Print", { onclick: () => window.print() });
