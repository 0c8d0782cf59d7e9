// Elements made by code alone: text goes in as text nodes, so that no name of a model can become markup.

const svgNamespace = (() => {
  const template = document.createElement("template");
  template.innerHTML = "<svg></svg>";
  return template.content.firstChild.namespaceURI;
})();

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.entries(value).forEach(([key, text]) => element.style.setProperty(key, text));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(svgNamespace, tag), attributes, children);

// A section of the page with its heading. `lead` says in one sentence what is seen.
export function section(id, title, lead, ...children) {
  return h("section", { id, "aria-labelledby": `${id}-title`, class: "card" },
    h("h2", { id: `${id}-title` }, title),
    lead && h("p", { class: "lead" }, lead),
    ...children);
}

// A labelled row of choices, of which one holds: radio buttons that look like one control.
export function choice(label, options, chosen, onchange) {
  const name = `choice-${choice.count = (choice.count ?? 0) + 1}`;
  return h("fieldset", { class: "choice" },
    h("legend", {}, label),
    options.map(([value, text]) => h("label", {},
      h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onchange(value) }),
      h("span", {}, text))));
}

// Lets long names break behind their separators, and nowhere else: aten::|upsample_|bilinear2d.|vec. Gives the element.
export function breakable(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(/(?<=[:._/,(\[-])(?=\w)/);
    text.replaceWith(...parts.flatMap((part, i) => (i === 0 ? [part] : [document.createElement("wbr"), part])));
  }
  return element;
}

export function button(text, attributes) {
  return h("button", { type: "button", ...attributes }, text);
}

// Says something to a screen reader without moving the focus.
export function announce(text) {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}
