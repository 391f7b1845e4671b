// How the graph is looked at: what is hidden, dimmed, lit and marked, and by what it is coloured.
import { neighboursOf, reachFrom } from "./scene.js";

export const NO_FILTER = { kinds: null, states: null, least: 0, corrected: false, query: "" };

/** The look of a scene; change it by the methods, then refresh the picture. */
export function makeLook(scene) {
  const look = {
    scene, now: Date.now(), colourBy: "mastery", filter: { ...NO_FILTER }, chosen: null, around: "near", plan: null, moment: null,
    badges: [], focused: false, shown: null, on: new Set(), marks: null,
    hidden: (node) => look.shown !== null && !look.shown.has(node),
    dimmed: (node) => look.focused && !look.on.has(node),
    lit: (edge) => look.on.has(edge.skill) && look.on.has(edge.fact) && edge.believed > 0,
    marked: (node) => node === look.chosen || Boolean(look.marks && look.marks.has(node)),
    litColour: (palette) => (look.plan ? palette.accent : ""),
    stateOf: (node) => (look.moment && node.skill ? look.moment.states.get(node.name) || "waiting" : node.state),
  };
  return look;
}

/** Works out again what is hidden and what is lit. */
export function settleLook(look) {
  look.shown = shownNodes(look);
  look.badges = look.plan ? look.plan.badges : [];
  if (look.plan) look.on = look.plan.on;
  else if (look.chosen) look.on = aroundNode(look.chosen, look.around);
  else look.on = new Set();
  look.focused = look.on.size > 0;
}

function aroundNode(node, around) {
  if (around === "before") return reachFrom(node, -1);
  if (around === "after") return reachFrom(node, 1);
  return neighboursOf(node);
}

/** The nodes that pass the filter and are there at the moment; null for all. */
function shownNodes(look) {
  const { filter, moment, scene } = look;
  const all = !filter.kinds && !filter.states && !filter.least && !filter.corrected && !moment;
  if (all) return null;
  const skills = scene.nodes.slice(0, scene.skillCount).filter((node) => passes(node, look));
  const shown = new Set(skills);
  for (const node of skills) for (const edge of node.edges) shown.add(edge.fact);
  return shown;
}

function passes(node, { filter, moment, stateOf }) {
  if (moment && !moment.states.has(node.name)) return false;
  if (filter.kinds && !filter.kinds.has(node.kind)) return false;
  if (filter.states && !filter.states.has(stateOf(node))) return false;
  if (filter.least && (node.rate ?? 0) < filter.least) return false;
  if (filter.corrected && !node.edges.some((edge) => edge.status === "corrected" || edge.status === "added")) return false;
  return true;
}

/** The skills that are shown, in order. */
export function shownSkills(look) {
  return look.scene.nodes.slice(0, look.scene.skillCount).filter((node) => !look.hidden(node));
}

/** The nodes and edges of a plan: its skills, what they need and what they bring that another needs. */
export function planLook(scene, steps) {
  const on = new Set();
  const numbers = new Map();
  steps.forEach((step, k) => {
    const node = scene.byId.get(`skill:${step.skill}`);
    if (!node) return;
    on.add(node);
    numbers.set(node, [...(numbers.get(node) || []), k + 1]);
  });
  const needed = new Set();
  for (const node of numbers.keys()) for (const edge of node.edges) if (!edge.brings && edge.believed) needed.add(edge.fact);
  const last = [...numbers.keys()].at(-1);
  for (const node of numbers.keys()) {
    for (const edge of node.edges) {
      if (edge.brings && edge.believed && (needed.has(edge.fact) || node === last)) on.add(edge.fact);
      if (!edge.brings && edge.believed) on.add(edge.fact);
    }
  }
  const badges = [...numbers].map(([node, all]) => ({ node, text: all.join(", "), first: all[0] }));
  return { on, badges, steps };
}
