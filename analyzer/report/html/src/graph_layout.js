// Places for a folded graph: every open box is laid out by itself, by layers (dagre), with the boxes in it as they came
// out, so that the effort grows with what is seen and a box keeps its shape when its neighbours change.
import { Graph, layout } from "@dagrejs/dagre";
import { visible } from "./graph_tree.js";

export const headHeight = 26;
const margin = 14;

// Sets x, y (of the middle, within the parent), width and height of all that is seen, and returns the edges that are
// seen: [{from, to, points, labels, kind, notTaken}], points absolute.
export function place(root, edges, sizeOf) {
  const drawn = liftedEdges(edges);
  const within = new Map();  // open box -> "i j" -> edges between two things in it
  for (const edge of drawn) {
    const ends = siblings(edge.from, edge.to);
    edge.within = ends.parent;
    [edge.a, edge.b] = [ends.a, ends.b];
    if (!within.has(ends.parent)) within.set(ends.parent, []);
    within.get(ends.parent).push(edge);
  }
  placeBox(root, within, sizeOf);
  absolute(root, 0, 0);
  for (const edge of drawn) edge.points = route(edge);
  return drawn;
}

// Edges between what is seen; several between the same two are one.
function liftedEdges(edges) {
  const drawn = new Map();
  for (const edge of edges) {
    const from = visible(edge.from), to = visible(edge.to);
    if (from === to) continue;
    const key = `${from.id}\n${to.id}\n${edge.kind}`;
    if (!drawn.has(key)) drawn.set(key, { from, to, labels: [], kind: edge.kind, notTaken: true });
    const one = drawn.get(key);
    if (!one.labels.includes(edge.label)) one.labels.push(edge.label);
    one.notTaken = one.notTaken && edge.notTaken;
  }
  return [...drawn.values()];
}

function siblings(from, to) {
  const chain = (thing) => {
    const all = [];
    for (let each = thing; each; each = each.parent) all.push(each);
    return all.reverse();
  };
  const a = chain(from), b = chain(to);
  let i = 0;
  while (i < a.length - 1 && i < b.length - 1 && a[i] === b[i]) ++i;
  return { parent: a[i - 1], a: a[i], b: b[i] };
}

export const labelOf = (edge) => edge.labels[0] + (edge.labels.length > 1 ? ` +${edge.labels.length - 1}` : "");

function placeBox(box, within, sizeOf) {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 16, ranksep: 22, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  box.items.forEach((item, i) => {
    item.key = String(i);
    if (item.items && item.open) placeBox(item, within, sizeOf);
    else [item.width, item.height] = sizeOf(item);
    graph.setNode(item.key, { width: item.width, height: item.height });
  });
  for (const edge of within.get(box) ?? []) {
    if (edge.kind === "carried" || edge.a.key === edge.b.key) continue;
    const direct = edge.a === edge.from && edge.b === edge.to;
    const room = direct ? { width: labelOf(edge).length * 5.2 + 8, height: 14, labelpos: "c" } : {};
    if (!graph.hasEdge(edge.a.key, edge.b.key) || direct) graph.setEdge(edge.a.key, edge.b.key, room);
  }
  layout(graph);
  for (const item of box.items) {
    const { x, y } = graph.node(item.key);
    [item.x, item.y] = [x, y];
  }
  box.layout = graph;
  const size = graph.graph();
  const [least] = sizeOf(box);
  box.shift = Math.max(0, (least - (size.width || 0)) / 2);
  box.width = Math.max(least, size.width || 0);
  box.height = (size.height || 2 * margin) + headHeight;
}

function absolute(box, left, top) {
  box.left = left;
  box.top = top;
  for (const item of box.items) {
    item.cx = left + box.shift + item.x;
    item.cy = top + headHeight + item.y;
    if (item.items && item.open) absolute(item, item.cx - item.width / 2, item.cy - item.height / 2);
  }
}

const topOf = (thing) => ({ x: thing.cx, y: thing.cy - thing.height / 2 });
const bottomOf = (thing) => ({ x: thing.cx, y: thing.cy + thing.height / 2 });

function route(edge) {
  if (edge.kind === "carried") {
    const start = bottomOf(edge.from), end = edge.to;
    const side = Math.max(start.x, end.cx + end.width / 2) + 40;
    return [start, { x: side, y: start.y + 10 }, { x: side, y: end.cy }, { x: end.cx + end.width / 2, y: end.cy }];
  }
  const known = edge.within.layout.edge(edge.a.key, edge.b.key);
  const inner = (known?.points ?? []).map(({ x, y }) => ({ x: x + edge.within.left + edge.within.shift, y: y + edge.within.top + headHeight }));
  const points = inner.length > 2 ? inner.slice(1, -1) : [];
  edge.label = known?.x === undefined ? null : { x: known.x + edge.within.left + edge.within.shift, y: known.y + edge.within.top + headHeight };
  return [edge.a === edge.from && inner.length > 1 ? inner[0] : bottomOf(edge.from), ...points,
    edge.b === edge.to && inner.length > 1 ? inner.at(-1) : topOf(edge.to)];
}
