// The graph as the report has it, made ready to be folded: boxes in boxes, no box with more than `widest` things in it,
// and the cost of each box.
import { magnitude } from "./numbers.js";

const widest = 60;

// Things: a vertex {id, op, label, node} or a box {id, label, kind, items}. `parent` leads to the root.
export function makeTree(graph, byId, metrics) {
  const vertices = graph.vertices.map((vertex) => ({ shape: "op", ...vertex, report: byId.get(vertex.id) }));
  const root = box({ ...graph.root, kind: "root", id: "root", open: true });
  fill(root, graph.root.items, vertices);
  // Inner boxes first, so that sums and runs need no recursion.
  const order = [root];
  for (let i = 0; i < order.length; ++i) order.push(...order[i].items.filter((item) => item.items));
  for (const each of order.reverse()) {
    for (const item of each.items) {
      each.count += item.items ? item.count : 1;
      for (const metric of metrics) each.values[metric.key] += item.items ? item.values[metric.key] : magnitude(item.report?.[metric.key]) ?? 0;
    }
    if (each.items.length > widest) inRuns(each);
  }
  return { root, vertices };
}

function box(from) {
  return { ...from, items: [], count: 0, values: new Proxy({}, { get: (target, key) => target[key] ?? 0 }), open: from.open ?? false };
}

function fill(root, items, vertices) {
  const work = [[root, items]];
  while (work.length > 0) {
    const [parent, list] = work.pop();
    for (const item of list) {
      if (typeof item === "number") {
        vertices[item].parent = parent;
        parent.items.push(vertices[item]);
        continue;
      }
      const made = box(item);
      made.parent = parent;
      parent.items.push(made);
      work.push([made, item.items]);
    }
  }
}

// A thousand ops in one module, as tracing leaves them: runs of them in the order of the program, each a box.
function inRuns(parent) {
  let items = parent.items;
  while (items.length > widest) {
    const size = Math.max(20, Math.ceil(items.length / widest));
    const runs = [];
    for (let i = 0; i < items.length; i += size) {
      const run = box({ id: `${parent.id} run ${items[i].id}`, kind: "run", module: parent.module });
      run.items = items.slice(i, i + size);
      run.parent = parent;
      for (const item of run.items) {
        item.parent = run;
        run.count += item.items ? item.count : 1;
        const values = item.items ? item.values : item.report;
        for (const key of Object.keys(parent.values)) run.values[key] += magnitude(values?.[key]) ?? 0;
      }
      run.label = `${first(run).label || first(run).id} \u2026 ${last(run).id}`;
      runs.push(run);
    }
    items = runs;
  }
  parent.items = items;
}

const first = (item) => (item.items && !item.op ? (item.items[0].items ? first(item.items[0]) : item.items[0]) : item);
const last = (item) => (item.items ? last(item.items.at(-1)) : item);

// Opens boxes, the outermost first, as long as no more than `most` things are to be seen.
export function openSome(root, most) {
  let seen = root.items.length;
  let level = [root];
  root.open = true;
  while (level.length > 0) {
    const next = level.flatMap((each) => each.items.filter((item) => item.items));
    const more = next.reduce((sum, each) => sum + each.items.length, 0);
    if (next.length === 0 || seen + more > most) return next.length === 0;
    next.forEach((each) => { each.open = true; });
    seen += more;
    level = next;
  }
  return true;
}

export function closeAll(root) {
  const work = [root];
  for (const each of work) {
    each.open = each === root;
    work.push(...each.items.filter((item) => item.items));
  }
}

// What is seen of a thing: itself, or the outermost closed box around it.
export function visible(thing) {
  let seen = thing;
  for (let each = thing.parent; each; each = each.parent) if (!each.open) seen = each;
  return seen;
}
