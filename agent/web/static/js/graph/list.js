// The graph as a list beside the picture, for keyboards and screen readers.
import { make } from "../lib/dom.js";
import { formatPercent, inWords } from "../lib/text.js";
import { factInWords } from "./scene.js";
import { shownSkills } from "./look.js";

const MOST_LIST_ITEMS = 500;
const LIST_VERBS = { requires: "needs", consumes: "uses up", holds: "needs in hand", obtains: "brings" };

/** Writes the list anew: every skill that is shown, in words. */
export function fillList(place, explorer) {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.node : "";
  const skills = shownSkills(explorer.look);
  const items = skills.slice(0, MOST_LIST_ITEMS).map((node) =>
    make("li", {}, make("button", { type: "button", "data-node": node.id, onfocus: () => explorer.picture.camera.reveal(node), onclick: () => explorer.goTo(node.id) }, nodeInWords(node, explorer.look))));
  const more = skills.length - items.length;
  place.replaceChildren(...items, ...(more > 0 ? [make("li", {}, `and ${more} more; search to find them`)] : []));
  if (held) place.querySelector(`[data-node="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

/** A node in one sentence. */
export function nodeInWords(node, look) {
  if (!node.skill) return `${factInWords(node.name)}, a fact`;
  const rate = node.rate === null ? "not tried" : `${formatPercent(node.rate)} of ${node.tries} attempts`;
  const state = look.stateOf(node);
  const edges = node.edges.filter((edge) => edge.believed).map((edge) => `${LIST_VERBS[edge.role]} ${edge.believed} ${factInWords(edge.fact.name)}`);
  return `${inWords(node.name)}, ${node.kind} skill, ${state === "waiting" ? "not learned yet" : state}, ${rate}${edges.length ? `; ${edges.join(", ")}` : ""}`;
}
