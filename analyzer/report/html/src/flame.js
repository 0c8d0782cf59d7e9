// The module tree as a flame graph that grows downwards: a module is as wide as its share, what is in it lies below. One
// module at a time fills the width; the keyboard walks the boxes as they lie.
import { announce, button, choice, h } from "./dom.js";
import { discrepancy, kindColors } from "./colors.js";
import { exact, magnitude, percent, plural, short } from "./numbers.js";

const rowHeight = 26;
const rowsBelow = 7;
const narrowest = 0.002;  // of the width; what is narrower is one box "and n more"

export class Flame {
  constructor(data, show) {
    this.data = data;
    this.show = show;  // called with a node that was chosen
    this.metric = data.metrics[0];
    this.focus = data.tree;
    // Colours go to the kinds of op that cost something.
    this.kinds = data.kinds.filter((kind) => data.nodes.some((node) => node.kind === kind && magnitude(node[this.metric.key]) !== 0));
    this.color = kindColors(this.kinds);
    this.stage = h("div", { class: "flame", role: "group", "aria-label": "Module tree; arrow keys move, Enter zooms in, Escape out" });
    this.crumbs = h("nav", { class: "crumbs", "aria-label": "Zoomed module" });
    this.note = h("p", { class: "note" });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.element = h("div", {},
      h("div", { class: "controls" },
        choice("Width", data.metrics.map((metric) => [metric.key, metric.label]), this.metric.key, (key) => {
          this.metric = data.metrics.find((metric) => metric.key === key);
          this.draw();
        }),
        this.crumbs),
      this.stage, this.note, this.legend());
    this.draw();
  }

  legend() {
    if (this.data.audit) {
      return h("p", { class: "legend" }, colorKey(discrepancy(0.75).fill, "a quarter fewer measured than annotated"),
        colorKey(discrepancy(1).fill, "equal"), colorKey(discrepancy(1.25).fill, "a quarter more"));
    }
    const tint = (kind, text) => colorKey(`color-mix(in srgb, ${this.color(kind)} 60%, var(--card))`, text);
    return h("p", { class: "legend" }, this.kinds.slice(0, 7).map((kind) => tint(kind, kind)), this.data.kinds.length > Math.min(7, this.kinds.length) && tint(null, "other ops"));
  }

  value(item) {
    return item.children ? item.values[this.metric.key] ?? 0 : magnitude(item[this.metric.key]) ?? 0;
  }

  draw() {
    const total = this.value(this.focus);
    this.boxes = [];
    const above = [];
    for (let module = this.focus.parent; module; module = module.parent) above.unshift(module);
    above.forEach((module, depth) => this.boxes.push({ item: module, depth, from: 0, width: 1, above: true }));
    const root = { item: this.focus, depth: above.length, from: 0, width: 1 };
    this.boxes.push(root);
    if (total > 0) this.place(root, above.length + rowsBelow);
    const rows = 1 + Math.max(...this.boxes.map((box) => box.depth));
    this.stage.style.setProperty("height", `${rows * rowHeight}px`);
    this.stage.replaceChildren(...this.boxes.map((box) => this.box(box)));
    root.button.tabIndex = 0;
    this.crumb(above);
    this.note.hidden = total > 0;
    this.note.textContent = this.data.symbolic
      ? "Sizes are symbols, so nothing has a width here: give numbers with --at to see it."
      : `Nothing here has any ${this.metric.label}.`;
  }

  place(parent, lastDepth) {
    const items = [...parent.item.children, ...parent.item.nodes].map((item) => [item, this.value(item)]).filter((entry) => entry[1] > 0);
    const all = Math.max(this.value(parent.item), items.reduce((sum, entry) => sum + entry[1], 0));
    let from = parent.from, skipped = 0, rest = 0;
    for (const [item, value] of items) {
      const width = parent.width * (value / all);
      if (width < narrowest) {
        ++skipped;
        rest += width;
        continue;
      }
      // A module of one op is that op, under the module's name.
      const single = item.children?.length === 0 && item.nodes.length === 1;
      const box = { item: single ? item.nodes[0] : item, depth: parent.depth + 1, from, width, parent, within: single ? item.name : "" };
      this.boxes.push(box);
      from += width;
      if (box.item.children && box.depth < lastDepth) this.place(box, lastDepth);
    }
    if (rest >= narrowest) this.boxes.push({ skipped, depth: parent.depth + 1, from, width: rest, parent });
  }

