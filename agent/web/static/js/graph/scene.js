// The picture of a skill graph, from the columns that `agent.web.views.scene` makes.
import { inWords } from "../lib/text.js";

export const EDGE_STATUSES = ["unverified", "confirmed", "added", "corrected"];
export const EDGE_ROLES = ["requires", "consumes", "holds", "obtains"];
const LABEL_CHARACTERS = 28;
const GRID_CELL = 420;

/** Nodes (skills first, then facts), edges, lanes, and a grid that finds what is in a rectangle. */
export function readScene(data) {
  const nodes = [...readSkills(data), ...readFacts(data)];
  const edges = readEdges(data, nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return { ...data, nodes, edges, byId, skillCount: data.skills.name.length, grid: makeGrid(nodes) };
}

function readSkills({ skills: c, texts }) {
  return c.name.map((name, i) => ({
    i, id: `skill:${name}`, skill: true, name, label: shortLabel(name), x: c.x[i], y: c.y[i], w: c.w[i], h: c.h[i],
    kind: texts[c.kind[i]], state: texts[c.state[i]], tries: c.tries[i], rate: c.rate[i] < 0 ? null : c.rate[i] / 1000,
    low: c.low[i] / 1000, high: c.high[i] / 1000, when: "", edges: [],
  }));
}

function readFacts({ facts: c, texts, skills }) {
  const offset = skills.name.length;
  return c.name.map((name, k) => ({
    i: offset + k, id: `fact:${name}`, skill: false, name, label: shortLabel(name), x: c.x[k], y: c.y[k], w: c.w[k], h: c.h[k],
    kind: texts[c.kind[k]], home: c.home[k], edges: [],
  }));
}

function readEdges({ edges: c }, nodes) {
  return c.skill.map((skill, i) => {
    const edge = {
      i, skill: nodes[skill], fact: nodes[c.fact[i]], role: EDGE_ROLES[c.role[i]], status: EDGE_STATUSES[c.status[i]],
      claimed: c.claimed[i], believed: c.believed[i], top: c.top[i], end: c.end[i], way: c.ways[i] || null,
    };
    edge.brings = edge.role === "obtains";
    edge.points = edgePoints(edge);
    edge.skill.edges.push(edge);
    edge.fact.edges.push(edge);
    return edge;
  });
}

/** From where an edge starts to where its arrow points: [x, y, x, y, ...]. */
function edgePoints(edge) {
  const { fact, skill, way } = edge;
  if (edge.top < 0) return [fact.x + fact.w / 2, skill.y + skill.h, fact.x + fact.w / 2, fact.y];
  const below = fact.y >= skill.y + skill.h && !sameRow(edge);
  const points = [edge.top, below ? fact.y : fact.y + fact.h, ...(way || []), edge.end, below || sameRow(edge) ? skill.y + skill.h : skill.y];
  if (!edge.brings) return points;
  const turned = [];
  for (let k = points.length - 2; k >= 0; k -= 2) turned.push(points[k], points[k + 1]);
  return turned;
}

/** Whether both ends stand side by side, so that the edge leaves and enters from below. */
function sameRow({ fact, skill, way }) {
  return !way && fact.y > skill.y && fact.y - (skill.y + skill.h) < 40;
}

function makeGrid(nodes) {
  const cells = new Map();
  for (const node of nodes) {
    for (let cx = Math.floor(node.x / GRID_CELL); cx <= Math.floor((node.x + node.w) / GRID_CELL); cx++) {
      for (let cy = Math.floor(node.y / GRID_CELL); cy <= Math.floor((node.y + node.h) / GRID_CELL); cy++) {
        const key = cx * 65536 + cy;
        const cell = cells.get(key);
        if (cell) cell.push(node);
        else cells.set(key, [node]);
      }
    }
  }
  return cells;
}

/** The nodes that touch a rectangle, each once. */
export function nodesWithin(scene, left, top, right, bottom) {
  const found = new Set();
  for (let cx = Math.floor(left / GRID_CELL); cx <= Math.floor(right / GRID_CELL); cx++) {
    for (let cy = Math.floor(top / GRID_CELL); cy <= Math.floor(bottom / GRID_CELL); cy++) {
      for (const node of scene.grid.get(cx * 65536 + cy) || []) {
        if (node.x <= right && node.x + node.w >= left && node.y <= bottom && node.y + node.h >= top) found.add(node);
      }
    }
  }
  return found;
}

/** The edges that pass a rectangle, or pass near it; where they pass is worked out when first asked for. */
export function edgesWithin(scene, left, top, right, bottom) {
  scene.edgeGrid ??= makeEdgeGrid(scene.edges);
  const found = new Set();
  for (let cx = Math.floor(left / GRID_CELL); cx <= Math.floor(right / GRID_CELL); cx++) {
    for (let cy = Math.floor(top / GRID_CELL); cy <= Math.floor(bottom / GRID_CELL); cy++) {
      for (const edge of scene.edgeGrid.get(cx * 65536 + cy) || []) found.add(edge);
    }
  }
  return [...found];
}

function makeEdgeGrid(edges) {
  const cells = new Map();
  for (const edge of edges) {
    const keys = new Set();
    const points = edge.points;
    for (let k = 2; k < points.length; k += 2) {
      const [x, y, dx, dy] = [points[k - 2], points[k - 1], points[k] - points[k - 2], points[k + 1] - points[k - 1]];
      const steps = 1 + Math.ceil((2.4 * Math.max(Math.abs(dx), Math.abs(dy))) / GRID_CELL);
      for (let step = 0; step <= steps; step++) {
        const t = step / steps;
        const bent = t * t * (3 - 2 * t);
        keys.add(Math.floor((x + dx * bent) / GRID_CELL) * 65536 + Math.floor((y + dy * (1.5 * t * (1 - t) * (1 - 2 * t) + bent)) / GRID_CELL));
      }
    }
    for (const key of keys) {
      const cell = cells.get(key);
      if (cell) cell.push(edge);
      else cells.set(key, [edge]);
    }
  }
  return cells;
}

/** The node at a point, or null. */
export function nodeAt(scene, x, y, slack = 2) {
  for (const node of nodesWithin(scene, x - slack, y - slack, x + slack, y + slack)) return node;
  return null;
}

/** Everything that leads to a node (-1) or that it leads to (1), itself included. */
export function reachFrom(start, direction) {
  const seen = new Set([start]);
  const waiting = [start];
  while (waiting.length) {
    const node = waiting.pop();
    for (const edge of node.edges) {
      if (!edge.believed) continue;
      const [from, to] = edge.brings ? [edge.skill, edge.fact] : [edge.fact, edge.skill];
      const next = direction > 0 ? (from === node ? to : null) : to === node ? from : null;
      if (next && !seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return seen;
}

/** A node and what it has an edge with. */
export function neighboursOf(node) {
  const found = new Set([node]);
  for (const edge of node.edges) found.add(edge.skill).add(edge.fact);
  return found;
}

/** A fact as words: near.table -> near table, did.eat_plant -> eat plant done. */
export function factInWords(name) {
  if (name.startsWith("did.")) return `${inWords(name.slice(4))} done`;
  return inWords(name.replaceAll(".", " "));
}

function shortLabel(name) {
  const words = name.includes(".") ? factInWords(name) : inWords(name);
  return words.length <= LABEL_CHARACTERS ? words : `${words.slice(0, LABEL_CHARACTERS - 1)}…`;
}

/** The numbers on an edge: 1 → 2 corrected, +2 added, 3 where the count is above one. */
export function edgeLabel(edge) {
  if (edge.status === "added") return `+${edge.believed}`;
  if (edge.believed !== edge.claimed) return `${edge.claimed} → ${edge.believed}${edge.status === "unverified" ? "?" : ""}`;
  return edge.believed > 1 ? String(edge.believed) : "";
}
