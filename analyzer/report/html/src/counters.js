// What a machine can count (`flopaudit.counters/1`): its sources with what is wrong and what helps, classes, events, the proof.
import { exact, plural, unknown } from "./numbers.js";
import { h, section } from "./dom.js";
import { makeTable } from "./table.js";

const yes = (report) => report.sources.filter((source) => source.usable);
const counts = (lanes) => Object.entries(lanes).map(([event, lane]) => `${event} ${exact(lane)}`).join(", ") || "nothing";

// A column that is ordered by what it shows.
const same = (key, label, text) => ({ key, label, class: "path", value: text, cell: text });

function overview(report) {
  const names = yes(report).map((source) => source.source);
  const { processor, machine } = report;
  const paranoid = `kernel.perf_event_paranoid ${machine.perf_event_paranoid}${machine.has_counters && !machine.may_count ? ", which does not let this process use them" : ""}`;
  const facts = [["Processor", processor.identity], ["Family", processor.family ?? "no events of it are known"],
    processor.no_counter && ["Events", `none: ${processor.no_counter}`],
    ["Hardware counters", `${machine.has_counters ? "shown by the machine" : "not shown by the machine"}; ${paranoid}`],
    ["Linux", machine.linux || unknown], ["Code path", report.path]];
  return [names.length > 0 ? h("p", { class: "banner good" }, h("strong", {}, `Can be used: ${names.join(", ")}.`))
    : h("p", { class: "banner bad" }, h("strong", {}, "Nothing can be counted on this machine."), " The reasons, and what helps, are below."),
  h("dl", { class: "sides" }, facts.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))];
}

const proof = ({ calibration }) => `${plural(calibration.kernels.length, "calibration kernel reads", "calibration kernels read")} exactly, an empty region reads ${counts(calibration.empty_region)}`;

function sourceTable(report) {
  const said = (source) => (source.usable ? `${proof(source)}; ${source.description}` : source.why);
  return makeTable({ id: "source-table", caption: "Sources", rows: report.sources, sort: [null, false], columns: [
    { key: "source", label: "Source", value: (source) => source.source, cell: (source) => source.source },
    { key: "state", label: "State", value: (source) => Number(!source.usable),
      cell: (source) => h("span", { class: `badge ${source.usable ? "holds" : "undecided"}` }, source.usable ? "usable" : "not usable") },
    same("said", "The proof, or what is wrong and what helps", said)] });
}

// How often a lane is counted, and in which reading; a source that cannot be used says nothing of it.
function classText(source, name) {
  if (!source.usable) return unknown;
  const { weight, read_into: reading } = source.classes[name];
  if (weight === 0) return "not counted";
  return source.calibration.views ? `${weight} in ${reading}` : "by itself";
}

function classTable(report) {
  const names = Object.keys(yes(report)[0].classes);
  return makeTable({ id: "class-table", caption: "Classes of floating-point work", rows: names.map((name) => ({ name })), sort: [null, false],
    words: (row) => [row.name, ...report.sources.map((source) => classText(source, row.name))].join(" "), hint: "Filter, e.g. SP", columns: [
      { key: "name", label: "Class", value: (row) => row.name, cell: (row) => h("code", {}, row.name) },
      ...report.sources.map((source) => same(source.source, source.source, (row) => classText(source, row.name)))] });
}

function eventTable(report) {
  return makeTable({ id: "event-table", caption: `Events of ${report.processor.family}`, rows: report.events, sort: [null, false], columns: [
    { key: "event", label: "Event", class: "path", value: (row) => row.event, cell: (row) => h("code", {}, row.event) },
    { key: "reading", label: "Read into", value: (row) => row.read_into, cell: (row) => h("code", {}, row.read_into) },
    { key: "flops", label: "FLOPs a count", numeric: true, value: (row) => row.flops, cell: (row) => exact(row.flops) }] });
}

function kernelTable(report) {
  const rows = yes(report).flatMap((source) => source.calibration.kernels.map((kernel) => ({ ...kernel, source: source.source })));
  return makeTable({ id: "kernel-table", caption: "Calibration kernels", rows, sort: [null, false], hint: "Filter, e.g. fma",
    words: (row) => `${row.source} ${row.name} ${counts(row.expected)}`, choices: [{ label: "Source", of: (row) => row.source }], columns: [
      { key: "name", label: "Kernel", value: (row) => row.name, cell: (row) => h("code", {}, row.name) },
      same("source", "Source", (row) => row.source),
      same("expected", "Expected", (row) => counts(row.expected)),
      same("measured", "Measured", (row) => counts(row.measured))] });
}

export function countersSections(report) {
  const usable = yes(report).length > 0;
  return [
    section("overview", "Overview", null, overview(report)),
    section("sources", "Sources", null, sourceTable(report)),
    usable && section("classes", "Classes", "How often each source counts a lane of a class, and in which reading.", classTable(report)),
    report.events.length > 0 && section("events", "Events", `What is counted on ${report.processor.family}.`, eventTable(report)),
    usable && section("calibration", "Calibration", "Kernels of known counts, each read under the source: a source that reads one otherwise cannot be used.", kernelTable(report)),
  ];
}
