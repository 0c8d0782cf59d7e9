// A table that sorts by any column, filters by words and by choices, and grows on request: a model may have more nodes
// than a browser can show at once.
import { announce, breakable, button, h } from "./dom.js";
import { plural } from "./numbers.js";

const firstRows = 100;
const moreRows = 500;

// column: {key, label, numeric, title, value(row) for the order, cell(row) for what is shown}
// options: {id, caption, columns, rows, words(row) for the filter, hint in its field, choices: [{label, of(row)}], details(row),
// sort: [key, descending], of which a key that is null leaves the rows as they are}
export function makeTable(options) {
  return new Table(options).element;
}

function compare(a, b) {
  const none = (value) => value === null || value === undefined || value === "";
  if (none(a) || none(b)) return none(a) - none(b) || 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

class Table {
  constructor(options) {
    Object.assign(this, { words: null, hint: "Filter, e.g. conv layer3", choices: [], details: null, ...options });
    this.limit = firstRows;
    [this.key, this.descending] = options.sort ?? [options.columns[0].key, false];
    this.chosen = this.choices.map(() => "");
    this.body = h("tbody");
    this.count = h("p", { class: "count" });
    this.more = h("p", { class: "more" });
    this.headers = new Map(this.columns.map((column) => [column.key, this.header(column)]));
    this.element = h("div", { class: "table", id: this.id },
      this.words && this.controls(),
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": this.caption },
        h("table", {},
          h("caption", {}, this.caption),
          h("thead", {}, h("tr", {}, [...this.headers.values()])),
          this.body)),
      this.more);
    this.element.filterBy = (text) => {
      if (this.search) this.search.value = text;
      this.update();
    };
    this.element.reveal = (row) => this.reveal(row);
    this.update();
  }

  controls() {
    this.search = h("input", { type: "search", placeholder: this.hint, "aria-label": `Filter: ${this.caption}`,
      oninput: () => this.restart() });
    const selects = this.choices.map((each, i) => {
      const values = [...new Set(this.rows.map(each.of))].filter(Boolean).sort();
      if (values.length < 2) return null;
      return h("label", { class: "select" }, `${each.label} `,
        h("select", { onchange: (event) => { this.chosen[i] = event.target.value; this.restart(); } },
          h("option", { value: "" }, "all"), values.map((value) => h("option", { value }, value))));
    });
    return h("div", { class: "controls" }, this.search, selects, this.count);
  }

  header(column) {
    const sort = () => {
      this.descending = this.key === column.key ? !this.descending : Boolean(column.numeric);
      this.key = column.key;
      this.limit = Math.max(firstRows, Math.min(this.limit, moreRows));
      this.update();
      announce(`Sorted by ${column.label}, ${this.descending ? "largest first" : "smallest first"}`);
    };
    return h("th", { scope: "col", class: column.numeric ? "number" : null, title: column.title },
      h("button", { type: "button", onclick: sort }, column.label, h("span", { class: "arrow", "aria-hidden": "true" })));
  }

  restart() {
    this.limit = firstRows;
    this.update();
    announce(plural(this.shown.length, "row"));
  }

  update() {
    const words = (this.search?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const column = this.columns.find((each) => each.key === this.key);
    const sign = this.descending ? -1 : 1;
    this.shown = this.rows
      .filter((row) => this.choices.every((each, i) => !this.chosen[i] || each.of(row) === this.chosen[i]))
      .filter((row) => {
        if (words.length === 0) return true;
        const text = this.words(row).toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .map((row, place) => [column?.value(row), place, row])
      // What is not known stands last whichever way the order goes.
      .sort((a, b) => {
        const order = compare(a[0], b[0]);
        const unknown = [a[0], b[0]].some((value) => value === null || value === undefined || value === "");
        return (unknown ? order : sign * order) || a[1] - b[1];
      })
      .map((entry) => entry[2]);
    for (const [key, header] of this.headers) {
      header.setAttribute("aria-sort", key !== this.key ? "none" : this.descending ? "descending" : "ascending");
    }
    this.body.replaceChildren(...this.shown.slice(0, this.limit).map((row) => this.row(row)));
    this.count.textContent = this.shown.length === this.rows.length ? plural(this.rows.length, "row")
      : `${this.shown.length.toLocaleString("en-US")} of ${plural(this.rows.length, "row")}`;
    this.footer();
  }

  footer() {
    const left = this.shown.length - this.limit;
    this.more.hidden = left <= 0;
    if (left <= 0) return;
    const grow = (rows) => () => {
      const first = this.limit;
      this.limit += rows;
      this.body.append(...this.shown.slice(first, this.limit).map((row) => this.row(row)));
      this.footer();
    };
    this.more.replaceChildren(`${plural(left, "row")} more: `,
      left > moreRows && button(`show ${moreRows}`, { onclick: grow(moreRows) }), " ", button("show all", { onclick: grow(left) }));
  }

  row(row) {
    const cells = this.columns.map((column, i) => {
      const cell = h(i === 0 ? "th" : "td", { class: column.numeric ? "number" : column.class, scope: i === 0 ? "row" : null },
        column.cell(row));
      return column.class === "path" ? breakable(cell) : cell;
    });
    const line = h("tr", { "data-id": row.id ?? row.name ?? null }, cells);
    if (!this.details) return line;
    const toggle = h("button", { type: "button", class: "disclose", "aria-expanded": "false", "aria-label": `details of ${row.id}`,
      onclick: () => this.disclose(line, toggle, row) });
    cells[0].prepend(toggle);
    return line;
  }

  disclose(line, toggle, row) {
    const open = toggle.getAttribute("aria-expanded") === "true";
    toggle.setAttribute("aria-expanded", String(!open));
    if (open) line.nextSibling.remove();
    else line.after(h("tr", { class: "details" }, h("td", { colspan: this.columns.length }, this.details(row))));
  }

  // Shows a row that may be filtered away or further down, opened and with the focus.
  reveal(row) {
    if (!this.shown.includes(row)) {
      this.element.querySelectorAll("select").forEach((select) => { select.value = ""; });
      this.chosen.fill("");
      this.element.filterBy("");
    }
    const place = this.shown.indexOf(row);
    if (place >= this.limit) {
      this.limit = place + 20;
      this.update();
    }
    const line = [...this.body.children].find((each) => each.dataset.id === row.id);
    const toggle = line?.querySelector(".disclose");
    if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    line?.scrollIntoView({ block: "center" });
    toggle?.focus({ preventScroll: true });
  }
}

// A number with a bar behind it that shows its share.
export function barCell(text, share) {
  return [h("span", { class: "bar", "aria-hidden": "true",
    style: { width: `${Math.max(0, Math.min(1, share ?? 0)) * 100}%` } }), h("span", { class: "over" }, text)];
}
