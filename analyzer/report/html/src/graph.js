// The graph: boxes open and close, the picture pans and zooms, and every vertex can be reached by the keyboard.
import { announce, button, choice, h, s } from "./dom.js";
import { discrepancy, discrepancySteps, heat, heatSteps } from "./colors.js";
import { headHeight, labelOf, place } from "./graph_layout.js";
import { closeAll, makeTree, openSome, visible } from "./graph_tree.js";
import { magnitude, plural, short } from "./numbers.js";
import { colorKey, swatch } from "./flame.js";

const atFirst = 48;    // things to be seen when the page opens
const atMost = 1500;   // when everything is opened
const longest = 34;    // characters of a line

const cut = (text, most = longest) => (text.length > most ? `${text.slice(0, most - 1)}\u2026` : text);
const shortOp = (op) => (op ?? "").replace(/^.*::/, "").replace(/\..*$/, "");

export class GraphView {
  constructor(data, show) {
    this.data = data;
    this.show = show;
    const graph = data.graph;
    Object.assign(this, makeTree(graph, data.byId, data.metrics));
    this.edges = graph.edges.map(([from, to, label, kind = "data", notTaken = false]) => ({ from: this.vertices[from],
      to: this.vertices[to], label: graph.labels[label], kind, notTaken }));
    this.metric = data.audit ? "discrepancy" : data.metrics[0].key;
    this.view = { x: 0, y: 0, scale: 1 };
    this.canvas = s("g", {});
    this.svg = s("svg", { class: "graph", role: "group", tabindex: 0,
      "aria-label": "Graph. Tab goes from vertex to vertex, Enter opens a box or shows an op, plus and minus zoom, arrows move." },
      s("defs", {}, ["data", "carried"].map((kind) => s("marker", { id: `tip-${kind}`, class: `tip ${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4,
        markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, s("path", { d: "M0 0L8 4L0 8z" })))),
      this.canvas);
    this.side = h("div", { class: "side", "aria-live": "polite" });
    this.legend = h("p", { class: "legend" });
    this.element = h("div", { class: "graph-view" }, this.controls(), h("div", { class: "stage" }, this.svg, this.side), this.legend);
    this.listen();
    openSome(this.root, atFirst);
  }

  // Called once the element is in the page and has a size.
  start() {
    this.draw();
    const tall = Math.max(320, this.root.height + 20);
    this.svg.style.setProperty("height", `min(70vh, 780px, ${tall}px)`);
    this.fit(true);
  }

  controls() {
    const { audit, metrics } = this.data;
    const colors = audit ? [["discrepancy", "Discrepancy"], ...metrics.map((each) => [each.key, each.label])]
      : [...metrics.filter((each) => ["flops", "bytes"].includes(each.key)).map((each) => [each.key, each.label]), ["none", "None"]];
    const redraw = (change) => () => { change(); this.draw(); this.fit(true); };
    return h("div", { class: "controls" },
      choice("Colour", colors, this.metric, (key) => { this.metric = key; this.draw(); }),
      h("span", { class: "buttons" },
        button("Open more", { onclick: redraw(() => this.openMore()) }),
        button("Close all", { onclick: redraw(() => closeAll(this.root)) }),
        button("Whole", { onclick: () => this.fit(false) }),
        button("Width", { onclick: () => this.fit(true) }),
        button("\u2212", { "aria-label": "Zoom out", onclick: () => this.zoom(0.8) }),
        button("+", { "aria-label": "Zoom in", onclick: () => this.zoom(1.25) })));
  }

  // One more level where there is room for it.
  openMore() {
    const seen = this.seen().length;
    const closed = this.seen().filter((thing) => thing.items && !thing.open);
    let room = atMost - seen;
    for (const thing of closed.sort((a, b) => a.items.length - b.items.length)) {
      if ((room -= thing.items.length) < 0) break;
      thing.open = true;
    }
    announce(closed.length === 0 ? "Everything is open" : room < 0 ? `More than ${atMost} things: open boxes one by one` : "Opened one more level");
  }

  seen() {
    const all = [];
    const work = [this.root];
    for (const each of work) for (const item of each.items) (item.items && item.open ? work : all).push(item);
    return all;
  }

  // --- drawing ---
  lines(thing) {
    if (thing.items) {
      const cost = this.metricOf(thing);
      const what = thing.kind === "node" ? `${thing.label} ${shortOp(thing.op)}` : thing.label;
      const head = thing.kind === "node" && thing.undecided ? `${what}: undecided${thing.condition ? `, ${thing.condition.replace(/^.*\//, "")}` : ""}`
        : thing.kind === "node" && thing.trips ? `${what}: body runs ${thing.trips} \u00d7`
          : thing.not_taken ? `${what} (not executed)` : what;
      return [cut(head, thing.open ? 2 * longest : longest), `${plural(thing.count, "op")}${cost ? `, ${short(cost, this.unit())}` : ""}`];
    }
    if (thing.shape === "join") return [""];
    if (thing.shape === "argument" || thing.shape === "result") return [cut(thing.label)];
    const name = thing.label ? `${thing.label}: ${shortOp(thing.op)}` : shortOp(thing.op);
    const value = this.reportValue(thing);
    return value ? [cut(name), value] : [cut(name)];
  }

  unit() { return this.data.metrics.find((each) => each.key === this.metric)?.unit ?? this.data.metrics[0].unit; }
  metricKey() { return this.data.metrics.some((each) => each.key === this.metric) ? this.metric : this.data.metrics[0].key; }
  metricOf(thing) { return thing.items ? thing.values[this.metricKey()] : magnitude(thing.report?.[this.metricKey()]) ?? 0; }

  reportValue(thing) {
    const node = thing.report;
    if (!node) return "";
    if (node.state === "no_rule" || node.state === "no_shape") return "cost not known";
    if (this.data.audit && this.metric === "discrepancy") {
      return node.verdict === "quiet" ? "" : node.ratio === null ? node.verdict : `\u00d7 ${node.ratio.toFixed(4)}, ${node.verdict}`;
    }
    const value = node[this.metricKey()];
    return magnitude(value) === 0 ? "" : cut(short(value, this.unit()));
  }

  sizeOf(thing) {
    if (thing.shape === "join") return [12, 12];
    if (thing === this.root) return [0, 0];
    const lines = this.lines(thing);
    const width = Math.max(...lines.map((line, i) => line.length * (i === 0 ? 7 : 6.2))) + 22;
    return [Math.max(width, 46), thing.items ? 44 : lines.length > 1 ? 38 : 24];
  }

  draw() {
    const drawn = place(this.root, this.edges, (thing) => this.sizeOf(thing));
    this.most = Math.max(0, ...this.seen().map((thing) => this.metricOf(thing)));
    const boxes = [], marks = [];
    const work = [...this.root.items];
    for (const thing of work) {
      if (thing.items && thing.open) {
        boxes.push(this.openBox(thing));
        work.push(...thing.items);
      } else {
        marks.push(this.mark(thing));
      }
    }
    this.canvas.replaceChildren(s("g", {}, boxes), s("g", {}, drawn.map((edge) => this.edge(edge))), s("g", {}, marks),
      s("g", {}, drawn.map((edge) => this.edgeLabel(edge))));
    this.move();
    this.explain();
  }

  openBox(box) {
    const [x, y] = [box.cx - box.width / 2, box.cy - box.height / 2];
    return this.reachable(s("g", { class: `box open ${box.kind}${box.undecided ? " undecided" : ""}${box.not_taken ? " not-taken" : ""}`,
      transform: `translate(${x} ${y})`, "aria-label": `${this.lines(box)[0]}, open`, "aria-expanded": "true" },
      s("rect", { width: box.width, height: box.height, rx: 8 }),
      s("text", { x: 10, y: 17 }, `\u25be ${this.lines(box)[0]}`)), box);
  }

  mark(thing) {
    const [x, y] = [thing.cx - thing.width / 2, thing.cy - thing.height / 2];
    const lines = this.lines(thing);
    const paint = this.paint(thing);
    const finding = ["mismatch", "error", "unstable"].includes(thing.report?.verdict);
    const classes = ["mark", thing.items ? `box ${thing.kind}` : thing.shape, thing.undecided && "undecided", thing.not_taken && "not-taken",
      finding && "finding", !paint && "plain"].filter(Boolean).join(" ");
    const group = s("g", { class: classes, transform: `translate(${x} ${y})`, "data-id": thing.id,
      "aria-label": [...lines, thing.items ? "closed" : thing.id].filter(Boolean).join(", "), "aria-expanded": thing.items ? "false" : null },
      s("title", {}, this.title(thing)),
      shape(thing, paint?.fill));
    lines.forEach((line, i) => group.append(s("text", { x: thing.width / 2, y: thing.height / 2 + (lines.length > 1 ? (i === 0 ? -3 : 12) : 4),
      class: i === 0 ? "name" : "value", style: paint ? { fill: paint.text } : null },
    i === 0 && thing.items ? `\u25b8 ${line}` : line)));
    return thing.shape === "join" ? group : this.reachable(group, thing);
  }

  title(thing) {
    if (thing.items) return `${thing.module ?? thing.label}: ${plural(thing.count, "op")}`;
    return [thing.op ?? thing.type, thing.id, thing.module, thing.source, thing.report?.formula].filter(Boolean).join("\n");
  }

  paint(thing) {
    if (thing.not_taken || this.metric === "none") return null;
    if (this.metric === "discrepancy") {
      const values = thing.items ? thing.values : thing.report;
      return values && values.annotated > 0 && values.measured !== null ? discrepancy(values.measured / values.annotated) : null;
    }
    if (!thing.items && !thing.report) return null;
    if (thing.report && !thing.report.known) return { fill: "#d9d9d9", text: "#1f2328" };
    return this.most > 0 ? heat(this.metricOf(thing) / this.most) : null;
  }

  edge(edge) {
    return s("path", { class: `edge ${edge.kind}${edge.notTaken ? " not-taken" : ""}`, d: curve(edge.points),
      "marker-end": `url(#tip-${edge.kind === "carried" ? "carried" : "data"})` }, s("title", {}, edge.labels.join("\n")));
  }

  edgeLabel(edge) {
    if (!edge.label) return null;
    return s("text", { class: "edge-label", x: edge.label.x, y: edge.label.y + 3, "aria-hidden": "true" }, labelOf(edge));
  }

  explain() {
    const steps = this.metric === "discrepancy" ? discrepancySteps : heatSteps;
    const [low, high] = this.metric === "discrepancy" ? ["25\u00a0% fewer measured", "25\u00a0% more"] : ["0", short(this.most, this.unit())];
    this.legend.replaceChildren(...(this.metric === "none" ? [] : [low, ...steps.map(swatch), high]), ...[
      this.data.totals.no_rule + this.data.totals.no_shape > 0 && colorKey("#d9d9d9", "not known"),
      this.vertices.some((vertex) => vertex.undecided) && "dashed: the condition is not known",
      this.vertices.some((vertex) => vertex.not_taken) && "dotted: not executed",
      this.data.totals.not_taken > 0 && `not drawn: ${plural(this.data.totals.not_taken, "node")} that never run${this.data.totals.not_taken === 1 ? "s" : ""}`,
      this.data.audit && "red border: mismatch, unstable or error"].flat().filter(Boolean).map((each) => (typeof each === "string" ? h("span", {}, each) : each)));
  }

  // --- acting ---
  reachable(group, thing) {
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.addEventListener("click", (event) => {
      if (this.dragged) return;
      event.stopPropagation();
      this.act(thing);
    });
    group.addEventListener("focus", () => { if (group.matches(":focus-visible")) this.bringIntoView(thing); });
    group.addEventListener("keydown", (event) => {
      if (event.target !== group || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this.act(thing);
    });
    thing.element = group;
    return group;
  }

  act(thing) {
    if (!thing.items) {
      this.select(thing);
      return;
    }
    const before = thing.element.getBoundingClientRect();
    thing.open = !thing.open;
    this.draw();
    // What was clicked stays under the pointer.
    const after = thing.element.getBoundingClientRect();
    this.view.x += before.left - after.left;
    this.view.y += before.top - after.top;
    this.move();
    thing.element.focus({ preventScroll: true });
    announce(`${thing.label} ${thing.open ? "opened" : "closed"}`);
  }

  select(thing) {
    this.canvas.querySelectorAll(".selected").forEach((each) => each.classList.remove("selected"));
    thing.element?.classList.add("selected");
    const rows = thing.report ? this.show(thing.report)
      : h("dl", {}, [["Id", thing.id], ["Op", thing.op], ["Type", thing.type], ["Module", thing.module], ["Source", thing.source]]
        .filter((row) => row[1]).map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
    const width = this.svg.clientWidth;
    this.side.replaceChildren(button("\u00d7", { class: "close", "aria-label": "Close the details", onclick: () => this.closeSide(thing) }), h("h3", {}, thing.report ? `${thing.id} ${shortOp(thing.op)}` : thing.label || `${thing.id} ${shortOp(thing.op)}`), ...[rows].flat().filter(Boolean));
    this.resized(width);
    this.bringIntoView(thing);
  }

  closeSide(thing) {
    const width = this.svg.clientWidth;
    this.side.replaceChildren();
    this.resized(width);
    thing.element?.focus({ preventScroll: true });
  }

  // What stood in the middle stays there when the details take room, or give it back.
  resized(before) {
    this.view.x += (this.svg.clientWidth - before) / 2;
    this.move();
  }

  // Who walks by the keyboard sees where.
  bringIntoView(thing) {
    const { scale } = this.view;
    const inside = (at, size) => Math.min(Math.max(at, 40), size - 40);
    const [x, y] = [thing.cx * scale + this.view.x, (thing.items && thing.open ? thing.cy - thing.height / 2 : thing.cy) * scale + this.view.y];
    this.view.x += inside(x, this.svg.clientWidth) - x;
    this.view.y += inside(y, this.svg.clientHeight) - y;
    this.move();
  }

  // Opens what is around a node, and brings it to the middle.
  reveal(id) {
    const thing = this.vertices.find((vertex) => vertex.id === id);
    if (!thing) return false;
    for (let each = thing.parent; each; each = each.parent) each.open = true;
    this.draw();
    this.view.scale = Math.max(this.view.scale, 0.8);
    const { width, height } = this.svg.getBoundingClientRect();
    this.view.x = width / 2 - thing.cx * this.view.scale;
    this.view.y = height / 2 - thing.cy * this.view.scale;
    this.move();
    this.svg.scrollIntoView({ block: "center" });
    this.select(thing);
    thing.element.focus({ preventScroll: true });
    return true;
  }

  listen() {
    let from = null;
    this.svg.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, view: { ...this.view } };
      this.dragged = false;
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!from || event.buttons === 0) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (Math.abs(dx) + Math.abs(dy) > 4 && !this.dragged) {
        this.dragged = true;
        this.svg.setPointerCapture(event.pointerId);
      }
      if (!this.dragged) return;
      this.view.x = from.view.x + dx;
      this.view.y = from.view.y + dy;
      this.move();
    });
    this.svg.addEventListener("pointerup", () => { from = null; });
    this.svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;  // the page scrolls as ever
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    this.svg.addEventListener("keydown", (event) => {
      const step = 60;
      const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (event.key === "+" || event.key === "=") this.zoom(1.25);
      else if (event.key === "-") this.zoom(0.8);
      else if (event.key === "0") this.fit(false);
      else if (moves[event.key]) {
        this.view.x += moves[event.key][0];
        this.view.y += moves[event.key][1];
        this.move();
      } else return;
      event.preventDefault();
    });
  }

  zoom(factor, x = this.svg.clientWidth / 2, y = this.svg.clientHeight / 2) {
    const scale = Math.min(4, Math.max(0.02, this.view.scale * factor));
    const change = scale / this.view.scale;
    this.view = { scale, x: x - (x - this.view.x) * change, y: y - (y - this.view.y) * change };
    this.move();
  }

  fit(width) {
    const { clientWidth, clientHeight } = this.svg;
    const scale = Math.min(1, clientWidth / this.root.width, width ? 1 : clientHeight / this.root.height);
    this.view = { scale, x: (clientWidth - this.root.width * scale) / 2, y: width ? -headHeight * scale : (clientHeight - this.root.height * scale) / 2 };
    this.move();
  }

  move() {
    this.canvas.setAttribute("transform", `translate(${this.view.x} ${this.view.y}) scale(${this.view.scale})`);
  }
}

function shape(thing, fill) {
  const { width: w, height: e } = thing;
  const style = fill ? { fill } : null;
  if (thing.shape === "join") return s("circle", { cx: w / 2, cy: e / 2, r: 5 });
  if (thing.shape === "branch") return s("path", { d: `M${w / 2} -6L${w + 10} ${e / 2}L${w / 2} ${e + 6}L-10 ${e / 2}z`, style });
  if (thing.shape === "loop") return s("path", { d: `M8 0L${w - 8} 0L${w} ${e / 2}L${w - 8} ${e}L8 ${e}L0 ${e / 2}z`, style });
  return s("rect", { width: w, height: e, rx: thing.shape === "argument" || thing.shape === "result" ? e / 2 : 6, style });
}

// Through the points, rounded.
function curve(points) {
  const at = (point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
  let path = `M${at(points[0])}`;
  if (points.length === 2) {
    const middle = (points[0].y + points[1].y) / 2;
    return `${path}C${points[0].x.toFixed(1)} ${middle.toFixed(1)} ${points[1].x.toFixed(1)} ${middle.toFixed(1)} ${at(points[1])}`;
  }
  for (let i = 1; i < points.length - 1; ++i) {
    const end = i === points.length - 2 ? points[i + 1] : { x: (points[i].x + points[i + 1].x) / 2, y: (points[i].y + points[i + 1].y) / 2 };
    path += `Q${at(points[i])} ${at(end)}`;
  }
  return path;
}

export { visible };