  box(box) {
    const place = { left: `${box.from * 100}%`, width: `${box.width * 100}%`, top: `${box.depth * rowHeight}px` };
    if (box.skipped) {
      box.button = h("button", { type: "button", tabindex: -1, class: "rest", style: place, title: `${box.skipped} narrower ones`,
        "aria-label": `${plural(box.skipped, "narrower one")}`, onclick: () => this.zoom(box.parent.item) });
      return box.button;
    }
    const { item } = box;
    const module = Boolean(item.children);
    const name = module ? item.name : box.within ? `${box.within}: ${item.kind}` : item.kind;
    const value = module ? this.value(item) : item[this.metric.key];
    const share = this.value(item) / (this.value(this.data.tree) || 1);
    const what = `${module ? item.path || name : `${item.id} ${item.op}`}: ${short(value, this.metric.unit)}, ${percent(share)} of the model`;
    const paint = this.paint(item, module);
    box.button = h("button", { type: "button", tabindex: -1, class: module ? (box.above ? "module above" : "module") : "node",
      style: { ...place, ...paint }, title: `${what}\n${exact(value)} ${this.metric.label}`, "aria-label": what,
      onclick: () => (module ? this.zoom(item) : this.show(item)) },
      h("span", {}, name, module && box.width > 0.12 && h("small", {}, ` ${percent(share)}`)));
    return box.button;
  }

  paint(item, module) {
    if (this.data.audit) {
      const annotated = module ? item.values.annotated : item.annotated;
      const measured = module ? item.values.measured : item.measured;
      if (!annotated || measured === null) return {};
      const colors = discrepancy(measured / annotated);
      return { "background-color": colors.fill, color: colors.text };
    }
    return module ? {} : { "background-color": `color-mix(in srgb, ${this.color(item.kind)} 34%, var(--card))` };
  }

  crumb(above) {
    const link = (module) => button(module.name, { onclick: () => this.zoom(module) });
    this.crumbs.replaceChildren(...above.flatMap((module) => [link(module), h("span", { "aria-hidden": "true" }, "\u203a")]),
      h("strong", { "aria-current": "true" }, this.focus.name), ` ${short(this.value(this.focus), this.metric.unit)}`);
  }

  zoom(module) {
    this.focus = module;
    this.draw();
    this.boxes.find((box) => box.item === module)?.button.focus();
    announce(`${module.path || module.name}: ${short(this.value(module), this.metric.unit)}`);
  }

  key(event) {
    const here = this.boxes.find((box) => box.button === document.activeElement);
    if (!here) return;
    const near = (depth, of) => this.boxes.filter((box) => box.depth === depth && of(box)).sort((a, b) => a.from - b.from);
    const middle = here.from + here.width / 2;
    const moves = {
      ArrowLeft: () => near(here.depth, (box) => box.from < here.from).at(-1),
      ArrowRight: () => near(here.depth, (box) => box.from > here.from)[0],
      ArrowDown: () => near(here.depth + 1, (box) => box.from + box.width > here.from + 1e-9 && box.from < here.from + here.width)[0],
      ArrowUp: () => near(here.depth - 1, (box) => box.from <= middle && middle <= box.from + box.width)[0],
      Home: () => this.boxes[0],
    };
    if (event.key === "Escape" && this.focus.parent) {
      event.preventDefault();
      this.zoom(this.focus.parent);
      return;
    }
    const next = moves[event.key]?.();
    if (!moves[event.key]) return;
    event.preventDefault();
    if (!next) return;
    here.button.tabIndex = -1;
    next.button.tabIndex = 0;
    next.button.focus();
  }
}

export const swatch = (color) => h("span", { class: "swatch", "aria-hidden": "true", style: { "background-color": color } });
// A colour with what it means; the two stay on one line.
export const colorKey = (color, text) => h("span", { class: "color-key" }, swatch(color), text);
